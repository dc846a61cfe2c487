// SPDX-License-Identifier: GPL-2.0
/*
 * watching.c: how long the VLANs of each site are watched
 */
#include "daemon/watching.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/inventory/store-watch.h"
#include "daemon/journal.h"
#include "daemon/state.h"

#define WRITE_LOOKS 3 /* looks between two writings */

static bool has_vlan(const struct og_conf_port *port, int id)
{
	return port->vlans_all || port->vlans[id / 8] & 1U << id % 8;
}

static bool carries(const struct og_conf_port *port, int vlan)
{
	if (vlan == OG_WATCH_ALL)
		return true;
	return vlan ? has_vlan(port, vlan) : port->untagged;
}

/* The VLANs of @site that are told apart, into @vlans; how many. */
static size_t list_vlans(const struct og_conf_site *site, int vlans[OG_WATCH_VLANS + 1])
{
	bool untagged = false, all = false, found;
	size_t i, count = 0;
	int id;

	for (i = 0; i < site->port_count; i++) {
		untagged = untagged || site->ports[i].untagged;
		all = all || site->ports[i].vlans_all;
	}
	if (untagged)
		vlans[count++] = 0;
	for (id = 1; id < 4095 && !all; id++) {
		for (i = 0, found = false; i < site->port_count && !found; i++)
			found = has_vlan(&site->ports[i], id);
		if (found && count == OG_WATCH_VLANS)
			all = true;
		else if (found)
			vlans[count++] = id;
	}
	if (all) {
		count = untagged;
		vlans[count++] = OG_WATCH_ALL;
	}
	return count;
}

