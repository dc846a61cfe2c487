#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-plan.sh: "ouiguard plan" tells, before a phase starts, whom it will touch

. "$(dirname "$0")/lib.sh"

export PATIENCE=1
small_world cam24 cam28 sibling
site home
start=$((EPOCHSECONDS + 3600))
policy cameras '{from: 2026-01-01, action: log}' "{from: $(stamp $start), action: block}"
printf '%s\n' 'policy: cameras' "device: $CAM28" "until: $(stamp $((EPOCHSECONDS + 90000)))" \
	'owner: o@example.org' 'reason: test' 'approver: a@example.org' 'author: x' 'approved_by: y' >"$W/etc/exceptions/one.yaml"

# planned EXPRESSION WORD...: of the plan's record, which Python sees as "d".
planned()
{
	local expression=$1
	shift
	og plan --config "$W/etc" --json "$@" </dev/null | python3 -c 'import json, sys
d = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$expression"
}

changes='d["devices_from"], sorted((c["mac"], c["before"]["action"], c["after"]["action"],
	c["after"]["verdict"]) for c in d["changes"])'

is "without a daemon the registers stand in, and there are none" \
	"$(planned "$changes" --at +2h)" "('registers', [])"
daemon_start || bail "the daemon does not start"
ok "the camera reaches the web" can_web cam24 "$WEB4"
ok "so does the other one" can_web cam28 "$WEB4"
ok "and the sibling" can_web sibling "$WEB4"
both_seen()
{
	[ "$(og devices --json </dev/null | grep -c '"mac"')" -ge 2 ]
}
until_true 10 both_seen || bail "the cameras are not seen"

is "nothing changes by itself now" "$(planned "$changes")" "('seen', [])"
is "the phase to come is told" \
	"$(planned '[(s["at"], s["site"], s["before"], s["after"], s["everyone"]) for s in d["upcoming"]
		if s["everyone"] and s["vendor"] == "hikvision"]')" \
	"[($start, 'home', 'log', 'block', True)]"
is "with the devices that were seen" \
	"$(planned '[s["known"] for s in d["upcoming"] if s["known"]][0]')" "['$CAM24']"
is "and whom it will touch" "$(planned "$changes" --at +2h)" \
	"('seen', [('$CAM24', 'log', 'block', 'drop')])"
is "not yet a minute before" "$(planned "$changes" --at +59m)" "('seen', [])"
is "after the exception the other one too" "$(planned "$changes" --at +2d)" \
	"('seen', [('$CAM24', 'log', 'block', 'drop'), ('$CAM28', 'observe', 'block', 'drop')])"
ok "nothing was applied" can_web cam24 "$WEB4"

done_testing
