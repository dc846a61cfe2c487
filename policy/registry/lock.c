// SPDX-License-Identifier: GPL-2.0
/*
 * lock.c: prefixes.lock, the accepted prefixes
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/registry/lock.h"
#include "policy/base/mac.h"
#include "policy/base/utf8.h"
#include "policy/base/when.h"

#define ERRORS_SHOWN 20

/* The comment that tells the day of the newest registry follows these words. */
static const char newest[] = "# newest registry: ";

struct reader {
	struct og_arena *arena;
	struct og_diags *diags;
	struct og_mark mark;	      /* of the line; its column is that of the next error */
	const char *start, *at, *end; /* the line, without its line feed */
	struct og_lock_entry *entries;
	size_t count;
	int64_t date; /* of the newest registry, where a comment tells it */
	bool no_memory;
};

static int fail_at(struct reader *r, const char *at)
{
	r->mark.column = (unsigned int)(at - r->start) + 1;
	return -EINVAL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static void skip_blanks(struct reader *r)
{
	while (r->at < r->end && is_blank(*r->at))
		r->at++;
}

/* The next word, at most @size - 1 bytes, into @buffer. 0, or -EINVAL with the mark at the word. */
static int read_word(struct reader *r, char *buffer, size_t size)
{
	const char *word = r->at;
	size_t length;

	fail_at(r, word);
	while (r->at < r->end && !is_blank(*r->at) && *r->at != '"')
		r->at++;
	length = (size_t)(r->at - word);
	if (!length || length >= size || r->at == r->end || !is_blank(*r->at))
		return -EINVAL;
	memcpy(buffer, word, length);
	buffer[length] = '\0';
	skip_blanks(r);
	return 0;
}

static bool is_vendor_name(const char *name)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	return *name && *name != '.' && *name != '-' && name[strspn(name, allowed)] == '\0' &&
	       strlen(name) < OG_CONF_NAME;
}

static bool is_registry_name(const char *name)
{
	const char *end = name + strlen(name), *at = name;

	if (at == end || end - at >= OG_LOCK_REGISTRY || *name == '#')
		return false;
	while (at < end) {
		uint32_t c = og_utf8_next(&at, end);

		if (c == OG_UTF8_BAD || og_utf8_is_control(c) || og_utf8_is_space(c) || c == '"')
			return false;
	}
	return true;
}

/* The quoted name, up to the end of the line. */
static int read_title(struct reader *r, char *buffer)
{
	size_t used = 0;

	if (r->at == r->end || *r->at != '"') {
		fail_at(r, r->at);
		og_error(r->diags, &r->mark, "the registered name in double quotes is expected");
		return -EINVAL;
	}
	for (r->at++; r->at < r->end && *r->at != '"'; r->at++) {
		fail_at(r, r->at);
		if (*r->at == '\\' && (++r->at == r->end || (*r->at != '"' && *r->at != '\\'))) {
			og_error(r->diags, &r->mark,
				 "only \\\" and \\\\ are known after a backslash");
			return -EINVAL;
		}
		if (used == OG_LOCK_TITLE - 1) {
			og_error(r->diags, &r->mark, "the registered name is longer than %d bytes",
				 OG_LOCK_TITLE - 1);
			return -EINVAL;
		}
		buffer[used++] = *r->at;
	}
	buffer[used] = '\0';
	fail_at(r, r->at);
	if (r->at == r->end) {
		og_error(r->diags, &r->mark, "the registered name has no closing quote");
		return -EINVAL;
	}
	r->at++;
	skip_blanks(r);
	if (r->at < r->end) {
		fail_at(r, r->at);
		og_error(r->diags, &r->mark, "nothing is expected after the registered name");
		return -EINVAL;
	}
	return 0;
}

static int read_prefix(struct reader *r, struct og_mac_prefix *ret_prefix)
{
	struct og_mac_prefix prefix;
	char word[OG_MAC_PREFIX_TEXT];
	int err = read_word(r, word, sizeof(word));

	if (!err)
		err = og_mac_prefix_parse(word, &prefix);
	if (err == -ERANGE) {
		og_error(r->diags, &r->mark, "%s has bits set beyond its length", word);
		return -EINVAL;
	}
	if (err) {
		og_error(r->diags, &r->mark,
			 "a prefix of 24, 28, 36 or 48 bits is expected, as in aa:bb:cc/24");
		return -EINVAL;
	}
	if (!og_mac_prefix_is_source(&prefix)) {
		og_error(r->diags, &r->mark,
			 prefix.length == 48
				 ? "%s is an address that no device has"
				 : "%s is a group or locally administered block, which no vendor "
				   "has",
			 word);
		return -EINVAL;
	}
	*ret_prefix = prefix;
	return 0;
}

