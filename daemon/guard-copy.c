// SPDX-License-Identifier: GPL-2.0
/*
 * guard-copy.c: what was decided, once more beside the inventory
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon/cleanup.h"
#include "daemon/guard-work.h"
#include "daemon/inventory/store-decided.h"
#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "daemon/state.h"
#include "policy/base/file.h"
#include "policy/base/mac.h"

#define COPY	   "decided"
#define COPY_BYTES (16 * 1024 * 1024)

static int path_of(const struct og_manager *m, char path[PATH_MAX])
{
	int length = snprintf(path, PATH_MAX, "%s/" COPY, m->options.state);

	return length < 0 || length >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static bool has_gate(const struct og_guard *guard, const char *key)
{
	size_t i;

	for (i = 0; i < guard->view.gate_count; i++)
		if (!strcmp(guard->gates[i], key))
			return true;
	return false;
}

static bool take_gate(struct og_guard *guard, const char *key)
{
	const char *c;

	/* Keys are of names and dates. */
	for (c = key; *c; c++)
		if (*c < ' ' || *c > '~')
			return false;
	return c != key && c - key < OG_GATE_KEY && !has_gate(guard, key) &&
	       !og_guard_add_gate(guard, key);
}

static bool take_held(struct og_guard *guard, const char *key)
{
	const char *mac = strchr(key, ' ');
	char site[OG_CONF_NAME];
	uint64_t number;
	size_t before = guard->view.held_count;

	if (!mac || mac - key >= (int)sizeof(site) || before >= OG_HOLD_MAX ||
	    og_mac_parse(mac + 1, &number))
		return false;
	memcpy(site, key, mac - key);
	site[mac - key] = '\0';
	return !og_is_held(&guard->view, site, number) && !og_guard_take_held(guard, key, 0) &&
	       guard->view.held_count > before;
}

/* 1 when the line told something new. */
static size_t take_line(struct og_manager *m, char *line)
{
	char *key = strchr(line, ' ');
	const char *kind = line;
	bool taken = false;

	if (!key)
		return 0;
	*key++ = '\0';
	if (!strcmp(kind, OG_GUARD_GATE))
		taken = take_gate(m->guard, key);
	else if (!strcmp(kind, OG_GUARD_HELD))
		taken = take_held(m->guard, key);
	if (taken)
		og_store_put_decided(m->store, kind, key, og_clock_now());
	return taken;
}

void og_guard_take_copy(struct og_manager *m)
{
	OG_CLEANUP(og_freep) char *data = NULL;
	char path[PATH_MAX], *line, *rest;
	size_t size, taken = 0;
	int err = path_of(m, path);

	if (!err)
		err = og_file_read(path, COPY_BYTES, &data, &size);
	if (err == -ENOENT)
		return;
	if (err) {
		og_log_id(LOG_ERR, OG_MSG_STORE, "%s cannot be read: %s", path, strerror(-err));
		return;
	}
	free(m->guard->copy);
	m->guard->copy = strdup(data);
	for (rest = data; (line = strsep(&rest, "\n"));)
		taken += take_line(m, line);
	if (taken)
		og_log_id(LOG_WARNING, OG_MSG_STORE,
			  "the inventory does not know of %zu gates of phases that are open or "
			  "devices that are held: they are taken from the copy %s",
			  taken, path);
}

static char *compose(const struct og_guard *guard)
{
	char mac[OG_MAC_TEXT], *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	for (i = 0; i < guard->view.gate_count; i++)
		fprintf(out, OG_GUARD_GATE " %s\n", guard->gates[i]);
	for (i = 0; i < guard->view.held_count; i++)
		fprintf(out, OG_GUARD_HELD " %s %s\n", guard->held[i].site,
			og_mac_format(guard->held[i].mac, mac));
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

void og_guard_keep_copy(struct og_manager *m)
{
	struct og_guard *guard = m->guard;
	char path[PATH_MAX], *text = compose(guard);
	int err = text ? path_of(m, path) : -ENOMEM;

	if (text && !strcmp(text, guard->copy ? guard->copy : "")) {
		free(text);
		return;
	}
	if (!err)
		err = og_file_write(path, text, strlen(text), 0600, true);
	if (err) {
		og_log_id(LOG_ERR, OG_MSG_STORE,
			  "what was decided cannot be kept beside the inventory: %s",
			  strerror(-err));
		free(text);
		return;
	}
	free(guard->copy);
	guard->copy = text;
}
