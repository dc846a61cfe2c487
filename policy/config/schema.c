// SPDX-License-Identifier: GPL-2.0
/*
 * schema.c: reading a YAML mapping into a structure, by a table of its keys
 */
#include "policy/config/schema.h"

#include <errno.h>
#include <string.h>

#define SHOWN 60
#define WORD  32 /* longer words are not compared for likeness */

int og_shown(const char *text)
{
	size_t length = strnlen(text, SHOWN + 1);

	if (length <= SHOWN)
		return (int)length;
	length = SHOWN;
	while (length && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return (int)length;
}

bool og_name_valid(const char *text)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	static const char rest[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
	size_t length = strlen(text);

	return length > 0 && length < OG_CONF_NAME && strchr(first, text[0]) &&
	       strspn(text, rest) == length;
}

/* Steps from one word to the other: a character more, less, other, or two swapped. */
static unsigned int distance(const char *a, const char *b)
{
	size_t n = strnlen(a, WORD + 1), m = strnlen(b, WORD + 1);
	unsigned int row[3][WORD + 1];

	if (n > WORD || m > WORD)
		return WORD;
	for (size_t j = 0; j <= m; j++)
		row[0][j] = (unsigned int)j;
	for (size_t i = 1; i <= n; i++) {
		unsigned int *now = row[i % 3], *above = row[(i + 2) % 3];
		const unsigned int *before = row[(i + 1) % 3];

		now[0] = (unsigned int)i;
		for (size_t j = 1; j <= m; j++) {
			unsigned int best = above[j - 1] + (a[i - 1] != b[j - 1]);

			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[n % 3][m];
}

const char *og_closest(const char *text, const char *const *words, size_t count)
{
	unsigned int least = strlen(text) < 6 ? 2 : 3;
	const char *closest = NULL;

	for (size_t i = 0; i < count; i++) {
		unsigned int steps = distance(text, words[i]);

		if (steps < least && steps < strlen(words[i])) {
			least = steps;
			closest = words[i];
		}
	}
	return closest;
}

void *og_field_member(const struct og_field *field, void *object)
{
	return (char *)object + field->offset;
}

void og_expect(struct og_reader *reader, const struct og_field *field, const struct og_node *node,
	       const char *expected)
{
	if (!expected)
		expected = field->expected;
	if (node->kind != OG_NODE_SCALAR)
		og_error(reader->diags, &node->mark, "`%s` is a %s; expected %s", field->key,
			 node->kind == OG_NODE_SEQUENCE ? "list" : "mapping", expected);
	else if (og_node_is_null(node))
		og_error(reader->diags, &node->mark, "`%s` has no value; expected %s", field->key,
			 expected);
	else
		og_error(reader->diags, &node->mark, "`%s` is `%.*s`; expected %s", field->key,
			 og_shown(node->text), node->text, expected);
}

bool og_expect_kind(struct og_reader *reader, const struct og_field *field,
		    const struct og_node *node, enum og_node_kind kind, size_t limit)
{
	if (node->kind != kind || og_node_is_null(node)) {
		og_expect(reader, field, node, NULL);
		return false;
	}
	if (kind == OG_NODE_SEQUENCE && node->count > limit) {
		og_error(reader->diags, &node->mark, "`%s` has %zu items; expected %zu at most",
			 field->key, node->count, limit);
		return false;
	}
	return true;
}

const char *og_expect_plain(struct og_reader *reader, const struct og_field *field,
			    const struct og_node *node)
{
	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return NULL;
	if (!node->plain) {
		og_error(reader->diags, &node->mark, "`%s` is in quotes; expected %s", field->key,
			 field->expected);
		return NULL;
	}
	return node->text;
}

static const struct og_field *find(const struct og_schema *schema, const char *key)
{
	for (size_t i = 0; i < schema->count; i++)
		if (!strcmp(schema->fields[i].key, key))
			return &schema->fields[i];
	return NULL;
}

static void unknown_key(struct og_reader *reader, const struct og_schema *schema,
			const struct og_node *key)
{
	const char *words[OG_FIELDS], *closest;
	char list[512] = "";
	size_t used = 0;

	for (size_t i = 0; i < schema->count; i++) {
		words[i] = schema->fields[i].key;
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", i ? ", " : "",
					 words[i]);
		if (used >= sizeof(list))
			break;
	}
	closest = og_closest(key->text, words, schema->count);
	if (closest)
		og_error(reader->diags, &key->mark, "unknown key `%.*s`; did you mean `%s`?",
			 og_shown(key->text), key->text, closest);
	else
		og_error(reader->diags, &key->mark, "unknown key `%.*s`; expected one of %s",
			 og_shown(key->text), key->text, list);
}

static int read_pair(struct og_reader *reader, const struct og_schema *schema,
		     const struct og_node *key, void *object, struct og_mark seen[OG_FIELDS])
{
	const struct og_field *field = find(schema, key->text);
	const struct og_node *value = key->next;
	struct og_mark *first;

	if (!field) {
		unknown_key(reader, schema, key);
		return 0;
	}
	first = &seen[field - schema->fields];
	if (first->line) {
		og_error(reader->diags, &key->mark,
			 "`%s` is given twice; the first one is in line %u", field->key,
			 first->line);
		return 0;
	}
	*first = key->mark;
	if (og_node_is_null(value)) {
		/* Where the value should stand, not where the parser noticed that it does not. */
		og_error(reader->diags, &key->mark,
			 "`%s` has no value; expected %s, or no such line", field->key,
			 field->expected);
		return 0;
	}
	return field->read(reader, field, value, object);
}

int og_schema_read(struct og_reader *reader, const struct og_schema *schema, const char *name,
		   const struct og_node *node, void *object)
{
	struct og_mark seen[OG_FIELDS] = {0};
	const struct og_field self = {.key = name, .expected = schema->expected};
	const struct og_node *key;

	if (node->kind != OG_NODE_MAPPING) {
		if (name)
			og_expect(reader, &self, node, NULL);
		else
			og_error(reader->diags, &node->mark, "expected %s", schema->expected);
		return 0;
	}
	for (key = node->first; key && !og_reader_stop(reader); key = key->next->next) {
		int ret = read_pair(reader, schema, key, object, seen);

		if (ret)
			return ret;
	}
	for (size_t i = 0; i < schema->count; i++) {
		const struct og_field *field = &schema->fields[i];

		if (field->required && !seen[i].line && !og_reader_stop(reader))
			og_error(reader->diags, &node->mark, "`%s` is missing; expected %s",
				 field->key, field->expected);
	}
	return 0;
}

/* A copy of one line of text; *ret_text stays when it is not one. */
static int copy_text(struct og_reader *reader, const struct og_field *field,
		     const struct og_node *node, bool name, char **ret_text)
{
	size_t length;
	char *text;

	if (!og_expect_kind(reader, field, node, OG_NODE_SCALAR, 0))
		return 0;
	/* A block scalar ends in a newline that nobody means. */
	length = strlen(node->text);
	while (length && node->text[length - 1] == '\n')
		length--;
	if (length == 0 || length > OG_TEXT) {
		og_error(reader->diags, &node->mark, "`%s` is %s; expected %s", field->key,
			 length ? "longer than 4096 bytes" : "empty", field->expected);
		return 0;
	}
	if (memchr(node->text, '\n', length) || memchr(node->text, '\t', length)) {
		og_error(reader->diags, &node->mark,
			 "`%s` holds a line break or a tab; expected one line (`>` folds several)",
			 field->key);
		return 0;
	}
	text = og_arena_strndup(reader->arena, node->text, length);
	if (!text)
		return -ENOMEM;
	if (name && !og_name_valid(text))
		og_error(reader->diags, &node->mark,
			 "`%s` is `%.*s`; expected a name of a-z, 0-9, `.`, `_`, `-`", field->key,
			 og_shown(text), text);
	else
		*ret_text = text;
	return 0;
}

int og_read_text(struct og_reader *reader, const struct og_field *field, const struct og_node *node,
		 void *object)
{
	return copy_text(reader, field, node, false, og_field_member(field, object));
}

int og_read_name(struct og_reader *reader, const struct og_field *field, const struct og_node *node,
		 void *object)
{
	return copy_text(reader, field, node, true, og_field_member(field, object));
}

int og_read_bool(struct og_reader *reader, const struct og_field *field, const struct og_node *node,
		 void *object)
{
	bool *member = og_field_member(field, object);
	const char *text = og_expect_plain(reader, field, node);

	if (!text)
		return 0;
	if (!strcmp(text, "true"))
		*member = true;
	else if (!strcmp(text, "false"))
		*member = false;
	else
		og_expect(reader, field, node, NULL);
	return 0;
}

static bool listed(const struct og_names *names, const char *text)
{
	for (size_t i = 0; i < names->count; i++)
		if (!strcmp(names->names[i], text))
			return true;
	return false;
}

static int read_list(struct og_reader *reader, const struct og_field *field,
		     const struct og_node *node, bool name, struct og_names *ret_names)
{
	struct og_names names = {0};

	if (!og_expect_kind(reader, field, node, OG_NODE_SEQUENCE, OG_LIST))
		return 0;
	if (node->count == 0)
		og_error(reader->diags, &node->mark, "`%s` is an empty list; expected %s",
			 field->key, field->expected);
	names.names = og_arena_array(reader->arena, node->count, sizeof(*names.names));
	names.marks = og_arena_array(reader->arena, node->count, sizeof(*names.marks));
	if (!names.names || !names.marks)
		return -ENOMEM;
	for (const struct og_node *item = node->first; item; item = item->next) {
		char *text = NULL;
		int ret = copy_text(reader, field, item, name, &text);

		if (ret)
			return ret;
		if (!text)
			continue;
		if (listed(&names, text)) {
			og_error(reader->diags, &item->mark, "`%.*s` is in `%s` twice",
				 og_shown(text), text, field->key);
			continue;
		}
		names.names[names.count] = text;
		names.marks[names.count++] = item->mark;
	}
	*ret_names = names;
	return 0;
}

int og_read_texts(struct og_reader *reader, const struct og_field *field,
		  const struct og_node *node, void *object)
{
	return read_list(reader, field, node, false, og_field_member(field, object));
}

int og_read_names(struct og_reader *reader, const struct og_field *field,
		  const struct og_node *node, void *object)
{
	return read_list(reader, field, node, true, og_field_member(field, object));
}
