#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# system.sh: a gateway in QEMU with a disk: Debian with the package, booted from power-on, whose power can
# be cut. What tests/boot/lib.sh does inside of its machine is done in this one here.
#
#   camera, neighbour ──── lan0 ┐
#                               ├ the machine, routes ── wan0 ── counted
#   camera, neighbour ──── lan1 ┘ (port of its bridge br0)
#
# The cables are taps in a namespace, which are there before the machine is and after it.

# shellcheck disable=SC2034,SC2154 # what the tests use, and what the other files set

. "$(dirname "${BASH_SOURCE[0]}")/../boot/lib.sh"
. "$top/tests/vm/initrd.sh"

declare -A PORT_MAC=([wan0]=52:54:00:00:00:01 [lan0]=52:54:00:00:00:02 [lan1]=52:54:00:00:00:03)
BRIDGE_MAC=52:54:00:00:00:04 NEXT_HOP=52:54:00:00:00:99
QEMU=

# system RELEASE VERSION: the disk, not yet booted, with Debian RELEASE and Linux VERSION; R is where its
# files are put together: "system_disk" takes them.
system()
{
	local archive
	export PATH=$PATH:/usr/sbin:/sbin
	command -v qemu-system-x86_64 >/dev/null || { echo '1..0 # SKIP there is no QEMU'; exit 0; }
	[ "$(uname -m)" = x86_64 ] || { echo '1..0 # SKIP the machine is not x86_64'; exit 0; }
	[ -c /dev/net/tun ] || { echo '1..0 # SKIP there is no /dev/net/tun'; exit 0; }
	archive=$("$top/tests/boot/root" "$1") || { echo "1..0 # SKIP there is no root of Debian $1"; exit 0; }
	KERNEL=$("$top/tests/vm/kernel" "$2") || { echo "1..0 # SKIP Linux $2 cannot be fetched"; exit 0; }
	KERNEL_RELEASE=$(ls "$KERNEL/lib/modules")
	world_begin
	CONSOLE=${TEST_LOGS:-$top/build/logs}/$(basename "$0" .sh).console
	mkdir -p "$(dirname "$CONSOLE")"
	: >"$CONSOLE"
	initrd_begin "$W/initrd" "$KERNEL" "$top/tests/vm/system-init" virtio_pci virtio_blk ext4
	initrd_pack "$W/initrd" "$W/initrd.cpio"
	R=$W/root
	mkdir "$R"
	tar -C "$R" --zstd -xf "$archive"
	mkdir -p "$R/lib/modules/$KERNEL_RELEASE/kernel"
	cp "$KERNEL/lib/modules/$KERNEL_RELEASE"/modules.* "$R/lib/modules/$KERNEL_RELEASE"
	cp -r "$KERNEL/lib/modules/$KERNEL_RELEASE"/kernel/{net,drivers,lib,crypto} \
		"$R/lib/modules/$KERNEL_RELEASE/kernel"
	depmod -b "$R" "$KERNEL_RELEASE"
	system_files
	system_cables
	packages
	in_root sh -c 'dpkg -i /root/ouiguard/build/deb/ouiguard_*.deb' >"$W/log/dpkg" 2>&1 || bail "$(tail -n 5 "$W/log/dpkg")"
}

