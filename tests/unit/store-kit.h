/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-kit.h: what the tests of the store share
 */
#ifndef OUIGUARD_TESTS_STORE_KIT_H
#define OUIGUARD_TESTS_STORE_KIT_H

#include <stddef.h>
#include <stdint.h>

#include "daemon/inventory/store.h"

#define STORE_KIT_NOW 1800000000

/* The directories of the database, made and removed for each test. */
extern char store_kit_state[64], store_kit_runtime[64];
int store_kit_set_up(void **state);
int store_kit_tear_down(void **state);

/* store_kit_file - the path of the database with @ending behind it; valid until the next call. */
const char *store_kit_file(const char *ending);

/* store_kit_open - open it, expecting so many @errors. */
struct og_store *store_kit_open(size_t errors);

/* store_kit_put_one - write a device with all that belongs to it. _expect_one - it is there. */
void store_kit_put_one(struct og_store *store);
void store_kit_expect_one(struct og_store *store);

/* store_kit_event - an event of that id, with something in every member. */
struct og_seen_event store_kit_event(int64_t id);

#endif
