#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-faults-12.sh: what may befall the service in a booted Debian 12
exec "${0%/*}/faults.sh" bookworm 25 60 20000
