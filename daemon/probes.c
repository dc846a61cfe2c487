// SPDX-License-Identifier: GPL-2.0
/*
 * probes.c: whether devices that were removed still answer
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ouiguard/decide.h>

#include "daemon/journal.h"
#include "daemon/network/neighbour-expect.h"
#include "daemon/network/neighbours.h"
#include "daemon/network/probe-send.h"
#include "daemon/probes.h"
#include "daemon/state.h"
#include "policy/progress/device-state.h"

#define DAY	 86400
#define ROUND	 (DAY / OG_PROBES_A_DAY)
#define LOOK	 60  /* seconds between looks for devices that are due */
#define DUE	 256 /* devices that wait for their turn */
#define ASKED	 64  /* devices whose answers are waited for */
#define EXPECTED 256 /* entries of the neighbour table that were made for answers */
#define REMEMBER \
	16384 /* a power of two: whose turn it was when; a newer one takes an older one's place */

struct who {
	unsigned int site;
	uint64_t mac;
	uint16_t vlan;
};

struct asked {
	struct who who;
	int64_t at;
	struct og_addr addrs[OG_PROBE_ADDRESSES + 1];
	bool answered[OG_PROBE_ADDRESSES + 1];
	unsigned int count;
	uint32_t sent;
	bool listed;	 /* the engine counts its frames */
	uint64_t frames; /* that the engine had counted before */
};

struct expected {
	struct og_addr addr;
	uint32_t ifindex;
	int64_t at;
};

struct og_probes {
	struct og_prober *prober; /* NULL: nobody is asked */
	struct who due[DUE];
	size_t due_count;
	struct asked asked[ASKED];
	size_t asked_count;
	struct expected expected[EXPECTED];
	size_t expected_count;
	struct {
		uint64_t who;
		int64_t round;
	} turns[REMEMBER];
	int64_t looked_at;
	int room;	     /* frames that may be sent; below 0: too many were */
	int error;	     /* -errno of the last try to load what sends them */
	uint64_t generation; /* of the ruleset whose site numbers these are */
};

struct og_probes *og_probes_new(void)
{
	return calloc(1, sizeof(struct og_probes));
}

/* Those whose time is over, or all of them. */
static void drop_expected(struct og_probes *probes, int64_t now, bool all)
{
	const struct expected *expected;
	size_t i, kept = 0;

	for (i = 0; i < probes->expected_count; i++) {
		expected = &probes->expected[i];
		if (!all && now >= expected->at && now - expected->at < OG_PROBE_WAIT)
			probes->expected[kept++] = *expected;
		else
			og_neighbour_unexpect(expected->ifindex, &expected->addr);
	}
	probes->expected_count = kept;
}

void og_probes_free(struct og_probes *probes)
{
	if (!probes)
		return;
	drop_expected(probes, 0, true);
	og_prober_free(probes->prober);
	free(probes);
}

/* Each device has its own beginning of a round, so that they are spread over the day. */
static int64_t round_of(uint64_t who, int64_t now)
{
	return (now + (int64_t)(who % ROUND)) / ROUND;
}

static uint64_t hash_who(const char *site, uint64_t mac)
{
	uint64_t hash = mac;

	for (; *site; site++)
		hash = og_hash((unsigned char)*site, hash);
	return hash | 1;
}

/* Note that it is due, if it is, and if there is room; else it is still due at the next look. */
static void note_due(struct og_manager *m, unsigned int site, uint64_t mac, uint16_t vlan)
{
	struct og_probes *probes = m->probes;
	uint64_t who = hash_who(m->compiled->sites[site], mac);
	size_t at = who >> 32 & (REMEMBER - 1);
	int64_t round = round_of(who, og_clock_now());

	if (probes->due_count == DUE ||
	    (probes->turns[at].who == who && probes->turns[at].round == round))
		return;
	probes->turns[at].who = who;
	probes->turns[at].round = round;
	probes->due[probes->due_count++] = (struct who){.site = site, .mac = mac, .vlan = vlan};
}

