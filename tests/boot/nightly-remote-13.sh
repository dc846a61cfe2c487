#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nightly-remote-13.sh: ouiguard -H, to a booted Debian 13
exec "${0%/*}/remote.sh" trixie
