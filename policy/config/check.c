// SPDX-License-Identifier: GPL-2.0
/*
 * check.c: what is wrong with a configuration although each file is right
 */
#include "policy/config/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ouiguard/decide.h>

#include "policy/base/address.h"
#include "policy/config/schema.h"

struct check {
	const struct og_config *config;
	struct og_diags *diags;
	bool *listed; /* for each vendor: prefixes.lock has a prefix of it */
};

/* What sorted arrays of named things have in common: see og_config_site() and the like. */
static const char *closest_of(const char *name, const void *array, size_t count, size_t size)
{
	const char **words = calloc(count + 1, sizeof(*words));
	const char *closest;

	if (!words)
		return NULL;
	for (size_t i = 0; i < count; i++)
		words[i] = *(char *const *)((const char *)array + i * size);
	closest = og_closest(name, words, count);
	free(words);
	return closest;
}

/* `there is no SITE `x`; did you mean `y`?`, or where to make one. */
static void no_such(const struct check *c, const struct og_mark *mark, const char *what,
		    const char *directory, const char *name, const char *closest)
{
	if (closest)
		og_error(c->diags, mark, "there is no %s `%s`; did you mean `%s`?", what, name,
			 closest);
	else
		og_error(c->diags, mark, "there is no %s `%s`; expected a file %s/%s.yaml", what,
			 name, directory, name);
}

static void need_site(const struct check *c, const struct og_mark *mark, const char *name)
{
	const struct og_config *config = c->config;

	if (!og_config_site(config, name))
		no_such(c, mark, "site", "sites", name,
			closest_of(name, config->sites, config->site_count,
				   sizeof(*config->sites)));
}

static void need_vendor(const struct check *c, const struct og_mark *mark, const char *name)
{
	const struct og_config *config = c->config;

	if (!og_config_vendor(config, name))
		no_such(c, mark, "vendor", "vendors", name,
			closest_of(name, config->vendors, config->vendor_count,
				   sizeof(*config->vendors)));
}

static void check_class(const struct check *c, const struct og_conf_policy *policy)
{
	const char *words[OG_CONF_SITES], *closest;
	size_t count = 0;

	if (!policy->site_class)
		return;
	for (size_t i = 0; i < c->config->site_count; i++) {
		const char *class = c->config->sites[i].class;

		if (class && !strcmp(class, policy->site_class))
			return;
		if (class)
			words[count++] = class;
	}
	/* A class may wait for its first site, so this is no error. */
	closest = og_closest(policy->site_class, words, count);
	og_warn(c->diags, &policy->applies_mark,
		"no site has `class: %s`%s%s%s, so policy `%s` "
		"applies nowhere",
		policy->site_class, closest ? " (did you mean `" : "", closest ? closest : "",
		closest ? "`?)" : "", policy->name);
}

/*
 * Whether the second moment comes after the first by the clock of @zone; 0 at once, -1 before. Dates
 * that are written alike are in the same order everywhere, and need no zone to be looked up.
 */
static int order_in(struct og_when first, struct og_when second, const char *zone)
{
	int64_t earlier, later;

	if (first.has_offset == second.has_offset)
		first.has_offset = second.has_offset = true;
	if (og_when_utc(&first, zone, &earlier) || og_when_utc(&second, zone, &later))
		return 1;
	return later > earlier ? 1 : later == earlier ? 0 : -1;
}

/* The same for phases: by the clock of each site where the policy applies. */
static int order_of(const struct check *c, const struct og_conf_policy *policy,
		    const struct og_when *first, const struct og_when *second)
{
	int order = 1;

	if (first->has_offset == second->has_offset)
		return order_in(*first, *second, NULL);
	for (size_t i = 0; order > 0 && i < c->config->site_count; i++)
		if (og_policy_applies(policy, &c->config->sites[i]))
			order = order_in(*first, *second, c->config->sites[i].timezone);
	return order;
}

static void check_order(const struct check *c, const struct og_conf_policy *policy, size_t i)
{
	const struct og_conf_phase *before = &policy->phases[i - 1], *phase = &policy->phases[i];
	int order = order_of(c, policy, &before->from, &phase->from);

	if (order <= 0)
		og_error(c->diags, &phase->mark,
			 "this phase starts %s the one in line %u; expected ascending dates",
			 order ? "before" : "at the same moment as", before->mark.line);
}

