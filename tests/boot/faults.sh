#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# faults.sh RELEASE KILLS PORTS CALLS: what may befall the service in a booted Debian, row by row. While it
# befalls, a listed camera and an unlisted laptop send numbered frames to the Internet: none of the
# camera's may arrive there and none of the laptop's may be lost.
#
# FAULTS="row ..." runs these rows alone; SEED repeats the random choices of a run that printed it.

# shellcheck disable=SC2034,SC2046,SC2154 # what lib.sh uses and sets; words

. "$(dirname "$0")/lib.sh"

export PATIENCE=1
RELEASE=$1 KILLS=$2 PORTS=$3 CALLS=$4
# Seconds, fewer than usual because tests wait for it, and enough for a busy machine.
WATCHDOG=15
SEED=${SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
RANDOM=$SEED
echo "# the seed is $SEED"

# Traffic ------------------------------------------------------------------------------------------

# traffic ROW: from now on both send, until "held" or "halt".
traffic()
{
	ROW=$1
	sniff "$ROW" wan eth0
	stream "$ROW-cam24" cam24 1000 3600 $(outward cam24)
	stream "$ROW-laptop" laptop 250 3600 $(outward laptop)
}

# halt: CAMERA and LAPTOP are how many frames of each were sent, GOT_CAMERA and GOT_LAPTOP how many of
# them arrived.
halt()
{
	local who
	for who in cam24 laptop; do
		kill "$(cat "$W/run/stream-$ROW-$who")"
		streamed "$ROW-$who"
		[ "$who" = cam24 ] && CAMERA=$SENT || LAPTOP=$SENT
	done
	sniffed "$ROW"
	GOT_CAMERA=$(count "$ROW" "$ROW-cam24")
	GOT_LAPTOP=$(count "$ROW" "$ROW-laptop")
}

# held WHAT: of what was sent since "traffic", nothing of the camera and all of the laptop.
held()
{
	halt
	ok "$1: the camera sent all the time ($CAMERA frames)" test "$CAMERA" -gt 100
	is "$1: none of its frames got out" "$GOT_CAMERA" 0
	is "$1: none of the laptop's $LAPTOP frames was lost" "$GOT_LAPTOP" "$LAPTOP"
}

# Looking on ---------------------------------------------------------------------------------------

# main_pid: the daemon's process, as this side numbers it; fails when there is none.
main_pid()
{
	pgrep --ns "$LEADER" --nslist pid -x ouiguardd | head -n 1 | grep .
}

# What the service's user sees.
ask() { inside ouiguard "$@"; }

enforcing()
{
	ask status --json 2>/dev/null | grep -q '"enforcing": *true'
}

# ready: it is active and enforces.
ready()
{
	active && enforcing
}

back() { ok "$1" until_true 60 ready; }

# since: a place in the journal; said_since PATTERN: whether something like that came after it.
since() { CURSOR=$(inside journalctl -n 0 --show-cursor -o cat --no-pager -q | sed -n 's/^-- cursor: //p'); }

said_since()
{
	inside journalctl -t ouiguard -t systemd --cursor "$CURSOR" -o cat --no-pager | grep -Eq -- "$1"
}

# asked EXPRESSION VERB...: of the record that the verb prints, as Python sees it in "d".
asked()
{
	local expression=$1
	shift
	ask "$@" --json 2>"$W/run/err" | python3 -c '
import json, sys
try:
    d = json.load(sys.stdin)
    print(eval(sys.argv[1]))
except Exception as error:
    print("failed:", repr(error))' "$expression"
}

# resident: the daemon's memory that counts, in KiB.
resident()
{
	sed -n 's/^VmRSS:[ \t]*\([0-9]*\) kB/\1/p' "/proc/$(main_pid)/status"
}

# flip: the policy says the same in other words, so that the next reload makes a new generation.
flip()
{
	FLIPPED=$((1 - ${FLIPPED:-0}))
	policy_at "2026-01-0$((1 + FLIPPED))"
}

policy_at()
{
	printf '%s\n' 'vendors: [hikvision]' 'phases:' "  - {from: $1, action: block}" \
		>"$R/etc/ouiguard/policies/uk-sensitive-sites.yaml"
}

# Rows: when the daemon dies ---------------------------------------------------------------------

# pause UP_TO: sleep so many milliseconds, by chance.
pause()
{
	sleep "$(awk -v ms=$((RANDOM % $1)) 'BEGIN { print ms / 1000 }')"
}

# SIGKILL at any moment of a start, a reload, an apply, a writing to the store.
row_kill()
{
	local i kind pid deaths=0
	traffic kill
	for ((i = 0; i < KILLS; i++)); do
		kind=$((RANDOM % 4))
		[ $kind = 0 ] || until_true 60 ready || break
		case $kind in
		0) ;; # while it starts, the first time or again
		1) flip && inside systemctl reload --no-block ouiguard ;;
		2) flip && { ask apply --confirm 1m >"$W/log/apply" 2>&1 & } ;;
		3) { write_store >"$W/log/write" 2>&1 & } ;;
		esac
		until_true 60 main_pid || break
		pause $((kind ? 120 : 400))
		pid=$(main_pid) && kill -KILL "$pid" 2>/dev/null && deaths=$((deaths + 1))
	done
	back "killed: it comes back"
	ok "killed $deaths times of $KILLS at random moments" test $deaths -ge $((KILLS * 8 / 10))
	flip
	ok "killed: a reload succeeds" inside systemctl reload ouiguard
	held "killed"
	ok "killed: the inventory was never damaged" not said 'inventory was damaged'
	ok "killed: the audit log is whole" ask audit verify
	is "killed: no half-made pin is left" "$(ls "/proc/$LEADER/root/run/ouiguard/bpf"/*/*-new 2>/dev/null)" ''
}

