/* SPDX-License-Identifier: GPL-2.0 */
/*
 * baseline.h: noting that the asset register of a site was frozen
 */
#ifndef OUIGUARD_DAEMON_BASELINE_H
#define OUIGUARD_DAEMON_BASELINE_H

#include <stdint.h>

#include <jansson.h>

#include "policy/base/digest.h"

struct og_manager;

#define OG_BASELINE_REFUSAL 256 /* bytes of the words of a refusal, with the terminator */

/*
 * og_baseline_freeze - note, in the name of whose call is served, that the register of @site was
 * frozen with @devices rows that count, as a file with this digest. The register in force must have
 * as many. It is committed with its audit entry before this returns. 0, or -errno with the words
 * for it in @refusal.
 */
int og_baseline_freeze(struct og_manager *m, const char *site, int64_t devices,
		       const struct og_digest *digest, char refusal[OG_BASELINE_REFUSAL]);

/*
 * og_baseline_set - put the latest baseline of @site into the record @site_record: `baseline_at`,
 * `baseline_by`, `baseline_devices`, `baseline_digest`; nothing where there is none.
 */
void og_baseline_set(struct og_manager *m, const char *site, json_t *site_record);

#endif
