// SPDX-License-Identifier: GPL-2.0
/*
 * vectors.c: reads the corpus
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "frame.h"
#include "house.h"
#include "policy/compile/calendar.h"
#include "policy/base/mac.h"
#include "policy/explain/reason.h"
#include "policy/compile/table.h"
#include "vectors.h"

#define NAMES 128
#define LINE  1024

/* One file while it is read. */
struct reader {
	struct vectors *out;
	size_t room;
	const char *file;
	unsigned int line;
	struct house *house;
	const struct og_ruleset *rs; /* compiled at the first vector */
	int64_t now;
	char names[NAMES][2][64];
	size_t name_count;
};

static void __attribute__((noreturn)) broken(const struct reader *r, const char *what)
{
	print_error("%s:%u: %s\n", r->file, r->line, what);
	fail();
	abort();
}

static const char *meaning(const char *name, void *user)
{
	const struct reader *r = user;

	for (size_t i = r->name_count; i-- > 0;)
		if (!strcmp(r->names[i][0], name))
			return r->names[i][1];
	return NULL;
}

/* What stands between two words, without the space around it; NULL when @mark is not there. */
static char *split(char *text, const char *mark)
{
	char *at = strstr(text, mark);

	if (!at)
		return NULL;
	*at = '\0';
	return at + strlen(mark);
}

static struct vector *add(struct reader *r, const struct vector *vector)
{
	struct vectors *out = r->out;

	if (out->count == r->room) {
		r->room = r->room ? r->room * 2 : 256;
		out->items = reallocarray(out->items, r->room, sizeof(*out->items));
		assert_non_null(out->items);
	}
	out->items[out->count] = *vector;
	return &out->items[out->count++];
}

static void compile(struct reader *r)
{
	struct vectors *out = r->out;
	struct og_compiled *compiled;

	if (r->rs)
		return;
	compiled = house_compile(r->house, 0);
	out->rulesets = reallocarray(out->rulesets, out->ruleset_count + 1, sizeof(*out->rulesets));
	assert_non_null(out->rulesets);
	out->rulesets[out->ruleset_count++] = compiled->ruleset;
	r->rs = compiled->ruleset;
	compiled->ruleset = NULL;
	og_compiled_free(compiled);
}

/* `drop egress [mark=N/M] [ns=N] [eui64]` */
static void expect(struct reader *r, char *text, struct vector *v)
{
	char *save = NULL, *word = strtok_r(text, " \t", &save);
	enum og_reason reason;

	if (!word || (strcmp(word, "drop") && strcmp(word, "pass")))
		broken(r, "`pass` or `drop` is expected");
	v->drop = *word == 'd';
	word = strtok_r(NULL, " \t", &save);
	if (!word || og_reason_parse(word, &reason))
		broken(r, "a reason is expected");
	v->reason = reason;
	v->evidence = -1;
	v->mark = v->mark_mask = 0;
	v->ns_per_kib = 0;
	if (og_reason_drops(reason) != v->drop)
		broken(r, "the reason does not go with the verdict");
	while ((word = strtok_r(NULL, " \t", &save))) {
		if (!strcmp(word, "eui64"))
			v->evidence = OG_EVIDENCE_EUI64;
		else if (!strcmp(word, "mac"))
			v->evidence = OG_EVIDENCE_MAC;
		else if (sscanf(word, "mark=%i/%i", (int *)&v->mark, (int *)&v->mark_mask) != 2 &&
			 sscanf(word, "ns=%ju", (uintmax_t *)&v->ns_per_kib) != 1)
			broken(r, "an unknown expectation");
	}
}

/* NAME : FRAME => VERDICT; or NAME : FRAME => to N VERDICT; to N VERDICT; ...; whole VERDICT. */
static void read_vector(struct reader *r, char *text)
{
	char *frame = split(text, " : "), *verdict = frame ? split(frame, "=>") : NULL;
	struct vector v = {.now = r->now};
	const char *error;
	uint32_t whole, from = 0;
	char *save = NULL;

	if (!verdict)
		broken(r, "`NAME : FRAME => VERDICT` is expected");
	compile(r);
	v.rs = r->rs;
	error = frame_build(frame, meaning, r, &v);
	if (error)
		broken(r, error);
	whole = v.length;
	for (char *part = strtok_r(verdict, ";", &save); part; part = strtok_r(NULL, ";", &save)) {
		uint32_t to = whole;
		int used = 0;
		bool cuts = sscanf(part, " to %u %n", &to, &used) == 1 && used;

		if (!cuts)
			from = whole;
		if (to > whole)
			broken(r, "the frame is shorter than that");
		expect(r, part + used, &v);
		for (v.length = from; v.length <= to; v.length++) {
			snprintf(v.name, sizeof(v.name), "%.40s:%u %.32s", r->file, r->line, text);
			if (v.length < whole)
				snprintf(v.name + strlen(v.name), 16, "@%u", v.length);
			add(r, &v);
			if (v.length == whole)
				break;
		}
		from = to + 1;
	}
}

