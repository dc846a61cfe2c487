# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# initrd.sh: sourced: the first files of a virtual machine

# initrd_begin ROOT KERNEL INIT MODULE...: busybox, the script INIT as first process, and the modules with
# what they need, listed in etc/modules in the order of loading. KERNEL is as tests/vm/kernel prints it.
initrd_begin()
{
	local root=$1 kernel=$2 init=$3 module how path
	shift 3
	mkdir -p "$root"/{bin,etc,modules}
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$init" "$root/init"
	for module in "$@"; do
		modprobe -d "$kernel" -S "$(ls "$kernel/lib/modules")" --show-depends "$module"
	done | while read -r how path _; do
		[ "$how" = insmod ] || continue
		[ -e "$root/modules/${path##*/}" ] && continue
		cp "$path" "$root/modules"
		echo "/modules/${path##*/}" >>"$root/etc/modules"
	done
}

# initrd_pack ROOT FILE
initrd_pack()
{
	(cd "$1" && find . | cpio --quiet -o -H newc) >"$2"
}
