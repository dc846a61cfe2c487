# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# archive.sh: sourced: packages of Debian 12 from its archive, with package lists of our own, so that it
# works on any Debian, without root, and changes nothing of the system's.

# archive_fail MESSAGE: say why something cannot be fetched, and exit 3.
archive_fail()
{
	echo "$*" >&2
	exit 3
}

# archive_open DIRECTORY: fetch the package lists. $work is then a directory in DIRECTORY for what is
# fetched; it is removed at the end.
archive_open()
{
	local mirror=${DEBIAN_MIRROR:-http://deb.debian.org}
	local keyring=/usr/share/keyrings/debian-archive-keyring.gpg

	work=$(mktemp -d "$1/fetch.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	mkdir -p "$work"/{lists,archives}/partial
	cat >"$work/sources.list" <<-END
		deb [signed-by=$keyring] $mirror/debian bookworm main
		deb [signed-by=$keyring] $mirror/debian-security bookworm-security main
	END
	archive_options=(
		-qq
		-o APT::Architecture=amd64
		-o APT::Sandbox::User=
		-o APT::Update::Error-Mode=any
		-o Acquire::Languages=none
		-o Acquire::Retries=3
		-o Dir::Cache="$work"
		-o Dir::Etc::sourcelist="$work/sources.list"
		-o Dir::Etc::sourceparts=/dev/null
		-o Dir::State::lists="$work/lists"
		-o Dir::State::status=/dev/null
	)
	apt-get "${archive_options[@]}" update >&2 </dev/null ||
		archive_fail "cannot fetch the package lists from $mirror"
}

# archive_packages PREFIX: print the names of packages that begin so.
archive_packages()
{
	apt-cache "${archive_options[@]}" pkgnames "$1"
}

# archive_fetch PACKAGE...: fetch them into $work.
archive_fetch()
{
	(cd "$work" && apt-get "${archive_options[@]}" download "$@" >&2) ||
		archive_fail "cannot fetch $*"
}
