// SPDX-License-Identifier: GPL-2.0
/*
 * compile-prefix.c: the prefixes of the ruleset and the groups they make
 *
 * A group is a vendor's prefixes less those that an exception names. An exception can name a part
 * of a listed prefix, or one that holds several listed ones; so all are gathered, and each has the
 * vendor of the longest listed prefix around it and the exceptions of every prefix around it. The
 * longest match at look-up then finds both.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/compile/compile-work.h"

static int by_prefix(const void *a, const void *b)
{
	const struct og_listed *x = a, *y = b;
	int order = og_mac_prefix_cmp(&x->prefix, &y->prefix);

	/* Of two for one prefix the listed one, which has its vendor, comes first. */
	return order ? order : (x->vendor < y->vendor) - (x->vendor > y->vendor);
}

static int compare(const void *key, const void *item)
{
	const struct og_mac_prefix *prefix = key;

	return og_mac_prefix_cmp(prefix, &((const struct og_listed *)item)->prefix);
}

/* The longest prefix with a vendor around the first @length bits of @mac. */
static const struct og_listed *around(const struct og_work *w, uint64_t mac, unsigned int length)
{
	static const uint8_t lengths[] = {48, 36, 28, 24};

	for (size_t i = 0; i < sizeof(lengths); i++) {
		const struct og_mac_prefix key = {mac & og_mac_prefix_mask(lengths[i]), lengths[i]};
		const struct og_listed *found;

		if (lengths[i] > length)
			continue;
		found = bsearch(&key, w->listed, w->listed_count, sizeof(*w->listed), compare);
		if (found && found->vendor)
			return found;
	}
	return NULL;
}

const struct og_listed *og_work_listed(const struct og_work *work, uint64_t mac)
{
	const struct og_listed *found = around(work, mac, 48);

	/* A prefix does not match locally administered and group addresses; a single device may. */
	if (found && found->prefix.length != 48 && (og_mac_is_group(mac) || og_mac_is_local(mac)))
		return NULL;
	return found;
}

static uint16_t vendor_number(const struct og_config *config, const char *name)
{
	const struct og_conf_vendor *vendor = og_config_vendor(config, name);

	return vendor ? (uint16_t)(vendor - config->vendors + 1) : 0;
}

/* The prefixes of @lock at work->listed[*count] and on. */
static int gather_lock(struct og_work *w, const struct og_lock *lock, bool unaccepted,
		       size_t *count)
{
	for (size_t i = 0; i < lock->count; i++) {
		const struct og_lock_entry *entry = &lock->entries[i];
		struct og_listed *item = &w->listed[(*count)++];

		item->prefix = entry->prefix;
		item->unaccepted = unaccepted;
		item->vendor = vendor_number(w->config, entry->vendor);
		if (!item->vendor) {
			og_error(w->diags, &entry->mark,
				 "there is no vendor `%s`; expected one of the files in vendors/",
				 entry->vendor);
			return -EINVAL;
		}
	}
	return 0;
}

static int gather(struct og_work *w)
{
	const struct og_config *c = w->config;
	size_t count = 0, kept = 0;
	int r;

	w->listed = og_arena_array(w->scratch,
				   c->lock.count + c->unaccepted.count + c->exception_count + 1,
				   sizeof(*w->listed));
	if (!w->listed)
		return -ENOMEM;
	r = gather_lock(w, &c->lock, false, &count);
	if (r == 0)
		r = gather_lock(w, &c->unaccepted, true, &count);
	if (r < 0)
		return r;
	for (size_t i = 0; i < c->exception_count; i++)
		if (c->exceptions[i].has_mac && c->exceptions[i].mac.length < 48)
			w->listed[count++].prefix = c->exceptions[i].mac;
	if (count)
		qsort(w->listed, count, sizeof(*w->listed), by_prefix);
	for (size_t i = 1; i < count; i++)
		if (og_mac_prefix_cmp(&w->listed[i].prefix, &w->listed[kept].prefix))
			w->listed[++kept] = w->listed[i];
	w->listed_count = count ? kept + 1 : 0;
	return 0;
}