# write_store: states that are committed one by one
write_store()
{
	local state
	for state in confirmed planned isolated confirmed planned isolated; do
		inside busctl call org.ouiguard /org/ouiguard org.ouiguard.Manager SetDevice 'a{sv}' 3 \
			site s "$SITE" mac s "$CAM24" state s $state
	done
}

# SIGSTOP: systemd's watchdog ends it.
row_watchdog()
{
	local pid
	since
	traffic stopped
	pid=$(main_pid)
	kill -STOP "$pid"
	ok "SIGSTOP: the watchdog acts" until_true 120 said_since 'Watchdog timeout'
	ok "SIGSTOP: another process takes over" until_true 60 is_another "$pid"
	back "SIGSTOP: it is back"
	held "SIGSTOP"
}

is_another()
{
	local pid
	pid=$(main_pid) && [ "$pid" != "$1" ]
}

# No more memory: the kernel ends it.
row_memory()
{
	local group=/sys/fs/cgroup/memory/$ID
	{ mkdir "$group" && [ -w "$group/memory.limit_in_bytes" ]; } 2>/dev/null || {
		skip "out of memory" "there is no memory controller to use here"
		return
	}
	traffic memory
	# What it already has stays charged elsewhere: what it takes from now on is limited.
	main_pid >"$group/cgroup.procs"
	echo 128K >"$group/memory.limit_in_bytes"
	ok "out of memory: the kernel kills it" until_true 60 out_of_memory "$group"
	back "out of memory: it is back"
	held "out of memory"
	rmdir "$group"
}

# out_of_memory GROUP: let it ask for memory; whether that was its death.
out_of_memory()
{
	inside systemctl reload ouiguard
	awk '$1 == "oom_kill" { exit !$2 }' "$1/memory.oom_control"
}

# Two at once: which of them comes first enforces, the other one ends.
row_two()
{
	local pid
	traffic two
	pid=$(main_pid)
	inside timeout 60 /usr/sbin/ouiguardd >"$W/log/two" 2>&1
	is "a second daemon ends at once" "$? $(grep -c 'another ouiguardd uses' "$W/log/two")" '1 1'
	inside timeout 60 /usr/sbin/ouiguardd --state /root/state >"$W/log/two" 2>&1
	is "also with a state directory of its own" "$? $(grep -c 'another ouiguardd uses' "$W/log/two")" '1 1'
	is "the first one goes on" "$(main_pid)" "$pid"
	inside systemctl stop ouiguard
	spawn_inside two /usr/sbin/ouiguardd
	inside systemctl start --no-block ouiguard
	ok "both started at once: it enforces" until_true 60 enforcing
	ok "and the service does when the other one has ended" until_true 60 end_by_hand
	# What root's one has written is not the service's.
	inside chown -R ouiguard: /var/lib/ouiguard
	held "two daemons"
}

