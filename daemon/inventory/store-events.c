// SPDX-License-Identifier: GPL-2.0
/*
 * store-events.c: events in the database
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "daemon/inventory/store-db.h"
#include "daemon/inventory/store.h"

static const char put_event_sql[] =
	"INSERT OR REPLACE INTO event (id, at, kind, mac, site, vendor, policy, exception,"
	" interface, vlan, hi, lo, port, proto, ethertype, reason, action, evidence,"
	" dropped, packets, dropped_packets, generation)"
	" VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)";
static const char last_event_sql[] = "SELECT max(id) FROM event";
static const char list_events_sql[] =
	"SELECT * FROM (SELECT id, at, kind, mac, site, vendor, policy, exception,"
	" interface, vlan, hi, lo, port, proto, ethertype, reason, action, evidence,"
	" dropped, packets, dropped_packets, generation FROM event WHERE id > ?1"
	" AND (?2 IS NULL OR mac = ?2) AND (?3 IS NULL OR site = ?3)"
	" AND (?4 IS NULL OR kind = ?4) ORDER BY id DESC LIMIT ?5) ORDER BY id";

int og_store_put_event(struct og_store *store, const struct og_seen_event *event)
{
	struct og_row row;
	int err = og_store_row(store, put_event_sql, &row);

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
	struct og_row row;
	int64_t last = 0;

	if (og_store_row(store, last_event_sql, &row))
		return 0;
	if (og_store_next(store, &row) == 1)
		last = og_row_take(&row);
	sqlite3_reset(row.statement);
	return last;
}

/* In the order of list_events_sql, which is that of put_event_sql. */
static void read_event(struct og_seen_event *event, struct og_row *row)
{
	memset(event, 0, sizeof(*event));
	event->id = og_row_take(row);
	event->at = og_row_take(row);
	event->kind = og_row_take(row);
	event->mac = og_row_take(row);
	og_row_take_text(row, event->site, sizeof(event->site));
	og_row_take_text(row, event->vendor, sizeof(event->vendor));
	og_row_take_text(row, event->policy, sizeof(event->policy));
	og_row_take_text(row, event->exception, sizeof(event->exception));
	og_row_take_text(row, event->interface, sizeof(event->interface));
	event->vlan = og_row_take(row);
	event->dst.hi = og_row_take(row);
	event->dst.lo = og_row_take(row);
	event->dport = og_row_take(row);
	event->proto = og_row_take(row);
	event->ethertype = og_row_take(row);
	event->reason = og_row_take(row);
	event->action = og_row_take(row);
	event->evidence = og_row_take(row);
	event->drop = og_row_take(row);
	event->packets = og_row_take(row);
	event->dropped = og_row_take(row);
	event->generation = og_row_take(row);
}

int og_store_list_events(struct og_store *store, const struct og_event_filter *filter,
			 int (*each)(void *userdata, const struct og_seen_event *event),
			 void *userdata)
{
	struct og_seen_event event;
	struct og_row row;
	int err = og_store_row(store, list_events_sql, &row);

	if (err)
		return err;
	sqlite3_bind_int64(row.statement, 1, filter->since_id);
	if (filter->has_mac)
		sqlite3_bind_int64(row.statement, 2, filter->mac);
	if (filter->site[0])
		sqlite3_bind_text(row.statement, 3, filter->site, -1, SQLITE_STATIC);
	if (filter->kind >= 0)
		sqlite3_bind_int(row.statement, 4, filter->kind);
	sqlite3_bind_int64(row.statement, 5, filter->max);
	while (!err && (err = og_store_next(store, &row)) == 1) {
		read_event(&event, &row);
		err = each(userdata, &event);
	}
	sqlite3_reset(row.statement);
	return err;
}
