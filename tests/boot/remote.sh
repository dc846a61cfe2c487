#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# remote.sh RELEASE: "ouiguard -H" from another machine, over ssh as it is, to the daemon of a booted one

# shellcheck disable=SC2034,SC2154 # what lib.sh uses and sets

. "$(dirname "$0")/lib.sh"

machine "$1" cam24 laptop
packages
FAR=10.1.0.1

# The laptop's own root, with the package in it; "near COMMAND...": there, in the laptop's namespace.
NEAR=$W/near
mkdir "$NEAR"
tar -C "$NEAR" --zstd -xf "$("$top/tests/boot/root" "$1")" --exclude='./dev/*'
cp "$R$PACKAGE" "$NEAR/root/ouiguard.deb"
: >"$NEAR/dev/null" # what is written there is of no interest
near()
{
	in_ns laptop unshare --mount --pid --fork --mount-proc="$NEAR/proc" chroot "$NEAR" env -i \
		PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LC_ALL=C.UTF-8 "$@" </dev/null
}
# asks USER VERB...: what the far daemon says is in $W/run/out and $W/run/err; its exit status.
asks()
{
	local user=$1
	shift
	near ouiguard -H "$user@$FAR" "$@" >"$W/run/out" 2>"$W/run/err"
}
# exits NAME STATUS USER VERB...
exits()
{
	local name=$1 wanted=$2 status=0
	shift 2
	asks "$@" || status=$?
	is "$name" "$status" "$wanted"
	[ "$status" = "$wanted" ] || sed 's/^/# /' "$W/run/out" "$W/run/err" | head -n 20
}
shows() { ok "$1" grep -Eq -- "$3" "$W/run/$2"; }

# The two machines ---------------------------------------------------------------------------------

ok "the package is installed on the gateway" inside dpkg -i --no-pager "$PACKAGE"
ok "and on another machine" near dpkg -i --no-pager /root/ouiguard.deb
inside useradd -m alice
inside usermod -a -G ouiguard alice
inside useradd -m bob
# Keys of the gateway and of the administrator, made here and known to the other side.
rm -f "$R"/etc/ssh/ssh_host_*
ok "host keys" inside ssh-keygen -q -A
ok "sshd" inside systemctl restart ssh
ok "the administrator's key" near ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519
for home in root home/alice home/bob; do
	install -d -m 700 "$R/$home/.ssh"
	cp "$NEAR/root/.ssh/id_ed25519.pub" "$R/$home/.ssh/authorized_keys"
	inside chown -R --reference="/$home" "/$home/.ssh"
done
exits "a gateway whose key is not known is not asked" 1 root status
shows "ssh says why" err 'Host key verification failed'
shows "and ouiguard what must work" err "ssh root@$FAR systemd-stdio-bridge"
sed "s/^/$FAR /" "$R/etc/ssh/ssh_host_ed25519_key.pub" >"$NEAR/root/.ssh/known_hosts"

exits "no daemon runs there" 1 root status
shows "it says what to do" err 'systemctl (start|status) ouiguard'
ok "init" inside ouiguard init --lan br0:uplink=trunk0 --programme uk-sensitive-sites
ok "it runs" inside systemctl enable --now ouiguard
leaving cam24 >/dev/null

# Asking and telling -------------------------------------------------------------------------------

exits "status" 0 root status
shows "is that of the gateway" out 'br0|generation'
seen() { asks root devices && grep -q 44:19:b6:00:00:01 "$W/run/out"; }
ok "devices" until_true 20 seen
# What does not change from one call to the next.
lasting() { grep -E '"(generation|applied_at|engine_reason)":'; }
is "records are those of the gateway" "$(near ouiguard -H "root@$FAR" status --json | lasting)" \
	"$(inside ouiguard status --json | lasting)"
ok "and have them" test "$(inside ouiguard status --json | lasting | wc -l)" = 3
exits "reload" 0 root reload
cp -a "$R/etc/ouiguard" "$W/good"
echo 'nonsense: 1' >>"$R/etc/ouiguard/policies/uk-sensitive-sites.yaml"
echo 'nonsense: 1' >>"$R/etc/ouiguard/sites/main.yaml"
exits "reload of files with errors" 1 root reload
shows "names the place in the one" err 'policies/uk-sensitive-sites.yaml:[0-9]+:[0-9]+: '
shows "and in the other" err 'sites/main.yaml:[0-9]+:[0-9]+: '
ok "the gateway runs on" active
cp -a "$W/good/." "$R/etc/ouiguard"
exits "reload when they are mended" 0 root reload

# Who may, and where nobody answers ------------------------------------------------------------------

exits "a member of the group may ask" 0 alice status
exits "but not change" 1 alice reload
exits "another user may not ask" 1 bob status
shows "and is told" err 'group'
inside systemctl stop ssh.socket ssh.service 2>/dev/null
exits "a gateway where no sshd answers" 1 root status
shows "ssh says so" err '[Rr]efused'
shows "and ouiguard which host" err "root@$FAR"
near ouiguard -H gateway.invalid status >"$W/run/out" 2>"$W/run/err"
is "a host that does not exist" $? 1
shows "is named" err 'gateway.invalid'

done_testing