/* The order of the file: a mistake here could hide a line from whoever reads a diff. */
static int check_order(struct reader *r, const struct og_lock_entry *entry)
{
	const struct og_lock_entry *last = r->count ? &r->entries[r->count - 1] : NULL;
	char text[OG_MAC_PREFIX_TEXT], last_text[OG_MAC_PREFIX_TEXT];
	int order = last ? og_mac_prefix_cmp(&last->prefix, &entry->prefix) : -1;

	if (order < 0)
		return 0;
	og_mac_prefix_format(&entry->prefix, text);
	if (!order)
		og_error(r->diags, &entry->mark, "%s is listed twice, first for %s in line %u",
			 text, last->vendor, last->mark.line);
	else
		og_error(r->diags, &entry->mark,
			 "%s is out of order: it belongs before %s of line %u; `ouiguard registry "
			 "accept` writes the file in order",
			 text, og_mac_prefix_format(&last->prefix, last_text), last->mark.line);
	return -EINVAL;
}

/* A copy of @text, or @same when that holds it already: few vendors, few registries, many lines. */
static char *keep(struct reader *r, char *same, const char *text)
{
	char *copy;

	if (same && !strcmp(same, text))
		return same;
	copy = og_arena_strdup(r->arena, text);
	if (!copy)
		r->no_memory = true;
	return copy;
}

static void read_entry(struct reader *r)
{
	const struct og_lock_entry *last = r->count ? &r->entries[r->count - 1] : NULL;
	char vendor[OG_CONF_NAME], registry[OG_LOCK_REGISTRY], title[OG_LOCK_TITLE];
	struct og_lock_entry entry = {0};

	if (read_word(r, vendor, sizeof(vendor)) || !is_vendor_name(vendor)) {
		og_error(
			r->diags, &r->mark,
			"`vendor prefix/len registry \"name\"` is expected, with the vendor's name "
			"of at most %d letters, digits, `.`, `_` and `-`",
			OG_CONF_NAME - 1);
		return;
	}
	entry.mark = r->mark;
	if (read_prefix(r, &entry.prefix))
		return;
	if (read_word(r, registry, sizeof(registry)) || !is_registry_name(registry)) {
		og_error(r->diags, &r->mark,
			 "the registry file's short name, of at most %d bytes, is expected",
			 OG_LOCK_REGISTRY - 1);
		return;
	}
	if (entry.prefix.length == 48 && strcmp(registry, OG_REGISTRY_MANUAL) != 0) {
		og_error(r->diags, &r->mark,
			 "no registry lists a single device; `" OG_REGISTRY_MANUAL
			 "` is expected for a prefix of 48 bits");
		return;
	}
	if (read_title(r, title) || check_order(r, &entry))
		return;
	entry.vendor = keep(r, last ? last->vendor : NULL, vendor);
	entry.registry = keep(r, last ? last->registry : NULL, registry);
	entry.name = keep(r, last ? last->name : NULL, title);
	r->entries[r->count++] = entry;
}

/* The one comment that means something; any other is passed over, and so is one without a date. */
static void read_date(struct reader *r)
{
	struct og_when when;
	char date[11];

	if (r->end - r->at != (ptrdiff_t)(sizeof(newest) - 1 + 10) ||
	    memcmp(r->at, newest, sizeof(newest) - 1))
		return;
	memcpy(date, r->at + sizeof(newest) - 1, 10);
	date[10] = '\0';
	if (og_when_parse(date, &when))
		return;
	when.has_offset = true; /* UTC */
	og_when_utc(&when, NULL, &r->date);
}

