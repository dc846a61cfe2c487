#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lib-world.sh: a gateway, its LAN and an Internet in network namespaces; read by scripts/demo and by
# the tests in tests/netns. Everything made here is gone when the script that reads it ends.
#
#        clients: cameras, laptop ...                       wan: web server, resolver
#            |  one veth each                                  |
#        +---+---- br0 ----+------ lan1 ------+------------- wan0 ---+
#        |  10.1.0.1/24    |   10.2.0.1/24    |   203.0.113.1/24     |   gw: dnsmasq (DHCP, RA, DNS),
#        |  2001:db8:1::1  |   2001:db8:2::1  |   2001:db8:ff::1     |       ouiguardd
#        +-------+---------+------------------+----------------------+
#                | trunk0: br0's uplink
#              up: a switch of the building
#
# A namespace is entered with nsenter, not with "ip netns exec", which would hide the bpffs.

# shellcheck disable=SC2034 # what the scripts that read this file use

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

WEB4=192.0.2.80 WEB6=2001:db8:80::80 DNS4=192.0.2.53 DNS6=2001:db8:80::53
DAEMON_STARTS=0
# How long a client waits for an answer that may be blocked, in seconds.
PATIENCE=${PATIENCE-2}

# world_begin: directories, and the promise to clear up.
world_begin()
{
	[ "$(id -u)" -eq 0 ] || { echo "This needs root: it makes network namespaces." >&2; exit 1; }
	W=$(mktemp -d "${TMPDIR:-/tmp}/ouiguard.XXXXXX") || exit 1
	ID=og-${W##*.}
	WORLD_PIDS=()
	trap world_end EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	mkdir -p "$W"/{log,run,www,etc,state}
}

# world_end: stop what was started, remove what was made. Keeps the exit status.
world_end()
{
	local status=$? pid space
	trap - EXIT INT TERM
	for pid in "${WORLD_PIDS[@]}"; do
		kill -CONT "$pid" 2>/dev/null
		kill "$pid" 2>/dev/null
	done
	for pid in "${WORLD_PIDS[@]}"; do
		# A pid that is no longer a child of ours may be somebody else's.
		for _ in {1..30}; do
			alive "$pid" || break
			sleep 0.1
		done
		alive "$pid" && kill -KILL "$pid" 2>/dev/null
	done
	wait 2>/dev/null
	for space in $(ip netns list | sed -n "s/^\($ID-[^ ]*\).*/\1/p"); do
		ip netns del "$space"
	done
	while read -r _ place _; do
		case $place in "$W"/*) umount "$place" ;; esac
	done </proc/mounts
	rm -rf "$W"
	exit "$status"
}

# alive PID: whether a child of this shell still runs.
alive()
{
	local state
	state=$(sed -n 's/^State:\t\([A-Z]\).*/\1/p; s/^PPid:\t//p' "/proc/$1/status" 2>/dev/null |
		tr '\n' ' ')
	[ "$state" != "" ] && [ "${state%% *}" != Z ] && [ "${state#* }" = "$$ " ]
}

# in_ns NAME COMMAND...: run it in a namespace of this world.
in_ns()
{
	local name=$1
	shift
	nsenter --net="/run/netns/$ID-$name" -- "$@"
}

# frames NAME ARGUMENT...: send or count crafted frames there (tests/netns/frames.c).
frames()
{
	local name=$1
	shift
	in_ns "$name" "$top/build/tests/netns/frames" "$@"
}

# spawn NAME LOG COMMAND...: run it there in the background; its process is $SPAWNED, what it prints
# is in $W/log/LOG.
spawn()
{
	local name=$1 log=$W/log/$2
	shift 2
	nsenter --net="/run/netns/$ID-$name" -- "$@" </dev/null >"$log" 2>&1 &
	SPAWNED=$!
	WORLD_PIDS+=("$SPAWNED")
}

# until_true SECONDS COMMAND...: try it until it succeeds; fails when it never does.
until_true()
{
	local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
	shift
	until "$@" >/dev/null 2>&1; do
		((${EPOCHREALTIME/[.,]/} < end)) || return 1
		sleep 0.05
	done
}

