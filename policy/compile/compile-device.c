// SPDX-License-Identifier: GPL-2.0
/*
 * compile-device.c: the classes: what applies to whom
 *
 * A device that nothing distinguishes has the class of its site and group. A row of the asset
 * register, an exception for the device, or being a router gives it an entry of its own.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/compile/compile-work.h"

/* A kind whose class is known; equal kinds of one site are compiled once. */
struct known {
	struct og_kind kind;
	uint16_t class; /* OG_CLASS_NONE: nothing ever applies to it */
	struct known *next;
};

/* A device with an entry of its own. */
struct special {
	uint64_t mac;
	const struct og_conf_asset *row; /* NULL: it is not in the register */
};

struct site {
	struct og_work *w;
	const struct og_conf_site *conf;
	const struct og_conf_register *assets; /* NULL: the site has no register */
	uint16_t number;
	struct known *known;
};

static bool is_here(const struct site *s, const struct og_conf_exception *e)
{
	return !e->site || !strcmp(e->site, s->conf->name);
}

/*
 * The exceptions of a kind, into @found, ascending: those of the whole site, those of its group, and
 * those of the device @mac (0: of no single device).
 */
static size_t find_exceptions(const struct site *s, const struct og_group *group, uint64_t mac,
			      uint16_t *found)
{
	const struct og_config *c = s->w->config;
	size_t count = 0, g = 0;

	for (size_t i = 0; i < c->exception_count; i++) {
		const struct og_conf_exception *e = &c->exceptions[i];
		bool grouped;

		while (g < group->exception_count && group->exceptions[g] < i)
			g++;
		grouped = g < group->exception_count && group->exceptions[g] == i;
		if (!is_here(s, e))
			continue;
		if (!e->has_mac || grouped || (mac && e->mac.length == 48 && e->mac.bits == mac))
			found[count++] = i;
	}
	return count;
}

static bool same_kind(const struct og_kind *a, const struct og_kind *b)
{
	return a->site == b->site && a->vendor == b->vendor && a->role == b->role &&
	       a->new == b->new && a->held == b->held && a->exception_count == b->exception_count &&
	       (!a->exception_count ||
		!memcmp(a->exceptions, b->exceptions, a->exception_count * sizeof(*a->exceptions)));
}

/* Remember the class of @kind, whose list of exceptions is copied. */
static int remember(struct site *s, const struct og_kind *kind, uint16_t class)
{
	struct known *known = og_arena_alloc(s->w->scratch, sizeof(*known));
	uint16_t *copy = og_arena_array(s->w->scratch, kind->exception_count + 1, sizeof(*copy));

	if (!known || !copy)
		return -ENOMEM;
	if (kind->exception_count)
		memcpy(copy, kind->exceptions, kind->exception_count * sizeof(*copy));
	known->kind = *kind;
	known->kind.exceptions = copy;
	known->class = class;
	known->next = s->known;
	s->known = known;
	return 0;
}

/* The class of a kind. @vendor is the number of kind->vendor. */
static int class_of_kind(struct site *s, const struct og_kind *kind, uint16_t vendor,
			 uint16_t *ret_class)
{
	const struct og_class class = {.vendor = vendor, .role = kind->role};
	struct og_timeline timeline;
	uint16_t index;
	int r;

	for (const struct known *k = s->known; k; k = k->next) {
		if (same_kind(&k->kind, kind)) {
			*ret_class = k->class;
			return 0;
		}
	}
	r = og_timeline_of(&s->w->times, kind, &timeline);
	if (r < 0)
		return r;
	r = og_table_class(s->w->table, &class, timeline.phases, timeline.count, &index);
	if (r < 0)
		return og_work_failed(s->w, r);
	r = remember(s, kind, index);
	if (r == 0)
		*ret_class = index;
	return r;
}

/* The class of what is seen and counted, and nothing more. */
static int class_of_observed(struct site *s, uint16_t vendor, enum og_role role,
			     uint16_t *ret_class)
{
	const struct og_class class = {.vendor = vendor, .role = role};

	return og_work_failed(s->w, og_table_class(s->w->table, &class, NULL, 0, ret_class));
}

/* The classes of the site's groups. */
static int classify_groups(struct site *s, uint16_t *scratch)
{
	const struct og_config *c = s->w->config;
	struct og_ruleset *rs = og_table_ruleset(s->w->table);
	int r = 0;

	for (size_t g = OG_GROUP_FIRST; g < s->w->group_count && r == 0; g++) {
		const struct og_group *group = &s->w->groups[g];
		struct og_kind kind = {
			.site = s->conf,
			.vendor = c->vendors[group->vendor - 1].name,
			.new = s->assets != NULL,
			.exceptions = scratch,
		};
		uint16_t class;

		kind.exception_count = find_exceptions(s, group, 0, scratch);
		if (group->unaccepted)
			r = class_of_observed(s, group->vendor, OG_ROLE_UNKNOWN, &class);
		else
			r = class_of_kind(s, &kind, group->vendor, &class);
		if (r == 0)
			rs->class_of[s->number][g] = class;
	}
	return r;
}

