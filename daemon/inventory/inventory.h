/* SPDX-License-Identifier: GPL-2.0 */
/*
 * inventory.h: the devices seen, kept beyond the engine's records
 *
 * An engine's record can be pushed out, and is gone after a reboot; the inventory goes on counting.
 * A device is (site, MAC), the site by its name: its number in rulesets may change. Only devices of
 * sites that this gateway covers are here; the store knows those of others too. Pure but for memory:
 * no log, no clock, no engine; the store reads and writes it (store.h).
 */
#ifndef OUIGUARD_DAEMON_INVENTORY_H
#define OUIGUARD_DAEMON_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ouiguard/device.h>

#define OG_INV_DEVICES 100000 /* most devices; later ones are counted, not kept */
#define OG_INV_SITE    64     /* bytes of a site's name with its terminator */
#define OG_INV_WORDS   16384  /* most different names of vendors and ports */
#define OG_INV_DESTS   16     /* destinations kept per device */
#define OG_INV_OFTEN   8      /* of them, those that most went to stay whatever their age */
#define OG_INV_SLOTS   12     /* of the last hour, in which drops are summed up */
#define OG_INV_SLOT    300    /* seconds of each */

/* What the store does not have yet. */
#define OG_DIRTY_ROW   0x1
#define OG_DIRTY_DESTS 0x2
#define OG_DIRTY_DROPS 0x4

/* What an engine counts. Packets are wire packets, bytes are of layer 2 (device.h). */
struct og_counts {
	uint64_t packets, bytes, passed, dropped, dropped_bytes, egress;
};

struct og_inv_dest {
	struct og_addr addr;
	uint64_t packets;
	uint64_t raw;	    /* the engine's count when it was last read */
	uint32_t last_seen; /* second since 1970, as device.h has it */
	uint16_t port;
	uint8_t proto;
	uint8_t reason;
};

/* Drops of the last hour: a ring by slot, which is the second since 1970 / OG_INV_SLOT. */
struct og_inv_drops {
	int64_t newest; /* slot */
	uint32_t packets[OG_INV_SLOTS];
};

/* Texts belong to the inventory and are the same pointer when they are the same. */
struct og_inv_device {
	uint64_t mac;
	const char *site;
	const char *vendor; /* "": of no listed vendor */
	const char *port;   /* interface of the last frame; "": not known */
	int64_t first_seen; /* seconds since 1970; 0: never */
	int64_t last_seen;
	struct og_counts total;
	struct og_counts raw;	/* the engine's record when it was last read */
	int64_t raw_first_seen; /* tells one record of the engine from its successor; 0: none */
	int64_t state_at;	/* second at which @state was entered */
	struct og_inv_dest *dests;
	struct og_inv_drops *drops; /* NULL: none in the last hour */
	struct og_inv_device *next; /* of its hash chain */
	int64_t told;		    /* its budget of entries in the journal: og_told_event() */
	uint32_t dests_cut;	    /* destinations that had to make room */
	uint32_t seen_block;	    /* of 32 days since 1970 */
	uint32_t seen_days; /* bits of its days with a frame, as far as seen since the start */
	uint16_t vlan;
	uint8_t role;	  /* enum og_role */
	uint8_t evidence; /* enum og_evidence */
	uint8_t sources;  /* distinct IP sources of its frames, 64 at most; not in the store */
	uint8_t action;	  /* at the last frame */
	uint8_t reason;
	uint8_t dest_count, dest_room;
	uint8_t state;	  /* enum og_device_state + 1; 0: none was entered */
	uint8_t dirty;	  /* OG_DIRTY_* */
	uint8_t writing;  /* of them, those in the transaction that is open */
	bool third_party; /* it belongs to somebody else */
	bool merged;	  /* only others have seen it, and @total is theirs */
	bool promoted;	  /* the engine keeps its record for good */
	bool enforced;	  /* an action stricter than log was once in force at one of its frames */
};

/* What the ruleset says about a record: names in place of numbers. */
struct og_inv_names {
	const char *site;
	const char *vendor; /* NULL: none */
	const char *port;   /* NULL: not known */
	uint8_t role;
	bool no_dests; /* where it sends to is not kept */
};

