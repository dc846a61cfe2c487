#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-signals.sh: the signals and the property changes that docs/dbus.md tells of, as busctl sees them

# shellcheck disable=SC2046,SC2154 # words; what lib.sh sets

. "$(dirname "$0")/lib.sh"

command -v busctl >/dev/null || { echo '1..0 # SKIP there is no busctl'; exit 0; }
export PATIENCE=1 TZ=UTC
NEW=44:19:b6:00:00:02
small_world cam24
site home
echo 'ports: [{name: br0, uplink: trunk0}]' >"$W/etc/sites/home.yaml"
policy cameras '{from: 2026-01-01, action: log}'
daemon_start || bail "the daemon does not start"
spawn gw monitor busctl --address="unix:path=$W/run/bus" monitor --json=short \
	--match="type='signal',path='/org/ouiguard'"
listens()
{
	in_ns gw busctl --address="unix:path=$W/run/bus" emit /org/ouiguard org.ouiguard.Test Listening
	grep -q Listening "$W/log/monitor"
}
until_true 60 listens || bail "busctl hears nothing"

# signals EXPRESSION: of what came so far, as Python sees it in "s": (name, values without their types).
cat >"$W/run/signals.py" <<-'END'
	import json, re, sys
	def plain(value):
	    if isinstance(value, dict) and set(value) == {"type", "data"}:
	        return plain(value["data"])
	    if isinstance(value, dict):
	        return {key: plain(item) for key, item in value.items()}
	    return [plain(item) for item in value] if isinstance(value, list) else value
	s = []
	for line in open(sys.argv[1], encoding="utf-8"):
	    if line.startswith("{") and line.endswith("\n"):
	        m = json.loads(line)
	        s.append((m["member"], plain(m["payload"]["data"])))
	page = open(sys.argv[2], encoding="utf-8").read()
	def documented(record):
	    """The keys of that record in the page, and those that a signal adds."""
	    text = re.search(r"^\*\*" + record + r"\*\*:(.*?)\n\n", page, re.M | re.S)[1]
	    return set(re.findall("`([a-z_]+)`", text)) | {"previous_state"}
	def of(name):
	    return [values for member, values in s if member == name]
	def properties(name):
	    return [v[1][name] for v in of("PropertiesChanged") if name in v[1]]
	print(eval("(" + sys.argv[3] + ")"))
END
signals()
{
	python3 "$W/run/signals.py" "$W/log/monitor" "$top/docs/dbus.md" "$1" 2>&1 | tail -n 1
}

has_come()
{
	[ "$(signals "$1")" = True ]
}

# comes NAME EXPRESSION: it becomes true.
comes()
{
	ok "$1" until_true 60 has_come "$2"
}

# One that has not sent anything yet, as the kernel of cam24 may have.
leaving cam24 >"$W/run/none"
frames cam24 send eth0 src=$NEW count=10 rate=1000 name=new $(outward cam24) >"$W/run/none"
comes "NewDevice: with the device's record" "any(d['mac'] == '$NEW' and d['site'] == 'home' for d, in of('NewDevice'))"
comes "Event: what was logged" "any(e['kind'] == 'log' and e['mac'] == '$CAM24' and e['dst'] == '198.51.100.9'
	for e, in of('Event'))"
ok "a state is entered" og device set $CAM24 --site home --state confirmed --config "$W/etc"
comes "DeviceChanged: with the state before" "any(d['mac'] == '$CAM24' and d['state'] == 'confirmed' and 'previous_state' in d
	for d, in of('DeviceChanged'))"

before=$(told 'd["generation"]' status)
# A slow machine may need longer to reload than until the first date.
for ahead in 3 40; do
	begin=$((EPOCHSECONDS + ahead))
	policy cameras '{from: 2026-01-01, action: log}' "{from: $(stamp $begin), action: block}"
	ok "reload" og reload
	((EPOCHSECONDS >= begin)) || break
done
now=$(told 'd["generation"]' status)
ok "another generation" test "$now" -gt "$before"
comes "GenerationChanged: with the number" "[$now] in of('GenerationChanged')"
comes "the property Generation: with the number" "$now in properties('Generation')"
comes "PhaseChanged: at its second" "any((p['policy'], p['site'], p['action'], p['previous_action']) ==
	('cameras', 'home', 'block', 'log') for p, in of('PhaseChanged'))"
ok "detach" og detach --yes
comes "the property Enforcing: false" "properties('Enforcing')[-1:] == [False]"
ok "reload" og reload
comes "the property Enforcing: true again" "properties('Enforcing')[-1:] == [True]"
comes "the property Engine" "properties('Engine')[-1:] == ['bpf']"
is "devices have the keys of the page" "$(signals "{k for n in ('NewDevice', 'DeviceChanged') for d, in of(n) for k in d} -
	documented('Device')")" 'set()'
is "events too" "$(signals "{k for e, in of('Event') for k in e} - documented('Event')")" 'set()'
is "phases too" "$(signals "sorted({k for p, in of('PhaseChanged') for k in p})")" \
	"['action', 'at', 'policy', 'previous_action', 'site']"
is "the page names every signal of the interface" \
	"$(in_ns gw busctl --address="unix:path=$W/run/bus" introspect org.ouiguard /org/ouiguard org.ouiguard.Manager |
		awk '$2 == "signal" { sub(/^\./, "", $1); print $1 }' | sort | xargs)" \
	"$(sed -n '/^## Signals/,/^## /p' "$top/docs/dbus.md" | grep -oE '`[A-Z][A-Za-z]+\(' | tr -d '`(' | sort | xargs)"
is "and every property" \
	"$(in_ns gw busctl --address="unix:path=$W/run/bus" introspect org.ouiguard /org/ouiguard org.ouiguard.Manager |
		awk '$2 == "property" { sub(/^\./, "", $1); print $1 }' | sort | xargs)" \
	"$(sed -n '/^## Properties/,/^## S/p' "$top/docs/dbus.md" | grep -oE '`[A-Z][A-Za-z]+`' | tr -d '`' | sort | xargs)"
done_testing
