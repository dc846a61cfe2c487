/* SPDX-License-Identifier: GPL-2.0 */
/*
 * manager.h: the daemon: it brings configuration, gateway, engine, inventory and bus together
 */
#ifndef OUIGUARD_DAEMON_MANAGER_H
#define OUIGUARD_DAEMON_MANAGER_H

#include <stdbool.h>
#include <stdint.h>

#include <systemd/sd-event.h>

#include "daemon/inventory/event.h"
#include "policy/base/diag.h"

struct og_manager;

/* Strings are borrowed and must outlive the manager. */
struct og_manager_options {
	const char *config;  /* directory of the files that decide */
	const char *data;    /* shipped vendors and programmes */
	const char *state;   /* the store and the last good configuration */
	const char *runtime; /* for what must not outlive a boot */
	const char *engine;  /* engine's name, NULL: as the configuration says */
	const char *bpffs;   /* for pins; NULL: the engine's default */
	bool bus;	     /* offer the D-Bus interface */
};

/*
 * og_manager_new - a manager in @event's loop that does nothing yet. og_manager_start - take over
 * what an earlier process left, apply the configuration, begin to serve. What goes wrong is logged.
 * An unusable configuration is no failure: what is in force stays (see manager.c).
 *
 * og_manager_start returns 0; -EBUSY when another daemon has the state directory; -errno when the
 * engine or netlink cannot be used at all. og_manager_free leaves the datapath as it is.
 */
int og_manager_new(sd_event *event, const struct og_manager_options *options,
		   struct og_manager **ret_manager);
int og_manager_start(struct og_manager *manager);
void og_manager_free(struct og_manager *manager);

/*
 * og_manager_reload - read and judge the files and put them into force. With @confirm seconds other
 * than 0 the result is taken back after that time unless og_manager_confirm() comes. All that was
 * found is in @diags; it is logged too.
 *
 * Returns 0; -EINVAL when the configuration was refused, -EIO when the engine refused it; the old
 * one is then in force as before.
 */
int og_manager_reload(struct og_manager *manager, int64_t confirm, struct og_diags *diags);

/* og_manager_confirm - keep what was applied. -ENOENT when nothing waits for it. */
int og_manager_confirm(struct og_manager *manager);

/*
 * og_manager_detach - take enforcement down until the next reload or start. What waits to be
 * confirmed waits no longer. 0 or -errno with errors in @diags; logs them.
 */
int og_manager_detach(struct og_manager *manager, struct og_diags *diags);

/* og_manager_refresh - read the engine's counters now, for an answer that is up to date. */
void og_manager_refresh(struct og_manager *manager);

uint64_t og_manager_generation(const struct og_manager *manager); /* 0: none */
const char *og_manager_engine(const struct og_manager *manager);  /* "" before it is open */

/*
 * og_manager_enforcing - whether a ruleset is in force, perhaps one that an earlier start left.
 * og_manager_effective - and whether it has an effect, which the dry engine's has not.
 */
bool og_manager_enforcing(const struct og_manager *manager);
bool og_manager_effective(const struct og_manager *manager);

#endif
