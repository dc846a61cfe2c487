#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-offline.sh: the verbs that work on files alone, from the first configuration on

# shellcheck disable=SC2154 # what lib.sh and "run" set

. "$(dirname "$0")/lib.sh"

# A small registry, so that what is expected does not depend on installed packages.
registry()
{
	local line
	echo '# of 2026-01-01'
	for line; do
		printf 'OUI:%s*\n ID_OUI_FROM_DATABASE=%s\n\n' "${line%%|*}" "${line#*|}"
	done
}
hikvision='Hangzhou Hikvision Digital Technology Co.,Ltd.'
dahua='Zhejiang Dahua Technology Co., Ltd.'
registry "A41437|$hikvision" "4419B6|$hikvision" "9002A9|$dahua" "ACDE48|Somebody Else" \
	>"$W/20-OUI.hwdb"

rmdir "$W/etc"
mkdir "$W/tmp"
export TMPDIR=$W/tmp

# init ---------------------------------------------------------------------------------------------

run init --lan lan0
exits 'init needs a programme' 2
is 'and says so' "$err" 'ouiguard: init needs --programme NAME'
run init --lan lan0 --programme no-such
exits 'init needs one that exists' 1
has 'and lists those there are' "$err" 'uk-sensitive-sites'
[ ! -e "$W/etc" ]
result $? 'nothing was written'
run init --lan 'lan 0/' --programme uk-sensitive-sites
exits 'an interface that cannot be is refused' 1
[ ! -e "$W/etc" ]
result $? 'nothing was written for it'

run init --lan lo --programme uk-sensitive-sites
exits 'an interface without an Ethernet header is refused' 1
has 'and named' "$err" '^--lan: .lo. has no Ethernet header'
[ ! -e "$W/etc" ]
result $? 'nothing was written for it either'
OUIGUARD_DATADIR=$W/none run init --lan lan0 --programme uk-sensitive-sites
exits 'init needs the shipped data' 1
has 'and says where it looked' "$err" "there are no programmes: neither $W/none/programmes nor $W/etc/programmes"
has 'and what to do' "$err" 'make install.*OUIGUARD_DATADIR='

run init --lan lan0 --lan br0:uplink=wan0 --programme uk-sensitive-sites --site whitehall
exits 'init writes a configuration' 0
is 'its files' "$(cd "$W/etc" && find . -type f | LC_ALL=C sort | xargs)" \
	'./ouiguard.yaml ./policies/uk-sensitive-sites.yaml ./prefixes.lock ./sites/whitehall.yaml'
