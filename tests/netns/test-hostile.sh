#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-hostile.sh: what a blocked device can do that wants out, or wants to hide others; and what it can do all
# the same, which SECURITY.md says too

# shellcheck disable=SC2046,SC2154 # words; what lib.sh sets

. "$(dirname "$0")/lib.sh"

export PATIENCE=1 TZ=UTC
NEIGHBOUR=44:19:b6:00:00:99 # another camera, at the port of cam24
small_world cam24 cam28 laptop
site home
echo 'ports: [{name: br0, uplink: trunk0}]' >"$W/etc/sites/home.yaml"
policy cameras '{from: 2026-01-01, action: block}'
daemon_start || bail "the daemon does not start"
is "blocked, and the laptop not" "$(leaving cam24 cam28 laptop)" "0 0 10"

# sends NAME WORD...: ten such frames of cam24 towards the Internet; how many get there.
sends()
{
	local name=$1
	shift
	sniff "$name" wan eth0
	frames cam24 send eth0 count=10 rate=1000 name="$name" "$@" >/dev/null
	sniffed "$name"
	count "$name" "$name"
}

# Addresses ----------------------------------------------------------------------------------------

gwmac=$(mac_of gw br0)
is "with another host's IP address it gets nowhere" \
	"$(sends ip dst="$gwmac" "ip=$(address4 laptop)>198.51.100.9" udp=9\>9)" 0
is "limit: with another host's MAC address it is that host" \
	"$(sends mac src=$LAPTOP dst="$gwmac" "ip=$(address4 laptop)>198.51.100.9" udp=9\>9)" 10
is "limit: with a made-up MAC address it passes" \
	"$(sends made src=02:00:5e:00:00:01 dst="$gwmac" "ip=$(address4 cam24)>198.51.100.9" udp=9\>9)" 10
ok "and is counted as unattributable" until_true 20 eval '[ "$(told "d[\"unattributable\"] >= 10" status)" = True ]'

# Other hosts' way ---------------------------------------------------------------------------------

# As if it had answered their ARP in the gateway's place, and passed their packets on.
in_ns cam24 sysctl -qw net.ipv4.ip_forward=1
in_ns laptop ip route replace default via "$(address4 cam24)"
ok "nobody gets out through a camera that poses as the gateway" not can_ping laptop $WEB4
in_ns laptop ip route replace default via 10.1.0.1
until_true 10 can_ping laptop $WEB4

# As a router advertisement of the camera would make it, on a gateway that listens to these.
linklocal=$(in_ns cam24 ip -6 -o addr show dev eth0 scope link | sed -n 's/.* inet6 \([^/]*\).*/\1/p')
in_ns gw ip -6 route add 2001:db8:77::/64 via "$linklocal" dev br0 proto ra metric 512
can_ping gw "$linklocal%br0"
ok "reload" og reload
is "a route from a router advertisement makes it no router" "$(told "d['infrastructure']" status)" "[]"
is "nor lets it out" "$(leaving cam24)" 0
in_ns gw ip -6 route del 2001:db8:77::/64

# The next hop on the uplink has, or takes, the camera's MAC address.
in_ns wan ip link set eth0 address $CAM24
in_ns gw ip neigh flush dev wan0
until_true 20 can_ping laptop $WEB4
ok "reload" og reload
is "who takes a camera's MAC address on the uplink makes it no router" "$(told "d['infrastructure']" status)" "[]"
is "nor lets it out" "$(leaving cam24 laptop)" "0 10"

# Services of the gateway --------------------------------------------------------------------------

spawn gw proxy busybox httpd -f -p 10.1.0.1:3128 -h "$W/www"
cat >"$W/run/echo.py" <<-'END'
	import socket
	s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
	s.bind(("10.1.0.1", 123))
	while True:
	    data, peer = s.recvfrom(2048)
	    s.sendto(data, peer)
END
spawn gw ntp python3 "$W/run/echo.py"
until_true 10 can_web laptop 10.1.0.1:3128
ok "a server on the gateway: the laptop reaches it" can_web laptop 10.1.0.1:3128
ok "a server on the gateway: a blocked device does not" not can_web cam24 10.1.0.1:3128

