#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-fuzzers.sh: every fuzzer for FUZZ_SECONDS (5) each, one test per fuzzer. Seeds of fuzz-NAME are in
# tests/fuzz/corpus-NAME, if there are any; what it learns stays in build/fuzz/found-NAME, and an
# input that fails in build/fuzz/crash-NAME-*.
set -u

cd "$(dirname "$0")/../.." || exit 1
seconds=${FUZZ_SECONDS:-5}
n=0
for source in tests/fuzz/fuzz-*.c; do
	program=build/fuzz/${source%.c}
	name=${program##*/fuzz-}
	directories=("build/fuzz/found-$name")
	[ ! -d "tests/fuzz/corpus-$name" ] || directories+=("tests/fuzz/corpus-$name")
	mkdir -p "${directories[0]}"
	n=$((n + 1))
	if "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="build/fuzz/crash-$name-" "${directories[@]}" >"build/fuzz/$name.log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$name.log")
		echo "ok $n - fuzz-$name: ${runs:-no} inputs"
	else
		tail -n 40 "build/fuzz/$name.log" | sed 's/^/# /'
		echo "not ok $n - fuzz-$name"
	fi
done
echo "1..$n"
