#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-cli.sh: what the verbs of ouiguard tell of real traffic, and what they change of it

# shellcheck disable=SC2154 # what lib.sh sets

. "$(dirname "$0")/lib.sh"

export PATIENCE=1 TZ=UTC
small_world cam24 cam28 laptop
site home
echo 'ports: [{name: br0, uplink: trunk0}]' >"$W/etc/sites/home.yaml"
policy cameras '{from: 2026-01-01, action: block}'
daemon_start || bail "the daemon does not start"

# reaches WHO WHERE: a packet may be lost on a busy machine; a block loses all of them.
reaches()
{
	until_true 60 can_web "$@"
}

ok 'the camera is blocked' not can_web cam24 $WEB4
ok 'over IPv6 too' not can_web cam24 "[$WEB6]"
ok 'the laptop is not' reaches laptop $WEB4

# status
og status >"$W/run/status"
is 'status: everything is enforced' $? 0
ok 'for people' grep -Eq '^enforcing +yes$' "$W/run/status"
ok 'how many were dropped' grep -Eq \
	'^Dropped in the last hour: (1 device|([2-9]|[0-9]{2,}) devices)$' "$W/run/status"
ok 'who was dropped' grep -Eq "$CAM24 +home +hikvision" "$W/run/status"
is 'status --json' "$(told '(d["enforcing"], {p["state"] for p in d["ports"]},
	[(e["mac"], e["vendor"], e["dropped"] > 0) for e in d["dropped_last_hour"]])' status)" \
	"(True, {'covered'}, [('$CAM24', 'hikvision', True)])"

# devices
is 'devices' "$(told '[(e["mac"], e["site"], e["vendor"], e["prefix"], e["action"], e["dropped"] > 0,
	e["egress"] >= e["dropped"]) for e in d if e["mac"] == "'$CAM24'"]' devices)" \
	"[('$CAM24', 'home', 'hikvision', '44:19:b6/24', 'block', True, True)]"
is 'its destinations' "$(told 'sorted({(t["addr"], t["port"], t["proto"], t["reason"])
	for e in d if e["mac"] == "'$CAM24'" for t in e["destinations"] if t.get("port") == 80})' devices --vendor hikvision --site home)" \
	"[('$WEB4', 80, 'tcp', 'egress'), ('$WEB6', 80, 'tcp', 'egress')]"
is 'no device of that name' "$(told 'd' devices --vendor dahua)" '[]'
og devices >"$W/run/devices"
ok 'devices for people' grep -Eq "^$CAM24 +home +hikvision +[0-9a-f:.-]+ +unknown +[a-z0-9]+ +block +[a-z-]+ +[0-9]+ +[1-9]" \
	"$W/run/devices"
is 'every line is aligned' "$(awk '{ print index($0, NR == 1 ? "site" : "home") }' \
	"$W/run/devices" | sort -u | wc -l)" 1
og devices -v >"$W/run/devices"
ok 'with destinations' grep -Eq "^ +\\[$WEB6\\]:80/tcp +[0-9]+ +egress" "$W/run/devices"
og devices --csv >"$W/run/devices"
is 'as csv' "$(python3 -c '
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], newline="")))
print([(r["vendor"], r["prefix"], r["action"]) for r in rows if r["mac"] == sys.argv[2]])' \
	"$W/run/devices" $CAM24)" "[('hikvision', '44:19:b6/24', 'block')]"

# explain, by MAC and by address
is 'explain' "$(told '(d["verdict"], d["reason"], d["vendor"], d["policy"])' explain $CAM24 \
	--dst $WEB4:80/tcp)" "('drop', 'egress', 'hikvision', 'cameras')"
# The gateway has to know whose the address is: let it ask.
can_ping gw "$(address4 cam24)"
can_ping gw "$(address6 cam24)"
is 'by its IPv4 address' "$(told '(d["mac"], d["verdict"])' explain "$(address4 cam24)" \
	--dst $WEB4:80/tcp)" "('$CAM24', 'drop')"
is 'by its IPv6 address' "$(told '(d["mac"], d["verdict"])' explain "$(address6 cam24)" \
	--dst "[$WEB6]:80/tcp")" "('$CAM24', 'drop')"

# events
is 'events: the new device' "$(told '[e["kind"] for e in d][:1]' events --mac $CAM24)" "['new']"
is 'events: drops by destination' "$(told 'sorted({(e["dst"], e["port"], e["verdict"])
	for e in d})' events --mac $CAM24 --kind drop)" "[('$WEB4', 80, 'drop'), ('$WEB6', 80, 'drop')]"
is 'events: a MAC written otherwise' "$(told '[e["kind"] for e in d][:1]' events \
	--mac "$(tr a-f: A-F- <<<$CAM24)")" "['new']"
is 'events: since' "$(told 'd' events --mac $CAM24 --since +1h)" '[]'
og events --kind drop --mac $CAM24 >"$W/run/events"
ok 'events for people' grep -q "drop    $CAM24 at home (hikvision) drop: egress to $WEB4:80/tcp" \
	"$W/run/events"
spawn gw follow env DBUS_SYSTEM_BUS_ADDRESS="unix:path=$W/run/bus" "$top/build/ouiguard" events \
	--follow --json --lines 1 --kind drop
until_true 60 grep -q "$CAM24" "$W/log/follow" || bail 'events --follow prints nothing'
ok 'another camera is blocked' not can_web cam28 $WEB4
ok 'and followed' until_true 60 grep -q "\"mac\":\"$CAM28\"" "$W/log/follow"
is 'each event is one line' "$(python3 -c '
import json, sys
print([json.loads(line)["mac"] for line in open(sys.argv[1])])' "$W/log/follow")" "['$CAM24', '$CAM28']"
kill "$SPAWNED"