struct og_inventory;

/* og_inventory_new - an empty inventory, or NULL. og_inventory_free - NULL is allowed. */
struct og_inventory *og_inventory_new(void);
void og_inventory_free(struct og_inventory *inventory);

/* og_inventory_find - the device, or NULL. */
struct og_inv_device *og_inventory_find(const struct og_inventory *inventory, const char *site,
					uint64_t mac);

/*
 * og_inventory_add - the device, made with nothing counted when it is not there yet; @ret_new (may
 * be NULL) tells. Returns NULL without memory, or when there are OG_INV_DEVICES already.
 */
struct og_inv_device *og_inventory_add(struct og_inventory *inventory, const char *site,
				       uint64_t mac, bool *ret_new);

/* og_inventory_word - @text as the inventory keeps it; "" when there is no room for it. */
const char *og_inventory_word(struct og_inventory *inventory, const char *text);

/*
 * og_inventory_held - whether the devices of @site are here. og_inventory_hold - note that they are,
 * once they have been read from the store; 0 or -ENOMEM. og_inventory_release - forget them and that
 * they were here; what is dirty is lost. og_inventory_each_site - the names of the sites held, by
 * name, until @each returns other than 0; it may release the site it is called for.
 */
bool og_inventory_held(const struct og_inventory *inventory, const char *site);
int og_inventory_hold(struct og_inventory *inventory, const char *site);
void og_inventory_release(struct og_inventory *inventory, const char *site);
int og_inventory_each_site(const struct og_inventory *inventory,
			   int (*each)(void *userdata, const char *site), void *userdata);

/*
 * og_inventory_take - account what the engine's @record of @device has counted since it was last
 * read. A record that is not the continuation of the last one (first seen at another second, or
 * counted backwards) counts whole. @now (second) dates the drops.
 */
void og_inventory_take(struct og_inventory *inventory, struct og_inv_device *device,
		       const struct og_device *record, const struct og_inv_names *names,
		       int64_t now);

/*
 * og_inventory_drop - remove every device for which @gone returns true. Returns how many. Pointers to
 * the others stay valid.
 */
size_t og_inventory_drop(struct og_inventory *inventory,
			 bool (*gone)(void *userdata, const struct og_inv_device *device),
			 void *userdata);

/* og_inventory_rebase - forget what was read of the engine's records: the next ones count whole. */
void og_inventory_rebase(struct og_inventory *inventory);

/*
 * og_inv_dropped - packets of @device dropped in the 55 to 60 minutes before @now.
 * og_inv_add_drops - note @packets dropped at second @at. 0 or -ENOMEM.
 */
uint64_t og_inv_dropped(const struct og_inv_device *device, int64_t now);
int og_inv_add_drops(struct og_inv_device *device, int64_t at, uint64_t packets);

/* og_inv_see - note that there was a frame at second @at. */
void og_inv_see(struct og_inv_device *device, int64_t at);

/*
 * og_inv_dest_slot - a zeroed place for one more destination, last seen at @last_seen. When all are
 * taken the one that was longest not seen gives way, the OG_INV_OFTEN most used apart, and is
 * counted in dests_cut. NULL without memory, or when the new one is older than all that may go.
 * og_inv_clear_dests - forget all destinations.
 */
struct og_inv_dest *og_inv_dest_slot(struct og_inv_device *device, int64_t last_seen);
void og_inv_clear_dests(struct og_inv_device *device);

size_t og_inventory_count(const struct og_inventory *inventory);

/* og_inventory_refused - devices that found no room. */
uint64_t og_inventory_refused(const struct og_inventory *inventory);

/*
 * og_inventory_each - call @each for every device, by site and MAC, until it returns other than 0,
 * and return that. og_inventory_each_at - the same for those of @site with a MAC from @from on.
 */
int og_inventory_each(const struct og_inventory *inventory,
		      int (*each)(void *userdata, struct og_inv_device *device), void *userdata);
int og_inventory_each_at(const struct og_inventory *inventory, const char *site, uint64_t from,
			 int (*each)(void *userdata, struct og_inv_device *device), void *userdata);

#endif
