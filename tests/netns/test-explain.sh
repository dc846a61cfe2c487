#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-explain.sh: what "ouiguard explain" says is what happens on the wire

. "$(dirname "$0")/lib.sh"

export PATIENCE=1
small_world cam24 cam28 cam36 sibling laptop
clients="cam24 cam28 cam36 sibling laptop"
address up eth0 10.1.0.53/24 2001:db8:1::53/64
spawn up inner dnsmasq --keep-in-foreground --conf-file=/dev/null --no-hosts --no-resolv \
	--user=root --pid-file= --address=/web.example/$WEB4
spawn up inner-web busybox httpd -f -p '[::]:80' -h "$W/www"
site home

# What is tried, and the destination it is to "explain".
tries()
{
	cat <<-END
		web $WEB4 $WEB4:80/tcp
		web [$WEB6] [$WEB6]:80/tcp
		dns $DNS4 $DNS4:53/udp
		dns $DNS6 [$DNS6]:53/udp
		dns 10.1.0.1 10.1.0.1:53/udp
		dns 2001:db8:1::1 [2001:db8:1::1]:53/udp
		dns 10.1.0.53 10.1.0.53:53/udp
		web 10.1.0.53 10.1.0.53:80/tcp
		web [2001:db8:1::53] [2001:db8:1::53]:80/tcp
	END
}

# happens WHO: a line "WHO DESTINATION pass|drop" for each.
happens()
{
	local kind place dst
	tries | while read -r kind place dst; do
		if "can_$kind" "$1" "$place" </dev/null; then
			echo "$1 $dst pass"
		else
			echo "$1 $dst drop"
		fi
	done
}

explained()
{
	local _ dst
	tries | while read -r _ _ dst; do
		echo "$1 $dst $(og explain "$(mac_of "$1")" --site home --dst "$dst" --json \
			</dev/null | sed -n 's/.*"verdict": *"\([a-z]*\)".*/\1/p')"
	done
}

# agree TEXT: for every client and destination.
agree()
{
	local who pids=()
	for who in $clients; do
		happens "$who" >"$W/run/happens-$who" &
		pids+=($!)
	done
	wait "${pids[@]}"
	for who in $clients; do
		is "$1: $who" "$(explained "$who")" "$(cat "$W/run/happens-$who")"
	done
}

explain()
{
	og explain "$(mac_of "$1")" --site home --dst "$WEB4:80/tcp" --json
}

# drops WHO N: so many of the tries were really blocked.
drops()
{
	is "$2 of $1's tries are blocked" "$(grep -c 'drop$' "$W/run/happens-$1")" "$2"
}

policy cameras '{from: 2026-01-01, action: log}'
daemon_start || bail "the daemon does not start"
explain cam24 >/dev/null || bail "explain does not work"
agree log
drops cam24 0
policy cameras "{from: 2026-01-01, action: restrict, allow: [{to: $DNS4, port: 53/udp}, \
	{to: \"$WEB6\"}]}"
ok "reload" og reload
agree restrict
drops cam24 4
drops sibling 0
policy cameras '{from: 2026-01-01, action: block}'
printf '%s\n' 'policy: cameras' "prefix: \"b0:b3:53:60/28\"" "until: $(stamp $((EPOCHSECONDS + 600)))" \
	'owner: o@example.org' 'reason: test' 'approver: a@example.org' 'author: x' 'approved_by: y' >"$W/etc/exceptions/one.yaml"
ok "reload" og reload
agree "block with an exception"
drops cam24 6
drops cam36 6
drops cam28 0
drops laptop 0

# Why.

# says WHO KEY VALUE
says()
{
	local got
	got=$(explain "$1" | python3 -c 'import json, sys
print(json.load(sys.stdin).get(sys.argv[1]))' "$2")
	is "$1: $2 is $3" "$got" "$3"
}

says cam24 prefix 44:19:b6/24
says cam24 vendor hikvision
says cam24 policy cameras
says cam24 action block
says cam24 reason egress
says cam28 prefix b0:b3:53:60/28
says cam28 reason exception
says cam36 prefix 70:b3:d5:12:30/36
says cam36 vendor small
says cam36 registry manual
says sibling reason unlisted
says laptop reason unlisted
ok "the way to it names no port where the device is not" \
	grep -q 'Site: home, at one of its 5 ports' <(explain cam24)
by_address=$(og explain 10.1.0.10 --dst "$WEB4:80/tcp" --json | grep -o '"reason": *"[a-z]*"')
is "the address of a device is as good as its MAC" "$by_address" '"reason": "egress"'

done_testing