#define STACKED 8 /* devices on top of each other that are followed */

/* What an interface has in common with others on its cable: the lowest device's bridge, or that device. */
static uint32_t cable_of(const struct og_gateway *gw, const struct og_gw_link *link)
{
	const struct og_gw_link *below;
	int i;

	for (i = 0; i < STACKED && link->link; i++) {
		below = og_gateway_link_index(gw, link->link);
		if (!below)
			break;
		link = below;
	}
	return link->master ? link->master : link->ifindex;
}

/*
 * Whether the interface is on a cable with a port of any site. Who is on the uplink chooses a MAC address
 * there, and would make the device that really has it a router.
 */
static bool is_lan_side(const struct og_work *w, uint32_t ifindex)
{
	const struct og_gw_link *link = og_gateway_link_index(w->gateway, ifindex), *port;
	const struct og_config *c = w->config;

	if (!link)
		return true;
	for (size_t i = 0; i < c->site_count; i++) {
		for (size_t j = 0; j < c->sites[i].port_count; j++) {
			port = og_gateway_link(w->gateway, c->sites[i].ports[j].name);
			if (port && cable_of(w->gateway, port) == cable_of(w->gateway, link))
				return true;
		}
	}
	return false;
}

static bool is_nexthop(const struct og_work *w, uint64_t mac)
{
	const struct og_gateway *gw = w->gateway;

	for (size_t i = 0; i < gw->nexthop_count; i++)
		if (gw->nexthops[i].mac == mac && is_lan_side(w, gw->nexthops[i].ifindex))
			return true;
	return false;
}

static bool is_present(const struct og_conf_asset *row)
{
	return row->status == OG_ASSET_LEGACY || row->status == OG_ASSET_LEGACY_UNPROVEN;
}

/* Infrastructure: never judged by its prefix. */
static int add_router(struct site *s, const struct special *special, uint16_t vendor, bool declared)
{
	const struct og_class class = {
		.flags = OG_CLASS_INFRASTRUCTURE,
		.vendor = vendor,
		.role = special->row ? special->row->role : OG_ROLE_UNKNOWN,
	};
	struct og_compiled *out = s->w->out;
	uint16_t index;
	int r = og_table_class(s->w->table, &class, NULL, 0, &index);

	if (r == 0)
		r = og_table_exact(s->w->table, special->mac, s->number, index);
	out->routers[out->router_count++] = (struct og_compiled_router){
		.mac = special->mac,
		.site = s->number,
		.declared = declared,
	};
	return og_work_failed(s->w, r);
}

static void note_held(struct site *s, uint64_t mac)
{
	struct og_compiled *out = s->w->out;

	out->held[out->held_count++] = (struct og_compiled_held){.mac = mac, .site = s->number};
}

/* A device that its row, an exception or being held distinguishes. */
static int add_device(struct site *s, const struct special *special, const struct og_listed *listed,
		      uint16_t *scratch)
{
	const struct og_conf_asset *row = special->row;
	struct og_kind kind = {
		.site = s->conf,
		.vendor = s->w->config->vendors[listed->vendor - 1].name,
		.role = row ? row->role : OG_ROLE_UNKNOWN,
		.new = s->assets && (!row || !is_present(row)),
		/* A row says what it is. */
		.held = row ? false
			    : og_is_held(s->w->gateway->decided, s->conf->name, special->mac),
		.exceptions = scratch,
	};
	uint16_t class;
	int r;

	if (kind.held && !listed->unaccepted)
		note_held(s, special->mac);
	if (listed->unaccepted || (row && row->status == OG_ASSET_FALSE_POSITIVE)) {
		r = class_of_observed(s, listed->vendor, kind.role, &class);
	} else {
		kind.exception_count =
			find_exceptions(s, &s->w->groups[listed->group], special->mac, scratch);
		r = class_of_kind(s, &kind, listed->vendor, &class);
	}
	if (r < 0)
		return r;
	return og_work_failed(s->w, og_table_exact(s->w->table, special->mac, s->number, class));
}

static int classify_special(struct site *s, const struct special *special, uint16_t *scratch)
{
	const struct og_conf_asset *row = special->row;
	const struct og_listed *listed = og_work_listed(s->w, special->mac);
	bool nexthop = is_nexthop(s->w, special->mac);

	if (!listed)
		return 0;
	if (!s->conf->enforce_routers &&
	    (nexthop || (row && row->role == OG_ROLE_ROUTER && is_present(row))))
		return add_router(s, special, listed->vendor, !nexthop);
	return add_device(s, special, listed, scratch);
}