# system_files: its network as an administrator writes it, and our own way in, by a serial line.
system_files()
{
	local port units=$R/etc/systemd/system network=$R/etc/systemd/network
	echo gateway >"$R/etc/hostname"
	# Not its first boot, which takes longer, and no other one is like it.
	systemd-id128 new >"$R/etc/machine-id"
	touch "$R/etc/.updated" "$R/var/.updated"
	echo 'net.ipv4.ip_forward = 1' >"$R/etc/sysctl.d/50-router.conf"
	for port in "${!PORT_MAC[@]}"; do
		printf '[Match]\nPermanentMACAddress=%s\n[Link]\nName=%s\n' "${PORT_MAC[$port]}" "$port" \
			>"$network/50-$port.link"
	done
	cat >"$network/50-wan0.network" <<-END
		[Match]
		Name=wan0
		[Network]
		Address=203.0.113.1/24
		Gateway=203.0.113.2
		IPv6AcceptRA=no
		[Neighbor]
		Address=203.0.113.2
		LinkLayerAddress=$NEXT_HOP
	END
	printf '[Match]\nName=lan0\n[Network]\nAddress=10.2.0.1/24\n' >"$network/50-lan0.network"
	printf '[NetDev]\nName=br0\nKind=bridge\nMACAddress=%s\n' "$BRIDGE_MAC" >"$network/50-br0.netdev"
	printf '[Match]\nName=br0\n[Network]\nAddress=10.1.0.1/24\n' >"$network/50-br0.network"
	printf '[Match]\nName=lan1\n[Network]\nBridge=br0\n' >"$network/50-lan1.network"
	systemctl --quiet --root="$R" enable systemd-networkd.service
	# What nobody waits for here, and what would take its time.
	systemctl --quiet --root="$R" mask serial-getty@ttyS0.service getty@tty1.service ssh.service \
		systemd-networkd-wait-online.service e2scrub_reap.service systemd-pstore.service \
		modprobe@{configfs,dm_mod,drm,efi_pstore,fuse,loop}.service \
		sys-kernel-{config,debug,tracing}.mount sys-fs-fuse-connections.mount

	# An emulated machine beside other tests may take its time.
	mkdir -p "$R/etc/systemd/system.conf.d" "$units/ouiguard.service.d"
	printf '%s\n' '[Manager]' 'DefaultTimeoutStartSec=900s' 'DefaultTimeoutStopSec=900s' \
		>"$R/etc/systemd/system.conf.d/50-slow.conf"
	printf '%s\n' '[Service]' 'TimeoutStartSec=900s' 'WatchdogSec=600s' \
		>"$units/ouiguard.service.d/50-slow.conf"
	install -m 755 "$top/tests/vm/system-shell" "$R/usr/local/sbin/system-shell"
	mkdir -p "$units/sysinit.target.wants"
	printf '%s\n' '[Unit]' 'DefaultDependencies=no' '[Service]' \
		'ExecStart=/usr/local/sbin/system-shell /dev/ttyS1' >"$units/system-shell.service"
	ln -s ../system-shell.service "$units/sysinit.target.wants/system-shell.service"
	# As cloud-init does: needs the network before the system is initialised.
	printf '%s\n' '[Unit]' 'DefaultDependencies=no' 'After=systemd-networkd.service' \
		'Before=sysinit.target' '[Service]' 'Type=oneshot' 'ExecStart=/bin/true' >"$units/early.service"
	ln -s ../early.service "$units/sysinit.target.wants/early.service"
}

system_cables()
{
	local port
	new_ns cables
	in_ns cables sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	for port in "${!PORT_MAC[@]}"; do
		in_ns cables ip tuntap add dev "$port" mode tap
		in_ns cables ip link set "$port" up
	done
}

# in_root COMMAND...: in the files of the disk, while they are not booted.
in_root()
{
	chroot "$R" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@" </dev/null
}

# system_disk: from R, which is gone then. What the machine writes goes into a second file, whose index of
# new places is QEMU's until the machine flushes: so a power cut takes what was not flushed.
system_disk()
{
	mke2fs -q -t ext4 -E lazy_itable_init=1 -d "$R" "$W/disk" 2G || bail "no disk"
	rm -rf "$R"
	qemu-img create -q -f qcow2 -o cluster_size=4096 -b "$W/disk" -F raw "$W/disk.new" || bail "no disk"
}

# power_on [WORD...]: with more on the kernel's command line; returns at once.
power_on()
{
	local port nics=()
	rm -f "$W"/run/shell.{in,out}
	mkfifo "$W"/run/shell.{in,out}
	exec 6<>"$W/run/shell.in" 7<>"$W/run/shell.out"
	for port in "${!PORT_MAC[@]}"; do
		nics+=(-netdev "tap,id=$port,ifname=$port,script=no,downscript=no"
			-device "virtio-net-pci,netdev=$port,mac=${PORT_MAC[$port]},romfile=")
	done
	echo "=== power on" >>"$CONSOLE"
	spawn cables qemu qemu-system-x86_64 -accel tcg,thread=multi -cpu max,la57=off -smp "${VM_CPUS:-2}" \
		-m 1024 -nodefaults -display none -monitor none -no-reboot \
		-drive "file=$W/disk.new,if=virtio,format=qcow2,l2-cache-size=8M" "${nics[@]}" \
		-chardev "file,id=console,path=$CONSOLE,append=on" -serial chardev:console \
		-chardev "pipe,id=shell,path=$W/run/shell" -serial chardev:shell \
		-kernel "$KERNEL/vmlinuz" -initrd "$W/initrd.cpio" \
		-append "console=ttyS0 rdinit=/init panic=-1 oops=panic loglevel=5 systemd.show_status=0 $*"
	QEMU=$SPAWNED
	until_true 20 cable_in || bail "QEMU does not start: $(cat "$W/log/qemu")"
}

cable_in()
{
	[ "$(in_ns cables ip -o link show up | grep -c 'lan.*LOWER_UP')" = 2 ]
}

# power_up [WORD...]: until it has booted.
power_up()
{
	power_on "$@"
	powered_up
}

powered_up()
{
	local line='' part end=$((SECONDS + 400))
	until [[ $line == *shell ]]; do
		alive "$QEMU" && [ $SECONDS -lt $end ] || bail_machine "the machine does not boot"
		read -r -t 10 part <&7
		line+=$part
	done
	until_true 300 booted || bail_machine "the machine does not come up"
}

booted()
{
	inside systemctl is-system-running | grep -Eq 'running|degraded'
}

