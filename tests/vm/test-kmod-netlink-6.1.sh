#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the kernel module refuses, and frames that come in other ways than one by one, on Linux 6.1 with
# every allocation checked.
cd "$(dirname "$0")/../.." || exit 1
VM_APPEND=slub_debug=FZPU exec tests/vm/kmod 6.1 \
	build/tests/kmod/test-netlink build/tests/kmod/test-traffic
