#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-store.sh: what happens to the database is no matter for enforcement, and is said; watched time;
# an export that goes into another gateway's inventory

. "$(dirname "$0")/lib.sh"

small_world cam24 laptop
site home
# Ports that are all there: only then is a VLAN watched.
echo "ports: [{name: br0, uplink: trunk0, vlans: all}]" >"$W/etc/sites/home.yaml"
policy cameras '{from: 2026-01-01, action: block}'
daemon_start || bail "the daemon does not start"
is "blocked, and the laptop not" "$(leaving cam24 laptop)" "0 10"

# What the daemons have said, what is wrong now, and entering a state as a program would.
said() { grep -qh "$1" "$W"/log/ouiguardd*; }
warned() { og status --json | grep -q "$1"; }
set_state()
{
	in_ns gw busctl --address="unix:path=$W/run/bus" call org.ouiguard /org/ouiguard \
		org.ouiguard.Manager SetDevice 'a{sv}' 3 site s home mac s "$CAM24" state s "$1"
}
state_of() { told "''.join(x['state'] for x in d if x['mac'] == '$CAM24')" devices; }

# line FILE NUMBER KEY: a member of a line of an export.
line()
{
	python3 -c '
import json, sys
print(json.loads(open(sys.argv[1]).readlines()[int(sys.argv[2])])[sys.argv[3]])' "$@"
}

# Killed after a state was entered.
ok "a state is entered" set_state confirmed
daemon_kill KILL
ok "restarts after SIGKILL" daemon_start
is "and the state is there" "$(state_of)" confirmed

# An export, and what another gateway's does here.
seen() { og devices --json | grep -q "$CAM24"; }
ok "the camera is in the inventory" seen
ok "export" og inventory export -o "$W/export.ndjson"
is "its first line is the header" "$(line "$W/export.ndjson" 0 kind)" ouiguard-inventory
is "its last line counts the others" "$(line "$W/export.ndjson" -1 records)" \
	"$(($(wc -l <"$W/export.ndjson") - 1))"
ok "its own export is refused" not og inventory merge "$W/export.ndjson"
sed -e 's/"gateway":"[^"]*"/"gateway":"gw-far"/' -e 's/"site":"home"/"site":"far"/' \
	"$W/export.ndjson" >"$W/far.ndjson"
ok "another one's is taken" og inventory merge "$W/far.ndjson"
ok "and again" og inventory merge "$W/far.ndjson"
is "its site is listed once" "$(told 'len(d)' devices --site far)" 1
is "with the state entered there" "$(told 'd[0]["state"]' devices --site far)" confirmed
head -n -1 "$W/far.ndjson" >"$W/short.ndjson"
ok "one that was cut short is not" not og inventory merge "$W/short.ndjson"
sed 's/"vlan":[0-9]*/"vlan":"many"/' "$W/far.ndjson" >"$W/wrong.ndjson"
ok "nor one with a wrong value" not og inventory merge "$W/wrong.ndjson"
{ cat "$W/far.ndjson"; head -c 1000000 /dev/zero | tr '\0' x; } >"$W/long.ndjson"
og inventory merge "$W/long.ndjson" 2>"$W/run/long"
is "nor one with a line that does not end" "$? $(grep -c 'the line is too long' "$W/run/long")" '1 1'

# Watched time, for as long as the daemon has looked at its ports.
watched() { og inventory export | grep -q '"kind":"watched"'; }
ok "time is counted as watched" until_true 45 watched

# A damaged database.
daemon_kill TERM
printf 'damage' | dd of="$W/state/inventory.db" bs=1 seek=20 conv=notrunc 2>/dev/null
ok "starts with a damaged database" daemon_start
is "and goes on blocking" "$(leaving cam24 laptop)" "0 10"
ok "which is kept aside" compgen -G "$W/state/inventory.db.damaged-*"
ok "and said" said "the inventory was damaged and is kept as"
ok "also by status" warned "the inventory was damaged and is kept as"

# A full disk.
daemon_kill TERM
mount -t tmpfs -o size=2m ouiguard-test "$W/state" || bail "no tmpfs"
ok "starts with an empty state directory" daemon_start
is "blocks" "$(leaving cam24 laptop)" "0 10"
ok "a state is entered" set_state confirmed
dd if=/dev/zero of="$W/state/ballast" bs=4096 2>/dev/null
refused() { ! set_state planned; }
full() { set_state planned || return 0; set_state isolated || return 0; return 1; }
ok "a full disk is said" until_true 60 full
ok "and the state that was entered stays" test -n "$(state_of)"
is "and goes on blocking" "$(leaving cam24 laptop)" "0 10"
daemon_kill KILL
ok "starts with the disk full" daemon_start
is "and blocks" "$(leaving cam24 laptop)" "0 10"
rm "$W/state/ballast"
ok "once there is room, states can be entered" until_true 60 set_state disconnected

# A read-only state directory.
daemon_kill KILL
mount -o remount,ro "$W/state"
ok "starts with a read-only state directory" daemon_start
is "and blocks" "$(leaving cam24 laptop)" "0 10"
is "knows what was entered" "$(state_of)" disconnected
ok "says that it uses a copy" warned "a copy is used"
ok "and refuses states that would be lost" refused
daemon_kill TERM
umount "$W/state"

done_testing
