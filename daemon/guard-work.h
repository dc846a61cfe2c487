/* SPDX-License-Identifier: GPL-2.0 */
/*
 * guard-work.h: what guard.c and gates.c share
 */
#ifndef OUIGUARD_DAEMON_GUARD_WORK_H
#define OUIGUARD_DAEMON_GUARD_WORK_H

#include "daemon/guard.h"

/* Kinds of what is decided: in the store, and first words of lines of the copy. */
#define OG_GUARD_HELD "held"
#define OG_GUARD_GATE "gate"

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
	char *copy;  /* what the copy holds; NULL: nothing yet */
	int64_t day; /* since 1970, on which gates were looked at last */
};

/* og_guard_open_gates - read those that are open from the store. 0 or -errno. */
int og_guard_open_gates(struct og_manager *m);

/* og_guard_add_gate - it is open. 0 or -ENOMEM. */
int og_guard_add_gate(struct og_guard *guard, const char *key);

/* og_guard_take_held - the device of @key, `SITE MAC`, is held; @userdata: the guard. 0 or -ENOMEM. */
int og_guard_take_held(void *userdata, const char *key, int64_t at);

/*
 * STATE/decided, a copy in lines `KIND KEY`: an inventory that was lost must not lift a block whose
 * gate had opened, nor drop what an undeclared router sends. og_guard_take_copy - take from it what
 * the store does not know, and tell of it. og_guard_keep_copy - write it when something changed.
 */
void og_guard_take_copy(struct og_manager *m);
void og_guard_keep_copy(struct og_manager *m);

/* og_guard_status_gates - the member `gates` of the status record. */
void og_guard_status_gates(const struct og_manager *m, json_t *record);

void og_guard_forget_shut(struct og_guard *guard);

#endif
