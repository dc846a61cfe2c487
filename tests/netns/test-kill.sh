#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-kill.sh: enforcement outlives the daemon, whatever ends it; only "ouiguard detach" opens

# A bpffs that is unmounted here lives on, with what hangs on it, in mount namespaces that were copied
# meanwhile, as containers are started: nobody copies this one.
[ -n "${OWN_MOUNTS:-}" ] || OWN_MOUNTS=1 exec unshare -m "$0"

. "$(dirname "$0")/lib.sh"

small_world cam24 laptop
site home
policy cameras '{from: 2026-01-01, action: block}'
daemon_start || bail "the daemon does not start"
is "blocked, and the laptop not, before anything happens" "$(leaving cam24 laptop)" "0 10"

# Under traffic: SIGKILL, restart, SIGTERM, restart.
sniff traffic wan eth0
# shellcheck disable=SC2046 # words
stream cam24 cam24 1000 6 $(outward cam24)
# shellcheck disable=SC2046
stream laptop laptop 1000 6 $(outward laptop)
sleep 1
daemon_kill KILL
sleep 1
ok "restarts after SIGKILL" daemon_start
daemon_kill TERM
sleep 1
ok "restarts after SIGTERM" daemon_start
streamed cam24
cam_sent=$SENT
streamed laptop
laptop_sent=$SENT
sniffed traffic
ok "the camera sent frames all the time ($cam_sent)" test "$cam_sent" -gt 3000
is "not one of its frames got out" "$(count traffic cam24)" 0
is "not one of the laptop's $laptop_sent frames was lost" "$(count traffic laptop)" "$laptop_sent"
is "and none came twice" "$(duplicates traffic laptop)" 0

# What changes while the daemon is dead is put right when it comes back.
daemon_kill KILL
world_client cam28 "$CAM28" || bail "no client"
address cam28 eth0 10.1.0.28/24 2001:db8:1::28/64
in_ns cam28 ip route add default via 10.1.0.1
is "a port that comes while no daemon runs is open" "$(leaving cam24 cam28)" "0 10"
ok "restarts again" daemon_start
is "and covers that port too" "$(leaving cam24 cam28 laptop)" "0 0 10"

# Somebody removes what is pinned. What is attached is held as long as the daemon runs, which pins it anew.
pinned() { compgen -G "$W/bpf/v*/og_slot"; }
sniff pins wan eth0
# shellcheck disable=SC2046 # words
stream pins cam24 1000 600 $(outward cam24)
rm -rf "$W"/bpf/v*
ok "without its pins the daemon begins anew" until_true 60 pinned
umount -l "$W/bpf"
ok "likewise without its bpffs" until_true 60 pinned
kill "$(cat "$W/run/stream-pins")"
streamed pins
sniffed pins
ok "the camera sent frames all the time ($SENT)" test "$SENT" -gt 1000
is "not one of its frames got out" "$(count pins pins)" 0
daemon_kill KILL
is "and that outlives the daemon too" "$(leaving cam24 laptop)" "0 10"
ok "restarts once more" daemon_start

# Taken down on purpose; back with the next reload.
ok "detach" og detach --yes
is "opens" "$(leaving cam24 cam28 laptop)" "10 10 10"
ok "status says that nothing is enforced" not daemon_ready
ok "reload" og reload
is "closes again" "$(leaving cam24 cam28 laptop)" "0 0 10"
ok "detach before the daemon's death" og detach --yes
daemon_kill KILL
is "stays open without a daemon" "$(leaving cam24 laptop)" "10 10"
ok "restarts" daemon_start
is "and a start closes again" "$(leaving cam24 laptop)" "0 10"

done_testing
