#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# All tests of real traffic but the slowest on Linux 6.1, without tcx; the kernel checks its allocations meanwhile.
shopt -s extglob
cd "$(dirname "$0")/../.." || exit 1
VM_LIMIT=1100 VM_APPEND=slub_debug=FZPU exec tests/vm/run 6.1 tests/netns/test-!(addresses|hostile|probes|load).sh
