/* SPDX-License-Identifier: GPL-2.0 */
/*
 * changes.h: showing what a newer prefixes.lock would change
 */
#ifndef OUIGUARD_CLI_CHANGES_H
#define OUIGUARD_CLI_CHANGES_H

#include "cli/cli.h"
#include "policy/registry/lock-diff.h"

/* og_changes_of_verdicts - how many changes list, unlist or move a prefix. */
size_t og_changes_of_verdicts(const struct og_lock_changes *changes);

/*
 * og_changes_devices - the seen devices whose vendor is another one by @after than by @before, as
 * records with `mac`, `site`, `before`, `after` (a vendor, absent: not listed). NULL when no daemon
 * can be asked. The daemon has records of the devices that the accepted or the present registries
 * list; of others that a newer file lists, those in this gateway's neighbour tables are there too, with
 * `interface` instead of `site`.
 */
json_t *og_changes_devices(const struct og_cli *cli, const struct og_lock *before,
			   const struct og_lock *after);

/* og_changes_record - the changes as one record; @touched is borrowed. */
json_t *og_changes_record(const struct og_lock_changes *changes, json_t *touched);

/* og_changes_show - the same for people. */
void og_changes_show(const struct og_cli *cli, const struct og_lock_changes *changes,
		     const json_t *touched);

#define _cleanup_changes_ __attribute__((cleanup(og_lock_changes_free)))

#endif