has 'a port' "$(cat "$W/etc/sites/whitehall.yaml")" '^  - \{name: lan0\}$'
has 'a bridge' "$(cat "$W/etc/sites/whitehall.yaml")" '^  - \{name: br0, uplink: wan0\}$'
grep -v '^#' "$W/etc/policies/uk-sensitive-sites.yaml" | grep -q 'block\|restrict\|isolate\|limit'
[ $? = 1 ]
result $? 'it enforces nothing'
sum=$(cat "$W"/etc/*/* "$W"/etc/*.* | sha256sum)
run init --lan lan9 --programme uk-sensitive-sites --site whitehall
exits 'it does not overwrite' 1
is 'and changes nothing' "$(cat "$W"/etc/*/* "$W"/etc/*.* | sha256sum)" "$sum"

# check --------------------------------------------------------------------------------------------

run check --offline
exits 'check accepts it' 0
has 'its summary' "$out" \
	'^.*/etc: 0 errors, 0 warnings; 1 site, 1 policy, 0 exceptions, 0 devices in asset registers,'
run check --json --offline
is 'check --json' "$(json '(d["ok"], d["errors"], d["warnings"], d["found"])')" '(True, 0, 0, [])'
run check
has 'this gateway has no such interface' "$err" 'whitehall.yaml:[0-9]+:[0-9]+: warning: .*br0'

cp -r "$W/etc" "$W/bad"
printf 'engine: steam\nhok: tc\n' >"$W/bad/ouiguard.yaml"
printf 'programme: nowhere\nphases: [{from: 2027-13-01, action: log}]\n' >"$W/bad/policies/bad.yaml"
run check --offline "$W/bad"
exits 'errors are found' 1
has 'a wrong value' "$err" '/bad/ouiguard.yaml:1:9: .*steam'
has 'an unknown key' "$err" '/bad/ouiguard.yaml:2:1: .*hok'
has 'a programme that is not there' "$err" '/bad/policies/bad.yaml:1:12: .*nowhere'
has 'a date that is none' "$err" '/bad/policies/bad.yaml:2:[0-9]+: .*2027-13-01'
has 'the count' "$out" '/bad: 4 errors, [0-9]+ warnings?$'
run check --offline --json --config "$W/bad"
exits 'and by --config, as JSON' 1
is 'the same errors' "$(json 'd["ok"], d["errors"], sorted((e["file"].split("/")[-1], e["line"]) \
	for e in d["found"] if e["severity"] == "error")')" \
	"(False, 4, [('bad.yaml', 1), ('bad.yaml', 2), ('ouiguard.yaml', 1), ('ouiguard.yaml', 2)])"
# Marks that conflict only where two policies meet.
cp -r "$W/etc" "$W/marks"
printf 'programme: uk-sensitive-sites\nphases: [{from: 2026-01-01, action: log, mark: %s}]\n' 1 \
	>"$W/marks/policies/one.yaml"
printf 'programme: uk-sensitive-sites\nphases: [{from: 2026-01-01, action: log, mark: %s}]\n' 2 \
	>"$W/marks/policies/two.yaml"
run check --offline "$W/marks"
exits 'marks that conflict' 1
run check --offline "$W/nothing-here"
exits 'a directory that is not there' 1

# registry -----------------------------------------------------------------------------------------

echo "registry: [$W/20-OUI.hwdb]" >"$W/etc/ouiguard.yaml"
run registry accept
exits 'nobody can be asked' 1
has 'so --yes is needed' "$err" '\-\-yes'
run registry accept --yes
exits 'accept' 0
is 'prefixes.lock' "$(grep -v '^#' "$W/etc/prefixes.lock")" \
"hikvision 44:19:b6/24 20-OUI.hwdb \"$hikvision\"
dahua 90:02:a9/24 20-OUI.hwdb \"$dahua\"
hikvision a4:14:37/24 20-OUI.hwdb \"$hikvision\""
run registry diff
exits 'then nothing differs' 0
run registry diff --json
is 'as JSON' "$(json 'd["listed"], d["unlisted"], d["moved"], d["text"], d["changes"]')" \
	'(0, 0, 0, 0, [])'
run registry status --json
is 'status: accepted' "$(json 'd["accepted"], d["accepted_prefixes"], d["pending"]')" '(True, 3, 0)'
is 'status: vendors' "$(json '[(v["vendor"], v["prefixes_24"], v["prefixes_36"]) for v in d["vendors"] \
	if v["prefixes"]]')" "[('dahua', 1, 0), ('hikvision', 2, 0)]"
is 'status: sources' "$(json '[(s["path"].split("/")[-1], s["entries"]) for s in d["registries"]]')" \
	"[('20-OUI.hwdb', 4)]"

registry "A41437|$hikvision" "9002A9|$hikvision" "BCAD28|$hikvision" "ACDE48|Somebody Else" \
	"102030|Hikvision Hotel and Spa" >"$W/newer.hwdb"
run registry diff "$W/newer.hwdb"
exits 'a newer registry differs' 1
has 'a new prefix' "$out" '^listed +bc:ad:28/24 +hikvision '
has 'one less' "$out" '^unlisted +44:19:b6/24 +hikvision '
has 'one that moves' "$out" '^moved +90:02:a9/24 +dahua -> hikvision '
has 'the count' "$out" '^1 listed, 1 unlisted, 1 moved; 1 with another name or file only\.$'
has 'no daemon, so no device is known' "$out" 'not known'
run registry diff --json "$W/newer.hwdb"
is 'the same as JSON' "$(json 'd["listed"], d["unlisted"], d["moved"], "devices" in d')" \
	'(1, 1, 1, False)'
is 'nothing was accepted by looking' "$(grep -c '^[a-z]' "$W/etc/prefixes.lock")" 3
run registry diff "$W/no-such.hwdb"
exits 'a file that is not there is no registry without assignments' 1
printf 'OUI:A4' >"$W/broken.hwdb"
run registry diff "$W/broken.hwdb"
exits 'a broken one neither' 1
has 'and is named' "$err" 'broken.hwdb'

echo "registry: [$W/newer.hwdb]" >"$W/etc/ouiguard.yaml"
run registry status
has 'what is pending' "$out" 'would list 1, unlist 1 and move 1'
has 'a near miss' "$out" 'near miss: +"Hikvision Hotel and Spa"'
run registry accept --yes --json
exits 'accept the newer one' 0
is 'it was shown' "$(json 'd["listed"], d["unlisted"], d["moved"]')" '(1, 1, 1)'
is 'it was taken' "$(grep '^[a-z]' "$W/etc/prefixes.lock" | cut -d' ' -f1,2 | xargs)" \
	'hikvision 90:02:a9/24 hikvision a4:14:37/24 hikvision bc:ad:28/24'

# Several gateways, one directory.
mkdir -p "$W/many/sites"
printf '%s\n' 'gateways: [gw-l]' 'ports: [{name: lan7}]' >"$W/many/sites/london.yaml"
printf '%s\n' 'gateways: [gw-p.example.org]' 'ports: [{name: lan7}]' >"$W/many/sites/paris.yaml"
run check "$W/many"
exits 'sites of other gateways are no error' 0
has 'but nothing of them is here' "$err" 'no site names this gateway'
run check --offline "$W/many"
not_has 'offline all of them are looked at' "$err" 'gateway'
run check --gateway gw-p "$W/many"
exits 'as another gateway' 0
not_has 'which has a site' "$err" 'gateway'
run check --gateway gw-x "$W/many"
has 'as one that has none' "$err" 'no site is on gateway `gw-x`'
run explain --gateway gw-p 02:1a:2b:3c:4d:5e
exits 'the daemon is its own gateway' 2
run explain --config "$W/etc" --gateway gw-p 90:02:a9:00:00:01
exits 'explain as another gateway' 0

# A device by itself, with an address that somebody made up.
mkdir -p "$W/etc/vendors"
cat >"$W/etc/vendors/relabelled.yaml" <<-END
	title: Relabelled cameras
	prefixes:
	  - {prefix: "02:1a:2b:3c:4d:5e", reason: asset 1240}
END
run registry diff --json
is 'a device listed by hand' "$(json '[(c["change"], c["prefix"], c["registry"]) for c in d["changes"]]')" \
	"[('listed', '02:1a:2b:3c:4d:5e/48', 'manual')]"
run registry accept --yes
has 'is accepted' "$(cat "$W/etc/prefixes.lock")" '^relabelled 02:1a:2b:3c:4d:5e/48 manual "asset 1240"$'
run registry status --json
is 'and counted' "$(json '[(v["vendor"], v["prefixes"], v["devices"]) for v in d["vendors"] \
	if v["devices"]]')" "[('relabelled', 1, 1)]"
run explain --config "$W/etc" 02:1a:2b:3c:4d:5e
has 'and explained' "$out" 'lists the device 02:1a:2b:3c:4d:5e by itself; manual: asset 1240'
rm "$W/etc/vendors/relabelled.yaml"
run registry accept --yes
run registry status
has 'and goes' "$out" 'holds 3 prefixes'

# explain ------------------------------------------------------------------------------------------

cat >"$W/etc/policies/uk-sensitive-sites.yaml" <<-END
	programme: uk-sensitive-sites
	phases:
	  - {from: 2026-03-01, action: log}
	  - {from: 2036-06-01T10:00, action: restrict, allow: [{to: 192.0.2.123, port: 123/udp}]}
	  - {from: 2036-07-01T10:00, action: block}
END
# explained WORD...: verdict, reason, action of the device, by the files alone.
explained()
{
	run explain --config "$W/etc" --json "$@"
	json '" ".join((d["verdict"], d["reason"], d["action"]))'
}
camera=a4:14:37:00:12:34
is 'before: logged' "$(explained $camera --at 2036-06-01T09:59:59 --dst 192.0.2.1)" 'pass logged log'
is 'restricted, to the second' "$(explained $camera --at 2036-06-01T10:00 --dst 192.0.2.1)" \
	'drop not-allowed restrict'
is 'what is allowed' "$(explained $camera --at 2036-06-01T10:00 --dst 192.0.2.123:123/udp)" \
	'pass allowed restrict'
is 'not by TCP' "$(explained $camera --at 2036-06-01T10:00 --dst 192.0.2.123:123/tcp)" \
	'drop not-allowed restrict'
is 'blocked' "$(explained $camera --at 2036-08-01 --dst '[2001:db8::1]:443/tcp')" 'drop egress block'
is 'anywhere' "$(explained $camera --at 2036-08-01)" 'drop egress block'
is 'another vendor' "$(explained ac:de:48:00:00:01 --at 2036-08-01)" 'pass unlisted observe'
is 'a random address' "$(explained a6:14:37:00:12:34 --at 2036-08-01)" 'pass unattributable observe'
run explain --config "$W/etc" --json $camera --at 2036-06-15
is 'all keys' "$(json '[d[k] for k in ("mac", "prefix", "registry", "registered_name", "vendor", "site", \
	"policy", "programme", "phase", "phase_at", "next_phase", "next_at")]')" \
"['$camera', 'a4:14:37/24', 'newer.hwdb', '$hikvision', 'hikvision', 'whitehall', \
'uk-sensitive-sites', 'uk-sensitive-sites', '2036-06-01T10:00:00+00:00', 2095927200, 'block', 2098519200]"
is 'the steps are sentences' "$(json 'len(d["steps"]) > 5, all(s.endswith(".") for s in d["steps"])')" \
	'(True, True)'
run explain --config "$W/etc" $camera --at 2036-08-01
has 'for people' "$out" '^verdict +drop: egress'
has 'every step' "$out" '^ +[0-9]+\. Vendor: hikvision'
run explain --config "$W/etc" 10.0.0.1 # nobody's neighbour
exits 'whose an IP address is, files cannot tell' 1
is 'and what to give instead' "$err" \
	'ouiguard: the files do not tell whose address 10.0.0.1 is: give its MAC address'
behind=2001:db8::a614:37ff:fe00:1234 # made from $camera
run explain --config "$W/etc" $behind --at 2036-08-01
has 'the site does not match by IPv6 addresses' "$out" 'made from a4:14:37:00:12:34, which the site does not'
cp "$W/etc/sites/whitehall.yaml" "$W/site"
echo 'match: [mac, eui64]' >>"$W/etc/sites/whitehall.yaml"
is 'a device behind a router' "$(explained $behind --at 2036-08-01)" 'drop egress block'
is 'and a router of another make' "$(explained ac:de:48:00:00:01 --src $behind --at 2036-08-01)" \
	'drop egress block'
is 'by its address' "$(json 'd["evidence"], d["mac"]')" "('eui64', '$camera')"
run explain --config "$W/etc" $behind --src $behind
exits 'an address is its own source' 2
run explain --config "$W/etc" $camera --src $behind --dst 192.0.2.1
exits 'no frame has both families' 1
cp "$W/site" "$W/etc/sites/whitehall.yaml"
run explain --config "$W/etc" $camera --site nowhere
exits 'a site that is not there' 1
for wrong in 'nonsense' "$camera --dst nonsense" "$camera --dst 192.0.2.1:443" "$camera --at tomorrow" \
	"$camera --dst 192.0.2.1:1-5/tcp" "$camera --dst 192.0.2.0/24"; do
	run explain --config "$W/etc" $wrong
	exits "misused: explain $wrong" 2
done

# plan ---------------------------------------------------------------------------------------------

run plan
exits 'plan' 0
has 'nothing changes now' "$out" '^0 of 0 devices of the asset registers'
has 'but later' "$out" '^2036-06-01 10:00:00 .* whitehall +hikvision +unknown +log +restrict +everyone'
cp -r "$W/etc" "$W/new"
mkdir -p "$W/new/assets"
cat >"$W/new/assets/whitehall.csv" <<-END
	mac,role,status,installed,evidence,asset_tag,serial,switch_port,location,note
	$camera,camera,legacy,2019-01-01,photo,,,,,
	a4:14:37:00:12:99,router,legacy,2019-01-01,photo,,,,,
END
run plan --config "$W/new" --at 2036-08-01 --json
is 'what would change until then' "$(json '[(c["mac"], c["before"]["action"], c["before"]["verdict"], \
	c["after"]["action"], c["after"]["verdict"], c["after"]["infrastructure"]) for c in d["changes"]]')" \
	"[('$camera', 'log', 'pass', 'block', 'drop', False), \
('a4:14:37:00:12:99', 'log', 'pass', 'observe', 'pass', True)]"
is 'compared with what' "$(json 'd["compared_with"], d["devices_from"], d["at"]')" \
	"('present-files', 'registers', 2101161600)"
is 'the phases to come' "$(json 'sorted({(p["at"], p["after"]) for p in d["upcoming"]})')" \
	"[(2095927200, 'restrict'), (2098519200, 'block')]"
sed -i 's/2036-06-01T10:00, action: restrict.*/2036-05-01T10:00, action: block}/; /07-01/d' \
	"$W/new/policies/uk-sensitive-sites.yaml"
run plan --config "$W/new"
has 'for people' "$out" "^$camera +whitehall +hikvision +log: passes +block: dropped +2036-05-01 10:00"
has 'the count' "$out" '^2 of 2 devices .* change; 1 of them would newly be dropped\.$'
has 'whom it touches' "$out" "^2036-05-01 10:00:00 .* $camera +whitehall +camera +log +block +none seen"
sed -i 's/action: block}/action: block, gate: {quiet_days: 7}}/' "$W/new/policies/uk-sensitive-sites.yaml"
run plan --config "$W/new" --at 2036-08-01
has 'a phase that waits' "$out" \
	'^uk-sensitive-sites at whitehall: block from 2036-05-01 10:00:00 .* waits for its gate: 7 quiet days'
run plan --config "$W/new" --at 2036-08-01 --json
is 'so nobody is blocked' "$(json '[c["after"]["action"] for c in d["changes"] if c["mac"] == "'$camera'"], d["touched"], \
	[g["gate"] for g in d["gates"]]')" "([], [], ['7 quiet days'])"
run explain --config "$W/new" $camera --dst 203.0.113.1 --at 2036-08-01
has 'explain tells what it waits for' "$out" 'block would be in force since 2036-05-01T10:00:00.*, but waits for its gate: 7 quiet days'
run plan --at 2020-01-01
exits 'the past cannot be planned' 2
echo 'engine: steam' >"$W/new/ouiguard.yaml"
run plan --config "$W/new"
exits 'no plan of a broken configuration' 1

# exceptions ---------------------------------------------------------------------------------------

add=(exception add --policy uk-sensitive-sites --reason 'a "reason": # \' --approver 'A. Pprover')
run exception list
is 'there is no exception yet' "$out" 'There are no exceptions.'
run "${add[@]}" --device a4:14:37:00:12:34 --until 2036-05-04 --owner me \
	--to 192.0.2.0/24:443/tcp --to '[2001:db8::/32]:53/udp' --to 198.51.100.7
exits 'an exception is added' 0
is 'where it is' "$(cd "$W/etc/exceptions" && ls)" 'uk-sensitive-sites-a4-14-37-00-12-34.yaml'
run exception list --json
is 'it is read back' "$(json '[d[0][k] for k in ("device", "policy", "owner", "reason", "approver", \
	"state", "until_at", "to")]')" \
	"['a4:14:37:00:12:34', 'uk-sensitive-sites', 'me', 'a \"reason\": # \\\\', 'A. Pprover', \
'pending', 2093472000, ['192.0.2.0/24 443/tcp', '2001:db8::/32 53/udp', '198.51.100.7']]"
run "${add[@]}" --device a4:14:37:00:12:34 --until +30d
exits 'another for the same device' 0
run "${add[@]}" --prefix a4:14:37/24 --site whitehall --from +1d --until +2d
exits 'one for a prefix at a site' 0
run exception list --json
is 'three of them' "$(json '[(e["name"], e["state"]) for e in d]')" \
	"[('uk-sensitive-sites-a4-14-37-00-12-34', 'pending'), \
('uk-sensitive-sites-a4-14-37-00-12-34-2', 'pending'), ('uk-sensitive-sites-a4-14-37-24', 'pending')]"
run exception list
has 'as a table' "$out" '^uk-sensitive-sites-a4-14-37-24 +pending +uk-sensitive-sites +a4:14:37/24 +whitehall'
has 'who has to approve' "$out" '^uk-sensitive-sites-a4-14-37-24 waits for another login than .*: ouiguard exception approve'

# approval -----------------------------------------------------------------------------------------

first=$W/etc/exceptions/uk-sensitive-sites-a4-14-37-00-12-34.yaml
run check --offline
has 'check warns' "$err" '34.yaml:2:1: warning: exception .uk-sensitive-sites-a4-14-37-00-12-34. waits for approval'
run explain --config "$W/etc" a4:14:37:00:12:34 --dst 192.0.2.1:443/tcp
has 'explain tells of it' "$out" 'Exception uk-sensitive-sites-a4-14-37-00-12-34: pending, lets nothing through'
run exception approve uk-sensitive-sites-a4-14-37-00-12-34
exits 'the author cannot approve' 1
has 'and is told who can' "$err" 'let somebody else log in and run: ouiguard exception approve'
run exception approve nothing
exits 'nor can anybody what is not there' 1
sed -i 's/^author: .*/author: "somebody.else"/' "$first"
run exception approve uk-sensitive-sites-a4-14-37-00-12-34
exits 'another login can' 0
has 'and is told so' "$out" 'written by somebody.else, is approved by'
is 'one line of the file is new' "$(grep -c '^approved_by: ".*"$' "$first") $(wc -l <"$first")" '1 18'
run exception approve uk-sensitive-sites-a4-14-37-00-12-34
exits 'once' 1
cat >"$W/etc/exceptions/list.yaml" <<-'END'
	# by hand, with names in any script
	-   # the gate
	    policy: uk-sensitive-sites
	    site: whitehall
	    owner: "Zoë"
	    reason: r
	    approver: a
	    author: ann
	    until: 2036-01-01
	- {policy: uk-sensitive-sites, site: whitehall, owner: "é", reason: r, approver: a, author: ann, until: 2036-01-01}
END
run exception approve list
exits 'a list is approved one by one' 1
run exception approve 'list#2'
exits 'the second of a list' 0
run exception approve 'list#1'
exits 'and the first' 0
run exception list --json
is 'are at work' "$(json 'sorted((e["name"], e["state"]) for e in d if "list" in e["name"])')" \
	"[('list#1', 'active'), ('list#2', 'active')]"
has 'comments stay' "$(cat "$W/etc/exceptions/list.yaml")" '^-   # the gate'
rm "$W/etc/exceptions/list.yaml"

before=$(find "$W/etc" -type f | LC_ALL=C sort)
run "${add[@]}" --until +1d
exits 'for nobody' 2
run "${add[@]}" --device nonsense --until +1d
exits 'for no device' 2
run "${add[@]}" --device a4:14:37:00:12:34 --until 2020-01-01
exits 'that has ended' 2
run "${add[@]}" --device a4:14:37:00:12:34 --from +3d --until +2d
exits 'that ends before it begins' 2
run exception add --policy uk-sensitive-sites --device a4:14:37:00:12:34 --until +1d --reason r
exits 'that nobody answers for' 2
run exception add --policy nowhere --device a4:14:37:00:12:34 --until +1d --reason r --approver a
exits 'from no policy' 1
has 'it is told where it would be' "$err" '/etc/exceptions/nowhere-a4-14-37-00-12-34.yaml:2:9: .*nowhere'
run "${add[@]}" --site atlantis --until +1d
exits 'at no site' 1
run "${add[@]}" --device a4:14:37:00:12:34 --to nowhere:443/tcp --until +1d
exits 'to no destination' 1
is 'none of them left a file' "$(find "$W/etc" -type f | LC_ALL=C sort)" "$before"
is 'nor a directory aside' "$(ls "$TMPDIR")" ''

run exception revoke uk-sensitive-sites-a4-14-37-00-12-34-2
exits 'one is revoked' 0
run exception revoke uk-sensitive-sites-a4-14-37-00-12-34-2
exits 'once' 1
run exception revoke ../sites/whitehall
exits 'no other file is reached' 1
[ -e "$W/etc/sites/whitehall.yaml" ]
result $? 'and it is still there'
run exception list --json
is 'two are left' "$(json 'len(d)')" 2

# pause --------------------------------------------------------------------------------------------

run pause --site whitehall --for 2h --reason 'work on the line'
exits 'a pause' 0
run exception list --json
is 'is an exception of the site alone, with an end' "$(json '[(e["name"], e["site"], e["policy"], \
	"device" in e, 7100 < e["until_at"] - __import__("time").time() < 7300) for e in d \
	if e["name"].startswith("pause")]')" \
	"[('pause-whitehall#1', 'whitehall', 'uk-sensitive-sites', False, True)]"
run explain --config "$W/etc" --json $camera --dst 203.0.113.1
is 'explain names it' "$(json 'd["reason"], d["exception"]')" "('exception', 'pause-whitehall#1')"
run pause --site nowhere --for 2h --reason r
exits 'at no site' 1
run pause --site whitehall --for soon --reason r
exits 'for no time' 2
run pause --site whitehall --for 25h --reason r
exits 'for more than a day' 2
has 'which is what exceptions are for' "$err" 'an exception, which another login approves'
run exception revoke pause-whitehall
exits 'it can be revoked' 0
run check --offline
exits 'the configuration is still right' 0

# A broken configuration takes no change: what it would mean is not known.
echo 'engine: steam' >"$W/etc/ouiguard.yaml"
run "${add[@]}" --device a4:14:37:00:12:35 --until +1d
exits 'no change to a broken configuration' 1
has 'it is told what is broken' "$err" '/etc/ouiguard.yaml:1:9: '

# without a daemon ---------------------------------------------------------------------------------

for verb in status devices events confirm; do
	run $verb
	exits "$verb without a bus" 1
	has "$verb tells why" "$err" 'system bus'
done
run reload
exits 'reload without a bus checks the files' 1
has 'and shows their errors' "$err" '/etc/ouiguard.yaml:1:9: '
rm "$W/etc/ouiguard.yaml"
run reload
exits 'reload without a bus tells nobody' 1
has 'and says so' "$err" 'was told nothing'
# Whoever started the tests may have ignored the signal, as nohup does: then no shell can trap it.
env --default-signal=HUP bash -c 'trap "exit 42" HUP; touch "$0"; for i in {1..1000}; do sleep 0.1; done' "$W/asleep" &
sleeper=$!
until [ -e "$W/asleep" ]; do sleep 0.02; done
MAINPID=$sleeper run reload
exits 'but the process that systemd names' 0
wait $sleeper
is 'by SIGHUP' $? 42
run detach
exits 'detach asks' 1

# misuse -------------------------------------------------------------------------------------------

run
exits 'no verb' 2
for line in 'stats' 'status extra' 'status --no-such' 'explain' 'exception' 'events --kind nonsense' \
	'events --lines 0' 'events --since tomorrow' 'devices --role nobody' 'devices --csv --json' \
	'apply --confirm soon' 'apply --confirm 0s' 'completion fish' 'help nothing' 'check a b' \
	'-H gateway check' 'explain nonsense' 'plan --at tomorrow'; do
	run $line
	exits "misused: $line" 2
done
run help
exits 'help' 0
run status --help
has 'help of a verb' "$out" '^usage: ouiguard status'
run --version
has 'the version' "$out" '^ouiguard [0-9]+\.[0-9]+\.[0-9]+$'
"$build/ouiguard" help >/dev/full 2>/dev/null
is 'a full disk is no success' $? 1

done_testing
