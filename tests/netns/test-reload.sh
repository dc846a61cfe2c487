#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-reload.sh: 200 reloads under traffic let nothing out and lose nothing; a bad file changes nothing

. "$(dirname "$0")/lib.sh"

reloads=200

small_world cam24 cam28 laptop
site home
policy cameras '{from: 2026-01-01, action: block}'
daemon_start || bail "the daemon does not start"

generation()
{
	og status --json | sed -n 's/.*"generation": *\([0-9]*\).*/\1/p'
}

names_place()
{
	grep -q 'policies/cameras.yaml:3:32: ' <<<"$1" || { echo "$1"; return 1; }
}

# Every second reload lists the 28-bit prefix as well, so that each is another ruleset.
cp "$W/etc/prefixes.lock" "$W/run/with"
grep -v '/28 ' "$W/run/with" >"$W/run/without"
before=$(generation)
sniff traffic wan eth0
# shellcheck disable=SC2046 # words
stream cam24 cam24 500 120 $(outward cam24)
# shellcheck disable=SC2046
stream laptop laptop 500 120 $(outward laptop)
start=$EPOCHSECONDS
failed=0
for ((i = 0; i < reloads; i++)); do
	if ((i % 2)); then list=with; else list=without; fi
	cp "$W/run/$list" "$W/etc/prefixes.lock.new"
	mv "$W/etc/prefixes.lock.new" "$W/etc/prefixes.lock"
	og reload >"$W/log/reload" 2>&1 || failed=$((failed + 1))
done
seconds=$((EPOCHSECONDS - start))
kill "$(cat "$W/run/stream-cam24")" "$(cat "$W/run/stream-laptop")"
streamed cam24
cam_sent=$SENT
streamed laptop
laptop_sent=$SENT
sniffed traffic
echo "# $reloads reloads in $seconds s, $cam_sent and $laptop_sent frames"
is "all $reloads reloads succeed" "$failed" 0
ok "each of them is a generation" test "$(($(generation) - before))" -ge "$reloads"
ok "frames were sent all the time" test "$cam_sent" -gt 200 -a "$laptop_sent" -gt 200
is "not one listed frame got out" "$(count traffic cam24)" 0
is "not one of the laptop's $laptop_sent frames was lost" "$(count traffic laptop)" "$laptop_sent"
is "and none came twice" "$(duplicates traffic laptop)" 0
is "the last reload is in force" "$(leaving cam24 cam28 laptop)" "0 0 10"

# Another ruleset numbers vendors otherwise; a device is silent meanwhile.
sed -i '1i zte 00:15:eb/24 20-OUI.hwdb "zte corporation"' "$W/etc/prefixes.lock"
ok "reload with one more vendor" og reload
vendors=$(og devices --json | grep -o '"vendor": *"[a-z]*"' | sort -u)
is "devices keep their vendor" "$vendors" '"vendor": "hikvision"'

# A bad configuration is refused whole, and says where.
before=$(generation)
cat >"$W/etc/policies/cameras.yaml" <<-END
	vendors: [hikvision]
	phases:
	  - {from: 2026-01-01, action: blok}
END
output=$(og reload 2>&1)
is "a reload of a bad file fails with status 1" $? 1
ok "and names file, line and column" names_place "$output"
is "the old policy stays in force" "$(leaving cam24 cam28 laptop)" "0 0 10"
is "as the same generation" "$(generation)" "$before"
ok "status tells of the refused reload" grep -q 'cameras.yaml:3' <(og status --json)
kill -HUP "$DAEMON"
sleep 0.5
ok "SIGHUP with a bad file leaves the daemon running" daemon_ready
is "and the old policy too" "$(leaving cam24 laptop)" "0 10"
policy cameras '{from: 2026-01-01, action: log}'
kill -HUP "$DAEMON"
until_true 60 test "$(generation)" != "$before"
is "SIGHUP with a good file applies it" "$(leaving cam24 laptop)" "10 10"

done_testing
