// SPDX-License-Identifier: GPL-2.0
/*
 * document.c: a YAML file as a tree of nodes, each with its place
 *
 * libyaml's events carry everything that is to be refused, so the tree is made from them directly,
 * with a stack of bounded depth instead of recursion.
 */
#include "policy/config/document.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <yaml.h>

#include "policy/base/utf8.h"

/* After so many refusals the rest of a file is not worth reading. */
#define REFUSALS 20

struct builder {
	yaml_parser_t parser;
	const char *data, *end;
	const char *file;
	struct og_arena *arena;
	struct og_diags *diags;
	size_t errors_before;
	struct og_node *root;
	/* Open collections, and the link where the next node of each goes. */
	struct og_node *open[OG_DOCUMENT_DEPTH];
	struct og_node **tail[OG_DOCUMENT_DEPTH];
	bool key_next[OG_DOCUMENT_DEPTH];
	unsigned int depth;
	unsigned int documents;
};

static struct og_mark mark_of(const struct builder *b, const yaml_mark_t *mark)
{
	return (struct og_mark){b->file, (unsigned int)mark->line + 1,
				(unsigned int)mark->column + 1};
}

bool og_node_is_null(const struct og_node *node)
{
	static const char *const words[] = {"", "~", "null", "Null", "NULL"};

	if (node->kind != OG_NODE_SCALAR || !node->plain)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(node->text, words[i]))
			return true;
	return false;
}

/* What YAML allows in a file; libyaml refuses the rest too, but without a line. */
static bool printable(uint32_t code)
{
	if (code < 0x20)
		return code == '\t' || code == '\n' || code == '\r';
	if (code >= 0x7f && code < 0xa0)
		return code == 0x85;
	return code != 0xfeff && code != 0xfffe && code != 0xffff;
}

static int check_bytes(struct builder *b, const char *data, size_t size)
{
	struct og_mark mark = {b->file, 1, 1};
	const char *at = data, *end = data + size;

	while (at < end) {
		unsigned char byte = (unsigned char)*at;
		uint32_t code = og_utf8_next(&at, end);

		if (code == OG_UTF8_BAD) {
			og_error(b->diags, &mark,
				 "byte 0x%02x is not UTF-8; save the file in UTF-8", byte);
			return -EINVAL;
		}
		if (!printable(code)) {
			og_error(b->diags, &mark,
				 "control character U+%04X; expected printable text", code);
			return -EINVAL;
		}
		if (code == '\n') {
			mark.line++;
			mark.column = 1;
		} else {
			mark.column++;
		}
	}
	return 0;
}

/* The most frequent slip of all: YAML takes no tab where it looks for indentation. */
static bool is_tab(const struct builder *b, const struct og_mark *mark)
{
	const char *at = b->data;

	for (unsigned int line = 1; at && line < mark->line; line++) {
		at = memchr(at, '\n', (size_t)(b->end - at));
		if (at)
			at++;
	}
	for (unsigned int column = 1; at && at < b->end && column < mark->column; column++)
		og_utf8_next(&at, b->end);
	return at && at < b->end && *at == '\t';
}

static int refuse_syntax(struct builder *b)
{
	const yaml_parser_t *p = &b->parser;
	struct og_mark mark = mark_of(b, &p->problem_mark);

	if (p->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (is_tab(b, &mark))
		og_error(b->diags, &mark, "not YAML: a tab here; expected spaces");
	else if (p->context && strcmp(p->context, p->problem ? p->problem : ""))
		og_error(b->diags, &mark, "not YAML: %s %s", p->problem ? p->problem : "error",
			 p->context);
	else
		og_error(b->diags, &mark, "not YAML: %s", p->problem ? p->problem : "error");
	return -EINVAL;
}

/* Hang a new node into the tree. Returns it, or NULL without memory. */
static struct og_node *add(struct builder *b, enum og_node_kind kind, const yaml_event_t *event)
{
	struct og_node *node = og_arena_alloc(b->arena, sizeof(*node));
	struct og_node *parent;
	unsigned int top;

	if (!node)
		return NULL;
	node->kind = kind;
	node->mark = mark_of(b, &event->start_mark);
	if (b->depth == 0) {
		b->root = node;
		return node;
	}
	top = b->depth - 1;
	parent = b->open[top];
	*b->tail[top] = node;
	b->tail[top] = &node->next;
	if (parent->kind == OG_NODE_SEQUENCE || b->key_next[top])
		parent->count++;
	if (parent->kind == OG_NODE_MAPPING && b->key_next[top] && kind != OG_NODE_SCALAR)
		og_error(b->diags, &node->mark,
			 "a key cannot be a list or a mapping; expected `key: value`");
	b->key_next[top] = !b->key_next[top];
	return node;
}

static int open_collection(struct builder *b, enum og_node_kind kind, const yaml_event_t *event)
{
	struct og_node *node = add(b, kind, event);

	if (!node)
		return -ENOMEM;
	if (b->depth == OG_DOCUMENT_DEPTH) {
		og_error(b->diags, &node->mark, "more than %d lists and mappings inside each other",
			 OG_DOCUMENT_DEPTH);
		return -EINVAL;
	}
	b->open[b->depth] = node;
	b->tail[b->depth] = &node->first;
	b->key_next[b->depth] = true;
	b->depth++;
	return 0;
}

static void refuse_decoration(struct builder *b, const yaml_event_t *event,
			      const yaml_char_t *anchor, const yaml_char_t *tag)
{
	struct og_mark mark = mark_of(b, &event->start_mark);

	if (anchor)
		og_error(b->diags, &mark, "anchors (`&%s`) are not used here; write the value out",
			 (const char *)anchor);
	if (tag)
		og_error(b->diags, &mark, "tags (`!...`) are not used here; leave it out");
}

static int add_scalar(struct builder *b, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	size_t length = event->data.scalar.length;
	struct og_node *node = add(b, OG_NODE_SCALAR, event);
	char *text;

	if (!node)
		return -ENOMEM;
	/* Escapes such as "\0" or "\e" bring in what check_bytes() has kept out of the file. */
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)value[i];

		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) {
			og_error(b->diags, &node->mark,
				 "an escape makes control character U+%04X; expected printable "
				 "text",
				 c);
			length = i;
			break;
		}
	}
	text = og_arena_alloc(b->arena, length + 1);
	if (!text)
		return -ENOMEM;
	memcpy(text, value, length);
	node->text = text;
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	return 0;
}

