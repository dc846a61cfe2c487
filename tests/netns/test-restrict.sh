#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-restrict.sh: what is milder or finer than a block: restrict, limit, mark, never_internal,
# exceptions and pauses with an end, new devices, infrastructure, roles

. "$(dirname "$0")/lib.sh"

export PATIENCE=1
small_world cam24 cam28 laptop
address up eth0 10.1.0.53/24 2001:db8:1::53/64
spawn up inner dnsmasq --keep-in-foreground --conf-file=/dev/null --no-hosts --no-resolv \
	--user=root --pid-file= --address=/web.example/$WEB4

site home
policy cameras "{from: 2026-01-01, action: restrict, allow: [{to: $DNS4, port: 53/udp}, \
	{to: \"$WEB6\"}]}"
daemon_start || bail "the daemon does not start"

# restrict
ok "restrict: an allowed destination and port" can_dns cam24 $DNS4
ok "restrict: an allowed destination over IPv6" can_web cam24 "[$WEB6]"
ok "restrict: another destination" not can_web cam24 $WEB4
ok "restrict: another port of an allowed destination" not can_dns cam24 $DNS6
ok "restrict: the LAN" can_dns cam24 10.1.0.53
ok "restrict: the laptop" can_web laptop $WEB4

# limit: 64 kbit/s with a burst of 16 kB; frames of 106 bytes with their headers
policy cameras '{from: 2026-01-01, action: limit, rate: 64kbit, burst: 16kB}'
ok "reload" og reload
sniff limit wan eth0
# shellcheck disable=SC2046 # words
stream cam24 cam24 1000 3 $(outward cam24)
# shellcheck disable=SC2046
stream laptop laptop 1000 3 $(outward laptop)
streamed cam24
cam_sent=$SENT
streamed laptop
laptop_sent=$SENT
sniffed limit
size=74 # 14 + 20 + 8 + 32 bytes
most=$(((16000 + 3 * 8000) * 115 / 100 / size)) least=$(((16000 + 3 * 8000) * 70 / 100 / size))
through=$(count limit cam24)
ok "limit: $through of $cam_sent frames, of at most $most" test "$through" -le $most
ok "limit: at least $least" test "$through" -ge $least
is "limit: the laptop loses nothing" "$(count limit laptop)" "$laptop_sent"

# mark: for the administrator's own rules
policy cameras '{from: 2026-01-01, action: log, mark: 7}'
ok "reload" og reload
in_ns gw nft -f - <<-END
	table inet admin {
		chain forward {
			type filter hook forward priority 0;
			meta mark 7 counter drop
		}
	}
END
ok "mark: nftables sees it" not can_ping cam24 $WEB4
ok "mark: and counts it" grep -q 'packets [1-9]' <(in_ns gw nft list table inet admin)
ok "mark: the laptop has none" can_ping laptop $WEB4
in_ns gw nft delete table inet admin
ok "mark: without that rule the camera passes" can_ping cam24 $WEB4

# never_internal: a resolver in the LAN would carry anything out
site home 'never_internal: [10.1.0.53]'
policy cameras '{from: 2026-01-01, action: block}'
ok "reload" og reload
ok "never_internal: the resolver in the LAN is outside" not can_dns cam24 10.1.0.53
ok "never_internal: its neighbour address is inside" can_ping cam24 2001:db8:1::53
ok "never_internal: the laptop" can_dns laptop 10.1.0.53
site home

# isolate: nothing beyond the device's own prefix; and a gateway that offers nothing
world_client cam36 "$CAM36" lan1
address cam36 eth0 10.2.0.36/24 2001:db8:2::36/64
in_ns cam36 ip route add default via 10.2.0.1
ok "isolate: before, another prefix of the site is inside" until_true 60 can_ping cam24 10.2.0.36
policy cameras '{from: 2026-01-01, action: isolate}'
site home 'gateway_services: []'
ok "reload" og reload
ok "isolate: another prefix of the site" not can_ping cam24 10.2.0.36
ok "isolate: its own prefix" can_ping cam24 10.1.0.53
ok "gateway_services: none" not can_ping cam24 10.1.0.1
ok "gateway_services: a lease all the same" lease cam24
policy cameras '{from: 2026-01-01, action: block}'
site home
ok "reload" og reload
ok "gateway_services: ping by default" can_ping cam24 10.1.0.1