# end_by_hand: end the daemon that is not the service's; whether the service enforces now.
end_by_hand()
{
	local pid
	for pid in $(pgrep --ns "$LEADER" --nslist pid -x ouiguardd); do
		grep -q ouiguard.service "/proc/$pid/cgroup" || kill "$pid"
	done
	ready
}

# spawn_inside LOG COMMAND...: in the background, in the machine
spawn_inside()
{
	local log=$W/log/$1
	shift
	inside "$@" >"$log" 2>&1 &
	SPAWNED=$!
	WORLD_PIDS+=("$SPAWNED")
}

# Rows: the system around it ---------------------------------------------------------------------

# What is pinned is removed, or the file system that it is pinned in.
row_pins()
{
	local pid
	pid=$(main_pid)
	traffic pins
	inside sh -c 'rm -rf /run/ouiguard/bpf/v*'
	ok "pins removed: they are made again" until_true 60 pinned
	held "pins removed"
	since
	traffic mount
	inside umount -l /run/ouiguard/bpf
	ok "bpffs unmounted: that is said" until_true 60 said_since 'no bpffs is mounted there'
	inside systemctl start run-ouiguard-bpf.mount
	if [ "$(inside stat -c %U /run/ouiguard/bpf)" = ouiguard ]; then
		ok "bpffs mounted again: what enforces is pinned there" until_true 60 pinned
		is "bpffs mounted again: by the same process" "$(main_pid)" "$pid"
		held "bpffs unmounted and mounted"
	else
		held "bpffs unmounted"
		skip "bpffs mounted again" "this kernel's bpffs knows no uid="
	fi
	inside systemctl restart ouiguard
	back "bpffs unmounted: a restart"
	ok "bpffs unmounted: and pins there" pinned
}

pinned()
{
	inside sh -c 'mountpoint -q /run/ouiguard/bpf && ls /run/ouiguard/bpf/v*/prog /run/ouiguard/bpf/v*/og_slot'
}

# A port is deleted and made again. It is added while it is down, as docs/limits.md advises.
row_port()
{
	local i leaks=0
	traffic port
	for i in 1 2 3; do
		new_ns cam28
		ip link add name cam28 netns "$ID-gw" type veth peer name eth0 netns "$ID-cam28" address "$CAM28"
		in_ns cam28 ip link set eth0 up
		in_ns gw ip link set cam28 master br0
		ok "port $i: it is covered while it is down" until_true 60 is_covered cam28
		in_ns gw ip link set cam28 up
		address cam28 eth0 10.1.0.28/24 2001:db8:1::28/64
		in_ns cam28 ip route add default via 10.1.0.1
		leaks=$((leaks + $(leaving cam28)))
		in_ns gw ip link del cam28
		ip netns del "$ID-cam28"
		ok "port $i: and forgotten when it goes" until_true 60 not is_covered cam28
	done
	is "port: nothing got out by it" "$leaks" 0
	held "port"
}

is_covered()
{
	[ "$(asked "[p['state'] for p in d['ports'] if p['name'] == '$1']" status)" = "['covered']" ]
}

# Many ports come and go.
row_ports()
{
	local pid round
	pid=$(main_pid)
	traffic ports
	for round in 1 2; do
		many_ports add
		ok "$PORTS ports come: all are covered" until_true 300 covered_many "$PORTS"
		many_ports del
		ok "$PORTS ports go: none is left" until_true 300 covered_many 0
	done
	many_ports add
	many_ports del
	ok "$PORTS ports come and go at once: none is left" until_true 300 no_pins_left
	is "$PORTS ports: the same process" "$(main_pid)" "$pid"
	ok "$PORTS ports: in $(resident) KiB" test "$(resident)" -lt 131072
	held "$PORTS ports"
}

many_ports()
{
	local i
	for ((i = 0; i < PORTS; i++)); do
		if [ "$1" = add ]; then
			echo "link add many$i type veth peer name peer$i"
			echo "link set many$i master br0 up"
		else
			echo "link del many$i"
		fi
	done | in_ns gw ip -batch -
}

