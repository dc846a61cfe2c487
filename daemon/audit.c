// SPDX-License-Identifier: GPL-2.0
/*
 * audit.c: who changed what, noted so that nobody can change it unseen
 */
#include "daemon/audit.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdarg.h>
#include <string.h>

#include "daemon/cleanup.h"
#include "daemon/inventory/store-audit.h"
#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "daemon/state.h"
#include "policy/base/file.h"

#define DAY	   86400
#define HEAD_BYTES 256 /* of the file that holds the noted head */

/* The noted head ------------------------------------------------------------------------------- */

static int head_path(const struct og_manager *m, char path[PATH_MAX])
{
	int length = snprintf(path, PATH_MAX, "%s/%s", m->options.state, OG_AUDIT_HEAD_FILE);

	return length < 0 || length >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/* `HASH NUMBER SECONDS`. 0; -ENOENT when none was noted; -EINVAL when the file holds something else. */
static int read_noted(const struct og_manager *m, struct og_audit_head *ret_head)
{
	OG_CLEANUP(og_freep) char *data = NULL;
	char path[PATH_MAX], hash[OG_DIGEST_TEXT];
	struct og_audit_head head;
	size_t size;
	int err;

	err = head_path(m, path);
	if (!err)
		err = og_file_read(path, HEAD_BYTES, &data, &size);
	if (err)
		return err == -EFBIG ? -EINVAL : err;
	if (sscanf(data, "%64s %" SCNd64 " %" SCNd64, hash, &head.entries, &head.at) != 3 ||
	    og_digest_parse(hash, &head.hash))
		return -EINVAL;
	*ret_head = head;
	return 0;
}

static int write_noted(const struct og_manager *m, const struct og_audit_head *head)
{
	char path[PATH_MAX], text[HEAD_BYTES], hash[OG_DIGEST_TEXT];
	int err = head_path(m, path);

	if (err)
		return err;
	snprintf(text, sizeof(text), "%s %" PRId64 " %" PRId64 "\n",
		 og_digest_format(&head->hash, hash), head->entries, head->at);
	return og_file_write(path, text, strlen(text), 0600, true);
}

/* A log that ends with the daemon must not take the place of the one that lasts. */
static void note_head(struct og_manager *m)
{
	struct og_audit_head head;
	int err;

	if (!m->audit.dirty || og_store_in_transaction(m->store))
		return;
	m->audit.dirty = false;
	if (!og_store_is_lasting(m->store))
		return;
	err = og_store_audit_head(m->store, &head);
	if (!err)
		err = write_noted(m, &head);
	if (err)
		og_log_id(LOG_ERR, OG_MSG_AUDIT_BROKEN,
			  "the head of the audit log cannot be noted in %s/%s: %s",
			  m->options.state, OG_AUDIT_HEAD_FILE, strerror(-err));
}

/* Entries -------------------------------------------------------------------------------------- */

const char *og_audit_actor(const struct og_manager *m)
{
	return m->audit.actor[0] ? m->audit.actor : OG_ACTOR_DAEMON;
}

void og_audit_act_as(struct og_manager *m, const char *actor)
{
	snprintf(m->audit.actor, sizeof(m->audit.actor), "%s", actor ? actor : "");
}

/* What is kept nowhere for long is at least told. */
static void tell_journal(int priority, const struct og_audit_entry *entry, const char *why)
{
	const struct og_field fields[] = {
		{"OUIGUARD_ACTOR", entry->actor},
		{"OUIGUARD_KIND", entry->kind},
		{"OUIGUARD_SUBJECT", entry->subject},
		{"OUIGUARD_TEXT", entry->text},
	};

	og_journal(priority, OG_MSG_AUDIT_LOST, fields, 4,
		   "an audit entry is not kept (%s): %s %s by %s: %s", why, entry->kind,
		   entry->subject, entry->actor, entry->text);
}

static int put(struct og_manager *m, const char *actor, const char *kind, const char *subject,
	       const char *text)
{
	OG_CLEANUP(og_freep) char *tidy_actor = og_audit_tidy(actor, OG_AUDIT_WORDS);
	OG_CLEANUP(og_freep) char *tidy_subject = og_audit_tidy(subject, OG_AUDIT_WORDS);
	OG_CLEANUP(og_freep) char *tidy_text = og_audit_tidy(text, OG_AUDIT_TEXT);
	struct og_audit_entry entry = {
		.at = og_clock_now(),
		.actor = tidy_actor,
		.kind = kind,
		.subject = tidy_subject,
		.text = tidy_text,
	};
	int err;

	if (!tidy_actor || !tidy_subject || !tidy_text)
		return -ENOMEM;
	err = og_store_put_audit(m->store, &entry);
	if (err)
		return err;
	m->audit.dirty = true;
	if (!og_store_is_lasting(m->store))
		tell_journal(LOG_WARNING, &entry, "the store ends with this process");
	return 0;
}

/* Before the next entry: some are missing here. */
static int put_lost(struct og_manager *m)
{
	char text[128];
	int err;

	if (!m->audit.lost)
		return 0;
	snprintf(text, sizeof(text),
		 "%" PRIu64 " of the entries before this one could not be kept: see the journal",
		 m->audit.lost);
	err = put(m, OG_ACTOR_DAEMON, OG_AUDIT_LOG, "lost", text);
	if (!err)
		m->audit.lost = 0;
	return err;
}

int og_audit_note(struct og_manager *m, const char *actor, const char *kind, const char *subject,
		  const char *text)
{
	int err = put_lost(m);

	if (!err)
		err = put(m, actor ? actor : og_audit_actor(m), kind, subject, text);
	if (!err)
		note_head(m);
	return err;
}

void og_audit_tell(struct og_manager *m, const char *kind, const char *subject, const char *format,
		   ...)
{
	OG_CLEANUP(og_freep) char *text = NULL;
	struct og_audit_entry entry = {
		.actor = og_audit_actor(m), .kind = kind, .subject = subject};
	va_list args;
	int err;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	entry.text = text ? text : "";
	err = text ? og_audit_note(m, NULL, kind, subject, text) : -ENOMEM;
	if (!err)
		return;
	m->audit.lost++;
	tell_journal(LOG_ERR, &entry, strerror(-err));
}

/* Start and days ------------------------------------------------------------------------------- */

static void begin(struct og_manager *m, const struct og_audit_head *noted)
{
	char hash[OG_DIGEST_TEXT];

	if (!noted) {
		og_audit_tell(m, OG_AUDIT_LOG, "begin", "the audit log begins");
		return;
	}
	og_digest_format(&noted->hash, hash);
	og_log_id(LOG_ERR, OG_MSG_AUDIT_BROKEN,
		  "the audit log begins anew: the one before it had %" PRId64
		  " entries and the head %s",
		  noted->entries, hash);
	og_audit_tell(
		m, OG_AUDIT_LOG, OG_AUDIT_ANEW,
		"the audit log begins anew; the one before it is not in this database; it had "
		"%" PRId64 " entries and the head %s%s%s",
		noted->entries, hash, og_store_trouble(m->store) ? "\n" : "",
		og_store_trouble(m->store) ? og_store_trouble(m->store) : "");
}

static void not_there(struct og_manager *m, const struct og_audit_head *noted)
{
	char hash[OG_DIGEST_TEXT];

	og_digest_format(&noted->hash, hash);
	og_log_id(LOG_ERR, OG_MSG_AUDIT_BROKEN,
		  "the audit log was cut or replaced: it does not hold the head %s of %" PRId64
		  " entries that was noted",
		  hash, noted->entries);
	og_audit_tell(m, OG_AUDIT_LOG, OG_AUDIT_CUT,
		      "the log was cut or replaced: it does not hold the head %s of %" PRId64
		      " entries that was noted",
		      hash, noted->entries);
}

void og_audit_open(struct og_manager *m)
{
	struct og_audit_head head = {0}, noted = {0};
	int err = read_noted(m, &noted), known;

	if (og_store_audit_head(m->store, &head)) {
		og_log_id(LOG_ERR, OG_MSG_AUDIT_BROKEN, "the audit log cannot be read");
		return;
	}
	if (!head.entries) {
		begin(m, err ? NULL : &noted);
		return;
	}
	if (err) {
		og_log_id(LOG_ERR, OG_MSG_AUDIT_BROKEN,
			  "the head of the audit log that was noted in %s/%s cannot be read: %s",
			  m->options.state, OG_AUDIT_HEAD_FILE, strerror(-err));
		og_audit_tell(m, OG_AUDIT_LOG, "head",
			      "the head noted beside the database cannot be read: %s",
			      strerror(-err));
		return;
	}
	known = og_store_has_audit(m->store, &noted.hash);
	if (known == 0)
		not_there(m, &noted);
}

struct walk {
	struct og_audit_check *check;
	void (*fault)(void *userdata, const char *words);
	void *userdata;
};

static void found(const struct walk *walk, const char *words)
{
	if (walk->fault)
		walk->fault(walk->userdata, words);
}

static int check_entry(void *userdata, const struct og_audit_entry *entry)
{
	const struct walk *walk = userdata;
	enum og_audit_fault fault;
	char words[160];
	int err = og_audit_check_next(walk->check, entry, &fault);

	if (err || fault == OG_AUDIT_WELL)
		return err;
	snprintf(words, sizeof(words), "entry %" PRId64 " %s", entry->id,
		 og_audit_fault_words(fault));
	found(walk, words);
	return 0;
}

/* Whether the log holds what it held once. */
static void check_head(struct og_manager *m, const struct walk *walk, const struct og_digest *head,
		       const char *which)
{
	char words[192], hash[OG_DIGEST_TEXT];

	if (og_store_has_audit(m->store, head) == 1)
		return;
	walk->check->faults++;
	snprintf(words, sizeof(words),
		 "the %s %s is not in the log: entries were cut off its end, or it is another one",
		 which, og_digest_format(head, hash));
	found(walk, words);
}

int og_audit_verify(struct og_manager *m, const struct og_digest *head,
		    void (*fault)(void *userdata, const char *words), void *userdata,
		    struct og_audit_check *ret_check)
{
	struct og_audit_check check = {0};
	struct walk walk = {.check = &check, .fault = fault, .userdata = userdata};
	struct og_audit_head noted;
	int err = og_store_list_audit(m->store, INT64_MIN, INT64_MAX, check_entry, &walk);

	if (err)
		return err;
	if (og_store_is_lasting(m->store) && read_noted(m, &noted) == 0)
		check_head(m, &walk, &noted.hash, "noted head");
	if (head)
		check_head(m, &walk, head, "head");
	*ret_check = check;
	return 0;
}

/* Whoever keeps the journal elsewhere has the head where nobody here can change it. */
static void tell_head(struct og_manager *m)
{
	struct og_audit_check check;
	char hash[OG_DIGEST_TEXT], entries[24];
	const struct og_field fields[] = {
		{"OUIGUARD_AUDIT_HEAD", hash},
		{"OUIGUARD_AUDIT_ENTRIES", entries},
	};
	int err = og_audit_verify(m, NULL, NULL, NULL, &check);

	if (err) {
		og_log_id(LOG_ERR, OG_MSG_AUDIT_BROKEN, "the audit log cannot be verified: %s",
			  strerror(-err));
		return;
	}
	og_digest_format(&check.head, hash);
	snprintf(entries, sizeof(entries), "%" PRId64, check.entries);
	og_journal(LOG_NOTICE, OG_MSG_AUDIT_HEAD, fields, 2,
		   "the audit log has %s entries; its head is %s", entries, hash);
	m->audit.faults = check.faults - check.gaps;
	if (m->audit.faults)
		og_journal(LOG_ERR, OG_MSG_AUDIT_BROKEN, fields, 2,
			   "the audit log is not as it was written: \"ouiguard audit verify\" "
			   "tells what is wrong at %zu places",
			   m->audit.faults);
}

void og_audit_close(struct og_manager *m)
{
	note_head(m);
}

void og_audit_tick(struct og_manager *m, int64_t now)
{
	int64_t day = now / DAY;

	note_head(m);
	if (day == m->audit.told_day)
		return;
	m->audit.told_day = day;
	tell_head(m);
}
