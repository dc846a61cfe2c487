#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-register.sh: the asset register decides who is legacy and who is new: imported, frozen, edited,
# while devices of one vendor send from one port

# shellcheck disable=SC2154 # what lib.sh sets

. "$(dirname "$0")/lib.sh"

export PATIENCE=1 TZ=UTC
CAM_OLD=44:19:b6:00:00:01 CAM_NEW=44:19:b6:00:00:02 CAM_PAPER=44:19:b6:00:00:03 CAM_LATE=44:19:b6:00:00:04
small_world cam24
site home
echo 'ports: [{name: br0, uplink: trunk0}]' >"$W/etc/sites/home.yaml"
cat >"$W/etc/policies/cameras.yaml" <<-END
	vendors: [hikvision]
	new_devices: {action: block}
	phases: [{from: 2026-01-01, action: log}]
END
daemon_start || bail "the daemon does not start"

# passes MAC...: who of them gets out, each sending from the same port.
passes()
{
	local mac
	sniff leaving wan eth0
	for mac; do
		# shellcheck disable=SC2046 # words
		frames cam24 send eth0 count=10 rate=1000 name="${mac: -2}" src="$mac" $(outward cam24) >/dev/null
	done
	sniffed leaving
	for mac; do
		[ "$(count leaving "${mac: -2}")" = 10 ] && echo "${mac: -2}"
	done | paste -sd ' '
}

seen()
{
	[ "$(told 'len([e for e in d if e.get("last_seen", 0) > 0])' devices --site home)" = "$1" ]
}

is 'without a register nobody is new' "$(passes $CAM_OLD)" 01
until_true 60 seen 1 || bail "the camera is not seen"

# What is on paper, and what was seen.
printf 'mac,serial,bought,invoice\n%s,S3,2019-05-30,I-1\n' $CAM_PAPER >"$W/run/paper.csv"
is 'import' "$(told '(d["never_seen"], [u["mac"] for u in d["unmatched"]], d["added"][0]["status"], d["written"])' \
	asset import "$W/run/paper.csv" --config "$W/etc" --site home --yes \
	--map mac=mac,serial=serial,installed=bought,evidence=invoice)" \
	"(['$CAM_PAPER'], ['$CAM_OLD'], 'legacy', True)"
is 'now who is seen and not on paper is new' "$(passes $CAM_OLD $CAM_PAPER)" 03
until_true 60 seen 2 || bail "the second camera is not seen"
is 'freeze' "$(told '([a["mac"] for a in d["added"]], d["devices"], d["written"], d["noted"])' \
	baseline freeze --config "$W/etc" --site home --yes)" "(['$CAM_OLD'], 2, True, True)"
is 'the daemon keeps it' "$(told '[(s["baseline_devices"], s["baseline_by"] != "", s["baseline_at"] > 0) for s in d["sites"]]' \
	status)" '[(2, True, True)]'
is 'and notes it in the audit log' "$(told '[(e["subject"], e["text"].split(",")[0]) for e in d
	if e["kind"] == "baseline"]' audit list)" "[('home', '2 devices')]"
is 'legacy devices pass, a new one of their vendor at their port does not' \
	"$(passes $CAM_OLD $CAM_NEW $CAM_PAPER)" '01 03'
until_true 60 seen 3 || bail "the third camera is not seen"
daemon_kill KILL
is 'without the daemon too' "$(passes $CAM_OLD $CAM_NEW $CAM_PAPER $CAM_LATE)" '01 03'
daemon_start || bail "the daemon does not start again"
until_true 60 seen 4 || bail "the fourth camera is not seen"

# A second freezing.
og baseline freeze --config "$W/etc" --site home </dev/null >"$W/run/again" 2>&1
is 'it asks again' $? 1
ok 'shows who has come' grep -Eq "^  \\+ $CAM_NEW  unknown  legacy-unproven" "$W/run/again"
ok 'and what a row means' grep -q 'new ones to policy cameras now' "$W/run/again"
is 'nothing is changed' "$(passes $CAM_NEW)" ''
cp "$W/etc/assets/home.csv" "$W/run/before.csv"
sed -i "/$CAM_PAPER/d" "$W/etc/assets/home.csv"
sed -i 's/^vendors:.*/vendors: [small]/' "$W/etc/policies/cameras.yaml"
sed -i "s/^hikvision 44.*//" "$W/etc/prefixes.lock"
og baseline freeze --config "$W/etc" --site home </dev/null >"$W/run/fewer" 2>&1
is 'fewer devices are refused' $? 1
ok 'in words' grep -q 'fewer devices than were frozen before: --yes is needed' "$W/run/fewer"
is 'unless it is meant' "$(told '(d["devices"], d["noted"])' baseline freeze --config "$W/etc" --site home --yes)" '(1, True)'
cp "$W/run/before.csv" "$W/etc/assets/home.csv"
site home
echo 'ports: [{name: br0, uplink: trunk0}]' >"$W/etc/sites/home.yaml"
sed -i 's/^vendors:.*/vendors: [hikvision]/' "$W/etc/policies/cameras.yaml"
ok 'as it was' og reload

# A state goes with the row.
og device set $CAM_OLD --config "$W/etc" --state disposed --evidence x >"$W/run/set" 2>&1
is 'a step that may not be taken is refused' $? 1
ok 'in words' grep -q 'from confirmed to disposed: it must be removed first' "$W/run/set"
og device set $CAM_OLD --config "$W/etc" --state removed >"$W/run/set" 2>&1
is 'and one without evidence is a mistake' $? 2
cmp -s "$W/etc/assets/home.csv" "$W/run/before.csv"
is 'nothing was changed' $? 0
is 'removed' "$(told '(d["written"], d["device"]["state"])' device set $CAM_OLD --config "$W/etc" \
	--state removed --evidence 'work order 1' --serial S1)" "(True, 'removed')"
is 'its row says so' "$(grep $CAM_OLD "$W/etc/assets/home.csv")" "$CAM_OLD,unknown,removed,,,,S1,,,"
sleep 1.1 # a frame of the second in which it was removed is no return
is 'so when it comes back it is new' "$(passes $CAM_OLD $CAM_PAPER)" 03
reappeared() { [ "$(told 'd[0]["state"]' device show $CAM_OLD)" = reappeared ]; }
ok 'and has reappeared' until_true 60 reappeared
is 'it is there after all' "$(told '(d["written"], d["device"]["state"])' device set $CAM_OLD --config "$W/etc" \
	--state confirmed --evidence 'seen by hand' --third-party yes)" "(True, 'confirmed')"
is 'so it passes' "$(passes $CAM_OLD)" 01
is 'and is somebody else'"'"'s' "$(told 'd[0]["third_party"]' device show $CAM_OLD)" True
ok 'for people' grep -Eq '^state +confirmed since .*; unproven; of somebody else$' <(og device show $CAM_OLD)
og device set $CAM_NEW --config "$W/etc" --false-positive </dev/null >"$W/run/set" 2>&1
is 'a row is only added on purpose' $? 1
ok 'with a yes it is' og device set $CAM_NEW --config "$W/etc" --false-positive --role phone --yes
is 'and it passes' "$(passes $CAM_NEW $CAM_LATE)" 02

done_testing