/* Length and characters of the line; then what it says. */
static void read_line(struct reader *r)
{
	const char *at = r->start;

	if (r->end - r->start > OG_LOCK_LINE) {
		r->mark.column = OG_LOCK_LINE + 1;
		og_error(r->diags, &r->mark, "the line has %zu bytes; at most %d are allowed",
			 (size_t)(r->end - r->start), OG_LOCK_LINE);
		return;
	}
	while (at < r->end) {
		const char *here = at;
		uint32_t c = og_utf8_next(&at, r->end);

		if (c == OG_UTF8_BAD || (og_utf8_is_control(c) && c != '\t')) {
			fail_at(r, here);
			og_error(r->diags, &r->mark,
				 c == OG_UTF8_BAD ? "this is not UTF-8 text"
						  : "a control character (U+%04X) is not allowed",
				 c);
			return;
		}
	}
	skip_blanks(r);
	if (r->at < r->end && *r->at == '#')
		read_date(r);
	if (r->at == r->end || *r->at == '#')
		return;
	if (r->count == OG_LOCK_ENTRIES) {
		r->mark.column = 1;
		og_error(r->diags, &r->mark, "more than %d prefixes", OG_LOCK_ENTRIES);
		return;
	}
	read_entry(r);
}

static size_t count_lines(const char *data, size_t length)
{
	const char *end = data + length;
	size_t lines = 0;

	while ((data = memchr(data, '\n', (size_t)(end - data)))) {
		lines++;
		data++;
	}
	return lines;
}

static void read_lines(struct reader *r, const char *data, size_t length)
{
	const char *end = data + length;
	size_t errors_before = r->diags->errors;

	while (data < end && !r->no_memory) {
		const char *feed = memchr(data, '\n', (size_t)(end - data));

		r->mark.line++;
		if (!feed) {
			r->mark.column = (unsigned int)(end - data) + 1;
			og_error(
				r->diags, &r->mark,
				"the file is cut off: its last line does not end with a line feed");
			return;
		}
		if (r->diags->errors - errors_before >= ERRORS_SHOWN) {
			r->mark.column = 1;
			og_error(r->diags, &r->mark,
				 "too many errors: the file is not read from here on");
			return;
		}
		r->start = r->at = data;
		r->end = feed;
		read_line(r);
		data = feed + 1;
	}
}

int og_lock_parse(const char *data, size_t length, const char *file, struct og_arena *arena,
		  struct og_lock *ret_lock, struct og_diags *diags)
{
	struct reader r = {.arena = arena, .diags = diags, .mark = {.file = file}};
	size_t errors_before = diags->errors, room;

	if (length > OG_LOCK_BYTES) {
		og_error(diags, &r.mark, "the file has %zu bytes; at most %d are allowed", length,
			 OG_LOCK_BYTES);
		return -EINVAL;
	}
	room = length ? count_lines(data, length) : 0;
	if (room > OG_LOCK_ENTRIES)
		room = OG_LOCK_ENTRIES;
	r.entries = og_arena_array(arena, room, sizeof(*r.entries));
	if (!r.entries)
		return -ENOMEM;
	if (length)
		read_lines(&r, data, length);
	if (r.no_memory || diags->out_of_memory)
		return -ENOMEM;
	if (diags->errors != errors_before)
		return -EINVAL;
	*ret_lock = (struct og_lock){
		.entries = r.entries, .count = r.count, .present = true, .date = r.date};
	return 0;
}

/* Entries for one prefix keep their order by their place in the array: qsort alone is not stable.
 */
struct place {
	struct og_lock_entry entry;
	size_t index;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = og_mac_prefix_cmp(&x->entry.prefix, &y->entry.prefix);

	return order ? order : x->index < y->index ? -1 : x->index > y->index;
}

int og_lock_sort(struct og_lock *lock)
{
	struct place *places = reallocarray(NULL, lock->count + 1, sizeof(*places));

	if (!places)
		return -ENOMEM;
	for (size_t i = 0; i < lock->count; i++)
		places[i] = (struct place){lock->entries[i], i};
	qsort(places, lock->count, sizeof(*places), compare_places);
	for (size_t i = 0; i < lock->count; i++)
		lock->entries[i] = places[i].entry;
	free(places);
	return 0;
}

static bool is_title(const char *title)
{
	const char *end = title + strlen(title), *at = title;

	if (end - at >= OG_LOCK_TITLE)
		return false;
	while (at < end) {
		uint32_t c = og_utf8_next(&at, end);

		if (c == OG_UTF8_BAD || (og_utf8_is_control(c) && c != '\t'))
			return false;
	}
	return true;
}

