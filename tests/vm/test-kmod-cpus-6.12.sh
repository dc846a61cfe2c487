#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel module on Linux 6.12, Debian 13's: traffic on two processors at once, with the kernel's
# sampling detector of memory errors.
cd "$(dirname "$0")/../.." || exit 1
VM_CPUS=2 VM_APPEND=kfence.sample_interval=100 exec tests/vm/kmod 6.12 \
	build/tests/kmod/test-traffic
