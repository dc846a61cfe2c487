#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nightly-reproducible.sh: the packages are the same, byte for byte, wherever, whenever and by whomever
# they are built: two directories of other names and depths, time zones, locales, umasks, times of the
# files and orders of the directories' entries
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
work=$(mktemp -d "${TMPDIR:-/tmp}/ouiguard.XXXXXX")
trap 'rm -rf "$work"' EXIT
missing=$(dpkg-checkbuilddeps 2>&1) || { echo "1..0 # SKIP $missing"; exit 0; }

# sources DIRECTORY [SORT]: in the order of SORT's options, as far as a file system keeps it.
sources()
{
	mkdir -p "$1"
	{ git ls-files --cached --others --exclude-standard 2>/dev/null || find . -path ./build -prune -o -type f -print; } |
		sort ${2-} | while read -r file; do [ ! -e "$file" ] || echo "$file"; done |
		tar -c --verbatim-files-from -T - | tar -x --touch -C "$1"
}

# built DIRECTORY: the sums of its packages.
built()
{
	(cd "$1/build/deb" 2>/dev/null && sha256sum ./*.deb)
}

first=$work/a second=$work/another/directory/with-a-longer-name
umask 022
sources "$first"
umask 077
sources "$second" -r
find "$second" -type f -exec touch -d '2020-02-29 23:59:59' {} +
echo 1..3
status=0
umask 022
if ! env TZ=UTC LC_ALL=C HOME=/root "$first/scripts/deb" >"$work/log" 2>&1; then
	tail -n 20 "$work/log" | sed 's/^/# /'
	echo "not ok 1 - built once"
	exit 1
fi
echo "ok 1 - built once"
umask 077
if ! env TZ=Asia/Kathmandu LC_ALL=C.UTF-8 LANGUAGE=de HOME="$work" USER=somebody LOGNAME=somebody \
	DEB_BUILD_OPTIONS=parallel=2 "$second/scripts/deb" >"$work/log" 2>&1; then
	tail -n 20 "$work/log" | sed 's/^/# /'
	echo "not ok 2 - built elsewhere"
	exit 1
fi
echo "ok 2 - built elsewhere"
if diff <(built "$first") <(built "$second") >"$work/diff" && [ -n "$(built "$first")" ]; then
	echo "ok 3 - the same packages"
else
	status=1
	echo "not ok 3 - the same packages"
	sed 's/^/# /' "$work/diff"
	for package in "$first"/build/deb/*.deb; do
		diff <(dpkg-deb -c "$package"; dpkg-deb -f "$package") \
			<(dpkg-deb -c "$second/build/deb/${package##*/}"; dpkg-deb -f "$second/build/deb/${package##*/}")
	done | sed 's/^/# /' | head -n 40
fi
exit $status
