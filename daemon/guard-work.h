/* SPDX-License-Identifier: GPL-2.0 */
/*
 * guard-work.h: what guard.c and gates.c share
 */
#ifndef OUIGUARD_DAEMON_GUARD_WORK_H
#define OUIGUARD_DAEMON_GUARD_WORK_H

#include "daemon/guard.h"

/* Why a gate was shut when it was looked at last. */
struct og_shut {
	char *key;
	char why[160];
};

struct og_guard {
	struct og_decided view; /* of @held and @gates */
	struct og_held *held;
	char **gates;
	struct og_shut *shut;
	size_t shut_count;
	int64_t day; /* since 1970, on which gates were looked at last */
};

/* og_guard_open_gates - read those that are open from the store. 0 or -errno. */
int og_guard_open_gates(struct og_manager *m);

/* og_guard_status_gates - the member `gates` of the status record. */
void og_guard_status_gates(const struct og_manager *m, json_t *record);

void og_guard_forget_shut(struct og_guard *guard);

#endif
