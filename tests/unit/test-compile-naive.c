// SPDX-License-Identifier: GPL-2.0
/*
 * test-compile-naive.c: files to verdicts, beside a second opinion
 *
 * Random configurations are written as files, compiled and asked about random frames and seconds. The
 * second opinion is docs/semantics.md taken literally: no tables, classes or timelines, every rule
 * looked at anew for each frame. It shares no code with the compiler or og_decide().
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include <ouiguard/decide.h>
#include "tests/vectors/house.h"

#define ROUNDS	60  /* configurations */
#define ASKED	400 /* frames for each */
#define HOUR	3600
#define BEGIN	1806019200 /* 2027-03-26T00:00Z; London's clocks go forward on the 28th, 01:00Z */
#define HALVES	12	   /* half days in which things happen */
#define SITES	2
#define MOST	4 /* policies; exceptions are twice as many */
#define PHASES	3
#define ALLOWED 3

/* A moment as a file has it: civil time, and where that is meant. */
struct moment {
	int64_t civil;
	enum { ZULU, EAST, SITE, NEVER } form;
};

struct target {
	const char *text;
	uint32_t net, mask;
	unsigned int proto, port; /* 0: any */
};

static const struct target targets[] = {
	{"198.51.100.0/25", 0xc6336400, 0xffffff80, 0, 0},
	{"{to: 198.51.100.9, port: 443/tcp}", 0xc6336409, 0xffffffff, 6, 443},
	{"{to: 198.51.100.0/24, port: 53/udp}", 0xc6336400, 0xffffff00, 17, 53},
	{"{to: 203.0.113.0/24, port: tcp}", 0xcb007100, 0xffffff00, 6, 0},
	{"10.9.0.0/16", 0x0a090000, 0xffff0000, 0, 0},
	{"{to: 0.0.0.0/0, port: 443/tcp}", 0, 0, 6, 443},
};

#define TARGETS (sizeof(targets) / sizeof(targets[0]))

/* vendor: 0 none, 1 alpha, 2 beta, by the lock below. */
static const struct {
	uint64_t mac;
	int vendor;
} devices[] = {
	{0x4419b6000001, 1}, {0x4419b64fffff, 1}, {0x4419b6500001, 2}, {0x4419b6507001, 2},
	{0x4419b6512001, 1}, {0x4419b6513001, 2}, {0x4419b6600001, 1}, {0xe0508c500001, 2},
	{0xe0508c5fffff, 2}, {0xe0508c400001, 0}, {0x001bc5091001, 1}, {0x001bc5092001, 0},
	{0x4619b6000001, 0}, {0x4a19b6000001, 0}, {0x3c22fb000001, 0},
};

#define DEVICES (sizeof(devices) / sizeof(devices[0]))

static const char lock[] = "alpha 00:1b:c5:09:10/36 csv \"Alpha Ltd\"\n"
			   "alpha 44:19:b6/24 csv \"Alpha Ltd\"\n"
			   "beta 44:19:b6:50/28 csv \"Beta Ltd\"\n"
			   "alpha 44:19:b6:51:20/36 csv \"Alpha Ltd\"\n"
			   "beta e0:50:8c:50/28 csv \"Beta Ltd\"\n";

/* Prefixes that exceptions name: listed ones, parts of them, and one around them. */
static const struct {
	const char *text;
	uint64_t bits;
	int length;
} parts[] = {
	{"44:19:b6/24", 0x4419b6000000, 24},	   {"44:19:b6:50/28", 0x4419b6500000, 28},
	{"44:19:b6:51:20/36", 0x4419b6512000, 36}, {"44:19:b6:50:70/36", 0x4419b6507000, 36},
	{"e0:50:8c/24", 0xe0508c000000, 24},
};

#define PARTS (sizeof(parts) / sizeof(parts[0]))

static const char *const actions[] = {"observe", "log", "limit", "restrict", "block", "isolate"};
static const char *const roles[] = {"camera",	   "recorder", "router", "phone",
				    "life-safety", "other",    "unknown"};
static const char *const statuses[] = {"legacy", "legacy-unproven", "removed", "replaced",
				       "false-positive"};
