#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nightly-upgrade-13.sh: from the package of many commits before, in a booted Debian 13
cd "${0%/*}/../.." || exit 1
# Fifty commits before, or the first one that had packages.
first=$(git log --diff-filter=A --format=%H -- scripts/deb | tail -n 1)
far=$(git rev-parse --quiet --verify HEAD~50 || echo none)
git merge-base --is-ancestor "$first" "$far" 2>/dev/null || far=$first
exec tests/boot/upgrade.sh trixie "$far"
