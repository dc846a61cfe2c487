#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-audit.sh: who changed what is noted, with the lines that differ; every edit of it is found

# shellcheck disable=SC2154 # what lib.sh and "run" set

. "$(dirname "$0")/lib.sh"

command -v sqlite3 >/dev/null || { echo "1..0 # SKIP there is no sqlite3"; exit 0; }
own_bus

rmdir "$W/etc"
cat >"$W/20-OUI.hwdb" <<-END
	OUI:A41437*
	 ID_OUI_FROM_DATABASE=Hangzhou Hikvision Digital Technology Co.,Ltd.
END
run init --lan og-none0 --programme uk-sensitive-sites --site whitehall
echo "registry: [$W/20-OUI.hwdb]" >"$W/etc/ouiguard.yaml"
run registry accept --yes
policy=$W/etc/policies/uk-sensitive-sites.yaml
cp "$policy" "$W/first.yaml"

answers()
{
	run status --json
	[ "$rc" != 2 ] && [ "$(json 'd["engine"]')" = dry ]
}
start()
{
	"$build/ouiguardd" --config "$W/etc" --state "$W/state" --engine dry >>"$W/log" 2>&1 &
	daemon=$!
	pids+=("$daemon")
	until_true answers || sed 's/^/# /' "$W/log"
}
stop()
{
	kill "$daemon"
	wait "$daemon"
}
# entries EXPRESSION: of all entries, as "e", but those about milestones: they come when their time has.
entries()
{
	run audit list --since @0 --json
	json "(lambda e: ($1))([x for x in d if x['kind'] != 'milestone'])"
}
# sql STATEMENTS: into the database, while no daemon has it.
sql()
{
	sqlite3 "$W/state/inventory.db" "DROP TRIGGER IF EXISTS audit_stays;
		DROP TRIGGER IF EXISTS audit_holds; $1"
}

start

# The first start ----------------------------------------------------------------------------------

is 'the log begins' "$(entries 'e[0]["id"], e[0]["kind"], e[0]["subject"], e[0]["actor"], \
	e[0]["previous"] == "0" * 64')" "(1, 'log', 'begin', 'ouiguardd', True)"
is 'every file is noted' "$(entries "[x['subject'] for x in e if x['kind'] == 'file' \
	and x['subject'].startswith('$W/etc/')]")" "['$W/etc/ouiguard.yaml', \
'$W/etc/prefixes.lock', '$W/etc/sites/whitehall.yaml', '$W/etc/policies/uk-sensitive-sites.yaml']"
is 'and the shipped ones' "$(entries "any(x['subject'].endswith('data/vendors/hikvision.yaml') for x in e)")" True
is 'then what was applied' "$(entries '(e[-1]["kind"], e[-1]["subject"])')" "('apply', 'generation 1')"
is 'numbered without gaps' "$(json '[x["id"] for x in d] == list(range(1, len(d) + 1))')" True

# A change of a file ---------------------------------------------------------------------------------

before=$(sha256sum <"$policy")
printf 'programme: uk-sensitive-sites\nphases: [{from: 2026-01-01, action: block}]\n' >"$policy"
after=$(sha256sum <"$policy")
count=$(entries 'len(e)')
# A login, if this process has none yet and may have one.
if [ "$(id -u)" = 0 ] && (echo 65534 >/proc/self/loginuid) 2>/dev/null &&
	[ "$(echo 65534 >/proc/self/loginuid && cat /proc/self/loginuid)" = 65534 ]; then
	(echo 65534 >/proc/self/loginuid && exec "$build/ouiguard" reload) >"$W/out" 2>&1
	actor=$(getent passwd 65534 | cut -d : -f 1)
	is 'the actor is the login, not the user' "$(entries "e[-1]['actor']")" "$actor"
else
	run reload
	actor=$(id -un)
	tests=$((tests + 1))
	echo "ok $tests - the actor is the login # SKIP no login uid can be set here"
fi
is 'a reload of a changed file: two entries' "$(entries "[(x['kind'], x['actor']) for x in e[$count:]]")" \
	"[('file', '$actor'), ('apply', '$actor')]"
entries "print(e[$count]['text'])" >"$W/text"
has 'the digest before' "$(cat "$W/text")" "^before ${before%% *}$"
has 'the digest after' "$(cat "$W/text")" "^after ${after%% *}$"
has 'what was added' "$(cat "$W/text")" '^\+phases: \[\{from: 2026-01-01, action: block\}\]$'
sed -n '/^@@/,$p' "$W/text" | sed '$d' >"$W/patch"
cp "$W/first.yaml" "$W/patched.yaml"
if command -v patch >/dev/null; then
	patch -s "$W/patched.yaml" "$W/patch"
	is 'the difference can be applied' "$(sha256sum <"$W/patched.yaml")" "$after"
else
	tests=$((tests + 1))
	echo "ok $tests - the difference can be applied # SKIP there is no patch"
fi

