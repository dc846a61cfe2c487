// SPDX-License-Identifier: GPL-2.0
/*
 * compile-site.c: ports, address sets and services of the sites
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ouiguard/decide.h>
#include "policy/compile/compile-work.h"
#include "policy/config/config-port.h"
#include "policy/compile/ranges.h"

/* One site at work. */
struct site {
	struct og_work *w;
	const struct og_conf_site *conf;
	uint16_t number;
	bool *inside; /* by place among the gateway's links: its on-link prefixes are the site's */
};

static bool is_kind(const struct og_gw_link *link, const char *kind)
{
	return !strcmp(link->kind, kind);
}

/* Cover @link for @port's VLANs. */
static int cover(struct site *s, const struct og_conf_port *port, const struct og_gw_link *link)
{
	struct og_compiled *out = s->w->out;
	struct og_compiled_port *covered = &out->ports[out->port_count++];
	bool all = port->vlans_all && port->untagged;
	int r = 0;

	covered->ifindex = link->ifindex;
	covered->site = s->number;
	memcpy(covered->name, link->name, sizeof(covered->name));
	if (all)
		return og_table_port(s->w->table, link->ifindex, OG_VLAN_ALL, s->number);
	if (port->untagged)
		r = og_table_port(s->w->table, link->ifindex, 0, s->number);
	for (unsigned int id = 1; id <= 4094 && r == 0; id++)
		if (og_port_vlan(port, id))
			r = og_table_port(s->w->table, link->ifindex, id, s->number);
	return r;
}

/* The bridge that @link is a port of; NULL when it is none. */
static const struct og_gw_link *bridge_of(const struct og_gateway *gw,
					  const struct og_gw_link *link)
{
	const struct og_gw_link *master = link->master ? og_gateway_link_index(gw, link->master)
						       : NULL;

	return master && is_kind(master, "bridge") ? master : NULL;
}

/* The addresses of @link, and of the bridge that it is a port of, are the site's. */
static void take_addresses(struct site *s, const struct og_gw_link *link)
{
	const struct og_gateway *gw = s->w->gateway;
	const struct og_gw_link *bridge = bridge_of(gw, link);

	s->inside[link - gw->links] = true;
	if (bridge)
		s->inside[bridge - gw->links] = true;
}

/* Interfaces whose on-link prefixes are those of @link's frames: itself, and its VLAN devices. */
static void widen(struct site *s, const struct og_conf_port *port, const struct og_gw_link *link)
{
	const struct og_gateway *gw = s->w->gateway;
	const struct og_gw_link *bridge = bridge_of(gw, link);

	if (port->untagged)
		take_addresses(s, link);
	for (size_t i = 0; i < gw->link_count; i++) {
		const struct og_gw_link *vlan = &gw->links[i];

		if (!is_kind(vlan, "vlan") || !vlan->vlan || vlan->vlan > 4094 ||
		    !og_port_vlan(port, vlan->vlan))
			continue;
		if (vlan->link == link->ifindex || (bridge && vlan->link == bridge->ifindex))
			take_addresses(s, vlan);
	}
}

static int add_port(struct site *s, const struct og_conf_port *port)
{
	const struct og_gateway *gw = s->w->gateway;
	const struct og_gw_link *link = og_gateway_link(gw, port->name);
	struct og_compiled *out = s->w->out;
	int r = 0;

	if (!link) {
		struct og_compiled_missing *missing = &out->missing[out->missing_count++];

		missing->name = og_arena_strdup(s->w->arena, port->name);
		missing->site = s->number;
		return missing->name ? 0 : -ENOMEM;
	}
	widen(s, port, link);
	if (!is_kind(link, "bridge"))
		return cover(s, port, link);
	for (size_t i = 0; i < gw->link_count && r == 0; i++) {
		const struct og_gw_link *member = &gw->links[i];

		if (member->master != link->ifindex ||
		    (port->uplink && !strcmp(member->name, port->uplink)))
			continue;
		widen(s, port, member);
		r = cover(s, port, member);
	}
	return r;
}

/* The prefix that @addr is on; false for one that says nothing about a network. */
static bool span(const struct og_gw_addr *addr, struct og_addr *lo, struct og_addr *hi)
{
	uint64_t high, low;

	if (!addr->length || addr->length > 128 ||
	    (og_addr_is_v4(&addr->addr) && addr->length <= 96))
		return false;
	high = addr->length >= 64 ? UINT64_MAX : ~(UINT64_MAX >> addr->length);
	low = addr->length <= 64    ? 0
	      : addr->length == 128 ? UINT64_MAX
				    : ~(UINT64_MAX >> (addr->length - 64));
	lo->hi = addr->addr.hi & high;
	lo->lo = addr->addr.lo & low;
	hi->hi = addr->addr.hi | ~high;
	hi->lo = addr->addr.lo | ~low;
	return true;
}

