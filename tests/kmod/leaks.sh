#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# leaks.sh: in User Mode Linux: has the kernel memory that nothing points to any more? Its text, if so.
leaks=/sys/kernel/debug/kmemleak

# What waits for a grace period, and what is younger than five seconds, is no leak yet. An object that
# was moved from list to list during the first look is found again by the second.
sleep 6
if echo scan >$leaks && sleep 6 && echo scan >$leaks && found=$(cat $leaks); then
	[ -z "$found" ] || printf '%s\n' "$found" | sed 's/^/# /'
	[ -z "$found" ] && echo "ok 1 - no memory leaks" || echo "not ok 1 - no memory leaks"
else
	echo "not ok 1 - the kernel looks for leaks"
fi
echo "1..1"
