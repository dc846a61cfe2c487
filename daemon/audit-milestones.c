// SPDX-License-Identifier: GPL-2.0
/*
 * audit-milestones.c: milestones that were moved, reached, missed, or are no longer met
 */
#include "daemon/audit-milestones.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "daemon/bus/records-progress.h"
#include "daemon/cleanup.h"
#include "daemon/inventory/store-audit.h"
#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "daemon/progress.h"
#include "daemon/state.h"
#include "policy/progress/milestone.h"

#define HOUR 3600

/* As they are kept in the store: what was noted last of a milestone. */
#define NOTED_MET    1
#define NOTED_MISSED 2

static char *subject_of(const struct og_conf_programme *programme,
			const struct og_conf_milestone *milestone, char buffer[OG_AUDIT_WORDS])
{
	snprintf(buffer, OG_AUDIT_WORDS, "%s/%s", programme->name, milestone->name);
	return buffer;
}

/* As it is written in the file: which second it is depends on the site. */
static char *date_of(const struct og_when *when, char buffer[48])
{
	snprintf(buffer, 48, "%04d-%02d-%02d", when->year, when->month, when->day);
	return buffer;
}

/* What the files say ------------------------------------------------------------------------- */

static const struct og_conf_milestone *find(const struct og_conf_programme *programme,
					    const char *name)
{
	for (size_t i = 0; i < programme->milestone_count; i++)
		if (!strcmp(programme->milestones[i].name, name))
			return &programme->milestones[i];
	return NULL;
}

static int note_moved(struct og_manager *m, const struct og_conf_programme *programme,
		      const struct og_conf_milestone *before, const struct og_conf_milestone *after)
{
	const struct og_conf_extension *last =
		after->extension_count ? &after->extensions[after->extension_count - 1] : NULL;
	char subject[OG_AUDIT_WORDS], from[48], to[48];
	OG_CLEANUP(og_freep) char *text = NULL;

	if (!og_when_before(&before->due, &after->due) &&
	    !og_when_before(&after->due, &before->due))
		return 0;
	if (asprintf(&text, "moved from %s to %s%s%s%s%s", date_of(&before->due, from),
		     date_of(&after->due, to), last ? ": " : ", without a reason",
		     last ? og_blocker_name(last->code) : "", last ? ", " : "",
		     last ? last->reason : "") < 0) {
		text = NULL;
		return -ENOMEM;
	}
	return og_audit_note(m, NULL, OG_AUDIT_MILESTONE, subject_of(programme, after, subject),
			     text);
}

static int note_there(struct og_manager *m, const struct og_conf_programme *programme,
		      const struct og_conf_milestone *milestone, const char *what)
{
	char subject[OG_AUDIT_WORDS], text[96], date[48];

	snprintf(text, sizeof(text), "%s, due %s", what, date_of(&milestone->due, date));
	return og_audit_note(m, NULL, OG_AUDIT_MILESTONE, subject_of(programme, milestone, subject),
			     text);
}

static int compare(struct og_manager *m, const struct og_conf_programme *before,
		   const struct og_conf_programme *after)
{
	const struct og_conf_milestone *old;
	int err = 0;

	for (size_t i = 0; !err && i < after->milestone_count; i++) {
		old = find(before, after->milestones[i].name);
		err = old ? note_moved(m, after, old, &after->milestones[i])
			  : note_there(m, after, &after->milestones[i], "added");
	}
	for (size_t i = 0; !err && i < before->milestone_count; i++)
		if (!find(after, before->milestones[i].name))
			err = note_there(m, before, &before->milestones[i], "removed");
	return err;
}

int og_audit_moved(struct og_manager *m, const struct og_config *before,
		   const struct og_config *after)
{
	int err = 0;

	for (size_t i = 0; !err && i < after->programme_count; i++) {
		const struct og_conf_programme *old =
			og_config_programme(before, after->programmes[i].name);

		if (old)
			err = compare(m, old, &after->programmes[i]);
	}
	return err;
}

/* What was counted --------------------------------------------------------------------------- */

static const char *what_became(const struct og_progress_milestone *milestone, int64_t noted)
{
	if (milestone->result.met && !(noted & NOTED_MET))
		return "reached";
	if (milestone->result.overdue && !(noted & NOTED_MISSED))
		return "missed";
	if (!milestone->result.met && (noted & NOTED_MET))
		return "no longer met";
	return NULL;
}

/* The entry, and that it was made: both or none. */
static int put(struct og_manager *m, const char *key, int64_t noted, const char *subject,
	       const char *text)
{
	int err = og_store_begin(m->store);

	if (!err && text)
		err = og_audit_note(m, NULL, OG_AUDIT_MILESTONE, subject, text);
	if (!err)
		err = og_store_set_number(m->store, key, noted);
	if (!err)
		err = og_store_commit(m->store);
	if (err)
		og_store_rollback(m->store);
	return err;
}

static int note_standing(struct og_manager *m, const struct og_conf_programme *programme,
			 const struct og_progress_milestone *milestone)
{
	char subject[OG_AUDIT_WORDS], key[OG_AUDIT_WORDS + 16], text[256], date[48];
	int64_t noted, now = (milestone->result.met ? NOTED_MET : 0) |
			     (milestone->result.overdue ? NOTED_MISSED : 0);
	const char *what;

	subject_of(programme, milestone->conf, subject);
	snprintf(key, sizeof(key), "milestone:%s", subject);
	noted = og_store_number(m->store, key, 0);
	if (noted == now)
		return 0;
	what = what_became(milestone, noted);
	snprintf(text, sizeof(text),
		 "%s, due %s: %" PRIu64 " of %" PRIu64 " %s, %" PRIu64
		 " needed; sites not surveyed: "
		 "%" PRIu64,
		 what ? what : "", date_of(&milestone->conf->due, date), milestone->tally.done,
		 milestone->tally.total, og_measure_name(milestone->conf->measure),
		 milestone->result.needed, milestone->tally.not_surveyed);
	/* Overdue no more, because it was moved: that is an entry of its own. */
	return put(m, key, now, subject, what ? text : NULL);
}

static int count(struct og_manager *m, const struct og_conf_programme *programme, int64_t now)
{
	const struct og_gathering gathering = {.programme = programme, .now = now};
	const struct og_progress_result *result;
	struct og_progress *progress = NULL;
	int err = og_progress_gather(m, &gathering, &progress, &result);

	for (size_t i = 0; !err && i < result->milestone_count; i++)
		err = note_standing(m, programme, &result->milestones[i]);
	og_progress_free(progress);
	return err;
}

void og_audit_milestones(struct og_manager *m, int64_t now)
{
	const struct og_config *config = m->loaded ? m->loaded->config : NULL;
	struct og_audit_head head;
	int err = 0;

	if (!config || og_store_audit_head(m->store, &head))
		return;
	if (head.entries == m->audit.counted_at && now / HOUR == m->audit.counted_hour)
		return;
	for (size_t i = 0; !err && i < config->programme_count; i++)
		if (config->programmes[i].milestone_count &&
		    og_programme_used(config, &config->programmes[i]))
			err = count(m, &config->programmes[i], now);
	if (err)
		og_log_id(LOG_ERR, OG_MSG_AUDIT_LOST,
			  "how far the milestones are cannot be noted in the audit log: %s; it is "
			  "tried again",
			  strerror(-err));
	og_store_audit_head(m->store, &head);
	m->audit.counted_at = head.entries;
	m->audit.counted_hour = now / HOUR;
}