/* Likewise, without link-local prefixes: every port has them. */
static bool onlink_prefix(const struct og_gw_addr *addr, struct og_addr *lo, struct og_addr *hi)
{
	return span(addr, lo, hi) && !og_local_scope(lo);
}

static int by_range(const void *a, const void *b)
{
	const struct og_range *x = a, *y = b;
	int order = og_addr_cmp(&x->lo, &y->lo);

	return order ? order : og_addr_cmp(&y->hi, &x->hi);
}

/*
 * The on-link prefixes as a set of one range each: neighbours must stay apart here, because isolate
 * asks whether two addresses are in the same one. Of nested prefixes the outer one counts.
 */
static int store_onlink(struct site *s, struct og_range *ranges, size_t count, uint32_t *ret_set)
{
	size_t kept = 0;

	if (count)
		qsort(ranges, count, sizeof(*ranges), by_range);
	for (size_t i = 1; i < count; i++)
		if (og_addr_cmp(&ranges[i].lo, &ranges[kept].hi) > 0)
			ranges[++kept] = ranges[i];
	return og_table_set(s->w->table, ranges, count ? kept + 1 : 0, ret_set);
}

/* On-link prefixes of the site: as a set of their own, and into @internal if that is connected. */
static int add_onlink(struct site *s, struct og_ranges *internal, uint32_t *ret_set)
{
	const struct og_gateway *gw = s->w->gateway;
	struct og_range *ranges = calloc(gw->addr_count + 1, sizeof(*ranges));
	size_t count = 0;
	int r = 0;

	if (!ranges)
		return -ENOMEM;
	for (size_t i = 0; i < gw->addr_count && r == 0; i++) {
		const struct og_gw_link *link = og_gateway_link_index(gw, gw->addrs[i].ifindex);
		struct og_range *range = &ranges[count];

		if (!link || !s->inside[link - gw->links] ||
		    !onlink_prefix(&gw->addrs[i], &range->lo, &range->hi))
			continue;
		if (s->conf->internal_connected)
			r = og_ranges_add(internal, range->lo, range->hi, NULL);
		count++;
	}
	if (r == 0)
		r = store_onlink(s, ranges, count, ret_set);
	free(ranges);
	return r;
}

static int add_cidrs(struct og_ranges *set, const struct og_cidrs *cidrs)
{
	int r = 0;

	for (size_t i = 0; i < cidrs->count && r == 0; i++)
		r = og_ranges_add(set, cidrs->items[i].lo, cidrs->items[i].hi, NULL);
	return r;
}

static int make_internal(struct site *s, struct og_site *site)
{
	struct og_ranges internal = {0}, never = {0}, left = {0};
	int r = add_onlink(s, &internal, &site->onlink);

	if (r == 0 && !s->conf->internal_connected)
		r = add_cidrs(&internal, &s->conf->internal);
	if (r == 0)
		r = add_cidrs(&never, &s->conf->never_internal);
	if (r == 0)
		r = og_ranges_subtract(&internal, &never, &left);
	if (r == 0)
		r = og_ranges_store(&left, s->w->table, &site->internal);
	og_ranges_clear(&internal);
	og_ranges_clear(&never);
	og_ranges_clear(&left);
	return r;
}

/*
 * Where else the gateway answers because it has @addr. IPv6: the subnet-router anycast address (RFC
 * 4291, 2.6.1), as any of its own. IPv4: the broadcast address, at which its resolver answers as it
 * would at its own, while everything else there is for the other devices too.
 */
static int add_common(struct og_ranges *own, const struct og_gw_addr *addr)
{
	static const struct og_service dns = {OG_PROTO_UDP, OG_PORT_DNS, OG_PORT_DNS};
	struct og_addr lo, hi;

	/* RFC 3021 and RFC 6164: no such addresses on a cable of two ends. */
	if (addr->length > 126 || !span(addr, &lo, &hi))
		return 0;
	if (og_addr_is_v4(&addr->addr))
		return og_ranges_add(own, hi, hi, &dns);
	return og_ranges_add(own, lo, lo, NULL);
}

