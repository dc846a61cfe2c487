#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-service.sh: in the virtual machine: the daemon where BPF cannot be used takes the module, says so,
# and real clients get what the policy says: silence, or an answer with `on_block: reject`; tagged or not.
. "$(dirname "$0")/../netns/lib.sh"

# An answer must be told apart from silence on a slow machine.
PATIENCE=5

world_begin
world_gateway || bail "no world"
world_client cam $CAM24
world_client laptop $LAPTOP
# All ports of the site are there.
in_ns gw ip link add lan1 type veth peer name lan1-far
address cam eth0 10.1.0.11/24 2001:db8:1::11/64
address laptop eth0 10.1.0.12/24 2001:db8:1::12/64
for who in cam laptop; do
	in_ns $who ip route replace default via 10.1.0.1
	in_ns $who ip -6 route replace default via 2001:db8:1::1
done

# curl's exit status: 0 reached, 7 refused, 28 no answer.
web()
{
	in_ns "$1" curl -s -o /dev/null --max-time "$PATIENCE" "http://$2/"
	echo $?
}

status()
{
	og status --json | grep -Eo "\"$1\": *(\"[^\"]*\"|[a-z0-9]+)" | sed 's/^[^:]*: *//' | head -n 1
}

# policy_of FILE-LINE...: the site with these lines more, and a block. BPF would come first.
policy_of()
{
	site home "$@"
	echo 'engine: auto' >"$W/etc/ouiguard.yaml"
	policy cameras '{from: 2026-01-01, action: block}'
}

# Where the kernel has BPF, a place where no bpffs can be keeps the daemon from it.
has_bpf=
daemon_options=()
why="bpf does not work here: .*CONFIG_BPF_SYSCALL"
if [ -d /sys/fs/bpf ]; then
	has_bpf=1
	daemon_options=(--bpffs /proc/nowhere)
	why="bpf does not work here: .*/proc/nowhere"
fi

policy_of
daemon_start "${daemon_options[@]}" || bail "the daemon does not start"

is "the module enforces" "$(status engine)" '"kmod"'
ok "status says why it is not BPF" grep -q "$why" <<<"$(status engine_reason)"
ok "its screen shows it enforcing" grep -Eq '^enforcing +yes$' <<<"$(og status)"
ok "and the engine" grep -Eq '^engine +kmod \(bpf does not work here' <<<"$(og status)"
ok "status names its hook" grep -q '"netfilter"' <<<"$(og status -v --json)"
is "the laptop reaches the web" "$(web laptop $WEB4)" 0
is "over IPv6 too" "$(web laptop "[$WEB6]")" 0
is "the camera gets no answer" "$(web cam $WEB4)" 28
ok "the camera reaches the gateway" can_ping cam 10.1.0.1
ok "the module cannot be unloaded" not rmmod ouiguard
ok "the camera is listed" grep -qi $CAM24 <<<"$(og devices)"

kill -KILL "$DAEMON"
wait "$DAEMON" 2>/dev/null
is "with the daemon dead the camera is still blocked" "$(web cam $WEB4)" 28
daemon_start "${daemon_options[@]}" || bail "the daemon does not start again"
is "the next daemon finds the policy" "$(status engine)" '"kmod"'

policy_of 'on_block: reject'
ok "the files are taken" og reload
is "the camera's connection is reset" "$(web cam $WEB4)" 7
is "over IPv6 too" "$(web cam "[$WEB6]")" 7
ok "its ping is answered with \"prohibited\"" grep -q -i "filtered\|prohibited" \
	<<<"$(in_ns cam ping -c 1 -W $PATIENCE $WEB4 2>&1)"
is "the laptop reaches the web as before" "$(web laptop $WEB4)" 0

# In a VLAN: the answer must come back in it.
in_ns cam ip link add link eth0 name eth0.20 type vlan id 20
in_ns cam ip link set eth0.20 up
in_ns cam ip addr add 10.20.0.2/24 dev eth0.20
in_ns cam ip neigh replace 10.20.0.1 lladdr "$(mac_of gw br0)" dev eth0.20
in_ns cam ip route replace $WEB4/32 via 10.20.0.1 dev eth0.20
is "in a VLAN it is reset too" "$(web cam $WEB4)" 7

# Another engine takes over: what the first one left must not go on judging.
restart_with()
{
	kill "$DAEMON"
	wait "$DAEMON"
	echo "engine: $1" >"$W/etc/ouiguard.yaml"
	daemon_start
}
if [ -n "$has_bpf" ]; then
	ok "the daemon starts again with BPF" restart_with bpf
	is "BPF enforces" "$(status engine)" '"bpf"'
	is "nothing is left in the module" "$(cat /sys/module/ouiguard/refcnt)" 0
	is "the camera gets no answer from BPF" "$(web cam $WEB4)" 28
	ok "the daemon starts again with the module" restart_with kmod
	is "the module enforces again" "$(status engine)" '"kmod"'
	ok "nothing is left of BPF" not test -e "$W"/bpf/v*/prog
	is "and the module answers" "$(web cam $WEB4)" 7
else
	skip "another engine takes over" "this kernel has no BPF"
fi

ok "detach takes it down" og detach --yes
in_ns cam ip route del $WEB4/32
is "and the camera reaches the web" "$(web cam $WEB4)" 0
done_testing