static const char *const zones[] = {"UTC", "Europe/London", "America/New_York"};

enum { ROUTER = 2, PHONE = 3, LIFE_SAFETY = 4, UNKNOWN = 6 };
enum { LEGACY, UNPROVEN, REMOVED, REPLACED, FALSE_POSITIVE };

struct phase {
	struct moment from;
	int action; /* index into actions */
	unsigned int kbit;
	int allow[ALLOWED], allows;
	bool marked;
};

struct policy {
	bool vendor[3], site[SITES], role[7], has_new;
	struct phase fresh, phases[PHASES];
	int count;
};

struct exception {
	int policy, device, part, site; /* -1: not given */
	int to[ALLOWED], tos;
	struct moment from, until;
};

struct place {
	int zone, role[DEVICES], status[DEVICES]; /* role -1: no row */
	bool registered, enforce, wide, never;
};

static struct world {
	struct place sites[SITES];
	struct policy policies[MOST];
	struct exception exceptions[2 * MOST];
	int policy_count, exception_count, nexthop;
} world;

/* What is expected of a verdict. */
struct opinion {
	int reason, drop, action;
	uint32_t mark;
	unsigned int kbit;
	int policy;
};

static uint64_t chance = 1;

static int below(int limit)
{
	chance = chance * 6364136223846793005ULL + 1442695040888963407ULL;
	return (chance >> 33) % limit;
}

static struct moment some_moment(int half, bool local)
{
	struct moment m = {BEGIN + half * 12LL * HOUR, below(local ? 3 : 2)};

	return m;
}

static void some_targets(int *list, int *count, int least)
{
	*count = least + below(ALLOWED + 1 - least);
	for (int i = 0; i < *count; i++)
		list[i] = below(TARGETS);
}

static void some_phase(struct phase *p, int half)
{
	memset(p, 0, sizeof(*p));
	p->from = some_moment(half, true);
	p->action = below(6);
	p->kbit = 8 << below(4);
	p->marked = !below(3);
	if (p->action == OG_RESTRICT)
		some_targets(p->allow, &p->allows, 1);
}

static void some_policy(struct policy *p)
{
	int where = below(3), half = below(3), kind = below(3);

	memset(p, 0, sizeof(*p));
	p->vendor[1] = below(3);
	p->vendor[2] = !p->vendor[1] || below(2);
	p->site[0] = where != 1;
	p->site[1] = where != 2;
	for (int i = 0; i < 7; i++)
		p->role[i] = kind == 0 ? i != PHONE && i != LIFE_SAFETY : kind == 1 || below(2);
	p->role[UNKNOWN] |= kind == 2;
	p->count = below(PHASES + 1);
	for (int i = 0; i < p->count; i++, half += 1 + below(3))
		some_phase(&p->phases[i], half);
	p->has_new = !p->count || below(2);
	some_phase(&p->fresh, below(HALVES));
	if (below(2))
		p->fresh.from.form = NEVER;
}

static void some_exception(struct exception *e)
{
	int what = below(4), half = below(HALVES - 2);

	e->policy = below(world.policy_count);
	e->device = what == 0 ? below(DEVICES) : -1;
	e->part = what == 1 ? below(PARTS) : -1;
	e->site = what >= 2 || below(2) ? below(SITES) : -1;
	some_targets(e->to, &e->tos, 0);
	e->from = some_moment(half, e->site >= 0);
	if (!below(3))
		e->from.form = NEVER;
	e->until = some_moment(half + 1 + below(4), e->site >= 0);
}

static void some_place(struct place *s)
{
	s->zone = below(3);
	s->registered = below(2);
	s->enforce = !below(3);
	s->wide = below(2);
	s->never = below(2);
	for (size_t i = 0; i < DEVICES; i++) {
		s->role[i] = s->registered && below(2) ? below(7) : -1;
		s->status[i] = below(5);
	}
}

