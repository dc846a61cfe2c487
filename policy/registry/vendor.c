// SPDX-License-Identifier: GPL-2.0
/*
 * vendor.c: vendors meet the registry
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/registry/near-miss.h"
#include "policy/registry/org-name.h"
#include "policy/registry/vendor.h"

/* A name of a vendor's file in the form in which it is compared. */
struct claim {
	char *folded;
	size_t vendor; /* index */
	size_t order;  /* as read, over all vendors */
	struct og_vendor_name *name;
	bool not_mapped;
};

/* A prefix that was found for a vendor, before it is known whether another one has it too. */
struct found {
	struct og_vendor_prefix prefix;
	size_t vendor;	     /* index */
	size_t order;	     /* as found: those of the registry first */
	struct og_mark mark; /* of a manual one */
};

struct resolver {
	const struct og_registry *registry;
	struct og_diags *diags;
	struct og_arena *arena; /* of what is needed only while resolving */
	struct og_vendor *vendors;
	struct og_words *words; /* of each vendor */
	size_t count;
	struct claim *claims; /* sorted by folded name, then as read */
	size_t claim_count;
	struct found *found;
	size_t found_count;
};

static size_t length_index(unsigned int length)
{
	return length == 24 ? 0 : length == 28 ? 1 : length == 36 ? 2 : 3;
}

/* @items, which hold @count of @size bytes, with room for one more: grows at powers of two. */
static void *grow(void *items, size_t count, size_t size)
{
	if (count & (count - 1))
		return items;
	return reallocarray(items, count ? count * 2 : 1, size);
}

/* Names of the files ------------------------------------------------------------------------------ */

static int add_claim(struct resolver *r, size_t vendor, struct og_vendor_name *name,
		     bool not_mapped)
{
	char folded[OG_ORG_NAME];
	int used = og_org_fold(name->name, folded);
	struct claim *claim = &r->claims[r->claim_count];

	if (used < 0) {
		og_error(r->diags, &name->mark, "this name is longer than %d bytes",
			 OG_ORG_NAME - 1);
		return 0;
	}
	if (!used) {
		og_error(r->diags, &name->mark, "\"%s\" holds no letter or digit", name->name);
		return 0;
	}
	if (!not_mapped &&
	    (!strcmp(folded, "private") || !strcmp(folded, "ieee registration authority"))) {
		og_error(r->diags, &name->mark,
			 "\"%s\" is no firm: its blocks belong to many that are not named",
			 name->name);
		return 0;
	}
	*claim = (struct claim){.vendor = vendor, .name = name, .not_mapped = not_mapped};
	claim->order = r->claim_count++;
	claim->folded = og_arena_strdup(r->arena, folded);
	if (!claim->folded)
		return -ENOMEM;
	return not_mapped ? 0
			  : og_words_add(&r->words[vendor], folded, r->vendors[vendor].conf->name);
}

static void copy_names(struct og_vendor_name *to, const struct og_names *from, const char *title)
{
	for (size_t i = 0; i < from->count; i++)
		to[i] = (struct og_vendor_name){
			.name = from->names[i], .mark = from->marks[i], .subsidiary = title};
}

static size_t count_names(const struct og_conf_vendor *conf)
{
	size_t count = conf->names.count;

	for (size_t i = 0; i < conf->subsidiary_count; i++)
		count += conf->subsidiaries[i].names.count;
	return count;
}