static void check_prefixes(const struct check *c, const struct og_conf_policy *policy)
{
	const struct og_names *vendors = og_policy_vendors(c->config, policy);

	for (size_t i = 0; c->config->lock.present && i < vendors->count; i++) {
		const struct og_conf_vendor *vendor =
			og_config_vendor(c->config, vendors->names[i]);

		if (vendor && !c->listed[vendor - c->config->vendors])
			og_warn(c->diags, &policy->mark,
				"vendor `%s` has no prefix in prefixes.lock, so none of its "
				"devices is found; run `ouiguard registry accept`",
				vendor->name);
	}
}

static void check_registers_of(const struct check *c, const struct og_conf_policy *policy)
{
	if (!policy->has_new_devices)
		return;
	for (size_t i = 0; i < c->config->site_count; i++) {
		const struct og_conf_site *site = &c->config->sites[i];

		if (og_policy_applies(policy, site) && !og_config_register(c->config, site->name))
			og_warn(c->diags, &policy->new_devices.mark,
				"site `%s` has no asset register, so `new_devices` does nothing "
				"there; `ouiguard baseline freeze` writes assets/%s.csv",
				site->name, site->name);
	}
}

/* Where their devices send to is not kept, so nobody knows when they are quiet. */
static void warn_of_guests(const struct check *c, const struct og_conf_policy *policy,
			   const struct og_conf_gate *gate)
{
	for (size_t i = 0; i < c->config->site_count; i++) {
		const struct og_conf_site *site = &c->config->sites[i];

		if (site->class && !strcmp(site->class, "guest") && og_policy_applies(policy, site))
			og_warn(c->diags, &gate->mark,
				"site `%s` is of class `guest`, where destinations are not kept, "
				"so "
				"this gate never opens there",
				site->name);
	}
}

static void check_gate(const struct check *c, const struct og_conf_policy *policy,
		       const struct og_conf_gate *gate)
{
	const struct og_conf_programme *programme =
		policy->programme ? og_config_programme(c->config, policy->programme) : NULL;
	const char *closest;

	if (gate->quiet_days)
		warn_of_guests(c, policy, gate);
	if (!gate->milestone)
		return;
	if (!policy->programme) {
		og_error(c->diags, &gate->mark,
			 "a milestone is one of a programme, and policy `%s` names none; expected "
			 "`programme` in place of `vendors`, or {quiet_days: DAYS}",
			 policy->name);
		return;
	}
	for (size_t i = 0; programme && i < programme->milestone_count; i++)
		if (!strcmp(programme->milestones[i].name, gate->milestone))
			return;
	if (!programme)
		return;
	closest = closest_of(gate->milestone, programme->milestones, programme->milestone_count,
			     sizeof(*programme->milestones));
	og_error(c->diags, &gate->mark, "there is no milestone `%s` in programme `%s`%s%s%s",
		 gate->milestone, programme->name, closest ? "; did you mean `" : "",
		 closest ? closest : "; expected one of its file", closest ? "`?" : "");
}

static void check_policy(const struct check *c, const struct og_conf_policy *policy)
{
	const struct og_config *config = c->config;

	if (policy->programme && !og_config_programme(config, policy->programme))
		no_such(c, &policy->programme_mark, "programme", "programmes", policy->programme,
			closest_of(policy->programme, config->programmes, config->programme_count,
				   sizeof(*config->programmes)));
	for (size_t i = 0; i < policy->vendors.count; i++)
		need_vendor(c, &policy->vendors.marks[i], policy->vendors.names[i]);
	for (size_t i = 0; i < policy->sites.count; i++)
		need_site(c, &policy->sites.marks[i], policy->sites.names[i]);
	check_class(c, policy);
	for (size_t i = 1; i < policy->phase_count; i++)
		check_order(c, policy, i);
	for (size_t i = 0; i < policy->phase_count; i++)
		check_gate(c, policy, &policy->phases[i].gate);
	check_prefixes(c, policy);
	check_registers_of(c, policy);
}

static void check_pause(const struct check *c, const struct og_conf_exception *pause,
			const char *zone)
{
	int64_t from, until;

	if (og_when_utc(&pause->from, zone, &from) || og_when_utc(&pause->until, zone, &until) ||
	    until - from <= OG_PAUSE_SECONDS)
		return;
	og_error(c->diags, &pause->mark,
		 "a pause of more than %d hours; expected a shorter one, or an exception that "
		 "another login approves",
		 OG_PAUSE_SECONDS / 3600);
}

static bool same_pauses(const struct og_conf_exception *one, const struct og_conf_exception *other)
{
	return one != other && other->pause && other->from.set && other->until.set && one->site &&
	       other->site && !strcmp(one->site, other->site) && one->policy && other->policy &&
	       !strcmp(one->policy, other->policy);
}

