#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-upgrade.sh: another version, whose tables in the kernel have another layout, takes over under
# traffic, and the first one takes over again; nothing gets out, nothing is lost, nothing is left behind

. "$(dirname "$0")/lib.sh"

small_world cam24 laptop
site home
policy cameras '{from: 2026-01-01, action: block}'
OTHER=other/ouiguardd
rounds=2

# What is pinned: each layout has its directory.
layouts() { (cd "$W/bpf" && compgen -G "v*" | paste -sd " "); }
# What the daemon that was started last has said.
said() { grep -Eq "$1" "$W/log/ouiguardd-$DAEMON_STARTS"; }
dropped() { told 'sum(x["dropped"] for x in d if x["mac"] == "'$CAM24'")' devices; }

export PATIENCE=6 # the other version is compiled quickly, to run slowly
daemon_start || bail "the daemon does not start"
is "blocked, and the laptop not" "$(leaving cam24 laptop)" "0 10"
is "one layout is pinned" "$(layouts)" v2
daemon_kill TERM

sniff traffic wan eth0
# shellcheck disable=SC2046 # words
stream cam24 cam24 200 900 $(outward cam24)
# shellcheck disable=SC2046
stream laptop laptop 200 900 $(outward laptop)
for ((i = 1; i <= rounds; i++)); do
	DAEMON_PROGRAM=$OTHER daemon_start || bail "the other version does not start"
	is "round $i: the other version has its layout alone" "$(layouts)" v77
	ok "round $i: it says that it took the ports over and counts anew" \
		said '^(<[0-9]>)?2 ports were taken over .* begin at zero'
	# Sometimes it gets no chance to tidy up.
	if ((i % 2)); then daemon_kill KILL; else daemon_kill TERM; fi
	daemon_start || bail "the first version does not start again"
	is "round $i: the first version has its layout alone" "$(layouts)" v2
	ok "round $i: it says so too" said 'ports were taken over'
	((i == rounds)) || daemon_kill TERM
done
kill "$(cat "$W/run/stream-cam24")" "$(cat "$W/run/stream-laptop")"
streamed cam24
cam_sent=$SENT
streamed laptop
laptop_sent=$SENT
sniffed traffic
echo "# $((2 * rounds)) take-overs, $cam_sent and $laptop_sent frames"
ok "frames were sent all the time" test "$cam_sent" -gt 200 -a "$laptop_sent" -gt 200
is "not one of the camera's frames got out" "$(count traffic cam24)" 0
is "not one of the laptop's $laptop_sent frames was lost" "$(count traffic laptop)" "$laptop_sent"
is "and none came twice" "$(duplicates traffic laptop)" 0

# What is in the inventory stays; only what an engine counted while nobody looked began anew.
counted() { [ "$(dropped)" = $((before + 10)) ]; }
before=$(dropped)
ok "the inventory has the counts of the versions before ($before)" test "$before" -gt 10
is "the camera sends" "$(leaving cam24 laptop)" "0 10"
ok "and is counted once" until_true 20 counted

# An inventory that a later version, with more tables, has written: left as it is, and enforcement goes on.
content() { sqlite3 -readonly "$W/state/inventory.db" .dump 'PRAGMA user_version' | sha256sum; }
daemon_kill TERM
was=$(sqlite3 "$W/state/inventory.db" 'PRAGMA user_version')
sqlite3 "$W/state/inventory.db" 'CREATE TABLE later (x); INSERT INTO later VALUES (7);
	PRAGMA user_version = 99' >/dev/null
before=$(content)
ok "a version that does not know the inventory's form starts" daemon_start
ok "and says what to do" said 'inventory.db was written by a later version .* install that version or move'
ok "status too" grep -q 'later version' <(og status --json)
is "it enforces" "$(leaving cam24 laptop)" "0 10"
ok "it reloads" og reload
daemon_kill TERM
is "the inventory is as it was" "$(content)" "$before"
sqlite3 "$W/state/inventory.db" "PRAGMA user_version = $was" >/dev/null
ok "the version that knows it starts" daemon_start
ok "with what was seen before" test "$(dropped)" -gt 10
ok "and an audit log that is whole" og audit verify

# A version that cannot read the files, and has none of an earlier start, leaves the other's work alone.
daemon_kill TERM
mv "$W/state" "$W/state.kept"
mkdir "$W/state"
mv "$W/etc/policies/cameras.yaml" "$W/run/cameras.yaml"
echo nonsense >"$W/etc/policies/cameras.yaml"
DAEMON_PROGRAM=$OTHER daemon_start || bail "it does not start"
ok "another version with broken files says what is in force" until_true 20 \
	said 'generation [0-9]+, which an earlier start left, stays in force'
is "enforcement goes on" "$(leaving cam24 laptop)" "0 10"
mv "$W/run/cameras.yaml" "$W/etc/policies"
ok "it takes over when they are mended" og reload
is "it enforces" "$(leaving cam24 laptop)" "0 10"
is "alone" "$(layouts)" v77
ok "detach" og detach --yes
is "opens" "$(leaving cam24 laptop)" "10 10"
is "and leaves nothing" "$(layouts)" ""

# Purging the package: what it removes first, and then the bpffs with its pins.
ok "reload" og reload
is "closes" "$(leaving cam24 laptop)" "0 10"
daemon_kill TERM
# shellcheck disable=SC2154 # lib.sh sets it
drop_filters=$(sed -n '/^drop_filters/,/^}/p' "$top/debian/ouiguard.postrm")
ok "filters are dropped" in_ns gw unshare --mount sh -ec "mount -t sysfs sysfs /sys; $drop_filters
	drop_filters"
umount "$W/bpf"
# The kernel lets go of the links some time after that.
open() { [ "$(leaving cam24 laptop)" = "10 10" ]; }
ok "nothing judges any more" until_true 20 open

done_testing
