#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Linux 6.1, Debian 12's: the oldest kernel that must take the BPF programs, and the strictest verifier.
cd "$(dirname "$0")/../.." || exit 1
shopt -s nullglob
programs=(tests/bpf/test-*.c)
programs=("${programs[@]%.c}")
exec tests/vm/run 6.1 tests/vm/machine.sh "${programs[@]/#/build/}"
