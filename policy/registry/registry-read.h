/* SPDX-License-Identifier: GPL-2.0 */
/*
 * registry-read.h: between registry.c and the readers of the two formats; nobody else's business
 */
#ifndef OUIGUARD_POLICY_REGISTRY_READ_H
#define OUIGUARD_POLICY_REGISTRY_READ_H

#include <stddef.h>
#include <stdint.h>

#include "policy/registry/registry.h"

/* Diagnostics about one file before its rest is left unread. */
#define OG_REGISTRY_ERRORS 8

/* One file while it is read. */
struct og_registry_file {
	struct og_registry *registry;
	struct og_diags *diags;
	struct og_mark mark; /* the file and the line being read */
	size_t errors, warnings;
	size_t entries;
	bool no_memory;
};

/*
 * og_registry_fault - add an error at the current line, or at the last place where it says that the
 * rest is not read. Returns true when reading must stop.
 */
bool og_registry_fault(struct og_registry_file *file, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* og_registry_digits - @length hex digits as a left-aligned prefix of @length * 4 bits. 0 or -EINVAL. */
int og_registry_digits(const char *digits, size_t length, struct og_mac_prefix *ret_prefix);

/*
 * og_registry_entry - take one assignment to the @length bytes of a name at @name. Returns true when
 * reading must stop (too many errors or assignments, no memory).
 */
bool og_registry_entry(struct og_registry_file *file, const struct og_mac_prefix *prefix,
		       enum og_registry_kind kind, const char *name, size_t length);

/* The readers. What is wrong is in @file afterwards. */
void og_registry_read_hwdb(struct og_registry_file *file, const char *data, size_t length);
void og_registry_read_csv(struct og_registry_file *file, const char *data, size_t length);

#endif
