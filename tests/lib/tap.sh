# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# tap.sh: sourced by tests that are scripts: results as tests/run reads them (TAP). A test ends with
# "done_testing".

tests=0
failures=0

# result STATUS NAME: 0: the test NAME has passed. Returns STATUS.
result()
{
	local good=$1 name=$2
	tests=$((tests + 1))
	if [ "$good" = 0 ]; then
		echo "ok $tests - $name"
	else
		failures=$((failures + 1))
		echo "not ok $tests - $name"
	fi
	return "$good"
}

# is NAME GOT WANTED
is()
{
	[ "$2" = "$3" ]
	result $? "$1" || diff <(printf '%s\n' "$3") <(printf '%s\n' "$2") | sed 's/^/# /'
}

# has NAME TEXT PATTERN: TEXT has a line that matches the extended regular expression.
has()
{
	printf '%s\n' "$2" | grep -Eq -- "$3"
	result $? "$1" || { echo "# no line matches: $3"; printf '%s\n' "$2" | sed 's/^/# /'; }
}

# not_has NAME TEXT PATTERN: no line of TEXT matches.
not_has()
{
	! printf '%s\n' "$2" | grep -Eq -- "$3"
	result $? "$1" || { echo "# a line matches: $3"; printf '%s\n' "$2" | sed 's/^/# /'; }
}

done_testing()
{
	echo "1..$tests"
	exit $((failures != 0))
}
