#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# test-completion.sh: what bash offers after each part of a command line

. "$(dirname "$0")/lib.sh"

mkdir -p "$W/etc"/{sites,policies,exceptions,programmes} "$W/other/sites"
touch "$W/etc/sites/"{whitehall,home}.yaml "$W/etc/policies/cameras.yaml" \
	"$W/etc/exceptions/pause-home.yaml" "$W/etc/sites/notes.txt" \
	"$W/etc/programmes/our-own.yaml" "$W/other/sites/elsewhere.yaml"

run completion bash
exits 'the script is printed' 0
bash -n "$W/out"
result $? 'bash can read it'
. "$W/out"

# offers NAME WANTED WORD...: what follows the words; the last one is being written.
offers()
{
	local name=$1 wanted=$2
	shift 2
	COMP_WORDS=(ouiguard "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_ouiguard
	is "$name" "$(printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | xargs -r)" \
		"$wanted"
}

offers 'verbs' 'check completion confirm' c
offers 'two words begin with one' 'events exception explain' e
offers 'the second word' 'add approve list revoke' exception ''
offers 'a part of it' 'revoke' exception r
offers 'options of the verb' '--config --csv' devices --c
offers 'options of a verb of two words' '--policy --prefix' exception add --p
offers 'its short ones too' '--config --help --host --json --verbose --version -H -h -v' status -
offers 'sites' 'home whitehall' devices --site ''
offers 'a part of a site' 'whitehall' pause --site w
offers 'policies' 'cameras' exception add --policy ''
offers 'sites of another configuration' 'elsewhere' --config "$W/other" devices --site ''
offers 'programmes, shipped and own' 'our-own' init --programme o
offers 'roles' 'life-safety' devices --role l
offers 'exceptions' 'pause-home' exception revoke p
offers 'verbs to be helped with' 'registry reload report' help re
offers 'nothing where anything may stand' '' events --since ''
offers 'a verb after an option of all verbs' 'status' --json st
offers 'a verb after a host' 'status' -H gateway st

done_testing
