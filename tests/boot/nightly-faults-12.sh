#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nightly-faults-12.sh: what may befall the service in a booted Debian 12, more often and in larger numbers
exec "${0%/*}/faults.sh" bookworm 300 500 100000
