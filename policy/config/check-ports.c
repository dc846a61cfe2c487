// SPDX-License-Identifier: GPL-2.0
/*
 * check-ports.c: whether each frame belongs to one site at most
 *
 * A port covers untagged frames, and frames by VLAN id. Entries of one interface, in one site or in
 * several, must not overlap; `lan0.20` takes what `lan0` with VLAN 20 would take.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/config/check.h"
#include "policy/config/config-port.h"
#include "policy/base/quantity.h"

#define VLANS 4096

struct entry {
	const struct og_conf_site *site;
	const struct og_conf_port *port;
	size_t order;
};

/* All ports of all sites, sorted by interface; and who has which VLAN of the one looked at. */
struct ports {
	struct entry *entries;
	size_t count;
	bool *reported;			  /* by entry: one error is enough */
	const struct entry *owner[VLANS]; /* 0: untagged */
};

static int by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = strcmp(x->port->name, y->port->name);

	return order ? order : x->order < y->order ? -1 : x->order > y->order;
}

static int collect(const struct og_config *config, struct ports *ports)
{
	size_t count = 0;

	for (size_t i = 0; i < config->site_count; i++)
		count += config->sites[i].port_count;
	ports->entries = calloc(count + 1, sizeof(*ports->entries));
	ports->reported = calloc(count + 1, sizeof(*ports->reported));
	if (!ports->entries || !ports->reported)
		return -ENOMEM;
	for (size_t i = 0; i < config->site_count; i++) {
		const struct og_conf_site *site = &config->sites[i];

		for (size_t j = 0; j < site->port_count; j++) {
			struct entry entry = {site, &site->ports[j], ports->count};

			/* One that could not be read has been reported already. */
			if (entry.port->name)
				ports->entries[ports->count++] = entry;
		}
	}
	qsort(ports->entries, ports->count, sizeof(*ports->entries), by_name);
	return 0;
}

