#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nightly-deb-13.sh: on a Debian 13 that has nothing installed, scripts/deps and "make deb" give packages
# that can be installed there
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
[ "$(id -u)" -eq 0 ] || { echo '1..0 # SKIP needs root'; exit 0; }
work=$(mktemp -d "${TMPDIR:-/tmp}/ouiguard.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root

# inside COMMAND...: there, with what a build needs of the kernel's file systems, gone when it ends.
inside()
{
	unshare --mount --pid --fork --kill-child --propagation private sh -ec '
		mount -t proc proc "$0/proc"
		mount --rbind /dev "$0/dev"
		exec chroot "$0" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb \
			LC_ALL=C.UTF-8 "$@"' "$root" "$@" </dev/null >"$work/log" 2>&1
}

# step NAME COMMAND...: nothing after one that fails could be judged.
number=0
step()
{
	number=$((number + 1))
	if "${@:2}"; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		tail -n 30 "$work/log" | sed 's/^/# /'
		exit 1
	fi
}

mmdebstrap --quiet --variant=minbase --include=ca-certificates trixie "$root" >"$work/log" 2>&1 ||
	{ echo "1..0 # SKIP there is no root of Debian 13: $(tail -n 1 "$work/log")"; exit 0; }
for file in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt; do
	[ ! -e "$file" ] || cp -L "$file" "$root$file"
done
mkdir "$root/src"
{ git ls-files --cached --others --exclude-standard 2>/dev/null || find . -path ./build -prune -o -type f -print; } |
	while read -r file; do [ ! -e "$file" ] || echo "$file"; done | tar -c --verbatim-files-from -T - | tar -x -C "$root/src"
echo 1..4
step "scripts/deps --deb" inside /src/scripts/deps --deb
step "make deb, with lintian" inside make -C /src deb
step "the package is installed" inside sh -c 'apt-get install -qq -y --no-install-recommends /src/build/deb/ouiguard_*_*.deb'
step "the programs start" inside sh -c 'ouiguard --version && ouiguardd --version'
