#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lib.sh: the world of tests/netns, whose gateway is a Debian root booted with systemd as first process
#
# A test sources this file, calls "machine RELEASE CLIENT...", its checks, and ends with "done_testing".

# shellcheck disable=SC2034,SC2154 # what the tests use, and what the other files set

. "$(dirname "${BASH_SOURCE[0]}")/../netns/lib.sh"

# machine RELEASE CLIENT...: boots; LEADER is its first process, R its root.
machine()
{
	local release=$1 archive kind
	shift
	command -v systemd-nspawn >/dev/null || { echo '1..0 # SKIP there is no systemd-nspawn'; exit 0; }
	archive=$("$top/tests/boot/root" "$release") || {
		echo "1..0 # SKIP there is no root of Debian $release"
		exit 0
	}
	small_world "$@"
	R=$W/root
	mkdir "$R"
	tar -C "$R" --zstd -xf "$archive"
	# Machines that run beside each other must not share control groups.
	for kind in systemd unified; do
		[ ! -d "/sys/fs/cgroup/$kind" ] || { mkdir -p "/sys/fs/cgroup/$kind/$ID" &&
			echo "$BASHPID" >"/sys/fs/cgroup/$kind/$ID/cgroup.procs"; }
	done
	machine_boot
}

# machine_boot: also after machine_off, with the root as it is.
machine_boot()
{
	systemd-nspawn --quiet --boot --machine "$ID" --directory "$R" --register=no --keep-unit \
		--capability=all --system-call-filter='bpf perf_event_open' --link-journal=no \
		--network-namespace-path="/run/netns/$ID-gw" --console=pipe </dev/null >"$W/log/boot" 2>&1 &
	NSPAWN=$!
	WORLD_PIDS+=("$NSPAWN")
	until_true 30 machine_leader || bail "the machine does not start: $(tail -n 5 "$W/log/boot")"
	until_true 90 machine_up || bail "the machine does not come up: $(tail -n 5 "$W/log/boot")"
}

machine_leader()
{
	LEADER=$(pgrep -P "$NSPAWN" | head -n 1)
	[ "$(cat "/proc/$LEADER/comm")" = systemd ]
}

machine_up()
{
	inside systemctl is-system-running 2>/dev/null | grep -Eq 'running|degraded'
}

# machine_off: as if its power had gone.
machine_off()
{
	kill -KILL "$LEADER"
	wait "$NSPAWN" 2>/dev/null
}

# inside COMMAND...: in the machine, as root.
inside()
{
	nsenter -t "$LEADER" -m -u -i -n -p -C -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		TERM=dumb LC_ALL=C.UTF-8 "$@" </dev/null
}

# packages: build/deb, as "make deb" builds it, unless it is there and newer than every source; in the machine
# the same paths are below /root/ouiguard, and PACKAGE is that of the daemon.
packages()
{
	mkdir -p "$top/build"
	exec 8>"$top/build/deb.lock"
	flock 8
	[ -n "$(ls "$top"/build/deb/ouiguard_*.deb 2>/dev/null)" ] &&
		[ -z "$(find "$top" -path "$top/build" -prune -o -path "$top/.git" -prune -o \
			-type f -newer "$(ls "$top"/build/deb/ouiguard_*.deb)" -print -quit)" ] ||
		env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s -C "$top" deb >"$W/log/deb" 2>&1 8>&- ||
		bail "the packages are not built: $(tail -n 5 "$W/log/deb")"
	mkdir -p "$R/root/ouiguard/build/deb"
	cp "$top"/build/deb/*.deb "$R/root/ouiguard/build/deb"
	PACKAGE=/root/ouiguard/build/deb/$(cd "$top/build/deb" && ls ouiguard_*.deb)
	exec 8>&-
}

# readme HEADING N: the commands of the Nth block of commands below that heading of README.md, without comments.
readme()
{
	awk -v heading="## $1" -v wanted="$2" '
		/^## / { below = $0 == heading; block = 0 }
		!below { next }
		/^    [^ ]/ { if (!inside) block++; inside = 1; if (block == wanted) print; next }
		{ inside = 0 }' "$top/README.md" | sed 's/^    //; s/  *#.*//'
}

# step COMMAND: a line of README.md, in the machine, by the shell of its root who stands in the sources.
step()
{
	inside sh -c "cd /root/ouiguard && $1"
}

# said PATTERN: whether the service has said so in the journal.
said()
{
	inside journalctl -t ouiguard -o cat --no-pager | grep -Eq -- "$1"
}

active()
{
	[ "$(inside systemctl is-active ouiguard)" = active ]
}
