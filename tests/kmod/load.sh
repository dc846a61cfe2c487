#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# load.sh: in the virtual machine: load the module that was built for this kernel, with debug=1.
module=build/kmod/$(uname -r)/ouiguard.ko

# Built into some kernels; if they are not there at all, insmod says so.
modprobe -a nf_reject_ipv4 nf_reject_ipv6 2>/dev/null
if insmod "$module" debug=1; then
	echo "ok 1 - the module loads"
else
	echo "not ok 1 - the module loads"
fi
echo "1..1"
