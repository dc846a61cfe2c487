// SPDX-License-Identifier: GPL-2.0
/*
 * baseline.c: noting that the asset register of a site was frozen
 */
#include "daemon/baseline.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/bus/records.h"
#include "daemon/inventory/store-baseline.h"
#include "daemon/state.h"
#include "policy/assets/merge.h"

static int __attribute__((format(printf, 3, 4)))
refuse(char refusal[OG_BASELINE_REFUSAL], int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(refusal, OG_BASELINE_REFUSAL, format, args);
	va_end(args);
	return err;
}

static int keep(struct og_manager *m, const char *site, struct og_baseline *baseline)
{
	char text[OG_DIGEST_TEXT + 64], digest[OG_DIGEST_TEXT];
	int err = og_store_begin(m->store);

	if (err)
		return err;
	snprintf(text, sizeof(text), "%" PRIu64 " devices, sha256 %s", baseline->devices,
		 og_digest_format(&baseline->digest, digest));
	err = og_store_put_baseline(m->store, site, baseline);
	if (!err)
		err = og_audit_note(m, NULL, OG_AUDIT_BASELINE, site, text);
	if (!err)
		return og_store_commit(m->store);
	og_store_rollback(m->store);
	return err;
}

int og_baseline_freeze(struct og_manager *m, const char *site, int64_t devices,
		       const struct og_digest *digest, char refusal[OG_BASELINE_REFUSAL])
{
	struct og_baseline baseline = {.at = og_clock_now(), .digest = *digest};
	const struct og_conf_register *assets;
	size_t counted;
	int err;

	if (!m->loaded || !og_config_site(m->loaded->config, site))
		return refuse(refusal, -ENOENT, "there is no site \"%s\" in what is in force",
			      site);
	assets = og_config_register(m->loaded->config, site);
	if (!assets)
		return refuse(refusal, -ENOENT,
			      "the site \"%s\" has no asset register in what is in force: reload "
			      "first",
			      site);
	counted = og_assets_counted(assets);
	if (devices < 0 || (uint64_t)devices != counted)
		return refuse(refusal, -ESTALE,
			      "the asset register of \"%s\" that is in force counts %zu, not "
			      "%" PRId64 ": reload first",
			      site, counted, devices);
	baseline.devices = (uint64_t)devices;
	snprintf(baseline.actor, sizeof(baseline.actor), "%s", og_audit_actor(m));
	err = keep(m, site, &baseline);
	if (err)
		return refuse(refusal, err, "the baseline cannot be kept: %s", strerror(-err));
	return 0;
}

void og_baseline_set(struct og_manager *m, const char *site, json_t *site_record)
{
	struct og_baseline baseline;
	char digest[OG_DIGEST_TEXT];

	if (og_store_last_baseline(m->store, site, &baseline))
		return;
	og_set_number(site_record, "baseline_at", baseline.at);
	og_set_text(site_record, "baseline_by", baseline.actor);
	og_set_number(site_record, "baseline_devices", (int64_t)baseline.devices);
	og_set_text(site_record, "baseline_digest", og_digest_format(&baseline.digest, digest));
}
