#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-assets.sh: the asset register of a site, from tables of one's own

# shellcheck disable=SC2154 # what lib.sh and "run" set

. "$(dirname "$0")/lib.sh"

mkdir -p "$W"/etc/{sites,vendors,tmp}
export TMPDIR=$W/tmp
mkdir "$TMPDIR"
echo 'ports: [{name: lan0}]' >"$W/etc/sites/north.yaml"
cat >"$W/etc/prefixes.lock" <<-END
	hikvision a4:14:37/24 20-OUI.hwdb "Hangzhou Hikvision Digital Technology Co.,Ltd."
END
register=$W/etc/assets/north.csv

# Somebody's own table -----------------------------------------------------------------------------

printf '%s\r\n' 'Asset;MAC Address;S/N;Kind;Bought;Invoice;Room' \
	'T-1;A4-14-37-00-12-34;DS1;Dome;30/05/2019;I-7;"Gate; north"' \
	'T-2;a41437001235;DS2;NVR;01/02/2020;;Hall' \
	'T-3;;;Chair;;;Hall' \
	'T-4;00:11:22:33:44:55;X;Printer;;;Hall' >"$W/cmdb.csv"
cat >"$W/map.yaml" <<-END
	columns: {mac: MAC Address, serial: S/N, role: Kind, installed: Bought, evidence: Invoice,
	          asset_tag: Asset, location: Room}
	roles: {camera: [Dome], recorder: [NVR], other: [Printer, Chair]}
	dates: dmy
END

run asset import "$W/cmdb.csv" --site north
exits 'a table that nobody knows is refused' 1
has 'and says what to do' "$err" 'cmdb.csv:1:1: these columns are not those of a known table; .*--map'
run asset import "$W/cmdb.csv" --site south --mapping "$W/map.yaml"
exits 'a site that does not exist' 1
has 'is named' "$err" 'there is no site "south"'
run asset import "$W/cmdb.csv" --site north --map 'mac=MAC' --yes
exits 'a title that is not there' 1
has 'is told, with the place' "$err" 'cmdb.csv:1:1: no column .MAC.'
run asset import "$W/cmdb.csv" --site north --map 'max=MAC Address'
exits 'a column that no register has is a mistake of usage' 2
run asset import "$W/cmdb.csv" --site north --mapping "$W/map.yaml" --format netdisco
exits 'two ways to read it are too' 2
run asset import "$W/cmdb.csv" --site north --mapping "$W/map.yaml"
exits 'nothing is written without a yes' 1
has 'but shown' "$out" '^  \+ a4:14:37:00:12:34  camera  legacy  2019-05-30  I-7  T-1  DS1  Gate; north$'
has 'and asked for' "$err" 'nothing is done without --yes'
[ ! -e "$register" ]
result $? 'there is no register yet'
run asset import "$W/cmdb.csv" --site north --mapping "$W/map.yaml" --yes
exits 'with a yes it is written' 0
has 'what was left out is counted' "$out" '4 rows; 1 without a MAC; 1 that no vendor.s prefix lists, left out$'
has 'and what is there now' "$out" '^assets/north.csv: 2 rows, of them 2 added, 0 changed\.$'
is 'the register' "$(cat "$register")" 'mac,role,status,installed,evidence,asset_tag,serial,switch_port,location,note
a4:14:37:00:12:34,camera,legacy,2019-05-30,I-7,T-1,DS1,,Gate; north,
a4:14:37:00:12:35,recorder,legacy-unproven,2020-02-01,,T-2,DS2,,Hall,'
run check
exits 'the configuration is good' 0
before=$(stat -c %i:%Y "$register")
run asset import "$W/cmdb.csv" --site north --mapping "$W/map.yaml"
exits 'the same once more changes nothing, and needs no yes' 0
has 'and says so' "$out" 'says all of it already'
is 'the file was not touched' "$(stat -c %i:%Y "$register")" "$before"

# What a person wrote stays ------------------------------------------------------------------------

