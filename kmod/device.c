// SPDX-License-Identifier: GPL-2.0
#include "device.h"

#include <linux/mm.h>
#include <linux/random.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#define BUCKET_BITS 14
#define BUCKETS	    (1 << BUCKET_BITS)
#define SPARE	    256 /* entries that wait for their grace period while others take their place */
#define TURNS	    32	/* most entries that the hand passes by for one admission */

struct devices {
	spinlock_t lock; /* of all that follows, against writers */
	__u32 known;
	__u32 fresh;
	struct list_head by_age; /* fresh entries; the hand stands at the first */
	struct list_head pool;
	struct hlist_head bucket[BUCKETS];
};

static struct kmem_cache *cache;
static __u64 secret; /* odd */

int devices_init(void)
{
	secret = get_random_u64() | 1;
	cache = kmem_cache_create("ouiguard_device", sizeof(struct device_entry), 0, SLAB_ACCOUNT,
				  NULL);
	return cache ? 0 : -ENOMEM;
}

void devices_exit(void)
{
	/* Entries on their way out come back through RCU. */
	rcu_barrier();
	kmem_cache_destroy(cache);
}

static struct device_entry *new_entry(struct devices *devices)
{
	struct device_entry *entry = kmem_cache_zalloc(cache, GFP_KERNEL_ACCOUNT);

	if (entry)
		entry->devices = devices;
	return entry;
}

struct devices *devices_new(void)
{
	struct devices *devices = kvzalloc(sizeof(*devices), GFP_KERNEL_ACCOUNT);
	struct device_entry *entry;
	int i;

	if (!devices)
		return NULL;
	spin_lock_init(&devices->lock);
	INIT_LIST_HEAD(&devices->by_age);
	INIT_LIST_HEAD(&devices->pool);
	for (i = 0; i < OG_FRESH_MAX + SPARE; i++) {
		entry = new_entry(devices);
		if (!entry) {
			devices_free(devices);
			return NULL;
		}
		list_add(&entry->age, &devices->pool);
	}
	return devices;
}

void devices_free(struct devices *devices)
{
	struct device_entry *entry, *next;
	struct hlist_node *after;
	int i;

	if (!devices)
		return;
	rcu_barrier();
	for (i = 0; i < BUCKETS; i++)
		hlist_for_each_entry_safe(entry, after, &devices->bucket[i], node)
			kmem_cache_free(cache, entry);
	list_for_each_entry_safe(entry, next, &devices->pool, age) kmem_cache_free(cache, entry);
	kvfree(devices);
}

/*
 * Multiply-shift with a secret factor (Dietzfelbinger and others, 1997): whichever two addresses a device
 * makes up, they meet in one bucket with a probability of at most 2 / BUCKETS.
 */
static struct hlist_head *bucket_of(struct devices *devices, __u64 key)
{
	return &devices->bucket[key * secret >> (64 - BUCKET_BITS)];
}

struct device_entry *device_find(struct devices *devices, __u64 key)
{
	struct device_entry *entry;

	hlist_for_each_entry_rcu(entry, bucket_of(devices, key), node,
				 lockdep_is_held(&devices->lock))
	{
		if (entry->key != key)
			continue;
		/* Written once per turn of the hand, not once per frame. */
		if (!entry->used)
			entry->used = true;
		return entry;
	}
	return NULL;
}

static void back_to_pool(struct rcu_head *head)
{
	struct device_entry *entry = container_of(head, struct device_entry, rcu);
	struct devices *devices = entry->devices;

	memset(&entry->record, 0, sizeof(entry->record));
	spin_lock_bh(&devices->lock);
	list_add(&entry->age, &devices->pool);
	spin_unlock_bh(&devices->lock);
}

static void free_entry(struct rcu_head *head)
{
	kmem_cache_free(cache, container_of(head, struct device_entry, rcu));
}

