#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-report-browser.sh: the HTML report as a browser shows it: without complaints, light, dark and on A4

# shellcheck disable=SC2034,SC2154 # what lib.sh uses and sets

. "$(dirname "$0")/lib.sh"

command -v chromium >/dev/null || { echo '1..0 # SKIP there is no chromium'; exit 0; }
sample=$top/tests/data/report/sample.json

# browse SCHEME OPTION...: 0 dark, 1 light
browse()
{
	local scheme=$1
	shift
	timeout 90 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run \
		--user-data-dir="$W/profile" --enable-logging=stderr --blink-settings="preferredColorScheme=$scheme" \
		"$@" 2>"$W/log"
}

# colours FILE: the commonest colour of the picture, and how many there are, by its raw pixels.
colours()
{
	python3 - "$1" <<-'END'
	import collections, struct, sys, zlib
	data = open(sys.argv[1], "rb").read()
	place, parts = 8, b""
	while place < len(data):
	    size, kind = struct.unpack(">I4s", data[place:place + 8])
	    body = data[place + 8:place + 8 + size]
	    if kind == b"IHDR": width, height, depth, colour = struct.unpack(">IIBB", body[:10])
	    if kind == b"IDAT": parts += body
	    place += 12 + size
	step = {2: 3, 6: 4}[colour]
	raw, line, seen = zlib.decompress(parts), width * step, collections.Counter()
	before = bytearray(line)
	for y in range(height):
	    kind, now = raw[y * (line + 1)], bytearray(raw[y * (line + 1) + 1:(y + 1) * (line + 1)])
	    if kind:
	        for x in range(line):
	            a = now[x - step] if x >= step else 0
	            b, c = before[x], before[x - step] if x >= step else 0
	            if kind == 1: add = a
	            elif kind == 2: add = b
	            elif kind == 3: add = (a + b) // 2
	            else:
	                p = a + b - c
	                add = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
	            now[x] = (now[x] + add) & 255
	    if y % 4 == 0:
	        seen.update(bytes(now[x:x + 3]) for x in range(0, line, step * 4))
	    before = now
	print(seen.most_common(1)[0][0].hex(), "many" if len(seen) > 20 else len(seen))
	END
}

run report --from "$sample" -o "$W/report.html"
exits 'a report is written' 0
browse 1 --dump-dom "file://$W/report.html" >"$W/dom"
is 'the browser opens it' "$?" 0
is 'without a complaint on its console' "$(grep -E 'CONSOLE|Refused|Uncaught' "$W/log")" ''
is 'and nothing in it ran' "$(grep -c '<script' "$W/dom")" 0
is 'the chart is there' "$(grep -c '<svg' "$W/dom") $(grep -c 'class="present"' "$W/dom")" '1 1'
is 'so are the tables' "$(grep -c '<table' "$W/dom")" 10

browse 1 --window-size=700,700 --screenshot="$W/light.png" "file://$W/report.html"
is 'light: white, and something on it' "$(colours "$W/light.png")" 'ffffff many'
browse 0 --window-size=700,700 --screenshot="$W/dark.png" "file://$W/report.html"
is 'dark: dark, and something on it' "$(colours "$W/dark.png")" '0d1117 many'

browse 1 --print-to-pdf="$W/report.pdf" --no-pdf-header-footer "file://$W/report.html"
has 'it prints on A4' "$(pdfinfo "$W/report.pdf")" 'Page size:.*A4'
text=$(pdftotext -f 1 -l 1 -layout "$W/report.pdf" -)
has 'page one has the answer' "$text" '630 of 913 known devices are gone'
has 'and what is blind' "$text" 'cannot be told apart'
has 'and the head of the audit log' "$text" 'fcde2b2edba56bf4'
has 'and the chart' "$text" 'forecast \(dashed\)'
all=$(pdftotext "$W/report.pdf" -)
has 'names in other scripts are printed' "$all" '施設課'
has 'whichever way they run' "$all" 'משרד'

done_testing
