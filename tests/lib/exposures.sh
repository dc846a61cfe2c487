# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# exposures.sh: what "systemd-analyze security --json=short" finds exposed, and what docs/service.md explains

# exposed FILE: the settings that the analysis in FILE counts, sorted.
exposed()
{
	python3 -c 'import json, sys
print("\n".join(sorted(e["name"] for e in json.load(open(sys.argv[1])) if e["exposure"])))' "$1"
}

# explained FILE: the settings in the table of the page FILE.
explained()
{
	sed -n '/^| setting | why it stays |/,/^$/s/^| `\([^`]*\)` | [^ |].*/\1/p' "$1" | LC_ALL=C sort
}
