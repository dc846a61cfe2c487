#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-reload.sh: in the virtual machine: load and unload the module many times; nothing is left.
times=100
module=build/kmod/$(uname -r)/ouiguard.ko

# Pages of slabs that nobody can give back, in bytes; without those of objects that are freed, but that
# a cache, or the detector of accesses to freed memory, still keeps.
unreclaimable()
{
	local shrink
	for shrink in /sys/kernel/slab/*/shrink; do
		echo 1 >"$shrink"
	done
	awk '/^SUnreclaim:/ {print $2 * 1024}' /proc/meminfo
}

fail=0
rmmod ouiguard || fail=1
insmod "$module" && rmmod ouiguard
before=$(unreclaimable)
for ((i = 0; i < times && !fail; i++)); do
	insmod "$module" debug=1 && rmmod ouiguard || fail=1
done
after=$(unreclaimable)
insmod "$module" debug=1 || fail=1
echo "# slabs: $before bytes before, $after after"
[ $fail = 0 ] && echo "ok 1 - loads and unloads $times times" || echo "not ok 1 - loads and unloads"
[ $((after - before)) -lt 1048576 ] && echo "ok 2 - nothing is left" || echo "not ok 2 - memory is left"
echo "1..2"
