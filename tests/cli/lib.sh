#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# lib.sh: what the tests of `ouiguard` share: TAP, a directory of their own, a bus if they want one
#
# A test sources this file, calls its checks and ends with "done_testing". Nothing here needs root or
# a network.

# shellcheck disable=SC2034 # what the tests use

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$top/${OUIGUARD_BUILD:-build}
[ -x "$build/ouiguard" ] || { echo "1..0 # SKIP there is no ouiguard in this tree yet"; exit 0; }

W=$(mktemp -d "${TMPDIR:-/tmp}/ouiguard-cli.XXXXXX") || exit 1
# What a test has started: it ends with the test.
pids=()
finish()
{
	for pid in "${pids[@]}"; do
		kill "$pid" 2>/dev/null
	done
	wait
	rm -rf "$W"
}
trap finish EXIT
trap 'exit 1' INT TERM
mkdir "$W/etc"

# No system bus: what has to work without one.
export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$W/no-bus
export OUIGUARD_CONFIG=$W/etc OUIGUARD_DATADIR=$top/data TZ=UTC LC_ALL=C.UTF-8
unset MAINPID SUDO_USER

. "$top/tests/lib/tap.sh"

# until_true COMMAND...: for a minute, or some.
until_true()
{
	local _
	for _ in {1..1200}; do
		"$@" && return 0
		sleep 0.05
	done
	return 1
}

# own_bus: a system bus of this test alone, for a daemon and for "run". Without one the test is skipped.
own_bus()
{
	[ -x "$build/ouiguardd" ] || { echo "1..0 # SKIP there is no ouiguardd in this tree yet"; exit 0; }
	command -v dbus-daemon >/dev/null || { echo "1..0 # SKIP there is no dbus-daemon"; exit 0; }
	cat >"$W/bus.conf" <<-END
		<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
		 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
		<busconfig>
		<type>system</type><listen>unix:path=$W/bus</listen><auth>EXTERNAL</auth>
		<policy context="default">
		<allow user="*"/>
		<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>
		</policy>
		</busconfig>
	END
	export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$W/bus
	dbus-daemon --config-file="$W/bus.conf" --nofork --nopidfile 2>"$W/bus.log" &
	pids+=($!)
	until_true test -S "$W/bus" || { echo "1..0 # SKIP the bus does not start"; exit 0; }
}

# run WORD...: ouiguard; its output is in $out, its errors in $err, its exit status in $rc.
run()
{
	"$build/ouiguard" "$@" >"$W/out" 2>"$W/err" </dev/null
	rc=$?
	out=$(cat "$W/out")
	err=$(cat "$W/err")
}

# exits NAME STATUS: the last "run" did; shows what it said if not.
exits()
{
	[ "$rc" = "$2" ]
	result $? "$1" || { echo "# exit status $rc, not $2"; printf '%s\n' "$out$err" | sed 's/^/# /'; }
}

# json EXPRESSION: of the last output; as Python sees it in "d". Prints what is no JSON as such.
json()
{
	python3 -c '
import json, sys
try:
    d = json.load(open(sys.argv[1]))
    print(eval(sys.argv[2]))
except Exception as error:
    print("failed:", repr(error))' "$W/out" "$1"
}
