/* SPDX-License-Identifier: GPL-2.0 */
/*
 * vectors.h: the corpus of frames with the verdict and reason that each must get
 *
 * The corpus is the files *.vec beside this one (README.md tells their form). Every engine runs all
 * of it: user space here, the BPF program and the kernel module in their own tests.
 */
#ifndef OUIGUARD_TESTS_VECTORS_VECTORS_H
#define OUIGUARD_TESTS_VECTORS_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ouiguard/decide.h>

#define VECTOR_BYTES   512
#define VECTOR_WIRE    (VECTOR_BYTES + 4)
#define VECTOR_IFINDEX 1 /* the port of all frames, as BPF_PROG_TEST_RUN has it */

struct vector {
	char name[128];		     /* `file:line name`, with `@N` for a frame cut to N bytes */
	const struct og_ruleset *rs; /* owned by the corpus */
	int64_t now;
	uint8_t bytes[VECTOR_BYTES]; /* as on the wire, without the tag in metadata */
	uint32_t length;
	uint16_t tag_proto, tag_tci; /* the tag in metadata; 0: none */
	/* What must come out. */
	uint8_t drop;
	uint8_t reason; /* enum og_reason */
	int evidence;	/* enum og_evidence; -1: not asked */
	uint32_t mark, mark_mask;
	uint64_t ns_per_kib;
};

struct vectors {
	struct vector *items;
	size_t count;
	struct og_ruleset **rulesets;
	size_t ruleset_count;
};

/*
 * vectors_load - read the corpus from the directory that OUIGUARD_VECTORS names, or tests/vectors.
 * Fails the test with file and line when something is wrong with it. Free with vectors_free().
 * vectors_load_file - only the file of that number, from 0. Returns whether there is one.
 */
void vectors_load(struct vectors *ret_vectors);
bool vectors_load_file(struct vectors *ret_vectors, size_t number);
void vectors_free(struct vectors *vectors);

/* vector_frame - the frame as og_parse() takes it. */
void vector_frame(const struct vector *vector, struct og_frame *ret_frame);

/*
 * vector_on_wire - the frame with all tags in it, as a port receives it; returns its bytes.
 * vector_arrives - whether the kernel hands such a frame to anybody: it drops what ends before the
 * EtherType behind its outer tag, or earlier.
 */
size_t vector_on_wire(const struct vector *vector, uint8_t ret_wire[VECTOR_WIRE]);
bool vector_arrives(const uint8_t *wire, size_t length);

/*
 * vector_differs - compare with what must come out what an engine told: @got, or NULL when it did not
 * judge the frame, and then whether it counted it as @unattributable. Complains, with @how the frame
 * went, and returns 1 when they differ, else 0.
 */
int vector_differs(const struct vector *vector, const struct og_verdict *got, bool unattributable,
		   const char *how);

#endif