sed -i 's/,recorder,legacy-unproven,/,recorder,removed,/; s/,Hall,$/,Hall,by hand/' "$register"
cat >"$W/more.csv" <<-END
	mac,location,note,proof,since
	a4:14:37:00:12:35,Cellar,theirs,I-9,2020-02-01
	a4:14:37:00:12:36,Roof,theirs,,
END
run asset import "$W/more.csv" --site north --yes --json \
	--map mac=mac,location=location,note=note,evidence=proof,installed=since
exits 'more of it' 0
is 'as a record' "$(json '(d["rows"], [a["mac"] for a in d["added"]], [(c["column"], c["before"], c["after"])
	if "before" in c else (c["column"], c["after"]) for c in d["changed"][0]["changes"]], d["same"],
	d["written"], d["format"], "matched" in d)')" \
	"(3, ['a4:14:37:00:12:36'], [('evidence', 'I-9'), ('location', 'Hall', 'Cellar')], 0, True, 'mapping', False)"
has 'removed stays removed, and the note is ours' "$(cat "$register")" \
	'^a4:14:37:00:12:35,recorder,removed,2020-02-01,I-9,T-2,DS2,,Cellar,by hand$'

# Rows with errors ---------------------------------------------------------------------------------

cat >"$W/bad.csv" <<-END
	mac,serial
	a4:14:37:00:12,x
	a4:14:37:00:12:40,y
	a4:14:37:00:12:40,z
	a4:14:37:00:12:41,"q
END
run asset import "$W/bad.csv" --site north --map mac=mac,serial=serial --yes --partial
exits 'what cannot be told apart is never imported in part' 1
has 'with the place' "$err" 'bad.csv:5:19: the quote that opens here is never closed'
sed -i '$d' "$W/bad.csv"
run asset import "$W/bad.csv" --site north --map mac=mac,serial=serial --yes
exits 'errors are refused' 1
has 'a bad address' "$err" 'bad.csv:2:1: .a4:14:37:00:12. is no address'
has 'a device twice' "$err" 'bad.csv:4:1: a4:14:37:00:12:40 is here twice'
has 'and what to do' "$err" '2 errors; nothing was imported'
run asset import "$W/bad.csv" --site north --map mac=mac,serial=serial --yes --partial
exits 'unless they are to be left out' 0
has 'the first row of a device counts' "$(cat "$register")" '^a4:14:37:00:12:40,unknown,legacy-unproven,,,,y,,,$'

# Netdisco -----------------------------------------------------------------------------------------

cat >"$W/node.csv" <<-END
	mac,switch,port,active,oui,time_first,time_recent,time_last,vlan
	a4:14:37:00:12:50,10.0.0.2,Gi1/0/17,t,a4:14:37,2019-05-30 12:00:00,2026-01-01 00:00:00,2026-11-01 08:00:00,20
	a4:14:37:00:12:50,10.0.0.3,Gi1/0/1,f,a4:14:37,2018-02-01 12:00:00,2018-02-01 12:00:00,2019-05-01 08:00:00,20
	00:11:22:33:44:55,10.0.0.3,Gi1/0/2,t,00:11:22,2018-02-01 12:00:00,2018-02-01 12:00:00,2019-05-01 08:00:00,20
END
run asset import "$W/node.csv" --site north --role camera --yes
exits 'nodes of Netdisco' 0
has 'are known as such' "$out" '\(netdisco\): 3 rows; 1 of a device that another row tells of; 1 that'
has 'with where they were last' "$(cat "$register")" \
	'^a4:14:37:00:12:50,camera,legacy-unproven,,,,,10.0.0.2/Gi1/0/17,,first seen by netdisco 2019-05-30$'
run asset import "$W/node.csv" --site north --format register --yes
exits 'what is not of the named format is refused' 1

# Freezing -----------------------------------------------------------------------------------------

