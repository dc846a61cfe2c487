#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-coexist.sh: other people's programs and qdiscs at the same ports go on working

. "$(dirname "$0")/lib.sh"

small_world cam24 laptop
site home
policy cameras '{from: 2026-01-01, action: block}'

clang -O2 -g -target bpf -I"/usr/include/$(gcc -print-multiarch)" \
	-c "$(dirname "$0")/foreign.bpf.c" -o "$W/run/foreign.o" || bail "clang failed"
mkdir "$W/theirs" && mount -t bpf -o mode=0700 ouiguard-test "$W/theirs" || bail "no bpffs"

# theirs NAME HOW: a program of somebody else at the laptop's port.
theirs()
{
	local dir=$W/theirs/$1
	mkdir "$dir"
	foreign gw load "$W/run/foreign.o" "$dir" || return 1
	case $2 in
	clsact)
		in_ns gw tc qdisc add dev laptop clsact
		in_ns gw tc filter add dev laptop ingress pref 7 protocol all bpf direct-action \
			object-pinned "$dir/program"
		;;
	*) foreign gw "$2" "$dir" laptop ;;
	esac
}

# counts NAME...: ten frames of the laptop arrive, and each of these programs has counted them.
counts()
{
	local name before=()
	for name in "$@"; do
		before+=("$(foreign gw read "$W/theirs/$name")")
	done
	test_equal "$(leaving cam24 laptop)" "$WANTED" || return 1
	for name in "$@"; do
		[ "$(foreign gw read "$W/theirs/$name")" -ge $((before[0] + 10)) ] ||
			{ echo "$name counts no more"; return 1; }
		before=("${before[@]:1}")
	done
}

WANTED="10 10"
tcx=1
ok "a foreign clsact filter" theirs filter clsact
if theirs early tcx 2>"$W/log/tcx"; then
	ok "they count before ouiguard is there" counts filter early
else
	tcx=0
	skip "a foreign tcx program" "this kernel has no tcx: $(cat "$W/log/tcx")"
fi
present="filter"
[ $tcx = 0 ] || present="filter early"

WANTED="0 10"
daemon_start || bail "the daemon does not start"
# shellcheck disable=SC2086 # words
ok "beside ouiguard" counts $present
if [ $tcx = 1 ]; then
	ok "a tcx program that comes later, at the end" theirs late tcx
	ok "and one that goes ahead of all others" theirs first head
	present="filter early late first"
	# shellcheck disable=SC2086
	ok "all of them count" counts $present
fi
ok "reload" og reload
# shellcheck disable=SC2086
ok "after a reload" counts $present
daemon_kill KILL
daemon_start || bail "the daemon does not start again"
# shellcheck disable=SC2086
ok "after a restart" counts $present
if [ $tcx = 1 ]; then
	ok "status names the program that sees frames first" \
		grep -q '"before":\[ *[0-9{"]' <(og status --json | tr -d ' \n')
fi
WANTED="10 10"
ok "detach" og detach --yes
# shellcheck disable=SC2086
ok "after detach" counts $present
ok "the clsact qdisc is still theirs" grep -q clsact <(in_ns gw tc qdisc show dev laptop)
ok "and their filter is still there" grep -q 'pref 7 ' <(in_ns gw tc filter show dev laptop ingress)
ok "at the camera's port, where nobody else was, nothing is left" \
	test -z "$(in_ns gw tc filter show dev cam24 ingress)"

done_testing
