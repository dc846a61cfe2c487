/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-decided.h: what was decided, kept: devices that are held, gates that are open
 */
#ifndef OUIGUARD_DAEMON_STORE_DECIDED_H
#define OUIGUARD_DAEMON_STORE_DECIDED_H

#include <stdint.h>

#define OG_STORE_KEY 400 /* bytes of a key with its terminator */

struct og_store;

/*
 * og_store_put_decided - keep @key of @kind (a short word) as decided at second @at. _drop_decided -
 * forget it; 0 also when it is not there. 0 or -errno.
 */
int og_store_put_decided(struct og_store *store, const char *kind, const char *key, int64_t at);
int og_store_drop_decided(struct og_store *store, const char *kind, const char *key);

/*
 * og_store_each_decided - call @each for all of @kind, by key, until it returns other than 0, and
 * return that; or -errno. @key is valid during the call.
 */
int og_store_each_decided(struct og_store *store, const char *kind,
			  int (*each)(void *userdata, const char *key, int64_t at), void *userdata);

#endif
