#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel module on Linux 6.1, Debian 12's: its verdicts beside those of BPF and user space, the
# daemon with it, loading it many times.
cd "$(dirname "$0")/../.." || exit 1
exec tests/vm/kmod 6.1 build/tests/kmod/test-vectors tests/kmod/test-service.sh tests/kmod/test-reload.sh
