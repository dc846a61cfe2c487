#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-service-13.sh: the package in a booted Debian 13
exec "${0%/*}/service.sh" trixie