/* Many pauses in a row would be an exception that nobody approved. */
static void warn_of_row(const struct check *c, const struct og_conf_exception *pause,
			const char *zone)
{
	int64_t from, end, begin, until;

	if (og_when_utc(&pause->from, zone, &from))
		return;
	for (size_t i = 0; i < c->config->exception_count; i++) {
		const struct og_conf_exception *before = &c->config->exceptions[i];

		if (!same_pauses(pause, before) || og_when_utc(&before->from, zone, &begin) ||
		    og_when_utc(&before->until, zone, &end) ||
		    og_when_utc(&pause->until, zone, &until) || begin >= from || end >= until ||
		    from - end > OG_PAUSE_SECONDS)
			continue;
		og_warn(c->diags, &pause->mark,
			"this pause follows on `%s` within a day; what goes on for longer is an "
			"exception that another login approves",
			before->name);
		return;
	}
}

static void check_exception(const struct check *c, const struct og_conf_exception *exception)
{
	const struct og_config *config = c->config;
	const struct og_conf_site *site = NULL;

	if (exception->policy && !og_config_policy(config, exception->policy))
		no_such(c, &exception->policy_mark, "policy", "policies", exception->policy,
			closest_of(exception->policy, config->policies, config->policy_count,
				   sizeof(*config->policies)));
	if (exception->site) {
		need_site(c, &exception->site_mark, exception->site);
		site = og_config_site(config, exception->site);
	}
	og_check_coverage(config, exception, c->diags);
	if (exception->from.set && exception->until.set &&
	    order_in(exception->from, exception->until, site ? site->timezone : NULL) <= 0)
		og_error(c->diags, &exception->mark,
			 "`until` is not after `from`; expected a later date");
	if (exception->pause && exception->from.set && exception->until.set) {
		check_pause(c, exception, site ? site->timezone : NULL);
		warn_of_row(c, exception, site ? site->timezone : NULL);
	}
}

static void warn_of_pending(const struct check *c, const struct og_conf_exception *exception)
{
	/* What is wrong with it was said already. */
	if (!exception->author)
		return;
	og_warn(c->diags, &exception->mark,
		"exception `%s` waits for approval and lets nothing through: another login than "
		"its author's, `%s`, approves it with `ouiguard exception approve %s`",
		exception->name, exception->author, exception->name);
}

