// SPDX-License-Identifier: GPL-2.0
/*
 * store-progress.c: what the timeline and the reports read of the database
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/cleanup.h"
#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store-progress.h"
#include "policy/progress/absence.h"

static const char steps_sql[] =
	"SELECT site, mac, at, state FROM state_change ORDER BY site, mac, at, id";
static const char frozen_sql[] =
	"SELECT (SELECT min(at) FROM baseline WHERE site = ?1), devices FROM baseline"
	" WHERE site = ?1 ORDER BY at DESC LIMIT 1";
static const char watched_sql[] = "SELECT vlan, day FROM watched WHERE site = ?1 AND day >= ?2"
				  " GROUP BY day, vlan HAVING max(seconds) >= ?3 ORDER BY day";
static const char site_gateway_sql[] = "SELECT gateway FROM device WHERE site = ? LIMIT 1";
static const char gateways_sql[] = "SELECT name, last_data_at FROM gateway ORDER BY name";
/* ?1 holds the vendors' names between commas: no name has one. */
static const char top_sql[] =
	"SELECT d.hi, d.lo, d.port, d.proto, sum(d.packets) AS total, count(*)"
	" FROM destination AS d JOIN device ON device.id = d.device"
	" WHERE instr(?1, ',' || device.vendor || ',') AND device.vendor != ''"
	" GROUP BY d.hi, d.lo, d.port, d.proto"
	" ORDER BY total DESC, d.hi, d.lo, d.port, d.proto LIMIT ?2";

/* Histories ------------------------------------------------------------------------------------ */

struct og_steps {
	struct og_store *store;
	struct og_row row;
	bool ahead; /* @site, @mac and @next have been read and not been asked for */
	char site[OG_INV_SITE];
	uint64_t mac;
	struct og_state_step next;
	struct og_state_step *items;
	size_t count, room;
};

/* Read the next step; a state that is none of ours (a later version's) is passed over. */
static int read_ahead(struct og_steps *steps)
{
	char word[32];
	int err;

	steps->ahead = false;
	for (;;) {
		err = og_store_next(steps->store, &steps->row);
		if (err != 1)
			return err;
		og_row_take_text(&steps->row, steps->site, sizeof(steps->site));
		steps->mac = og_row_take(&steps->row);
		steps->next.at = og_row_take(&steps->row);
		og_row_take_text(&steps->row, word, sizeof(word));
		if (og_state_parse(word, &steps->next.state) == 0)
			break;
	}
	steps->ahead = true;
	return 0;
}

int og_steps_new(struct og_store *store, struct og_steps **ret_steps)
{
	struct og_steps *steps = calloc(1, sizeof(*steps));
	int err;

	if (!steps)
		return -ENOMEM;
	steps->store = store;
	err = og_store_row(store, steps_sql, &steps->row);
	if (!err)
		err = read_ahead(steps);
	if (err) {
		free(steps);
		return err;
	}
	*ret_steps = steps;
	return 0;
}

void og_steps_free(struct og_steps *steps)
{
	if (!steps)
		return;
	sqlite3_reset(steps->row.statement);
	free(steps->items);
	free(steps);
}

static int keep_step(struct og_steps *steps)
{
	if (steps->count == steps->room) {
		size_t room = steps->room ? steps->room * 2 : 16;
		struct og_state_step *items = reallocarray(steps->items, room, sizeof(*items));

		if (!items)
			return -ENOMEM;
		steps->items = items;
		steps->room = room;
	}
	steps->items[steps->count++] = steps->next;
	return 0;
}

int og_steps_of(struct og_steps *steps, const char *site, uint64_t mac,
		const struct og_state_step **ret_steps, size_t *ret_count)
{
	int err = 0;

	steps->count = 0;
	while (steps->ahead && !err) {
		int order = strcmp(steps->site, site);

		if (order > 0 || (order == 0 && steps->mac > mac))
			break;
		if (order == 0 && steps->mac == mac)
			err = keep_step(steps);
		if (!err)
			err = read_ahead(steps);
	}
	if (err)
		return err;
	*ret_steps = steps->items;
	*ret_count = steps->count;
	return 0;
}

/* The rest ------------------------------------------------------------------------------------- */

int og_store_frozen(struct og_store *store, const char *site, struct og_frozen *ret_frozen)
{
	struct og_row row;
	int err = og_store_row(store, frozen_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	*ret_frozen = (struct og_frozen){0};
	err = og_store_next(store, &row);
	if (err == 1) {
		ret_frozen->first_at = og_row_take(&row);
		ret_frozen->devices = og_row_take(&row);
		err = 0;
	}
	sqlite3_reset(row.statement);
	return err;
}

int og_store_watched_days(struct og_store *store, const char *site, int64_t since,
			  int (*each)(void *userdata, int vlan, int64_t day), void *userdata)
{
	struct og_row row;
	int err = og_store_row(store, watched_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, since);
	og_row_put(&row, OG_WATCHED_ENOUGH);
	while ((err = og_store_next(store, &row)) == 1) {
		int vlan = (int)og_row_take(&row);

		err = each(userdata, vlan, og_row_take(&row));
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}

int og_store_site_gateway(struct og_store *store, const char *site, char *ret_gateway, size_t size)
{
	struct og_row row;
	int err = og_store_row(store, site_gateway_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	err = og_store_next(store, &row);
	if (err == 1)
		og_row_take_text(&row, ret_gateway, size);
	else if (!err)
		*ret_gateway = '\0';
	sqlite3_reset(row.statement);
	return err < 0 ? err : 0;
}

int og_store_each_gateway(struct og_store *store,
			  int (*each)(void *userdata, const char *name, int64_t last_data_at),
			  void *userdata)
{
	char name[OG_INV_SITE];
	struct og_row row;
	int err = og_store_row(store, gateways_sql, &row);

	while (!err && (err = og_store_next(store, &row)) == 1) {
		og_row_take_text(&row, name, sizeof(name));
		err = each(userdata, name, og_row_take(&row));
	}
	sqlite3_reset(row.statement);
	return err;
}

/* The names between commas. */
static char *join(const struct og_names *names)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fputc(',', out);
	for (size_t i = 0; i < names->count; i++)
		fprintf(out, "%s,", names->names[i]);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

int og_store_top_destinations(struct og_store *store, const struct og_names *vendors,
			      struct og_top_destination ret_top[OG_STORE_TOP])
{
	OG_CLEANUP(og_freep) char *joined = join(vendors);
	struct og_row row;
	int err = joined ? og_store_row(store, top_sql, &row) : -ENOMEM, count = 0;

	if (err)
		return err;
	og_row_put_text(&row, joined);
	og_row_put(&row, OG_STORE_TOP);
	while ((err = og_store_next(store, &row)) == 1) {
		struct og_top_destination *top = &ret_top[count++];

		top->addr.hi = og_row_take(&row);
		top->addr.lo = og_row_take(&row);
		top->port = og_row_take(&row);
		top->proto = og_row_take(&row);
		top->packets = og_row_take(&row);
		top->devices = og_row_take(&row);
	}
	sqlite3_reset(row.statement);
	return err ? err : count;
}