cp "$register" "$W/before.csv"
run baseline freeze --site north --yes
exits 'without a daemon nobody knows what was seen' 1
has 'so a file is asked for' "$err" '--from FILE'
cat >"$W/seen.csv" <<-END
	mac,site,vendor,vendor_title,role,last_seen
	a4:14:37:00:12:34,north,hikvision,Hikvision,camera,2026-11-01T00:00:00Z
	a4:14:37:00:12:60,north,hikvision,Hikvision,unknown,2026-11-01T00:00:00Z
	a4:14:37:00:12:61,south,hikvision,Hikvision,unknown,2026-11-01T00:00:00Z
	00:11:22:33:44:55,north,other,Other,unknown,2026-11-01T00:00:00Z
END
run baseline freeze --site north --from "$W/seen.csv"
exits 'it asks' 1
has 'and shows before' "$out" '^  \+ a4:14:37:00:12:60  unknown  legacy-unproven$'
has 'what is left out' "$out" '^1 seen device is left out: prefixes.lock does not list it'
run baseline freeze --site north --from "$W/seen.csv" --yes
exits 'freeze' 0
is 'what was seen comes last, the rest is as it was' "$(cat "$register")" \
	"$(cat "$W/before.csv")
a4:14:37:00:12:60,unknown,legacy-unproven,,,,,,,"
has 'that nobody noted it is said' "$out" 'could note it: freeze again'
run baseline freeze --site north --from "$W/seen.csv" --yes --json
is 'once more there is nothing to write' "$(json '(d["written"], d["noted"], d["added"], d["devices"])')" \
	'(False, False, [], 6)'

# One device ---------------------------------------------------------------------------------------

run device set a4:14:37:00:12:36 --role recorder --serial 'S,9' --tag T-9
exits 'a row is edited without a daemon' 0
has 'as it is said' "$(cat "$register")" '^a4:14:37:00:12:36,recorder,legacy-unproven,,,T-9,"S,9",,Roof,theirs$'
run device set a4:14:37:00:12:36 --false-positive --json
is 'none of the listed equipment' "$(json '(d["site"], d["written"])')" "('north', True)"
has 'after all' "$(cat "$register")" '^a4:14:37:00:12:36,recorder,false-positive,'
run device set a4:14:37:00:12:36 --false-positive --json
is 'which is written once' "$(json '(d["site"], d["written"])')" "('north', False)"
run device set a4:14:37:00:12:34 --state removed --evidence 'work order 1'
exits 'a state needs the daemon' 1
has 'and says so' "$err" 'kept by the daemon, which is not running: nothing was changed'
run device set a4:14:37:00:12:34 --state verified-absent --evidence x
exits 'a step that may not be taken' 1
has 'is refused in words' "$err" 'from confirmed to verified-absent: it must be removed first'
run device set a4:14:37:00:12:34 --state gone
exits 'a state that there is not' 2
run device set a4:14:37:00:12:34 --state removed --false-positive
exits 'a state of what is no equipment' 2
run device set a4:14:37:00:12:34
exits 'nothing to set' 2
run device set 01:00:5e:00:00:01 --role camera
exits 'an address that no device has' 2
run device set a4:14:37:00:12:99 --role camera
exits 'a device that nobody knows' 1
run device set a4:14:37:00:12:99 --role camera --site north
exits 'is no row unless it is meant' 1
run device set a4:14:37:00:12:99 --role camera --site north --yes
has 'then it is' "$(cat "$register")" '^a4:14:37:00:12:99,camera,legacy-unproven,'

# A register that the change would break ------------------------------------------------------------

echo 'broken: [' >"$W/etc/policies.yaml"
mkdir "$W/etc/policies"
mv "$W/etc/policies.yaml" "$W/etc/policies/p.yaml"
cp "$register" "$W/kept.csv"
run asset import "$W/more.csv" --site north --yes --map mac=mac,serial=note
exits 'a configuration with errors is not written to' 1
cmp -s "$register" "$W/kept.csv"
result $? 'nothing was changed'
is 'nothing is left behind' "$(ls -A "$TMPDIR")" ''

done_testing
