// SPDX-License-Identifier: GPL-2.0
/*
 * lease.c: lease files as a whole, and what their fields have in common
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "policy/base/address.h"
#include "policy/base/mac.h"
#include "policy/lease/lease-read.h"

#define COMPLAINTS 8 /* lines of one file that are complained of */

#define DUID_LLT   1 /* RFC 8415, 11: time and link-layer address; LL: the address alone */
#define DUID_LL	   3
#define DUID_ETHER 1 /* hardware type */

struct og_span og_span_take(struct og_span *rest, char separator)
{
	const char *end = rest->length ? memchr(rest->text, separator, rest->length) : NULL;
	struct og_span taken = {rest->text, end ? (size_t)(end - rest->text) : rest->length};
	size_t gone = taken.length + (end != NULL);

	rest->text += gone;
	rest->length -= gone;
	return taken;
}

bool og_span_is(struct og_span span, const char *word)
{
	return strlen(word) == span.length && !memcmp(span.text, word, span.length);
}

int og_span_number(struct og_span span, int64_t *ret_number)
{
	int64_t number = 0;
	size_t i;

	if (!span.length || span.length > 18)
		return -EINVAL;
	for (i = 0; i < span.length; i++) {
		if (span.text[i] < '0' || span.text[i] > '9')
			return -EINVAL;
		number = number * 10 + (span.text[i] - '0');
	}
	*ret_number = number;
	return 0;
}

/* @span with a terminator. */
static int terminate(struct og_span span, char *to, size_t size)
{
	to[0] = '\0';
	if (!span.length)
		return 0;
	if (span.length >= size || memchr(span.text, '\0', span.length))
		return -EINVAL;
	memcpy(to, span.text, span.length);
	to[span.length] = '\0';
	return 0;
}

int og_span_addr(struct og_span span, struct og_addr *ret_addr)
{
	char text[OG_LEASE_FIELD];

	return terminate(span, text, sizeof(text)) ? -EINVAL : og_addr_parse(text, ret_addr);
}

int og_span_mac(struct og_span span, uint64_t *ret_mac)
{
	char text[OG_LEASE_FIELD];
	uint64_t mac;

	if (terminate(span, text, sizeof(text)) || og_mac_parse(text, &mac) || !mac ||
	    og_mac_is_group(mac))
		return -EINVAL;
	*ret_mac = mac;
	return 0;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

uint64_t og_span_duid(struct og_span span)
{
	unsigned char bytes[14];
	size_t count = 0, from, i;
	uint64_t mac = 0;
	int high, low;

	for (i = 0; i < span.length; i += 3) {
		high = hex(span.text[i]);
		low = i + 1 < span.length ? hex(span.text[i + 1]) : -1;
		if (high < 0 || low < 0 || count == sizeof(bytes) ||
		    (i + 2 < span.length && span.text[i + 2] != ':'))
			return 0;
		bytes[count++] = high << 4 | low;
	}
	if (count < 10 || bytes[0] || bytes[2] || bytes[3] != DUID_ETHER)
		return 0;
	if (bytes[1] == DUID_LLT && count == 14)
		from = 8;
	else if (bytes[1] == DUID_LL && count == 10)
		from = 4;
	else
		return 0;
	for (i = from; i < from + 6; i++)
		mac = mac << 8 | bytes[i];
	return og_mac_is_group(mac) ? 0 : mac;
}

int og_host_parse(const char *text, size_t length, char ret_host[OG_HOST_TEXT])
{
	char host[OG_HOST_TEXT];
	size_t i;

	if (length && text[length - 1] == '.')
		length--;
	if (!length || length >= sizeof(host))
		return -EINVAL;
	for (i = 0; i < length; i++) {
		host[i] = text[i];
		if (host[i] >= 'A' && host[i] <= 'Z')
			host[i] += 'a' - 'A';
		if (!(host[i] >= 'a' && host[i] <= 'z') && !(host[i] >= '0' && host[i] <= '9') &&
		    host[i] != '-' && host[i] != '_' && host[i] != '.')
			return -EINVAL;
	}
	memcpy(ret_host, host, length);
	ret_host[length] = '\0';
	return 0;
}

void og_span_host(struct og_span span, struct og_lease *lease)
{
	char host[OG_HOST_TEXT];

	/* dnsmasq writes "*" where there is none. */
	if (og_host_parse(span.text, span.length, host))
		return;
	lease->host = span.text;
	lease->host_length = span.length;
}

/* A lease and where it stood: of those of one address the last one counts. */
struct entry {
	struct og_lease_line line;
	size_t order;
};

struct reading {
	struct og_span rest;
	struct og_mark mark;
	struct og_diags *diags;
	bool kea, ipv6;
	struct og_kea_header header;
	struct entry *entries;
	size_t count, room;
	unsigned int complaints;
};

static void complain(struct reading *reading, const char *text)
{
	if (reading->complaints++ < COMPLAINTS)
		og_warn(reading->diags, &reading->mark, "%s; the line is left out", text);
}

static int keep(struct reading *reading, const struct og_lease_line *line)
{
	size_t room = reading->room ? reading->room * 2 : 256;
	struct entry *entries;

	if (reading->count == OG_LEASES_MAX) {
		og_error(reading->diags, &reading->mark, "the file holds more than %d leases",
			 OG_LEASES_MAX);
		return -E2BIG;
	}
	if (reading->count == reading->room) {
		entries = reallocarray(reading->entries, room, sizeof(*entries));
		if (!entries)
			return -ENOMEM;
		reading->entries = entries;
		reading->room = room;
	}
	reading->entries[reading->count] = (struct entry){.line = *line, .order = reading->count};
	reading->count++;
	return 0;
}

static int read_line(struct reading *reading, struct og_span line)
{
	struct og_lease_line found;
	const char *wrong;

	if (line.length && line.text[line.length - 1] == '\r')
		line.length--;
	if (!line.length)
		return 0;
	if (!reading->kea && line.length > 5 && !memcmp(line.text, "duid ", 5)) {
		reading->ipv6 = true;
		return 0;
	}
	wrong = reading->kea ? og_lease_kea(line, &reading->header, &found)
			     : og_lease_dnsmasq(line, reading->ipv6, &found);
	if (wrong) {
		complain(reading, wrong);
		return 0;
	}
	return keep(reading, &found);
}

/* The next whole line; false: there is none. */
static bool next_line(struct reading *reading, struct og_span *ret_line)
{
	struct og_span *rest = &reading->rest;

	if (!rest->length || !memchr(rest->text, '\n', rest->length))
		return false;
	*ret_line = og_span_take(rest, '\n');
	reading->mark.line++;
	return true;
}

static int entry_cmp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = og_addr_cmp(&x->line.lease.addr, &y->line.lease.addr);

	return order ? order : x->order < y->order ? -1 : 1;
}