# pause, and its end
ok 'pause' og pause --config "$W/etc" --site home --for 6s --reason test
ok 'the camera is let through' reaches cam24 $WEB4
is 'explain names the pause' "$(told '(d["reason"], d["exception"])' explain $CAM24 --site home \
	--dst $WEB4:80/tcp)" "('exception', 'pause-home#1')"
sleep 6
ok 'until it ends by itself' not can_web cam24 $WEB4

# an exception for one device, revoked
ok 'an exception' og exception add --config "$W/etc" --policy cameras --device $CAM28 --until +1h \
	--reason test --approver test --to "$WEB4:80/tcp"
ok 'lets nobody through before it is approved' not can_web cam28 $WEB4
ok 'status says that it waits' grep -q 'b0-b3-53-60-00-01. waits for approval' <(og status)
sed -i 's/^author: .*/author: "another"/' "$W/etc/exceptions/cameras-b0-b3-53-60-00-01.yaml"
ok 'approved' og exception approve --config "$W/etc" cameras-b0-b3-53-60-00-01
ok 'lets it through' reaches cam28 $WEB4
ok 'only where it says' not can_web cam28 "[$WEB6]"
ok 'and no other' not can_web cam24 $WEB4
ok 'revoked' og exception revoke --config "$W/etc" cameras-b0-b3-53-60-00-01
ok 'it is blocked again' not can_web cam28 $WEB4

# apply, taken back
policy cameras '{from: 2026-01-01, action: log}'
is 'plan tells whom it would let go' "$(told '(d["compared_with"], d["devices_from"], sorted((c["mac"],
	c["before"]["verdict"], c["before"]["destinations_dropped"] > 0, c["after"]["verdict"],
	c["after"]["destinations_dropped"]) for c in d["changes"]))' plan --config "$W/etc")" \
	"('in-force', 'seen', [('$CAM24', 'drop', True, 'pass', 0), ('$CAM28', 'drop', True, 'pass', 0)])"
ok 'apply --confirm' og apply --confirm 4s
ok 'is in force' reaches cam24 $WEB4
ok 'and is taken back' until_true 60 not can_web cam24 $WEB4

# registry diff names the seen device that would no longer be listed
{
	printf 'OUI:%s*\n ID_OUI_FROM_DATABASE=%s\n\n' \
		B0B3536 'Hangzhou Hikrobot Technology Co., Ltd.' 70B3D5124 'Somebody Else'
} >"$W/new.hwdb"
ok 'a part of a registry is refused' not og registry diff --config "$W/etc" "$W/new.hwdb"
printf 'OUI:ACDE48*\n ID_OUI_FROM_DATABASE=Somebody Else\n\n' >>"$W/new.hwdb"
is 'registry diff' "$(told '[(e["mac"], e["before"], e.get("after")) for e in d["devices"]]' registry \
	diff --config "$W/etc" "$W/new.hwdb")" "[('$CAM24', 'hikvision', None)]"

# A file can list whom nobody has noted: the neighbour tables know who is there.
cp "$W/new.hwdb" "$W/newest.hwdb"
printf 'OUI:%s*\n ID_OUI_FROM_DATABASE=%s\n\n' 4419B6 'Hangzhou Hikvision Digital Technology Co.,Ltd.' \
	3C22FB 'Hangzhou Hikvision Digital Technology Co.,Ltd.' >>"$W/newest.hwdb"
can_ping gw "$(address4 laptop)"
ok 'a neighbour that a newer file lists' grep -Eq "^  $LAPTOP at [a-z0-9]+: not listed -> hikvision" \
	<(og registry diff --config "$W/etc" "$W/newest.hwdb")

# What only a newer registry lists is observed at once, and judged when it is accepted.
policy cameras '{from: 2026-01-01, action: block}'
printf 'OUI:%s*\n ID_OUI_FROM_DATABASE=%s\n\n' 4419B6 'Hangzhou Hikvision Digital Technology Co.,Ltd.' \
	3C22FB 'Hangzhou Hikvision Digital Technology Co.,Ltd.' >>"$W/new.hwdb"
printf 'engine: bpf\nregistry: [%s]\n' "$W/new.hwdb" >"$W/etc/ouiguard.yaml"
ok 'a newer registry' og reload
ok 'blocks nobody' reaches laptop $WEB4
ok 'whom it would list is seen' until_true 60 test -n "$(told '[e["mac"] for e in d if e["mac"] == "'$LAPTOP'"] or None' \
	devices | grep -v None)"
is 'and only seen' "$(told '[(e["vendor"], e["prefix"], e["action"], e["unaccepted"], e["dropped"])
	for e in d if e["mac"] == "'$LAPTOP'"]' devices)" "[('hikvision', '3c:22:fb/24', 'observe', True, 0)]"
ok 'status warns' grep -q 'present registries would list 1, unlist ' <(og status)
ok 'diff names it' grep -q "$LAPTOP at home: not listed -> hikvision" \
	<(og registry diff --config "$W/etc")
ok 'explain tells' grep -q 'is not in prefixes.lock: it is observed' <(og explain $LAPTOP)
ok 'accepted' og registry accept --yes --config "$W/etc"
ok 'it is judged' until_true 60 not can_web laptop $WEB4
ok 'status warns no more' not grep -q 'present registries' <(og status)

# detach
ok 'detach' og detach --yes
ok 'nothing is judged' reaches cam24 $WEB4
og status >"$W/run/status"
is 'status says so' $? 1
policy cameras '{from: 2026-01-01, action: block}'
ok 'reload' og reload
ok 'and it is again' until_true 60 not can_web cam24 $WEB4

done_testing
