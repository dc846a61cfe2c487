/* SPDX-License-Identifier: GPL-2.0 */
/*
 * document.h: a YAML file as a tree of nodes, each with its place
 *
 * A configuration needs a small, predictable part of YAML 1.1: one document of block or flow
 * mappings, sequences and scalars. Aliases, anchors, tags, a second document, keys that are not
 * plain words, deep nesting, large files, control characters and invalid UTF-8 are refused: none of
 * them is needed, and each has surprised somebody.
 */
#ifndef OUIGUARD_POLICY_DOCUMENT_H
#define OUIGUARD_POLICY_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "policy/base/arena.h"
#include "policy/base/diag.h"

#define OG_DOCUMENT_BYTES (4 * 1024 * 1024) /* of one file */
#define OG_DOCUMENT_DEPTH 16		    /* mappings and sequences inside each other */

enum og_node_kind {
	OG_NODE_SCALAR,
	OG_NODE_MAPPING,
	OG_NODE_SEQUENCE,
};

struct og_node {
	enum og_node_kind kind;
	bool plain; /* a scalar without quotes: `true`, `12` and `null` have a meaning */
	struct og_mark mark;
	const char *text;      /* scalars only: UTF-8 without control characters but \n and \t */
	struct og_node *first; /* items; in a mapping keys (always scalars) and values in turn */
	struct og_node *next;  /* sibling */
	size_t count;	       /* items of a sequence, or pairs of a mapping */
};

/*
 * og_document_read - read @size bytes at @data. @file names them in diagnostics and marks and must
 * live as long as the nodes, which come from @arena.
 *
 * Returns 0 and the root in @ret_root (never NULL); -EINVAL with at least one error in @diags; or
 * -ENOMEM. The first error of syntax ends the reading; what is refused is reported as it is met.
 */
int og_document_read(const char *data, size_t size, const char *file, struct og_arena *arena,
		     struct og_diags *diags, struct og_node **ret_root);

/* og_node_is_null - no value: nothing after the key, `~` or `null`, without quotes. */
bool og_node_is_null(const struct og_node *node);

#endif
