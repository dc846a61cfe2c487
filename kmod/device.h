/* SPDX-License-Identifier: GPL-2.0 */
/*
 * device.h: device records, a bounded number of them
 *
 * A fresh record is made by a frame, from a pool: nothing is allocated on behalf of a frame. When the
 * pool is used up the oldest that had no frame lately makes room. The daemon promotes records; those
 * stay until it forgets them.
 */
#ifndef OUIGUARD_KMOD_DEVICE_H
#define OUIGUARD_KMOD_DEVICE_H

#include <linux/list.h>
#include <linux/rcupdate.h>

#include <ouiguard/account.h>

struct devices;

struct device_entry {
	/* What finding reads stands together. */
	struct hlist_node node;
	__u64 key;
	bool known;
	bool used; /* since the clock's hand came by */
	struct og_device record;
	struct list_head age; /* among the fresh ones or in the pool */
	struct devices *devices;
	struct rcu_head rcu;
};

/* devices_init, devices_exit - when the module is loaded and unloaded. */
int devices_init(void);
void devices_exit(void);

/* devices_new - an empty table; NULL without memory. */
struct devices *devices_new(void);

/* devices_free - free the table and all records, when no reader is left. NULL is allowed. */
void devices_free(struct devices *devices);

/* device_find - the entry of a key; NULL when there is none. Under RCU. */
struct device_entry *device_find(struct devices *devices, __u64 key);

/*
 * device_admit - a fresh entry for @key, which another processor may just have made: @ret_new tells.
 * NULL when the pool is empty. In softirq, under RCU.
 */
struct device_entry *device_admit(struct devices *devices, __u64 key, bool *ret_new);

/* device_promote - keep the record of @key, or an empty one. 0, -ENOSPC or -ENOMEM. May sleep. */
int device_promote(struct devices *devices, __u64 key);

/* device_forget - drop the record of @key, if there is one. */
void device_forget(struct devices *devices, __u64 key);

/* devices_count - how many there are. */
void devices_count(struct devices *devices, __u32 *ret_known, __u32 *ret_fresh);

/*
 * devices_walk - call @each for entry after entry, from the place @place[2] on (zero: the first), until
 * it returns other than 0; @place is then where to go on, with that entry. Returns what @each did.
 */
int devices_walk(struct devices *devices, long *place,
		 int (*each)(void *context, const struct device_entry *entry), void *context);

#endif
