#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-fuzzers.sh: every fuzzer for FUZZ_SECONDS (20) each, one test per fuzzer, three at a time and behind
# whatever else runs. Seeds of fuzz-NAME are in tests/fuzz/corpus-NAME, if there are any; what it learns
# stays in build/fuzz/found-NAME, and an input that fails in build/fuzz/crash-NAME-*.
set -u

cd "$(dirname "$0")/../.." || exit 1
seconds=${FUZZ_SECONDS:-20}

# fuzz NAME: its exit status goes to build/fuzz/NAME.status. What the program under test says is
# dropped, not what libFuzzer and the sanitizers do. A slow machine is no hang: hence a minute.
fuzz()
{
	local directories=("build/fuzz/found-$1")
	[ ! -d "tests/fuzz/corpus-$1" ] || directories+=("tests/fuzz/corpus-$1")
	mkdir -p "${directories[0]}"
	nice "build/fuzz/tests/fuzz/fuzz-$1" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 \
		-close_fd_mask=2 -print_final_stats=1 -artifact_prefix="build/fuzz/crash-$1-" \
		"${directories[@]}" >"build/fuzz/$1.log" 2>&1
	echo $? >"build/fuzz/$1.status"
}

names=()
for source in tests/fuzz/fuzz-*.c; do
	name=${source##*/fuzz-}
	names+=("${name%.c}")
done
rm -f build/fuzz/*.status
for name in "${names[@]}"; do
	[ "$(jobs -rp | wc -l)" -lt 3 ] || wait -n
	fuzz "$name" &
done
wait

n=0
for name in "${names[@]}"; do
	n=$((n + 1))
	if [ "$(cat "build/fuzz/$name.status" 2>/dev/null)" = 0 ]; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$name.log")
		echo "ok $n - fuzz-$name: ${runs:-no} inputs"
	else
		tail -n 40 "build/fuzz/$name.log" | sed 's/^/# /'
		echo "not ok $n - fuzz-$name"
	fi
done
echo "1..$n"