run reload
is 'nothing changed: it was applied all the same' "$(entries "[x['kind'] for x in e[$count + 2:]]")" "['apply']"
is 'without a login it is the user' "$(entries "e[-1]['actor'] in ('$(id -un)', '$actor')")" True
kill -HUP "$daemon"
by_signal()
{
	[ "$(entries "(e[-1]['kind'], e[-1]['actor'])")" = "('apply', 'signal')" ]
}
until_true by_signal
result $? 'SIGHUP is nobody but the signal'

# What else is done ------------------------------------------------------------------------------------

count=$(entries 'len(e)')
printf 'programme: nowhere\nphases: [{from: 2026-01-01, action: block}]\n' >"$policy"
run reload
is 'a refusal is noted, the file is not in force' "$(entries "[(x['kind'], x['subject']) for x in e[$count:]]")" \
	"[('apply', 'refused')]"
is 'with its errors' "$(entries "'$policy:1:12: ' in e[-1]['text']")" True
cp "$W/first.yaml" "$policy"
run apply --confirm 1s
taken_back()
{
	[ "$(entries "(e[-1]['kind'], e[-1]['actor'])")" = "('take-back', 'ouiguardd')" ]
}
until_true taken_back
result $? 'what nobody confirmed'
run apply --confirm 1m
run confirm
run detach --yes
run reload
is 'each is noted' "$(entries "[x['kind'] for x in e[$count + 1:]]")" \
	"['file', 'apply', 'take-back', 'apply', 'confirm', 'detach', 'apply']"

# Exceptions -------------------------------------------------------------------------------------------

count=$(entries 'len(e)')
exceptions()
{
	entries "[(x['kind'], x['subject'], x['text'].split('\n')[0]) for x in e[$count:] if x['kind'] == 'exception']"
}
cat >"$W/etc/exceptions/door.yaml" <<-END
	policy: uk-sensitive-sites
	device: a4:14:37:00:12:34
	to: [192.0.2.0/24]
	owner: o
	reason: until it is replaced
	approver: head of estates
	author: ann
	until: 2099-01-01
END
run reload
is 'an exception that waits' "$(exceptions)" \
	"[('exception', 'door', 'added, nobody has approved it')]"
is 'all it says' "$(entries "[x['text'] for x in e if x['kind'] == 'exception'][0]")" "$(cat <<-END
	added, nobody has approved it
	policy uk-sensitive-sites
	device a4:14:37:00:12:34
	to 192.0.2.0/24
	until 2099-01-01T00:00:00+00:00
	owner o
	reason until it is replaced
	approver head of estates
	author ann
	END
)"
echo 'approved_by: bob' >>"$W/etc/exceptions/door.yaml"
count=$(entries 'len(e)')
run reload
is 'one that was approved' "$(exceptions)" "[('exception', 'door', 'approved')]"
sed -i 's/owner: o/owner: p/' "$W/etc/exceptions/door.yaml"
count=$(entries 'len(e)')
run reload
is 'one that was changed' "$(exceptions)" "[('exception', 'door', 'changed')]"
count=$(entries 'len(e)')
run exception revoke door
is 'one that was revoked' "$(exceptions)" "[('exception', 'door', 'revoked')]"
count=$(entries 'len(e)')
run pause --site whitehall --for 1h --reason 'the doctor is here'
exits 'pause' 0
is 'a pause' "$(entries "[(x['kind'], x['text'].split('\n')[0]) for x in e[$count:] if x['kind'] == 'exception']")" \
	"[('exception', 'paused')]"

run audit list
has 'for people: who and what' "$out" "^20.* file $policy by "
has 'a line of it' "$out" '^    changed$'
has 'and how many more' "$out" '^    and [0-9]+ lines more \(-v\)$'
run audit list -v --since -1h
has 'the lines that differ' "$out" '^    \+phases: \[\{from: 2026-01-01, action: block\}\]$'
run audit list --since +1d
is 'none is of tomorrow' "$out" 'There is no such entry.'
run audit list --since yesterday-ish
exits 'a moment that is none' 2

# Verify ---------------------------------------------------------------------------------------------

run audit verify
exits 'an untouched log' 0
has 'is as it was written' "$out" ': as they were written$'
run status --json
head=$(json 'd["audit"]["head"]')
run audit list --since @0 --json
is 'the head is in status' "$(json 'd[-1]["hash"]')" "$head"
is 'and beside the database' "$(cut -d ' ' -f 1 "$W/state/audit.head")" "$head"
has 'and in the journal' "$(cat "$W/log")" 'the audit log has [0-9]+ entries; its head is [0-9a-f]{64}$'
run audit verify --head "$head"
exits 'with its head' 0
run audit verify --head "${head//[0-9]/0}"
exits 'with another head' 1
has 'it is said' "$out" 'the head [0-9a-f]{64} is not in the log: '
run audit verify --head 123
exits 'a head that is none' 2

run audit export -o "$W/audit.log"
exits 'export' 0
has 'tells the head' "$out" "head $head$"
run audit verify "$W/audit.log" --head "$head" --json
is 'the exported file' "$(json 'd["good"], d["head"], d["found"]')" "(True, '$head', [])"
# The script of docs/audit.md, word for word.
sed -n '/previous=/,/number entries, head/s/^    //p' "$top/docs/audit.md" >"$W/verify.sh"
is 'and by the script of the manual' "$(cd "$W" && bash verify.sh)" \
	"$(wc -l <"$W/audit.log") entries, head $head"