static int read_names(struct resolver *r, size_t index)
{
	struct og_vendor *vendor = &r->vendors[index];
	const struct og_conf_vendor *conf = vendor->conf;
	char folded[OG_ORG_NAME];

	vendor->names = calloc(count_names(conf) + 1, sizeof(*vendor->names));
	vendor->not_mapped = calloc(conf->near_misses.count + 1, sizeof(*vendor->not_mapped));
	if (!vendor->names || !vendor->not_mapped)
		return -ENOMEM;
	copy_names(vendor->names, &conf->names, NULL);
	vendor->name_count = conf->names.count;
	for (size_t i = 0; i < conf->subsidiary_count; i++) {
		copy_names(vendor->names + vendor->name_count, &conf->subsidiaries[i].names,
			   conf->subsidiaries[i].title);
		vendor->name_count += conf->subsidiaries[i].names.count;
	}
	copy_names(vendor->not_mapped, &conf->near_misses, NULL);
	vendor->not_mapped_count = conf->near_misses.count;

	for (size_t i = 0; i < vendor->name_count; i++)
		if (add_claim(r, index, &vendor->names[i], false))
			return -ENOMEM;
	for (size_t i = 0; i < vendor->not_mapped_count; i++)
		if (add_claim(r, index, &vendor->not_mapped[i], true))
			return -ENOMEM;
	if (og_org_fold(conf->name, folded) > 0)
		return og_words_add(&r->words[index], folded, conf->name);
	return 0;
}

static int compare_claims(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int order = strcmp(x->folded, y->folded);

	return order ? order : x->order < y->order ? -1 : x->order > y->order;
}

static void check_pair(struct resolver *r, const struct claim *first, const struct claim *second)
{
	const struct og_mark *mark = &second->name->mark, *other = &first->name->mark;
	const char *file = other->file ? other->file : "?";

	if (first->vendor != second->vendor) {
		/* What one vendor's file sets aside may well be another's. */
		if (!first->not_mapped && !second->not_mapped)
			og_error(r->diags, mark, "\"%s\" belongs to vendor `%s` already, at %s:%u",
				 second->name->name, r->vendors[first->vendor].conf->name, file,
				 other->line);
	} else if (first->not_mapped != second->not_mapped) {
		og_error(r->diags, mark, "\"%s\" is both mapped and not mapped, first at %s:%u",
			 second->name->name, file, other->line);
	} else {
		og_warn(r->diags, mark, "\"%s\" is the same name as \"%s\" at %s:%u",
			second->name->name, first->name->name, file, other->line);
	}
}

static void check_claims(struct resolver *r)
{
	for (size_t i = 1; i < r->claim_count; i++) {
		/* Against every earlier one of the name: a few spellings at most. */
		for (size_t j = i; j > 0 && !strcmp(r->claims[j - 1].folded, r->claims[i].folded);
		     j--)
			check_pair(r, &r->claims[j - 1], &r->claims[i]);
	}
}

static int read_vendors(struct resolver *r)
{
	size_t room = 0;

	for (size_t i = 0; i < r->count; i++)
		room += count_names(r->vendors[i].conf) + r->vendors[i].conf->near_misses.count;
	r->claims = og_arena_array(r->arena, room + 1, sizeof(*r->claims));
	if (!r->claims)
		return -ENOMEM;
	for (size_t i = 0; i < r->count; i++)
		if (read_names(r, i))
			return -ENOMEM;
	if (r->claim_count)
		qsort(r->claims, r->claim_count, sizeof(*r->claims), compare_claims);
	check_claims(r);
	return 0;
}

/* The registry ------------------------------------------------------------------------------------ */

/* The first claim of this name, or NULL; the others follow it. */
static struct claim *find_claims(const struct resolver *r, const char *folded)
{
	size_t low = 0, high = r->claim_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(r->claims[middle].folded, folded) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->claim_count && !strcmp(r->claims[low].folded, folded) ? &r->claims[low]
									      : NULL;
}

static int add_found(struct resolver *r, size_t vendor, const struct og_vendor_prefix *prefix,
		     const struct og_mark *mark)
{
	struct found *found = grow(r->found, r->found_count, sizeof(*found));

	if (!found)
		return -ENOMEM;
	r->found = found;
	found += r->found_count;
	*found = (struct found){.prefix = *prefix, .vendor = vendor, .order = r->found_count++};
	if (mark)
		found->mark = *mark;
	return 0;
}

