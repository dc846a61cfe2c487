#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-install.sh: "make install" puts everything where the system looks for it, and what refers to
# installed files is right.
set -u

cd "$(dirname "$0")/../.." || exit 1
[ -x build/ouiguard ] || { echo "1..0 # SKIP nothing is built here"; exit 0; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
. tests/lib/tap.sh

# paths DIRECTORY FILE...: the files as they are named there.
paths()
{
	local directory=$1 file
	shift
	for file in "$@"; do
		echo "$directory/${file##*/}"
	done
}

env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s install DESTDIR="$work" PREFIX=/opt/og >"$work.log" 2>&1
is 'make install' "$? $(cat "$work.log")" '0 '
rm -f "$work.log"
is 'installs these files, and no others' "$(cd "$work" && find . -type f | LC_ALL=C sort)" "$({
	paths ./opt/og/bin ouiguard
	paths ./opt/og/sbin ouiguardd
	paths ./opt/og/lib/systemd/system data/units/*
	paths ./opt/og/lib/systemd/catalog ouiguard.catalog
	paths ./opt/og/lib/sysusers.d ouiguard.conf
	paths ./opt/og/share/bash-completion/completions ouiguard
	paths ./opt/og/share/dbus-1/system.d org.ouiguard.conf
	paths ./opt/og/share/doc/ouiguard README.md SECURITY.md docs/*.md
	paths ./opt/og/share/man/man1 ouiguard.1
	paths ./opt/og/share/man/man8 ouiguardd.8
	paths ./opt/og/share/polkit-1/actions data/polkit/*.policy
	paths ./opt/og/share/ouiguard/grafana data/grafana/*.json
	paths ./opt/og/share/ouiguard/programmes data/programmes/*.yaml
	paths ./opt/og/share/ouiguard/schema data/schema/*.json
	paths ./opt/og/share/ouiguard/vendors data/vendors/*.yaml
} | LC_ALL=C sort)"

doc=$work/opt/og/share/doc/ouiguard
named=$(grep -oE '/usr/share/doc/ouiguard/[a-z.]+\.md' data/man/ouiguard.1 | sed 's,.*/,,' | sort -u)
is 'the manual names a page for each file format' "$named" "$(printf '%s.md\n' assets exceptions \
	ouiguard.yaml policies prefixes.lock programmes sites vendors)"
is 'and each is installed' "$(for page in $named; do [ -f "$doc/$page" ] || echo "$page"; done)" ''
is 'the links of the pages lead somewhere' "$(cd "$doc" && grep -oE '\]\([a-z][a-z.-]*\.md' -- *.md |
	sed 's,.*(,,' | sort -u | while read -r page; do [ -f "$page" ] || echo "$page"; done)" ''

is 'the completion is sound' \
	"$(bash -n "$work/opt/og/share/bash-completion/completions/ouiguard" 2>&1)" ''

# The journal's catalogue -------------------------------------------------------------------------

catalog=data/catalog/ouiguard.catalog
is 'each kind of message has its entry' "$(sed -n 's/^-- //p' $catalog | sort)" \
	"$(grep -oE '"[0-9a-f]{32}"' daemon/message-id.h | tr -d '"' | sort)"
is 'each entry says what it is and what follows' "$(awk -v RS='\n-- ' \
	'NR > 1 && (!/\nSubject: [^\n]+\nDefined-By: / || !/\n\n[^\n]+/) { print $1 }' $catalog)" ''
if command -v journalctl >/dev/null; then
	mkdir -p "$work/root/usr/lib/systemd/catalog" "$work/root/var/lib/systemd/catalog"
	cp $catalog "$work/root/usr/lib/systemd/catalog"
	said=$(journalctl --root="$work/root" --update-catalog 2>&1)
	is 'journalctl takes it' "$? $said" '0 '
	is 'and knows every entry' "$(journalctl --root="$work/root" --list-catalog 2>/dev/null | wc -l)" \
		"$(grep -c '^-- ' $catalog)"
fi

# The user and its group -----------------------------------------------------------------------------------------

groups=$(grep -oE '<policy group="[a-z]+"' data/dbus/*.conf | sed 's/.*="//; s/"//' | sort -u)
users=$(grep -oE '<policy user="[a-z]+"' data/dbus/*.conf | sed 's/.*="//; s/"//' | sort -u)
is 'the bus policy names the group that is made, and no user that is not' "$groups, $users" \
	"$(sed -n 's/^u \([a-z]*\) .*/\1, \1/p' data/sysusers/*.conf)
root"
is 'polkit knows the actions that the daemon asks for' \
	"$(grep -o '<action id="[a-z.]*"' data/polkit/*.policy | cut -d '"' -f 2 | sort)" \
	"$(grep -ohE '"org\.ouiguard\.(manage|detach)"' daemon/bus/polkit.h | tr -d '"' | sort)"
if command -v systemd-analyze >/dev/null; then
	# shellcheck source=tests/lib/exposures.sh
	. tests/lib/exposures.sh
	figure=$(systemd-analyze security --offline=true --no-pager data/units/ouiguard.service 2>"$work/err" |
		sed -n 's/.*exposure level.*: \([0-9.]*\) .*/\1/p')
	echo "# the unit's exposure by systemd-analyze: ${figure:-unknown}"
	is 'the unit is exposed no more than 1.3' "$(awk -v x="${figure:-99}" 'BEGIN { print x <= 1.3 }')" 1
	systemd-analyze security --offline=true --json=short data/units/ouiguard.service >"$work/json" 2>>"$work/err"
	is 'each exposure is explained, and nothing else' "$(explained docs/service.md)" "$(exposed "$work/json")"
	is 'the figure of the page' "$(grep -o 'says [0-9.]* on Debian' docs/service.md)" "says $figure on Debian"
fi
if command -v systemd-sysusers >/dev/null && systemd-sysusers --help | grep -q -- --dry-run; then
	is 'systemd-sysusers takes it' "$(systemd-sysusers --dry-run "$PWD/data/sysusers/ouiguard.conf" \
		>/dev/null 2>"$work/err" || cat "$work/err")" ''
fi

done_testing