/* file NAME, and its text in the indented lines that follow. */
static void read_file(struct reader *r, const char *name, FILE *in)
{
	char text[8192] = "", line[LINE];
	long at = ftell(in);

	while (fgets(line, sizeof(line), in)) {
		if (line[0] != '\t')
			break;
		if (strlen(text) + strlen(line) >= sizeof(text))
			broken(r, "the file is too long");
		strcat(text, line + 1);
		r->line++;
		at = ftell(in);
	}
	if (fseek(in, at, SEEK_SET))
		broken(r, "cannot seek");
	house_file(r->house, name, text);
	r->rs = NULL;
}

static void read_link(struct reader *r, const char *text)
{
	struct og_gw_link link = {.type = 0};
	unsigned int ifindex = 0, vlan = 0, below = 0, master = 0;
	char mac[32] = "";

	if (sscanf(text, "%15s %u %31s kind=%15s vlan=%u link=%u master=%u", link.name, &ifindex,
		   mac, link.kind, &vlan, &below, &master) < 3 ||
	    og_mac_parse(mac, &link.mac))
		broken(r, "`link NAME IFINDEX MAC [kind= vlan= link= master=]` is expected");
	link.ifindex = ifindex;
	link.vlan = vlan;
	link.link = below;
	link.master = master;
	house_link(r->house, link);
	r->rs = NULL;
}

static void read_addr(struct reader *r, const char *text)
{
	unsigned int ifindex, length;
	char addr[64];

	if (sscanf(text, "%u %63[^/]/%u", &ifindex, addr, &length) != 3)
		broken(r, "`addr IFINDEX ADDRESS/LENGTH` is expected");
	house_addr(r->house, ifindex, addr, length);
	r->rs = NULL;
}

static void read_nexthop(struct reader *r, const char *text)
{
	uint64_t mac;
	unsigned int ifindex;
	char word[32];

	if (sscanf(text, "%u %31s", &ifindex, word) != 2 || og_mac_parse(word, &mac))
		broken(r, "`nexthop IFINDEX MAC` is expected");
	house_nexthop(r->house, ifindex, mac);
	r->rs = NULL;
}

static void read_hold(struct reader *r, const char *text)
{
	char word[32], site[64];
	uint64_t mac;

	if (sscanf(text, "%31s %63s", word, site) != 2 || og_mac_parse(word, &mac))
		broken(r, "`hold MAC SITE` is expected");
	house_hold(r->house, mac, site);
	r->rs = NULL;
}

static void read_gate(struct reader *r, const char *text)
{
	house_open(r->house, text);
	r->rs = NULL;
}

static void read_now(struct reader *r, const char *text)
{
	struct og_when when;

	if (og_when_parse(text, &when) || !when.has_offset || og_when_utc(&when, "UTC", &r->now))
		broken(r, "`at YYYY-MM-DDTHH:MM:SSZ` is expected");
}

static void read_name(struct reader *r, const char *text)
{
	if (r->name_count == NAMES ||
	    sscanf(text, "%63s %63s", r->names[r->name_count][0], r->names[r->name_count][1]) != 2)
		broken(r, "`let NAME MEANING` is expected");
	r->name_count++;
}

static bool starts(char **line, const char *word)
{
	size_t length = strlen(word);

	if (strncmp(*line, word, length) || (*line)[length] != ' ')
		return false;
	*line += length + 1;
	return true;
}

static void read_line(struct reader *r, char *line, FILE *in)
{
	line[strcspn(line, "\n")] = '\0';
	if (!*line || *line == '#')
		return;
	if (strstr(line, " => "))
		read_vector(r, line);
	else if (starts(&line, "file"))
		read_file(r, line, in);
	else if (starts(&line, "link"))
		read_link(r, line);
	else if (starts(&line, "addr"))
		read_addr(r, line);
	else if (starts(&line, "nexthop"))
		read_nexthop(r, line);
	else if (starts(&line, "hold"))
		read_hold(r, line);
	else if (starts(&line, "gate"))
		read_gate(r, line);
	else if (starts(&line, "at"))
		read_now(r, line);
	else if (starts(&line, "let"))
		read_name(r, line);
	else
		broken(r,
		       "a vector, or file, link, addr, nexthop, hold, gate, at, let is expected");
}