/* Take a fresh entry out of the table. Under the lock. */
static void retire(struct devices *devices, struct device_entry *entry)
{
	hlist_del_rcu(&entry->node);
	list_del(&entry->age);
	devices->fresh--;
	call_rcu(&entry->rcu, back_to_pool);
}

/* The oldest entry that had no frame since the hand came by makes room. Under the lock. */
static void make_room(struct devices *devices)
{
	struct device_entry *entry;
	int i;

	for (i = 0; i < TURNS; i++) {
		entry = list_first_entry(&devices->by_age, struct device_entry, age);
		if (!entry->used)
			break;
		entry->used = false;
		list_move_tail(&entry->age, &devices->by_age);
	}
	retire(devices, list_first_entry(&devices->by_age, struct device_entry, age));
}

/* Under the lock. */
static struct device_entry *take_fresh(struct devices *devices, __u64 key)
{
	struct device_entry *entry;

	if (devices->fresh >= OG_FRESH_MAX)
		make_room(devices);
	entry = list_first_entry_or_null(&devices->pool, struct device_entry, age);
	if (!entry)
		return NULL;
	entry->key = key;
	entry->known = false;
	entry->used = false;
	list_move_tail(&entry->age, &devices->by_age);
	devices->fresh++;
	hlist_add_head_rcu(&entry->node, bucket_of(devices, key));
	return entry;
}

struct device_entry *device_admit(struct devices *devices, __u64 key, bool *ret_new)
{
	struct device_entry *entry;

	spin_lock_bh(&devices->lock);
	entry = device_find(devices, key);
	if (!entry) {
		entry = take_fresh(devices, key);
		*ret_new = entry;
	}
	spin_unlock_bh(&devices->lock);
	return entry;
}

int device_promote(struct devices *devices, __u64 key)
{
	struct device_entry *spare, *entry;
	int r = 0;

	/* For the pool in the place of the promoted one, or for the new record. */
	spare = new_entry(devices);
	if (!spare)
		return -ENOMEM;
	spin_lock_bh(&devices->lock);
	entry = device_find(devices, key);
	if (entry && entry->known)
		goto out;
	r = -ENOSPC;
	if (devices->known >= OG_KNOWN_MAX)
		goto out;
	if (entry) {
		list_replace_init(&entry->age, &spare->age);
		list_move(&spare->age, &devices->pool);
		devices->fresh--;
	} else {
		entry = spare;
		INIT_LIST_HEAD(&entry->age);
		entry->key = key;
		hlist_add_head_rcu(&entry->node, bucket_of(devices, key));
	}
	entry->known = true;
	devices->known++;
	spare = NULL;
	r = 0;
out:
	spin_unlock_bh(&devices->lock);
	if (spare)
		kmem_cache_free(cache, spare);
	return r;
}

void device_forget(struct devices *devices, __u64 key)
{
	struct device_entry *entry;

	spin_lock_bh(&devices->lock);
	entry = device_find(devices, key);
	if (entry && entry->known) {
		hlist_del_rcu(&entry->node);
		devices->known--;
		call_rcu(&entry->rcu, free_entry);
	} else if (entry) {
		retire(devices, entry);
	}
	spin_unlock_bh(&devices->lock);
}

void devices_count(struct devices *devices, __u32 *ret_known, __u32 *ret_fresh)
{
	spin_lock_bh(&devices->lock);
	*ret_known = devices->known;
	*ret_fresh = devices->fresh;
	spin_unlock_bh(&devices->lock);
}

int devices_walk(struct devices *devices, long *place,
		 int (*each)(void *context, const struct device_entry *entry), void *context)
{
	struct device_entry *entry;
	long at;
	int r;

	for (; place[0] < BUCKETS; place[0]++, place[1] = 0) {
		at = 0;
		hlist_for_each_entry_rcu(entry, &devices->bucket[place[0]], node)
		{
			if (at++ < place[1])
				continue;
			r = each(context, entry);
			if (r)
				return r;
			place[1]++;
		}
	}
	return 0;
}
