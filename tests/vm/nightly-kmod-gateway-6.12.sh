#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel module at work on Linux 6.12 in full length: 1,000 rulesets under traffic, and a flood of
# 1,000,000 made-up addresses. With the kernel's sampling detector of memory errors.
cd "$(dirname "$0")/../.." || exit 1
VM_LIMIT=${VM_LIMIT-1100} VM_LONG=1 VM_APPEND=kfence.sample_interval=100 exec tests/vm/kmod 6.12 \
	build/tests/kmod/test-gateway
