#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-hold.sh: a router that nobody declared is kept at log; who is enforced cannot become one

. "$(dirname "$0")/lib.sh"

# pretends WHO COUNT: frames to the Internet from so many addresses of the LAN.
pretends()
{
	local i
	for ((i = 0; i < $2; i++)); do
		frames "$1" send eth0 count=1 name="$1" "dst=$(mac_of gw br0)" \
			"ip=10.1.0.$((100 + i))>198.51.100.9" "udp=9>9" >/dev/null
	done
}

# held: the held devices of the status record.
held()
{
	og status --json | python3 -c 'import json, sys
print(" ".join(d["mac"] + "@" + d["site"] for d in json.load(sys.stdin)["held"]))'
}

small_world cam24 cam28 laptop
site home
policy cameras '{from: 2026-01-01, action: log}'
daemon_start || bail "the daemon does not start"
is "all is logged only" "$(leaving cam24 cam28 laptop)" "10 10 10"
pretends cam28 16
pretends cam24 3
is "nobody is held as long as nobody decides" "$(held)" ""

policy cameras '{from: 2026-01-01, action: block}'
ok "reload" og reload
is "who fronts many addresses is held" "$(held)" "$CAM28@home"
is "and passes, while others are blocked" "$(leaving cam24 cam28 laptop)" "0 10 10"
ok "status says so" grep -q "Held at log: $CAM28 at home" <(og status)
ok "the journal too" grep -q "$CAM28 at home sends from .* held at log as an undeclared router" \
	"$W"/log/ouiguardd*
ok "explain too" grep -q "Held: the device fronts several addresses" \
	<(og explain $CAM28 --site home --dst 198.51.100.9)

policy cameras '{from: 2026-01-01, action: block}' '{from: 2026-01-02, action: isolate}'
is "plan knows that stricter phases do not touch it" "$(og plan --config "$W/etc" --json | python3 -c '
import json, sys
print([c["mac"] for c in json.load(sys.stdin)["changes"]])')" "['$CAM24']"
policy cameras '{from: 2026-01-01, action: block}'

# Who is enforced is not let go by what it does.
pretends cam24 16
ok "reload" og reload
is "one that is blocked is not held, whatever it pretends" "$(held)" "$CAM28@home"
is "and stays blocked" "$(leaving cam24 cam28)" "0 10"
policy cameras '{from: 2026-01-01, action: log}'
ok "reload, to log" og reload
pretends cam24 16
policy cameras '{from: 2026-01-01, action: block}'
ok "reload, to block" og reload
is "nor by what it does while it is let go for a time" "$(held)" "$CAM28@home"
is "it is blocked again" "$(leaving cam24 cam28)" "0 10"

# What was decided outlives the daemon, and what a device did while there was none changes nothing.
daemon_kill KILL
pretends cam24 16
ok "restarts" daemon_start
is "the same one is held after a restart" "$(held)" "$CAM28@home"
is "with the same verdicts" "$(leaving cam24 cam28)" "0 10"

# Policies that do not hold; rows that say what it is.
printf '%s\n' 'vendors: [hikvision, small]' 'guard: off' 'phases:' \
	'  - {from: 2026-01-01, action: block}' >"$W/etc/policies/cameras.yaml"
ok "reload" og reload
is "guard: off enforces" "$(leaving cam28)" "0"
policy cameras '{from: 2026-01-01, action: block}'
ok "reload" og reload
is "one that was held is held on, although it was enforced since" "$(leaving cam28)" "10"
printf '%s\n' mac,role,status "$CAM28,router,legacy" >"$W/etc/assets/home.csv"
ok "reload" og reload
is "a declared router is no longer held" "$(held)" ""
is "it is infrastructure" "$(leaving cam28)" "10"
printf '%s\n' mac,role,status "$CAM28,camera,legacy" >"$W/etc/assets/home.csv"
ok "reload" og reload
is "and as a camera it is blocked" "$(leaving cam28)" "0"
rm "$W/etc/assets/home.csv"
ok "reload" og reload
is "from then on it is enforced: without its row, too" "$(held) $(leaving cam28)" " 0"

done_testing
