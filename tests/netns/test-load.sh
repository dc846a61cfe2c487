#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-load.sh: 10,000 devices send what there is something to tell of, 100,000 frames a second and
# more: the daemon stays small, keeps its watchdog, and what it could not be told is counted.
#
# LOAD_SECONDS (10) is how long. How fast frames go is said, not judged: the machine decides it.

. "$(dirname "$0")/lib.sh"

DEVICES=10000
PORTS=8
WATCHDOG=16 # seconds; the service has 30

# A site whose ports are cables to one namespace.
ports=()
world_begin
new_ns gw && new_ns lan || bail "no world"
for ((i = 0; i < PORTS; i++)); do
	veth gw "lan$i" lan "eth$i" || bail "no cable"
	ports+=("{name: lan$i}")
done
site home
(IFS=,; echo "ports: [${ports[*]}]") >"$W/etc/sites/home.yaml"
policy cameras '{from: 2026-01-01, action: block}'

# The devices were seen before: a port admits new ones only so fast.
daemon_start || bail "the daemon does not start"
daemon_kill TERM
sqlite3 "$W/state/inventory.db" "
	WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < $DEVICES)
	INSERT INTO device (site, mac, vendor, port, vlan, role, evidence, action, reason, first_seen,
		last_seen, packets, bytes, passed, dropped, dropped_bytes, egress, raw_first_seen,
		raw_packets, raw_bytes, raw_passed, raw_dropped, raw_dropped_bytes, raw_egress)
	SELECT 'home', $((0x4419b6000000)) + i, 'hikvision', '', 0, 0, 0, 0, 0, 1790000000,
		1790000000, 1, 60, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0 FROM n" || bail "no inventory"

# What the service manager would be told, each behind the millisecond at which it came.
spawn gw notified python3 -uc '
import socket, sys, time
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    text = s.recv(4096).decode("utf-8", "replace")
    print(int(time.monotonic() * 1000), text.replace("\n", " "))' "$W/run/notify"
until_true 60 test -S "$W/run/notify" || bail "nobody listens"
NOTIFY_SOCKET=$W/run/notify WATCHDOG_USEC=${WATCHDOG}000000 daemon_start ||
	bail "the daemon does not start again"
peak() { sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$DAEMON/status"; }
ok "it is ready" until_true 60 grep -q READY=1 "$W/log/notified"
echo "# with $DEVICES devices at rest: $(peak) kB at most"

# shellcheck disable=SC2046,SC2154 # words; what lib.sh sets
spawn lan load "$top/build/tests/netns/load" 44:19:b6:00:00:00 "$DEVICES" "${LOAD_SECONDS:-10}" \
	$(for ((i = 0; i < PORTS; i++)); do echo "eth$i"; done)
ok "frames of all devices are sent" wait "$SPAWNED"
read -r sent milliseconds <"$W/log/load"
echo "# $sent frames in $milliseconds ms: $((sent * 1000 / (milliseconds + 1))) a second"

# The daemon has had its watchdog and its tick since.
pings() { grep -c WATCHDOG=1 "$W/log/notified"; }
before=$(pings)
more_pings() { [ "$(pings)" -ge $((before + 2)) ]; }
ok "the daemon goes on" until_true 120 more_pings
echo "# longest silence before a watchdog: $(awk '/WATCHDOG=1/ {
	if (last && $1 - last > most) most = $1 - last; last = $1 } END { print most }' "$W/log/notified") ms"
ok "it kept its watchdog of $WATCHDOG s all the time" awk -v most="${WATCHDOG}000" '
	/WATCHDOG=1/ { if (last && $1 - last > most) late = 1; last = $1; seen++ }
	END { exit late || seen < 3 }' "$W/log/notified"
hwm=$(peak)
echo "# $hwm kB at most"
ok "it stayed below 32 MiB ($hwm kB)" test "$hwm" -le 32768

# What was offered, kept and lost.
judged() { told 'd["reasons"]["egress"]' status; }
lost_events() { told 'd["events_lost"]' status; }
is "all devices are there" "$(told 'd["sites"][0]["devices"]' status)" "$DEVICES"
ok "frames were judged ($(judged))" test "$(judged)" -gt 0
ok "what could not be told is counted ($(lost_events))" test "$(lost_events)" -gt 0
kept() { sqlite3 "$W/state/inventory.db" 'SELECT count(*) FROM event'; }
ok "it ends as asked" daemon_kill TERM
ok "events are kept ($(kept))" test "$(kept)" -gt 1000
done_testing