static int make_own(struct site *s, struct og_site *site)
{
	const struct og_gateway *gw = s->w->gateway;
	struct og_ranges own = {0};
	int r = add_cidrs(&own, &s->conf->own_addresses);

	for (size_t i = 0; i < gw->addr_count && r == 0; i++) {
		r = og_ranges_add(&own, gw->addrs[i].addr, gw->addrs[i].addr, NULL);
		if (r == 0)
			r = add_common(&own, &gw->addrs[i]);
	}
	if (r == 0)
		r = og_ranges_store(&own, s->w->table, &site->own);
	og_ranges_clear(&own);
	return r;
}

static int make_services(struct site *s, struct og_site *site)
{
	struct og_service_rec services[OG_SERVICE_LIST] = {0};
	size_t count = s->conf->gateway_service_count;

	if (count > OG_SERVICE_LIST) {
		og_error(s->w->diags, &s->conf->mark,
			 "site `%s` has %zu gateway services; expected %d at most", s->conf->name,
			 count, OG_SERVICE_LIST);
		return -E2BIG;
	}
	for (size_t i = 0; i < count; i++) {
		services[i].proto = s->conf->gateway_services[i].proto;
		services[i].port_lo = s->conf->gateway_services[i].port_lo;
		services[i].port_hi = s->conf->gateway_services[i].port_hi;
	}
	site->services = count;
	return og_table_services(s->w->table, services, count, &site->service);
}

static int compile_site(struct site *s)
{
	struct og_site *site = &og_table_ruleset(s->w->table)->site[s->number];
	bool here = og_gateway_has(s->w->gateway, s->conf);
	int r = 0;

	s->w->out->elsewhere[s->number] = !here;
	for (size_t i = 0; here && i < s->conf->port_count && r == 0; i++)
		r = add_port(s, &s->conf->ports[i]);
	if (r == 0)
		r = make_internal(s, site);
	if (r == 0)
		r = make_own(s, site);
	if (r == 0)
		r = make_services(s, site);
	if (s->conf->reject)
		site->flags |= OG_SITE_REJECT;
	if (s->conf->match_eui64) {
		site->flags |= OG_SITE_EUI64;
		if (here)
			s->w->flags |= OG_RULESET_EUI64;
	}
	return r;
}

static int by_ifindex(const void *a, const void *b)
{
	const struct og_compiled_port *x = a, *y = b;

	if (x->ifindex != y->ifindex)
		return x->ifindex < y->ifindex ? -1 : 1;
	return x->site - y->site;
}

/* Entries of one interface and site are one port to cover. */
static void tidy_ports(struct og_compiled *out)
{
	size_t kept = 0;

	if (!out->port_count)
		return;
	qsort(out->ports, out->port_count, sizeof(*out->ports), by_ifindex);
	for (size_t i = 1; i < out->port_count; i++)
		if (by_ifindex(&out->ports[i], &out->ports[kept]))
			out->ports[++kept] = out->ports[i];
	out->port_count = kept + 1;
}

/* How many interfaces an entry covers: itself, or the ports of the bridge that it names. */
static size_t width(const struct og_gateway *gw, const struct og_conf_port *port)
{
	const struct og_gw_link *link = og_gateway_link(gw, port->name);
	size_t count = 1;

	for (size_t i = 0; link && is_kind(link, "bridge") && i < gw->link_count; i++)
		count += gw->links[i].master == link->ifindex;
	return count;
}

static int make_room(struct og_work *w)
{
	size_t entries = 0, covered = 0;

	for (size_t i = 0; i < w->config->site_count; i++)
		for (size_t j = 0; j < w->config->sites[i].port_count; j++, entries++)
			covered += width(w->gateway, &w->config->sites[i].ports[j]);
	w->out->missing = og_arena_array(w->arena, entries + 1, sizeof(*w->out->missing));
	w->out->ports = og_arena_array(w->arena, covered + 1, sizeof(*w->out->ports));
	w->out->elsewhere =
		og_arena_array(w->arena, w->config->site_count + 1, sizeof(*w->out->elsewhere));
	return w->out->missing && w->out->ports && w->out->elsewhere ? 0 : -ENOMEM;
}

int og_compile_sites(struct og_work *work)
{
	const struct og_gateway *gw = work->gateway;
	int r = make_room(work);

	for (size_t i = 0; i < gw->link_count && r == 0; i++)
		if (gw->links[i].mac)
			r = og_table_own_mac(work->table, gw->links[i].mac);
	for (size_t i = 0; i < work->config->site_count && r == 0; i++) {
		struct site s = {.w = work, .conf = &work->config->sites[i], .number = i + 1};

		s.inside = og_arena_array(work->scratch, gw->link_count + 1, sizeof(*s.inside));
		r = s.inside ? compile_site(&s) : -ENOMEM;
	}
	tidy_ports(work->out);
	return og_work_failed(work, r);
}
