// SPDX-License-Identifier: GPL-2.0
/*
 * store-events.c: events in the database
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "store-db.h"
#include "store.h"

int og_store_put_event(struct og_store *store, const struct og_seen_event *event)
{
	sqlite3_stmt *put = og_store_statement(store, OG_PUT_EVENT);

	if (!put)
		return og_store_result(store, sqlite3_errcode(store->db));
	sqlite3_bind_int64(put, 1, event->id);
	sqlite3_bind_int64(put, 2, event->at);
	sqlite3_bind_int(put, 3, event->kind);
	sqlite3_bind_int64(put, 4, event->mac);
	sqlite3_bind_text(put, 5, event->site, -1, SQLITE_STATIC);
	sqlite3_bind_text(put, 6, event->vendor, -1, SQLITE_STATIC);
	sqlite3_bind_text(put, 7, event->policy, -1, SQLITE_STATIC);
	sqlite3_bind_text(put, 8, event->exception, -1, SQLITE_STATIC);
	sqlite3_bind_text(put, 9, event->interface, -1, SQLITE_STATIC);
	sqlite3_bind_int(put, 10, event->vlan);
	sqlite3_bind_int64(put, 11, event->dst.hi);
	sqlite3_bind_int64(put, 12, event->dst.lo);
	sqlite3_bind_int(put, 13, event->dport);
	sqlite3_bind_int(put, 14, event->proto);
	sqlite3_bind_int(put, 15, event->ethertype);
	sqlite3_bind_int(put, 16, event->reason);
	sqlite3_bind_int(put, 17, event->action);
	sqlite3_bind_int(put, 18, event->evidence);
	sqlite3_bind_int(put, 19, event->drop);
	sqlite3_bind_int64(put, 20, event->packets);
	sqlite3_bind_int64(put, 21, event->dropped);
	sqlite3_bind_int64(put, 22, event->generation);
	return og_store_run(store, put);
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
	sqlite3_stmt *trim = og_store_statement(store, OG_TRIM_EVENTS);

	if (!trim)
		return og_store_result(store, sqlite3_errcode(store->db));
	sqlite3_bind_int64(trim, 1, OG_STORE_EVENTS);
	return og_store_run(store, trim);
}

static void copy_text(char *to, size_t size, sqlite3_stmt *query, int column)
{
	const char *text = (const char *)sqlite3_column_text(query, column);

	snprintf(to, size, "%s", text ? text : "");
}

static void read_event(struct og_seen_event *event, sqlite3_stmt *query)
{
	memset(event, 0, sizeof(*event));
	event->id = sqlite3_column_int64(query, 0);
	event->at = sqlite3_column_int64(query, 1);
	event->kind = sqlite3_column_int(query, 2);
	event->mac = sqlite3_column_int64(query, 3);
	copy_text(event->site, sizeof(event->site), query, 4);
	copy_text(event->vendor, sizeof(event->vendor), query, 5);
	copy_text(event->policy, sizeof(event->policy), query, 6);
	copy_text(event->exception, sizeof(event->exception), query, 7);
	copy_text(event->interface, sizeof(event->interface), query, 8);
	event->vlan = sqlite3_column_int(query, 9);
	event->dst.hi = sqlite3_column_int64(query, 10);
	event->dst.lo = sqlite3_column_int64(query, 11);
	event->dport = sqlite3_column_int(query, 12);
	event->proto = sqlite3_column_int(query, 13);
	event->ethertype = sqlite3_column_int(query, 14);
	event->reason = sqlite3_column_int(query, 15);
	event->action = sqlite3_column_int(query, 16);
	event->evidence = sqlite3_column_int(query, 17);
	event->drop = sqlite3_column_int(query, 18);
	event->packets = sqlite3_column_int64(query, 19);
	event->dropped = sqlite3_column_int64(query, 20);
	event->generation = sqlite3_column_int64(query, 21);
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
