#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-addresses.sh: host names of lease files, devices that took another's place, blind sources

# shellcheck disable=SC2154 # what lib.sh sets

. "$(dirname "$0")/lib.sh"

export PATIENCE=1 TZ=UTC
LOCAL=02:00:5e:00:00:77 # made up
world_begin
world_gateway || bail "no world"
for client in "cam24 $CAM24" "cam28 $CAM28" "cam36 $CAM36" "laptop $LAPTOP" "sibling $SIBLING" "local $LOCAL"; do
	read -r who mac <<<"$client"
	world_client "$who" "$mac" || bail "no client"
done
site home
echo 'ports: [{name: br0, uplink: trunk0}]' >"$W/etc/sites/home.yaml"
echo "leases: [$W/run/leases, $W/run/kea-leases4.csv, $W/run/none]" >>"$W/etc/ouiguard.yaml"
policy cameras '{from: 2026-01-01, action: block}'
cat >"$W/run/kea-leases4.csv" <<-END
	address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
	10.1.0.240,44:19:b6:00:00:77,,3600,4102444800,1,0,0,Behind-Relay.example.,0,,0
	10.1.0.241,44:19:b6:00:00:78,,3600,946684800,1,0,0,long-ago,0,,0
END
printf '%s\n' mac,role,status,switch_port "$CAM36,camera,legacy,sw1/7" "$SIBLING,other,legacy,SW1/7" \
	"$CAM28,camera,legacy,sw1/8" >"$W/etc/assets/home.csv"
udhcpc_script

# lease_as NAME HOST: as equipment that calls itself HOST.
lease_as()
{
	in_ns "$1" busybox udhcpc -i eth0 -n -q -f -t 5 -T 1 -x hostname:"$2" -s "$W/run/udhcpc" \
		>>"$W/log/lease-$1" 2>&1
}

# tells WANTED EXPRESSION VERB...
tells()
{
	local wanted=$1
	shift
	[ "$(told "$@")" = "$wanted" ]
}

daemon_start || bail "the daemon does not start"
lease_as cam24 Gate-Cam || bail "no lease"
lease_as cam28 shared || bail "no lease"
lease_as laptop shared || bail "no lease"
lease_as cam36 door || bail "no lease"
address local eth0 10.1.0.66/24 2001:db8:1::66/64
camera=$(address4 cam24)
in_ns local ping -q -c 1 -W 1 10.1.0.1 >"$W/run/out"

ok 'the host name of a lease is known' until_true 40 tells "['gate-cam']" \
	"[h for e in d if e['mac'] == '$CAM24' for h in e['hosts']]" devices
og devices >"$W/run/devices"
ok 'devices shows it' grep -Eq "^$CAM24 +home +hikvision +gate-cam " "$W/run/devices"
og devices --verbose >"$W/run/devices"
ok 'and with --verbose the address' grep -Eq "addresses .*${camera//./\\.}" "$W/run/devices"
ok 'as csv too' grep -Eq "^$CAM24,.*$camera" <(og devices --csv)
is 'a listed lease of which no frame was seen is a device' \
	"$(told "[(e['evidence'], e['vendor'], e['hosts'], e['addresses']) for e in d
		if e['mac'] == '44:19:b6:00:00:77']" devices)" \
	"[('lease', 'hikvision', ['behind-relay.example'], ['10.1.0.240'])]"
is 'the grade of the evidence' "$(told "sorted((e['mac'], e['grade']) for e in d if e['mac'] in
	('$CAM24', '$CAM36', '44:19:b6:00:00:77'))" devices)" \
	"[('$CAM24', 'mac'), ('44:19:b6:00:00:77', 'lease'), ('$CAM36', 'manual')]"
is 'one that has ended is not' "$(told "[e for e in d if e['mac'] == '44:19:b6:00:00:78']" devices)" '[]'
ok 'the laptop is no device' tells '[]' "[e for e in d if e['mac'] == '$LAPTOP']" devices
ok 'the source with a made-up address is counted' until_true 30 tells True \
	"[s['blind'] for s in d['sites']] == [1]" status
ok 'for people' grep -Fq '1 source at home today' <(og status)
ok 'the lease file that is not there is told' tells True \
	"any('$W/run/none' in w for w in d['warnings'])" status

# The camera goes; another device, of no listed vendor, has its name and then its address. By the
# register it stands where a third one stood.
in_ns cam24 ip link set eth0 down
in_ns cam36 ip link set eth0 down
lease_as sibling Gate-Cam || bail "no lease"
in_ns sibling ip addr add "$camera/24" dev eth0
in_ns sibling ping -q -c 1 -W 1 -I "$camera" 10.1.0.1 >"$W/run/out"
spawn gw monitor dbus-monitor --address "unix:path=$W/run/bus" "member='Replacement'"
# Meanwhile the other camera goes on, and shares its name with the laptop.
spawn cam28 ping ping -q -i 2 10.1.0.1
ok 'its host name came back' until_true 120 grep -q \
	"$CAM24 at home is silent, and its host name is now that of $SIBLING" "$W/log/ouiguardd-1"
ok 'its address came back' until_true 60 grep -q \
	"$CAM24 at home is silent, and its address is now that of $SIBLING" "$W/log/ouiguardd-1"
ok 'one at its switch port too' until_true 30 grep -q \
	"$CAM36 at home is silent, and its switch port is now that of $SIBLING" "$W/log/ouiguardd-1"
ok 'it is told on the bus' until_true 60 grep -q "$SIBLING" "$W/log/monitor"
ok 'two that both go on are none' not grep -q "$LAPTOP" "$W/log/ouiguardd-1"

# What was learned is there after a crash.
daemon_kill KILL
in_ns cam24 ip link set eth0 up
daemon_start || bail "the daemon does not start again"
is 'a crash loses no host name' \
	"$(told "[h for e in d if e['mac'] == '$CAM24' for h in e['hosts']]" devices)" "['gate-cam']"

done_testing
