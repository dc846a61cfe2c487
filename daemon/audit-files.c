// SPDX-License-Identifier: GPL-2.0
/*
 * audit-files.c: changes of the files that decide, noted with their difference
 *
 * What is compared are two copies of our own, so that the entry, the digests and what the next
 * comparison begins with are of the same bytes, whatever somebody writes meanwhile.
 */
#include "daemon/audit-files.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "daemon/audit-exceptions.h"
#include "daemon/audit-milestones.h"
#include "daemon/cleanup.h"
#include "daemon/inventory/store-audit.h"
#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "daemon/snapshot.h"
#include "daemon/state.h"
#include "policy/base/line-diff.h"

#define FILE_DIFF (16 * 1024)	/* bytes of the difference of one file */
#define ALL_DIFFS (1024 * 1024) /* and of all at once: then digests alone */

struct noting {
	struct og_manager *m;
	size_t room;  /* bytes of differences that are still to be had */
	bool meaning; /* exceptions or programmes are among those that changed */
};

/* `before SHA256`, or nothing. */
static void digest_line(FILE *out, const char *word, const char *data, size_t size)
{
	struct og_digest digest;
	char text[OG_DIGEST_TEXT];

	if (!data)
		return;
	og_digest_data(data, size, &digest);
	fprintf(out, "%s %s\n", word, og_digest_format(&digest, text));
}

static char *describe(struct noting *noting, const struct og_snapshot_change *change)
{
	OG_CLEANUP(og_freep) char *diff = NULL;
	char *text = NULL;
	size_t size, room = noting->room < FILE_DIFF ? noting->room : FILE_DIFF;
	FILE *out;

	diff = og_line_diff(change->before ? change->before : "", change->before_size,
			    change->after ? change->after : "", change->after_size, room);
	out = diff ? open_memstream(&text, &size) : NULL;
	if (!out)
		return NULL;
	fputs(!change->before ? "added\n" : !change->after ? "removed\n" : "changed\n", out);
	digest_line(out, "before", change->before, change->before_size);
	digest_line(out, "after", change->after, change->after_size);
	fputs(diff, out);
	noting->room -= strlen(diff) < noting->room ? strlen(diff) : noting->room;
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static int note_change(void *userdata, const struct og_snapshot_change *change)
{
	struct noting *noting = userdata;
	const struct og_manager_options *options = &noting->m->options;
	OG_CLEANUP(og_freep) char *text = describe(noting, change);
	const char *slash = strchr(change->path, '/');
	char subject[PATH_MAX];

	if (!text)
		return -ENOMEM;
	if (strstr(change->path, "/exceptions/") || strstr(change->path, "/programmes/"))
		noting->meaning = true;
	snprintf(subject, sizeof(subject), "%s%s",
		 change->path[0] == 'c' ? options->config : options->data, slash);
	return og_audit_note(noting->m, NULL, OG_AUDIT_FILE, subject, text);
}

/*
 * What became of exceptions and milestones, beside the lines of their files. @there holds what they
 * were when they were noted last, whatever was in force since.
 */
static int note_meaning(struct og_manager *m, const char *there)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	struct og_config *before = NULL;
	char config[PATH_MAX], data[PATH_MAX];
	int err;

	if (snprintf(config, sizeof(config), "%s/config", there) >= PATH_MAX ||
	    snprintf(data, sizeof(data), "%s/data", there) >= PATH_MAX)
		return -ENAMETOOLONG;
	err = og_config_load(config, data, &before, &diags);
	/* At the first start there is none. It was good once: if it is not now, the files must do. */
	if (err && access(there, F_OK) == 0)
		return err == -EINVAL ? 0 : err;
	err = og_audit_exceptions(m, before, m->loaded->config, og_clock_now());
	if (!err && before)
		err = og_audit_moved(m, before, m->loaded->config);
	og_config_free(before);
	return err;
}

/* All of them, or none: then the next time finds them again. */
static int note_changes(struct og_manager *m, const char *there, const char *fresh)
{
	struct noting noting = {.m = m, .room = ALL_DIFFS};
	int err = og_store_begin(m->store);

	if (!err)
		err = og_snapshot_compare(there, fresh, note_change, &noting);
	if (!err && noting.meaning && m->loaded)
		err = note_meaning(m, there);
	if (!err)
		err = og_store_commit(m->store);
	if (err)
		og_store_rollback(m->store);
	/* What is noted where it does not last is noted again where it does. */
	if (err || !og_store_is_lasting(m->store))
		return err;
	return og_snapshot_exchange(fresh, there);
}

void og_audit_files(struct og_manager *m)
{
	const struct og_manager_options *options = &m->options;
	char there[PATH_MAX], fresh[PATH_MAX];
	int err = 0;

	if (snprintf(there, sizeof(there), "%s/" OG_AUDITED, options->state) >= PATH_MAX ||
	    snprintf(fresh, sizeof(fresh), "%s/" OG_AUDITED ".new", options->state) >= PATH_MAX)
		err = -ENAMETOOLONG;
	if (!err && og_snapshot_is_current(there, options->config, options->data))
		return;
	if (!err)
		err = og_snapshot_copy(fresh, options->config, options->data);
	if (!err)
		err = note_changes(m, there, fresh);
	if (err)
		og_log_id(
			LOG_ERR, OG_MSG_AUDIT_LOST,
			"the changes of the files in %s cannot be noted in the audit log: %s; the "
			"next reload tries again",
			options->config, strerror(-err));
}