static int add_near_miss(struct og_vendor *vendor, const char *name, const char *word)
{
	struct og_vendor_near_miss *misses;
	char *copy;

	/* Names are kept once for all their prefixes: the same name is the same pointer. */
	for (size_t i = 0; i < vendor->near_miss_count; i++) {
		if (vendor->near_misses[i].name == name) {
			vendor->near_misses[i].prefix_count++;
			return 0;
		}
	}
	misses = grow(vendor->near_misses, vendor->near_miss_count, sizeof(*misses));
	if (!misses)
		return -ENOMEM;
	vendor->near_misses = misses;
	copy = strdup(word);
	if (!copy)
		return -ENOMEM;
	misses[vendor->near_miss_count] =
		(struct og_vendor_near_miss){.name = name, .word = copy, .prefix_count = 1};
	vendor->near_miss_count++;
	return 0;
}

/* Count it for every file that knows the name; give it to the vendor that claims it. */
static int take_claimed(struct resolver *r, struct claim *claim,
			const struct og_assignment *assignment, bool *ret_mapped)
{
	const char *folded = claim->folded;
	const struct claim *owner = NULL;

	for (; claim < r->claims + r->claim_count && !strcmp(claim->folded, folded); claim++) {
		claim->name->prefix_count++;
		claim->name->by_length[length_index(assignment->prefix.length)]++;
		if (!claim->not_mapped && !owner)
			owner = claim;
	}
	*ret_mapped = owner != NULL;
	if (!owner)
		return 0;
	return add_found(r, owner->vendor,
			 &(struct og_vendor_prefix){
				 .prefix = assignment->prefix,
				 .name = assignment->name,
				 .registry = assignment->source->name,
				 .subsidiary = owner->name->subsidiary,
				 .assignment = assignment,
			 },
			 NULL);
}

static bool sets_aside(const struct resolver *r, const struct claim *claim, size_t vendor)
{
	const char *folded = claim ? claim->folded : NULL;

	for (; claim && claim < r->claims + r->claim_count && !strcmp(claim->folded, folded);
	     claim++)
		if (claim->vendor == vendor && claim->not_mapped)
			return true;
	return false;
}

static int take_assignment(struct resolver *r, const struct og_assignment *assignment)
{
	char folded[OG_ORG_NAME];
	struct claim *claims;
	bool mapped = false;

	if (assignment->parent || assignment->hidden || og_mac_is_local(assignment->prefix.bits) ||
	    og_mac_is_group(assignment->prefix.bits))
		return 0;
	if (og_org_fold(assignment->name, folded) <= 0)
		return 0;
	claims = find_claims(r, folded);
	if (claims && take_claimed(r, claims, assignment, &mapped))
		return -ENOMEM;
	for (size_t i = 0; i < r->count && !mapped; i++) {
		const char *word = og_words_match(&r->words[i], folded);

		if (word && !sets_aside(r, claims, i) &&
		    add_near_miss(&r->vendors[i], assignment->name, word))
			return -ENOMEM;
	}
	return 0;
}

static int take_registry(struct resolver *r)
{
	size_t count;
	const struct og_assignment *assignments = og_registry_assignments(r->registry, &count);

	for (size_t i = 0; i < count; i++)
		if (take_assignment(r, &assignments[i]))
			return -ENOMEM;
	return 0;
}

/* Manual prefixes --------------------------------------------------------------------------------- */