static void some_world(void)
{
	memset(&world, 0, sizeof(world));
	world.policy_count = 1 + below(MOST);
	world.exception_count = below(2 * MOST + 1);
	world.nexthop = below(2) ? below(DEVICES) : -1;
	for (int i = 0; i < SITES; i++)
		some_place(&world.sites[i]);
	for (int i = 0; i < world.policy_count; i++)
		some_policy(&world.policies[i]);
	for (int i = 0; i < world.exception_count; i++)
		some_exception(&world.exceptions[i]);
}

static const char *mac_text(uint64_t mac)
{
	static char text[18];

	for (int i = 0; i < 6; i++)
		snprintf(text + 3 * i, 4, i < 5 ? "%02x:" : "%02x",
			 (unsigned int)(mac >> (40 - 8 * i) & 255));
	return text;
}

static void put_moment(FILE *f, const char *key, struct moment m)
{
	static const char *const tail[] = {"Z", "+02:00", ""};
	char text[32];
	time_t civil = m.civil;
	struct tm tm;

	if (m.form == NEVER)
		return;
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", gmtime_r(&civil, &tm));
	fprintf(f, "%s: \"%s%s\", ", key, text, tail[m.form]);
}

static void put_targets(FILE *f, const int *list, int count)
{
	for (int i = 0; i < count; i++)
		fprintf(f, "%s%s", i ? ", " : "", targets[list[i]].text);
}

static void put_phase(FILE *f, const struct phase *p, int policy)
{
	fputc('{', f);
	put_moment(f, "from", p->from);
	fprintf(f, "action: %s", actions[p->action]);
	if (p->action == OG_LIMIT)
		fprintf(f, ", rate: %ukbit", p->kbit);
	if (p->action == OG_RESTRICT) {
		fputs(", allow: [", f);
		put_targets(f, p->allow, p->allows);
		fputc(']', f);
	}
	if (p->marked)
		fprintf(f, ", mark: %#x/%#x", 1 << policy, 1 << policy);
	fputs("}", f);
}

#define WRITE(house, name, ...)                           \
	do {                                              \
		char *text_ = NULL;                       \
		size_t size_;                             \
		FILE *f = open_memstream(&text_, &size_); \
		assert_non_null(f);                       \
		__VA_ARGS__;                              \
		assert_int_equal(fclose(f), 0);           \
		house_file(house, name, text_);           \
		free(text_);                              \
	} while (0)

static void put_policy(FILE *f, const struct policy *p, int number)
{
	fprintf(f, "vendors: [%s%s%s]\n", p->vendor[1] ? "alpha" : "",
		p->vendor[1] && p->vendor[2] ? ", " : "", p->vendor[2] ? "beta" : "");
	if (p->site[0] != p->site[1])
		fprintf(f,
			number % 2 ? "applies_to: {class: c%d}\n" : "applies_to: {sites: [s%d]}\n",
			p->site[1]);
	fputs("roles: {only: [", f);
	for (int i = 0, any = 0; i < 7; i++)
		if (p->role[i])
			fprintf(f, "%s%s", any++ ? ", " : "", roles[i]);
	fputs("]}\n", f);
	if (p->has_new) {
		fputs("new_devices: ", f);
		put_phase(f, &p->fresh, number);
		fputc('\n', f);
	}
	if (p->count)
		fputs("phases:\n", f);
	for (int i = 0; i < p->count; i++) {
		fputs("  - ", f);
		put_phase(f, &p->phases[i], number);
		fputc('\n', f);
	}
}

static void put_exception(FILE *f, const struct exception *e)
{
	fprintf(f, "{policy: p%d, owner: o, reason: r, approver: a, author: x, approved_by: y, ",
		e->policy);
	if (e->device >= 0)
		fprintf(f, "device: \"%s\", ", mac_text(devices[e->device].mac));
	if (e->part >= 0)
		fprintf(f, "prefix: \"%s\", ", parts[e->part].text);
	if (e->site >= 0)
		fprintf(f, "site: s%d, ", e->site);
	if (e->tos) {
		fputs("to: [", f);
		put_targets(f, e->to, e->tos);
		fputs("], ", f);
	}
	put_moment(f, "from", e->from);
	put_moment(f, "until", e->until);
	fputs("}\n", f);
}

