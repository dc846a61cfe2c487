#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# upgrade.sh RELEASE COMMIT: in a booted Debian, from the package of an earlier commit to this one's and back,
# with traffic running: no listed frame may leave, and every other one must

# shellcheck disable=SC2034,SC2046,SC2154 # what lib.sh uses and sets; words

. "$(dirname "$0")/lib.sh"

earlier=$(git -C "$top" rev-parse --quiet --verify --short "$2^{commit}") ||
	{ echo "1..0 # SKIP this copy of the sources has no commit $2"; exit 0; }
git -C "$top" cat-file -e "$earlier:scripts/deb" 2>/dev/null ||
	{ echo "1..0 # SKIP commit $earlier has no packages yet"; exit 0; }

# Built as it builds itself, but for lintian; with a lower version, so that both ways are ways.
earlier_package()
{
	local tree=$W/earlier
	mkdir -p "$tree" "$W/quiet"
	git -C "$top" archive "$earlier" | tar -x -C "$tree"
	sed -i '1s/^ouiguard (\([^)]*\))/ouiguard (\1~earlier)/' "$tree/debian/changelog"
	printf '#!/bin/sh\n' >"$W/quiet/lintian"
	chmod +x "$W/quiet/lintian"
	PATH=$W/quiet:$PATH "$tree/scripts/deb" >"$W/log/deb-earlier" 2>&1 ||
		{ echo "1..0 # SKIP the package of $earlier is not built: $(tail -n 1 "$W/log/deb-earlier")"; exit 0; }
	mkdir -p "$R/root/earlier"
	cp "$tree"/build/deb/ouiguard_*.deb "$R/root/earlier"
}

export PATIENCE=1
machine "$1" cam24 sibling
packages
earlier_package
OLD=/root/earlier/$(cd "$R/root/earlier" && ls)
NEW=$PACKAGE

main_pid() { inside systemctl show -P MainPID ouiguard; }
generation() { inside ouiguard status --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["generation"])'; }
enforces() { active && inside ouiguard status --json | grep -q '"enforcing": *true'; }
seen() { inside sh -c 'ouiguard devices | grep 44:19:b6:00:00:01'; }

# moves WHAT PACKAGE: installs it while both send, and counts.
moves()
{
	local what=$1 package=$2 pid sent
	pid=$(main_pid)
	sniff "$what" wan eth0
	stream cam24 cam24 500 400 $(outward cam24)
	stream sibling sibling 500 400 $(outward sibling)
	ok "$what: installed" inside dpkg -i --no-pager "$package"
	ok "$what: the service enforces" until_true 60 enforces
	ok "$what: it is another process" test "$(main_pid)" != "$pid"
	kill "$(cat "$W/run/stream-cam24")" "$(cat "$W/run/stream-sibling")"
	streamed cam24
	ok "$what: the camera sent all the time ($SENT)" test "$SENT" -gt 200
	streamed sibling
	sent=$SENT
	sniffed "$what"
	is "$what: no frame of the camera got out" "$(count "$what" cam24)" 0
	is "$what: not one of its neighbour's $sent was lost" "$(count "$what" sibling)" "$sent"
	is "$what: and none came twice" "$(duplicates "$what" sibling)" 0
	ok "$what: what was seen is kept" seen
	is "$what: afterwards the same is blocked" "$(leaving cam24 sibling)" '0 10'
}

ok "the package of $earlier is installed" inside dpkg -i --no-pager "$OLD"
ok "init" inside ouiguard init --lan br0:uplink=trunk0 --programme uk-sensitive-sites
sed -i 's/^  - {from: .*action: log}/  - {from: 2026-02-01, action: block}/' \
	"$R/etc/ouiguard/policies/uk-sensitive-sites.yaml"
ok "systemctl enable --now" inside systemctl enable --now ouiguard
ok "it enforces" until_true 60 enforces
is "it blocks" "$(leaving cam24 sibling)" '0 10'
ok "it has seen the camera" until_true 20 seen
number=$(generation)
moves upgrade "$NEW"
is "the program is the new one" "$(sha256sum <"$R/usr/sbin/ouiguardd")" \
	"$(dpkg-deb --fsys-tarfile "$R$NEW" | tar -xO ./usr/sbin/ouiguardd | sha256sum)"
ok "the generation goes on from $number" test "$(generation)" -ge "$number"
moves downgrade "$OLD"
ok "nothing is in trouble" not said 'damaged|NOTHING IS ENFORCED|NOT COVERED'

done_testing
