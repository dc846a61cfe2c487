/* SPDX-License-Identifier: GPL-2.0 */
/*
 * state.h: the manager's insides, for manager*.c, records*.c and their tests
 */
#ifndef OUIGUARD_DAEMON_STATE_H
#define OUIGUARD_DAEMON_STATE_H

#include <jansson.h>

#include "daemon/audit.h"
#include "daemon/addresses.h"
#include "daemon/bus/bus.h"
#include "daemon/clock.h"
#include "daemon/engine/engine.h"
#include "daemon/engine/engine-pick.h"
#include "daemon/inventory/inventory.h"
#include "daemon/network/links.h"
#include "daemon/retention.h"
#include "daemon/standing.h"
#include "daemon/guard.h"
#include "daemon/loaded.h"
#include "daemon/watching.h"
#include "daemon/manager.h"
#include "daemon/probes.h"
#include "daemon/told.h"
#include "policy/compile/compile.h"
#include "daemon/inventory/store.h"

#define OG_PENDING_EVENTS 4096 /* events that wait for the store */
#define OG_REPAIRED	  32   /* texts of repairs that are kept */
#define OG_NEW_A_MINUTE	  256  /* new devices that are announced and promoted at once */
#define OG_STAYS	  60   /* seconds after which a device is no passing flood */

struct og_manager {
	struct og_manager_options options;
	sd_event *event;
	sd_event_source *signals[3], *engine_io, *confirm_timer;
	int locks[2]; /* of the state and the runtime directory */

	const struct og_engine_ops *ops;
	struct og_engine *engine;
	char engine_reason[OG_ENGINE_REASON]; /* why this one */
	struct og_links *links;
	struct og_clock *clock;
	struct og_bus *bus;

	/* What is in force. Both NULL: what an earlier process left, or nothing. */
	struct og_loaded *loaded;
	struct og_compiled *compiled;
	uint64_t generation;
	int64_t applied_at;
	int64_t loaded_at; /* since when the files are what they are */
	bool detached;
	bool stale; /* @loaded is not what the files say: they were refused or are held back */

	/* What Apply goes back to, and when; NULL: nothing waits. */
	struct og_loaded *before;
	int64_t confirm_until;

	/* Names of site numbers while there is no ruleset of our own: from the store. */
	char *old_sites[OG_SITES];

	struct og_store *store;
	struct og_audit audit;
	struct og_inventory *inventory;
	struct og_addresses *addresses;
	struct og_probes *probes;
	struct og_guard *guard;
	struct og_seen_event *pending;
	size_t pending_count;
	struct og_standing_queue standing;
	struct og_watching watching;
	struct og_retention retention;
	size_t written_to; /* among all devices: where the last writing of some ended */
	uint64_t pending_lost;
	int64_t last_event;
	int64_t new_minute; /* in which @new_count devices were new */
	uint64_t new_count;
	struct og_told_events told;
	bool known_full; /* the engine can know no more devices: said once */
	bool unhealed;	 /* ports that lost their program could not be covered again: said once */
	char store_said[512];

	int64_t started_at;
	int64_t checked_at; /* what was scheduled up to here has been announced; kept in the store */
	unsigned int ticks;
	json_t *metrics_timeline; /* the timeline record of the metrics, counted at @metrics_ticks */
	unsigned int metrics_ticks;
	int metrics_error; /* why the metrics file was not written, -errno; said once */
	char *last_error;  /* of the last reload; NULL: it worked */
	json_t *warnings;  /* of the last reload that worked: an array of strings */
	char *repaired[OG_REPAIRED];
	size_t repaired_count;
};

/* manager-apply.c ------------------------------------------------------------------------------ */

/*
 * og_manager_put - compile @loaded for the gateway as it is and put it into force. 0; -EINVAL or
 * -EIO with errors in @diags. Nothing is logged.
 */
int og_manager_put(struct og_manager *m, struct og_loaded *loaded, struct og_diags *diags);

/*
 * og_manager_facts - what the gateway is and what was decided, for the compiler; borrowed, until either
 * changes.
 */