static void put_register(FILE *f, const struct place *s)
{
	fputs("mac,role,status\n", f);
	for (size_t i = 0; i < DEVICES; i++)
		if (s->role[i] >= 0)
			fprintf(f, "%s,%s,%s\n", mac_text(devices[i].mac), roles[s->role[i]],
				statuses[s->status[i]]);
}

static void put_site(FILE *f, const struct place *s, int number)
{
	fprintf(f, "class: c%d\ntimezone: %s\nports: [{name: lan%d}]\nenforce_routers: %s\n",
		number, zones[s->zone], number, s->enforce ? "true" : "false");
	if (s->wide)
		fputs("internal: [10.0.0.0/8]\n", f);
	if (s->never)
		fprintf(f, "never_internal: [10.%d.0.53]\n", number);
}

static struct house *build_house(void)
{
	struct house *house = house_new();
	char name[64];

	house_file(house, "ouiguard.yaml", "engine: auto\n");
	house_file(house, "prefixes.lock", lock);
	house_file(house, "vendors/alpha.yaml", "title: A\nnames: [\"Alpha Ltd\"]\n");
	house_file(house, "vendors/beta.yaml", "title: B\nnames: [\"Beta Ltd\"]\n");
	for (int i = 0; i < SITES; i++) {
		struct og_gw_link link = {.ifindex = i + 1, .mac = 0x020000000001 + i};

		snprintf(link.name, sizeof(link.name), "lan%d", i);
		house_link(house, link);
		snprintf(name, sizeof(name), "10.%d.0.1", i);
		house_addr(house, i + 1, name, 24);
		snprintf(name, sizeof(name), "sites/s%d.yaml", i);
		WRITE(house, name, put_site(f, &world.sites[i], i));
		snprintf(name, sizeof(name), "assets/s%d.csv", i);
		if (world.sites[i].registered)
			WRITE(house, name, put_register(f, &world.sites[i]));
	}
	for (int i = 0; i < world.policy_count; i++) {
		snprintf(name, sizeof(name), "policies/p%d.yaml", i);
		WRITE(house, name, put_policy(f, &world.policies[i], i));
	}
	for (int i = 0; i < world.exception_count; i++) {
		snprintf(name, sizeof(name), "exceptions/e%d.yaml", i);
		WRITE(house, name, put_exception(f, &world.exceptions[i]));
	}
	if (world.nexthop >= 0)
		house_nexthop(house, 1, devices[world.nexthop].mac);
	return house;
}

static int64_t second_of(struct moment m, int site)
{
	int zone = site >= 0 ? world.sites[site].zone : 0;

	if (m.form == NEVER)
		return INT64_MIN;
	if (m.form == EAST)
		return m.civil - 2 * HOUR;
	if (m.form == ZULU || zone == 0)
		return m.civil;
	if (zone == 1) /* summer time from the 28th, 02:00 by the new clock */
		return m.civil - (m.civil >= BEGIN + 50 * HOUR ? HOUR : 0);
	return m.civil + 4 * HOUR; /* summer time since the 14th */
}

static bool meets(const int *list, int count, const struct og_facts *f)
{
	for (int i = 0; i < count; i++) {
		const struct target *t = &targets[list[i]];

		if (((uint32_t)f->dst.lo & t->mask) == t->net &&
		    (!t->proto || t->proto == f->proto) && (!t->port || t->port == f->dport))
			return true;
	}
	return false;
}

/* Does exception @e let the device (its place in the table) out of @policy at @at? */
static bool excepts(const struct exception *e, int policy, int device, int site, int64_t at)
{
	uint64_t mac = devices[device].mac;

	if (e->policy != policy || (e->site >= 0 && e->site != site))
		return false;
	if (e->device >= 0 && e->device != device)
		return false;
	if (e->part >= 0 && (mac ^ parts[e->part].bits) >> (48 - parts[e->part].length))
		return false;
	return second_of(e->from, e->site) <= at && at < second_of(e->until, e->site);
}

static const struct phase *phase_of(const struct policy *p, int site, bool new, int64_t at)
{
	const struct phase *found = NULL;

	if (new && p->has_new && second_of(p->fresh.from, site) <= at)
		return &p->fresh;
	for (int i = 0; i < p->count; i++)
		if (second_of(p->phases[i].from, site) <= at)
			found = &p->phases[i];
	return found;
}

