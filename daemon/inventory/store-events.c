// SPDX-License-Identifier: GPL-2.0
/*
 * store-events.c: events in the database
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store.h"

int og_store_put_event(struct og_store *store, const struct og_seen_event *event)
{
	struct og_row row;
	int err = og_store_row(store, OG_PUT_EVENT, &row);

	if (err)
		return err;
	og_row_put(&row, event->id);
	og_row_put(&row, event->at);
	og_row_put(&row, event->kind);
	og_row_put(&row, event->mac);
	og_row_put_text(&row, event->site);
	og_row_put_text(&row, event->vendor);
	og_row_put_text(&row, event->policy);
	og_row_put_text(&row, event->exception);
	og_row_put_text(&row, event->interface);
	og_row_put(&row, event->vlan);
	og_row_put(&row, event->dst.hi);
	og_row_put(&row, event->dst.lo);
	og_row_put(&row, event->dport);
	og_row_put(&row, event->proto);
	og_row_put(&row, event->ethertype);
	og_row_put(&row, event->reason);
	og_row_put(&row, event->action);
	og_row_put(&row, event->evidence);
	og_row_put(&row, event->drop);
	og_row_put(&row, event->packets);
	og_row_put(&row, event->dropped);
	og_row_put(&row, event->generation);
	return og_store_run(store, row.statement);
}

int64_t og_store_last_event(struct og_store *store)
{
	sqlite3_stmt *query = og_store_statement(store, OG_LAST_EVENT);
	int64_t last = 0;

	if (query && sqlite3_step(query) == SQLITE_ROW)
		last = sqlite3_column_int64(query, 0);
	if (query)
		sqlite3_reset(query);
	return last;
}

int og_store_trim_events(struct og_store *store)
{
	struct og_row row;
	int err = og_store_row(store, OG_TRIM_EVENTS, &row);

	if (err)
		return err;
	og_row_put(&row, OG_STORE_EVENTS);
	return og_store_run(store, row.statement);
}

/* In the order of OG_LIST_EVENTS, which is that of OG_PUT_EVENT. */
static void read_event(struct og_seen_event *event, sqlite3_stmt *query)
{
	struct og_row row = {.statement = query};

	memset(event, 0, sizeof(*event));
	event->id = og_row_take(&row);
	event->at = og_row_take(&row);
	event->kind = og_row_take(&row);
	event->mac = og_row_take(&row);
	og_row_take_text(&row, event->site, sizeof(event->site));
	og_row_take_text(&row, event->vendor, sizeof(event->vendor));
	og_row_take_text(&row, event->policy, sizeof(event->policy));
	og_row_take_text(&row, event->exception, sizeof(event->exception));
	og_row_take_text(&row, event->interface, sizeof(event->interface));
	event->vlan = og_row_take(&row);
	event->dst.hi = og_row_take(&row);
	event->dst.lo = og_row_take(&row);
	event->dport = og_row_take(&row);
	event->proto = og_row_take(&row);
	event->ethertype = og_row_take(&row);
	event->reason = og_row_take(&row);
	event->action = og_row_take(&row);
	event->evidence = og_row_take(&row);
	event->drop = og_row_take(&row);
	event->packets = og_row_take(&row);
	event->dropped = og_row_take(&row);
	event->generation = og_row_take(&row);
}

int og_store_list_events(struct og_store *store, const struct og_event_filter *filter,
			 int (*each)(void *userdata, const struct og_seen_event *event),
			 void *userdata)
{
	sqlite3_stmt *query = og_store_statement(store, OG_LIST_EVENTS);
	struct og_seen_event event;
	int rc, err = 0;

	if (!query)
		return og_store_errno(sqlite3_errcode(store->db));
	sqlite3_bind_int64(query, 1, filter->since_id);
	if (filter->has_mac)
		sqlite3_bind_int64(query, 2, filter->mac);
	if (filter->site[0])
		sqlite3_bind_text(query, 3, filter->site, -1, SQLITE_STATIC);
	if (filter->kind >= 0)
		sqlite3_bind_int(query, 4, filter->kind);
	sqlite3_bind_int64(query, 5, filter->max);
	while (!err && (rc = sqlite3_step(query)) == SQLITE_ROW) {
		read_event(&event, query);
		err = each(userdata, &event);
	}
	if (!err)
		err = og_store_errno(rc);
	sqlite3_reset(query);
	return err;
}
