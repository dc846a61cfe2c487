#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# service.sh RELEASE: the package in a booted Debian, from its installation to its purge; with real frames
# at each step, of which no listed one may leave and every other one must

# shellcheck disable=SC2034,SC2046,SC2154 # what lib.sh uses and sets; words

. "$(dirname "$0")/lib.sh"

export PATIENCE=1
machine "$1" cam24 sibling

# The README's lan0: the clients are behind a switch at that port.
new_ns switch
in_ns switch ip link add br0 type bridge
in_ns switch ip link set br0 up
for who in cam24 sibling; do
	in_ns gw ip link set "$who" nomaster netns "$ID-switch"
	in_ns switch ip link set "$who" master br0 up
done
in_ns gw ip link del br0
veth gw lan0 switch up0
in_ns switch ip link set up0 master br0
address gw lan0 10.1.0.1/24 2001:db8:1::1/64
LAN_PORT=lan0

# passes WHAT: of a camera's and its neighbour's ten frames each, what the first word says gets out.
open() { is "$1: the camera sends, and so does its neighbour" "$(leaving cam24 sibling)" '10 10'; }
shut() { is "$1: no frame of the camera gets out, every one of its neighbour does" \
	"$(leaving cam24 sibling)" '0 10'; }

# The README's first real gateway, line by line --------------------------------------------------------

policy=/etc/ouiguard/policies/uk-sensitive-sites.yaml
# Who edits adds a phase, and who is asked by apt-get says yes.
cat >"$R/usr/bin/editor" <<-'END'
	#!/bin/sh
	exec sed -i 's/^  - {from: .*action: log}/  - {from: 2026-01-01, action: log}\n  - {from: 2026-02-01, action: block}/' "$1"
END
chmod 755 "$R/usr/bin/editor"
echo 'APT::Get::Assume-Yes "true";' >"$R/etc/apt/apt.conf.d/90yes"
recorded() { inside ouiguard devices | grep -q 44:19:b6:00:00:01; }
waiting() { inside ouiguard status --json | grep -q confirm_until_at; }

while read -r line <&9; do
	case $line in
	'make deb')
		packages
		continue
		;;
	'ouiguard devices')
		until_true 60 recorded
		;;
	esac
	ok "README: $line" step "$line"
	case $line in
	'apt-get install '*)
		is "nothing has started" "$(inside systemctl is-active ouiguard) $(inside systemctl is-enabled ouiguard)" \
			'inactive disabled'
		ok "its user is there" inside id ouiguard
		open "not configured"
		;;
	'systemctl enable '*)
		ok "it is active" active
		ok "it enforces with BPF" said 'enforcing with bpf'
		open "init only observes and logs"
		;;
	'ouiguard devices')
		ok "the camera is in the inventory" recorded
		;;
	'editor '*)
		ok "the editor was given the policy" inside grep -q 'action: block' "$policy"
		open "a file that was edited decides nothing yet"
		;;
	'ouiguard apply '*)
		ok "it waits to be confirmed" waiting
		shut "applied"
		;;
	esac
done 9< <(readme 'A first real gateway' 1)
ok "it is enabled" inside systemctl is-enabled ouiguard
ok "nothing waits to be confirmed" not waiting
shut "after all that"
is "it runs as its own user" "$(inside ps -o user= -C ouiguardd | tr -d ' ')" ouiguard
is "with these capabilities and no others" \
	"$(inside sh -c 'grep CapEff /proc/$(pidof ouiguardd)/status' | cut -f 2)" 000000c000001000
ok "and exposed no more than 1.3" inside systemd-analyze security --no-pager --threshold=13 ouiguard.service
# shellcheck source=tests/lib/exposures.sh
. "$top/tests/lib/exposures.sh"
inside systemd-analyze security --json=short ouiguard.service >"$W/run/exposed"
is "each exposure is explained" "$(exposed "$W/run/exposed")" "$(explained "$top/docs/service.md")"

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
# The redirection is the shell's own, so that it changes itself.
if inside sh -c 'echo 1 >/proc/self/loginuid'; then
	echo '# by bob' >>"$R$policy"
	ok "a root that bob became may, too" \
		inside sh -c "echo $(inside id -u bob) >/proc/self/loginuid && exec ouiguard reload"
	is "and that is entered under his login, though the service sees no process of others" \
		"$(inside ouiguard audit list --json | python3 -c '
import json, sys; print([(e["kind"], e["actor"]) for e in json.load(sys.stdin) if e["kind"] in ("file", "apply")][-2:])')" \
		"[('file', 'bob'), ('apply', 'bob')]"
else
	echo "ok $((++tests)) - a change is entered under the login # SKIP no login can be set here"
fi

# What the daemon could do if it were somebody else's ----------------------------------------------------

# Beside it, in its sandbox and with its rights.
cat >"$R/usr/bin/try" <<-'END'
	#!/bin/bash
	try() { local name=$1; shift; "$@" >/dev/null 2>&1 && echo "$name"; }
	sock() { perl -MSocket -e "socket(my \$s, $1, SOCK_DGRAM, 0) or exit 1"; }
	others() { grep -q . /home/alice/.profile; }
	{
		try 'write the configuration' touch /etc/ouiguard/x
		try 'write the system' touch /usr/bin/x
		try 'read passwords' cat /etc/shadow
		try 'read homes' others
		try 'open an Internet socket' sock 2
		try 'open an IPv6 socket' sock 10
		try 'open a packet socket' sock 17
		try 'load a module' modprobe dummy
		try 'mount' mount -t tmpfs none /tmp
		try 'make a namespace' unshare --user true
		try 'set the clock' date -s "@$EPOCHSECONDS"
		try 'open a disk' test -e /dev/loop-control
		try 'end another process' kill -0 1
		try 'gain rights' grep -q '^NoNewPrivs:.0' /proc/self/status
		try 'write its state' touch /var/lib/ouiguard/tried
		try 'change an interface' ip link set dev lan0 alias tried
	} >/run/ouiguard/tried
