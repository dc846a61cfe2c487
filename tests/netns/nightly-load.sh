#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nightly-load.sh: test-load.sh for ten minutes.
LOAD_SECONDS=600 exec "$(dirname "$0")/test-load.sh"