covered_many()
{
	[ "$(asked "[p['state'] for p in d['ports'] if p['name'].startswith('many')].count('covered')" status)" = "$1" ]
}

# Two ports are, and two links.
no_pins_left()
{
	[ "$(asked 'len(d["ports"])' status)" = 2 ] &&
		[ "$(inside sh -c 'ls /run/ouiguard/bpf/v*/ | grep -c ^tcx')" -le 2 ]
}

# The bus goes and comes.
row_bus()
{
	local pid
	traffic bus
	pid=$(main_pid)
	inside systemctl restart dbus
	back "D-Bus restarted: it answers again"
	ok "D-Bus restarted: it reloads" inside systemctl reload ouiguard
	is "D-Bus restarted: the same process" "$(main_pid)" "$pid"
	held "D-Bus restarted"
}

# The journal is stopped, and then it is there but does not read.
row_journal()
{
	local pid journal i answered=0
	local units='systemd-journald.socket systemd-journald-dev-log.socket systemd-journald.service'
	traffic journal
	pid=$(main_pid)
	# shellcheck disable=SC2086 # words
	inside systemctl stop $units 2>/dev/null
	flip
	ok "journal stopped: it reloads" inside timeout 60 ouiguard reload
	# shellcheck disable=SC2086
	inside systemctl start $units
	since
	flip
	ok "journal back: it reloads" inside timeout 60 ouiguard reload
	ok "journal back: and says so there" until_true 60 said_since 'is in force'
	journal=$(pgrep --ns "$LEADER" --nslist pid -x systemd-journal)
	kill -STOP "$journal"
	# More than its queue holds, for longer than the watchdog waits.
	SECONDS=0
	for ((i = 0; i < 15 || SECONDS < WATCHDOG + 5; i++)); do
		flip
		inside timeout 60 ouiguard reload >/dev/null 2>&1 && answered=$((answered + 1))
		sleep 0.4
	done
	kill -CONT "$journal"
	is "journal stuck: $i reloads" "$answered" $i
	is "journal stuck: the same process" "$(main_pid)" "$pid"
	flip
	ask reload >/dev/null
	ok "journal stuck: what it did not take is said" until_true 60 said_since 'messages were lost'
	held "journal"
}

# No room on the disk, for the store and for the files.
row_disk()
{
	inside systemctl stop ouiguard
	inside mount -t tmpfs -o size=3m,mode=755 full /var/lib/ouiguard
	inside cp -a /etc/ouiguard "/root/etc"
	inside mount -t tmpfs -o size=1m,mode=755 full /etc/ouiguard
	inside cp -a /root/etc/. /etc/ouiguard
	traffic disk
	ok "full disk: it starts" inside systemctl start ouiguard
	inside sh -c 'cat /dev/zero >/var/lib/ouiguard/ballast; cat /dev/zero >/etc/ouiguard/ballast' 2>/dev/null
	ok "full disk: a file that has no room is not written" not ask pause --site "$SITE" --for 1h --reason test
	is "full disk: and not in part" "$(inside sh -c 'ls -A /etc/ouiguard/exceptions 2>/dev/null')" ''
	ok "full disk: it reloads" inside systemctl reload ouiguard
	ok "full disk: and says what is wrong" until_true 60 warned 'cannot be written'
	kill -KILL "$(main_pid)"
	back "full disk: it starts again"
	inside rm /var/lib/ouiguard/ballast /etc/ouiguard/ballast
	ok "full disk: and writes when there is room" until_true 60 not warned 'cannot be written'
	held "full disk"
	inside systemctl stop ouiguard
	inside umount /var/lib/ouiguard /etc/ouiguard
	inside systemctl start ouiguard
	until_true 60 ready
}

warned()
{
	asked 'd["warnings"]' status | grep -q "$1"
}