/* What always passes, whatever `internal` says: og_local_scope(). */
static bool holds_local_scope(const struct og_cidr *cidr)
{
	static const struct og_addr ranges[][2] = {
		{{0, OG_V4_MAPPED | 0xa9fe0000}, {0, OG_V4_MAPPED | 0xa9feffff}},
		{{0, OG_V4_MAPPED | 0xe0000000}, {0, OG_V4_MAPPED | 0xe00000ff}},
		{{0, OG_V4_MAPPED | 0xef000000}, {0, OG_V4_MAPPED | 0xefffffff}},
		{{0, OG_V4_MAPPED | 0xffffffff}, {0, OG_V4_MAPPED | 0xffffffff}},
		{{0xfe80000000000000, 0}, {0xfebfffffffffffff, UINT64_MAX}},
		{{0xff01000000000000, 0}, {0xff05ffffffffffff, UINT64_MAX}},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		if (og_addr_cmp(&ranges[i][0], &cidr->hi) <= 0 &&
		    og_addr_cmp(&cidr->lo, &ranges[i][1]) <= 0)
			return true;
	/* The flags of an IPv6 group stand before its scope. */
	return og_local_scope(&cidr->lo) || og_local_scope(&cidr->hi);
}

/* What `never_internal` names and cannot close, or need not. */
static void check_never(const struct check *c, const struct og_cidr *never)
{
	char text[OG_PREFIX_TEXT];

	og_prefix_format(&never->lo, &never->hi, text);
	if (holds_local_scope(never))
		og_warn(c->diags, &never->mark,
			"%s is or holds addresses of local scope (link-local, local multicast, "
			"broadcast), which always pass: `never_internal` cannot close them; name "
			"the routable addresses of the relay",
			text);
	else if (og_multicast(&never->lo) && og_multicast(&never->hi))
		og_warn(c->diags, &never->mark,
			"%s is multicast beyond local scope, which is egress anyway; remove it "
			"from `never_internal`",
			text);
}

static void check_site(const struct check *c, const struct og_conf_site *site)
{
	char text[OG_PREFIX_TEXT];

	for (size_t i = 0; i < site->never_internal.count; i++)
		check_never(c, &site->never_internal.items[i]);
	for (size_t i = 0; !site->internal_connected && i < site->never_internal.count; i++) {
		const struct og_cidr *never = &site->never_internal.items[i];
		bool inside = false;

		for (size_t j = 0; !inside && j < site->internal.count; j++)
			inside = og_addr_cmp(&site->internal.items[j].lo, &never->hi) <= 0 &&
				 og_addr_cmp(&never->lo, &site->internal.items[j].hi) <= 0;
		if (!inside && !holds_local_scope(never) && !og_multicast(&never->lo))
			og_warn(c->diags, &never->mark,
				"%s is outside of `internal` and so egress anyway; remove it from "
				"`never_internal`, or widen `internal`",
				og_prefix_format(&never->lo, &never->hi, text));
	}
}

/* Vendors that the lock names and that are gone, as far as they have been reported. */
struct gone {
	const char *vendors[16];
	size_t count;
};

/* One of them fills many lines of the lock: one word about each is enough. */
static bool report_once(struct gone *gone, const char *vendor)
{
	for (size_t i = 0; i < gone->count; i++)
		if (!strcmp(gone->vendors[i], vendor))
			return false;
	if (gone->count == sizeof(gone->vendors) / sizeof(*gone->vendors))
		return false;
	gone->vendors[gone->count++] = vendor;
	return true;
}

static void check_lock(const struct check *c)
{
	const struct og_lock *lock = &c->config->lock;
	struct gone gone = {.count = 0};

	for (size_t i = 0; i < lock->count; i++) {
		const struct og_lock_entry *entry = &lock->entries[i];
		const struct og_conf_vendor *vendor = og_config_vendor(c->config, entry->vendor);

		if (vendor)
			c->listed[vendor - c->config->vendors] = true;
		else if (report_once(&gone, entry->vendor))
			og_warn(c->diags, &entry->mark,
				"there is no vendor `%s`, so its prefixes list nothing; run "
				"`ouiguard registry accept`",
				entry->vendor);
	}
}

/* Only the kernel module can answer a blocked frame. */
static void check_reject(const struct check *c, const struct og_conf_site *site)
{
	if (!site->reject || c->config->engine == OG_ENGINE_KMOD)
		return;
	og_warn(c->diags, &site->reject_mark,
		"`on_block: reject` is for the kernel module: with the bpf engine%s blocked "
		"traffic "
		"is dropped without an answer; say `engine: kmod` in ouiguard.yaml",
		c->config->engine == OG_ENGINE_AUTO ? ", which `engine: auto` takes first," : "");
}

void og_config_warn_lock(const struct og_config *config, struct og_diags *diags)
{
	if (!config->lock.present && config->policy_count)
		og_warn(diags, NULL,
			"there is no prefixes.lock yet; `ouiguard registry accept` writes it from "
			"the present registry");
}

int og_config_check(const struct og_config *config, struct og_diags *diags)
{
	const struct check c = {config, diags, calloc(config->vendor_count + 1, sizeof(bool))};
	int ret;

	if (!c.listed)
		return -ENOMEM;
	if (!config->site_count)
		og_warn(diags, NULL,
			"there is no site, so nothing is covered; expected a file "
			"sites/NAME.yaml (`ouiguard init` writes a first one)");
	if (!config->policy_count)
		og_warn(diags, NULL,
			"there is no policy, so nothing is done about any device; "
			"expected a file policies/NAME.yaml (`ouiguard init` writes a first one)");
	check_lock(&c);
	for (size_t i = 0; i < config->programme_count; i++)
		for (size_t j = 0; j < config->programmes[i].vendors.count; j++)
			need_vendor(&c, &config->programmes[i].vendors.marks[j],
				    config->programmes[i].vendors.names[j]);
	for (size_t i = 0; i < config->site_count; i++)
		check_site(&c, &config->sites[i]);
	for (size_t i = 0; i < config->site_count; i++)
		check_reject(&c, &config->sites[i]);
	for (size_t i = 0; i < config->policy_count; i++)
		check_policy(&c, &config->policies[i]);
	for (size_t i = 0; i < config->exception_count; i++)
		check_exception(&c, &config->exceptions[i]);
	for (size_t i = 0; i < config->pending_count; i++)
		check_exception(&c, &config->pending[i]);
	for (size_t i = 0; i < config->pending_count; i++)
		warn_of_pending(&c, &config->pending[i]);
	for (size_t i = 0; i < config->register_count; i++)
		need_site(&c, &config->registers[i].mark, config->registers[i].site);
	free(c.listed);
	ret = og_check_ports(config, diags);
	return ret ? ret : og_check_marks(config, diags);
}