static size_t first_of(const struct ports *ports, const char *name)
{
	size_t lo = 0, hi = ports->count;

	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;

		if (strcmp(ports->entries[middle].port->name, name) < 0)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

static bool is_named(const struct ports *ports, size_t i, const char *name)
{
	return i < ports->count && !strcmp(ports->entries[i].port->name, name);
}

static void report(struct og_diags *diags, const struct entry *entry, const struct entry *other,
		   unsigned int vlan)
{
	const char *name = entry->port->name;

	if (vlan)
		og_error(diags, &entry->port->mark,
			 "VLAN %u of `%s` belongs to site `%s` already (%s:%u); expected each VLAN "
			 "in one place",
			 vlan, name, other->site->name, other->port->mark.file,
			 other->port->mark.line);
	else
		og_error(diags, &entry->port->mark,
			 "untagged frames of `%s` belong to site `%s` already (%s:%u); expected "
			 "`vlans`, and `untagged: false` in all entries of `%s` but one",
			 name, other->site->name, other->port->mark.file, other->port->mark.line,
			 name);
}

/* Whether both sites can be on one gateway: what is on different ones cannot meet. */
static bool together(const struct og_conf_site *a, const struct og_conf_site *b)
{
	if (a == b || !a->gateways.count || !b->gateways.count)
		return true;
	for (size_t i = 0; i < a->gateways.count; i++)
		for (size_t j = 0; j < b->gateways.count; j++)
			if (og_host_is(a->gateways.names[i], b->gateways.names[j]))
				return true;
	return false;
}

/* Take what @entry covers; one error says enough about it. */
static void claim(struct ports *ports, const struct entry *entry, struct og_diags *diags)
{
	const struct entry *other = NULL;
	unsigned int where = 0;

	for (unsigned int id = VLANS - 1; id < VLANS; id--) {
		bool covered = id == 0	   ? entry->port->untagged
			       : id > 4094 ? false
					   : og_port_vlan(entry->port, id);

		if (!covered)
			continue;
		if (ports->owner[id]) {
			other = ports->owner[id];
			where = id;
		} else {
			ports->owner[id] = entry;
		}
	}
	if (other && !ports->reported[entry - ports->entries]) {
		ports->reported[entry - ports->entries] = true;
		report(diags, entry, other, where);
	}
}

/* The entries from @start to @end against each other, as they meet on the gateway @name. */
static void claim_on(struct ports *ports, size_t start, size_t end, const char *name,
		     struct og_diags *diags)
{
	struct og_gateway gateway = {.host = ""};

	snprintf(gateway.host, sizeof(gateway.host), "%s", name);
	memset(ports->owner, 0, sizeof(ports->owner));
	for (size_t i = start; i < end; i++)
		if (og_gateway_has(&gateway, ports->entries[i].site))
			claim(ports, &ports->entries[i], diags);
}

/* The same on every gateway that one of their sites names. */
static void claim_all(struct ports *ports, size_t start, size_t end, struct og_diags *diags)
{
	const struct og_conf_site *last = NULL;
	bool named = false;

	for (size_t i = start; i < end; i++) {
		const struct og_conf_site *site = ports->entries[i].site;

		/* Entries of one site mostly stand together. */
		for (size_t j = 0; site != last && j < site->gateways.count; j++) {
			claim_on(ports, start, end, site->gateways.names[j], diags);
			named = true;
		}
		last = site;
	}
	if (!named)
		claim_on(ports, start, end, "", diags);
}

/* `lan0.20` against the entries of `lan0`. */
static void check_vlan_device(const struct ports *ports, const struct entry *entry,
			      struct og_diags *diags)
{
	const char *name = entry->port->name, *dot = strrchr(name, '.');
	uint64_t id;
	char base[16];

	if (!dot || (size_t)(dot - name) >= sizeof(base) || og_number_parse(dot + 1, 1, 4094, &id))
		return;
	memcpy(base, name, (size_t)(dot - name));
	base[dot - name] = '\0';
	for (size_t i = first_of(ports, base); is_named(ports, i, base); i++) {
		const struct entry *other = &ports->entries[i];

		if (!og_port_vlan(other->port, (unsigned int)id) ||
		    !together(entry->site, other->site))
			continue;
		og_error(diags, &entry->port->mark,
			 "`%s` is VLAN %u of `%s`, which site `%s` covers already (%s:%u); remove "
			 "one of the two",
			 name, (unsigned int)id, base, other->site->name, other->port->mark.file,
			 other->port->mark.line);
		return;
	}
}

static void check_uplink(const struct ports *ports, const struct entry *entry,
			 struct og_diags *diags)
{
	const char *uplink = entry->port->uplink;
	size_t i;

	if (!uplink || !strcmp(uplink, entry->port->name))
		return;
	i = first_of(ports, uplink);
	while (is_named(ports, i, uplink) && !together(entry->site, ports->entries[i].site))
		i++;
	if (is_named(ports, i, uplink))
		og_error(diags, &ports->entries[i].port->mark,
			 "`%s` is the uplink of `%s` (%s:%u), which leads away from the site; "
			 "remove it from `ports`",
			 uplink, entry->port->name, entry->port->mark.file, entry->port->mark.line);
}

/* Entries of one interface from @start on; returns where the next one's begin. */
static size_t check_interface(struct ports *ports, size_t start, struct og_diags *diags)
{
	const struct entry *first = &ports->entries[start];
	const char *name = first->port->name;
	size_t i;

	for (i = start; is_named(ports, i, name); i++) {
		const struct entry *entry = &ports->entries[i];
		const char *a, *b = entry->port->uplink;

		for (first = &ports->entries[start]; !together(first->site, entry->site);)
			first++; /* comes to the entry itself at last */
		a = first->port->uplink;
		if (strcmp(a ? a : "", b ? b : ""))
			og_error(diags, &entry->port->mark,
				 "`%s` has uplink `%s` here and `%s` in another entry (%s:%u); "
				 "expected the same",
				 first->port->name, b ? b : "none", a ? a : "none",
				 first->port->mark.file, first->port->mark.line);
	}
	claim_all(ports, start, i, diags);
	return i;
}

int og_check_ports(const struct og_config *config, struct og_diags *diags)
{
	struct ports *ports = calloc(1, sizeof(*ports));
	int ret = ports ? collect(config, ports) : -ENOMEM;

	if (ret) {
		if (ports) {
			free(ports->entries);
			free(ports->reported);
		}
		free(ports);
		return ret;
	}
	if (ports->count > OG_CONF_PORTS)
		og_error(diags, NULL, "%zu ports in all sites together; expected %d at most",
			 ports->count, OG_CONF_PORTS);
	for (size_t i = 0; i < ports->count;)
		i = check_interface(ports, i, diags);
	for (size_t i = 0; i < ports->count; i++) {
		check_vlan_device(ports, &ports->entries[i], diags);
		check_uplink(ports, &ports->entries[i], diags);
	}
	free(ports->entries);
	free(ports->reported);
	free(ports);
	return 0;
}
