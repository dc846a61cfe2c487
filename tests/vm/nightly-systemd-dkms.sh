#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The package ouiguard-dkms, installed as an administrator does, with headers from the archive: DKMS builds the
# module, modules-load.d loads it at boot, and it enforces from power-on.

# shellcheck disable=SC2154 # what system.sh sets

. "$(dirname "$0")/system.sh"

gateway bookworm 6.1
rm -f "$R/etc/resolv.conf"
cp -L /etc/resolv.conf "$R/etc/resolv.conf"
mirror=${DEBIAN_MIRROR:-http://deb.debian.org}
printf 'deb %s main\n' "$mirror/debian bookworm" "$mirror/debian-security bookworm-security" \
	>"$R/etc/apt/sources.list"
mount -t proc proc "$R/proc"
in_root apt-get -qq -o Acquire::Retries=3 update >"$W/log/apt" 2>&1 &&
	in_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install \
		dkms gcc libc6-dev make "linux-headers-$KERNEL_RELEASE" >>"$W/log/apt" 2>&1 || {
	umount "$R/proc"
	echo "1..0 # SKIP the headers cannot be fetched: $(tail -n 1 "$W/log/apt")"
	exit 0
}
ok "ouiguard-dkms is installed" in_root sh -c 'dpkg -i /root/ouiguard/build/deb/ouiguard-dkms_*.deb'
ok "DKMS has built the module" eval "in_root dkms status | grep 'ouiguard.*$KERNEL_RELEASE.*installed'"
umount "$R/proc"
[ "$failures" -eq 0 ] || done_testing
echo ouiguard >"$R/etc/modules-load.d/ouiguard.conf"
sed -i 's/^engine: .*/engine: kmod/' "$R/etc/ouiguard/ouiguard.yaml"
systemctl --quiet --root="$R" enable ouiguard
system_disk

counter boot
power_on
devices_send
powered_up
ok "the module is loaded" inside grep '^ouiguard ' /proc/modules
ok "before the service, which enforces with it" said 'enforcing with kmod'
none_left "from power-on" boot
ok "while it enforces it cannot be unloaded" not inside modprobe -r ouiguard
ok "the service is killed" inside systemctl kill -s KILL ouiguard
none_left "without the daemon" boot
ok "it comes back" until_true 180 active
none_left "with the daemon again" boot
sniffed boot
devices_stop
ok "all that while the camera was sending ($SENT frames)" test "$SENT" -gt 500

system_done
