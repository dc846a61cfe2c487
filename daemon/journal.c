// SPDX-License-Identifier: GPL-2.0
/*
 * journal.c: what the daemon says, to the journal or to standard error
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "daemon/journal-socket.h"
#include "daemon/journal.h"

#define IDENTIFIER "ouiguard"

int og_journal_connected(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat st;

	if (!stream || sscanf(stream, "%llu:%llu", &device, &inode) != 2)
		return 0;
	if (fstat(STDERR_FILENO, &st) < 0)
		return 0;
	return st.st_dev == device && st.st_ino == inode;
}

static void printable(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

/* One line to standard error; nothing can be done where that fails. */
static void to_stderr(int priority, const char *text)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "%s: %s\n", IDENTIFIER, text);
	else
		fprintf(stderr, "<%d>%s\n", priority, text);
}

struct entry {
	struct iovec parts[OG_JOURNAL_FIELDS + 4];
	char text[OG_JOURNAL_FIELDS + 4][OG_JOURNAL_TEXT + 64];
	int count;
};

static void add(struct entry *entry, const char *name, const char *value)
{
	char *text = entry->text[entry->count];

	snprintf(text, sizeof(entry->text[0]) - 1, "%s=%s", name, value);
	printable(text);
	strcat(text, "\n");
	entry->parts[entry->count].iov_base = text;
	entry->parts[entry->count].iov_len = strlen(text);
	entry->count++;
}

static int to_journal(int priority, const char *message_id, const struct og_field *fields,
		      size_t count, const char *text)
{
	struct entry entry = {0};
	char number[16];
	size_t i;

	snprintf(number, sizeof(number), "%d", priority);
	add(&entry, "PRIORITY", number);
	add(&entry, "SYSLOG_IDENTIFIER", IDENTIFIER);
	add(&entry, "MESSAGE", text);
	if (message_id)
		add(&entry, "MESSAGE_ID", message_id);
	for (i = 0; i < count && i < OG_JOURNAL_FIELDS; i++)
		if (fields[i].value)
			add(&entry, fields[i].name, fields[i].value);
	return og_journal_send(OG_JOURNAL_SOCKET, entry.parts, entry.count);
}

/* Not to standard error: that leads to the same journal, and would be waited for. */
static void to_journal_or_lost(int priority, const char *message_id, const struct og_field *fields,
			       size_t count, const char *text)
{
	static unsigned long lost;
	char told[64];

	if (to_journal(priority, message_id, fields, count, text)) {
		lost++;
		return;
	}
	if (!lost)
		return;
	snprintf(told, sizeof(told), "%lu messages were lost: the journal did not take them", lost);
	if (!to_journal(LOG_WARNING, NULL, NULL, 0, told))
		lost = 0;
}

void og_journal(int priority, const char *message_id, const struct og_field *fields, size_t count,
		const char *format, ...)
{
	char text[OG_JOURNAL_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	printable(text);
	if (og_journal_connected())
		to_journal_or_lost(priority, message_id, fields, count, text);
	else
		to_stderr(priority, text);
}

void og_log_diags(const struct og_diags *diags)
{
	char text[OG_JOURNAL_TEXT];
	size_t i;

	for (i = 0; i < diags->count; i++) {
		og_diag_text(&diags->items[i], text, sizeof(text));
		og_log(diags->items[i].severity == OG_ERROR ? LOG_ERR : LOG_WARNING, "%s", text);
	}
	if (diags->out_of_memory)
		og_log(LOG_ERR, "more errors could not be kept: out of memory");
}
