#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tests of real traffic that wait for long, on Linux 6.1, without tcx.
cd "$(dirname "$0")/../.." || exit 1
VM_LIMIT=1100 exec tests/vm/run 6.1 tests/netns/test-addresses.sh tests/netns/test-hostile.sh tests/netns/test-probes.sh
