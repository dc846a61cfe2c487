#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nightly-uml-sees.sh: tests/vm/uml sees what it is there for: a module that reads freed memory, or beyond
# its own, takes locks in the wrong order, forgets RCU or leaks makes it fail, and one that does nothing
# does not.
cd "$(dirname "$0")/../.." || exit 1
mkdir -p build
work=$(mktemp -d "$PWD/build/uml-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
n=0

skip()
{
	echo "1..0 # SKIP $*"
	exit 0
}

[ "$(uname -m)" = x86_64 ] || skip "the machine is not x86_64, as the kernel is"
kernel=$(tests/vm/uml-kernel) || skip "User Mode Linux is not there"
cp tests/vm/planted/* "$work/"
if ! env -u MAKEFLAGS -u MFLAGS make -C "$kernel" ARCH=um M="$work" modules >"$work/log" 2>&1; then
	sed 's/^/# /' "$work/log"
	echo "not ok 1 - the planted module builds"
	exit 1
fi

# run FAULT: a machine that loads the module with this fault and then looks for leaks.
run()
{
	printf '%s\n' '#!/bin/bash' "insmod '$work/planted.ko' fault=$1 && echo 'ok 1 - loads'" >"$work/program"
	chmod +x "$work/program"
	VM_LIMIT=150 tests/vm/uml "$work/program" tests/kmod/leaks.sh >"$work/output" 2>&1
	check "the module loads (fault: $1)" grep -qx 'ok 1 - loads' "$work/output"
}

# check NAME COMMAND...: passes if the command succeeds; else the machine's results are shown.
check()
{
	n=$((n + 1))
	if "${@:2}"; then
		echo "ok $n - $1"
	else
		sed 's/^/# /' "$work/output"
		echo "not ok $n - $1"
	fi
}

# seen NAME LINE: the machine's results hold this line (an extended regular expression).
seen()
{
	check "$1" grep -Eq -- "$2" "$work/output"
}

run freed
seen "a read of freed memory" '^not ok - no report.*KASAN: (slab-)?use-after-free'
run beyond
seen "a read beyond memory of vmalloc()" '^not ok - no report.*KASAN: vmalloc-out-of-bounds'
run order
seen "locks in the wrong order" '^not ok - no report.*possible circular locking'
run rcu
seen "a pointer that RCU protects, read without it" '^not ok - no report.*suspicious RCU usage'
run leak
seen "a leak" '^not ok 1 - no memory leaks$'
seen "a leak is shown with who made it" '^# .* leak\+.*\[planted\]'
run none
seen "nothing, where there is nothing" '^ok 1 - no memory leaks$'
check "no report where there is nothing" test "$(grep -c '^not ok' "$work/output")" = 0
echo "1..$n"