# Files of random bytes: refused with their place, the old policy in force; and so after a start.
row_bytes()
{
	local i file files=(ouiguard.yaml "sites/$SITE.yaml" policies/uk-sensitive-sites.yaml prefixes.lock)
	traffic bytes
	cp -a "$R/etc/ouiguard" "$W/good"
	for i in "${!files[@]}" 2; do
		file=$R/etc/ouiguard/${files[$i]}
		random_bytes $((RANDOM % 2000 + 100)) >"$file"
		ask reload >"$W/log/bytes" 2>&1
		ok "random bytes as ${files[$i]}: the caller is told where" grep -E "${files[$i]}:[0-9]+:[0-9]+: " "$W/log/bytes"
		ok "random bytes as ${files[$i]}: systemctl reload fails" not inside systemctl reload ouiguard
		since
		kill -KILL "$(main_pid)"
		back "random bytes as ${files[$i]}: a start uses the last good files"
		ok "random bytes as ${files[$i]}: and says so" said_since 'the last good configuration is in force'
		ok "random bytes as ${files[$i]}: as status does" warned 'what is in force is not what the files say'
		cp "$W/good/${files[$i]}" "$file"
	done
	held "random bytes"
	ok "random bytes: mended" inside systemctl reload ouiguard
}

random_bytes()
{
	local i
	for ((i = 0; i < $1; i++)); do
		# shellcheck disable=SC2059 # made to be a format
		printf "\\x$(printf %x $((RANDOM % 256)))"
	done
}

# Rows: who calls --------------------------------------------------------------------------------

# A user who may not ask and one who may call as often as they can, also with very long calls.
row_flood()
{
	local pid who before
	pid=$(main_pid)
	before=$(resident)
	cp "$top/build/tests/boot/calls" "$R/usr/local/bin/calls"
	since
	traffic flood
	for who in bob alice; do
		flood "$CALLS calls of $who" $who Status "$CALLS" 8
	done
	flood "long calls" bob ListDevices 100 2 4 8000000
	flood "long calls that would change something" bob SetDevice 100 2 4 8000000
	is "flood: the same process, which the watchdog lets live" "$(main_pid)" "$pid"
	ok "flood: refusals are in the journal" said_since "Status was refused to user $(inside id -u bob)"
	ok "flood: but do not fill it" test "$(inside journalctl -t ouiguard --cursor "$CURSOR" -o cat \
		--no-pager | grep -c 'was refused to')" -lt 1000
	held "flood"
}

# flood WHAT WHO METHOD...: root's own calls, one at a time, are all answered meanwhile.
flood()
{
	local what=$1 who=$2 most=0 now answered=0 asked=0
	shift 2
	spawn_inside flood runuser -u "$who" -- /usr/local/bin/calls "$@"
	while :; do
		inside timeout 60 /usr/local/bin/calls Status 5 1 1 >"$W/log/own" 2>&1
		asked=$((asked + 5))
		answered=$((answered + $(awk '$1 == "ok" { print $2 }' "$W/log/own")))
		now=$(resident)
		[ "${now:-0}" -le "$most" ] || most=$now
		alive "$SPAWNED" || break
	done
	wait "$SPAWNED"
	is "flood: $what come to an end" $? 0
	echo "# $(paste -sd ' ' "$W/log/flood"); root asked $asked times; $most KiB"
	is "flood: $what leave none of root's unanswered" "$answered" "$asked"
	ok "flood: $what cost the daemon $((most - before)) KiB" test $((most - before)) -lt 98304
}