sed '3s/added/ADDED/' "$W/audit.log" >"$W/edited.log"
run audit verify "$W/edited.log"
exits 'an edited file' 1
has 'and where' "$out" '^line 3 was edited'
has 'which the script finds too' "$(cd "$W" && cp edited.log audit.log && bash verify.sh)" '^entry 3 is not'
run audit export -o "$W/audit.log"
sed '$d' "$W/audit.log" >"$W/cut.log"
run audit verify "$W/cut.log"
exits 'a file that was cut is a good chain' 0
run audit verify "$W/cut.log" --head "$head"
exits 'but not with the head' 1
run audit verify "$W/none.log"
exits 'no file' 1
has 'is said' "$err" 'none.log cannot be read: No such file'
run audit export
exits 'export to nowhere' 2

# What was noted just before the end -------------------------------------------------------------------

run inventory export -o "$W/export"
python3 - "$W/export" >"$W/far" <<-END
	import json, sys
	lines = [json.loads(line) for line in open(sys.argv[1])]
	lines[0]["gateway"] = "gw-far"
	lines.insert(1, {"kind": "watched", "site": "far", "vlan": 0, "day": 20000, "seconds": 60})
	lines[-1]["records"] += 1
	print("\n".join(json.dumps(line) for line in lines))
END
run inventory merge "$W/far"
exits 'a merge, whose entry comes with its transaction' 0
stop
is 'is the noted head at the end' "$(cut -d ' ' -f 2 "$W/state/audit.head")" \
	"$(sqlite3 "$W/state/inventory.db" 'SELECT max(id) FROM audit')"
is 'of the merge' "$(sqlite3 "$W/state/inventory.db" 'SELECT kind FROM audit ORDER BY id DESC LIMIT 1')" merge
head=$(cut -d ' ' -f 1 "$W/state/audit.head")

# Edits of the database --------------------------------------------------------------------------------

cp -r "$W/state" "$W/kept"
# edited NAME STATEMENTS PATTERN: verify finds what the statements changed.
edited()
{
	rm -rf "$W/state"
	cp -r "$W/kept" "$W/state"
	sql "$2"
	start
	run audit verify
	[ "$rc" = 1 ] && grep -Eq -- "$3" "$W/out"
	result $? "$1" || sed 's/^/# /' "$W/out"
	stop
}
edited 'another actor' "UPDATE audit SET actor = 'mallory' WHERE id = 4" '^entry 4 was edited'
edited 'another text' "UPDATE audit SET text = text || ' ' WHERE id = 4" '^entry 4 was edited'
edited 'something behind a zero byte' \
	"UPDATE audit SET text = CAST(text || x'0041' AS TEXT) WHERE id = 4" '^entry 4 was edited'
edited 'a number of another type' "UPDATE audit SET at = at + 0.5 WHERE id = 4" '^entry 4 was edited'
edited 'a text as a blob' "UPDATE audit SET text = CAST(text AS BLOB) WHERE id = 4" '^entry 4 was edited'
edited 'an entry removed' 'DELETE FROM audit WHERE id = 4' '^entry 5 does not follow'
edited 'removed, and the numbers mended' \
	'DELETE FROM audit WHERE id = 4; UPDATE audit SET id = -id WHERE id > 4;
	 UPDATE audit SET id = -id - 1 WHERE id < 0' '^entry 4 does not follow'
warns()
{
	run status --json
	[ "$(json 'any("the audit log is not as it was written" in w for w in d["warnings"])')" = True ]
}
start
until_true warns
result $? 'and status warns of it'
stop
edited 'two exchanged' 'UPDATE audit SET id = -1 WHERE id = 4; UPDATE audit SET id = 4 WHERE id = 5;
	UPDATE audit SET id = 5 WHERE id = -1' '^entry 4 does not follow'
edited 'the largest number' "UPDATE audit SET id = 9223372036854775807 WHERE id = 4" \
	'^entry 9223372036854775807 does not follow'
edited 'the last one removed' 'DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)' \
	'^entry [0-9]+ tells that entries before it are missing$'
is 'and at the start it was said' "$(grep -c 'the audit log was cut or replaced' "$W/log")" 1

# Another database -------------------------------------------------------------------------------------

rm -rf "$W/state"
cp -r "$W/kept" "$W/state"
head -c 100000 /dev/urandom >"$W/state/inventory.db"
rm -f "$W/state/inventory.db-wal"
start
is 'a new log names the head of the old one' "$(entries "e[0]['subject'], '$head' in e[0]['text'], \
	'damaged' in e[0]['text']")" "('anew', True, True)"
run audit verify
exits 'which is not the whole log' 1
has 'as it tells' "$out" '^entry 1 tells that entries before it are missing$'
stop
rm -f "$W/state/audit.head"
start
has 'a head that is missing is said' "$(cat "$W/log")" 'that was noted in .*/audit.head cannot be read'
is 'and noted' "$(entries "'head' in [x['subject'] for x in e]")" True
stop

done_testing
