#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-run.sh: tests/run counts what it should. A runner that takes a crash for a pass hides everything.
set -u

cd "$(dirname "$0")/../.." || exit 1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export TEST_LOGS=$work/logs
n=0

# program NAME, with its text on standard input.
program()
{
	{ echo '#!/bin/bash'; cat; } >"$work/$1"
	chmod +x "$work/$1"
}

# counts NAME STATUS LINE ARGUMENT...: tests/run with these arguments ends with that line and status.
counts()
{
	local name=$1 status=$2 line=$3 output got
	shift 3
	n=$((n + 1))
	output=$(tests/run "$@" 2>&1)
	got=$?
	if [ $got -eq "$status" ] && [ "${output##*$'\n'}" = "$line" ]; then
		echo "ok $n - $name"
	else
		printf 'exit status %s instead of %s, wanted: %s\n%s\n' "$got" "$status" "$line" "$output" |
			sed 's/^/# /'
		echo "not ok $n - $name"
	fi
}

# says NAME WORD ARGUMENT...: the output of tests/run holds the words.
says()
{
	local name=$1 words=$2
	shift 2
	n=$((n + 1))
	if tests/run "$@" 2>&1 | grep -qF -- "$words"; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
	fi
}

program good <<-'END'
	printf '1..2\nok 1 - a\nok 2 - b\n'
END
program bad <<-'END'
	printf 'ok 1 - a\nnot ok 2 - b\n'
	exit 1
END
program skips <<-'END'
	printf 'ok 1 - a\nok 2 - b # SKIP no such kernel\n'
END
program skips_all <<-'END'
	echo '1..0 # SKIP no kernel at all'
END
# As cmocka writes it: a skipped test is "not ok", its reason stands before it.
program skips_cmocka <<-'END'
	printf '1..2\nok 1 - a\nneeds root\nnot ok 2 # SKIP b\n'
END
program crashes <<-'END'
	echo 'ok 1 - a'
	kill -SEGV $$
END
program lies <<-'END'
	echo 'ok 1 - a'
	exit 3
END
program stops_early <<-'END'
	printf '1..3\nok 1 - a\n'
END
program says_nothing <<-'END'
	exit 0
END
program hangs <<-'END'
	echo 'ok 1 - a'
	sleep 60
END
program leaves_a_child <<-'END'
	sleep 60 &
	echo 'ok 1 - a'
END
program reads_input <<-'END'
	cat
	echo 'ok 1 - a'
END

counts "passes" 0 "2 passed, 0 failed, 0 skipped" --lane a "$work/good"
counts "a failure" 1 "1 passed, 1 failed, 0 skipped" --lane a "$work/bad"
counts "a skip is no pass" 0 "1 passed, 0 failed, 1 skipped" --lane a "$work/skips"
says "the reason of a skip" "b: no such kernel" --lane a "$work/skips"
counts "only skips: nothing ran" 1 "0 passed, 0 failed, 1 skipped" --lane a "$work/skips_all"
counts "a skip of cmocka" 0 "1 passed, 0 failed, 1 skipped" --lane a "$work/skips_cmocka"
says "the reason of a skip of cmocka" "b: needs root" --lane a "$work/skips_cmocka"
counts "a crash" 1 "1 passed, 1 failed, 0 skipped" --lane a "$work/crashes"
says "what killed it" "killed by SIGSEGV" --lane a "$work/crashes"
counts "a status that the results do not explain" 1 "1 passed, 1 failed, 0 skipped" --lane a "$work/lies"
counts "fewer results than planned" 1 "1 passed, 1 failed, 0 skipped" --lane a "$work/stops_early"
counts "no result" 1 "0 passed, 1 failed, 0 skipped" --lane a "$work/says_nothing"
counts "too long" 1 "1 passed, 1 failed, 0 skipped" --timeout 1 --lane a "$work/hangs"
counts "a child left behind" 0 "1 passed, 0 failed, 0 skipped" --lane a "$work/leaves_a_child"
counts "no input" 0 "1 passed, 0 failed, 0 skipped" --lane a "$work/reads_input"
counts "a program that is not there" 1 "0 passed, 1 failed, 0 skipped" --lane a "$work/missing"
counts "nothing to run" 1 "0 passed, 0 failed, 0 skipped" --lane a
counts "lanes are added up" 1 "5 passed, 1 failed, 0 skipped" --lane a "$work/good" "$work/bad" \
	--lane b "$work/good"
counts "some of them" 0 "2 passed, 0 failed, 0 skipped" --only "nothing good" --lane a "$work/good" \
	"$work/bad"
counts "the counts are the last line" 0 "2 passed, 0 failed, 0 skipped" --then "echo so many" --lane a \
	"$work/good"
says "what comes afterwards" "so many" --then "echo so many" --lane a "$work/good"
counts "it decides nothing" 0 "2 passed, 0 failed, 0 skipped" --then /nowhere --lane a "$work/good"
if [ "$(id -u)" -ne 0 ]; then
	counts "root is needed" 1 "0 passed, 0 failed, 1 skipped" --lane a --root "$work/good"
else
	counts "root is there" 0 "2 passed, 0 failed, 0 skipped" --lane a --root "$work/good"
fi
echo "1..$n"
