#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# unload.sh: in the virtual machine: unload the module. The kernel warns, and tests/vm/run fails then,
# if its cache of device records still has one.
n=0
check()
{
	n=$((n + 1))
	if "${@:2}"; then
		echo "ok $n - $1"
	else
		echo "not ok $n - $1"
	fi
}

check "the module unloads" rmmod ouiguard
check "its cache is gone" sh -c '! grep -q ^ouiguard /proc/slabinfo'
echo "1..$n"
