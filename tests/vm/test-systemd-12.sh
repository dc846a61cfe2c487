#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-systemd-12.sh: what only a whole machine can show, with Debian 12 and its Linux 6.1: the order of a
# boot, running out of memory, a power cut while it writes, modprobe. Cameras and their neighbours send from
# the moment of power-on. SYSTEM and LINUX: another release and kernel.

# shellcheck disable=SC2154 # what system.sh sets

. "$(dirname "$0")/system.sh"

gateway "${SYSTEM:-bookworm}" "${LINUX:-6.1}"
headers=$("$top/tests/vm/headers" "${LINUX:-6.1}") && module=$("$top/scripts/kmod" "$headers") &&
	install -D -m 644 -t "$R/lib/modules/$KERNEL_RELEASE/updates/dkms" "$module" &&
	depmod -b "$R" "$KERNEL_RELEASE" || bail "the module is not built"
# It is where DKMS would put it, and is loaded by hand.
systemctl --quiet --root="$R" mask modprobe@ouiguard.service
# A boot that says so finds a policy that is spoiled.
cat >"$R/etc/systemd/system/spoil.service" <<-'END'
	[Unit]
	ConditionKernelCommandLine=spoil
	DefaultDependencies=no
	After=local-fs.target
	Before=ouiguard.service
	[Service]
	Type=oneshot
	ExecStart=/bin/sh -c 'echo "nonsense: 1" >>/etc/ouiguard/policies/uk-sensitive-sites.yaml'
	[Install]
	WantedBy=multi-user.target
END
systemctl --quiet --root="$R" enable spoil
system_disk

# Without the service, then with it ----------------------------------------------------------------

counter first
power_on
devices_send
powered_up
ok "without the service the cameras' frames leave" both_leave first camera camera-br
ok "and so do the neighbours'" both_leave first neighbour neighbour-br
sniffed first
ok "systemctl enable --now" inside systemctl enable --now ouiguard
counter enabled
none_left "enabled" enabled
sniffed enabled

# Out of memory ------------------------------------------------------------------------------------

counter memory
ok "allowed less memory than it has" inside systemctl set-property --runtime ouiguard MemoryMax=16M
oom() { inside journalctl -b -o cat -u ouiguard | grep -q 'oom-kill'; }
ok "it is killed" until_true 180 oom
ok "allowed as much as before" inside systemctl set-property --runtime ouiguard MemoryMax=256M
ok "it comes back by itself" until_true 180 active
none_left "meanwhile and since" memory
sniffed memory

# The power is cut while it writes -----------------------------------------------------------------

# Each state is told on the console after it was answered.
cat >"$W/run/states" <<-'END'
	for ((n = 1; ; n++)); do
		((n % 2)) && state=confirmed || state=planned
		ouiguard device set 44:19:b6:00:00:01 --state $state --evidence "note $n" || exit
		echo "entered $n" >/dev/ttyS0
	done
END
inside bash -c "echo $(base64 -w 0 "$W/run/states") | base64 -d >/root/states"
entered() { sed -n 's/\r$//; s/^entered //p' "$CONSOLE" | tail -n 1; }
any_entered() { [ -n "$(entered)" ]; }
seen() { inside ouiguard devices | grep 44:19:b6:00:00:01; }
ok "the camera is in the inventory" until_true 180 seen
ok "states are being entered" inside systemd-run --quiet --unit states bash /root/states
ok "and answered" until_true 300 any_entered
power_cut
devices_stop
kept=$(entered)

counter boot
power_on spoil
devices_send
powered_up
none_left "from power-on" boot
ok "by the last good files, for the policy is spoiled" said 'the last good configuration is in force'
ok "systemd has left nothing out to break a cycle" \
	not eval "inside journalctl -b -o cat _PID=1 | grep -i 'ordering cycle'"
ok "the inventory is not damaged" not said 'the inventory was damaged'
ok "the state that was entered last is in it (note $kept)" \
	inside sh -c "ouiguard audit list | grep -q 'note $kept\$'"
ok "the audit log's chain is whole" inside ouiguard audit verify
ok "reload tells what is wrong" not inside systemctl reload ouiguard
ok "and the service runs on" active
none_left "after that" boot
sniffed boot

# modprobe -----------------------------------------------------------------------------------------

ok "the files are mended" inside sed -i '/^nonsense/d' /etc/ouiguard/policies/uk-sensitive-sites.yaml
inside sed -i "s/^engine: .*/engine: kmod/" /etc/ouiguard/ouiguard.yaml
ok "modprobe" inside modprobe ouiguard
ok "BPF is taken down" inside ouiguard detach --yes
ok "reload" inside systemctl reload ouiguard
ok "the module enforces" said 'enforcing with kmod'
counter module
none_left "with the module" module
ok "while it enforces it cannot be unloaded" not inside modprobe -r ouiguard
sniffed module
devices_stop
ok "all that while the camera was sending ($SENT frames)" test "$SENT" -gt 500

system_done