/* Whether it is said to be gone, and nobody has verified that. */
static bool is_removed(const struct og_inv_device *device, const struct og_conf_asset *asset)
{
	struct og_state_facts facts = {.has_row = asset};
	struct og_standing standing;

	if (asset)
		facts.status = asset->status;
	if (device) {
		facts.first_seen = device->first_seen;
		facts.last_seen = device->last_seen;
		facts.has_stored = device->state;
		facts.stored = device->state ? device->state - 1 : 0;
		facts.stored_at = device->state_at;
	}
	og_state_derive(&facts, &standing);
	return standing.state == OG_STATE_REMOVED || standing.state == OG_STATE_DISPOSED;
}

/* The number of a site that may be probed; OG_SITE_NONE for another. */
static unsigned int probed_site(const struct og_manager *m, const char *name)
{
	const struct og_conf_site *site = og_config_site(m->loaded->config, name);
	unsigned int number;

	if (!site || !site->probe)
		return OG_SITE_NONE;
	for (number = 1; number < m->compiled->site_count; number++)
		if (!strcmp(m->compiled->sites[number], name))
			return m->compiled->elsewhere[number] ? OG_SITE_NONE : number;
	return OG_SITE_NONE;
}

static int look_at_device(void *userdata, struct og_inv_device *device)
{
	struct og_manager *m = userdata;
	unsigned int site;

	if (!is_removed(device, og_loaded_asset(m->loaded, device->site, device->mac)))
		return 0;
	site = probed_site(m, device->site);
	if (site)
		note_due(m, site, device->mac, device->vlan);
	return 0;
}

/* Rows of devices that were never seen here. */
static void look_at_rows(struct og_manager *m)
{
	const struct og_conf_register *rows;
	unsigned int site;
	size_t i, j;

	for (i = 0; i < m->loaded->config->register_count; i++) {
		rows = &m->loaded->config->registers[i];
		site = probed_site(m, rows->site);
		for (j = 0; site && j < rows->count; j++)
			if (is_removed(NULL, &rows->rows[j]) &&
			    !og_inventory_find(m->inventory, rows->site, rows->rows[j].mac))
				note_due(m, site, rows->rows[j].mac, 0);
	}
}

static int add_target(void *userdata, const struct og_addr *addr, int64_t last_seen)
{
	struct asked *asked = userdata;
	const struct og_addr own = og_probe_link_local(asked->who.mac);

	(void)last_seen;
	if (og_addr_cmp(addr, &own))
		asked->addrs[asked->count++] = *addr;
	return asked->count == OG_PROBE_ADDRESSES;
}

/*
 * What the gateway is called on the link of a port, for @target. Returns the link to which answers come;
 * NULL in a VLAN where the gateway has none.
 */
static const struct og_gw_link *choose_source(const struct og_gateway *gw,
					      const struct og_gw_link *port, struct og_probe *probe)
{
	const struct og_gw_link *link = port, *other;
	bool v4 = og_addr_is_v4(&probe->target), found = !probe->vlan;
	const struct og_gw_addr *addr;
	size_t i;

	if (port->master && og_gateway_link_index(gw, port->master))
		link = og_gateway_link_index(gw, port->master);
	for (i = 0; i < gw->link_count && !found; i++) {
		other = &gw->links[i];
		found = other->link == link->ifindex && other->vlan == probe->vlan;
		if (found)
			link = other;
	}
	probe->mac = link->mac;
	probe->from = (struct og_addr){0};
	for (i = 0; i < gw->addr_count; i++) {
		addr = &gw->addrs[i];
		if (addr->ifindex != link->ifindex || og_addr_is_v4(&addr->addr) != v4)
			continue;
		/* In its own network; of IPv6 the link-local one, which is everybody's. */
		if (v4 ? !((addr->addr.lo ^ probe->target.lo) >> (128 - addr->length))
		       : addr->addr.hi >> 54 == 0x3fa)
			probe->from = addr->addr;
	}
	return found ? link : NULL;
}

/* Frames of it that the engine has counted; 0 or -errno. */
static int count_frames(const struct og_manager *m, const struct who *who, uint64_t *ret_frames)
{
	struct og_device record = {0};
	int err = m->ops->read_device(m->engine, og_exact_key(who->mac, who->site), &record);

	if (err && err != -ENOENT)
		return err;
	*ret_frames = record.packets;
	return 0;
}

