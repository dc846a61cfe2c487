#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nightly-faults-13.sh: what may befall the service in a booted Debian 13, more often and in larger numbers
exec "${0%/*}/faults.sh" trixie 300 500 100000