struct og_gateway og_manager_facts(const struct og_manager *m);

/* og_manager_recompile - the gateway or the clock changed: compile what is loaded anew. Logs. */
void og_manager_recompile(struct og_manager *m, const char *why);

/*
 * og_manager_tell - og_journal() of what became of the configuration, with the generation that is in
 * force, at how many ports, and who brought it about.
 */
void og_manager_tell(const struct og_manager *m, int priority, const char *message_id,
		     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* og_manager_open_engine - choose and open the engine. 0 or -errno; logs. */
int og_manager_open_engine(struct og_manager *m, const struct og_config *config);

/* og_manager_heal - cover again what something else has uncovered. Logs what it repaired. */
void og_manager_heal(struct og_manager *m);

/* manager-device.c ----------------------------------------------------------------------------- */

/* og_manager_site - the name of site @number in the ruleset in force, or NULL. */
const char *og_manager_site(const struct og_manager *m, unsigned int number);

/* og_manager_programme - the programme that @policy (NULL: none) names in the files, or NULL. */
const char *og_manager_programme(const struct og_manager *m, const char *policy);

/* og_manager_tell_flood - tell, once a minute, how much of what happened was not told. */
void og_manager_tell_flood(struct og_manager *m);

/* og_manager_collect - read every device record of the engine into the inventory. */
void og_manager_collect(struct og_manager *m);

/* og_manager_drain - take the events that wait in the engine. */
void og_manager_drain(struct og_manager *m);

/* og_manager_promote - let the engine keep the records of all devices the inventory knows. */
void og_manager_promote(struct og_manager *m);

/*
 * og_manager_renumber - site numbers change with the next ruleset: forget the engine's records,
 * which are under the old ones, once they are in the inventory.
 */
void og_manager_renumber(struct og_manager *m);

/* manager-inventory.c -------------------------------------------------------------------------- */

/*
 * og_manager_hold - have the devices of @site in memory. Before one is looked for or added there.
 * og_manager_hold_covered - have those of all sites that are covered here, and no others. Logs.
 */
void og_manager_hold(struct og_manager *m, const char *site);
void og_manager_hold_covered(struct og_manager *m);

/*
 * og_manager_flush - write what is new to the store; 0 or -errno. og_manager_flush_some - only so
 * much that it is done soon. Both log what is wrong.
 */
int og_manager_flush(struct og_manager *m);
void og_manager_flush_some(struct og_manager *m);

/*
 * og_manager_trim - when the inventory is nearly full, drop what passed by: devices that were seen
 * for less than OG_STAYS seconds; first those of more than an hour ago, then all.
 */
void og_manager_trim(struct og_manager *m);

/*
 * og_manager_each_device - call @each for every device there is, in memory or in the store alone, by
 * site and MAC, from @from at @site on (NULL: all), until it returns other than 0, and return that;
 * or -errno. Devices of the store alone are valid during the call only, and have their destinations
 * with @dests. og_manager_each_device_at - the same for one site. @each must not ask for devices of
 * the store itself.
 */
int og_manager_each_device(struct og_manager *m, const char *site, uint64_t from, bool dests,
			   int (*each)(void *userdata, struct og_inv_device *device),
			   void *userdata);
int og_manager_each_device_at(struct og_manager *m, const char *site, uint64_t from, bool dests,
			      int (*each)(void *userdata, struct og_inv_device *device),
			      void *userdata);

/* manager-notify.c ----------------------------------------------------------------------------- */

/* og_manager_status_text - tell the service manager in one line how things stand. */
void og_manager_status_text(struct og_manager *m);

/*
 * og_manager_phases - announce what was scheduled up to @now: phases and exceptions that began or
 * ended, and the warnings before. og_manager_note_checked - keep m->checked_at, so that nothing of it
 * is announced again after a restart, and what comes while no daemon runs is.
 */
void og_manager_note_checked(struct og_manager *m);
void og_manager_phases(struct og_manager *m, int64_t now);

#endif