/* Give the prefixes that only exceptions name the vendor around them; drop those outside all. */
static int inherit(struct og_work *w)
{
	struct og_listed *outer = calloc(w->listed_count + 1, sizeof(*outer));
	size_t kept = 0;

	if (!outer)
		return -ENOMEM;
	for (size_t i = 0; i < w->listed_count; i++) {
		const struct og_mac_prefix *p = &w->listed[i].prefix;
		const struct og_listed *found = around(w, p->bits, p->length);

		if (found)
			outer[i] = *found;
	}
	for (size_t i = 0; i < w->listed_count; i++) {
		if (!outer[i].vendor)
			continue;
		w->listed[kept] = w->listed[i];
		w->listed[kept].vendor = outer[i].vendor;
		w->listed[kept++].unaccepted = outer[i].unaccepted;
	}
	w->listed_count = kept;
	free(outer);
	return 0;
}

/* The exceptions of every prefix around @prefix, into @found; returns how many. */
static size_t exceptions_around(const struct og_work *w, const struct og_mac_prefix *prefix,
				uint16_t *found)
{
	size_t count = 0;

	for (size_t i = 0; i < w->config->exception_count; i++) {
		const struct og_conf_exception *e = &w->config->exceptions[i];

		if (e->has_mac && e->mac.length < 48 && e->mac.length <= prefix->length &&
		    og_mac_prefix_covers(&e->mac, prefix->bits))
			found[count++] = i;
	}
	return count;
}

/* The group of @item's vendor and those exceptions; a new one when there is none yet. */
static int group_for(struct og_work *w, const struct og_listed *item, const uint16_t *exceptions,
		     size_t count, uint16_t *ret_group)
{
	struct og_group *group;

	for (size_t i = OG_GROUP_FIRST; i < w->group_count; i++) {
		group = &w->groups[i];
		if (group->vendor == item->vendor && group->unaccepted == item->unaccepted &&
		    group->exception_count == count &&
		    (!count ||
		     !memcmp(group->exceptions, exceptions, count * sizeof(*exceptions)))) {
			*ret_group = i;
			return 0;
		}
	}
	if (w->group_count == OG_GROUPS) {
		og_error(w->diags, NULL,
			 "more than %d groups of prefixes; remove exceptions that name prefixes",
			 OG_GROUPS - OG_GROUP_FIRST);
		return -E2BIG;
	}
	group = &w->groups[w->group_count];
	group->exceptions = og_arena_array(w->scratch, count + 1, sizeof(*exceptions));
	if (!group->exceptions)
		return -ENOMEM;
	if (count)
		memcpy(group->exceptions, exceptions, count * sizeof(*exceptions));
	group->exception_count = count;
	group->vendor = item->vendor;
	group->unaccepted = item->unaccepted;
	*ret_group = w->group_count++;
	return 0;
}

static int place(struct og_work *w, struct og_listed *item, uint16_t *scratch)
{
	char text[OG_MAC_PREFIX_TEXT];
	size_t count = exceptions_around(w, &item->prefix, scratch);
	int r = group_for(w, item, scratch, count, &item->group);

	if (r < 0)
		return r;
	r = og_table_prefix(w->table, &item->prefix, item->group);
	if (r == -EINVAL)
		og_error(w->diags, NULL,
			 "prefixes.lock: %s is no prefix that a vendor can have (24, 28 or 36 "
			 "bits, neither locally administered nor group; or one device)",
			 og_mac_prefix_format(&item->prefix, text));
	return r == -EINVAL ? r : og_work_failed(w, r);
}

int og_compile_prefixes(struct og_work *work)
{
	uint16_t *scratch;
	int r;

	work->group_count = OG_GROUP_FIRST;
	r = gather(work);
	if (r == 0)
		r = inherit(work);
	if (r < 0)
		return r;
	scratch = calloc(work->config->exception_count + 1, sizeof(*scratch));
	if (!scratch)
		return -ENOMEM;
	for (size_t i = 0; i < work->listed_count && r == 0; i++)
		r = place(work, &work->listed[i], scratch);
	free(scratch);
	return r;
}
