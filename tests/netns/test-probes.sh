#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-probes.sh: whether equipment that was removed still answers

# shellcheck disable=SC2154 # what lib.sh sets

. "$(dirname "$0")/lib.sh"

export PATIENCE=1 TZ=UTC
small_world cam24 cam28 sibling
site home
echo 'ports: [{name: br0, uplink: trunk0}]' >"$W/etc/sites/home.yaml"
policy cameras '{from: 2026-01-01, action: block}'
UNSEEN=44:19:b6:00:00:99 # in the register, never seen

# register STATUS: of all three cameras.
register()
{
	printf '%s\n' mac,role,status "$CAM24,camera,$1" "$CAM28,camera,$1" "$UNSEEN,camera,$1" \
		>"$W/etc/assets/home.csv"
}

# told MAC EXPRESSION: of the device's record, as Python sees it in "e".
told()
{
	og devices --json </dev/null 2>"$W/run/err" | python3 -c '
import json, sys
print([eval(sys.argv[2]) for e in json.load(sys.stdin) if e["mac"] == sys.argv[1]])' "$@" 2>>"$W/run/err"
}

tells()
{
	[ "$(told "$1" "$2")" = "$3" ]
}

# hear SPACE IF: from now on, whom ARP and neighbour discovery ask for there, in $W/log/heard-SPACE.
hear()
{
	spawn "$1" "heard-$1" python3 -uc '
import socket, sys
sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
sock.bind((sys.argv[1], 0))
print("listening")
while True:
    frame = sock.recv(2048)
    if frame[12:14] == b"\x08\x06" and frame[21] == 1:
        print("arp", socket.inet_ntoa(frame[38:42]), "from", frame[6:12].hex(":"))
    elif frame[12:14] == b"\x86\xdd" and frame[20] == 58 and frame[54] == 135:
        print("nd", socket.inet_ntop(socket.AF_INET6, frame[62:78]), "from", frame[6:12].hex(":"))
' "$2"
	until_true 60 grep -q listening "$W/log/heard-$1"
}

register legacy
daemon_start || bail "the daemon does not start"
for who in cam24 cam28; do
	can_ping "$who" 10.1.0.1 && can_ping "$who" 2001:db8:1::1
done
ok 'addresses of the cameras are learned' until_true 30 tells "$CAM28" \
	'(any(a.startswith("10.") for a in e["addresses"]), any(a.startswith("2001:") for a in e["addresses"]))' \
	'[(True, True)]'
camera6=$(told "$CAM28" '[a for a in e["addresses"] if a.startswith("2001:")][0]' | tr -d "[']")
ok 'who is not removed is not asked for' tells "$CAM28" '"probes_sent" in e' '[False]'
daemon_kill TERM

# Both are said to be removed. One is; the other is still there.
in_ns cam28 ip link set eth0 down
in_ns gw ip neigh flush dev br0 # the kernel asks by itself for whom it has just met
register removed
hear sibling eth0
hear up eth0
daemon_start || bail "the daemon does not start again"
ok 'the one that is there answers, under each of its addresses' until_true 60 tells "$CAM24" \
	'e["probes_answered"] > 2' '[True]'
ok 'the one that is gone does not' until_true 60 tells "$CAM28" \
	'(e["probes_sent"] > 1, e["probes_answered"])' '[(True, 0)]'
heard=$W/log/heard-sibling
bridge=$(mac_of gw br0)
ok 'it was asked for by ARP' grep -q "^arp 10.1.0.11 from $bridge" "$heard"
ok 'by neighbour discovery' grep -q "^nd $camera6 from $bridge" "$heard"
ok 'and by the address that its MAC makes' grep -q "^nd fe80::b2b3:53ff:fe60:1 from $bridge" "$heard"
ok 'one that was never seen too' until_true 60 grep -q "^nd fe80::4619:b6ff:fe00:99 from $bridge" "$heard"
ok 'nobody was asked beyond the site' not grep -Eq "10\.1\.0\.11 |$camera6 |fe60:1 |fe00:99 " "$W/log/heard-up"
is 'each address once in a round, at each port' "$(grep -c '^arp 10.1.0.11 ' "$heard")" 1
no_entry() { [ -z "$(in_ns gw ip -6 neigh show fe80::4619:b6ff:fe00:99 nud all)" ]; }
ok 'nothing is left of it in the neighbour table' until_true 60 no_entry

sent=$(told "$CAM28" 'e["probes_sent"]' | tr -d '[]')

# Another device has the address: that is no answer of the camera.
daemon_kill TERM
in_ns sibling ip addr add 10.1.0.11/24 dev eth0
daemon_start || bail "the daemon does not start again"
ok 'it is asked for again after a start' until_true 60 tells "$CAM28" "e['probes_sent'] > $sent" '[True]'
ok 'an answer of another device is none' tells "$CAM28" 'e["probes_answered"]' '[0]'
ok 'but tells who has the address now' until_true 100 grep -q \
	"$CAM28 at home is silent, and its address is now that of $SIBLING" "$W/log/ouiguardd-3"

# Switched off.
daemon_kill TERM
echo 'probe: false' >>"$W/etc/sites/home.yaml"
sent=$(told "$CAM28" 'e["probes_sent"]')
: >"$heard"
daemon_start || bail "the daemon does not start again"
sent=$(told "$CAM28" 'e["probes_sent"]')
sleep 6
is 'with probe: false nobody is asked for' "$(told "$CAM28" 'e["probes_sent"]')" "$sent"
ok 'nor heard' not grep -q "fe60:1 from $bridge" "$heard"
done_testing
