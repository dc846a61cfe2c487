#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-service-12.sh: the package in a booted Debian 12
exec "${0%/*}/service.sh" bookworm
