// SPDX-License-Identifier: GPL-2.0
/*
 * registry-csv.c: the csv files of the IEEE Registration Authority
 *
 * RFC 4180 with the header `Registry,Assignment,Organization Name,Organization Address`. Names have
 * commas and quotes, addresses have line feeds too. Lines end with CRLF; a bare line feed is taken
 * as well, for files pass through many hands. The address is read over.
 */
#include <stdlib.h>
#include <string.h>

#include "policy/registry/registry-read.h"

#define FIELDS	    4
#define FIELD_BYTES 4096

static const char bom[] = "\xef\xbb\xbf";
static const char header[] = "Registry,Assignment,Organization Name,Organization Address";

static const struct {
	const char *name;
	size_t digits;
	enum og_registry_kind kind;
} registries[] = {
	{"MA-L", 6, OG_REGISTRY_MA_L},
	{"MA-M", 7, OG_REGISTRY_MA_M},
	{"MA-S", 9, OG_REGISTRY_MA_S},
	{"IAB", 9, OG_REGISTRY_IAB},
};

struct field {
	const char *start;
	size_t length;
};

struct reader {
	struct og_registry_file *file;
	const char *at, *end;
	unsigned int line; /* of @at */
	struct field fields[FIELDS];
	size_t count;	/* fields of this record, also those beyond FIELDS */
	char *unquoted; /* a quoted field of the record with its doubled quotes made single */
	size_t unquoted_used;
};

/* A field without quotes, up to its comma or the end of the line. */
static bool read_plain(struct reader *r, struct field *ret_field)
{
	const char *start = r->at;

	while (r->at < r->end && *r->at != ',' && *r->at != '\n' && *r->at != '"' && *r->at)
		r->at++;
	if (r->at < r->end && *r->at == '"') {
		og_registry_fault(r->file, "a quote inside a field that does not begin with one");
		return false;
	}
	if (r->at < r->end && !*r->at) {
		og_registry_fault(r->file, "a NUL byte: this is not a text file");
		return false;
	}
	ret_field->start = start;
	ret_field->length = (size_t)(r->at - start);
	return true;
}

/* The closing quote of the field that begins before @r->at; NULL when there is none. */
static const char *closing_quote(struct reader *r, bool *ret_doubled)
{
	const char *at = r->at;

	*ret_doubled = false;
	while ((at = memchr(at, '"', (size_t)(r->end - at)))) {
		if (at + 1 == r->end || at[1] != '"')
			return at;
		*ret_doubled = true;
		at += 2;
	}
	return NULL;
}

static bool read_quoted(struct reader *r, struct field *ret_field)
{
	const char *start = ++r->at, *quote;
	bool doubled;

	r->file->mark.line = r->line;
	quote = closing_quote(r, &doubled);
	if (!quote) {
		og_registry_fault(r->file, "the quoted field that begins here is never closed: the "
					   "file is cut off");
		return false;
	}
	if (quote - start > FIELD_BYTES) {
		og_registry_fault(r->file,
				  "a field of %zu bytes; at most %d are allowed: a closing "
				  "quote may be missing",
				  (size_t)(quote - start), FIELD_BYTES);
		return false;
	}
	if (memchr(start, '\0', (size_t)(quote - start))) {
		og_registry_fault(r->file, "a NUL byte: this is not a text file");
		return false;
	}
	for (const char *at = start; (at = memchr(at, '\n', (size_t)(quote - at))); at++)
		r->line++;
	ret_field->start = start;
	ret_field->length = (size_t)(quote - start);
	if (doubled && r->count < FIELDS) {
		char *out = r->unquoted + r->unquoted_used;

		ret_field->start = out;
		for (const char *at = start; at < quote; at++) {
			*out++ = *at;
			if (*at == '"')
				at++;
		}
		ret_field->length = (size_t)(out - ret_field->start);
		r->unquoted_used += ret_field->length;
	}
	r->at = quote + 1;
	if (r->at < r->end && *r->at != ',' && *r->at != '\n' && *r->at != '\r') {
		og_registry_fault(r->file, "a comma is expected after a closing quote");
		return false;
	}
	return true;
}