/* Have the kernel take an answer of @addr on @link. Returns whether it would. */
static bool expect(struct og_probes *probes, const struct og_gw_link *link,
		   const struct og_addr *addr)
{
	int err;

	if (!link || probes->expected_count == EXPECTED)
		return false;
	err = og_neighbour_expect(link->ifindex, addr);
	if (!err)
		probes->expected[probes->expected_count++] = (struct expected){
			.addr = *addr, .ifindex = link->ifindex, .at = og_clock_now()};
	return !err || err == -EEXIST;
}

/* Ask for every address out of every port of the site. */
static void ask_at(struct og_manager *m, struct asked *asked, const struct og_gw_link *port)
{
	struct og_probe probe = {.vlan = asked->who.vlan};
	const struct og_gw_link *link;
	unsigned int i;
	bool heard;

	for (i = 0; i < asked->count; i++) {
		probe.target = asked->addrs[i];
		link = choose_source(og_links_gateway(m->links), port, &probe);
		heard = expect(m->probes, link, &probe.target) || asked->listed;
		m->probes->room--;
		/*
		 * Nothing was asked at a port that takes no frame, as one that is down, nor where an
		 * answer would not be heard.
		 */
		if (heard && probe.mac &&
		    og_prober_send(m->probes->prober, port->ifindex, &probe) == 0)
			asked->sent++;
	}
}

static void ask(struct og_manager *m, const struct who *who)
{
	struct asked *asked = &m->probes->asked[m->probes->asked_count];
	const struct og_compiled *c = m->compiled;
	const struct og_gw_link *port;
	size_t i;

	*asked = (struct asked){.who = *who, .at = og_clock_now()};
	asked->listed = og_group_of(c->ruleset, who->mac) >= OG_GROUP_FIRST;
	if (count_frames(m, who, &asked->frames) < 0)
		return;
	og_store_each_address(m->store, c->sites[who->site], who->mac, add_target, asked);
	asked->addrs[asked->count++] = og_probe_link_local(who->mac);
	for (i = 0; i < c->port_count; i++) {
		if (c->ports[i].site != who->site ||
		    og_site_of(c->ruleset, c->ports[i].ifindex, who->vlan) != (int)who->site)
			continue;
		port = og_gateway_link_index(og_links_gateway(m->links), c->ports[i].ifindex);
		if (port && port->up)
			ask_at(m, asked, port);
	}
	if (asked->sent)
		m->probes->asked_count++;
}

static bool is_expected(const struct og_probes *probes, const struct og_neighbour *neighbour)
{
	size_t i;

	for (i = 0; i < probes->expected_count; i++)
		if (probes->expected[i].ifindex == neighbour->ifindex &&
		    !og_addr_cmp(&probes->expected[i].addr, &neighbour->addr))
			return true;
	return false;
}

static void take_answer(struct og_manager *m, struct asked *asked, unsigned int which,
			const struct og_neighbour *neighbour)
{
	unsigned int site = og_neighbour_site(m->compiled->ruleset, og_links_gateway(m->links),
					      neighbour->ifindex, neighbour->vlan);

	if (site && !asked->who.vlan && site != asked->who.site)
		return;
	/* An entry that was there before may be of an earlier answer. */
	if (!is_expected(m->probes, neighbour) && neighbour->confirmed > og_clock_now() - asked->at)
		return;
	if (neighbour->mac == asked->who.mac)
		asked->answered[which] = true;
	og_addresses_answer(m, m->compiled->sites[asked->who.site], neighbour->mac,
			    &neighbour->addr);
}

static int on_neighbour(void *userdata, const struct og_neighbour *neighbour)
{
	struct og_manager *m = userdata;
	struct asked *asked;
	unsigned int j;
	size_t i;

	for (i = 0; i < m->probes->asked_count; i++) {
		asked = &m->probes->asked[i];
		for (j = 0; j < asked->count; j++)
			if (!og_addr_cmp(&asked->addrs[j], &neighbour->addr))
				take_answer(m, asked, j, neighbour);
	}
	return 0;
}

