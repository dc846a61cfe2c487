#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-contract.sh: include/ouiguard compiles unchanged in every world that enforces with it: as
# kernel code against each installed set of kernel headers, as BPF, and in user space; alone, in any
# order, and calling nothing outside itself. Each function is compiled, also those nothing uses yet.
set -u

cd "$(dirname "$0")/../.." || exit 1
top=$PWD
work=$top/build/kernel-compile
source=$work/contract.c
headers=(include/ouiguard/*.h)
includes=(-I "$top/include" -idirafter "/usr/include/$(gcc -print-multiarch)")
warnings=(-Wall -Wextra -Werror -Wshadow -Wundef -Wcast-qual -Wpointer-arith -Wvla
	-Wdeclaration-after-statement -Wmissing-prototypes -Wstrict-prototypes)
n=0

rm -rf "$work"
mkdir -p "$work"

# expect NAME COMMAND...: one test; its output is shown only if it fails.
expect()
{
	local name=$1 output
	shift
	n=$((n + 1))
	if output=$("$@" 2>&1); then
		echo "ok $n - $name"
	else
		printf '%s\n' "$output" | sed 's/^/# /'
		echo "not ok $n - $name"
	fi
}

skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

# A file that includes every header and refers to every function, so that each is compiled.
write_source()
{
	local header
	for header in "${headers[@]}"; do
		echo "#include <ouiguard/${header##*/}>"
	done
	cat <<-END
		#ifndef __bpf__
		extern const void *const og_contract[];
		const void *const og_contract[] = {
		$(sed -nE 's/^OG_(FUNC|INLINE) .*\b(og_[a-z0-9_]+)\(.*/(const void *)\2,/p' "${headers[@]}")
		};
		#endif
	END
}

write_module()
{
	cat <<-END
		#include <linux/module.h>
		#include "contract.c"

		MODULE_DESCRIPTION("the contract as kernel code");
		MODULE_LICENSE("GPL");
	END
}

user_space()
{
	"$@" -std=gnu11 -O2 "${warnings[@]}" "${includes[@]}" -c -o "$work/contract.o" "$source"
}

# Each header includes what it needs.
alone()
{
	local header
	for header in "${headers[@]}"; do
		echo "#include <ouiguard/${header##*/}>" | gcc -std=gnu11 "${warnings[@]}" \
			"${includes[@]}" -fsyntax-only -x c - || return 1
	done
}

# What every C compiler may call by itself is allowed.
calls_nothing()
{
	local symbols
	user_space gcc -fno-stack-protector || return 1
	symbols=$(nm -u "$work/contract.o" | awk '{print $2}' |
		grep -vxE 'mem(cpy|set|move|cmp)|_GLOBAL_OFFSET_TABLE_')
	[ -z "$symbols" ] || { echo "undefined: $symbols"; return 1; }
}

bpf()
{
	clang -O2 -g -target bpf -mcpu=v3 -Wall -Wextra -Werror "${includes[@]}" \
		-c -o "$work/contract.bpf.o" "$source"
}

# Only parsed: layout and types on another processor, s390x being one of the other byte order.
processor()
{
	clang --target="$1" -std=gnu11 -Wall -Wextra -Werror "${includes[@]}" -fsyntax-only "$source"
}

kernel()
{
	local directory=$work/$2
	mkdir -p "$directory"
	cp "$source" "$directory/"
	write_module >"$directory/og_contract.c"
	cat >"$directory/Kbuild" <<-END
		obj-m := og_contract.o
		ccflags-y := -I$top/include -Werror
	END
	# W=1 also checks comments, with Perl modules that are not always there; ours are no kernel-doc.
	make -C "$1" M="$directory" W=1 cmd_checkdoc=: modules && [ -e "$directory/og_contract.ko" ]
}

write_source >"$source"
expect "the functions of the contract are found" grep -q 'og_decide,' "$source"
expect "each header compiles by itself" alone
expect "user space, gcc" user_space gcc
expect "user space, clang" user_space clang
expect "calls nothing outside the headers" calls_nothing
expect "no floating point" user_space gcc -mgeneral-regs-only
expect "BPF, clang" bpf
expect "parsed for aarch64" processor aarch64-linux-gnu
expect "parsed for s390x" processor s390x-linux-gnu

found=0
for build in /lib/modules/*/build /usr/src/linux-headers-*; do
	release=${build%/build}
	release=${release##*/}
	release=${release#linux-headers-}
	# The parts that all flavours share are no complete set; of two paths to one set one is enough.
	[ -e "$build/Module.symvers" ] && [ ! -d "$work/$release" ] || continue
	found=1
	expect "kernel code, headers of $release" kernel "$build" "$release"
done
[ $found = 1 ] || skip "kernel code" "no kernel headers are installed (scripts/deps installs them)"
echo "1..$n"