new_ns()
{
	ip netns add "$ID-$1" &&
		in_ns "$1" sysctl -qw net.ipv6.conf.all.accept_dad=0 \
			net.ipv6.conf.default.accept_dad=0 \
			net.ipv6.conf.default.router_solicitation_delay=0 &&
		in_ns "$1" ip link set lo up
}

# veth NAME IF NAME IF [MAC]: a cable between two namespaces; MAC is that of the second end.
veth()
{
	ip link add name "$2" netns "$ID-$1" type veth \
		peer name "$4" netns "$ID-$3" ${5:+address "$5"} &&
		in_ns "$1" ip link set "$2" up && in_ns "$3" ip link set "$4" up
}

# world_gateway: the gateway and the Internet, without clients.
world_gateway()
{
	new_ns gw && new_ns wan && new_ns up || return 1
	in_ns gw sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	veth gw wan0 wan eth0 && in_ns gw ip link add br0 type bridge mcast_snooping 0 &&
		in_ns gw ip link set br0 up && veth gw trunk0 up eth0 || return 1
	in_ns gw ip link set trunk0 master br0
	address gw br0 10.1.0.1/24 2001:db8:1::1/64
	address gw wan0 203.0.113.1/24 2001:db8:ff::1/64
	address wan eth0 203.0.113.2/24 2001:db8:ff::2/64
	address wan lo $WEB4/32 $WEB6/128
	address wan lo $DNS4/32 $DNS6/128
	in_ns gw ip route add default via 203.0.113.2
	in_ns gw ip -6 route add default via 2001:db8:ff::2
	in_ns wan ip route add 10.0.0.0/8 via 203.0.113.1
	in_ns wan ip -6 route add 2001:db8::/32 via 2001:db8:ff::1
	world_internet && world_services
}

address()
{
	in_ns "$1" ip addr add "$3" dev "$2" && in_ns "$1" ip -6 addr add "$4" dev "$2"
}

# The Internet: a web server and a resolver that knows it.
world_internet()
{
	echo "hello from the web server" >"$W/www/index.html"
	truncate -s 64G "$W/www/endless"
	spawn wan web busybox httpd -f -p '[::]:80' -h "$W/www"
	spawn wan resolver dnsmasq --keep-in-foreground --conf-file=/dev/null --no-hosts --no-resolv \
		--user=root --pid-file= --address=/web.example/$WEB4 --address=/web.example/$WEB6
}

# The gateway's services on its LAN ports: DHCP, router advertisements, DNS.
world_services()
{
	spawn gw dnsmasq dnsmasq --keep-in-foreground --conf-file=/dev/null --no-hosts --no-resolv \
		--user=root --pid-file= --bind-dynamic --interface=br0 --interface=lan1 \
		--no-ping --dhcp-authoritative --dhcp-leasefile="$W/run/leases" --server=$DNS4 \
		--dhcp-range=10.1.0.100,10.1.0.199,255.255.255.0,10m \
		--dhcp-range=10.2.0.100,10.2.0.199,255.255.255.0,10m \
		--enable-ra --dhcp-range=2001:db8:1::,ra-only --dhcp-range=2001:db8:2::,ra-only
	GATEWAY_DNSMASQ=$SPAWNED
	until_true 60 in_ns gw dig +short +time=1 +tries=1 @10.1.0.1 web.example
}

# world_client NAME MAC [PORT]: a client behind a port of the gateway of its name (or PORT) in br0; the
# port lan1 stands alone.
world_client()
{
	local name=$1 mac=$2 port=${3-$1}
	new_ns "$name" && veth gw "$port" "$name" eth0 "$mac" || return 1
	if [ "$port" = lan1 ]; then
		address gw lan1 10.2.0.1/24 2001:db8:2::1/64
	else
		in_ns gw ip link set "$port" master br0
	fi
}

