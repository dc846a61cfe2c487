#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-clock.sh: the clock is set a year forward and back: the policy follows it, what is blocked all the
# time stays blocked, nothing else is, and what was seen is kept. The daemon's clock is set, and through it
# the kernel side's; that of the machine is not ours to set.

# shellcheck disable=SC2034,SC2154 # what lib.sh uses and sets

. "$(dirname "$0")/lib.sh"

export PATIENCE=1 TZ=UTC
DAEMON_PROGRAM=tests/clock/ouiguardd
[ -x "$top/build/$DAEMON_PROGRAM" ] || { echo '1..0 # SKIP the daemon with a clock of its own is not built'; exit 0; }
small_world cam24 cam28 laptop
site home
export OUIGUARD_CLOCK=$W/clock
start=$EPOCHSECONDS year=$((365 * 86400))
echo "$start" >"$OUIGUARD_CLOCK"
# The one is blocked for long, the other one from half a year after now.
cat >"$W/etc/policies/cameras.yaml" <<-END
	vendors: [hikvision]
	phases:
	  - {from: 2026-01-01, action: log}
	  - {from: $(stamp $((start + year / 2))), action: block}
END
cat >"$W/etc/policies/small.yaml" <<-END
	vendors: [small]
	phases:
	  - {from: 2026-01-01, action: block}
END
in_ns cam28 ip link set eth0 address "$CAM36"
daemon_start || bail "the daemon does not start"

# set_clock SECOND: and until the daemon has it.
set_clock()
{
	echo "=$1" >"$OUIGUARD_CLOCK.new" && mv "$OUIGUARD_CLOCK.new" "$OUIGUARD_CLOCK"
	NOW=$1
	until_true 60 is_now || bail "the clock is not set"
}

is_now()
{
	local now
	now=$(told 'd["now_at"]' status)
	[ "$now" -ge "$NOW" ] && [ "$now" -lt $((NOW + 3600)) ]
}

seen() { told 'sorted((x["mac"], x["first_seen"]) for x in d)' devices; }
both_seen() { [ "$(told 'len(d)' devices)" = 2 ]; }
is "now" "$(leaving cam24 cam28 laptop)" "10 0 10"
ok "both are seen" until_true 60 both_seen
before=$(seen)

sniff traffic wan eth0
# shellcheck disable=SC2046 # words
stream listed cam28 1000 3600 $(outward cam28)
# shellcheck disable=SC2046
stream unlisted laptop 250 3600 $(outward laptop)
ok "an apply that waits to be confirmed" og apply --confirm 30m
set_clock $((start + year))
is "a year later" "$(leaving cam24 cam28 laptop)" "0 0 10"
is "it waits still" "$(told 'd.get("confirm_until_at", 0) > 0' status)" True
set_clock "$start"
is "and back" "$(leaving cam24 cam28 laptop)" "10 0 10"
is "it waits still" "$(told 'd.get("confirm_until_at", 0) > 0' status)" True
ok "confirmed" og confirm
kill "$(cat "$W/run/stream-listed")" "$(cat "$W/run/stream-unlisted")"
streamed listed
ok "what is blocked all the time has sent all the time ($SENT frames)" test "$SENT" -gt 1000
streamed unlisted
sniffed traffic
is "none of its frames got out" "$(count traffic listed)" 0
is "none of the laptop's $SENT frames was lost" "$(count traffic unlisted)" "$SENT"

set_clock $((start - year))
is "a year before now, when nothing has begun" "$(leaving cam24 cam28 laptop)" "10 10 10"
set_clock "$start"
is "back again" "$(leaving cam24 cam28 laptop)" "10 0 10"
is "what was seen is kept" "$(seen)" "$before"
ok "the audit log is whole" og audit verify

done_testing
