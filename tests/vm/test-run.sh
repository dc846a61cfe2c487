#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-run.sh: tests/vm/run sees what goes wrong in the machine: programs that die or test nothing, and
# warnings of the kernel.
cd "$(dirname "$0")/../.." || exit 1
mkdir -p build
work=$(mktemp -d "$PWD/build/vm-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
n=0

program()
{
	{ echo '#!/bin/bash'; cat; } >"$work/$1"
	chmod +x "$work/$1"
}

# printed NAME LINE: the machine's results hold this line (an extended regular expression).
printed()
{
	n=$((n + 1))
	if grep -Eqx -- "$2" "$work/output"; then
		echo "ok $n - $1"
	else
		sed 's/^/# /' "$work/output"
		echo "not ok $n - $1"
	fi
}

program passes <<<'echo "ok 1 - passes"'
program dies <<<'kill -SEGV $$'
program says_nothing <<<'exit 0'
program warns <<<'echo "WARNING: planted" >/dev/kmsg; echo "ok 1 - warns"'
program writes <<-END
	echo planted >"$work/passes" && echo "ok 1 - writes"
END

tests/vm/run 6.1 "$work"/{passes,dies,says_nothing,warns,writes} >"$work/output" 2>&1
if grep -E '^1\.\.0 # SKIP' "$work/output"; then
	exit 0
fi
printed "a program passes" "ok 1 - passes"
printed "a program dies" "not ok - .*/dies: exit status 139"
printed "a program tests nothing" "not ok - .*/says_nothing: no test ran"
printed "the kernel warns" "not ok - no warning from Linux 6\.1.*: .*WARNING: planted"
printed "a program may write" "ok 1 - writes"
n=$((n + 1))
if grep -q planted "$work/passes"; then
	echo "not ok $n - what it writes stays in the machine"
else
	echo "ok $n - what it writes stays in the machine"
fi
echo "1..$n"
