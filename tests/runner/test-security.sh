#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-security.sh: each row of SECURITY.md names tests; they are there, have these words, and are run
set -u

cd "$(dirname "$0")/../.." || exit 1
. tests/lib/tap.sh

# is_run PATH: whether "make check" runs it: a test program, a corpus, or what a test program of its directory runs.
is_run()
{
	case $1 in
	*/test-*.sh | */test-*.c | tests/fuzz/fuzz-*.c | tests/vectors/*.vec) return 0 ;;
	esac
	grep -lq -- "/${1##*/}" "${1%/*}"/test-*.sh
}

# faults PAGE: what is wrong with its rows.
faults()
{
	local row path words
	grep '^|' "$1" | grep -v '^|[-|]*$' | grep -v 'shown by |$' | while IFS= read -r row; do
		grep -qE '`tests/[a-z0-9./-]+: "[^"`]+"`' <<<"$row" || echo "names no test: $row"
		grep -oE '`tests/[^`]*`' <<<"$row" | sed 's/^`//; s/`$//' | while IFS= read -r named; do
			path=${named%%: *} words=${named#*: \"}
			if [ "$named" = "$path" ]; then
				echo "no words: $named"
			elif [ ! -f "$path" ]; then
				echo "not there: $named"
			elif ! grep -qF -- "${words%\"}" "$path"; then
				echo "has no such words: $named"
			elif ! is_run "$path"; then
				echo "is not run: $named"
			fi
		done
	done
}

is 'every row of SECURITY.md names tests that are there' "$(faults SECURITY.md)" ''
is 'there are rows' "$(($(grep -c '`tests/' SECURITY.md) > 40))" 1
# What the check finds.
page=$(mktemp)
trap 'rm -f "$page"' EXIT
cat >"$page" <<-'END'
	| statement | shown by |
	|---|---|
	| nothing | no test |
	| a file | `tests/netns/test-none.sh: "words"` |
	| words | `tests/runner/test-security.sh: "words that are not"`, `tests/runner/test-install.sh: "make install"` |
END
sed -i 's/that are not/that are''nt/' "$page"
is 'and would not take others' "$(faults "$page" | sed 's/:.*//')" 'names no test
not there
has no such words'
is 'the links of SECURITY.md lead somewhere' "$(grep -oE '\]\([a-zA-Z/.-]+\)' SECURITY.md | sed 's/^](//; s/)$//' | sort -u |
	while read -r page; do [ -f "$page" ] || echo "$page"; done)" ''

done_testing
