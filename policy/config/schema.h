/* SPDX-License-Identifier: GPL-2.0 */
/*
 * schema.h: reading a YAML mapping into a structure, by a table of its keys
 *
 * Each kind of mapping has one table; a row names a key, how its value is read, where it goes and
 * what an administrator should write there. Walking a table finds every error of a mapping at once:
 * unknown keys (with the one that was probably meant), keys that occur twice, missing ones, values
 * of the wrong type, and what the row's reader finds.
 */
#ifndef OUIGUARD_POLICY_SCHEMA_H
#define OUIGUARD_POLICY_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/base/arena.h"
#include "policy/config/config.h"
#include "policy/config/document.h"

#define OG_FIELDS 32   /* most rows of a table */
#define OG_LIST	  256  /* most items of a list of words */
#define OG_TEXT	  4096 /* most bytes of a text */

struct og_reader {
	struct og_arena *arena; /* what is read goes here */
	struct og_diags *diags;
	size_t stop; /* at so many errors in @diags the rest of a file is left unread; 0: never */
};

/* og_reader_stop - whether so much is wrong with a file that the rest of it is not worth reading. */
static inline bool og_reader_stop(const struct og_reader *reader)
{
	return reader->stop && reader->diags->errors >= reader->stop;
}

struct og_field {
	const char *key;
	/*
	 * Read @node into @object; errors go to the reader's diagnostics, and the object then keeps
	 * what it had. Returns 0, or -ENOMEM only. @node is never null (og_node_is_null).
	 */
	int (*read)(struct og_reader *reader, const struct og_field *field,
		    const struct og_node *node, void *object);
	size_t offset; /* of the member in the object; what it must be says each reader */
	bool required;
	const char *expected; /* what follows "expected" in a message */
};

/* A table of fields, ready for og_schema_read(). */
struct og_schema {
	const struct og_field *fields;
	size_t count;
	const char *expected; /* the mapping itself, as in og_field.expected */
};

#define OG_SCHEMA(table, expected_text)                                       \
	{                                                                     \
		.fields = (table), .count = sizeof(table) / sizeof(*(table)), \
		.expected = (expected_text)                                   \
	}

/*
 * og_schema_read - read the mapping @node into @object. @name is the key it stands under, for
 * messages; NULL for the file itself. Returns 0 (whatever errors were found) or -ENOMEM.
 */
int og_schema_read(struct og_reader *reader, const struct og_schema *schema, const char *name,
		   const struct og_node *node, void *object);

/* og_field_member - where @field's member lies in @object. */
void *og_field_member(const struct og_field *field, void *object);

/*
 * og_expect - say what @node is and what was expected: `"x" is a list; expected ...`. @expected
 * NULL takes the field's.
 */
void og_expect(struct og_reader *reader, const struct og_field *field, const struct og_node *node,
	       const char *expected);

/*
 * og_expect_kind - whether @node is of @kind and, for a list, has @limit items at most; says what
 * was expected otherwise.
 */
bool og_expect_kind(struct og_reader *reader, const struct og_field *field,
		    const struct og_node *node, enum og_node_kind kind, size_t limit);

/* og_expect_plain - the text of a scalar that must not be in quotes (numbers, words), or NULL. */
const char *og_expect_plain(struct og_reader *reader, const struct og_field *field,
			    const struct og_node *node);

/* og_shown - how many bytes of @text to show in a message ("%.*s"): whole characters, 60 at most.
 */
int og_shown(const char *text);

/*
 * og_name_valid - whether @text is a name: [a-z0-9][a-z0-9._-]*, up to OG_CONF_NAME - 1 bytes.
 * Names are file names, arguments and parts of metrics; titles are for every other script.
 */
bool og_name_valid(const char *text);

/* og_closest - the word of @words that @text was probably meant to be, or NULL. */
const char *og_closest(const char *text, const char *const *words, size_t count);

/*
 * Readers for rows of tables. The member is a `char *` for text (one line, not empty) and name
 * (og_name_valid), a `bool` for bool, a `struct og_names` for texts and names, which hold at least
 * one item and none twice.
 */
int og_read_text(struct og_reader *reader, const struct og_field *field, const struct og_node *node,
		 void *object);
int og_read_name(struct og_reader *reader, const struct og_field *field, const struct og_node *node,
		 void *object);
int og_read_bool(struct og_reader *reader, const struct og_field *field, const struct og_node *node,
		 void *object);
int og_read_texts(struct og_reader *reader, const struct og_field *field,
		  const struct og_node *node, void *object);
int og_read_names(struct og_reader *reader, const struct og_field *field,
		  const struct og_node *node, void *object);

#endif
