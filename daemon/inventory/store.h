/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store.h: what was seen, kept in SQLite
 *
 * STATE/inventory.db holds devices, their recent destinations and drops, events and a few numbers
 * that must outlive the daemon. Only the daemon opens it, exclusively; everybody else asks over
 * D-Bus. Nothing in it decides a verdict. Nothing here logs: what went wrong is told in @diags, in
 * results and by og_store_trouble().
 */
#ifndef OUIGUARD_DAEMON_STORE_H
#define OUIGUARD_DAEMON_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/inventory/event.h"
#include "daemon/inventory/inventory.h"
#include "policy/base/diag.h"

#define OG_STORE_FILE	"inventory.db"
#define OG_STORE_EVENTS 100000 /* newest events that are kept where the files say nothing */

struct og_store;

/*
 * og_store_open - open or create the database in the directory @state, with its schema brought up
 * to date. Never fails for want of a good file, because enforcement goes on without one:
 *
 *   damaged      kept aside as inventory.db.damaged-DATE, a new one is begun
 *   read-only    copied into the directory @runtime and used there
 *   else         (newer schema, full disk, ...) kept in memory only
 *
 * Each of these is an error in @diags. @now (seconds since 1970 UTC) dates what is kept aside.
 * Returns 0 or -ENOMEM. Close with og_store_close(); NULL is allowed.
 */
int og_store_open(const char *state, const char *runtime, int64_t now, struct og_store **ret_store,
		  struct og_diags *diags);
void og_store_close(struct og_store *store);

/*
 * og_store_trouble - what is wrong with the store at present, in words for `status`; NULL when it
 * is well. Belongs to @store, valid until the next call of one of its functions.
 */
const char *og_store_trouble(const struct og_store *store);

/* og_store_begin, _commit, _rollback - a transaction around writes. 0 or -errno (-ENOSPC: full). */
int og_store_begin(struct og_store *store);
int og_store_commit(struct og_store *store);
void og_store_rollback(struct og_store *store);

/*
 * og_store_begin_reading, _end_reading - around many queries that belong together: they see one state
 * of things, and take less time. Not within a transaction, nor around one.
 */
void og_store_begin_reading(struct og_store *store);
void og_store_end_reading(struct og_store *store);

/* og_store_number - the number kept under @key, or @otherwise. og_store_set_number - keep one. */
int64_t og_store_number(struct og_store *store, const char *key, int64_t otherwise);
int og_store_set_number(struct og_store *store, const char *key, int64_t value);

/*
 * og_store_load_site - read the devices of @site into @inventory, with the drops of the hour before
 * @now; one that is there already stays as it is. og_store_put_device - write one with all of it
 * that is dirty. 0 or -errno.
 */
int og_store_load_site(struct og_store *store, struct og_inventory *inventory, const char *site,
		       int64_t now);
int og_store_put_device(struct og_store *store, const struct og_inv_device *device);

/*
 * og_store_each_device - call @each for the devices of @site in the database with a MAC from @from
 * on, in their order, until it returns other than 0, and return that; or -errno. The device with its
 * texts is valid during the call; it has its destinations with @dests.
 * og_store_next_site - the first site after @after, by name, that has devices in the database.
 * 0, -ENOENT, -errno.
 */
int og_store_each_device(struct og_store *store, const char *site, uint64_t from, bool dests,
			 int (*each)(void *userdata, struct og_inv_device *device), void *userdata);
int og_store_next_site(struct og_store *store, const char *after, char *ret_site, size_t size);

/* og_store_forget_device - delete one with all that belongs to it; 0 also when it is not there. */
int og_store_forget_device(struct og_store *store, const char *site, uint64_t mac);

/*
 * og_store_put_site - note that the ruleset in force numbers the site @name as @number; _clear
 * forgets all. og_store_each_site calls @each for what is noted. 0 or -errno.
 */
int og_store_clear_sites(struct og_store *store);
int og_store_put_site(struct og_store *store, const char *name, unsigned int number);
int og_store_each_site(struct og_store *store,
		       void (*each)(void *userdata, const char *name, unsigned int number),
		       void *userdata);

/* og_store_put_event - keep @event under its id. og_store_last_event - the highest id, 0: none. */
int og_store_put_event(struct og_store *store, const struct og_seen_event *event);
int64_t og_store_last_event(struct og_store *store);

/*
 * og_store_list_events - call @each for the newest @filter->max events that match, oldest first,
 * until it returns other than 0, and return that; or -errno.
 */
int og_store_list_events(struct og_store *store, const struct og_event_filter *filter,
			 int (*each)(void *userdata, const struct og_seen_event *event),
			 void *userdata);

#endif
