#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel module under the kernel's own detectors: KASAN, lockdep, kmemleak; and the daemon with it on a
# kernel without BPF. Leaks are looked for while it is loaded and again once it is not, when its own
# pointers count no more.
cd "$(dirname "$0")/../.." || exit 1
shopt -s nullglob
programs=(tests/kmod/test-*.c)
programs=("${programs[@]%.c}")
VM_LIMIT=${VM_LIMIT-1100} exec tests/vm/uml tests/kmod/load.sh "${programs[@]/#/build/}" \
	tests/kmod/test-service.sh tests/kmod/test-reload.sh tests/kmod/leaks.sh tests/kmod/unload.sh \
	tests/kmod/leaks.sh