static int is_vec(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".vec");
}

static void load_file(struct vectors *out, size_t *room, const char *dir, const char *name)
{
	struct reader *r = calloc(1, sizeof(*r));
	char path[512], line[LINE];
	FILE *in;

	assert_non_null(r);
	r->out = out;
	r->room = *room;
	r->file = name;
	r->house = house_new();
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	in = fopen(path, "r");
	if (!in)
		broken(r, "cannot be opened");
	while (fgets(line, sizeof(line), in)) {
		r->line++;
		read_line(r, line, in);
	}
	fclose(in);
	house_free(r->house);
	*room = r->room;
	free(r);
}

/* The corpus' files in the order of their names; returns how many. */
static size_t list_files(const char **ret_dir, struct dirent ***ret_entries)
{
	const char *dir = getenv("OUIGUARD_VECTORS");
	int count;

	if (!dir)
		dir = "tests/vectors";
	count = scandir(dir, ret_entries, is_vec, alphasort);
	if (count <= 0) {
		print_error("%s: no vectors; set OUIGUARD_VECTORS to their directory\n", dir);
		fail();
	}
	*ret_dir = dir;
	return count;
}

/* Files number @from to @to - 1; returns how many files there are. */
static size_t load_files(struct vectors *ret_vectors, size_t from, size_t to)
{
	struct dirent **entries;
	size_t room = 0, count, i;
	const char *dir;

	*ret_vectors = (struct vectors){0};
	count = list_files(&dir, &entries);
	for (i = 0; i < count; i++) {
		if (i >= from && i < to)
			load_file(ret_vectors, &room, dir, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return count;
}

void vectors_load(struct vectors *ret_vectors)
{
	load_files(ret_vectors, 0, SIZE_MAX);
}

bool vectors_load_file(struct vectors *ret_vectors, size_t number)
{
	return number < load_files(ret_vectors, number, number + 1);
}

void vectors_free(struct vectors *vectors)
{
	for (size_t i = 0; i < vectors->ruleset_count; i++)
		og_ruleset_free(vectors->rulesets[i]);
	free(vectors->rulesets);
	free(vectors->items);
	*vectors = (struct vectors){0};
}

void vector_frame(const struct vector *vector, struct og_frame *ret_frame)
{
	*ret_frame = (struct og_frame){
		.captured = vector->length < OG_FRAME_BYTES ? vector->length : OG_FRAME_BYTES,
		.ifindex = VECTOR_IFINDEX,
		.tag_proto = vector->tag_proto,
		.tag_tci = vector->tag_tci,
	};
	memcpy(ret_frame->bytes, vector->bytes, ret_frame->captured);
}

size_t vector_on_wire(const struct vector *v, uint8_t wire[VECTOR_WIRE])
{
	memcpy(wire, v->bytes, v->length);
	if (!v->tag_proto || v->length < 12)
		return v->length;
	memmove(wire + 16, wire + 12, v->length - 12);
	wire[12] = v->tag_proto >> 8;
	wire[13] = v->tag_proto;
	wire[14] = v->tag_tci >> 8;
	wire[15] = v->tag_tci;
	return v->length + 4;
}

bool vector_arrives(const uint8_t *wire, size_t length)
{
	uint16_t type = length < 14 ? 0 : wire[12] << 8 | wire[13];

	return length >= 14 && ((type != OG_ETH_8021Q && type != OG_ETH_8021AD) || length >= 20);
}

int vector_differs(const struct vector *v, const struct og_verdict *got, bool unattributable,
		   const char *how)
{
	int reason = got ? got->reason : unattributable ? OG_R_UNATTRIBUTABLE : OG_R_UNLISTED;
	int drop = got ? got->drop : 0;

	/* Mark and rate are those of frames that pass. */
	if (reason == v->reason && drop == v->drop &&
	    (!got || v->evidence < 0 || got->evidence == v->evidence) &&
	    (!got || drop ||
	     (got->mark == v->mark && got->mark_mask == v->mark_mask &&
	      got->ns_per_kib == v->ns_per_kib)))
		return 0;
	print_message("# %s, %s: drop %d, reason %d; expected %d, %d\n", v->name, how, drop, reason,
		      v->drop, v->reason);
	return 1;
}