/* Whether a vendor may have it; what is wrong is in the diagnostics. */
static bool check_manual(struct resolver *r, const struct og_conf_extra_prefix *extra)
{
	const struct og_assignment *assignment = og_registry_find(r->registry, &extra->prefix);
	char text[OG_MAC_PREFIX_TEXT], reason[OG_ORG_NAME];
	bool damaged;

	og_mac_prefix_format(&extra->prefix, text);
	if (!og_mac_prefix_is_source(&extra->prefix)) {
		og_error(r->diags, &extra->mark,
			 extra->prefix.length == 48
				 ? "%s is an address that no device has"
				 : "%s is a group or locally administered block, which no vendor "
				   "has",
			 text);
		return false;
	}
	if (assignment && assignment->parent) {
		og_error(r->diags, &extra->mark,
			 "%s holds the smaller blocks of many organisations; name those of 28 or "
			 "36 bits",
			 text);
		return false;
	}
	if (extra->reason &&
	    og_org_clean(extra->reason, strlen(extra->reason), reason, &damaged) < 0) {
		og_error(r->diags, &extra->mark, "the reason for %s is longer than %d bytes", text,
			 OG_ORG_NAME - 1);
		return false;
	}
	return true;
}

static int take_manual(struct resolver *r)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct og_conf_vendor *conf = r->vendors[i].conf;

		for (size_t j = 0; j < conf->prefix_count; j++) {
			const struct og_conf_extra_prefix *extra = &conf->prefixes[j];
			struct og_vendor_prefix prefix = {.prefix = extra->prefix,
							  .name = extra->reason ? extra->reason
										: "",
							  .registry = OG_REGISTRY_MANUAL};

			if (check_manual(r, extra) && add_found(r, i, &prefix, &extra->mark))
				return -ENOMEM;
		}
	}
	return 0;
}

static int compare_found(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = og_mac_prefix_cmp(&x->prefix.prefix, &y->prefix.prefix);

	return order ? order : x->order < y->order ? -1 : x->order > y->order;
}

/* Of two for one prefix, the second is always a manual one. */
static void refuse_second(struct resolver *r, const struct found *first, const struct found *second)
{
	char text[OG_MAC_PREFIX_TEXT];

	og_mac_prefix_format(&second->prefix.prefix, text);
	if (first->vendor != second->vendor)
		og_error(r->diags, &second->mark, "%s belongs to vendor `%s` already (%s, \"%s\")",
			 text, r->vendors[first->vendor].conf->name, first->prefix.registry,
			 first->prefix.name);
	else if (first->prefix.assignment)
		og_warn(r->diags, &second->mark,
			"%s is registered to this vendor anyway (%s, \"%s\")", text,
			first->prefix.registry, first->prefix.name);
	else
		og_error(r->diags, &second->mark, "%s is listed twice, first in line %u", text,
			 first->mark.line);
}

/* Each prefix to one vendor, in order. */
static int settle(struct resolver *r)
{
	const struct found *first = NULL;

	if (r->found_count)
		qsort(r->found, r->found_count, sizeof(*r->found), compare_found);
	for (size_t i = 0; i < r->found_count; i++) {
		const struct found *found = &r->found[i];
		struct og_vendor *vendor = &r->vendors[found->vendor];
		struct og_vendor_prefix *prefixes;

		if (first && !og_mac_prefix_cmp(&first->prefix.prefix, &found->prefix.prefix)) {
			refuse_second(r, first, found);
			continue;
		}
		first = found;
		prefixes = grow(vendor->prefixes, vendor->prefix_count, sizeof(*prefixes));
		if (!prefixes)
			return -ENOMEM;
		vendor->prefixes = prefixes;
		prefixes[vendor->prefix_count++] = found->prefix;
		vendor->by_length[length_index(found->prefix.prefix.length)]++;
	}
	return 0;
}

/* Together ---------------------------------------------------------------------------------------- */

