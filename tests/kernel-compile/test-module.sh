#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-module.sh: the kernel module builds without a warning, the kernel's extra ones and sparse's
# included, against the headers of each kernel that it is for; and so does what DKMS is given.
cd "$(dirname "$0")/../.." || exit 1
n=0

# expect NAME COMMAND...
expect()
{
	local name=$1 output
	shift
	n=$((n + 1))
	if output=$("$@" 2>&1); then
		echo "ok $n - $name"
	else
		printf '%s\n' "$output" | tail -n 40 | sed 's/^/# /'
		echo "not ok $n - $name"
	fi
}

skip()
{
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}

dkms_tree()
{
	local tree=$PWD/build/dkms
	rm -rf "$tree"
	make -s install-dkms DESTDIR="$tree" && ! grep -q @VERSION@ "$tree"/usr/src/*/dkms.conf &&
		env -u MAKEFLAGS -u MFLAGS make -C "$1" M="$(echo "$tree"/usr/src/ouiguard-*)" \
			CONFIG_DEBUG_INFO_BTF_MODULES= modules &&
		ls "$tree"/usr/src/ouiguard-*/ouiguard.ko
}

command -v sparse >/dev/null || echo "# sparse is not installed: without its checks"
for version in 6.1 6.12; do
	if headers=$(tests/vm/headers $version 2>/dev/null); then
		expect "Linux $version" scripts/kmod --strict "$headers"
	else
		skip "Linux $version" "its headers cannot be fetched"
	fi
done
if headers=$(tests/vm/headers 6.1 2>/dev/null); then
	expect "the tree for DKMS" dkms_tree "$headers"
else
	skip "the tree for DKMS" "no headers"
fi
echo "1..$n"
