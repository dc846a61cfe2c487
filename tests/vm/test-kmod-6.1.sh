#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel module on Linux 6.1, Debian 12's, with every allocation checked: freed twice, written past
# its end or after it was freed.
cd "$(dirname "$0")/../.." || exit 1
shopt -s nullglob
programs=(tests/kmod/test-*.c)
programs=("${programs[@]%.c}")
VM_APPEND=slub_debug=FZPU exec tests/vm/kmod 6.1 "${programs[@]/#/build/}"
