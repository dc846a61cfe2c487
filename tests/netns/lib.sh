#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lib.sh: what the tests in network namespaces share: TAP, a world, the daemon in it
#
# A test sources this file, calls its checks and ends with "done_testing".

. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/lib-world.sh"

tests=0
failures=0

# ok NAME COMMAND...: passes if the command succeeds. What it printed is shown if not.
ok()
{
	local name=$1 output
	shift
	tests=$((tests + 1))
	if output=$("$@" 2>&1); then
		echo "ok $tests - $name"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $name"
		printf '%s\n' "${output:-$*}" | sed 's/^/# /' | head -n 30
	fi
}

# is NAME GOT WANTED
is()
{
	ok "$1" test_equal "$2" "$3"
}

test_equal()
{
	[ "$1" = "$2" ] || { printf 'got:    %s\nwanted: %s\n' "$1" "$2"; return 1; }
}

not()
{
	! "$@"
}

# skip NAME REASON
skip()
{
	tests=$((tests + 1))
	echo "ok $tests - $1 # SKIP $2"
}

# bail REASON: nothing after this could be judged.
bail()
{
	echo "not ok $((tests + 1)) - $1"
	tail -n 20 "$W"/log/ouiguardd* 2>/dev/null | sed 's/^/# /'
	exit 1
}

done_testing()
{
	echo "1..$tests"
	[ "$failures" -eq 0 ] || tail -n 20 "$W"/log/ouiguardd* 2>/dev/null | sed 's/^/# /'
	exit $((failures > 0))
}
