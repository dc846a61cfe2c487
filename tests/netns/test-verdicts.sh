#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-verdicts.sh: what blocked equipment reaches, and what everybody else does, with real clients
# and with the crafted frames that once found a way out

. "$(dirname "$0")/lib.sh"

world_begin
world_gateway || bail "no world"
world_client cam24 $CAM24
world_client cam28 $CAM28 lan1
world_client cam36 $CAM36
world_client sibling $SIBLING
world_client look $LOOK
world_client laptop $LAPTOP
listed="cam24 cam28 cam36"
unlisted="sibling look laptop"

site home "match: [mac, eui64]"
policy cameras '{from: 2026-01-01, action: block}'
daemon_start || bail "the daemon does not start"

gateway()
{
	case $1 in
	cam28) echo "10.2.0.1 2001:db8:2::1" ;;
	*) echo "10.1.0.1 2001:db8:1::1" ;;
	esac
}

# Real clients. Checks of one client that must fail take long: each client has a process.
real()
{
	local who=$1 gw4 gw6 check words
	read -r gw4 gw6 <<<"$(gateway "$who")"
	leases "$who" && echo "$who lease ok"
	can_ping "$who" "$gw4" && echo "$who ping gateway ok"
	can_ping "$who" "$gw6" && echo "$who ping6 gateway ok"
	can_ping "$who" 10.1.0.77 && echo "$who LAN ok"
	for check in "web $WEB4" "web [$WEB6]" "ping $WEB4" "ping $WEB6" "dns $DNS4" "dns $DNS6" \
		"dns $gw4" "dns $gw6"; do
		read -ra words <<<"$check"
		set -- "${words[@]}"
		if "can_$1" "$who" "$2"; then echo "$who $check reached"; else
			echo "$who $check blocked"; fi
	done >"$W/run/outside-$who"
}

# A host in the LAN that everybody may reach: behind the bridge's uplink.
address up eth0 10.1.0.77/24 2001:db8:1::77/64
in_ns up ip route add 10.2.0.0/24 via 10.1.0.1

pids=()
for who in $listed; do
	real "$who" >"$W/run/real-$who" &
	pids+=($!)
done
for who in $unlisted; do
	real "$who" >"$W/run/real-$who" &
	pids+=($!)
done
# Not a bare "wait", which would wait for the world's servers.
wait "${pids[@]}"
for who in $listed $unlisted; do
	for line in lease "ping gateway" "ping6 gateway" LAN; do
		ok "$who: $line" grep -q "^$who $line ok" "$W/run/real-$who"
	done
done
for who in $listed; do
	is "$who: web, ping and DNS outside, and DNS of the gateway, are blocked over IPv4 and IPv6" \
		"$(grep -c blocked "$W/run/outside-$who")" 8
done
for who in $unlisted; do
	is "$who: web, ping and DNS outside, and DNS of the gateway, work over IPv4 and IPv6" \
		"$(grep -c reached "$W/run/outside-$who")" 8
done

# The gateway's own connections to the equipment.
for who in cam24 cam28; do
	spawn "$who" "web-$who" busybox httpd -f -p '[::]:80' -h "$W/www"
	until_true 60 in_ns "$who" curl -s -o "$W/run/none" http://127.0.0.1/
	ok "the gateway's own TCP connection to $who works over IPv4" can_web gw "$(address4 $who)"
	ok "the gateway's own TCP connection to $who works over IPv6" \
		can_web gw "[$(address6 $who)]"
done

# Crafted frames. Each goes out of two listed devices and, to prove that it would leave, of the
# sibling's and the laptop. Counted behind the WAN port and behind the bridge's uplink.
gwmac=$(mac_of gw br0)
upmac=$(mac_of up)
sniff wan wan eth0
sniff up up eth0

# craft NAME WORD...: @4 and @6 stand for the sender's own addresses.
craft()
{
	local name=$1 who
	shift
	for who in cam24 cam36 sibling laptop; do
		local a4 a6
		a4=$(address4 $who) a6=$(address6 $who)
		local words=("${@//@4/$a4}")
		words=("${words[@]//@6/$a6}")
		frames $who send eth0 count=5 rate=1000 "name=$name-$who" "${words[@]}" \
			>>"$W/log/send" 2>&1 || echo "$who $name" >>"$W/run/not-sent"
	done
}

# arrived WHERE NAME: how many arrived, of each sender.
arrived()
{
	local who
	for who in cam24 cam36 sibling laptop; do
		count "$1" "$2-$who"
	done | tr '\n' ' '
}

only_unlisted()
{
	is "$3: leaves, but from no listed device" "$(arrived "$1" "$2")" "0 0 5 5 "
}

passes_for_all()
{
	is "$3: passes for listed devices too" "$(arrived "$1" "$2")" "5 5 5 5 "
}