# power_cut: between two instructions.
power_cut()
{
	kill -KILL "$QEMU"
	wait "$QEMU" 2>/dev/null
	QEMU=
}

# inside COMMAND...: in the machine, as root.
inside()
{
	local number=$EPOCHREALTIME got status output
	printf '%s %s\n' "$number" "$(printf '%q ' "$@" | base64 -w 0)" >&6
	until [ "${got-}" = "$number" ]; do
		read -r -t 300 got status output <&7 || return 255
	done
	base64 -d <<<"$output"
	return "$status"
}

bail_machine()
{
	tail -n 40 "$CONSOLE" | tr -d '\r' | sed 's/^/# console: /'
	bail "$@"
}

# said PATTERN: whether the service has said so in the journal since this boot.
said()
{
	inside journalctl -b -t ouiguard -o cat --no-pager | grep -Eq -- "$1"
}

# Frames -----------------------------------------------------------------------------------------

# sending LABEL RATE SECONDS PORT MAC: frames for the Internet from a device behind a port, from now on.
sending()
{
	local gateway=${PORT_MAC[$4]} network=10.2.0
	[ "$4" != lan1 ] || { gateway=$BRIDGE_MAC; network=10.1.0; }
	spawn cables "stream-$1" "$top/build/tests/netns/frames" send "$4" rate="$2" for="$3" name="$1" \
		src="$5" dst="$gateway" "ip=$network.$((16#${5: -2} + 16))>198.51.100.9" udp='9>9'
	echo "$SPAWNED" >"$W/run/stream-$1"
}

# sending_no_more LABEL...: prints nothing; SENT is how many frames the last one has sent.
sending_no_more()
{
	local label pid
	for label in "$@"; do
		pid=$(cat "$W/run/stream-$label")
		kill "$pid" 2>/dev/null
		wait "$pid"
		SENT=$(cat "$W/log/stream-$label")
	done
}

# counted LABEL NAME: so far, by a counter that goes on.
counted()
{
	local pid before
	pid=$(cat "$W/run/count-$1")
	before=$(wc -l <"$W/log/count-$1")
	kill -USR1 "$pid"
	until_true 5 eval "[ \$(wc -l <'$W/log/count-$1') -gt $before ]"
	awk -v name="$2" 'NR > skip && $1 == name { print $2 }' skip="$before" "$W/log/count-$1" | tail -n 1
}

# The gateway of the tests -----------------------------------------------------------------------

# gateway RELEASE VERSION: as "system"; configured as the README tells it, with a block in force. The bridge's
# port is named itself: so it is covered before there is a bridge.
gateway()
{
	system "$@"
	in_root ouiguard init --lan lan0 --lan lan1 --programme uk-sensitive-sites >"$W/log/init" 2>&1 ||
		bail "$(cat "$W/log/init")"
	sed -i 's/^  - {from: .*action: log}/  - {from: 2026-01-01, action: log}\n  - {from: 2026-02-01, action: block}/' \
		"$R/etc/ouiguard/policies/uk-sensitive-sites.yaml"
}

# devices_send: a camera and its neighbour at each port, until devices_stop, which sets SENT to how many frames
# a camera has sent.
devices_send()
{
	sending camera 50 9999 lan0 44:19:b6:00:00:01
	sending neighbour 50 9999 lan0 3c:22:fb:00:00:01
	sending camera-br 50 9999 lan1 44:19:b6:00:00:02
	sending neighbour-br 50 9999 lan1 3c:22:fb:00:00:02
}

devices_stop()
{
	sending_no_more neighbour neighbour-br camera-br camera
}

# counter LABEL: count what leaves, until "sniffed LABEL".
counter()
{
	sniff "$1" cables wan0 camera neighbour camera-br neighbour-br
}

# more_than FRAMES LABEL NAME
more_than()
{
	[ "$(counted "$2" "$3")" -gt "$1" ]
}

# both_leave LABEL NAME NAME: frames of each leave, from now on.
both_leave()
{
	local who at
	for who in "$2" "$3"; do
		at=$(counted "$1" "$who")
		until_true 120 more_than "${at:-0}" "$1" "$who" || return 1
	done
}

# none_left WHAT LABEL: the neighbours' frames leave, and none of the cameras' has since the counter began.
none_left()
{
	ok "$1: the neighbours' frames leave" both_leave "$2" neighbour neighbour-br
	is "$1: no frame of the cameras has left" "$(counted "$2" camera) $(counted "$2" camera-br)" '0 0'
}

# The end: what the machine has to say about a failure.
system_done()
{
	if [ "$failures" -gt 0 ] && [ -n "$QEMU" ]; then
		inside journalctl -b -n 200 --no-pager -o short-monotonic >>"$CONSOLE" 2>&1
		inside journalctl -b -n 30 -t ouiguard --no-pager -o short-monotonic 2>&1 | sed 's/^/# /'
		echo "# more is in $CONSOLE"
	fi
	done_testing
}
