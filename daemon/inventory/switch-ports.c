// SPDX-License-Identifier: GPL-2.0
/*
 * switch-ports.c: which devices the asset registers place at the same switch port
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "daemon/inventory/switch-ports.h"

struct place {
	const char *site, *port;
	uint64_t mac;
};

struct og_switch_ports {
	size_t count;
	struct place places[];
};

static int place_cmp(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = strcmp(x->site, y->site);

	return order ? order : strcasecmp(x->port, y->port);
}

struct og_switch_ports *og_switch_ports_new(const struct og_config *config)
{
	const struct og_conf_register *rows;
	struct og_switch_ports *ports;
	size_t i, j, room = 0;

	for (i = 0; i < config->register_count; i++)
		room += config->registers[i].count;
	ports = calloc(1, sizeof(*ports) + room * sizeof(ports->places[0]));
	if (!ports)
		return NULL;
	for (i = 0; i < config->register_count; i++) {
		rows = &config->registers[i];
		for (j = 0; j < rows->count; j++)
			if (rows->rows[j].switch_port[0])
				ports->places[ports->count++] =
					(struct place){.site = rows->site,
						       .port = rows->rows[j].switch_port,
						       .mac = rows->rows[j].mac};
	}
	qsort(ports->places, ports->count, sizeof(ports->places[0]), place_cmp);
	return ports;
}

void og_switch_ports_free(struct og_switch_ports *ports)
{
	free(ports);
}

void og_switch_ports_each(const struct og_switch_ports *ports, const char *site,
			  const struct og_conf_asset *asset,
			  void (*each)(void *userdata, uint64_t mac), void *userdata)
{
	const struct place wanted = {.site = site, .port = asset->switch_port};
	const struct place *found, *end = ports->places + ports->count;

	if (!asset->switch_port[0])
		return;
	found = bsearch(&wanted, ports->places, ports->count, sizeof(wanted), place_cmp);
	if (!found)
		return;
	while (found > ports->places && !place_cmp(found - 1, &wanted))
		found--;
	for (; found < end && !place_cmp(found, &wanted); found++)
		if (found->mac != asset->mac)
			each(userdata, found->mac);
}
