#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-bus.sh: the verbs that ask the daemon, on a bus of their own; the daemon enforces nothing (dry)

# shellcheck disable=SC2154 # what lib.sh and "run" set

. "$(dirname "$0")/lib.sh"

own_bus

rmdir "$W/etc"
cat >"$W/20-OUI.hwdb" <<-END
	OUI:A41437*
	 ID_OUI_FROM_DATABASE=Hangzhou Hikvision Digital Technology Co.,Ltd.
END
run init --lan og-none0 --programme uk-sensitive-sites --site whitehall
echo "registry: [$W/20-OUI.hwdb]" >"$W/etc/ouiguard.yaml"
run registry accept --yes
exits 'a configuration' 0

run status
exits 'no daemon' 1
has 'it is told how to start it' "$err" 'systemctl start ouiguard'

"$build/ouiguardd" --config "$W/etc" --state "$W/state" --engine dry >"$W/log" 2>&1 &
daemon=$!
pids+=("$daemon")
answers()
{
	run status --json
	[ "$(json 'd["engine"]')" = dry ]
}
until_true answers
result $? 'the daemon answers' || sed 's/^/# /' "$W/log"

# status -------------------------------------------------------------------------------------------

run status --json
is 'every counter is in --json' "$(json 'd["unattributable"], d["uncovered"], d["events_lost"], \
	d["devices_overflow"]')" '(0, 0, 0, 0)'
exits 'status: dry is not enforcing' 1
is 'status --json' "$(json 'd["enforcing"], d["detached"], d["generation"], d["config"], \
	[(p["name"], p["site"], p["state"]) for p in d["ports"]], \
	[(p["policy"], p["site"], p["action"]) for p in d["policies"]]')" \
	"(False, False, 1, '$W/etc', [('og-none0', 'whitehall', 'missing')], \
[('uk-sensitive-sites', 'whitehall', 'log')])"
run status -v
exits 'status for people' 1
has 'not enforcing' "$out" '^enforcing +no: the engine is dry'
has 'the engine and why' "$out" '^engine +dry \('
has 'a port that is not there' "$out" '^og-none0 +whitehall +missing'
has 'the policy' "$out" '^uk-sensitive-sites +whitehall +log +2'
has 'nobody dropped' "$out" '^Dropped in the last hour: nobody'
has 'counters of zero are one quiet line' "$out" '^  nothing unseen is known$'
not_has 'and no noise' "$out" '^  0 '
has 'the register that is missing' "$out" 'without an asset register: whitehall'
grep -q $'\033' <<<"$out"
[ $? = 1 ]
result $? 'no colour where there is no terminal'
script=$(command -v script)
if [ -n "$script" ]; then
	TERM=xterm script -qec "$build/ouiguard status" /dev/null </dev/null >"$W/out" 2>&1
	has 'colour on a terminal' "$(cat "$W/out")" $'\033\\[1;31mno'
	NO_COLOR=1 TERM=xterm script -qec "$build/ouiguard status" /dev/null </dev/null >"$W/out" 2>&1
	grep -q $'\033\[1' "$W/out"
	[ $? = 1 ]
	result $? 'NO_COLOR is honoured'
fi

# A baseline is of the register that is in force.
freeze()
{
	busctl --address="unix:path=$W/bus" call org.ouiguard /org/ouiguard org.ouiguard.Manager FreezeBaseline \
		'a{sv}' "$@" 2>&1
}
digest=$(printf 'x' | sha256sum | cut -d' ' -f1)
has 'a baseline of no register' "$(freeze 3 site s whitehall devices x 0 digest s "$digest")" 'has no asset register'
has 'a baseline of no site' "$(freeze 3 site s nowhere devices x 0 digest s "$digest")" 'no site "nowhere"'
has 'a baseline without a digest' "$(freeze 3 site s whitehall devices x 0 digest s abc)" 'is not a record of'
mkdir -p "$W/etc/assets"
printf 'mac,status\na4:14:37:00:12:34,\na4:14:37:00:12:35,false-positive\n' >"$W/etc/assets/whitehall.csv"
run reload
has 'a baseline of another number' "$(freeze 3 site s whitehall devices x 2 digest s "$digest")" 'counts 1, not 2: reload first'
has 'a baseline' "$(freeze 3 site s whitehall devices x 1 digest s "$digest")" '"baseline_devices" x 1'
rm -r "$W/etc/assets"
run reload

