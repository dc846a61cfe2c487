// SPDX-License-Identifier: GPL-2.0
/*
 * sightings.c: who was seen with which address or host name
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ouiguard/decide.h> /* og_hash, og_multicast */

#include "daemon/inventory/sightings.h"

#define TOLD \
	65536 /* a power of two: what was told lately; a newer one takes an older one's place */
#define HOUR 3600

struct candidate {
	char site[OG_SITE_TEXT];
	uint64_t mac, new_mac;
	enum og_likeness by;
	int64_t at;
};

struct og_sightings {
	uint64_t told[TOLD];
	struct og_sighting queue[OG_SIGHTINGS]; /* a ring */
	size_t first, count;
	struct candidate candidates[OG_CANDIDATES];
	size_t candidate_count;
};

struct og_sightings *og_sightings_new(void)
{
	return calloc(1, sizeof(struct og_sightings));
}

void og_sightings_free(struct og_sightings *sightings)
{
	free(sightings);
}

static uint64_t hash_text(const char *text, uint64_t seed)
{
	for (; *text; text++)
		seed = seed * 31 + (unsigned char)*text;
	return og_hash(seed, 0);
}

/* Never 0, which is a free place. */
static uint64_t hash_of(const struct og_sighting *sighting)
{
	uint64_t hash = hash_text(sighting->site, sighting->source);

	hash = og_hash(sighting->mac, hash);
	hash = og_hash(sighting->addr.hi, hash);
	hash = og_hash(sighting->addr.lo, hash);
	hash = hash_text(sighting->host, hash);
	return og_hash(sighting->at / HOUR, hash) | 1;
}

static void note(struct og_sightings *sightings, const struct og_sighting *sighting)
{
	uint64_t hash = hash_of(sighting);
	uint64_t *told = &sightings->told[hash >> 32 & (TOLD - 1)];

	if (*told == hash || sightings->count == OG_SIGHTINGS)
		return;
	*told = hash;
	sightings->queue[(sightings->first + sightings->count) % OG_SIGHTINGS] = *sighting;
	sightings->count++;
}

/* Whether an address can be one station's. */
static bool is_host(const struct og_addr *addr)
{
	uint32_t v4 = addr->lo;

	if (og_addr_is_v4(addr))
		return v4 >> 24 && v4 >> 24 != 127 && v4 >> 28 < 0xe;
	return addr->hi >> 56 != 0xff && (addr->hi || addr->lo > 1);
}

static struct og_sighting sighting_of(const char *site, uint64_t mac, enum og_source source,
				      int64_t at)
{
	struct og_sighting sighting = {.mac = mac, .source = source, .at = at};

	snprintf(sighting.site, sizeof(sighting.site), "%s", site);
	return sighting;
}

void og_sightings_addr(struct og_sightings *sightings, const char *site, uint64_t mac,
		       const struct og_addr *addr, enum og_source source, int64_t at)
{
	struct og_sighting sighting = sighting_of(site, mac, source, at);

	sighting.addr = *addr;
	if (is_host(addr))
		note(sightings, &sighting);
}

void og_sightings_host(struct og_sightings *sightings, const char *site, uint64_t mac,
		       const char *host, size_t length, enum og_source source, int64_t at)
{
	struct og_sighting sighting = sighting_of(site, mac, source, at);

	if (og_host_parse(host, length, sighting.host) == 0)
		note(sightings, &sighting);
}

bool og_sightings_next(struct og_sightings *sightings, struct og_sighting *ret_sighting)
{
	if (!sightings->count)
		return false;
	*ret_sighting = sightings->queue[sightings->first];
	sightings->first = (sightings->first + 1) % OG_SIGHTINGS;
	sightings->count--;
	return true;
}

void og_sightings_forget(struct og_sightings *sightings)
{
	memset(sightings->told, 0, sizeof(sightings->told));
	sightings->count = 0;
}

size_t og_sightings_waiting(const struct og_sightings *sightings)
{
	return sightings->count;
}

size_t og_sightings_watched(const struct og_sightings *sightings)
{
	return sightings->candidate_count;
}

void og_sightings_watch(struct og_sightings *sightings, const char *site, uint64_t mac,
			uint64_t new_mac, enum og_likeness by, int64_t at)
{
	struct candidate *candidate;
	size_t i;

	for (i = 0; i < sightings->candidate_count; i++) {
		candidate = &sightings->candidates[i];
		if (candidate->mac == mac && candidate->new_mac == new_mac && candidate->by == by &&
		    !strcmp(candidate->site, site))
			return;
	}
	if (sightings->candidate_count == OG_CANDIDATES)
		return;
	candidate = &sightings->candidates[sightings->candidate_count++];
	*candidate = (struct candidate){.mac = mac, .new_mac = new_mac, .by = by, .at = at};
	snprintf(candidate->site, sizeof(candidate->site), "%s", site);
}

void og_sightings_judge(struct og_sightings *sightings, int64_t now,
			int64_t (*seen)(void *userdata, const char *site, uint64_t mac),
			void (*replaced)(void *userdata, const struct og_replacement *replacement),
			void *userdata)
{
	struct og_replacement replacement;
	struct og_replacement_facts facts;
	struct candidate *candidate;
	enum og_replaced verdict;
	size_t i, kept = 0;

	for (i = 0; i < sightings->candidate_count; i++) {
		candidate = &sightings->candidates[i];
		facts = (struct og_replacement_facts){
			.old_seen = seen(userdata, candidate->site, candidate->mac),
			.new_seen = candidate->at,
			.now = now};
		verdict = og_replacement_judge(&facts);
		if (verdict == OG_REPLACED_YES) {
			replacement = (struct og_replacement){.mac = candidate->mac,
							      .new_mac = candidate->new_mac,
							      .at = candidate->at};
			memcpy(replacement.site, candidate->site, sizeof(replacement.site));
			snprintf(replacement.by, sizeof(replacement.by), "%s",
				 og_likeness_name(candidate->by));
			replaced(userdata, &replacement);
		} else if (verdict == OG_REPLACED_WAIT) {
			sightings->candidates[kept++] = *candidate;
		}
	}
	sightings->candidate_count = kept;
}
