#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel module at work on Linux 6.1, with every allocation checked: freed twice, written past its
# end or after it was freed.
cd "$(dirname "$0")/../.." || exit 1
VM_APPEND=slub_debug=FZPU exec tests/vm/kmod 6.1 \
	build/tests/kmod/test-gateway
