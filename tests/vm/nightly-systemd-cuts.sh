#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The power is cut again and again, under traffic, while states are entered and files applied: what was
# answered is kept, nothing is damaged, the last policy is in force from power-on. CUTS: how often (6).

# shellcheck disable=SC2154 # what system.sh sets

. "$(dirname "$0")/system.sh"

gateway bookworm 6.1
echo 'owner: nobody' >>"$R/etc/ouiguard/sites/main.yaml"
# Each is told on the console after it was answered, as NUMBER of the boot and of the entry.
cat >"$R/root/write" <<-'END'
	for ((n = 1; ; n++)); do
		((n % 2)) && state=planned || state=isolated
		ouiguard device set 44:19:b6:00:00:01 --state $state --evidence "note $1-$n" || exit
		echo "entered $1-$n" >/dev/ttyS0
		((n % 3)) && continue
		sed -i "s/^owner: .*/owner: owner$1-$n/" /etc/ouiguard/sites/main.yaml
		ouiguard reload && echo "applied $1-$n" >/dev/ttyS0
	done
END
systemctl --quiet --root="$R" enable ouiguard
system_disk

told_last() { sed -n "s/\\r$//; s/^$1 //p" "$CONSOLE" | tail -n 1; }
told_now() { [[ $(told_last "$1") == "$2"-* ]]; }
seen() { inside ouiguard devices | grep -q 44:19:b6:00:00:01; }

power_on
devices_send
powered_up
ok "the camera is seen" until_true 180 seen
ok "and confirmed" inside ouiguard device set 44:19:b6:00:00:01 --state confirmed

for ((cut = 1; cut <= ${CUTS:-6}; cut++)); do
	inside systemd-run --quiet --unit write bash /root/write "$cut"
	what=entered
	((cut % 2)) || what=applied
	until_true 300 told_now $what "$cut" || bail_machine "nothing is $what"
	sleep "$((RANDOM % 3)).$((RANDOM % 10))"
	power_cut
	entered=$(told_last entered)
	applied=$(told_last applied)
	devices_stop

	counter "cut$cut"
	power_on
	devices_send
	powered_up
	none_left "cut $cut" "cut$cut"
	sniffed "cut$cut"
	ok "cut $cut: the inventory is not damaged" not said 'the inventory was damaged'
	ok "cut $cut: state $entered was kept" \
		inside sh -c "ouiguard audit list -v | grep -q 'note $entered\$'"
	[ -z "$applied" ] || ok "cut $cut: that $applied was applied was kept" \
		inside sh -c "ouiguard audit list -v --since -1d | grep -q 'owner$applied\$'"
	ok "cut $cut: the audit log's chain is whole" inside ouiguard audit verify
	ok "cut $cut: the service is active" active
done

devices_stop
system_done
