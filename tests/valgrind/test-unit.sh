#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-unit.sh: unit tests, without sanitizers, under valgrind: those that VALGRIND_TESTS names, one test
# per program. A forked child is its parent's matter, and is not reported.
set -u

cd "$(dirname "$0")/../.." || exit 1
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
n=0
for program in $VALGRIND_TESTS; do
	n=$((n + 1))
	# Its own results are counted elsewhere; a test that fails here only, as one that is too slow, is
	# shown too.
	if timeout -k 10 1000 valgrind --quiet --error-exitcode=99 --leak-check=full \
		--errors-for-leak-kinds=definite,indirect --child-silent-after-fork=yes "$program" \
		>"$log" 2>&1 </dev/null; then
		echo "ok $n - ${program##*/}"
	else
		grep -E '^==|^not ok' "$log" | head -n 60 | sed 's/^/# /'
		echo "not ok $n - ${program##*/}"
	fi
done
echo "1..$n"
