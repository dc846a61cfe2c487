/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lease-files.h: the lease files of DHCP servers, read again when they have changed
 *
 * Nothing here logs or reads a clock.
 */
#ifndef OUIGUARD_DAEMON_LEASE_FILES_H
#define OUIGUARD_DAEMON_LEASE_FILES_H

#include "policy/config/config.h"
#include "policy/lease/lease.h"

struct og_lease_files;

/* og_lease_files_new - or NULL. og_lease_files_free - NULL is allowed. */
struct og_lease_files *og_lease_files_new(void);
void og_lease_files_free(struct og_lease_files *files);

/*
 * og_lease_files_read - read those of @paths that have changed since they were last read, and call @each
 * for each lease in force at second @now that was not told before: a new or a renewed one. What is
 * wrong with a file is a warning in @diags, when it is not what was wrong the last time.
 */
void og_lease_files_read(struct og_lease_files *files, const struct og_names *paths, int64_t now,
			 void (*each)(void *userdata, const struct og_lease *lease), void *userdata,
			 struct og_diags *diags);

/* og_lease_files_trouble - add a warning to @diags for each file that cannot be read at present. */
void og_lease_files_trouble(const struct og_lease_files *files, struct og_diags *diags);

#endif