# A registry that was accepted long ago, and one that would change something.
cp "$W/etc/prefixes.lock" "$W/lock"
sed -i 's/^# newest registry: .*/# newest registry: 2020-01-01/' "$W/etc/prefixes.lock"
run reload
run status
has 'an old registry is told of' "$out" 'the accepted registry is [0-9]{4} days old'
run registry status
has 'here too' "$out" ' of registries of 2020-01-01 \('
sed -i '$d' "$W/etc/prefixes.lock"
run reload
run status
has 'what the present one would change, too' "$out" 'would list 1, unlist 0 and move 0 prefixes'
cp "$W/lock" "$W/etc/prefixes.lock"
run reload
run status
not_has 'and neither, when there is none' "$out" 'registry diff'

# another gateway, by a ssh that only looks like one -------------------------------------------------

mkdir "$W/bin" "$W/nobody"
cat >"$W/bin/ssh" <<-END
	#!/bin/sh
	printf '%s\n' "\$@" >"$W/ssh"
	exec systemd-stdio-bridge --bus-path="unix:path=$W/bus"
END
printf '#!/bin/sh\nexit 255\n' >"$W/nobody/ssh"
chmod +x "$W/bin/ssh" "$W/nobody/ssh"
far=unix:path=$W/no-bus-here
if command -v systemd-stdio-bridge >/dev/null; then
	PATH=$W/bin:$PATH DBUS_SYSTEM_BUS_ADDRESS=$far run -H gateway-b status --json
	is 'status -H' "$(json 'd["engine"], d["config"]')" "('dry', '$W/etc')"
	has 'by ssh to that host' "$(cat "$W/ssh")" '^gateway-b$'

	# The other member of a pair: the same daemon, asked for by other files.
	PATH=$W/bin:$PATH run check --offline --peer gateway-b
	exits 'check --peer' 0
	has 'that differs in nothing' "$out" '^gateway-b has the same in force\.$'
	cp -r "$W/etc" "$W/pair"
	echo '# a comment' >>"$W/pair/prefixes.lock"
	mkdir -p "$W/pair/assets"
	printf 'mac\n' >"$W/pair/assets/whitehall.csv"
	rm "$W/pair/policies/uk-sensitive-sites.yaml"
	PATH=$W/bin:$PATH run check --offline --peer gateway-b "$W/pair"
	exits 'where files differ' 1
	is 'each is named' "$(printf '%s\n' "$out" | sed -n '/^gateway-b/,$p')" "gateway-b differs:
  assets/whitehall.csv is only here
  policies/uk-sensitive-sites.yaml is only there
  prefixes.lock differs"
	PATH=$W/bin:$PATH run check --offline --json --peer gateway-b "$W/pair"
	is 'as records' "$(json '(d["ok"], d["peer"]["same"], d["peer"]["clock_ahead"], [(f["path"], f["state"]) for f in d["peer"]["files"]])')" \
		"(False, False, 0, [('assets/whitehall.csv', 'only-here'), \
('policies/uk-sensitive-sites.yaml', 'only-there'), ('prefixes.lock', 'differs')])"
	PATH=$W/nobody:$PATH run check --offline --peer gateway-b
	exits 'one that cannot be asked' 1
	has 'is named too' "$err" 'gateway-b'
	echo "gateways: [$(hostname), gateway-b]" >>"$W/pair/sites/whitehall.yaml"
	PATH=$W/bin:$PATH OUIGUARD_CONFIG=$W/pair run apply
	exits 'apply goes on' 0
	has 'and tells of the other gateway of the site' "$out" '^gateway-b, of the same site, differs:$'
	has 'file by file' "$out" '^  sites/whitehall.yaml differs$'
	has 'which ssh does not ask about' "$(xargs <"$W/ssh")" '^-xTq -oBatchMode=yes -oConnectTimeout=3 -- gateway-b systemd-stdio-bridge$'
	PATH=$W/nobody:$PATH OUIGUARD_CONFIG=$W/pair run apply
	exits 'one that does not answer' 0
	is 'is nothing to speak of' "$err" ''
	not_has 'at all' "$out" 'gateway-b'
	rm -r "$W/pair"
