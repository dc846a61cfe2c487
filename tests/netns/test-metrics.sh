#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-metrics.sh: the figures for Prometheus, as promtool and the dashboard take them

# shellcheck disable=SC2034,SC2154 # what lib.sh uses and sets

. "$(dirname "$0")/lib.sh"

export PATIENCE=1
small_world cam24 sibling
site home 'class: sensitive'
mkdir -p "$W/etc/programmes"
printf '%s\n' 'title: A test' 'authority: "Nobody \\ \"and\" sons"' 'vendors: [hikvision, small]' 'milestones:' \
	'  - {name: all, due: 2030-01-01, measure: devices, none_left: true}' >"$W/etc/programmes/test.yaml"
policy cameras "{from: 2026-01-01, action: block}" "{from: $(stamp $((EPOCHSECONDS + 86400))), action: isolate}"
sed -i 's/^vendors: .*/programme: test/' "$W/etc/policies/cameras.yaml"
mkdir "$W/metrics"
file=$W/metrics/ouiguard.prom
echo "metrics: $file" >>"$W/etc/ouiguard.yaml"
daemon_start || bail "the daemon does not start"
ok "a camera is blocked" not can_web cam24 "$WEB4"
ok "its neighbour is not" can_web sibling "$WEB4"

# sample NAME: its value, with labels if any are given as they are written.
sample()
{
	awk -v name="$1" '{ value = $NF; sub(/ [^ ]*$/, "") } $0 == name { print value }' "$file"
}

seen()
{
	[ "$(sample 'ouiguard_site_dropping_devices{site="home",class="sensitive"}')" = 1 ]
}
until_true 45 seen
is "a device is dropped" "$(sample 'ouiguard_site_dropping_devices{site="home",class="sensitive"}')" 1
is "a ruleset is in force" "$(sample ouiguard_enforcing)" 1
is "a port is covered" "$(sample 'ouiguard_port_covered{port="cam24",site="home"}')" 1
is "one that is not there is not" "$(sample 'ouiguard_port_covered{port="lan1",site="home"}')" 0
ok "packets are counted by reason" grep -q '^ouiguard_packets_total{reason="egress"} [1-9]' "$file"
ok "the next phase is told" grep -q \
	'^ouiguard_phase_next_timestamp_seconds{policy="cameras",site="home",action="isolate"} [1-9]' "$file"
is "a milestone is not met" "$(sample 'ouiguard_milestone_met{programme="test",name="all"}')" 0
is "nothing is gone" "$(sample 'ouiguard_programme_gone{programme="test"}')" 0
is "nothing lies beside the file" "$(ls "$W/metrics")" ouiguard.prom

if promtool=$("$top/tests/lib/promtool" 2>/dev/null); then
	is "promtool has no objection" "$("$promtool" check metrics <"$file" 2>&1; echo "rc $?")" 'rc 0'
	# Its judgement is worth something.
	is "and would have one" "$(grep -v '^# HELP ouiguard_enforcing ' "$file" |
		"$promtool" check metrics >/dev/null 2>&1; echo "rc $?")" 'rc 3'
else
	skip "promtool has no objection" "promtool cannot be fetched"
fi

documented=$(grep -o '`ouiguard_[a-z_]*`' "$top/docs/metrics.md" | tr -d '\`' | sort -u)
is "the page names every metric" \
	"$(grep -o '"ouiguard_[a-z_]*"' "$top/daemon/metrics.c" | tr -d '"' | sort -u)" "$documented"
is "the dashboard uses none but these" "$(grep -o 'ouiguard_[a-z_]*' "$top/data/grafana/ouiguard.json" |
	sort -u | comm -23 - <(echo "$documented"))" ''
is "the dashboard is sound" "$(python3 -c 'import json, sys
board = json.load(open(sys.argv[1]))
ids = [panel["id"] for panel in board["panels"]]
print(len(ids) == len(set(ids)), all(t["expr"] for panel in board["panels"] for t in panel["targets"]))' \
	"$top/data/grafana/ouiguard.json")" 'True True'

rm -rf "$W/metrics"
until_true 45 grep -q 'the metrics cannot be written' "$W"/log/ouiguardd*
ok "that they cannot be written is told" grep -q 'the metrics cannot be written' "$W"/log/ouiguardd*
ok "and changes nothing" not can_web cam24 "$WEB4"

done_testing