/* What counts, by address. */
static int settle(struct reading *reading, struct og_leases *ret_leases)
{
	struct og_leases leases = {0};
	struct entry *entries = reading->entries;
	size_t i;

	leases.items = calloc(reading->count + 1, sizeof(*leases.items));
	if (!leases.items)
		return -ENOMEM;
	if (reading->count)
		qsort(entries, reading->count, sizeof(*entries), entry_cmp);
	for (i = 0; i < reading->count; i++) {
		if (i + 1 < reading->count &&
		    !og_addr_cmp(&entries[i].line.lease.addr, &entries[i + 1].line.lease.addr))
			continue;
		if (entries[i].line.gone || !entries[i].line.lease.mac)
			continue;
		leases.items[leases.count++] = entries[i].line.lease;
	}
	*ret_leases = leases;
	return 0;
}

static int read_all(struct reading *reading)
{
	struct og_span line;
	int err = 0;

	if (reading->rest.length >= 8 && !memcmp(reading->rest.text, "address,", 8)) {
		reading->kea = true;
		if (!next_line(reading, &line))
			return 0;
		if (line.length && line.text[line.length - 1] == '\r')
			line.length--;
		if (og_lease_kea_header(line, &reading->header)) {
			og_error(reading->diags, &reading->mark,
				 "these are not the columns of a lease file of Kea");
			return -EINVAL;
		}
	}
	while (!err && next_line(reading, &line))
		err = read_line(reading, line);
	if (!err && reading->complaints && !reading->count) {
		og_error(reading->diags, &reading->mark,
			 "no line of this file is a lease; expected the lease file of dnsmasq, or "
			 "of Kea's memfile back end");
		return -EINVAL;
	}
	return err;
}

int og_leases_parse(const char *data, size_t size, const char *file, struct og_leases *ret_leases,
		    struct og_diags *diags)
{
	struct reading reading = {.rest = {data, size}, .mark = {.file = file}, .diags = diags};
	int err = read_all(&reading);

	if (!err && reading.complaints > COMPLAINTS)
		og_warn(diags, &reading.mark, "%u more lines are left out",
			reading.complaints - COMPLAINTS);
	if (!err)
		err = settle(&reading, ret_leases);
	free(reading.entries);
	return err;
}

void og_leases_clear(struct og_leases *leases)
{
	free(leases->items);
	*leases = (struct og_leases){0};
}
