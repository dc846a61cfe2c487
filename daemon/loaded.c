// SPDX-License-Identifier: GPL-2.0
/*
 * loaded.c: a configuration that was read and judged good, with what goes with it
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/accept.h"
#include "daemon/loaded.h"
#include "policy/registry/lock.h"

static int row_cmp(const void *a, const void *b)
{
	const struct og_conf_asset *x = *(const struct og_conf_asset *const *)a;
	const struct og_conf_asset *y = *(const struct og_conf_asset *const *)b;

	return x->mac < y->mac ? -1 : x->mac > y->mac;
}

static int index_registers(struct og_loaded *loaded)
{
	const struct og_config *config = loaded->config;
	struct og_loaded_register *to;
	size_t i, j;

	loaded->registers = calloc(config->register_count + 1, sizeof(*loaded->registers));
	if (!loaded->registers)
		return -ENOMEM;
	for (i = 0; i < config->register_count; i++) {
		to = &loaded->registers[loaded->register_count++];
		to->site = config->registers[i].site;
		to->count = config->registers[i].count;
		to->rows = calloc(to->count + 1, sizeof(*to->rows));
		if (!to->rows)
			return -ENOMEM;
		for (j = 0; j < to->count; j++)
			to->rows[j] = &config->registers[i].rows[j];
		if (to->count > 1)
			qsort(to->rows, to->count, sizeof(*to->rows), row_cmp);
	}
	return 0;
}

const struct og_conf_asset *og_loaded_asset(const struct og_loaded *loaded, const char *site,
					    uint64_t mac)
{
	const struct og_conf_asset wanted = {.mac = mac}, *key = &wanted, **found = NULL;
	const struct og_loaded_register *r;
	size_t i;

	for (i = 0; i < loaded->register_count; i++) {
		r = &loaded->registers[i];
		if (!strcmp(r->site, site) && r->count)
			found = bsearch(&key, r->rows, r->count, sizeof(*r->rows), row_cmp);
	}
	return found ? *found : NULL;
}

const struct og_lock_entry *og_loaded_prefix(const struct og_loaded *loaded, uint64_t mac)
{
	const struct og_lock_entry *entry = og_lock_find(&loaded->config->lock, mac);

	return entry ? entry : og_lock_find(&loaded->config->unaccepted, mac);
}

int og_loaded_read(const char *dir, const char *data, const char *state,
		   struct og_loaded **ret_loaded, struct og_diags *diags)
{
	struct og_loaded *loaded = calloc(1, sizeof(*loaded));
	int err;

	if (!loaded)
		return -ENOMEM;
	loaded->references = 1;
	err = og_config_load(dir, data, &loaded->config, diags);
	if (!err && !loaded->config->lock.present)
		err = og_accept_registry(loaded->config, dir, state, diags);
	if (!err) {
		err = og_schedule_make(loaded->config, &loaded->schedule);
		if (err == -EINVAL)
			og_error(diags, NULL,
				 "a time of a phase or an exception means nothing in "
				 "its zone");
	}
	if (!err)
		err = index_registers(loaded);
	if (!err)
		err = og_news_read(loaded->config, &loaded->news);
	if (err) {
		og_loaded_unref(loaded);
		return err;
	}
	*ret_loaded = loaded;
	return 0;
}

struct og_loaded *og_loaded_ref(struct og_loaded *loaded)
{
	if (loaded)
		loaded->references++;
	return loaded;
}

void og_loaded_unref(struct og_loaded *loaded)
{
	size_t i;

	if (!loaded || --loaded->references)
		return;
	for (i = 0; i < loaded->register_count; i++)
		free(loaded->registers[i].rows);
	free(loaded->registers);
	og_news_clear(&loaded->news);
	og_schedule_clear(&loaded->schedule);
	og_config_free(loaded->config);
	free(loaded);
}
