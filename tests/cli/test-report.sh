#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-report.sh: reports from a record: forms, templates, and names that try to break out

# shellcheck disable=SC2034,SC2154 # what lib.sh uses and sets

. "$(dirname "$0")/lib.sh"

sample=$top/tests/data/report/sample.json

run report --from "$sample"
exits 'HTML goes to standard output' 0
is 'it is one document' "$(grep -c '<!DOCTYPE html>' <<<"$out") $(grep -c '</html>' <<<"$out")" '1 1'
not_has 'nothing runs and nothing is fetched' "$out" '<script|<link rel="stylesheet|src="?http|@import|url\('
has 'a name is text' "$out" '&lt;script&gt;alert\(&#39;x&#39;\)&lt;/script&gt;'
has 'a name from right to left stands by itself' "$out" '<bdi>משרד הנכסים</bdi>'
has 'it says how many are gone' "$out" '<strong>630 of 913 known devices are gone</strong>'
has 'a site without a survey is told' "$out" '1 of 5 sites is not surveyed'
has 'an overdue milestone is told' "$out" 'overdue</strong>'
has 'with its first date and the reason' "$out" 'was <time>2026-06-30</time>, supply: <bdi>Replacement'
has 'the chart is drawn' "$out" '<svg viewBox'
has 'the head of the audit log is on it' "$out" 'fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9'
is 'one digest over the files, as sha256sum makes it' \
	"$(grep -o '[0-9a-f]\{64\}</code> over 2 files' <<<"$out" | cut -c-64)" \
	"$(python3 -c 'import json,sys
for f in json.load(open(sys.argv[1]))["files"]: print(f["sha256"] + "  " + f["path"])' "$sample" |
	sha256sum | cut -c-64)"

for template in full status sites waiver; do
	run report --from "$sample" --template $template -o "$W/$template.html"
	exits "template $template" 0
	is "$template: the file is named" "$out" "$W/$template.html"
	is "$template: every tag is closed" "$(python3 - "$W/$template.html" <<-'END'
	import html.parser, sys
	class Tags(html.parser.HTMLParser):
	    void = {"meta", "link", "br"}
	    def __init__(self): super().__init__(); self.open = []
	    def handle_starttag(self, tag, attributes):
	        if tag not in self.void: self.open.append(tag)
	    def handle_startendtag(self, tag, attributes): pass
	    def handle_endtag(self, tag):
	        if not self.open or self.open.pop() != tag: print("not open:", tag, self.getpos())
	tags = Tags()
	tags.feed(open(sys.argv[1]).read())
	print("left open:", tags.open) if tags.open else None
	END
	)" ''
done
has 'status: what is not done is in process' "$(cat "$W/status.html")" '>in process</strong>'
has 'waiver: lists the equipment' "$(cat "$W/waiver.html")" 'a4:14:37:00:12:34'

run report --from "$sample" --format csv
exits 'CSV' 0
is 'CSV: a formula is text' "$(grep -c "'=HYPERLINK" <<<"$out")" 1
for first in ＝ ＋ － ＠; do
	sed "s/=HYPERLINK/${first}HYPERLINK/" "$sample" >"$W/wide.json"
	run report --from "$W/wide.json" --format csv
	is "CSV: in full width too: $first" "$(grep -c "'${first}HYPERLINK" <<<"$out")" 1
done
run report --from "$sample" --format csv
is 'CSV: as many fields in each line' "$(python3 -c 'import csv,sys
print(len({len(row) for row in csv.reader(sys.stdin)}))' <"$W/out")" 1
run report --from "$sample" --format csv --template sites
is 'CSV: a line for each site' "$(wc -l <"$W/out")" 5

run report --from "$sample" --format json --template waiver -o "$W/again.json"
exits 'JSON' 0
is 'JSON: the same record' "$(python3 -c 'import json,sys
print(json.load(open(sys.argv[1])) == json.load(open(sys.argv[2])))' "$sample" "$W/again.json")" True
is 'JSON: as its schema says' "$(python3 - "$top/data/schema/report.schema.json" "$W/again.json" 2>&1 <<-'END'
import json, jsonschema, sys
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(json.load(open(sys.argv[2])), schema)
END
)" ''

echo '{"schema": "ouiguard-report-1"}' >"$W/empty.json"
run report --from "$W/empty.json"
exits 'a record without anything is shown as such' 0
has 'and says that there is nothing to draw' "$out" 'not two days yet'
run report --from "$W/empty.json" --template waiver
exits 'a list of devices that is not there' 1
has 'is asked for' "$err" 'template waiver --format json'
cat >"$W/far.json" <<'END'
{"schema": "ouiguard-report-1", "cutoff_at": 9223372036854775807, "burn_down": [
 {"at": -9223372036854775807, "total": 9223372036854775807, "present": -9223372036854775807},
 {"at": 9223372036854775807, "total": -1, "present": 9223372036854775807}],
 "milestones": [{"name": "all", "measure": "devices", "due_at": 9223372036854775807,
  "original_due_at": -1, "forecast_at": 9223372036854775807, "forecast_late_at": -9223372036854775807}]}
END
out=$(timeout 30 "$build/ouiguard" report --from "$W/far.json" 2>"$W/err" </dev/null)
rc=$?
exits 'moments that no calendar holds are drawn at the edge' 0
has 'with the chart' "$out" '<svg '
echo '{"schema": "other"}' >"$W/other.json"
run report --from "$W/other.json"
exits 'a file that is no report' 1
echo '{' >"$W/broken.json"
run report --from "$W/broken.json"
exits 'a file that is no JSON' 1
has 'is told with its place' "$err" 'broken.json:2:[01]: '
run report --from "$sample" --format pdf
exits 'a form that there is not' 2
run report --from "$sample" --template nice
exits 'a template that there is not' 2
run report --from "$sample" -o "$W/no/such/report.html"
exits 'a place that there is not' 1
run report --json --format csv
exits 'two forms at once' 2
run report
exits 'without a daemon there is none' 1

done_testing