# An ordinary user tries each method that introspection shows: all are refused, and nothing is changed.
row_stranger()
{
	local uid method types arguments before tried=0
	uid=$(inside id -u bob)
	cat >"$W/run/methods.py" <<-'END'
		import sys, xml.etree.ElementTree as tree
		for interface in tree.parse(sys.stdin).getroot():
		    if interface.get("name") == "org.ouiguard.Manager":
		        for method in interface.findall("method"):
		            print(method.get("name"), "".join(a.get("type") for a in method
		                if a.tag == "arg" and a.get("direction") != "out") or "-")
	END
	inside runuser -u bob -- busctl --xml-interface introspect org.ouiguard /org/ouiguard |
		python3 "$W/run/methods.py" >"$W/run/methods"
	ok "stranger: introspection shows the methods" test "$(wc -l <"$W/run/methods")" -ge 16
	since
	traffic stranger
	before=$(everything)
	while read -r method types <&9; do
		case $types in
		-) arguments=() ;;
		x) arguments=(x 60) ;;
		'a{sv}') arguments=('a{sv}' 1 site s "$SITE") ;;
		'aa{sv}') arguments=('aa{sv}' 1 1 kind s nothing) ;;
		*) arguments=(what is "$types") ;;
		esac
		inside runuser -u bob -- busctl call org.ouiguard /org/ouiguard org.ouiguard.Manager "$method" \
			"${arguments[@]}" >"$W/log/stranger" 2>&1
		is "stranger: $method is refused" "$? $(grep -c 'Access denied' "$W/log/stranger")" '1 1'
		ok "stranger: which the journal has" until_true 60 said_since "$method was refused to user $uid"
		tried=$((tried + 1))
	done 9<"$W/run/methods"
	for method in Version Engine Enforcing Generation; do
		ok "stranger: $method cannot be set" not inside runuser -u bob -- busctl set-property org.ouiguard \
			/org/ouiguard org.ouiguard.Manager "$method" s x
	done
	is "stranger: nothing is changed" "$(everything)" "$before"
	held "stranger"
}

# everything: files, generation, ruleset, audit log, states
everything()
{
	(cd "$R/etc/ouiguard" && find . -type f -exec sha256sum {} + | sort)
	asked '[d[k] for k in ("generation", "enforcing", "detached", "applied_at")] + [d["audit"]["head"]]' status
	/usr/sbin/bpftool map dump pinned "$(ls "/proc/$LEADER/root/run/ouiguard/bpf"/v*/ruleset)" | sha256sum
	asked 'sorted((x["mac"], x["site"], x["state"], x["state_at"]) for x in d)' devices
}

# What would be seen if it did not hold ----------------------------------------------------------

row_control()
{
	traffic control
	sleep 0.3
	ask detach --yes >/dev/null
	in_ns gw ip link set laptop nomaster
	sleep 0.3
	in_ns gw ip link set laptop master br0
	sleep 0.3
	inside systemctl reload ouiguard
	halt
	ok "control: without enforcement the camera's frames are counted ($GOT_CAMERA)" test "$GOT_CAMERA" -gt 10
	ok "control: and so are lost ones of the laptop ($GOT_LAPTOP of $LAPTOP)" test "$GOT_LAPTOP" -lt "$LAPTOP"
	traffic again
	sleep 0.3
	held "control: again"
}

# Begin --------------------------------------------------------------------------------------------

machine "$RELEASE" cam24 laptop
packages
inside sh -c 'dpkg -i --no-pager /root/ouiguard/build/deb/ouiguard_*.deb' >"$W/log/dpkg" 2>&1 ||
	bail "$(tail -n 5 "$W/log/dpkg")"
inside ouiguard init --lan br0:uplink=trunk0 --programme uk-sensitive-sites >"$W/log/init" 2>&1 ||
	bail "$(tail -n 5 "$W/log/init")"
SITE=$(basename -s .yaml "$R"/etc/ouiguard/sites/*.yaml)
inside useradd -m alice
inside useradd -m bob
inside usermod -a -G ouiguard alice
# A bridge takes the least address of its ports, and the clients know only one.
in_ns gw ip link set br0 address 02:00:00:00:00:01
flip
# Sooner than usual, because tests wait for it.
mkdir -p "$R/etc/systemd/system/ouiguard.service.d"
printf '%s\n' '[Service]' 'RestartSec=100ms' "WatchdogSec=${WATCHDOG}s" >"$R/etc/systemd/system/ouiguard.service.d/test.conf"
inside systemctl daemon-reload
inside systemctl enable --now ouiguard >"$W/log/start" 2>&1 || bail "$(inside journalctl -u ouiguard -n 20 --no-pager)"
until_true 60 ready || bail "it does not enforce: $(ask status 2>&1 | head -n 20)"

for row in ${FAULTS:-control kill watchdog memory two pins port ports bus journal disk bytes stranger flood}; do
	began=$EPOCHSECONDS
	before=$failures
	"row_$row"
	[ "$failures" = "$before" ] || inside journalctl -u ouiguard -n 40 --no-pager | sed 's/^/# /'
	echo "# $row took $((EPOCHSECONDS - began)) s"
done

done_testing
