#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-remote-12.sh: ouiguard -H, to a booted Debian 12
exec "${0%/*}/remote.sh" bookworm