static int add_site(struct og_watching *watching, const struct og_conf_site *site, uint16_t number)
{
	int vlans[OG_WATCH_VLANS + 1];
	size_t i, count = list_vlans(site, vlans);
	struct og_watching_row *rows;

	rows = reallocarray(watching->rows, watching->count + count + 1, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	watching->rows = rows;
	for (i = 0; i < count; i++)
		rows[watching->count++] = (struct og_watching_row){
			.site = site->name, .number = number, .vlan = vlans[i]};
	return 0;
}

void og_watching_clear(struct og_watching *watching)
{
	free(watching->rows);
	og_loaded_unref(watching->of);
	*watching = (struct og_watching){.day = watching->day, .looked_ms = watching->looked_ms};
}

/* Sites have the same place in the configuration and, from 1 on, in the ruleset. */
static void follow(struct og_manager *m)
{
	struct og_watching *watching = &m->watching;
	const struct og_config *config;
	size_t i;

	if (watching->of == m->loaded)
		return;
	og_watching_write(m);
	og_watching_clear(watching);
	if (!m->loaded || !m->compiled)
		return;
	watching->of = og_loaded_ref(m->loaded);
	config = m->loaded->config;
	for (i = 0; i < config->site_count; i++)
		if (!m->compiled->elsewhere[i + 1] &&
		    add_site(watching, &config->sites[i], i + 1)) {
			og_log(LOG_ERR, "out of memory: site %s counts as not watched",
			       config->sites[i].name);
			break;
		}
}

/* What is asked about the ports at one look. */
struct look {
	struct og_manager *m;
	const struct og_gateway *gateway;
	struct og_engine_status status;
};

static bool is_covered(const struct look *look, uint32_t ifindex)
{
	const struct og_engine_port_status *port = look->status.ports;
	size_t i;

	for (i = 0; i < look->status.port_count; i++)
		if (port[i].port.ifindex == ifindex)
			return port[i].hook != OG_HOOK_NONE && port[i].hook != OG_HOOK_DRY;
	return false;
}

/* Whether @port of the ruleset is what @conf became: itself, or a port of that bridge. */
static bool is_of(const struct look *look, const struct og_compiled_port *port,
		  const struct og_gw_link *link, const struct og_conf_port *conf)
{
	const struct og_gw_link *master =
		link->master ? og_gateway_link_index(look->gateway, link->master) : NULL;

	return !strcmp(port->name, conf->name) || (master && !strcmp(master->name, conf->name));
}

/* A bridge is up when one of its ports is; what is up must be covered. */
static bool is_watched(const struct look *look, uint16_t site, const struct og_conf_port *conf)
{
	const struct og_compiled *compiled = look->m->compiled;
	const struct og_compiled_port *port;
	const struct og_gw_link *link;
	bool up = false;
	size_t i;

	for (i = 0; i < compiled->port_count; i++) {
		port = &compiled->ports[i];
		if (port->site != site)
			continue;
		link = og_gateway_link_index(look->gateway, port->ifindex);
		if (!link || !link->up || !is_of(look, port, link, conf))
			continue;
		if (!is_covered(look, port->ifindex))
			return false;
		up = true;
	}
	return up;
}

static bool row_is_watched(const struct look *look, const struct og_watching_row *row)
{
	const struct og_conf_site *site = &look->m->loaded->config->sites[row->number - 1];
	size_t i;

	for (i = 0; i < site->port_count; i++)
		if (carries(&site->ports[i], row->vlan) &&
		    !is_watched(look, row->number, &site->ports[i]))
			return false;
	return true;
}

void og_watching_look(struct og_manager *m, int64_t now, int64_t steady_ms)
{
	struct og_watching *watching = &m->watching;
	struct look look = {.m = m, .gateway = og_links_gateway(m->links)};
	int64_t passed = steady_ms - watching->looked_ms;
	struct og_watching_row *row;
	bool counts, watched, able;
	size_t i;

	follow(m);
	if (now / OG_DAY != watching->day) {
		og_watching_write(m);
		for (i = 0; i < watching->count; i++)
			watching->rows[i].pending_ms = 0;
		watching->day = now / OG_DAY;
	}
	counts = watching->looked_ms && passed > 0 && passed <= OG_WATCH_GAP_MS;
	able = m->compiled && og_manager_effective(m) && !m->ops->status(m->engine, &look.status);
	for (i = 0; i < watching->count; i++) {
		row = &watching->rows[i];
		watched = able && row_is_watched(&look, row);
		if (counts && watched && row->watched)
			row->pending_ms += passed;
		row->watched = watched;
	}
	og_engine_status_clear(&look.status);
	watching->looked_ms = steady_ms;
	if (++watching->looks % WRITE_LOOKS == 0)
		og_watching_write(m);
}

/* Whole seconds go; what is less stays. */
static int write_rows(struct og_manager *m)
{
	const char *gateway = og_links_gateway(m->links)->host;
	struct og_watching_row *row;
	size_t i;
	int err = 0;

	for (i = 0; !err && i < m->watching.count; i++) {
		row = &m->watching.rows[i];
		if (row->pending_ms >= 1000)
			err = og_store_add_watched(m->store, row->site, row->vlan, m->watching.day,
						   gateway, row->pending_ms / 1000);
	}
	return err;
}

void og_watching_write(struct og_manager *m)
{
	size_t i;
	int err;

	if (!m->watching.count || og_store_begin(m->store))
		return;
	err = write_rows(m);
	if (!err)
		err = og_store_commit(m->store);
	if (err) {
		/* Who writes the devices tells of the store's trouble. */
		og_store_rollback(m->store);
		return;
	}
	for (i = 0; i < m->watching.count; i++)
		m->watching.rows[i].pending_ms %= 1000;
}

bool og_watching_now(const struct og_watching *watching, const char *site, int vlan)
{
	size_t i;

	for (i = 0; i < watching->count; i++)
		if (!strcmp(watching->rows[i].site, site) &&
		    (watching->rows[i].vlan == vlan || watching->rows[i].vlan == OG_WATCH_ALL))
			return watching->rows[i].watched;
	return false;
}
