// SPDX-License-Identifier: GPL-2.0
/*
 * compile.c: intent to ruleset
 */
#include <errno.h>
#include <stdlib.h>

#include "policy/config/check.h"
#include "policy/compile/compile-work.h"

int og_work_failed(struct og_work *work, int r)
{
	if (r == -E2BIG)
		og_error(work->diags, NULL,
			 "the ruleset has no room for so much: too many %s; make it smaller, or "
			 "spread the sites over more gateways",
			 og_table_full(work->table));
	else if (r == -EEXIST)
		og_error(work->diags, NULL,
			 "two different answers for one key in the table of %s; expected each port "
			 "and VLAN, each device and each prefix in one place",
			 og_table_full(work->table));
	return r;
}

/* The names of @count things of @size bytes that begin with their name, from 1 on. */
static int copy_names(struct og_arena *arena, const void *items, size_t count, size_t size,
		      char ***ret_names, size_t *ret_count)
{
	char **names = og_arena_array(arena, count + 1, sizeof(*names));

	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		const char *const *name = (const void *)((const char *)items + i * size);

		names[i + 1] = og_arena_strdup(arena, *name);
		if (!names[i + 1])
			return -ENOMEM;
	}
	*ret_names = names;
	*ret_count = count + 1;
	return 0;
}