udhcpc_script()
{
	cat >"$W/run/udhcpc" <<-'END'
		#!/bin/sh
		case $1 in
		bound | renew)
			ip -4 addr flush dev "$interface" scope global
			ip addr replace "$ip/$mask" dev "$interface"
			ip route replace default via "$router"
			;;
		esac
	END
	chmod +x "$W/run/udhcpc"
}

# lease NAME: ask for an IPv4 lease as equipment does, and wait for an IPv6 address.
lease()
{
	[ -x "$W/run/udhcpc" ] || udhcpc_script
	in_ns "$1" busybox udhcpc -i eth0 -n -q -f -t 5 -T 1 -s "$W/run/udhcpc" \
		>"$W/log/lease-$1" 2>&1 || return 1
	until_true 60 address6 "$1"
}

# leases NAME...: all at once.
leases()
{
	local name pids=() pid bad=0
	udhcpc_script
	for name in "$@"; do
		lease "$name" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || bad=1
	done
	return $bad
}

# address4 NAME, address6 NAME: its global address.
address4()
{
	in_ns "$1" ip -4 -o addr show dev eth0 scope global | sed -n 's/.* inet \([^/]*\).*/\1/p' |
		grep -m 1 .
}

address6()
{
	in_ns "$1" ip -6 -o addr show dev eth0 scope global | grep -v tentative |
		sed -n 's/.* inet6 \([^/]*\).*/\1/p' | grep -m 1 .
}

mac_of()
{
	in_ns "$1" ip -o link show dev "${2-eth0}" | sed -n 's/.*ether \([^ ]*\).*/\1/p'
}

# What a client tries, as a user would. Each succeeds or fails.
can_web()   { in_ns "$1" curl -s --max-time "$PATIENCE" "http://$2/" | grep -q hello; }
can_ping()  { in_ns "$1" ping -q -c 1 -W "$PATIENCE" "$2" >/dev/null; }
can_dns()   { in_ns "$1" dig +short +time="$PATIENCE" +tries=1 @"$2" web.example | grep -q $WEB4; }
can_lease() { lease "$1"; }

# ouiguard in this world -------------------------------------------------------------------------

# A bus of this world's own, so that no system bus is needed and none is touched.
world_bus()
{
	cat >"$W/run/bus.conf" <<-END
		<busconfig>
		<type>custom</type>
		<listen>unix:path=$W/run/bus</listen>
		<auth>EXTERNAL</auth>
		<policy context="default">
		<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>
		</policy>
		</busconfig>
	END
	spawn gw bus dbus-daemon --config-file="$W/run/bus.conf" --nofork --nopidfile
	until_true 60 test -S "$W/run/bus"
}

# og ARGUMENT...: the ouiguard command of this tree, as the gateway's administrator.
og()
{
	in_ns gw env OUIGUARD_DATADIR="$top/data" \
		DBUS_SYSTEM_BUS_ADDRESS="unix:path=$W/run/bus" "$top/build/ouiguard" "$@"
}

# daemon_start [ARGUMENT...]: start ouiguardd with $W/etc and wait until it answers.
daemon_start()
{
	[ -S "$W/run/bus" ] || world_bus || return 1
	# A kernel without BPF has no such file system.
	if [ ! -d "$W/bpf" ] && [ -d /sys/fs/bpf ]; then
		mkdir "$W/bpf" && mount -t bpf -o mode=0700 ouiguard-test "$W/bpf" || return 1
	fi
	spawn gw "ouiguardd-$((++DAEMON_STARTS))" env OUIGUARD_DATADIR="$top/data" \
		DBUS_SYSTEM_BUS_ADDRESS="unix:path=$W/run/bus" \
		RUNTIME_DIRECTORY="$W/run" "$top/build/${DAEMON_PROGRAM-ouiguardd}" --config "$W/etc" --state "$W/state" --bpffs "$W/bpf" "$@"
	DAEMON=$SPAWNED
	until_true 60 daemon_ready
}

daemon_ready()
{
	og status --json | grep -q '"enforcing": *true'
}
