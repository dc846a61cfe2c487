#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-journal.sh: docs/journal.md names every kind of entry and every field, and none that is not there. That
# entries have the fields of their kind is seen in a booted machine (tests/boot/service.sh).
set -u

cd "$(dirname "$0")/../.." || exit 1
page=docs/journal.md
. tests/lib/tap.sh

fields=$(grep -ohE '\{"OUIGUARD_[A-Z_]+",' daemon/*.c daemon/*/*.c | grep -oE 'OUIGUARD_[A-Z_]+' | sort -u)
is 'the table has every kind of entry once' "$(sed -n '/^## Fields/q; s/^| .* | `\([0-9a-f]\{32\}\)` | .*/\1/p' $page | sort)" \
	"$(grep -oE '"[0-9a-f]{32}"' daemon/message-id.h | tr -d '"' | sort)"
is 'it names every field of the code, and no other' \
	"$(sed -n '/^## Fields/q; /^| .*[0-9a-f]\{32\}/s/.*| \(.*\) |$/\1/p' $page | grep -oE '`[A-Z_]+`' |
		tr -d '`' | sed 's/^/OUIGUARD_/' | sort -u)" "$fields"
is 'and says what each is' "$(sed -n '/^## Fields/,/^## How/s/^| \(`OUIGUARD.*`\) | ..*/\1/p' $page |
	grep -oE 'OUIGUARD_[A-Z_]+' | sort)" "$fields"
is 'the catalogue uses no other' "$(grep -oE '@OUIGUARD_[A-Z_]+@' data/catalog/ouiguard.catalog | tr -d @ | sort -u |
	comm -23 - <(echo "$fields"))" ''
is 'every id that is defined is used' "$(grep -oE 'OG_MSG_[A-Z_]+' daemon/message-id.h | sort -u | while read -r id; do
	grep -qrw --include='*.c' "$id" daemon || echo "$id"
done)" ''
is 'journald does not limit the service as a whole' "$(grep -c '^LogRateLimitIntervalSec=0$' data/units/ouiguard.service)" 1
# The budgets of the page are those of the code.
budget()
{
	awk -v name="$1" '$1 == "#define" && $2 == name { print $3 }' daemon/told.h daemon/state.h
}
is 'nor is a figure of the page another than that of the code' \
	"$(tr '\n' ' ' <$page | grep -oE 'of 256 new devices a minute; of what devices send 1024 times and then 5 times a second|of one user 64 refusals are told, then one every 10 seconds, of all users 256, then one a second' | wc -l) \
$(budget OG_NEW_A_MINUTE) $(budget OG_TOLD_EVENTS) $(budget OG_TOLD_EVENTS_MS) $(budget OG_TOLD_CALLER) \
$(budget OG_TOLD_CALLER_MS) $(budget OG_TOLD_REFUSED) $(budget OG_TOLD_REFUSED_MS)" '2 256 1024 200 64 10000 256 1000'

done_testing