/* One record, with its line end. False when the rest cannot be understood. */
static bool read_record(struct reader *r)
{
	r->count = 0;
	r->unquoted_used = 0;
	for (;;) {
		struct field field;
		bool quoted = r->at < r->end && *r->at == '"';

		if (!(quoted ? read_quoted(r, &field) : read_plain(r, &field)))
			return false;
		if (quoted && r->end - r->at >= 2 && !memcmp(r->at, "\r\n", 2))
			r->at++;
		if (r->count < FIELDS)
			r->fields[r->count] = field;
		r->count++;
		if (r->at == r->end || *r->at == '\r') {
			og_registry_fault(r->file,
					  "the file is cut off: its last line does not end "
					  "with a line feed");
			return false;
		}
		if (*r->at++ == '\n')
			break;
	}
	r->line++;
	/* The carriage return of an unquoted last field. */
	if (r->count <= FIELDS) {
		struct field *last = &r->fields[r->count - 1];

		if (last->length && last->start[last->length - 1] == '\r')
			last->length--;
	}
	return true;
}

static bool is_empty(const struct reader *r)
{
	return r->count == 1 && !r->fields[0].length;
}

/* What a record says. True when reading must stop. */
static bool take_record(struct reader *r)
{
	const struct field *name = &r->fields[0], *digits = &r->fields[1];
	struct og_mac_prefix prefix;

	if (r->count != FIELDS)
		return og_registry_fault(r->file,
					 "%d fields are expected, not %zu: the file is "
					 "damaged, or not of the IEEE",
					 FIELDS, r->count);
	for (size_t i = 0; i < sizeof(registries) / sizeof(registries[0]); i++) {
		if (name->length != strlen(registries[i].name) ||
		    memcmp(name->start, registries[i].name, name->length) != 0)
			continue;
		if (digits->length != registries[i].digits ||
		    og_registry_digits(digits->start, digits->length, &prefix))
			return og_registry_fault(
				r->file,
				"an assignment of %s has %zu hexadecimal digits, not "
				"\"%.*s\"",
				registries[i].name, registries[i].digits,
				digits->length > 40 ? 40 : (int)digits->length, digits->start);
		return og_registry_entry(r->file, &prefix, registries[i].kind, r->fields[2].start,
					 r->fields[2].length);
	}
	return og_registry_fault(r->file, "the registry is MA-L, MA-M, MA-S or IAB, not \"%.*s\"",
				 name->length > 40 ? 40 : (int)name->length, name->start);
}

static bool read_header(struct reader *r)
{
	const char *feed;
	size_t length;

	if (r->end - r->at >= 3 && !memcmp(r->at, bom, 3))
		r->at += 3;
	feed = memchr(r->at, '\n', (size_t)(r->end - r->at));
	length = feed ? (size_t)(feed - r->at) : 0;
	if (length && r->at[length - 1] == '\r')
		length--;
	if (length != strlen(header) || memcmp(r->at, header, length) != 0) {
		og_registry_fault(r->file,
				  "this is not a registry of the IEEE: the header `%s` is "
				  "expected",
				  header);
		return false;
	}
	r->at = feed + 1;
	return true;
}

void og_registry_read_csv(struct og_registry_file *file, const char *data, size_t length)
{
	struct reader r = {.file = file, .at = data, .end = data + length, .line = 2};

	file->mark.line = 1;
	if (!read_header(&r))
		return;
	r.unquoted = malloc((size_t)FIELDS * FIELD_BYTES);
	if (!r.unquoted) {
		file->no_memory = true;
		return;
	}
	while (r.at < r.end) {
		file->mark.line = r.line;
		if (!read_record(&r))
			break;
		if (!is_empty(&r) && take_record(&r))
			break;
	}
	free(r.unquoted);
}
