// SPDX-License-Identifier: GPL-2.0
/*
 * engine-kmod.c: the kernel module as an engine: opening, applying, taking down
 */
#include "daemon/engine/engine-kmod.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ouiguard/account.h>

#define BLOCK 4096 /* what is not sent when it is zero */

/* Say in @diags why asking the module failed; returns @error. */
static int explain(const struct kmod_link *link, const char *what, int error,
		   struct og_diags *diags)
{
	if (error == -ENOENT)
		og_error(diags, NULL,
			 "%s: the kernel module is not loaded: modprobe ouiguard (DKMS or "
			 "\"make kmod\" builds it)",
			 what);
	else if (error == -EPERM)
		og_error(diags, NULL, "%s: the service needs CAP_NET_ADMIN", what);
	else if (link->message[0])
		og_error(diags, NULL, "%s: %s", what, link->message);
	else
		og_error(diags, NULL, "%s: %s", what, strerror(-error));
	return error;
}

/* Whether the module can be used: loaded, of our layout, and we may ask it. */
static int examine(struct kmod_link *link, struct og_diags *diags)
{
	struct kmod_state state;
	int r;

	r = kmod_engine_state(link, &state);
	if (r < 0)
		return explain(link, "the kernel module does not answer", r, diags);
	if (state.layout == OG_LAYOUT && state.size == sizeof(struct og_ruleset))
		return 0;
	og_error(diags, NULL,
		 "the loaded kernel module takes rulesets of layout %u with %u bytes, this program "
		 "makes %u with %zu: load the module of this version",
		 state.layout, state.size, OG_LAYOUT, sizeof(struct og_ruleset));
	return -EPROTONOSUPPORT;
}

static int engine_probe(const struct og_engine_options *options, struct og_diags *diags)
{
	struct kmod_link link;
	int r;

	(void)options;
	r = kmod_link_open(&link);
	if (r < 0)
		return explain(&link, "the kernel module cannot be used", r, diags);
	r = examine(&link, diags);
	kmod_link_close(&link);
	return r;
}

static void engine_close(struct og_engine *engine)
{
	struct kmod_engine *e = engine ? to_kmod(engine) : NULL;

	if (!e)
		return;
	kmod_engine_close_events(e);
	kmod_link_close(&e->control);
	free(e);
}

static int engine_open(const struct og_engine_options *options, struct og_engine **ret_engine,
		       struct og_diags *diags)
{
	struct kmod_engine *e = calloc(1, sizeof(*e));
	int r;

	(void)options;
	if (!e)
		return -ENOMEM;
	e->engine.ops = &og_engine_kmod;
	e->waiting_fd = e->poll_fd = -1;
	r = kmod_link_open(&e->control);
	if (r < 0) {
		explain(&e->control, "the kernel module cannot be used", r, diags);
		goto fail;
	}
	r = examine(&e->control, diags);
	if (r < 0)
		goto fail;
	r = kmod_engine_open_events(e);
	if (r < 0) {
		explain(&e->events, "the kernel module's events cannot be followed", r, diags);
		goto fail;
	}
	*ret_engine = &e->engine;
	return 0;
fail:
	engine_close(&e->engine);
	return r;
}

static int send_begin(struct kmod_link *link)
{
	struct nl_msg *message = kmod_link_request(link, OG_CMD_BEGIN, 0);

	if (message && (nla_put_u32(message, OG_A_LAYOUT, OG_LAYOUT) < 0 ||
			nla_put_u32(message, OG_A_SIZE, sizeof(struct og_ruleset)) < 0)) {
		nlmsg_free(message);
		return -ENOMEM;
	}
	return kmod_link_call(link, message, NULL, NULL);
}

static int send_chunk(struct kmod_link *link, const uint8_t *bytes, size_t offset, size_t size)
{
	struct nl_msg *message = kmod_link_request(link, OG_CMD_CHUNK, 0);

	if (message && (nla_put_u32(message, OG_A_OFFSET, offset) < 0 ||
			nla_put(message, OG_A_DATA, size, bytes + offset) < 0)) {
		nlmsg_free(message);
		return -ENOMEM;
	}
	return kmod_link_call(link, message, NULL, NULL);
}

static size_t block_at(size_t offset)
{
	size_t left = sizeof(struct og_ruleset) - offset;

	return left < BLOCK ? left : BLOCK;
}

static bool is_zero(const uint8_t *bytes, size_t size)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* Send what of the ruleset is not zero. Returns how many chunks that took, or -errno. */
static int send_chunks(struct kmod_link *link, const struct og_ruleset *ruleset)
{
	const uint8_t *bytes = (const uint8_t *)ruleset;
	size_t at = 0, end;
	int chunks = 0, r;

	while (at < sizeof(*ruleset)) {
		for (end = at; end < sizeof(*ruleset); end += block_at(end))
			if (end - at + block_at(end) > OG_CHUNK_MAX ||
			    is_zero(bytes + end, block_at(end)))
				break;
		if (end > at) {
			r = send_chunk(link, bytes, at, end - at);
			if (r < 0)
				return r;
			chunks++;
			at = end;
		} else {
			at += block_at(at);
		}
	}
	return chunks;
}

