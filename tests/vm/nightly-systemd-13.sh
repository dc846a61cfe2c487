#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same whole machine with Debian 13 and Linux 6.12.
cd "$(dirname "$0")/../.." || exit 1
SYSTEM=trixie LINUX=6.12 exec tests/vm/test-systemd-12.sh