# asks SPACE: whether something answers at the gateway's NTP port.
asks()
{
	in_ns "$1" python3 -c 'import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(float(sys.argv[1]))
s.sendto(b"any bytes", ("10.1.0.1", 123))
s.recv(64)' "$PATIENCE"
}
ok "limit: NTP to the gateway passes, whatever it carries" asks cam24
echo 'gateway_services: [dhcp]' >>"$W/etc/sites/home.yaml"
ok "reload" og reload
ok "unless gateway_services does not have it" not asks cam24
sed -i '/gateway_services/d' "$W/etc/sites/home.yaml"
ok "reload" og reload

# From the uplink ----------------------------------------------------------------------------------

sniff inward cam24 eth0
frames wan send eth0 src=$CAM28 dst="$(mac_of gw wan0)" count=10 rate=1000 name=inward \
	"ip=198.51.100.9>$(address4 cam24)" udp=9\>9 >/dev/null
sniffed inward
is "limit: what comes in to a blocked device is not judged" "$(count inward inward)" 10
ok "limit: and reaches it, but no answer leaves" not can_ping wan "$(address4 cam24)"

# Floods -------------------------------------------------------------------------------------------

# The neighbour is known before the flood; it has not sent outside yet.
frames cam24 send eth0 src=$NEIGHBOUR dst="$gwmac" count=10 rate=100 name=before \
	"ip=10.1.0.99>10.1.0.1" icmp=8 >/dev/null
ok "a neighbour at the same port is known" until_true 60 \
	eval '[ "$(told "len([e for e in d if e[\"mac\"] == \"$NEIGHBOUR\"])" devices)" = 1 ]'
cat >"$W/run/flood.py" <<-'END'
	import socket, struct, sys
	gateway, vendor = (bytes.fromhex(word.replace(":", "")) for word in sys.argv[1:3])
	s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
	s.bind(("eth0", 0))
	# A thousand addresses with that prefix, each to one destination after the other.
	for i in range(int(sys.argv[3])):
	    source = vendor + bytes((0x10, i % 1000 >> 8, i % 256))
	    packet = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 28, 0, 0, 64, 17, 0, bytes((10, 1, 0, 77)),
	                         bytes((198, 51, 100, i // 1000)))
	    total = sum(struct.unpack(">10H", packet))
	    total = (total & 0xffff) + (total >> 16)
	    packet = packet[:10] + struct.pack(">H", 0xffff - total) + packet[12:]
	    s.send(gateway + source + b"\x08\x00" + packet + struct.pack(">HHHH", 9, 9, 8, 0))
END
flood()
{
	in_ns cam24 timeout 120 python3 "$W/run/flood.py" "$gwmac" "$@" || bail "no flood"
}

sniff unlisted wan eth0 ip=10.1.0.77
flood 3c:22:fb 500
sniffed unlisted
is "what the flood sends would get out" "$(field_of unlisted ip=10.1.0.77 2)" 500
sniff flood wan eth0 ip=10.1.0.77
stream laptop laptop 200 5 $(outward laptop)
flood 44:19:b6 15000
frames cam24 send eth0 src=$NEIGHBOUR dst="$gwmac" count=10 rate=1000 name=neighbour \
	"ip=10.1.0.99>198.51.100.9" udp=9\>9 >/dev/null
flood 44:19:b6 15000
streamed laptop
sniffed flood
is "a flood of listed addresses: no frame gets out" "$(field_of flood ip=10.1.0.77 2) $(count flood neighbour)" "0 0"
is "and none of the laptop's is lost" "$(count flood laptop)" "$SENT"
ok "what had no record is counted" eval '[ "$(told "d[\"devices_overflow\"] > 10000" status)" = True ]'
ok "the event of its neighbour is not hidden" until_true 20 \
	grep -q "$NEIGHBOUR .* is dropped, to 198.51.100.9" "$W"/log/ouiguardd-1
ok "that events were left out is counted" eval '[ "$(told "d[\"events_lost\"] > 100" status)" = True ]'
ok "the journal has not been filled" test "$(wc -l <"$W/log/ouiguardd-1")" -lt 3500
done_testing
