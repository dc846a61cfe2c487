#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-pair.sh: two gateways of one site, with an address that moves from one to the other under
# traffic while the daemon of the other is dead: the same verdicts, and one inventory in the end

# shellcheck disable=SC2154 # what lib.sh sets

. "$(dirname "$0")/lib.sh"

export PATIENCE=1 TZ=UTC
CAM_OLD=44:19:b6:00:00:01 CAM_NEW=44:19:b6:00:00:02 CAM_LATE=44:19:b6:00:00:03
VIP=10.1.0.254 VIP_MAC=00:00:5e:00:01:01

# gateway NAME HOST NUMBER: one of the pair, between the LAN and the Internet.
gateway()
{
	local name=$1 number=$3
	new_ns "$name" && veth lan "$name" "$name" lan0 && veth wan "eth$number" "$name" wan0 || return 1
	in_ns lan ip link set "$name" master br0
	in_ns "$name" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.default.rp_filter=0
	in_ns "$name" ip addr add "10.1.0.$number/24" dev lan0
	in_ns "$name" ip addr add "203.0.11$number.1/24" dev wan0
	in_ns wan ip addr add "203.0.11$number.2/24" dev "eth$number"
	in_ns "$name" ip route add default via "203.0.11$number.2"
	mkdir -p "$W/$name"/{state,run,bpf}
	mount -t bpf -o mode=0700 ouiguard-test "$W/$name/bpf" || return 1
	sed "s|$W/run/bus|$W/$name/run/bus|" "$W/run/bus.conf" >"$W/$name/bus.conf"
	spawn "$name" "bus-$name" dbus-daemon --config-file="$W/$name/bus.conf" --nofork --nopidfile
	until_true 60 test -S "$W/$name/run/bus"
}

# member NAME HOST: its daemon, on a host of that name, with the files that both have.
member()
{
	local name=$1 host=$2
	spawn "$name" "ouiguardd-$name-$((++DAEMON_STARTS))" unshare --uts sh -c "hostname $host && exec \"\$@\"" sh \
		env OUIGUARD_DATADIR="$top/data" DBUS_SYSTEM_BUS_ADDRESS="unix:path=$W/$name/run/bus" \
		RUNTIME_DIRECTORY="$W/$name/run" "$top/build/ouiguardd" --config "$W/etc" \
		--state "$W/$name/state" --bpffs "$W/$name/bpf"
	# shellcheck disable=SC2034 # what daemon_kill kills
	DAEMON=$SPAWNED
	until_true 60 at_work "$name"
}

at()
{
	local name=$1
	shift
	in_ns "$name" env OUIGUARD_DATADIR="$top/data" OUIGUARD_CONFIG="$W/etc" \
		DBUS_SYSTEM_BUS_ADDRESS="unix:path=$W/$name/run/bus" "$top/build/ouiguard" "$@"
}

at_work()
{
	at "$1" status --json | grep -q '"enforcing": *true'
}

# told NAME EXPRESSION VERB...: of the record that it prints there.
told()
{
	local name=$1 expression=$2
	shift 2
	at "$name" "$@" --json </dev/null 2>"$W/run/err" | python3 -c '
import json, sys
try:
    d = json.load(sys.stdin)
    print(eval(sys.argv[1]))
except Exception as error:
    print("failed:", repr(error))' "$expression"
}

# hold NAME, let_go NAME: the address that both share.
hold()
{
	in_ns "$1" ip link add vip link lan0 address $VIP_MAC type macvlan mode bridge &&
		in_ns "$1" ip addr add $VIP/32 dev vip && in_ns "$1" ip link set vip up &&
		frames "$1" send vip count=3 rate=100 name=vip dst=ff:ff:ff:ff:ff:ff type=0x88b5 >/dev/null
}

let_go()
{
	in_ns "$1" ip link del vip
}

# from MAC SECONDS: goes on sending outward through the shared address.
from()
{
	stream "${1: -2}" cam "$3" "$2" src="$1" dst=$VIP_MAC "ip=10.1.0.10>198.51.100.9" "udp=9>9"
}

