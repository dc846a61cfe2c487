#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-daemon.sh: the daemon itself under valgrind, which enforces nothing (dry), through a session of
# the verbs that ask it

# shellcheck disable=SC2154 # what lib.sh and "run" set

export OUIGUARD_BUILD=build
. "$(dirname "$0")/../cli/lib.sh"

own_bus

rmdir "$W/etc"
cat >"$W/20-OUI.hwdb" <<-END
	OUI:A41437*
	 ID_OUI_FROM_DATABASE=Hangzhou Hikvision Digital Technology Co.,Ltd.
END
run init --lan og-none0 --programme uk-sensitive-sites --site whitehall
echo "registry: [$W/20-OUI.hwdb]" >"$W/etc/ouiguard.yaml"
run registry accept --yes
exits 'a configuration' 0

valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect \
	"$build/ouiguardd" --config "$W/etc" --state "$W/state" --engine dry >"$W/log" 2>&1 &
daemon=$!
pids+=("$daemon")
answers()
{
	run status --json
	[ "$(json 'd["engine"]')" = dry ]
}
until_true answers
result $? 'the daemon answers' || sed 's/^/# /' "$W/log"

# session STATUS VERB...: what the verbs print is for other tests to judge.
session()
{
	local wanted=$1
	shift
	run "$@"
	exits "ouiguard $*" "$wanted"
}
mkdir -p "$W/etc/assets"
printf '%s\n' mac,role,status a4:14:37:00:00:01,camera,legacy >"$W/etc/assets/whitehall.csv"
session 0 reload
session 1 status -v
session 0 device set a4:14:37:00:00:01 --site whitehall --state planned
session 0 devices --json
session 0 explain a4:14:37:00:00:01 --site whitehall --dst 192.0.2.1:443/tcp
session 0 timeline
session 0 plan
session 0 report --format csv -o "$W/report.csv"
session 0 report --format html -o "$W/report.html"
session 0 inventory export -o "$W/export.ndjson"
sed 's/"gateway":"[^"]*"/"gateway":"gw-far"/' "$W/export.ndjson" >"$W/far.ndjson"
session 0 inventory merge "$W/far.ndjson"
session 0 exception add --policy uk-sensitive-sites --device a4:14:37:00:00:01 --site whitehall \
	--owner a@example.org --reason r --approver b@example.org --until 2099-01-01
session 0 pause --site whitehall --for 5m --reason test
session 0 apply --confirm 5m
session 0 confirm
session 0 baseline freeze --site whitehall --yes
mkdir -p "$W/etc/policies"
echo 'nonsense: [' >"$W/etc/policies/broken.yaml"
session 1 reload
rm "$W/etc/policies/broken.yaml"
session 0 reload
session 0 events
session 0 audit verify
session 0 registry status
session 0 detach --yes
session 0 apply

kill "$daemon"
wait "$daemon"
status=$?
[ "$status" -eq 0 ]
result $? "it ends without an error of memory, and without a leak ($status)" ||
	grep '^==' "$W/log" | head -n 60 | sed 's/^/# /'
done_testing