static int send_commit(struct kmod_link *link, uint32_t chunks, uint64_t checksum)
{
	struct nl_msg *message = kmod_link_request(link, OG_CMD_COMMIT, 0);

	if (message && (nla_put_u32(message, OG_A_COUNT, chunks) < 0 ||
			nla_put_u64(message, OG_A_CHECKSUM, checksum) < 0)) {
		nlmsg_free(message);
		return -ENOMEM;
	}
	return kmod_link_call(link, message, NULL, NULL);
}

static int put(struct kmod_engine *e, const struct og_ruleset *ruleset, struct og_diags *diags)
{
	char what[96];
	int r;

	r = send_begin(&e->control);
	if (r == 0)
		r = send_chunks(&e->control, ruleset);
	if (r >= 0)
		r = send_commit(&e->control, r, ruleset->header.checksum);
	if (r == 0)
		return 0;
	snprintf(what, sizeof(what),
		 "generation %llu could not be put into force, the old one stays",
		 (unsigned long long)ruleset->header.generation);
	explain(&e->control, what, r, diags);
	/* Whatever was begun must not hold up the next one. */
	kmod_link_call(&e->control, kmod_link_request(&e->control, OG_CMD_ABORT, 0), NULL, NULL);
	return r;
}

static int send_ports(struct kmod_link *link, const struct og_engine_port *ports, size_t count)
{
	struct nl_msg *message = kmod_link_request(link, OG_CMD_SET_PORTS, 0);
	struct nlattr *list = message ? nla_nest_start(message, OG_A_PORTS) : NULL;
	size_t i;

	for (i = 0; list && i < count; i++)
		if (nla_put_u32(message, OG_A_PORT, ports[i].ifindex) < 0)
			list = NULL;
	if (!list) {
		nlmsg_free(message);
		return -ENOMEM;
	}
	/* Not nla_nest_end(): that leaves out an empty list, which here means no port at all. */
	nla_nest_end_keep_empty(message, list);
	return kmod_link_call(link, message, NULL, NULL);
}

static const char *name_of(const struct og_engine_port *ports, size_t count, uint32_t ifindex)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (ports[i].ifindex == ifindex)
			return ports[i].name;
	return "?";
}

/* Cover @ports; how many could not be, or -errno. */
static int cover(struct kmod_engine *e, const struct og_engine_port *ports, size_t count,
		 struct og_diags *diags)
{
	struct og_engine_port_status *covered;
	size_t covered_count, i;
	int r, failed = 0;

	r = send_ports(&e->control, ports, count);
	if (r < 0)
		return explain(&e->control, "the ports could not be covered", r, diags);
	r = kmod_engine_ports(&e->control, &covered, &covered_count);
	if (r < 0)
		return explain(&e->control, "the ports cannot be read back", r, diags);
	for (i = 0; i < covered_count; i++) {
		if (!covered[i].error)
			continue;
		failed++;
		og_error(diags, NULL, "%s: NOT COVERED: %s",
			 name_of(ports, count, covered[i].port.ifindex),
			 covered[i].error == -EPFNOSUPPORT ? "it has no Ethernet header"
							   : strerror(-covered[i].error));
	}
	free(covered);
	return failed;
}

static int engine_apply(struct og_engine *engine, const struct og_ruleset *ruleset,
			const struct og_engine_port *ports, size_t port_count,
			struct og_diags *diags)
{
	struct kmod_engine *e = to_kmod(engine);
	struct kmod_state state;
	int r;

	r = og_engine_apply_check(ruleset, port_count, diags);
	if (r < 0)
		return r;
	r = kmod_engine_state(&e->control, &state);
	if (r < 0)
		return explain(&e->control, "the kernel module does not answer", r, diags);
	if (state.generation != ruleset->header.generation ||
	    state.checksum != ruleset->header.checksum) {
		r = put(e, ruleset, diags);
		if (r < 0)
			return r;
	}
	return cover(e, ports, port_count, diags);
}

static int engine_set_clock(struct og_engine *engine, int64_t tai_offset)
{
	/* The module reads the wall clock itself. */
	(void)engine;
	(void)tai_offset;
	return 0;
}

static int engine_detach(struct og_engine *engine, struct og_diags *diags)
{
	struct kmod_link *link = &to_kmod(engine)->control;
	int r = kmod_link_call(link, kmod_link_request(link, OG_CMD_DETACH, 0), NULL, NULL);

	return r < 0 ? explain(link, "enforcement could not be taken down", r, diags) : 0;
}

const struct og_engine_ops og_engine_kmod = {
	.name = "kmod",
	.probe = engine_probe,
	.open = engine_open,
	.apply = engine_apply,
	.read_counters = kmod_engine_read_counters,
	.each_device = kmod_engine_each_device,
	.read_device = kmod_engine_read_device,
	.promote = kmod_engine_promote,
	.forget = kmod_engine_forget,
	.event_fd = kmod_engine_event_fd,
	.next_events = kmod_engine_next_events,
	.set_clock = engine_set_clock,
	.status = kmod_engine_status,
	.detach = engine_detach,
	.close = engine_close,
};
