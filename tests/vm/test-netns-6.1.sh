#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Real traffic on Linux 6.1: where there is no tcx, the programs hang on clsact; and the kernel has 8021q.
cd "$(dirname "$0")/../.." || exit 1
exec tests/vm/run 6.1 tests/netns/test-verdicts.sh tests/netns/test-coexist.sh
