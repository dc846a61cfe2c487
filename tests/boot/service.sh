#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# service.sh RELEASE: the package in a booted Debian, from its installation to its purge; with real frames
# at each step, of which no listed one may leave and every other one must

# shellcheck disable=SC2034,SC2046,SC2154 # what lib.sh uses and sets; words

. "$(dirname "$0")/lib.sh"

export PATIENCE=1
machine "$1" cam24 sibling
packages

# passes WHAT: of a camera's and its neighbour's ten frames each, what the first word says gets out.
open() { is "$1: the camera sends, and so does its neighbour" "$(leaving cam24 sibling)" '10 10'; }
shut() { is "$1: no frame of the camera gets out, every one of its neighbour does" \
	"$(leaving cam24 sibling)" '0 10'; }

# Install ------------------------------------------------------------------------------------------

ok "the package is installed" inside dpkg -i --no-pager /root/deb/ouiguard_0.1.0_amd64.deb
is "nothing has started" "$(inside systemctl is-active ouiguard) $(inside systemctl is-enabled ouiguard)" \
	'inactive disabled'
ok "its user is there" inside id ouiguard
open "not configured"

# The README's first gateway -----------------------------------------------------------------------

ok "init" inside ouiguard init --lan br0:uplink=trunk0 --programme uk-sensitive-sites
ok "check" inside ouiguard check
ok "systemctl enable --now" inside systemctl enable --now ouiguard
ok "it is active" active
ok "it enforces with BPF" said 'enforcing with bpf'
is "as its own user" "$(inside ps -o user= -C ouiguardd | tr -d ' ')" ouiguard
is "with these capabilities and no others" \
	"$(inside sh -c 'grep CapEff /proc/$(pidof ouiguardd)/status' | cut -f 2)" 000000c000001000
ok "status" inside ouiguard status
open "init only observes and logs"
until_true 60 eval 'inside ouiguard devices | grep -q 44:19:b6:00:00:01'
ok "the camera is in the inventory" inside sh -c 'ouiguard devices | grep 44:19:b6:00:00:01'
sed -i 's/^  - {from: .*action: log}/  - {from: 2026-01-01, action: log}\n  - {from: 2026-02-01, action: block}/' \
	"$R/etc/ouiguard/policies/uk-sensitive-sites.yaml"
ok "plan" inside ouiguard plan
ok "systemctl reload" inside systemctl reload ouiguard
shut "blocked"

# Reload with errors -------------------------------------------------------------------------------

cp "$R/etc/ouiguard/policies/uk-sensitive-sites.yaml" "$W/good.yaml"
echo 'nonsense: 1' >>"$R/etc/ouiguard/policies/uk-sensitive-sites.yaml"
ok "a reload of a broken file fails for the caller" not inside systemctl reload ouiguard
ok "which is told where" said 'uk-sensitive-sites.yaml:[0-9]+:[0-9]+'
ok "and the service runs on" active
shut "with the old policy"
ok "a start with it uses the last good files" inside systemctl restart ouiguard
shut "after that start"
cp "$W/good.yaml" "$R/etc/ouiguard/policies/uk-sensitive-sites.yaml"
ok "mended" inside systemctl reload ouiguard

# Stop, kill, watchdog -----------------------------------------------------------------------------

stream stopped cam24 500 6 $(outward cam24)
sniff stopped wan eth0
ok "stopped" inside systemctl stop ouiguard
sleep 1
ok "started" inside systemctl start ouiguard
ok "killed" inside systemctl kill -s KILL ouiguard
until_true 60 active
ok "and back" active
streamed stopped
sniffed stopped
is "no frame of the camera got out meanwhile" "$(count stopped stopped)" 0
ok "what was repaired or taken over is not said to be broken" inside ouiguard status

# Who may ----------------------------------------------------------------------------------------

inside useradd -m alice
inside useradd -m bob
inside usermod -a -G ouiguard alice
ok "a member of the group may ask" inside runuser -u alice -- ouiguard status
ok "but not change" not inside runuser -u alice -- ouiguard reload
ok "another user may not ask" not inside runuser -u bob -- ouiguard status
ok "each refusal is in the journal with the caller" said "was refused to user $(inside id -u bob)"
install -d -m 755 "$R/etc/polkit-1/rules.d"
cat >"$R/etc/polkit-1/rules.d/50-ouiguard.rules" <<-'END'
	polkit.addRule(function(action, subject) {
		if (action.id == "org.ouiguard.manage" && subject.user == "alice")
			return polkit.Result.YES;
	});
END
may_reload() { inside runuser -u alice -- ouiguard reload; }
ok "whom polkit lets may" until_true 60 may_reload
ok "for the action that it names alone" not inside runuser -u alice -- ouiguard detach --yes
shut "nothing of that opened anything"

# The journal --------------------------------------------------------------------------------------

is "an event has its fields" "$(inside journalctl -t ouiguard -o json --no-pager | python3 -c 'import json, sys
entries = [json.loads(line) for line in sys.stdin]
print(sorted({key for e in entries if e.get("OUIGUARD_DEVICE") == "44:19:b6:00:00:01" for key in e
	if key in ("OUIGUARD_SITE", "OUIGUARD_VENDOR", "OUIGUARD_ACTION", "OUIGUARD_REASON", "MESSAGE_ID")}))')" \
	"['MESSAGE_ID', 'OUIGUARD_ACTION', 'OUIGUARD_REASON', 'OUIGUARD_SITE', 'OUIGUARD_VENDOR']"

# Upgrade, reboot, remove, purge -------------------------------------------------------------------

generation() { inside ouiguard status --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["generation"])'; }
stream upgrade cam24 500 8 $(outward cam24)
sniff upgrade wan eth0
ok "installed over itself" inside dpkg -i --no-pager /root/deb/ouiguard_0.1.0_amd64.deb
until_true 30 inside ouiguard status
ok "the daemon is back" eval 'active || { inside systemctl status ouiguard; inside journalctl -u ouiguard -n 20 --no-pager; false; }'
streamed upgrade
sniffed upgrade
is "no frame of the camera got out meanwhile" "$(count upgrade upgrade)" 0
ok "what was seen is kept" inside sh -c 'ouiguard devices | grep 44:19:b6:00:00:01'

inside dpkg -r ouiguard >"$W/log/remove" 2>&1
ok "removal says that enforcement stays" grep -q 'stays in force' "$W/log/remove"
shut "removed"
ok "purge" inside dpkg -P ouiguard
open "purged"
is "nothing of it is left, but the administrator's files" "$(inside sh -c \
	'ls -d /var/lib/ouiguard /run/ouiguard /usr/share/ouiguard /etc/systemd/system/*/ouiguard* 2>/dev/null; ls -d /etc/ouiguard')" \
	/etc/ouiguard

done_testing
