// SPDX-License-Identifier: GPL-2.0
/*
 * registry-hwdb.c: systemd's 20-OUI.hwdb
 *
 * The format is that of hwdb(7), of which this file uses little: comments, and entries of a match
 * line `OUI:70B3D5123*` and a property line ` ID_OUI_FROM_DATABASE=name`, with an empty line between
 * two entries.
 */
#include <string.h>

#include "policy/registry/registry-read.h"

#define LINE_BYTES 4096
#define MATCHES	   64 /* match lines before one property */

static const char match[] = "OUI:";
static const char property[] = "ID_OUI_FROM_DATABASE=";

struct reader {
	struct og_registry_file *file;
	struct og_mac_prefix pending[MATCHES]; /* matched, not named yet */
	size_t pending_count;
	unsigned int match_line;
	bool named;   /* the entry has its name; more properties may follow */
	bool damaged; /* one of its lines was refused already: one error is enough */
};

static bool refuse(struct reader *r, const char *text)
{
	r->damaged = true;
	return og_registry_fault(r->file, "%s", text);
}

static bool has_prefix(const char *line, size_t length, const char *prefix)
{
	return length >= strlen(prefix) && !memcmp(line, prefix, strlen(prefix));
}

/* An entry ends; it must have had a name. */
static bool finish(struct reader *r)
{
	unsigned int line = r->file->mark.line;
	bool stop = false;

	if (r->pending_count && !r->named && !r->damaged) {
		r->file->mark.line = r->match_line;
		stop = og_registry_fault(r->file,
					 "this entry has no %.*s line: the file is cut off or "
					 "damaged",
					 (int)sizeof(property) - 2, property);
		r->file->mark.line = line;
	}
	r->pending_count = 0;
	r->named = r->damaged = false;
	return stop;
}

static bool read_match(struct reader *r, const char *line, size_t length)
{
	const char *digits = line + strlen(match);
	size_t count = length - strlen(match);
	struct og_mac_prefix prefix;

	if (r->named && finish(r))
		return true;
	if (!count || digits[count - 1] != '*' || og_registry_digits(digits, count - 1, &prefix))
		return refuse(r, "6, 7 or 9 hexadecimal digits and `*` are expected after `OUI:`");
	if (r->pending_count == MATCHES)
		return og_registry_fault(r->file, "more than %d matches for one entry", MATCHES);
	r->match_line = r->file->mark.line;
	r->pending[r->pending_count++] = prefix;
	return false;
}

static bool read_property(struct reader *r, const char *line, size_t length)
{
	line++;
	length--;
	if (!r->pending_count)
		return og_registry_fault(r->file, "a property without a match line above it");
	/* systemd may come to tell more about a prefix; only its name matters here. */
	if (!has_prefix(line, length, property)) {
		if (has_prefix(line, length, "ID_") && memchr(line, '=', length))
			return false;
		return og_registry_fault(r->file, "` %sNAME` is expected", property);
	}
	if (r->named)
		return og_registry_fault(r->file, "this entry is named twice");
	r->named = true;
	line += strlen(property);
	length -= strlen(property);
	for (size_t i = 0; i < r->pending_count; i++) {
		/* The blocks of the IEEE in which the small ones were called IAB. */
		bool iab = r->pending[i].length == 36 && (r->pending[i].bits >> 24 == 0x0050c2 ||
							  r->pending[i].bits >> 24 == 0x40d855);
		enum og_registry_kind kind = iab			  ? OG_REGISTRY_IAB
					     : r->pending[i].length == 36 ? OG_REGISTRY_MA_S
					     : r->pending[i].length == 28 ? OG_REGISTRY_MA_M
									  : OG_REGISTRY_MA_L;

		if (og_registry_entry(r->file, &r->pending[i], kind, line, length))
			return true;
	}
	return false;
}

static bool read_line(struct reader *r, const char *line, size_t length)
{
	if (length > LINE_BYTES) {
		r->damaged = true;
		return og_registry_fault(r->file, "the line has %zu bytes; at most %d are allowed",
					 length, LINE_BYTES);
	}
	if (memchr(line, '\0', length))
		return refuse(r, "a NUL byte: this is not a text file");
	if (length && line[length - 1] == '\r')
		length--;
	if (!length)
		return finish(r);
	if (*line == '#' || r->damaged)
		return false;
	if (*line == ' ')
		return read_property(r, line, length);
	if (has_prefix(line, length, match))
		return read_match(r, line, length);
	return refuse(r, "this is not an hwdb of MAC prefixes: `OUI:` and "
			 "hexadecimal digits are expected");
}

void og_registry_read_hwdb(struct og_registry_file *file, const char *data, size_t length)
{
	const char *end = data + length;
	struct reader r = {.file = file};

	while (data < end) {
		const char *feed = memchr(data, '\n', (size_t)(end - data));

		file->mark.line++;
		if (!feed) {
			og_registry_fault(file,
					  "the file is cut off: its last line does not end with "
					  "a line feed");
			return;
		}
		if (read_line(&r, data, (size_t)(feed - data)))
			return;
		data = feed + 1;
	}
	finish(&r);
}