net4=198.51.100.9 net6=2001:db8:5::9
craft dhcp4 dst="$gwmac" "ip=@4>$net4" 'udp=68>67'
craft dhcp6 dst="$gwmac" "ip=@6>$net6" 'udp=546>547'
craft nd dst="$gwmac" "ip=@6>$net6" icmp=135 ttl=255
craft lsrr dst="$upmac" 'ip=@4>10.1.0.77' "lsrr=$net4" 'udp=9>9'
craft routed dst="$upmac" 'ip=@6>2001:db8:1::77' routing=1 'udp=9>9'
craft ll4 dst="$gwmac" 'ip=@4>169.254.9.9' 'udp=9>9'
craft mapped dst="$gwmac" 'ip=@6>::ffff:10.1.0.77' 'udp=9>9'
craft mapll dst="$gwmac" 'ip=@6>::ffff:169.254.9.9' 'udp=9>9'
# As Debian has it: loose. The gateway's answers carry what it was sent.
in_ns gw sysctl -qw net.ipv4.conf.all.rp_filter=2
craft echo4 dst="$gwmac" "ip=$net4>10.1.0.1" icmp=8
craft echo6 dst="$gwmac" "ip=$net6>2001:db8:1::1" icmp=128
craft echoall dst=33:33:00:00:00:01 "ip=$net6>ff02::1" icmp=128
craft bcast dst=ff:ff:ff:ff:ff:ff "ip=@4>$net4" 'udp=9>9'
craft lldp dst="$upmac" type=0x88cc
craft odd dst="$upmac" type=0x9000
craft wide6 dst=33:33:00:00:00:01 'ip=@6>ff0e::1' 'udp=9>9'
craft wide4 dst=01:00:5e:01:02:03 'ip=@4>225.1.2.3' 'udp=9>9'
craft tag1 dst="$upmac" tag=20 "ip=@4>$net4" 'udp=9>9'
craft tag1v6 dst="$upmac" tag=20 "ip=@6>$net6" 'udp=9>9'
craft tag2 dst="$upmac" stag=30 tag=20 "ip=@4>$net4" 'udp=9>9'
craft tag2v6 dst="$upmac" stag=30 tag=20 "ip=@6>$net6" 'udp=9>9'
craft tag3 dst="$upmac" tag=10 tag=20 tag=30 "ip=@4>$net4" 'udp=9>9'
craft prio dst="$upmac" tag=0 "ip=@4>$net4" 'udp=9>9'
craft est dst="$gwmac" "ip=@4>$net4" 'tcp=4000>443:PA'
craft eui src=$LAPTOP dst="$gwmac" 'ip=2001:db8:1:0:4619:b6ff:fe00:9>2001:db8:5::9' 'udp=9>9'
craft arp dst=ff:ff:ff:ff:ff:ff type=0x0806
craft mdns dst=01:00:5e:00:00:fb 'ip=@4>224.0.0.251' 'udp=5353>5353' ttl=255
craft ndin dst="$upmac" 'ip=@6>2001:db8:1::77' icmp=135 ttl=255
craft lan dst="$upmac" 'ip=@4>10.1.0.77' 'udp=9>9'
craft lantag dst="$upmac" tag=20 'ip=@4>10.1.0.77' 'udp=9>9'
sniffed wan
sniffed up
ok "every crafted frame was sent" test ! -s "$W/run/not-sent"

only_unlisted wan dhcp4 "UDP 68 to 67 to the Internet"
only_unlisted wan dhcp6 "UDP 546 to 547 to the Internet"
only_unlisted wan nd "a neighbour solicitation to a global address"
only_unlisted wan ll4 "an IPv4 link-local address, which Linux routes"
only_unlisted wan mapped "an internal IPv4 address in an IPv6 header"
only_unlisted wan mapll "a link-local IPv4 address in an IPv6 header"
only_unlisted wan echo4 "the gateway's echo to a source address in the Internet"
only_unlisted wan echo6 "the same over IPv6"
is "nor does its echo to all nodes" "$(arrived wan echoall | cut -d' ' -f1-2)" "0 0"
only_unlisted up routed "an IPv6 routing header"
only_unlisted up bcast "unicast IPv4 in a broadcast frame"
only_unlisted up lldp "LLDP's EtherType to a unicast address"
only_unlisted up odd "another EtherType"
only_unlisted up wide6 "ff0e::1"
only_unlisted up wide4 "multicast beyond the site"
only_unlisted up tag1 "IPv4 in one VLAN tag"
only_unlisted up tag1v6 "IPv6 in one VLAN tag"
only_unlisted up tag2 "IPv4 in two VLAN tags"
only_unlisted up tag2v6 "IPv6 in two VLAN tags"
only_unlisted up tag3 "three VLAN tags, which nobody can read"
only_unlisted up prio "IPv4 in a priority tag"
only_unlisted wan est "a TCP segment of a connection that nobody saw begin"
is "a listed EUI-64 source behind another MAC does not leave" "$(arrived wan eui)" "0 0 0 0 "
only_unlisted up lsrr "an IPv4 source route"
passes_for_all up arp "ARP"
passes_for_all up mdns "mDNS"
passes_for_all up ndin "a neighbour solicitation inside"
passes_for_all up lan "the LAN"
passes_for_all up lantag "the LAN in a VLAN tag"

# Where the kernel tags frames by itself, a real connection inside a tag.
if in_ns up ip link add link eth0 name eth0.20 type vlan id 20 2>/dev/null; then
	for who in cam24 laptop; do
		in_ns $who ip link add link eth0 name eth0.20 type vlan id 20
		in_ns $who ip addr add "172.16.0.$((${#who}))/24" dev eth0.20
		in_ns $who ip link set eth0.20 up
	done
	in_ns up ip addr add 172.16.0.1/24 dev eth0.20
	in_ns up ip link set eth0.20 up
	ok "real VLAN interface: the laptop's ping passes" can_ping laptop 172.16.0.1
	ok "real VLAN interface: a listed device's does not" not can_ping cam24 172.16.0.1
else
	skip "real VLAN interfaces" "this kernel has no 8021q; crafted tags were used"
fi

done_testing
