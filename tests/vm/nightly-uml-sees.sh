#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nightly-uml-sees.sh: tests/vm/uml sees what it is there for: a module that reads freed memory, or beyond
# its own, takes locks in the wrong order or leaks makes it fail, and one that does nothing does not.
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

# seen NAME FAULT LINE: with this fault the results hold this line (an extended regular expression).
seen()
{
	n=$((n + 1))
	printf '%s\n' '#!/bin/bash' "insmod '$work/planted.ko' fault=$2 && echo 'ok 1 - loads'" >"$work/program"
	chmod +x "$work/program"
	VM_LIMIT=200 tests/vm/uml "$work/program" tests/kmod/leaks.sh >"$work/output" 2>&1
	if grep -Eq -- "$3" "$work/output" && grep -qx 'ok 1 - loads' "$work/output"; then
		echo "ok $n - $1"
	else
		sed 's/^/# /' "$work/output"
		echo "not ok $n - $1"
	fi
}

seen "a read of freed memory" freed '^not ok - no report.*KASAN: (slab-)?use-after-free'
seen "a read beyond memory of vmalloc()" beyond '^not ok - no report.*KASAN: vmalloc-out-of-bounds'
seen "locks in the wrong order" order '^not ok - no report.*possible circular locking'
seen "a leak" leak '^not ok 1 - no memory leaks$'
seen "a leak is shown with who made it" leak '^# .*planted'
seen "nothing, where there is nothing" none '^ok 1 - no memory leaks$'
n=$((n + 1))
if grep -q '^not ok' "$work/output"; then
	sed 's/^/# /' "$work/output"
	echo "not ok $n - no report where there is nothing"
else
	echo "ok $n - no report where there is nothing"
fi
echo "1..$n"
