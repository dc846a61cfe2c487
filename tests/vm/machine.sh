#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# machine.sh: in the virtual machine: is it the one that the other tests expect? What they would
# report as their own failures is here told apart.

n=0
expect()
{
	local name=$1
	shift
	n=$((n + 1))
	if "$@" >/run/machine.out 2>&1; then
		echo "ok $n - $name"
	else
		sed 's/^/# /' /run/machine.out
		echo "not ok $n - $name"
	fi
}

expect "runs the kernel it was asked for" test "$(uname -r)" = "$OUIGUARD_VM"
expect "is root" test "$(id -u)" = 0
expect "makes a network namespace" ip netns add inside
expect "makes a veth pair" ip link add outer type veth peer name inner netns inside
expect "makes a bridge" ip link add br0 type bridge
expect "makes a VLAN device" ip link add link outer name outer.20 type vlan id 20
expect "has clsact" tc qdisc add dev outer clsact
expect "has a BPF file system" test "$(stat -f -c %T /sys/fs/bpf)" = bpf_fs
expect "has the types of its kernel" test -r /sys/kernel/btf/vmlinux
ip netns del inside
echo "1..$n"