static int compare_near_misses(const void *a, const void *b)
{
	const struct og_vendor_near_miss *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static int resolve(struct resolver *r)
{
	if (read_vendors(r) || take_registry(r) || take_manual(r) || settle(r))
		return -ENOMEM;
	for (size_t i = 0; i < r->count; i++) {
		struct og_vendor *vendor = &r->vendors[i];

		if (vendor->near_miss_count)
			qsort(vendor->near_misses, vendor->near_miss_count,
			      sizeof(*vendor->near_misses), compare_near_misses);
	}
	return 0;
}

int og_vendors_resolve(const struct og_conf_vendor *vendors, size_t count,
		       const struct og_registry *registry, struct og_vendors *ret_vendors,
		       struct og_diags *diags)
{
	struct resolver r = {.registry = registry, .diags = diags, .count = count};
	struct og_vendors result = {.count = count};
	size_t errors_before = diags->errors;
	int err = -ENOMEM;

	r.arena = og_arena_new();
	r.words = calloc(count + 1, sizeof(*r.words));
	r.vendors = result.items = calloc(count + 1, sizeof(*result.items));
	if (r.arena && r.words && r.vendors) {
		for (size_t i = 0; i < count; i++)
			r.vendors[i].conf = &vendors[i];
		err = resolve(&r);
	} else {
		result.count = 0;
	}
	if (!err && diags->out_of_memory)
		err = -ENOMEM;
	if (!err && diags->errors != errors_before)
		err = -EINVAL;
	for (size_t i = 0; r.words && i < count; i++)
		og_words_free(&r.words[i]);
	free(r.words);
	free(r.found);
	og_arena_free(r.arena);
	if (err)
		og_vendors_free(&result);
	else
		*ret_vendors = result;
	return err;
}

/* A reason may have line feeds, which the file cannot; a registered name is clean already. */
static char *copy_title(struct og_arena *arena, const char *name)
{
	char clean[OG_ORG_NAME];
	bool damaged;

	if (og_org_clean(name, strlen(name), clean, &damaged) < 0)
		return NULL;
	return og_arena_strdup(arena, clean);
}

static int lock_vendor(const struct og_vendor *vendor, struct og_arena *arena, struct og_lock *lock)
{
	char *id = og_arena_strdup(arena, vendor->conf->name), *registry = NULL;

	for (size_t i = 0; i < vendor->prefix_count; i++) {
		const struct og_vendor_prefix *prefix = &vendor->prefixes[i];
		struct og_lock_entry *entry = &lock->entries[lock->count++];

		if (!registry || strcmp(registry, prefix->registry) != 0)
			registry = og_arena_strdup(arena, prefix->registry);
		*entry = (struct og_lock_entry){
			.vendor = id,
			.prefix = prefix->prefix,
			.registry = registry,
			.name = copy_title(arena, prefix->name),
		};
		if (!entry->vendor || !entry->registry || !entry->name)
			return -ENOMEM;
	}
	return 0;
}

int og_vendors_lock(const struct og_vendors *vendors, struct og_arena *arena,
		    struct og_lock *ret_lock)
{
	struct og_lock lock = {.present = true};
	size_t total = 0;
	int err;

	for (size_t i = 0; i < vendors->count; i++)
		total += vendors->items[i].prefix_count;
	if (total > OG_LOCK_ENTRIES)
		return -E2BIG;
	lock.entries = og_arena_array(arena, total, sizeof(*lock.entries));
	if (!lock.entries)
		return -ENOMEM;
	for (size_t i = 0; i < vendors->count; i++)
		if (lock_vendor(&vendors->items[i], arena, &lock))
			return -ENOMEM;
	err = og_lock_sort(&lock);
	if (err)
		return err;
	*ret_lock = lock;
	return 0;
}

void og_vendors_free(struct og_vendors *vendors)
{
	for (size_t i = 0; i < vendors->count; i++) {
		struct og_vendor *vendor = &vendors->items[i];

		for (size_t j = 0; j < vendor->near_miss_count; j++)
			free(vendor->near_misses[j].word);
		free(vendor->near_misses);
		free(vendor->not_mapped);
		free(vendor->names);
		free(vendor->prefixes);
	}
	free(vendors->items);
	*vendors = (struct og_vendors){0};
}
