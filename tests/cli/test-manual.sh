#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-manual.sh: the manual pages are sound, and that of ouiguardd tells of its options. That of
# ouiguard is compared with the tables by tests/unit/test-cli-manual.c.

# shellcheck disable=SC2154 # what lib.sh sets

. "$(dirname "$0")/lib.sh"

page=$top/data/man/ouiguardd.8

# options FILE: the long options in it, once each.
options()
{
	sed 's/\\-/-/g' "$1" | grep -oE -- '--[a-z][a-z-]*' | sort -u
}

[ -x "$build/ouiguardd" ] || { echo "1..0 # SKIP there is no ouiguardd in this tree yet"; exit 0; }
"$build/ouiguardd" --help >"$W/help"
is 'the options of ouiguardd --help are those of its page' "$(options "$page")" "$(options "$W/help")"
for page in "$top"/data/man/*; do
	name=${page##*/}
	is "$name: its licence" "$(head -n 1 "$page")" '.\" SPDX-License-Identifier: GPL-2.0'
	has "$name: name and purpose" "$(grep -A1 '^\.SH NAME' "$page")" "^${name%.*} .?\\- [a-z]"
	if command -v groff >/dev/null; then
		is "$name: no warning of groff" "$(groff -man -ww -z "$page" 2>&1)" ''
	fi
done

done_testing
