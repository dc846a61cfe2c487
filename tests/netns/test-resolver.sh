#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-resolver.sh: the gateway's resolver relays for nobody who is blocked, by whatever address it is
# asked: one that listens on every address hears broadcasts, multicast and anycast too

. "$(dirname "$0")/lib.sh"

small_world cam24 laptop
# The world's resolver has a socket for each address; many have one for all.
kill "$GATEWAY_DNSMASQ"
wait "$GATEWAY_DNSMASQ" 2>/dev/null
spawn gw wide dnsmasq --keep-in-foreground --conf-file=/dev/null --no-hosts --no-resolv --user=root \
	--pid-file= --server=$DNS4
until_true 60 in_ns gw dig +short +time=1 +tries=1 @10.1.0.1 web.example || bail "no resolver"
for who in cam24 laptop; do
	in_ns $who ip route add 10.2.0.0/24 via 10.1.0.1
done

# asks SPACE ADDRESS: whether anybody answers a question sent there. A tool that insists on an answer
# from the address that it asked is of no use here.
asks()
{
	in_ns "$1" python3 - "$2" "$PATIENCE" <<-'END'
		import socket, struct, sys
		question = struct.pack(">HHHHHH", 1, 0x100, 1, 0, 0, 0)
		question += b"\x03web\x07example\x00" + struct.pack(">HH", 1, 1)
		family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
		s = socket.socket(family, socket.SOCK_DGRAM)
		s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
		s.settimeout(float(sys.argv[2]))
		s.sendto(question, socket.getaddrinfo(sys.argv[1], 53, family)[0][4])
		sys.exit(b"\xc0\x00\x02\x50" not in s.recv(512))
	END
}

places="10.1.0.1 10.1.0.255 255.255.255.255 224.0.0.1 2001:db8:1::1 2001:db8:1:: fe80::%eth0"
for place in $places; do
	ok "without ouiguard the resolver answers at $place" asks cam24 "$place"
done
site home
policy cameras '{from: 2026-01-01, action: block}'
daemon_start || bail "the daemon does not start"
for place in $places; do
	ok "to a listed device it does not answer at $place" not asks cam24 "$place"
	ok "to another device it still answers at $place" asks laptop "$place"
done

done_testing