/* What the destination is: the reason that og_scope() should give. */
static int scope_of(const struct og_facts *f, int site)
{
	uint32_t dst = f->dst.lo, net = 0x0a000000 | site << 16;

	for (int i = 0; i < SITES; i++)
		if (dst == (0x0a000001u | i << 16))
			return f->proto == 1 || (f->proto == 17 && f->dport == 123)
				       ? OG_R_GATEWAY_SERVICE
				       : OG_R_GATEWAY_CLOSED;
	if (dst >> 24 == 239)
		return f->dport == 53 ? OG_R_GATEWAY_CLOSED : OG_R_LOCAL_SCOPE;
	for (int i = 0; i < SITES; i++)
		if (dst == (0x0a0000ffu | i << 16) && f->proto == 17 && f->dport == 53)
			return OG_R_GATEWAY_CLOSED;
	if (dst >> 28 == 14)
		return OG_R_MULTICAST;
	if (world.sites[site].never && dst == (net | 53))
		return OG_R_EGRESS;
	if (world.sites[site].wide ? dst >> 24 == 10 : (dst & 0xffffff00) == net)
		return OG_R_INTERNAL;
	return OG_R_EGRESS;
}

/* All policies at one second, merged field by field. */
struct merged {
	struct opinion o;
	bool excepted, logs, restricts, allowed;
};

static void take(struct merged *m, int policy, int device, int site, bool new, int64_t at,
		 const struct og_facts *f)
{
	const struct phase *p = phase_of(&world.policies[policy], site, new, at);
	bool lets = false, lifted = false, any = false;

	for (int i = 0; i < world.exception_count; i++) {
		const struct exception *e = &world.exceptions[i];

		if (!excepts(e, policy, device, site, at))
			continue;
		lifted |= !e->tos;
		any = true;
		lets |= meets(e->to, e->tos, f);
	}
	if (!p)
		return;
	if (lifted && p->action > OG_OBSERVE) {
		m->excepted = true;
		return;
	}
	if (!m->o.policy || p->action > m->o.action) {
		m->o.policy = policy + 1;
		m->o.action = p->action;
	}
	m->logs |= p->action >= OG_LOG;
	if (p->action == OG_LIMIT && (!m->o.kbit || p->kbit < m->o.kbit))
		m->o.kbit = p->kbit;
	if (p->marked)
		m->o.mark |= 1 << policy;
	if (p->action < OG_RESTRICT)
		return;
	m->excepted |= any;
	lets |= p->action == OG_RESTRICT && meets(p->allow, p->allows, f);
	m->allowed = (m->allowed || !m->restricts) && lets;
	m->restricts = true;
}

/* What @m means for a frame to a destination of @scope. */
static struct opinion conclude(struct merged *m, int scope, const struct og_facts *f, int site)
{
	struct opinion o = m->o;

	o.reason = scope;
	if (scope < OG_R_EGRESS) {
		o.mark = o.kbit = 0;
		if (o.action == OG_ISOLATE && scope == OG_R_INTERNAL && !m->allowed &&
		    ((uint32_t)f->dst.lo & 0xffffff00) != (0x0a000000u | site << 16)) {
			o.reason = OG_R_ISOLATED;
			o.drop = 1;
		}
		return o;
	}
	if (m->restricts && !m->allowed) {
		o.drop = 1;
		if (o.action == OG_RESTRICT && scope == OG_R_EGRESS)
			o.reason = OG_R_NOT_ALLOWED;
		return o;
	}
	o.reason = m->excepted	  ? OG_R_EXCEPTION
		   : m->restricts ? OG_R_ALLOWED
		   : o.kbit	  ? OG_R_LIMITED
		   : m->logs	  ? OG_R_LOGGED
				  : OG_R_OBSERVED;
	return o;
}

static struct opinion think(int device, int site, int64_t at, const struct og_facts *f)
{
	const struct place *s = &world.sites[site];
	int vendor = devices[device].vendor, role = s->role[device], status = s->status[device];
	bool row = s->registered && role >= 0, stands = row && status <= UNPROVEN;
	struct merged m = {.o = {.reason = OG_R_UNLISTED}};

