#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel module on Linux 6.12, Debian 13's, with the kernel's sampling detector of memory errors:
# everything that 6.1 gets, in full length; what takes longest is in nightly-kmod-gateway-6.12.sh.
cd "$(dirname "$0")/../.." || exit 1
shopt -s nullglob
programs=(tests/kmod/test-*.c)
programs=("${programs[@]%.c}")
programs=("${programs[@]/*test-gateway/}")
VM_LIMIT=${VM_LIMIT-1100} VM_LONG=1 VM_APPEND=kfence.sample_interval=100 exec tests/vm/kmod 6.12 \
	"${programs[@]/#tests/build/tests}" tests/kmod/test-service.sh tests/kmod/test-reload.sh
