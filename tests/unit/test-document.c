// SPDX-License-Identifier: GPL-2.0
/*
 * test-document.c: what policy/config/document.c refuses of YAML, and the tree it makes of the rest
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "config-kit.h"
#include "policy/config/document.h"

static const struct kit_case cases[] = {
	{"a syntax error",
	 {{"sites/north.yaml", "ports: [{name: lan0}\nclass: x\n"}},
	 {"sites/north.yaml:2:1: not YAML: did not find expected ',' or ']' while parsing a flow "
	  "sequence"}},
	{"a tab as indentation",
	 {{"sites/north.yaml", "ports:\n\t- name: lan0\n"}},
	 {"sites/north.yaml:2:1: not YAML: a tab here; expected spaces"}},
	{"an alias and its anchor",
	 {{"sites/north.yaml", "ports: &p [{name: lan0}]\nclass: *p\n"}},
	 {"sites/north.yaml:1:8: anchors (`&p`) are not used here; write the value out",
	  "sites/north.yaml:2:8: aliases (`*p`) are not used here; write the value out"}},
	{"a tag",
	 {{"sites/north.yaml", "ports: [{name: !!str lan0}]\n"}},
	 {"sites/north.yaml:1:16: tags (`!...`) are not used here; leave it out"}},
	{"a second document",
	 {{"sites/north.yaml", "ports: [{name: lan0}]\n---\nports: []\n"}},
	 {"sites/north.yaml:2:1: a second document starts here; expected one per file"}},
	{"an empty file",
	 {{"sites/north.yaml", ""}},
	 {"sites/north.yaml: the file is empty; expected `key: value` lines"}},
	{"only a comment",
	 {{"sites/north.yaml", "# nothing yet\n"}},
	 {"sites/north.yaml: the file is empty; expected `key: value` lines"}},
	{"only null",
	 {{"sites/north.yaml", "~\n"}},
	 {"sites/north.yaml: the file is empty; expected `key: value` lines"}},
	{"a list as the file",
	 {{"sites/north.yaml", "- name: lan0\n"}},
	 {"sites/north.yaml:1:1: expected `key: value` lines, of which `ports` is needed"}},
	{"text as the file",
	 {{"sites/north.yaml", "lan0\n"}},
	 {"sites/north.yaml:1:1: expected `key: value` lines, of which `ports` is needed"}},
	{"a key that is a list",
	 {{"sites/north.yaml", "? [a]\n: b\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:3: a key cannot be a list or a mapping; expected `key: value`"}},
	{"bytes that are not UTF-8",
	 {{"sites/north.yaml", "owner: caf\351\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:11: byte 0xe9 is not UTF-8; save the file in UTF-8"}},
	{"a control character",
	 {{"sites/north.yaml", "owner: a\033[31mb\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:9: control character U+001B; expected printable text"}},
	{"an escape that makes NUL",
	 {{"sites/north.yaml", "owner: \"a\\0b\"\nports: [{name: lan0}]\n"}},
	 {"sites/north.yaml:1:8: an escape makes control character U+0000; expected printable "
	  "text"}},
	{"seventeen lists inside each other",
	 {{"sites/north.yaml", "ports: [[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]\n"}},
	 {"sites/north.yaml:1:23: more than 16 lists and mappings inside each other"}},
	{"a duplicate key",
	 {{"sites/north.yaml", "ports: [{name: lan0}]\nclass: a\nclass: b\n"}},
	 {"sites/north.yaml:3:1: `class` is given twice; the first one is in line 2"}},
	{"an unknown key, close to one",
	 {{"sites/north.yaml", "ports: [{name: lan0}]\nclas: a\n"}},
	 {"sites/north.yaml:2:1: unknown key `clas`; did you mean `class`?"}},
	{"an unknown key, close to none",
	 {{"sites/north.yaml", "ports: [{name: lan0}]\nfirewall: a\n"}},
	 {"sites/north.yaml:2:1: unknown key `firewall`; expected one of class, owner, timezone, "
	  "gateways, ports, own_addresses, internal, never_internal, gateway_services, match, "
	  "on_block, enforce_routers, probe"}},
	{"a bare null",
	 {{"sites/north.yaml", "ports: [{name: lan0}]\nowner:\n"}},
	 {"sites/north.yaml:2:1: `owner` has no value; expected who answers for the site, or no "
	  "such line"}},
};

static void says_what_is_wrong(void **state)
{
	(void)state;
	kit_run(cases, sizeof(cases) / sizeof(*cases));
}

static struct og_node *read_text(const char *text, struct og_arena *arena)
{
	struct og_diags diags = {0};
	struct og_node *root = NULL;

	assert_int_equal(og_document_read(text, strlen(text), "f", arena, &diags, &root), 0);
	assert_int_equal(diags.count, 0);
	return root;
}

static void makes_a_tree(void **state)
{
	struct og_arena *arena = og_arena_new();
	struct og_node *root, *list;

	(void)state;
	root = read_text("\xef\xbb\xbf# comment\na: 1\nb: ['x', y]\n", arena);
	assert_int_equal(root->kind, OG_NODE_MAPPING);
	assert_int_equal(root->count, 2);
	assert_string_equal(root->first->text, "a");
	assert_string_equal(root->first->next->text, "1");
	assert_true(root->first->next->plain);
	list = root->first->next->next->next;
	assert_int_equal(list->kind, OG_NODE_SEQUENCE);
	assert_int_equal(list->count, 2);
	assert_int_equal(list->mark.line, 3);
	assert_int_equal(list->mark.column, 4);
	assert_false(list->first->plain);
	assert_true(list->first->next->plain);
	assert_null(list->first->next->next);
	og_arena_free(arena);
}

static void knows_null(void **state)
{
	struct og_arena *arena = og_arena_new();
	struct og_node *root = read_text("[~, null, '', \"null\", nil]", arena);
	static const int null[] = {1, 1, 0, 0, 0};
	size_t i = 0;

	(void)state;
	for (const struct og_node *n = root->first; n; n = n->next)
		assert_int_equal(og_node_is_null(n), null[i++]);
	assert_int_equal(i, 5);
	og_arena_free(arena);
}

static void takes_sixteen_levels(void **state)
{
	struct og_arena *arena = og_arena_new();
	struct og_node *node = read_text("[[[[[[[[[[[[[[[[x]]]]]]]]]]]]]]]]", arena);
	int depth = 0;

	(void)state;
	for (; node->kind == OG_NODE_SEQUENCE; node = node->first)
		depth++;
	assert_int_equal(depth, 16);
	og_arena_free(arena);
}

static void refuses_large_files(void **state)
{
	size_t size = OG_DOCUMENT_BYTES + 1;
	char *text = malloc(size), message[128];
	struct og_arena *arena = og_arena_new();
	struct og_diags diags = {0};
	struct og_node *root = NULL;

	(void)state;
	memset(text, 'a', size);
	assert_int_equal(og_document_read(text, size, "f", arena, &diags, &root), -EINVAL);
	og_diag_text(&diags.items[0], message, sizeof(message));
	assert_string_equal(message, "f: larger than 4 MiB");
	assert_null(root);
	og_diags_free(&diags);
	og_arena_free(arena);
	free(text);
}

/* A file full of refusals ends after some, instead of a million messages. */
static void stops_after_many_refusals(void **state)
{
	struct og_arena *arena = og_arena_new();
	struct og_diags diags = {0};
	struct og_node *root = NULL;
	char text[4096] = "[";

	(void)state;
	for (int i = 0; i < 1000; i++)
		strcat(text, "*a,");
	assert_int_equal(og_document_read(text, strlen(text), "f", arena, &diags, &root), -EINVAL);
	assert_int_equal(diags.errors, 20);
	og_diags_free(&diags);
	og_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong),  cmocka_unit_test(makes_a_tree),
		cmocka_unit_test(knows_null),	       cmocka_unit_test(takes_sixteen_levels),
		cmocka_unit_test(refuses_large_files), cmocka_unit_test(stops_after_many_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
