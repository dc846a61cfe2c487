// SPDX-License-Identifier: GPL-2.0
/*
 * records-explain.c: the explain record, by what is in force
 */
#include <errno.h>
#include <string.h>

#include "daemon/cleanup.h"
#include "ipc/explain-record.h"
#include "daemon/network/links.h"
#include "policy/explain/explain.h"
#include "daemon/bus/records.h"
#include "daemon/state.h"

static void free_explanation(struct og_explanation **explanation)
{
	og_explanation_free(*explanation);
}

static void free_compiled(struct og_compiled **compiled)
{
	og_compiled_free(*compiled);
}

struct sighting {
	uint64_t mac;
	const struct og_inv_device *latest;
};

static int note_sighting(void *userdata, struct og_inv_device *device)
{
	struct sighting *sighting = userdata;

	if (device->mac == sighting->mac &&
	    (!sighting->latest || device->last_seen > sighting->latest->last_seen))
		sighting->latest = device;
	return 0;
}

/* Without a site in the question: where the device was seen last, if that site is still there. */
static const char *site_of(const struct og_manager *m, uint64_t mac)
{
	struct sighting sighting = {.mac = mac};

	og_inventory_each(m->inventory, note_sighting, &sighting);
	if (!sighting.latest || !og_config_site(m->loaded->config, sighting.latest->site))
		return NULL;
	return sighting.latest->site;
}

static int explain(struct og_manager *m, struct og_query *query, json_t **ret_record)
{
	OG_CLEANUP(free_compiled) struct og_compiled *past = NULL;
	OG_CLEANUP(free_explanation) struct og_explanation *explanation = NULL;
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	const struct og_gateway facts = og_manager_facts(m);
	const struct og_compiled *compiled = m->compiled;
	int err;

	/* Phases that had passed when it was compiled are no longer in it. */
	if (query->at < compiled->now) {
		err = og_compile(m->loaded->config, &facts, query->at, &past, &diags);
		if (err)
			return err;
		compiled = past;
	}
	err = og_explain(m->loaded->config, compiled, NULL, query, &explanation);
	if (err)
		return err;
	*ret_record = og_explanation_record(explanation, query, m->loaded->config);
	return *ret_record ? 0 : -ENOMEM;
}

int og_record_explain(struct og_manager *m, json_t *object, json_t **ret_record,
		      const char **ret_wrong)
{
	struct og_query query = {0};
	struct og_addr ip = {0};
	int err;

	*ret_wrong = NULL;
	if (og_query_read(object, og_clock_now(), &query, &ip, ret_wrong) < 0)
		return -EINVAL;
	if (!m->loaded || !m->compiled)
		return -ENODATA;
	if (!query.mac) {
		err = og_links_neighbour(&ip, &query.mac);
		/* What is behind a router is no neighbour, but its address may tell. */
		if (err == -ENOENT && query.has_src && og_addr_eui64(&ip))
			err = 0;
		if (err)
			return err == -ENOENT ? -ENXIO : err;
	}
	if (!query.site)
		query.site = site_of(m, query.mac ? query.mac : og_addr_eui64(&ip));
	err = explain(m, &query, ret_record);
	if (err == -EINVAL)
		*ret_wrong = "site";
	return err;
}
