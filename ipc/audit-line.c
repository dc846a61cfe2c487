// SPDX-License-Identifier: GPL-2.0
/*
 * audit-line.c: exported audit logs: one entry a line, `HASH CANONICAL-TEXT`
 */
#include "ipc/audit-line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HASH_CHARS (OG_DIGEST_TEXT - 1)

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int entry_of(json_t *object, struct og_audit_entry *ret_entry)
{
	json_t *id = json_object_get(object, "id"), *at = json_object_get(object, "at");
	struct og_audit_entry entry = {
		.actor = text_of(object, "actor"),
		.kind = text_of(object, "kind"),
		.subject = text_of(object, "subject"),
		.text = text_of(object, "text"),
	};

	if (!json_is_integer(id) || !json_is_integer(at) || !entry.actor || !entry.kind ||
	    !entry.subject || !entry.text)
		return -EINVAL;
	entry.id = json_integer_value(id);
	entry.at = json_integer_value(at);
	*ret_entry = entry;
	return 0;
}

/* What was hashed is the line as it stands: there must be no second way to write the same entry. */
static int compare_canonical(const struct og_audit_entry *entry, const char *json, size_t size)
{
	char *canonical = og_audit_canonical(entry);
	bool same;

	if (!canonical)
		return -ENOMEM;
	same = strlen(canonical) == size && !memcmp(canonical, json, size);
	free(canonical);
	return same ? 0 : -EINVAL;
}

int og_audit_line_read(const char *line, size_t size, struct og_audit_line *ret_line)
{
	struct og_audit_line read = {0};
	char hash[OG_DIGEST_TEXT], again[OG_DIGEST_TEXT];
	struct og_digest digest;
	json_error_t error;
	int err;

	if (size <= HASH_CHARS || line[HASH_CHARS] != ' ')
		return -EINVAL;
	memcpy(hash, line, HASH_CHARS);
	hash[HASH_CHARS] = '\0';
	if (og_digest_parse(hash, &digest) || strcmp(hash, og_digest_format(&digest, again)))
		return -EINVAL;
	line += HASH_CHARS + 1;
	size -= HASH_CHARS + 1;
	read.owner = json_loadb(line, size, JSON_REJECT_DUPLICATES, &error);
	if (!read.owner)
		return json_error_code(&error) == json_error_out_of_memory ? -ENOMEM : -EINVAL;
	err = entry_of(read.owner, &read.entry);
	if (!err)
		err = compare_canonical(&read.entry, line, size);
	if (err) {
		og_audit_line_clear(&read);
		return err;
	}
	read.entry.hash = digest;
	*ret_line = read;
	return 0;
}

void og_audit_line_clear(struct og_audit_line *line)
{
	json_decref(line->owner);
	memset(line, 0, sizeof(*line));
}

int og_audit_line_write(const struct og_audit_entry *entry, FILE *out)
{
	char *canonical = og_audit_canonical(entry), hash[OG_DIGEST_TEXT];
	int length;

	if (!canonical)
		return -ENOMEM;
	length = fprintf(out, "%s %s\n", og_digest_format(&entry->hash, hash), canonical);
	free(canonical);
	return length < 0 ? -EIO : 0;
}

/* A line does not hold the hash before it: what it was hashed with is that of the line before. */
static int check_line(struct og_audit_check *check, const char *text, size_t size,
		      const char **ret_words)
{
	enum og_audit_fault fault = OG_AUDIT_WELL;
	struct og_audit_line line;
	int err = og_audit_line_read(text, size, &line);

	if (err == -EINVAL) {
		*ret_words = "is no entry as \"ouiguard audit export\" writes it";
		check->faults++;
		return 0;
	}
	if (err)
		return err;
	line.entry.previous = check->head;
	err = og_audit_check_next(check, &line.entry, &fault);
	if (fault == OG_AUDIT_EDITED)
		*ret_words = "was edited, or what stood before it was: its hash does not follow";
	else if (fault != OG_AUDIT_WELL)
		*ret_words = og_audit_fault_words(fault);
	og_audit_line_clear(&line);
	return err;
}

int og_audit_lines_check(FILE *in, struct og_audit_check *check,
			 void (*fault)(void *userdata, int64_t line, const char *words),
			 void *userdata)
{
	char *buffer = malloc(OG_AUDIT_LINE + 1);
	int64_t number = 0;
	int err = 0;

	if (!buffer)
		return -ENOMEM;
	/* fgets() would not tell a zero byte from the end. */
	while (!err && !feof(in)) {
		const char *words = NULL;
		size_t size = 0;
		int c;

		while ((c = getc(in)) != EOF && c != '\n')
			if (size <= OG_AUDIT_LINE)
				buffer[size++] = (char)c;
		if (ferror(in)) {
			err = -EIO;
			break;
		}
		if (c == EOF && !size)
			break;
		number++;
		if (c == EOF) {
			words = "is not whole: the file was cut";
			check->faults++;
		} else if (size > OG_AUDIT_LINE) {
			words = "is longer than any entry can be";
			check->faults++;
		} else {
			err = check_line(check, buffer, size, &words);
		}
		if (words)
			fault(userdata, number, words);
	}
	free(buffer);
	return err;
}
