#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-upgrade-12.sh: from the package of the commit before, in a booted Debian 12
exec "${0%/*}/upgrade.sh" bookworm HEAD^
