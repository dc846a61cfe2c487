// SPDX-License-Identifier: GPL-2.0
/*
 * audit-chain.c: entries of the audit log, and the chain of digests that holds them together
 */
#include "ipc/audit-chain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base/utf8.h"

#define CUT_NOTE 64 /* bytes for the line that tells of a cut */

/* What may stand in an entry for the character @c. */
static uint32_t tidy_character(uint32_t c)
{
	if (c == OG_UTF8_BAD || (og_utf8_is_control(c) && c != '\n' && c != '\t'))
		return OG_UTF8_REPLACED;
	return c;
}

char *og_audit_tidy(const char *text, size_t limit)
{
	const char *pos = text, *end = text + strlen(text), *next;
	char *tidy = malloc(limit + CUT_NOTE), character[4];
	size_t size = 0, bytes;

	if (!tidy)
		return NULL;
	for (; pos < end; pos = next) {
		next = pos;
		bytes = og_utf8_put(tidy_character(og_utf8_next(&next, end)), character);
		if (size + bytes > limit)
			break;
		memcpy(tidy + size, character, bytes);
		size += bytes;
	}
	tidy[size] = '\0';
	if (pos < end)
		snprintf(tidy + size, CUT_NOTE, "\n(%zu bytes more are cut)", (size_t)(end - pos));
	return tidy;
}

/* As JSON wants it (RFC 8259), with one way only to write each character. */
static void put_text(FILE *out, const char *key, const char *text)
{
	fprintf(out, ",\"%s\":\"", key);
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c == '\n')
			fputs("\\n", out);
		else if (c == '\t')
			fputs("\\t", out);
		else if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

char *og_audit_canonical(const struct og_audit_entry *entry)
{
	char *line = NULL;
	size_t size;
	FILE *out = open_memstream(&line, &size);
	bool failed;

	if (!out)
		return NULL;
	fprintf(out, "{\"id\":%" PRId64 ",\"at\":%" PRId64, entry->id, entry->at);
	put_text(out, "actor", entry->actor);
	put_text(out, "kind", entry->kind);
	put_text(out, "subject", entry->subject);
	put_text(out, "text", entry->text);
	fputc('}', out);
	failed = ferror(out);
	if (fclose(out) || failed) {
		free(line);
		return NULL;
	}
	return line;
}

void og_audit_hash(const struct og_digest *previous, const char *canonical, size_t size,
		   struct og_digest *ret_hash)
{
	char before[OG_DIGEST_TEXT];

	og_digest_format(previous, before);
	before[OG_DIGEST_TEXT - 1] = ' ';
	og_digest_pair(before, OG_DIGEST_TEXT, canonical, size, ret_hash);
}

int og_audit_seal(struct og_audit_entry *entry)
{
	char *canonical = og_audit_canonical(entry);

	if (!canonical)
		return -ENOMEM;
	og_audit_hash(&entry->previous, canonical, strlen(canonical), &entry->hash);
	free(canonical);
	return 0;
}

int og_audit_check_next(struct og_audit_check *check, const struct og_audit_entry *entry,
			enum og_audit_fault *ret_fault)
{
	enum og_audit_fault fault = OG_AUDIT_WELL;
	struct og_audit_entry copy = *entry;
	int err = og_audit_seal(&copy);

	if (err)
		return err;
	if (entry->id != check->last_id + 1)
		fault = OG_AUDIT_MISPLACED;
	else if (!og_digest_equal(&entry->previous, &check->head))
		fault = OG_AUDIT_UNLINKED;
	else if (!og_digest_equal(&entry->hash, &copy.hash))
		fault = OG_AUDIT_EDITED;
	else if (!strcmp(entry->kind, OG_AUDIT_LOG) &&
		 (!strcmp(entry->subject, OG_AUDIT_ANEW) || !strcmp(entry->subject, OG_AUDIT_CUT)))
		fault = OG_AUDIT_GAP;
	check->entries++;
	check->faults += fault != OG_AUDIT_WELL;
	check->gaps += fault == OG_AUDIT_GAP;
	check->last_id = entry->id;
	check->head_at = entry->at;
	check->head = entry->hash;
	if (check->wants && og_digest_equal(&check->head, &check->wanted))
		check->found = true;
	*ret_fault = fault;
	return 0;
}

bool og_audit_check_head(const struct og_audit_check *check)
{
	return !check->wants || check->found;
}

const char *og_audit_fault_words(enum og_audit_fault fault)
{
	switch (fault) {
	case OG_AUDIT_WELL:
		return "is as it was written";
	case OG_AUDIT_MISPLACED:
		return "does not follow the number before it: entries were removed, added or moved";
	case OG_AUDIT_UNLINKED:
		return "does not follow the hash before it: it, or the entry before it, was "
		       "replaced";
	case OG_AUDIT_EDITED:
		return "was edited: its hash is not that of its content";
	case OG_AUDIT_GAP:
		return "tells that entries before it are missing";
	}
	return "is damaged";
}
