#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-late.sh: interfaces that come late, vanish, come back, are renamed, or join a bridge later

. "$(dirname "$0")/lib.sh"

small_world cam24 laptop
site home
policy cameras '{from: 2026-01-01, action: block}'
daemon_start || bail "the daemon does not start"
is "what is there is covered" "$(leaving cam24 laptop)" "0 10"

# port_state NAME: as status shows it.
port_state()
{
	og status --json | python3 -c '
import json, sys
print(" ".join(p["state"] for p in json.load(sys.stdin)["ports"] if p["name"] == sys.argv[1]))' \
		"$1"
}

has_state()
{
	test_equal "$(port_state "$1")" "$2"
}

ok "status tells of a port that is missing" has_state lan1 missing

# A port of its own that comes late.
late_client()
{
	world_client cam28 "$CAM28" lan1 || bail "no client"
	address cam28 eth0 10.2.0.28/24 2001:db8:2::28/64
	in_ns cam28 ip route add default via 10.2.0.1
}

to_lan1()
{
	echo "dst=$(mac_of gw lan1) ip=10.2.0.28>198.51.100.9 udp=9>9"
}

leaving_lan1()
{
	sniff lan1 wan eth0
	# shellcheck disable=SC2046 # words
	frames cam28 send eth0 count=10 rate=1000 name=lan1 $(to_lan1) >/dev/null
	sniffed lan1
	count lan1 lan1
}

late_client
ok "it is covered when it comes" until_true 60 has_state lan1 covered
is "and listed frames do not leave by it" "$(leaving_lan1)" 0

# It vanishes with its cable, and comes back as another interface of that name.
ip netns del "$ID-cam28"
until_true 60 not in_ns gw ip link show dev lan1
ok "it is missing again" until_true 60 has_state lan1 missing
late_client
ok "it comes back and is covered" until_true 60 has_state lan1 covered
is "and listed frames do not leave by it" "$(leaving_lan1)" 0

# Renamed to something no site knows, and back.
in_ns gw ip link set lan1 down
in_ns gw ip link set lan1 name spare
in_ns gw ip link set spare up
ok "renamed, it is missing" until_true 60 has_state lan1 missing
in_ns gw ip link set spare down
in_ns gw ip link set spare name lan1
in_ns gw ip link set lan1 up
ok "renamed back, it is covered" until_true 60 has_state lan1 covered
in_ns gw ip -6 addr add 2001:db8:2::1/64 dev lan1
is "and listed frames do not leave by it" "$(leaving_lan1)" 0

# A bridge member is covered whatever its name.
in_ns gw ip link set cam24 down
in_ns gw ip link set cam24 name port7
in_ns gw ip link set port7 up
until_true 60 has_state port7 covered
is "a renamed bridge member is covered" "$(leaving cam24 laptop)" "0 10"

# A new bridge member, under traffic from its first moment on.
world_client cam36 "$CAM36" port8 || bail "no client"
in_ns gw ip link set port8 nomaster
address cam36 eth0 10.1.0.36/24 2001:db8:1::36/64
sniff joins wan eth0
# shellcheck disable=SC2046 # words
stream cam36 cam36 2000 2 $(outward cam36)
sleep 0.2
in_ns gw ip link set port8 master br0
streamed cam36
sent=$SENT
sniffed joins
early=$(count joins cam36)
echo "# of $sent frames $early left in the moment before the port was covered"
ok "a port that joins the bridge is soon covered" test $((early * 2)) -lt "$sent"
is "and stays covered" "$(leaving cam36 laptop)" "0 10"

# A whole bridge that goes and comes back.
in_ns gw ip link set port8 nomaster
in_ns gw ip link set port8 master br0
until_true 60 has_state port8 covered
is "a member that leaves and joins again is covered" "$(leaving cam24 cam36 laptop)" "0 0 10"

done_testing
