/* SPDX-License-Identifier: GPL-2.0 */
/*
 * loaded.h: a configuration that was read and judged good, with what goes with it
 */
#ifndef OUIGUARD_DAEMON_LOADED_H
#define OUIGUARD_DAEMON_LOADED_H

#include "policy/config/config.h"
#include "policy/base/diag.h"
#include "daemon/news.h"
#include "daemon/schedule.h"

/* The rows of one asset register, by MAC. */
struct og_loaded_register {
	const char *site;
	const struct og_conf_asset **rows;
	size_t count;
};

struct og_loaded {
	struct og_config *config;
	struct og_schedule schedule;
	struct og_loaded_register *registers;
	size_t register_count;
	struct og_news news;
	unsigned int references;
};

/*
 * og_loaded_read - read the files of @dir and the shipped data of @data. Without a prefixes.lock
 * the present registry is accepted (accept.h), with a warning. Returns 0, -EINVAL with errors in
 * @diags, or -ENOMEM. @ret_loaded has one reference.
 */
int og_loaded_read(const char *dir, const char *data, const char *state,
		   struct og_loaded **ret_loaded, struct og_diags *diags);

/* og_loaded_asset - the asset row of @mac at @site, or NULL. */
const struct og_conf_asset *og_loaded_asset(const struct og_loaded *loaded, const char *site,
					    uint64_t mac);

/*
 * og_loaded_prefix - the entry of prefixes.lock with the longest prefix of @mac; else that of the
 * present registries which nobody has accepted yet; or NULL.
 */
const struct og_lock_entry *og_loaded_prefix(const struct og_loaded *loaded, uint64_t mac);

/* og_loaded_ref, _unref - one reference more or less; NULL is allowed. _ref returns @loaded. */
struct og_loaded *og_loaded_ref(struct og_loaded *loaded);
void og_loaded_unref(struct og_loaded *loaded);

#endif
