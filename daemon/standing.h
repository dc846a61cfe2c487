/* SPDX-License-Identifier: GPL-2.0 */
/*
 * standing.h: how far the removal of each device has come, and who says so
 *
 * States are entered by people, with og_standing_set(), or by the daemon for what follows from frames
 * alone: `reappeared` and `moved`. Each step is noted in the audit log and is committed before anybody
 * is told that it holds. policy/progress/device-state.h has the rules, docs/states.md the words.
 */
#ifndef OUIGUARD_DAEMON_STANDING_H
#define OUIGUARD_DAEMON_STANDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "daemon/inventory/inventory.h"
#include "policy/progress/absence.h"
#include "policy/progress/device-state.h"

#define OG_STANDING_QUEUE 256  /* steps that the daemon enters at once */
#define OG_EVIDENCE_TEXT  1024 /* bytes of the text that says by what a step is known */
#define OG_REFUSAL_TEXT	  2048 /* of the reasons why one is refused, a line each */

struct og_manager;

/* A step that follows from frames, until it is entered. */
struct og_standing_due {
	struct og_inv_device *device;
	enum og_device_state state;
	int64_t at;
	char evidence[128];
};

/* What the manager keeps for this; zero-initialised. */
struct og_standing_queue {
	struct og_standing_due due[OG_STANDING_QUEUE];
	size_t count;
};

/* A step somebody asks for. */
struct og_standing_request {
	const char *site;
	uint64_t mac;
	bool has_state;
	enum og_device_state state;
	const char *evidence; /* NULL: none */
	bool has_third_party, third_party;
	uint64_t replacement; /* 0: none is named */
};

/* og_standing_of - where @device stands by its asset row and what was entered. */
void og_standing_of(const struct og_manager *m, const struct og_inv_device *device,
		    struct og_standing *ret_standing);

/*
 * og_standing_set - do what @request asks, in the name of og_audit_actor(). 0 with the device before
 * and after; -ENOENT when no such device was seen or is in a register; -EPERM when it is refused;
 * -errno when it cannot be kept. @refusal says why in words, for all of these. Tells the bus and the
 * journal. @ret_device belongs to the inventory.
 */
int og_standing_set(struct og_manager *m, const struct og_standing_request *request,
		    char refusal[OG_REFUSAL_TEXT], struct og_inv_device **ret_device);

/*
 * og_standing_watch - after a frame of @device was accounted: note what follows from it; @new: it is
 * the first one at its site. og_standing_enter - enter what was noted. Before devices are dropped.
 */
void og_standing_watch(struct og_manager *m, struct og_inv_device *device, bool new);
void og_standing_enter(struct og_manager *m);

/* og_standing_count - the watched days of @device from day @since on, for absence.h. 0 or -errno. */
int og_standing_count(struct og_manager *m, const struct og_inv_device *device, int64_t since,
		      struct og_watch_count *ret_count);

/*
 * og_standing_step - who entered @state last, and as of which second; @ret_actor has OG_AUDIT_WORDS
 * bytes and is "" when nobody did. 0 or -errno.
 */
int og_standing_step(struct og_manager *m, const struct og_inv_device *device,
		     enum og_device_state state, char *ret_actor, int64_t *ret_at);

/* standing-absence.c: og_standing_absent - what is wanting for verified absence, a line each; 0: none. */
int og_standing_absent(struct og_manager *m, const struct og_inv_device *device,
		       const struct og_standing_request *request, char *refusal, size_t size);

#endif