else
	tests=$((tests + 1))
	echo "ok $tests - status -H # SKIP there is no systemd-stdio-bridge"
fi
PATH=$W/nobody:$PATH DBUS_SYSTEM_BUS_ADDRESS=$far run -H gateway-b status
exits 'a gateway that cannot be reached' 1
has 'is named' "$err" 'gateway-b'

# devices, events ----------------------------------------------------------------------------------

run devices --json
exits 'devices' 0
is 'none was seen' "$(json d)" '[]'
run devices
is 'for people' "$out" 'No such device was seen.'
run devices --csv
is 'as csv: the titles' "$out" "mac,site,vendor,vendor_title,prefix,role,status,evidence,port,\
vlan,action,reason,first_seen,last_seen,packets,bytes,passed,dropped,egress,last_dst,addresses,hosts,sources,\
state,state_at,state_by,silent,third_party,unproven"$'\r'
run events --json
is 'no event' "$(json d)" '[]'
run events --since -1h --kind drop --site whitehall --mac a4:14:37:00:12:34
exits 'events with every filter' 0

# apply --------------------------------------------------------------------------------------------

policy=$W/etc/policies/uk-sensitive-sites.yaml
generation()
{
	run status --json
	json 'd["generation"]'
}
action()
{
	run status --json
	json 'd["policies"][0]["action"]'
}
cp "$policy" "$W/first.yaml"
printf 'programme: uk-sensitive-sites\nphases: [{from: 2026-01-01, action: block}]\n' >"$policy"
is 'an edit alone changes nothing' "$(action)" log
run apply --confirm 2s --json
exits 'apply with a way back' 0
is 'it is in force' "$(action)" block
run status
has 'status tells until when' "$out" '^unconfirmed +taken back at '
is_log()
{
	[ "$(action)" = log ]
}
until_true is_log
result $? 'it is taken back by itself'
run confirm
exits 'too late to confirm' 1
has 'and it is said' "$err" 'nothing waits'
run apply --confirm 2s
exits 'once more' 0
has 'it is told when' "$out" 'taken back at'
run confirm
exits 'confirmed' 0
sleep 2.5
is 'so it stays' "$(action)" block

printf 'programme: nowhere\nphases: [{from: 2026-01-01, action: block}]\n' >"$policy"
before=$(generation)
run apply
exits 'errors are refused' 1
has 'with their place' "$err" "^$policy:1:12: "
run reload
exits 'by reload too' 1
has 'with their place' "$err" "^$policy:1:12: "
is 'the old one stays in force' "$(action) $(generation)" "block $before"
run status
has 'status tells of it' "$out" '^last reload'
has 'and what to do' "$out" 'then "ouiguard check" and "ouiguard reload"'
cp "$W/first.yaml" "$policy"
run reload --json
exits 'reload' 0
is 'a new generation' "$(json "d['generation'] > $before, d['warnings'] != None")" '(True, True)'

# exceptions reach the daemon ------------------------------------------------------------------------

before=$(generation)
run exception add --policy uk-sensitive-sites --device a4:14:37:00:12:34 --until +1h --reason r \
	--approver a
exits 'an exception' 0
has 'the daemon was told' "$out" '^Generation [0-9]+ is in force'
is 'and changes nothing before it is approved' "$(generation)" "$before"
sed -i 's/^author: .*/author: another/' "$W/etc/exceptions/uk-sensitive-sites-a4-14-37-00-12-34.yaml"
run exception approve uk-sensitive-sites-a4-14-37-00-12-34
exits 'approved' 0
has 'the daemon took it' "$out" '^Generation [0-9]+ is in force'
is 'another generation' "$(($(generation) > before))" 1
cp -r "$W/etc" "$W/other"
run exception revoke uk-sensitive-sites-a4-14-37-00-12-34 --config "$W/other"
exits 'a change of other files' 0
has 'is nothing for the daemon' "$out" 'was not told'

# timeline, and the report's record ----------------------------------------------------------------