static int open_prober(struct og_manager *m)
{
	struct og_probes *probes = m->probes;
	int before = probes->error;

	if (probes->prober)
		return 0;
	probes->error = og_prober_open(&probes->prober);
	if (probes->error && probes->error != before)
		og_log(LOG_WARNING, "devices that were removed cannot be asked for: %s%s",
		       strerror(-probes->error),
		       probes->error == -EPERM ? "; it needs CAP_BPF and CAP_NET_ADMIN" : "");
	return probes->error;
}

/* How often it answered: by address, or once when no more than a frame of it came in. */
static int count_answers(const struct og_manager *m, const struct asked *asked,
			 uint32_t *ret_answered)
{
	uint32_t answered = 0, i;
	uint64_t frames;
	int err = count_frames(m, &asked->who, &frames);

	if (err)
		return err;
	for (i = 0; i < asked->count; i++)
		answered += asked->answered[i];
	/* A record may have been forgotten meanwhile. */
	if (!answered && frames && frames != asked->frames)
		answered = 1;
	*ret_answered = answered;
	return 0;
}

/* Those whose time is over: what came of it goes into the store. */
static int write_asked(struct og_manager *m, int64_t now)
{
	struct og_probes *probes = m->probes;
	const struct asked *asked;
	uint32_t answered = 0;
	size_t i, kept = 0;
	int err = 0;

	for (i = 0; i < probes->asked_count; i++) {
		asked = &probes->asked[i];
		if (now >= asked->at && now - asked->at < OG_PROBE_WAIT) {
			probes->asked[kept++] = *asked;
			continue;
		}
		if (!err)
			err = count_answers(m, asked, &answered);
		if (!err)
			err = og_store_put_probe(m->store, m->compiled->sites[asked->who.site],
						 asked->who.mac, asked->at / DAY, asked->sent,
						 answered);
	}
	probes->asked_count = kept;
	return err;
}

/*
 * A round whose result cannot be written counts for nothing: the device is asked for again later. Without
 * the neighbour tables nobody knows who answered: they are tried again.
 */
static void close_asked(struct og_manager *m, int64_t now)
{
	struct og_probes *probes = m->probes;
	int err;

	if (!probes->asked_count || now - probes->asked[0].at < OG_PROBE_WAIT)
		return;
	if (og_neighbours_read(on_neighbour, m))
		return;
	err = og_store_begin(m->store);
	if (err)
		return;
	err = write_asked(m, now);
	if (!err)
		err = og_store_commit(m->store);
	if (err)
		og_store_rollback(m->store);
	if (!probes->asked_count && !probes->due_count) {
		og_prober_free(probes->prober);
		probes->prober = NULL;
	}
}

static void look(struct og_manager *m, int64_t now)
{
	struct og_probes *probes = m->probes;

	/* Also when the clock was set back. */
	if (now >= probes->looked_at && now - probes->looked_at < LOOK)
		return;
	probes->looked_at = now;
	og_inventory_each(m->inventory, look_at_device, m);
	look_at_rows(m);
}

void og_probes_tick(struct og_manager *m)
{
	struct og_probes *probes = m->probes;
	int64_t now = og_clock_now();

	if (!m->compiled || !m->loaded || !og_manager_effective(m))
		return;
	if (probes->generation != m->generation) {
		/* Site numbers may be others now. */
		probes->asked_count = probes->due_count = 0;
		probes->generation = m->generation;
	}
	look(m, now);
	probes->room += OG_PROBES_A_SECOND;
	if (probes->room > OG_PROBES_A_SECOND)
		probes->room = OG_PROBES_A_SECOND;
	if (probes->due_count && open_prober(m))
		probes->due_count = 0;
	while (probes->due_count && probes->room > 0 && probes->asked_count < ASKED)
		ask(m, &probes->due[--probes->due_count]);
	close_asked(m, now);
	drop_expected(probes, now, false);
}

void og_probes_trouble(const struct og_manager *m, struct og_diags *diags)
{
	if (m->probes->error)
		og_warn(diags, NULL,
			"devices that were removed cannot be asked for: %s; none can be verified "
			"to be absent",
			strerror(-m->probes->error));
}
