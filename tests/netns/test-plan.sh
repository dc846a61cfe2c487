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
until_true 60 both_seen || bail "the cameras are not seen"

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

# Each device that a phase touches, with what to look at before.
touched='sorted((t["at"] > 0, t["mac"], t["site"], t["role"], t["before"], t["after"],
	sorted({(e["addr"], e["port"], e["dropped"]) for e in t["egress"]}), t["warnings"])
	for t in d["touched"] if t["mac"] == "'$CAM24'")'
is "a device that is touched, and where it sends to" "$(planned "$touched")" \
	"[(True, '$CAM24', 'home', 'unknown', 'log', 'block', [('$WEB4', 80, True)], [])]"
is "the excepted one when its exception ends" \
	"$(planned '[(t["before"], t["after"]) for t in d["touched"] if t["mac"] == "'$CAM28'"]')" \
	"[('observe', 'block')]"
# shellcheck disable=SC2046 # words
frames cam24 send eth0 count=2 "dst=$(mac_of gw br0)" "ip=$(address4 cam24)>$WEB4" 'udp=123>123' >/dev/null
for i in {1..8}; do
	frames cam28 send eth0 count=1 "dst=$(mac_of gw br0)" "ip=10.1.0.$((150 + i))>$WEB4" 'udp=9>9' >/dev/null
done
warned() { planned "$touched" | grep -q "$1"; }
ok "one that loses its time where nothing else gives it" until_true 60 warned \
	"gets the time from $WEB4, which it loses, and nothing on this gateway listens to 123/udp"
site home 'gateway_services: [dhcp, icmp]'
ok "or the gateway does not offer it" warned 'which it loses, and .gateway_services. of the site has no ntp'
site home
export SSH_CONNECTION
SSH_CONNECTION="$(address4 cam24) 40000 10.1.0.1 22"
ok "the device from which somebody is logged in" warned 'somebody is logged in to this gateway from it'
SSH_CONNECTION="$(address4 sibling) 40000 10.1.0.1 22"
ok "and no other" not warned 'somebody is logged in'
unset SSH_CONNECTION
site home 'enforce_routers: true'
in_ns gw ip route add 100.64.9.0/24 via "$(address4 cam24)" || bail "no route"
ok "a next hop" until_true 60 warned 'it is a next hop of this gateway'
in_ns gw ip route del 100.64.9.0/24
site home
rm "$W/etc/exceptions/one.yaml"
is "an undeclared router is not touched: an apply would hold it" \
	"$(planned '[t for t in d["touched"] if t["mac"] == "'$CAM28'"]')" "[]"
printf '%s\n' 'vendors: [hikvision, small]' 'guard: off' 'phases:' \
	"  - {from: 2026-01-01, action: log}" "  - {from: $(stamp $start), action: block}" \
	>"$W/etc/policies/cameras.yaml"
ok "and with guard: off it is, with a warning" grep -q "warning: $CAM28 at home: it sent from .* addresses or more" \
	<(og plan --config "$W/etc")

done_testing