static int by_mac(const void *a, const void *b)
{
	const struct special *x = a, *y = b;

	if (x->mac != y->mac)
		return x->mac < y->mac ? -1 : 1;
	return !x->row - !y->row; /* with its row first */
}

/* The devices of the site with an entry of their own, each once, ascending. */
static int gather(struct site *s, struct special **ret_items, size_t *ret_count)
{
	const struct og_config *c = s->w->config;
	const struct og_gateway *gw = s->w->gateway;
	const struct og_decided *d = gw->decided;
	size_t rows = s->assets ? s->assets->count : 0, count = 0, kept = 0;
	size_t held = d ? d->held_count : 0;
	struct special *items =
		calloc(rows + c->exception_count + gw->nexthop_count + held + 1, sizeof(*items));

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < rows; i++)
		items[count++] = (struct special){s->assets->rows[i].mac, &s->assets->rows[i]};
	for (size_t i = 0; i < c->exception_count; i++)
		if (c->exceptions[i].has_mac && c->exceptions[i].mac.length == 48 &&
		    is_here(s, &c->exceptions[i]))
			items[count++].mac = c->exceptions[i].mac.bits;
	for (size_t i = 0; i < gw->nexthop_count; i++)
		if (gw->nexthops[i].mac)
			items[count++].mac = gw->nexthops[i].mac;
	for (size_t i = 0; i < held; i++)
		if (!strcmp(d->held[i].site, s->conf->name))
			items[count++].mac = d->held[i].mac;
	if (count)
		qsort(items, count, sizeof(*items), by_mac);
	for (size_t i = 1; i < count; i++)
		if (items[i].mac != items[kept].mac)
			items[++kept] = items[i];
	*ret_items = items;
	*ret_count = count ? kept + 1 : 0;
	return 0;
}

static int classify_site(struct site *s, uint16_t *scratch)
{
	struct special *items = NULL;
	size_t count = 0;
	int r = classify_groups(s, scratch);

	if (r == 0)
		r = gather(s, &items, &count);
	for (size_t i = 0; i < count && r == 0; i++)
		r = classify_special(s, &items[i], scratch);
	free(items);
	return r;
}

/* An exception that lets nothing through is most likely a mistake. */
static void warn_of_unlisted(const struct og_work *w)
{
	char text[OG_MAC_TEXT];

	for (size_t i = 0; i < w->config->exception_count; i++) {
		const struct og_conf_exception *e = &w->config->exceptions[i];
		const struct og_listed *listed =
			e->has_mac && e->mac.length == 48 ? og_work_listed(w, e->mac.bits) : NULL;

		if (e->has_mac && e->mac.length == 48 && (!listed || listed->unaccepted))
			og_warn(w->diags, &e->mark,
				"device %s of exception `%s` is not listed, so nothing is enforced "
				"on it anyway",
				og_mac_format(e->mac.bits, text), e->name);
	}
}

static int make_room(struct og_work *w)
{
	const struct og_config *c = w->config;
	size_t rows = 0;

	for (size_t i = 0; i < c->register_count; i++)
		for (size_t j = 0; j < c->registers[i].count; j++)
			rows += c->registers[i].rows[j].role == OG_ROLE_ROUTER;
	w->out->routers = og_arena_array(w->arena,
					 rows + c->site_count * w->gateway->nexthop_count + 1,
					 sizeof(*w->out->routers));
	w->out->held = og_arena_array(
		w->arena, (w->gateway->decided ? w->gateway->decided->held_count : 0) + 1,
		sizeof(*w->out->held));
	return w->out->routers && w->out->held ? 0 : -ENOMEM;
}

static int by_router(const void *a, const void *b)
{
	const struct og_compiled_router *x = a, *y = b;

	if (x->mac != y->mac)
		return x->mac < y->mac ? -1 : 1;
	return x->site - y->site;
}

static int by_held(const void *a, const void *b)
{
	const struct og_compiled_held *x = a, *y = b;

	if (x->mac != y->mac)
		return x->mac < y->mac ? -1 : 1;
	return x->site - y->site;
}

int og_compile_devices(struct og_work *work)
{
	const struct og_config *c = work->config;
	uint16_t *scratch = calloc(c->exception_count + 1, sizeof(*scratch));
	int r = scratch ? make_room(work) : -ENOMEM;

	for (size_t i = 0; i < c->site_count && r == 0; i++) {
		struct site s = {
			.w = work,
			.conf = &c->sites[i],
			.assets = og_config_register(c, c->sites[i].name),
			.number = i + 1,
		};

		r = classify_site(&s, scratch);
	}
	free(scratch);
	if (r < 0)
		return r;
	if (work->out->router_count)
		qsort(work->out->routers, work->out->router_count, sizeof(*work->out->routers),
		      by_router);
	if (work->out->held_count)
		qsort(work->out->held, work->out->held_count, sizeof(*work->out->held), by_held);
	warn_of_unlisted(work);
	return 0;
}
