#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-journey.sh: uk-sensitive-sites from "init" to the report that says it is gone, with the commands
# of the README, and a clock that is moved: baseline, log, restrict, block, removal, disposal, absence

# shellcheck disable=SC2034,SC2154 # what lib.sh uses and sets

. "$(dirname "$0")/lib.sh"

export PATIENCE=1
DAEMON_PROGRAM=tests/clock/ouiguardd
[ -x "$top/build/$DAEMON_PROGRAM" ] || { echo '1..0 # SKIP the daemon with a clock of its own is not built'; exit 0; }
small_world cam24 cam28 laptop
export OUIGUARD_CLOCK=$W/clock OUIGUARD_CONFIG=$W/etc
start=$EPOCHSECONDS
echo "$start" >"$OUIGUARD_CLOCK"

# day N: the clock runs until so many days after the start.
day()
{
	NOW=$((start + $1 * 86400))
	echo "$NOW" >"$OUIGUARD_CLOCK.new" && mv "$OUIGUARD_CLOCK.new" "$OUIGUARD_CLOCK"
	until_true 240 arrived || bail "the clock does not come to day $1"
}

arrived() { [ "$(told report --format json <<<'d["generated_at"]')" -ge "$NOW" ]; }

# told VERB...: an expression on standard input, of the record as Python sees it in "d".
told()
{
	local expression
	expression=$(cat)
	og "$@" </dev/null | python3 -c 'import json, sys
d = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$expression"
}

# as UID ARGUMENT...: ouiguard, as a person of that login uid.
as()
{
	local uid=$1
	shift
	(echo "$uid" >/proc/self/loginuid && og "$@" </dev/null)
}

date_of() { date -u -d "@$((start + $1 * 86400))" +%Y-%m-%dT%H:%M:%SZ; }
summary() { told report --format json <<<"[d['summary'].get(k, 0) for k in '$1'.split()]"; }

# Baseline -----------------------------------------------------------------------------------------

rm -rf "${W:?}/etc"
ok "init writes what only observes and logs" \
	og init --lan br0:uplink=trunk0 --programme uk-sensitive-sites --site whitehall
ok "check has no objection" og check
daemon_start || bail "the daemon does not start"
ok "the cameras reach the web" eval 'can_web cam24 $WEB4 && can_web cam28 $WEB4'
both_seen() { [ "$(og devices --json </dev/null | grep -c '"mac"')" -ge 2 ]; }
day 1
until_true 60 both_seen
ok "both are seen" both_seen
ok "baseline freeze" as 1001 baseline freeze --site whitehall --yes
ok "serial numbers" as 1001 device set "$CAM24" --serial DS-24 --role camera
ok "of both" as 1001 device set "$CAM28" --serial DS-28 --role camera
is "the site is surveyed, both devices are confirmed" "$(summary 'baseline confirmed sites_surveyed gone')" \
	'[2, 2, 1, 0]'

# Log, restrict, block -----------------------------------------------------------------------------

policy=$W/etc/policies/uk-sensitive-sites.yaml
sed -i "/^phases:/,\$d" "$policy"
cat >>"$policy" <<-END
	phases:
	  - {from: $(date_of -1), action: log}
	  - {from: $(date_of 30), action: restrict, allow: [{to: $DNS4/32}]}
	  - {from: $(date_of 60), action: block}
END
ok "plan" og plan
ok "apply" as 1001 apply
ok "log: the camera reaches the web" can_web cam24 "$WEB4"
is "three phases on the timeline" "$(told timeline --json <<<'len({p["from_at"] for p in d["phases"]})')" 3
day 31
ok "restrict: what is allowed" can_dns cam24 "$DNS4"
ok "and nothing else" not can_web cam24 "$WEB4"
day 61
ok "block: nothing" eval '! can_dns cam24 $DNS4 && ! can_web cam24 $WEB4'
ok "the laptop goes on" can_web laptop "$WEB4"

# Removal, disposal --------------------------------------------------------------------------------

in_ns cam24 ip link set eth0 down
in_ns cam28 ip link set eth0 down
# The kernel's clock is not ours: what it heard seconds ago is weeks old, and no answer to what is asked then.
in_ns gw ip neigh flush dev br0
for mac in "$CAM24" "$CAM28"; do
	ok "$mac: planned" as 1001 device set "$mac" --state planned
	ok "$mac: removed" as 1001 device set "$mac" --state removed --evidence "work order 17"
	ok "$mac: disposed" as 1001 device set "$mac" --state disposed --evidence "certificate 2027-4"
	ok "$mac: absence is not verified by who removed it" not as 1001 device set "$mac" \
		--state verified-absent --evidence "looked"
	ok "$mac: nor on the day" not as 1002 device set "$mac" --state verified-absent --evidence "looked"
done
is "both are gone" "$(summary 'gone verified_absent present')" '[2, 0, 0]'
day 75
ok "a fortnight is not enough" not as 1002 device set "$CAM24" --state verified-absent --evidence "looked"
day 100
for mac in "$CAM24" "$CAM28"; do
	ok "$mac: verified absent" as 1002 device set "$mac" --state verified-absent --evidence "walked the site"
done

# The proof ----------------------------------------------------------------------------------------

is "nothing is left" "$(summary 'devices gone verified_absent present sites sites_clean sites_blind')" \
	'[2, 2, 2, 0, 1, 1, 0]'
is "the milestones are met" "$(told report --format json <<<'{m["met"] for m in d["milestones"]}')" '{True}'
ok "the report is written" og report -o "$W/report.html"
ok "and says so" grep -q '2 of 2 known devices are gone' "$W/report.html"
ok "nobody edited the audit log" og audit verify
ok "which knows who did what" eval 'og audit list | grep -q "verified-absent"'

# A device that comes back -------------------------------------------------------------------------

sleep 2 # not in the second in which its absence was entered
in_ns cam24 ip link set eth0 up
in_ns cam24 ip route replace default via 10.1.0.1
ok "it is back on the LAN" until_true 60 can_ping cam24 10.1.0.1
ok "it is blocked as before" not can_web cam24 "$WEB4"
day 101
is "and has reappeared" "$(summary 'gone reappeared')" '[1, 1]'
ok "and the report does not hide it" eval 'og report | grep -q "1 of 2 known devices"'

done_testing