END
chmod 755 "$R/usr/bin/try"
mkdir -p "$R/etc/systemd/system/ouiguard.service.d"
printf '[Service]\nExecStartPost=/usr/bin/try\n' >"$R/etc/systemd/system/ouiguard.service.d/try.conf"
inside systemctl daemon-reload
ok "somebody acts in its place" inside systemctl restart ouiguard
is "its state and the network are all that it can change" "$(inside cat /run/ouiguard/tried)" \
	'write its state
change an interface'
ok "it listens on no port" not inside sh -c 'ss -lntupH 2>/dev/null | grep ouiguardd'
rm -r "$R/etc/systemd/system/ouiguard.service.d" "$R/usr/bin/try"
inside rm -f /var/lib/ouiguard/tried /run/ouiguard/tried
inside systemctl daemon-reload
ok "again without that" inside systemctl restart ouiguard

# At rest ----------------------------------------------------------------------------------------

# spent: how often it has slept, and the hundredths of a second in which it has worked.
spent()
{
	inside sh -c 'cd /proc/$(pidof ouiguardd) && sed -n "s/^voluntary_ctxt_switches:\t//p" status && cut -d " " -f 14,15 stat' |
		tr '\n' ' '
}

# at_rest: for six seconds, of which some go by without a write to the disk, which it has to wait for as well.
at_rest()
{
	local sleeps user system began before=()
	read -r -a before <<<"$(spent)"
	began=${EPOCHREALTIME/./}
	sleep 6
	read -r sleeps user system <<<"$(spent)"
	sleeps=$((sleeps - before[0])) system=$((user + system - before[1] - before[2]))
	began=$((${EPOCHREALTIME/./} - began))
	echo "# at rest: awake $sleeps times in $((began / 1000)) ms, and busy for $system hundredths of a second"
	[ $((sleeps * 1000000)) -lt $((began * 2)) ] && [ $system -le 2 ]
}

if [ "$1" = bookworm ]; then
	ok "at rest it wakes once a second, and some more for the disk, and uses no processor" \
		eval 'for turn in 1 2 3 4 5 6 7 8; do at_rest && break; done'
	grep '^# at rest' "$W/log/ok"
fi

# The journal --------------------------------------------------------------------------------------

inside journalctl -t ouiguard -o json --no-pager >"$W/journal"
ok "each entry has fields that docs/journal.md names for its kind, and no others" \
	"$top/tests/boot/journal-fields" "$top/docs/journal.md" "$W/journal"
is "a drop has all that is known of it" \
	"$("$top/tests/boot/journal-fields" --of e9b5fa8ae3aa4808a7a14349139f331e "$W/journal" | head -n 1)" \
	"ACTION DESTINATION DESTINATION_PORT DEVICE DROPPED GENERATION INTERFACE PACKETS POLICY PROGRAMME PROTOCOL \
REASON SITE VENDOR"

# What the README does later, line by line -----------------------------------------------------------------

# newer: the package of the sources again, as a later version.
newer()
{
	local deb
	deb=$(ls "$R"/root/ouiguard/build/deb/ouiguard_*.deb)
	dpkg-deb -R "$deb" "$W/newer" && sed -i 's/^Version: .*/&+later/' "$W/newer/DEBIAN/control" &&
		rm "$deb" && dpkg-deb --root-owner-group -b "$W/newer" "$R/root/ouiguard/build/deb"
}

ok "a later version of the package" newer
while read -r line <&9; do
	case $line in
	'apt-get install '*)
		stream upgrade cam24 500 8 $(outward cam24)
		sniff upgrade wan eth0
		;;
	esac
	ok "README: $line" eval 'step "$line" >"$W/log/step" 2>&1'
	case $line in
	'systemctl reload '*)
		shut "reloaded"
		;;
	'apt-get install '*)
		until_true 30 inside ouiguard status
		ok "the daemon is back" eval 'active || { inside systemctl status ouiguard; inside journalctl -u ouiguard -n 20 --no-pager; false; }'
		streamed upgrade
		sniffed upgrade
		is "no frame of the camera got out meanwhile" "$(count upgrade upgrade)" 0
		ok "it is the later one" inside sh -c 'dpkg-query -W ouiguard | grep +later'
		ok "what was seen is kept" recorded
		;;
	'journalctl '*)
		ok "the journal tells of the camera" grep -q 44:19:b6:00:00:01 "$W/log/step"
		;;
	'apt-get remove '*)
		ok "removal says that enforcement stays" grep -q 'stays in force' "$W/log/step"
		shut "removed"
		;;
	esac
done 9< <(readme 'A first real gateway' 2)
open "purged"
is "nothing of it is left, but the administrator's files" "$(inside sh -c \
	'ls -d /var/lib/ouiguard /run/ouiguard /usr/share/ouiguard /etc/systemd/system/*/ouiguard* 2>/dev/null; ls -d /etc/ouiguard')" \
	/etc/ouiguard

done_testing