world_begin
mkdir -p "$W/etc"
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
new_ns lan && new_ns wan && new_ns cam || bail "no world"
in_ns lan ip link add br0 type bridge mcast_snooping 0
in_ns lan ip link set br0 up
veth lan cam cam eth0 $CAM_OLD && in_ns lan ip link set cam master br0 || bail "no client"
in_ns cam ip addr add 10.1.0.10/24 dev eth0
gateway gw1 gw-a 1 && gateway gw2 gw-b 2 || bail "no gateways"

site home
cat >"$W/etc/sites/home.yaml" <<-END
	gateways: [gw-a, gw-b]
	ports: [{name: lan0}]
	own_addresses: [$VIP]
END
cat >"$W/etc/policies/cameras.yaml" <<-END
	vendors: [hikvision]
	new_devices: {action: block}
	phases: [{from: 2026-01-01, action: log}]
END
printf 'mac,role,status\n%s,camera,legacy\n' $CAM_OLD >"$W/etc/assets/home.csv"
member gw1 gw-a || bail "the first daemon does not start"
member gw2 gw-b || bail "the second daemon does not start"

# The same files: both are asked.
mkdir "$W/bin"
cat >"$W/bin/ssh" <<-END
	#!/bin/sh
	exec systemd-stdio-bridge --bus-path="unix:path=$W/gw2/run/bus"
END
chmod +x "$W/bin/ssh"
if command -v systemd-stdio-bridge >/dev/null; then
	PATH=$W/bin:$PATH at gw1 check --offline --peer gw-b >"$W/run/peer" 2>&1
	is 'the files of both are the same' $? 0
	is 'and so are their verdicts' "$(told gw1 '(d["verdict"], d["policy"])' explain $CAM_NEW --site home)" \
		"$(told gw2 '(d["verdict"], d["policy"])' explain $CAM_NEW --site home)"
fi

# The second one's daemon is dead when the address moves to it.
daemon_kill KILL
hold gw1 || bail "no shared address"
sniff first wan eth1
sniff second wan eth2
from $CAM_OLD 6 200
from $CAM_NEW 6 200
sleep 2
hold gw2 && let_go gw1
sleep 2
before=$(told gw2 'd' status)
streamed "${CAM_OLD: -2}"
old=$SENT
streamed "${CAM_NEW: -2}"
new=$SENT
sniffed first
sniffed second
ok 'the daemon is dead' test "${before#failed}" != "$before"
ok 'both sent' test "$old" -gt 1000 -a "$new" -gt 1000
ok 'the legacy device passes by the first' test "$(count first "${CAM_OLD: -2}")" -gt 200
ok 'and then by the second' test "$(count second "${CAM_OLD: -2}")" -gt 200
is 'the new one passes by neither' "$(count first "${CAM_NEW: -2}") $(count second "${CAM_NEW: -2}")" '0 0'

# A device that only the second one sees.
from $CAM_LATE 1 100
streamed "${CAM_LATE: -2}"
member gw2 gw-b || bail "the second daemon does not start again"

of_device()
{
	told "$1" '[(e["packets"] > 0, e["dropped"] > 0) for e in d if e["mac"] == "'"$2"'"]' devices --site home
}

knows()
{
	of_device "$1" "$2" | grep -q True
}

until_true 60 knows gw2 $CAM_LATE || bail "the second one does not see the late device"
is 'what it did without its daemon it knows' "$(of_device gw2 $CAM_NEW)" '[(True, True)]'
is 'the first one knows nothing of the late device' "$(of_device gw1 $CAM_LATE)" '[]'

# One inventory.
ok 'an export' at gw2 inventory export -o "$W/run/second.json"
ok 'comes into the other' at gw1 inventory merge "$W/run/second.json"
is 'which knows all devices now' "$(told gw1 'sorted(e["mac"] for e in d)' devices --site home)" \
	"['$CAM_OLD', '$CAM_NEW', '$CAM_LATE']"
ok 'twice is once' at gw1 inventory merge "$W/run/second.json"
is 'each is there once' "$(told gw1 'len(d)' devices --site home)" 3

done_testing