# exception: with an end, which comes by itself
exception()
{
	printf '%s\n' "$@" 'owner: facilities@example.org' 'reason: firmware update' \
		'approver: ciso@example.org' 'author: x' 'approved_by: y' >"$W/etc/exceptions/one.yaml"
}

end=$((EPOCHSECONDS + 8))
exception 'policy: cameras' "device: \"$CAM24\"" "to: [{to: $WEB4}]" "until: $(stamp $end)"
ok "reload" og reload
ok "exception: its device reaches its destination" can_web cam24 $WEB4
ok "exception: and no other" not can_web cam24 "[$WEB6]"
ok "exception: another device does not" not can_web cam28 $WEB4
daemon_kill KILL
sleep_until $end.3
ok "exception: is over at its end, without a daemon" not can_web cam24 $WEB4
daemon_start || bail "the daemon does not start"
rm "$W/etc/exceptions/one.yaml"

# pause: of a whole site
ok "pause" og pause --site home --for 4s --reason "acceptance test" --config "$W/etc"
end=$((EPOCHSECONDS + 4))
ok "pause: everything of the site passes" can_web cam24 $WEB4
ok "pause: status says so" grep -q 'Paused: cameras at home' <(og status)
sleep_until $end.3
ok "pause: is over by itself" not can_web cam24 $WEB4
ok "pause: and status no longer shows it" not grep -q Paused <(og status)
rm -f "$W"/etc/exceptions/*

# new devices: what the asset register does not list
printf '%s\n' 'vendors: [hikvision, small]' 'new_devices: {action: block}' 'phases:' \
	'  - {from: 2026-01-01, action: log}' >"$W/etc/policies/cameras.yaml"
register()
{
	printf '%s\n' mac,role,status,installed,evidence,asset_tag,serial,switch_port,location,note \
		"$@" >"$W/etc/assets/home.csv"
}

ok "reload" og reload
ok "new devices: without a register there are none" can_web cam28 $WEB4
ok "new devices: and status says that it is missing" grep -q '"registers_missing": *\[ *"home"' \
	<(og status --json | tr '\n' ' ')
register "$CAM24,camera,legacy,2019-05-02,invoice,A1,S1,sw1/3,hall,"
ok "reload" og reload
ok "new devices: a legacy one is only logged" can_web cam24 $WEB4
ok "new devices: one that is not in the register is blocked" not can_web cam28 $WEB4
register "$CAM24,camera,removed,2019-05-02,invoice,A1,S1,sw1/3,hall,"
ok "reload" og reload
ok "new devices: a removed one that is back is blocked" not can_web cam24 $WEB4

# roles: life safety is not touched unless a policy names it
policy cameras '{from: 2026-01-01, action: block}'
register "$CAM24,life-safety,legacy,2019-05-02,invoice,A1,S1,sw1/3,hall,"
ok "reload" og reload
ok "roles: a life-safety device passes" can_web cam24 $WEB4
ok "roles: another does not" not can_web cam28 $WEB4
rm "$W/etc/assets/home.csv"

# infrastructure: a listed next hop fronts a whole network
in_ns gw ip route add 10.9.0.0/24 via "$(address4 cam24)"
can_ping gw "$(address4 cam24)"
ok "reload" og reload
ok "infrastructure: a next hop is not judged" until_true 60 can_web cam24 $WEB4
ok "infrastructure: status lists it" grep -q "$CAM24" <(og status --json | tr -d ' \n' |
	sed 's/.*"infrastructure":\[\([^]]*\)\].*/\1/')
ok "infrastructure: another listed device is blocked" not can_web cam28 $WEB4
site home 'enforce_routers: true'
ok "reload" og reload
ok "infrastructure: enforce_routers judges it" not can_web cam24 $WEB4

done_testing
