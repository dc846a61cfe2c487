// SPDX-License-Identifier: GPL-2.0
/*
 * audit-exceptions.c: exceptions that were added, approved, changed or revoked
 */
#include "daemon/audit-exceptions.h"

#include <errno.h>
#include <string.h>

#include "daemon/audit.h"
#include "daemon/cleanup.h"
#include "policy/base/mac.h"

struct side {
	const struct og_config *config; /* NULL: nothing */
	const struct og_conf_exception *exception;
};

static const struct og_conf_exception *find_in(const struct og_conf_exception *list, size_t count,
					       const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(list[i].name, name))
			return &list[i];
	return NULL;
}

static struct side find(const struct og_config *config, const char *name)
{
	struct side side = {.config = config};

	if (!config)
		return side;
	side.exception = find_in(config->exceptions, config->exception_count, name);
	if (!side.exception)
		side.exception = find_in(config->pending, config->pending_count, name);
	return side;
}

static const char *zone_of(const struct side *side)
{
	const struct og_conf_site *site =
		side->exception->site ? og_config_site(side->config, side->exception->site) : NULL;

	return site ? site->timezone : NULL;
}

static void put_when(FILE *out, const char *key, const struct og_when *when, const char *zone)
{
	char text[64];
	int64_t second;

	if (when->set && !og_when_utc(when, zone, &second))
		fprintf(out, "%s %s\n", key, og_when_format(second, zone, text, sizeof(text)));
}

static void put_word(FILE *out, const char *key, const char *value)
{
	if (value)
		fprintf(out, "%s %s\n", key, value);
}

/* All that it says, one key a line. The caller frees it; NULL without memory. */
static char *describe(const struct side *side)
{
	const struct og_conf_exception *e = side->exception;
	char mac[OG_MAC_PREFIX_TEXT], allow[OG_ALLOW_TEXT], *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	put_word(out, "policy", e->policy);
	if (e->has_mac && e->mac.length == 48)
		put_word(out, "device", og_mac_format(e->mac.bits, mac));
	else if (e->has_mac)
		put_word(out, "prefix", og_mac_prefix_format(&e->mac, mac));
	put_word(out, "site", e->site);
	for (size_t i = 0; i < e->to.count; i++)
		put_word(out, "to", og_allow_format(&e->to.items[i], allow));
	put_when(out, "from", &e->from, zone_of(side));
	put_when(out, "until", &e->until, zone_of(side));
	put_word(out, "owner", e->owner);
	put_word(out, "reason", e->reason);
	put_word(out, "approver", e->approver);
	put_word(out, "author", e->author);
	put_word(out, "approved by", e->approved_by);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static bool has_ended(const struct side *side, int64_t now)
{
	int64_t until;

	return !og_when_utc(&side->exception->until, zone_of(side), &until) && until <= now;
}

static const char *what_became(const struct side *before, const struct side *after, int64_t now)
{
	if (!after->exception)
		return has_ended(before, now) ? "removed after its end" : "revoked";
	if (!before->exception && after->exception->pause)
		return "paused";
	if (!before->exception)
		return og_exception_is_pending(after->exception) ? "added, nobody has approved it"
								 : "added, and approved";
	if (og_exception_is_pending(before->exception) &&
	    !og_exception_is_pending(after->exception))
		return "approved";
	return "changed";
}

static int note(struct og_manager *m, const char *name, const struct side *before,
		const struct side *after, int64_t now)
{
	OG_CLEANUP(og_freep) char *old = before->exception ? describe(before) : NULL;
	OG_CLEANUP(og_freep) char *new = after->exception ? describe(after) : NULL;
	OG_CLEANUP(og_freep) char *text = NULL;

	if ((before->exception && !old) || (after->exception && !new))
		return -ENOMEM;
	if (old && new && !strcmp(old, new))
		return 0;
	if (asprintf(&text, "%s\n%s", what_became(before, after, now), new ? new : old) < 0) {
		text = NULL;
		return -ENOMEM;
	}
	return og_audit_note(m, NULL, OG_AUDIT_EXCEPTION, name, text);
}

struct comparison {
	struct og_manager *m;
	const struct og_config *before, *after;
	int64_t now;
};

/* Those of a list that are new or changed; of @gone those that are there no more. */
static int note_list(const struct comparison *c, const struct og_conf_exception *list, size_t count,
		     bool gone)
{
	int err = 0;

	for (size_t i = 0; !err && i < count; i++) {
		struct side before = find(c->before, list[i].name);
		struct side after = find(c->after, list[i].name);

		if (!gone || !after.exception)
			err = note(c->m, list[i].name, &before, &after, c->now);
	}
	return err;
}

int og_audit_exceptions(struct og_manager *m, const struct og_config *before,
			const struct og_config *after, int64_t now)
{
	const struct comparison c = {m, before, after, now};
	int err = note_list(&c, after->exceptions, after->exception_count, false);

	if (!err)
		err = note_list(&c, after->pending, after->pending_count, false);
	if (!err && before)
		err = note_list(&c, before->exceptions, before->exception_count, true);
	if (!err && before)
		err = note_list(&c, before->pending, before->pending_count, true);
	return err;
}