static const char comment[] =
	"# The accepted prefixes, written by `ouiguard registry accept`: what is enforced, and\n"
	"# nothing newer. vendor prefix/length registry-file \"registered name\"\n";

/* Bytes of an entry's line with its line feed; escapes count. */
static size_t line_bytes(const struct og_lock_entry *entry)
{
	char text[OG_MAC_PREFIX_TEXT];
	size_t bytes = strlen(entry->vendor) + strlen(entry->registry) +
		       strlen(og_mac_prefix_format(&entry->prefix, text)) + sizeof("   \"\"");

	for (const char *c = entry->name; *c; c++)
		bytes += *c == '"' || *c == '\\' ? 2 : 1;
	return bytes;
}

static bool prefix_can_be_written(const struct og_lock_entry *entry)
{
	const struct og_mac_prefix *prefix = &entry->prefix;

	if (prefix->length != 24 && prefix->length != 28 && prefix->length != 36 &&
	    prefix->length != 48)
		return false;
	if (prefix->length == 48 && strcmp(entry->registry, OG_REGISTRY_MANUAL) != 0)
		return false;
	return !(prefix->bits & ~og_mac_prefix_mask(prefix->length)) &&
	       og_mac_prefix_is_source(prefix);
}

static bool can_be_written(const struct og_lock *lock)
{
	size_t total = sizeof(comment) + sizeof(newest) + 11;

	if (lock->count > OG_LOCK_ENTRIES)
		return false;
	for (size_t i = 0; i < lock->count; i++) {
		const struct og_lock_entry *entry = &lock->entries[i];
		size_t bytes = line_bytes(entry);

		total += bytes;
		if (bytes > OG_LOCK_LINE + 1 || total > OG_LOCK_BYTES)
			return false;

		if (i && og_mac_prefix_cmp(&entry[-1].prefix, &entry->prefix) >= 0)
			return false;
		if (!is_vendor_name(entry->vendor) || !is_registry_name(entry->registry) ||
		    !is_title(entry->name))
			return false;
		if (!prefix_can_be_written(entry))
			return false;
	}
	return true;
}

int og_lock_write(const struct og_lock *lock, FILE *out)
{
	char text[OG_MAC_PREFIX_TEXT], date[64];

	if (!can_be_written(lock))
		return -EINVAL;
	fputs(comment, out);
	if (lock->date > 0)
		fprintf(out, "%s%.10s\n", newest,
			og_when_format(lock->date, "UTC", date, sizeof(date)));
	for (size_t i = 0; i < lock->count; i++) {
		const struct og_lock_entry *entry = &lock->entries[i];

		fprintf(out, "%s %s %s \"", entry->vendor,
			og_mac_prefix_format(&entry->prefix, text), entry->registry);
		for (const char *c = entry->name; *c; c++) {
			if (*c == '"' || *c == '\\')
				fputc('\\', out);
			fputc(*c, out);
		}
		fputs("\"\n", out);
	}
	return ferror(out) ? -EIO : 0;
}

static int entry_cmp(const void *key, const void *entry)
{
	return og_mac_prefix_cmp(key, &((const struct og_lock_entry *)entry)->prefix);
}

const struct og_lock_entry *og_lock_exact(const struct og_lock *lock,
					  const struct og_mac_prefix *prefix)
{
	if (!lock->count)
		return NULL;
	return bsearch(prefix, lock->entries, lock->count, sizeof(*lock->entries), entry_cmp);
}

const struct og_lock_entry *og_lock_find(const struct og_lock *lock, uint64_t mac)
{
	static const uint8_t lengths[] = {48, 36, 28, 24};
	const struct og_lock_entry *found = NULL;
	bool made_up = og_mac_is_local(mac) || og_mac_is_group(mac);

	/* A made-up address is only listed by itself. */
	for (size_t i = 0; !found && i < (made_up ? 1 : sizeof(lengths)); i++) {
		const struct og_mac_prefix wanted = {mac & og_mac_prefix_mask(lengths[i]),
						     lengths[i]};

		found = og_lock_exact(lock, &wanted);
	}
	return found;
}