#define COPY_NAMES(work, kind, plural)                                                          \
	({                                                                                      \
		_Static_assert(offsetof(__typeof__(*(work)->config->plural), name) == 0,        \
			       "a name comes first");                                           \
		copy_names((work)->arena, (work)->config->plural, (work)->config->kind##_count, \
			   sizeof(*(work)->config->plural), &(work)->out->plural,               \
			   &(work)->out->kind##_count);                                         \
	})

static int name_all(struct og_work *work)
{
	int r = COPY_NAMES(work, vendor, vendors);

	if (r == 0)
		r = COPY_NAMES(work, site, sites);
	if (r == 0)
		r = COPY_NAMES(work, policy, policies);
	if (r == 0)
		r = COPY_NAMES(work, exception, exceptions);
	return r;
}

/* What was decided outlives the gateway's facts in the result. */
static int copy_decided(struct og_work *work)
{
	const struct og_decided *from = work->gateway->decided;
	struct og_decided *to = &work->out->decided;
	struct og_held *held;
	const char **gates;

	if (!from)
		return 0;
	held = og_arena_array(work->arena, from->held_count + 1, sizeof(*held));
	gates = og_arena_array(work->arena, from->gate_count + 1, sizeof(*gates));
	if (!held || !gates)
		return -ENOMEM;
	for (size_t i = 0; i < from->held_count; i++) {
		held[i].mac = from->held[i].mac;
		held[i].site = og_arena_strdup(work->arena, from->held[i].site);
		if (!held[i].site)
			return -ENOMEM;
	}
	for (size_t i = 0; i < from->gate_count; i++) {
		gates[i] = og_arena_strdup(work->arena, from->gates[i]);
		if (!gates[i])
			return -ENOMEM;
	}
	*to = (struct og_decided){held, from->held_count, gates, from->gate_count};
	return 0;
}

static int name_groups(struct og_work *work)
{
	struct og_compiled *out = work->out;

	out->group_vendor =
		og_arena_array(work->arena, work->group_count, sizeof(*out->group_vendor));
	if (!out->group_vendor)
		return -ENOMEM;
	for (size_t i = 0; i < work->group_count; i++)
		out->group_vendor[i] = work->groups[i].vendor;
	out->group_count = work->group_count;
	return 0;
}

static void find_next_change(struct og_compiled *out)
{
	const struct og_ruleset *rs = out->ruleset;

	for (uint32_t i = 0; i < rs->header.phases_used; i++) {
		int64_t from = rs->phase[i].from;

		if (from > out->now && (!out->next_change || from < out->next_change))
			out->next_change = from;
	}
}

/* Sites, policies and exceptions are numbered in 16 bits and bounded by the ruleset. */
static int check_bounds(const struct og_work *work)
{
	const struct og_config *c = work->config;

	if (c->site_count < OG_SITES && c->policy_count <= OG_CONF_POLICIES &&
	    c->exception_count <= OG_CONF_EXCEPTIONS && c->vendor_count < UINT16_MAX)
		return 0;
	og_error(work->diags, NULL,
		 "too many sites, policies, exceptions or vendors; expected at most %d, %d, %d and "
		 "%d",
		 OG_SITES - 1, OG_CONF_POLICIES, OG_CONF_EXCEPTIONS, UINT16_MAX - 1);
	return -E2BIG;
}

static int compile(struct og_work *work)
{
	size_t errors = work->diags->errors;
	int r = check_bounds(work);

	if (r < 0)
		return r;
	og_config_check_gateway(work->config, work->gateway, work->diags);
	if (work->diags->errors > errors)
		return -EINVAL;
	r = og_calendars_new(work->config, &work->calendars, work->diags);
	if (r == 0)
		r = name_all(work);
	if (r == 0)
		r = copy_decided(work);
	if (r == 0)
		r = og_compile_prefixes(work);
	if (r == 0)
		r = name_groups(work);
	if (r == 0)
		r = og_compile_sites(work);
	if (r == 0)
		r = og_compile_devices(work);
	if (r < 0)
		return r;
	r = og_table_finish(work->table, work->flags, &work->out->ruleset);
	if (r < 0)
		return og_work_failed(work, r);
	work->table = NULL;
	find_next_change(work->out);
	return 0;
}

static int allocate(struct og_work *work)
{
	work->arena = og_arena_new();
	work->scratch = og_arena_new();
	work->table = og_table_new();
	if (!work->arena || !work->scratch || !work->table)
		return -ENOMEM;
	work->out = og_arena_alloc(work->arena, sizeof(*work->out));
	if (!work->out)
		return -ENOMEM;
	work->out->arena = work->arena;
	return 0;
}

int og_compile(const struct og_config *config, const struct og_gateway *gateway, int64_t now,
	       struct og_compiled **ret_compiled, struct og_diags *diags)
{
	struct og_work *work = calloc(1, sizeof(*work));
	int r;

	if (!work)
		return -ENOMEM;
	work->config = config;
	work->gateway = gateway;
	work->diags = diags;
	r = allocate(work);
	if (r == 0) {
		work->out->now = now;
		work->times = (struct og_times){
			.config = config,
			.calendars = &work->calendars,
			.table = work->table,
			.now = now,
			.diags = diags,
			.decided = gateway->decided,
		};
		r = compile(work);
	}
	if (r == 0)
		*ret_compiled = work->out;
	else
		og_arena_free(work->arena);
	og_calendars_free(&work->calendars);
	og_table_free(work->table);
	og_arena_free(work->scratch);
	free(work);
	if (r == -EEXIST)
		return -EINVAL;
	return r;
}

void og_compiled_free(struct og_compiled *compiled)
{
	if (!compiled)
		return;
	og_ruleset_free(compiled->ruleset);
	og_arena_free(compiled->arena);
}

static const char *name_of(char **names, size_t count, uint16_t number)
{
	return number < count ? names[number] : NULL;
}

const char *og_compiled_vendor(const struct og_compiled *compiled, uint16_t number)
{
	return name_of(compiled->vendors, compiled->vendor_count, number);
}

const char *og_compiled_site(const struct og_compiled *compiled, uint16_t number)
{
	return name_of(compiled->sites, compiled->site_count, number);
}

const char *og_compiled_policy(const struct og_compiled *compiled, uint16_t number)
{
	return name_of(compiled->policies, compiled->policy_count, number);
}

const char *og_compiled_exception(const struct og_compiled *compiled, uint16_t number)
{
	return name_of(compiled->exceptions, compiled->exception_count, number);
}

const char *og_compiled_group_vendor(const struct og_compiled *compiled, uint16_t group)
{
	return group < compiled->group_count
		       ? og_compiled_vendor(compiled, compiled->group_vendor[group])
		       : NULL;
}