	if (devices[device].mac >> 40 & 3)
		m.o.reason = OG_R_UNATTRIBUTABLE;
	if (!vendor)
		return m.o;
	if (!s->enforce && (device == world.nexthop || (stands && role == ROUTER))) {
		m.o.reason = OG_R_INFRASTRUCTURE;
		return m.o;
	}
	for (int i = 0; i < world.policy_count; i++)
		if (world.policies[i].vendor[vendor] && world.policies[i].site[site] &&
		    world.policies[i].role[row ? role : UNKNOWN] &&
		    !(row && status == FALSE_POSITIVE))
			take(&m, i, device, site, s->registered && !stands, at, f);
	return conclude(&m, scope_of(f, site), f, site);
}

static void some_frame(struct og_facts *f, int device, int site)
{
	static const struct {
		unsigned int proto, port;
	} services[] = {{6, 443}, {6, 80}, {17, 53}, {17, 123}, {17, 9}, {1, 0}};
	uint32_t net = 0x0a000000 | site << 16, other = 0x0a000000 | !site << 16;
	const uint32_t places[] = {net | 50,   net | 53,   net | 1,    other | 1,  other | 50,
				   0x0a090001, 0xc6336409, 0xc6336440, 0xc6336482, 0xcb007107,
				   0xe1010101, 0xefffffff, net | 255,  other | 255};
	int service = below(6);

	memset(f, 0, sizeof(*f));
	f->mac = devices[device].mac;
	f->dmac = 0x020000000001;
	f->ifindex = site + 1;
	f->ethertype = OG_ETH_IPV4;
	f->src = og_addr_v4(net | 77);
	f->dst = og_addr_v4(places[below(sizeof(places) / sizeof(places[0]))]);
	f->proto = services[service].proto;
	f->sport = 4000;
	f->dport = services[service].port;
	f->tcp_flags = 2;
	f->icmp_type = f->proto == 1 ? 8 : 0;
	f->flags = OG_F_DST | OG_F_PORTS;
	f->hop_limit = 64;
}

static void compare(const struct og_compiled *c, int round, int64_t at)
{
	int device = below(DEVICES), site = below(SITES);
	struct og_verdict v = {0}, other = {0};
	struct og_facts facts;
	struct opinion o;
	uint64_t ns;

	some_frame(&facts, device, site);
	o = think(device, site, at, &facts);
	assert_int_equal(og_decide(c->ruleset, &facts, at, &v, &other), 0);
	ns = o.kbit && !o.drop && v.flags & OG_V_EGRESS ? 8192000000000 / (o.kbit * 1000) : 0;
	if (v.reason == o.reason && v.drop == o.drop && v.action == o.action &&
	    v.policy == o.policy && (o.drop || (v.mark == o.mark && v.ns_per_kib == ns)))
		return;
	fail_msg("configuration %d, device %s at s%d to %x proto %d port %d at BEGIN + %ld s: "
		 "reason %d drop %d action %d policy %d mark %x ns %lu; the second opinion: %d %d "
		 "%d %d %x %lu",
		 round, mac_text(facts.mac), site, (unsigned int)facts.dst.lo, facts.proto,
		 facts.dport, (long)(at - BEGIN), v.reason, v.drop, v.action, v.policy, v.mark,
		 (unsigned long)v.ns_per_kib, o.reason, o.drop, o.action, o.policy, o.mark,
		 (unsigned long)ns);
}

static int64_t some_second(void)
{
	return BEGIN + (below(2 * HALVES + 8) * 6LL - 12 + below(3) * 4 - 4) * HOUR + below(3) - 1;
}

static void agrees(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct house *house;
		struct og_compiled *c;
		int64_t now = some_second();

		chance = round + 1;
		some_world();
		house = build_house();
		c = house_compile(house, now);
		for (int i = 0; i < ASKED; i++) {
			int64_t at = some_second();

			compare(c, round, at < now ? now : at);
		}
		og_compiled_free(c);
		house_free(house);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(agrees)};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
