#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-inner-router.sh: a router of a listed make in the LAN, a listed and an unlisted host behind it
#
# The router is never judged by its prefix; of what is behind it the IPv6 address tells whose it is.

# shellcheck disable=SC2154 # what lib.sh sets

. "$(dirname "$0")/lib.sh"

export PATIENCE=1 TZ=UTC
BEHIND=$CAM24 # a camera
ROUTER=44:19:b6:00:00:02
small_world laptop
world_client router $ROUTER || bail "no router"
address router eth0 10.1.0.90/24 2001:db8:1::90/64
in_ns router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
in_ns router ip link add br1 type bridge mcast_snooping 0
in_ns router ip link set br1 up
address router br1 10.9.0.1/24 2001:db8:9::1/64
in_ns router ip route add default via 10.1.0.1
in_ns router ip -6 route add default via 2001:db8:1::1
in_ns gw ip route add 10.9.0.0/24 via 10.1.0.90
in_ns gw ip -6 route add 2001:db8:9::/64 via 2001:db8:1::90

# behind NAME MAC NUMBER: a host behind the router, with the address that its MAC makes.
behind()
{
	local tail
	new_ns "$1" && veth router "$1" "$1" eth0 "$2" || return 1
	in_ns router ip link set "$1" master br1
	tail=$(in_ns "$1" ip -6 -o addr show dev eth0 scope link | sed -n 's/.*fe80::\([^/]*\).*/\1/p')
	address "$1" eth0 "10.9.0.$3/24" "2001:db8:9:0:$tail/64"
	in_ns "$1" ip route add default via 10.9.0.1
	in_ns "$1" ip -6 route replace default via 2001:db8:9::1
}

behind camera $BEHIND 10 || bail "no camera"
behind pc 3c:22:fb:00:00:09 11 || bail "no pc"
site home 'match: [mac, eui64]'
printf '%s\n' 'ports: [{name: br0, uplink: trunk0}]' 'match: [mac, eui64]' >"$W/etc/sites/home.yaml"
policy cameras '{from: 2026-01-01, action: block}'

tells()
{
	local wanted=$1
	shift
	[ "$(told "$@")" = "$wanted" ]
}

until_true 60 can_ping router 2001:db8:1::1
until_true 60 can_ping router 10.1.0.1
daemon_start || bail "the daemon does not start"
ok 'the router is not judged' until_true 60 tells "['$ROUTER']" 'd["infrastructure"]' status
ok 'the pc behind it reaches the web over IPv6' until_true 60 can_web pc "[$WEB6]"
ok 'and over IPv4' until_true 60 can_web pc $WEB4
ok 'the camera behind it does not over IPv6' not can_web camera "[$WEB6]"
ok 'the router itself does' until_true 60 can_ping router $WEB6
ok 'the camera is a device, by its IPv6 address' until_true 60 tells "[('eui64', 'block', True)]" \
	"[(e['evidence'], e['action'], e['dropped'] > 0) for e in d if e['mac'] == '$BEHIND']" devices
ok 'its address is known' until_true 30 tells "['$(address6 camera)']" \
	"[a for e in d if e['mac'] == '$BEHIND' for a in e['addresses']]" devices
ok 'what the router passes on is none of its own' tells True \
	"not [a for e in d if e['mac'] == '$ROUTER' for a in e.get('addresses', []) if ':9:' in a or a.startswith('10.9.')]" devices
ok 'the site has a source whose make nobody can tell' until_true 30 tells '[1]' \
	"[s.get('blind') for s in d['sites']]" status
ok 'the laptop beside it is let alone' until_true 60 can_web laptop "[$WEB6]"

# Declared as a router, without a route through it.
daemon_kill TERM
in_ns gw ip route del 10.9.0.0/24
in_ns gw ip -6 route del 2001:db8:9::/64
printf 'mac,role,status\n%s,router,legacy\n' "$ROUTER" >"$W/etc/assets/home.csv"
in_ns gw ip -6 route add 2001:db8:9::/64 dev br0
in_ns router sysctl -qw net.ipv6.conf.eth0.proxy_ndp=1
for who in camera pc; do
	in_ns router ip -6 neigh add proxy "$(address6 $who)" dev eth0
done
daemon_start || bail "the daemon does not start again"
ok 'a declared router is not judged either' tells "['$ROUTER']" 'd["infrastructure"]' status
ok 'the pc behind it reaches the web' until_true 60 can_web pc "[$WEB6]"
ok 'the camera behind it does not' not can_web camera "[$WEB6]"
done_testing