run timeline
exits 'timeline' 0
has 'the programme and what is not known' "$out" '^1 site, 0 clean, 1 not surveyed; '
has 'a milestone that was due' "$out" '^  all .* 0 +1 +0% +2025-04-30 overdue +too little to tell'
has 'whose site is not surveyed' "$out" '^    1 site not surveyed: it has no asset register'
has 'an axis' "$out" '^ +[-+|]+$'
has 'a phase' "$out" '^  uk-sensitive-sites: whit.* l+$'
run timeline --json
is 'timeline --json' "$(json '[(p["programme"], [(m["name"], m["due"], m["total"], m["needed"], \
	m["done"], m["met"], m["overdue"]) for m in p["milestones"]]) for p in d["programmes"]], \
	[(p["policy"], p["action"]) for p in d["phases"]]')" \
	"([('uk-sensitive-sites', [('most', '2024-10-31', 1, 1, 0, False, True), \
('all', '2025-04-30', 1, 1, 0, False, True)])], [('uk-sensitive-sites', 'log')])"
run timeline --programme us-ndaa-889 --json
is 'a programme that no policy names' "$(json '[(p["programme"], p["milestones"]) for p in d["programmes"]]')" \
	"[('us-ndaa-889', [])]"
run timeline --programme none
exits 'a programme that is not there' 1
has 'it is told' "$err" 'no such programme'
run timeline --site none
exits 'a site that is not there' 1
run report --json
exits 'the record of a report' 0
is 'with what it is about' "$(json 'd["programme"], d["enforcing"], d["summary"]["sites"], \
	d["summary"]["sites_surveyed"], len(d["milestones"]), len(d["burn_down"]), len(d["audit"]["head"])')" \
	"('uk-sensitive-sites', False, 1, 0, 2, 1, 64)"

# explain ------------------------------------------------------------------------------------------

run explain a4:14:37:00:12:34 --dst 192.0.2.1:443/tcp --json
exits 'explain' 0
cp "$W/out" "$W/online"
run explain a4:14:37:00:12:34 --dst 192.0.2.1:443/tcp --json --config "$W/etc"
is 'as the files say' "$(python3 -c '
import json, sys
a, b = (json.load(open(f)) for f in sys.argv[1:])
keys = ("verdict", "reason", "mac", "prefix", "vendor", "site", "policy", "action", "exception")
print([(k, a.get(k), b.get(k)) for k in keys if a.get(k) != b.get(k)])' "$W/online" "$W/out")" '[]'
run explain a4:14:37:00:12:34 --site $'\xff'
exits 'a site that is no text' 2
has 'is not left out of the question' "$err" 'not UTF-8'
run explain 10.9.8.7 --json
exits 'an address that nobody has' 1
is 'is said to be unknown, with a way on' "$err" 'ouiguard: nothing here knows 10.9.8.7: give its MAC address'

# somebody who may not ---------------------------------------------------------------------------------

chmod 711 "$W"
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
if [ "$(id -u)" = 0 ] && "${nobody[@]}" test -x "$build/ouiguard" 2>/dev/null; then
	"${nobody[@]}" "$build/ouiguard" reload >"$W/out" 2>"$W/err" </dev/null
	is 'a stranger may not reload' $? 1
	has 'and is told why' "$(cat "$W/err")" '^ouiguard: not permitted: '
	has 'and what to do' "$(cat "$W/err")" 'become root; members of the group ouiguard may ask'
else
	tests=$((tests + 1))
	echo "ok $tests - a stranger may not reload # SKIP needs root, and a tree that others can read"
fi

# detach -------------------------------------------------------------------------------------------

run detach
exits 'nobody can be asked' 1
is 'so nothing was done' "$(run status --json; json 'd["detached"]')" False
run detach --yes
exits 'detach' 0
run status --json
is 'it is down' "$(json 'd["enforcing"], d["detached"]')" '(False, True)'
run status
has 'and it is said' "$out" 'detached on purpose'
run reload
exits 'until the next reload' 0
run status --json
is 'then it is up' "$(json 'd["detached"]')" False

kill "$daemon"
wait "$daemon"
run devices
exits 'the daemon is gone' 1
has 'it is said' "$err" 'the daemon is not running'

done_testing
