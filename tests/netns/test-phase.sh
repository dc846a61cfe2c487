#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-phase.sh: a phase begins at its second by itself, with and without a daemon, and a block stops
# flows that are already established

. "$(dirname "$0")/lib.sh"

small_world cam24 laptop
site home

# download WHO: an endless one. With small buffers, so that what is on its way is little.
download()
{
	in_ns "$1" sysctl -qw net.ipv4.tcp_rmem='4096 16384 65536'
	rm -f "$W/run/got-$1"
	spawn "$1" "download-$1" curl -s --limit-rate 2M -o "$W/run/got-$1" "http://$WEB4/endless"
}

got()
{
	stat -c %s "$W/run/got-$1" 2>/dev/null || echo 0
}

# has_more WHO BYTES: curl keeps to its rate by pausing for a while.
has_more()
{
	[ "$(got "$1")" -gt "$2" ]
}

# phase_begins TEXT BEGIN: what leaves around the second at which the block begins.
phase_begins()
{
	local early early_laptop late
	sniff before wan eth0
	sleep_until "$2.0"
	sniffed_at_once before
	sleep_until "$2.2"
	sniff after wan eth0
	early=$(got cam24) early_laptop=$(got laptop)
	sleep 1.5
	late=$(got cam24)
	sniffed after
	ok "$1: frames left until then" test "$(count before cam24)" -gt 20
	is "$1: not one leaves 0.2 s later" "$(count after cam24)" 0
	ok "$1: the laptop's still do" test "$(count after laptop)" -gt 20
	ok "$1: a download that ran ($early bytes)" test "$early" -gt 1000
	ok "$1: has stopped" test "$late" -le "$((early + 300000))"
	ok "$1: the laptop's goes on" until_true 60 has_more laptop "$early_laptop"
}

sniffed_at_once()
{
	kill "$(cat "$W/run/count-$1")"
	wait "$(cat "$W/run/count-$1")"
}

streams()
{
	# shellcheck disable=SC2046 # words
	stream cam24 cam24 100 "$1" $(outward cam24)
	# shellcheck disable=SC2046
	stream laptop laptop 100 "$1" $(outward laptop)
	download cam24
	download laptop
}

begin=$((EPOCHSECONDS + 6))
policy cameras '{from: 2026-01-01, action: log}' "{from: $(stamp $begin), action: block}"
daemon_start || bail "the daemon does not start"
is "logged only, before the phase" "$(leaving cam24 laptop)" "10 10"
streams 8
phase_begins "with a daemon" "$begin"
ok "status shows the action in force" grep -q '"action": *"block"' <(og status --json)
streamed cam24
streamed laptop

begin=$((EPOCHSECONDS + 5))
policy cameras '{from: 2026-01-01, action: log}' "{from: $(stamp $begin), action: block}"
ok "reload" og reload
is "logged only, again" "$(leaving cam24 laptop)" "10 10"
streams 7
daemon_kill KILL
phase_begins "without a daemon" "$begin"

# A phase with a gate waits while no daemon runs, and the one after it, without a gate, does not.
daemon_start || bail "the daemon does not start"
begin=$((EPOCHSECONDS + 5))
policy cameras '{from: 2026-01-01, action: log}' "{from: $(stamp $begin), action: block, gate: {quiet_days: 1}}" \
	"{from: $(stamp $((begin + 3))), action: isolate}"
ok "reload" og reload
ok "status tells what it waits for" grep -q 'Gate: cameras at home: block from .* waits for 1 quiet day' \
	<(og status)
daemon_kill KILL
sleep_until $begin.3
is "without a daemon a phase waits for its gate" "$(leaving cam24)" "10"
sleep_until $((begin + 3)).3
is "the next phase needs none" "$(leaving cam24)" "0"

done_testing
