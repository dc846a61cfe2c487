#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lib.sh: what the tests in network namespaces share: TAP, a world, the daemon in it
#
# A test sources this file, calls its checks and ends with "done_testing".

# shellcheck disable=SC2034,SC2154 # what the tests use, and what lib-world.sh sets

. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib-world.sh"

tests=0
failures=0

# ok NAME COMMAND...: passes if the command succeeds. What it printed is shown if not.
ok()
{
	local name=$1
	shift
	tests=$((tests + 1))
	# Not in a subshell: the command may start what outlives it.
	if "$@" >"$W/log/ok" 2>&1; then
		echo "ok $tests - $name"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $name"
		[ -s "$W/log/ok" ] || echo "$*" >"$W/log/ok"
		sed 's/^/# /' "$W/log/ok" | head -n 30
	fi
}

# is NAME GOT WANTED
is()
{
	ok "$1" test_equal "$2" "$3"
}

test_equal()
{
	[ "$1" = "$2" ] || { printf 'got:    %s\nwanted: %s\n' "$1" "$2"; return 1; }
}

not()
{
	! "$@"
}

# skip NAME REASON
skip()
{
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

# bail REASON: nothing after this could be judged.
bail()
{
	echo "not ok $((tests + 1)) - $1"
	tail -n 20 "$W"/log/ouiguardd* 2>/dev/null | sed 's/^/# /'
	exit 1
}

done_testing()
{
	echo "1..$tests"
	[ "$failures" -eq 0 ] || tail -n 20 "$W"/log/ouiguardd* 2>/dev/null | sed 's/^/# /'
	exit $((failures > 0))
}

# A site and its policy --------------------------------------------------------------------------

# Devices of the tests: real prefixes of 24, 28 and 36 bits; the sibling one block further belongs to
# somebody else, and so does a name that looks alike.
CAM24=44:19:b6:00:00:01  # Hangzhou Hikvision
CAM28=b0:b3:53:60:00:01  # Hangzhou Hikrobot
CAM36=70:b3:d5:12:30:01  # listed by hand
SIBLING=70:b3:d5:12:40:01 # its sibling
LOOK=40:2c:76:10:00:01 # Shanghai Dahua Scale Factory
LAPTOP=3c:22:fb:00:00:01 # a laptop

# site NAME [LINE...]: the files of a site and the vendors it meets. Lines are added to the site.
site()
{
	local name=$1
	shift
	mkdir -p "$W"/etc/{sites,policies,vendors,exceptions,assets}
	printf '%s\n' 'engine: bpf' >"$W/etc/ouiguard.yaml"
	printf '%s\n' 'ports: [{name: br0, uplink: trunk0, vlans: all}, {name: lan1}]' "$@" \
		>"$W/etc/sites/$name.yaml"
	cat >"$W/etc/vendors/small.yaml" <<-END
		title: A small maker
		prefixes: [{prefix: "70:b3:d5:12:30/36", reason: "test"}]
	END
	cat >"$W/etc/prefixes.lock" <<-END
		hikvision 44:19:b6/24 20-OUI.hwdb "Hangzhou Hikvision Digital Technology Co.,Ltd."
		small 70:b3:d5:12:30/36 manual "test"
		hikvision b0:b3:53:60/28 20-OUI.hwdb "Hangzhou Hikrobot Technology Co., Ltd."
	END
}

# policy NAME PHASE...: applies to every site.
policy()
{
	local name=$1
	shift
	{
		echo 'vendors: [hikvision, small]'
		echo 'phases:'
		printf '  - %s\n' "$@"
	} >"$W/etc/policies/$name.yaml"
}

# stamp SECOND: since 1970, as the files write it.
stamp()
{
	date -u -d "@$1" +%Y-%m-%dT%H:%M:%SZ
}

# told EXPRESSION VERB...: of the record that the verb prints, as Python sees it in "d".
told()
{
	local expression=$1
	shift
	og "$@" --json </dev/null 2>"$W/run/err" | python3 -c '
import json, sys
try:
    d = json.load(sys.stdin)
    print(eval(sys.argv[1]))
except Exception as error:
    print("failed:", repr(error))' "$expression"
}

# Counting frames --------------------------------------------------------------------------------

# sniff LABEL SPACE IF [WORD...]: count there until "sniffed LABEL"; then "count LABEL NAME" and such.
sniff()
{
	local label=$1 space=$2
	shift 2
	spawn "$space" "count-$label" "$top/build/tests/netns/frames" count "$@"
	echo "$SPAWNED" >"$W/run/count-$label"
	until_true 60 grep -q ready "$W/log/count-$label" || bail "the counter does not start"
}

sniffed()
{
	local pid
	pid=$(cat "$W/run/count-$1")
	sleep 0.3 # what is still under way
	kill "$pid"
	wait "$pid" || bail "$(cat "$W/log/count-$1")"
}

field_of()
{
	local value
	value=$(awk -v name="$2" -v field="$3" '$1 == name { print $field }' "$W/log/count-$1")
	echo "${value:-0}"
}

count()      { field_of "$1" "$2" 2; }
lost()       { field_of "$1" "$2" 3; }
duplicates() { field_of "$1" "$2" 4; }

# foreign SPACE ARGUMENT...: somebody else's program (tests/netns/foreign.c).
foreign()
{
	local space=$1
	shift
	in_ns "$space" "$top/build/tests/netns/foreign" "$@"
}

# stream LABEL SPACE RATE SECONDS WORD...: numbered frames, in the background, called LABEL
stream()
{
	local label=$1 space=$2 rate=$3 seconds=$4
	shift 4
	spawn "$space" "stream-$label" "$top/build/tests/netns/frames" send eth0 \
		rate="$rate" for="$seconds" name="$label" "$@"
	echo "$SPAWNED" >"$W/run/stream-$label"
}

# streamed LABEL: wait for its end; SENT is how many frames were sent.
streamed()
{
	wait "$(cat "$W/run/stream-$1")"
	SENT=$(cat "$W/log/stream-$1")
}

# outward SPACE: the words of a frame from there to the Internet, by LAN_PORT of the gateway.
outward()
{
	echo "dst=$(mac_of gw "${LAN_PORT-br0}") ip=$(address4 "$1")>198.51.100.9 udp=9>9"
}

# leaving SPACE...: sends ten frames of each outward; prints how many arrived in the Internet.
leaving()
{
	local who
	sniff leaving wan eth0
	for who in "$@"; do
		# shellcheck disable=SC2046 # words
		frames "$who" send eth0 count=10 rate=1000 name="$who" $(outward "$who") >/dev/null
	done
	sniffed leaving
	for who in "$@"; do
		count leaving "$who"
	done | paste -sd ' '
}

# sleep_until SECOND: of the wall clock; may have a fraction.
sleep_until()
{
	sleep "$(awk -v now="$EPOCHREALTIME" -v end="$1" 'BEGIN { print (end > now) ? end - now : 0 }')"
}

# daemon_kill SIGNAL: and wait until it is gone.
daemon_kill()
{
	kill "-$1" "$DAEMON"
	wait "$DAEMON" 2>/dev/null
}

# small_world CLIENT...: the world, with an address each without DHCP, where that is not the matter.
small_world()
{
	local who i=10
	world_begin
	world_gateway || bail "no world"
	for who in "$@"; do
		world_client "$who" "$(declare -n mac=${who^^}; echo "$mac")" || bail "no client"
		address "$who" eth0 "10.1.0.$i/24" "2001:db8:1::$i/64"
		in_ns "$who" ip route add default via 10.1.0.1
		in_ns "$who" ip -6 route replace default via 2001:db8:1::1
		i=$((i + 1))
	done
}