static int second_document(struct builder *b, const yaml_event_t *event)
{
	struct og_mark mark = mark_of(b, &event->start_mark);

	if (b->documents++ == 0)
		return 0;
	og_error(b->diags, &mark, "a second document starts here; expected one per file");
	return -EINVAL;
}

static int take(struct builder *b, const yaml_event_t *event)
{
	struct og_mark mark;

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return second_document(b, event);
	case YAML_ALIAS_EVENT:
		mark = mark_of(b, &event->start_mark);
		og_error(b->diags, &mark, "aliases (`*%s`) are not used here; write the value out",
			 (const char *)event->data.alias.anchor);
		/* Something must stand here, or keys and values would change places. */
		return add(b, OG_NODE_SCALAR, event) ? 0 : -ENOMEM;
	case YAML_SCALAR_EVENT:
		refuse_decoration(b, event, event->data.scalar.anchor, event->data.scalar.tag);
		return add_scalar(b, event);
	case YAML_SEQUENCE_START_EVENT:
		refuse_decoration(b, event, event->data.sequence_start.anchor,
				  event->data.sequence_start.tag);
		return open_collection(b, OG_NODE_SEQUENCE, event);
	case YAML_MAPPING_START_EVENT:
		refuse_decoration(b, event, event->data.mapping_start.anchor,
				  event->data.mapping_start.tag);
		return open_collection(b, OG_NODE_MAPPING, event);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		b->depth--;
		return 0;
	default:
		return 0;
	}
}

static int build(struct builder *b)
{
	yaml_event_t event;
	bool end = false;
	int ret = 0;

	while (!ret && !end) {
		if (!yaml_parser_parse(&b->parser, &event))
			return refuse_syntax(b);
		end = event.type == YAML_STREAM_END_EVENT;
		ret = take(b, &event);
		yaml_event_delete(&event);
		if (b->diags->errors - b->errors_before >= REFUSALS)
			ret = -EINVAL;
	}
	return ret;
}

int og_document_read(const char *data, size_t size, const char *file, struct og_arena *arena,
		     struct og_diags *diags, struct og_node **ret_root)
{
	struct builder b = {
		.file = file, .arena = arena, .diags = diags, .errors_before = diags->errors};
	struct og_mark whole = {file, 0, 0};
	int ret;

	if (size > OG_DOCUMENT_BYTES) {
		og_error(diags, &whole, "larger than %d MiB", OG_DOCUMENT_BYTES >> 20);
		return -EINVAL;
	}
	/* The byte order mark that some editors write is no part of the text. */
	if (size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3)) {
		data += 3;
		size -= 3;
	}
	b.data = data;
	b.end = data + size;
	ret = check_bytes(&b, data, size);
	if (ret)
		return ret;
	if (!yaml_parser_initialize(&b.parser))
		return -ENOMEM;
	yaml_parser_set_encoding(&b.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&b.parser, (const unsigned char *)data, size);
	ret = build(&b);
	yaml_parser_delete(&b.parser);
	if (ret)
		return ret;
	if (diags->errors != b.errors_before)
		return -EINVAL;
	if (!b.root || og_node_is_null(b.root)) {
		og_error(diags, &whole, "the file is empty; expected `key: value` lines");
		return -EINVAL;
	}
	*ret_root = b.root;
	return 0;
}
