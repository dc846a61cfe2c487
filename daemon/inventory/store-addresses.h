/* SPDX-License-Identifier: GPL-2.0 */
/*
 * store-addresses.h: addresses and host names of devices, and what was learned through them
 *
 * Everything is bounded per device: the least recently seen make room. Days are days since 1970 in
 * UTC, times seconds since then. All functions return 0 or -errno unless they say otherwise; writes
 * belong between og_store_begin() and og_store_commit().
 */
#ifndef OUIGUARD_DAEMON_STORE_ADDRESSES_H
#define OUIGUARD_DAEMON_STORE_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>

#include <ouiguard/types.h>

#include "policy/lease/lease.h" /* OG_HOST_TEXT */

#define OG_STORE_ADDRESSES 16 /* of one device */
#define OG_STORE_HOSTS	   8

struct og_store;

/* By what something is known; the words are in the store, docs/dbus.md and the reports. */
enum og_source {
	OG_SOURCE_FRAME,     /* source address of a frame that the engine saw */
	OG_SOURCE_NEIGHBOUR, /* the gateway's neighbour table */
	OG_SOURCE_LEASE,     /* a DHCP server's lease file */
	OG_SOURCE_PROBE,     /* the answer to a probe */
};

const char *og_source_name(enum og_source source);

/*
 * og_store_put_address, _put_host - @mac at @site had @addr, or called itself @host, at second @at.
 * At most OG_STORE_ADDRESSES and OG_STORE_HOSTS are kept, the ones seen last.
 */
int og_store_put_address(struct og_store *store, const char *site, uint64_t mac,
			 const struct og_addr *addr, enum og_source source, int64_t at);
int og_store_put_host(struct og_store *store, const char *site, uint64_t mac, const char *host,
		      enum og_source source, int64_t at);

/*
 * og_store_each_address, _each_host - call @each for what is known of @mac at @site, each once, what
 * was seen last first, until it returns other than 0, and return that; or -errno.
 */
int og_store_each_address(struct og_store *store, const char *site, uint64_t mac,
			  int (*each)(void *userdata, const struct og_addr *addr,
				      int64_t last_seen),
			  void *userdata);
int og_store_each_host(struct og_store *store, const char *site, uint64_t mac,
		       int (*each)(void *userdata, const char *host, int64_t last_seen),
		       void *userdata);

/*
 * og_store_address_owners, _host_owners - into @ret_macs up to @room MACs at @site that had @addr or
 * @host since second @since, the last first. Return how many, or -errno.
 */
int og_store_address_owners(struct og_store *store, const char *site, const struct og_addr *addr,
			    int64_t since, uint64_t *ret_macs, size_t room);
int og_store_host_owners(struct og_store *store, const char *site, const char *host, int64_t since,
			 uint64_t *ret_macs, size_t room);

/*
 * og_store_put_blind - at @site there were @sources without an attributable address on @day, or more.
 * og_store_blind - the most that any gateway counted on one day from @since on.
 */
int og_store_put_blind(struct og_store *store, const char *site, int64_t day, uint32_t sources);
int og_store_blind(struct og_store *store, const char *site, int64_t since, uint32_t *ret_sources);

/* og_store_put_probe - count @sent probes of a device, and @answered of them, on @day. */
int og_store_put_probe(struct og_store *store, const char *site, uint64_t mac, int64_t day,
		       uint32_t sent, uint32_t answered);

/* og_store_each_probe - call @each for every day from @since on, in order, as og_store_each_host(). */
int og_store_each_probe(struct og_store *store, const char *site, uint64_t mac, int64_t since,
			int (*each)(void *userdata, int64_t day, uint32_t sent, uint32_t answered),
			void *userdata);

/* What a device had in common with the one that may have replaced it, or may be it in disguise. */
struct og_replacement {
	char site[64];
	uint64_t mac, new_mac;
	char by[8]; /* address, host, port */
	int64_t at;
};

/*
 * og_store_put_replacement - keep one, unless it is known. Returns 1 when it is new, 0 when not, or
 * -errno. og_store_has_replacement - whether it is known. og_store_each_replacement - call @each for all
 * at @site (NULL: everywhere), the oldest first, as og_store_each_host().
 */
int og_store_put_replacement(struct og_store *store, const struct og_replacement *replacement);
bool og_store_has_replacement(struct og_store *store, const struct og_replacement *replacement);
int og_store_each_replacement(struct og_store *store, const char *site,
			      int (*each)(void *userdata, const struct og_replacement *replacement),
			      void *userdata);

#endif
