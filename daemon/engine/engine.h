/* SPDX-License-Identifier: GPL-2.0 */
/*
 * engine.h: what enforces a ruleset in the kernel
 *
 * An engine takes whole rulesets, judges frames by them without the daemon's help, and tells what
 * it saw. All of them stand behind one table of functions; og_engine_find() gives a table by name.
 *
 * Enforcement outlives the process: close() and any kind of death leave everything as it is, and
 * the next open() finds it again. Only detach() takes it down.
 *
 * Nothing here logs. Functions return 0 or -errno; why one failed, and what to do about it, is added
 * to @diags as an error; what was repaired or deserves a look is added as a warning. Those texts are
 * for the administrator. One thread at a time uses an engine.
 */
#ifndef OUIGUARD_DAEMON_ENGINE_H
#define OUIGUARD_DAEMON_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ouiguard/device.h>
#include <ouiguard/reason.h>
#include <ouiguard/ruleset.h>
#include "policy/base/diag.h"

#define OG_ENGINE_PIN_PATH "/run/ouiguard/bpf"

/* A port that the ruleset covers. Names are for people; the index is what counts. */
struct og_engine_port {
	uint32_t ifindex;
	char name[16];
};

struct og_engine_options {
	const char *pin_path; /* bpf: directory of a bpffs of our own; NULL: OG_ENGINE_PIN_PATH */
	bool force_clsact;    /* bpf: do not try tcx; for tests and for odd kernels */
};

/* How a port is covered. */
enum og_engine_hook {
	OG_HOOK_NONE,	   /* it is not: attaching failed, or the interface is gone */
	OG_HOOK_TCX,	   /* link at the head of the tcx list */
	OG_HOOK_CLSACT,	   /* filter of a clsact or ingress qdisc */
	OG_HOOK_NETFILTER, /* netfilter ingress hook of the kernel module */
	OG_HOOK_DRY,	   /* recorded only */
};

struct og_engine_port_status {
	struct og_engine_port port;
	enum og_engine_hook hook;
	int error;	/* OG_HOOK_NONE: -errno of the last try */
	uint32_t ahead; /* id of another program that sees frames before ours; 0: none */
};

struct og_engine_counter {
	uint64_t packets;
	uint64_t bytes;
};

/* Sums over all processors since the engine was first attached. */
struct og_engine_counters {
	struct og_engine_counter reasons[OG_R_COUNT]; /* nothing is counted for OG_R_UNLISTED */
	uint64_t events_lost;	/* swallowed by budgets or a full buffer, all devices */
	uint64_t overflow;	/* packets of devices that got no record: too many new ones */
	uint64_t rate_conflict; /* dropped because too many processors fought for one bucket */
};

struct og_engine_status {
	const char *name;    /* of the engine */
	uint64_t generation; /* in force; 0: none */
	uint32_t devices_known;
	uint32_t devices_known_max;
	uint32_t devices_fresh;
	uint32_t devices_fresh_max;
	struct og_engine_port_status *ports;
	size_t port_count;
	uint32_t inherited; /* ports that open() took over from a version with another layout */
	bool carried;	    /* and what that version had counted */
};

/* Every engine begins with this; what follows is its own. */
struct og_engine {
	const struct og_engine_ops *ops;
};

struct og_engine_ops {
	const char *name; /* as in `engine:` and --engine */

	/*
	 * Whether this engine can work here: kernel features and rights. 0, or -errno with the
	 * reason in @diags. Changes nothing.
	 */
	int (*probe)(const struct og_engine_options *options, struct og_diags *diags);

	/*
	 * Open the engine: load what has to be loaded, or take over what an earlier process left.
	 * What is attached but should not be, or the other way round, is repaired, with a warning
	 * for each. Free with close().
	 */
	int (*open)(const struct og_engine_options *options, struct og_engine **ret_engine,
		    struct og_diags *diags);

	/*
	 * Put @ruleset into force at all @ports, at once: every frame is judged by the old one or
	 * by the new one. @ruleset is copied; its header.generation and checksum are the caller's.
	 * Ports new to the list are attached after the swap, those no longer on it detached last.
	 *
	 * Returns the number of ports that could not be covered (each an error in @diags; the
	 * others are), or -errno, and then the old ruleset stays in force and no port changed.
	 * Call it again with the same ruleset when ports come and go: that costs no new swap.
	 */
	int (*apply)(struct og_engine *engine, const struct og_ruleset *ruleset,
		     const struct og_engine_port *ports, size_t port_count, struct og_diags *diags);

	/* Sum up the counters. */
	int (*read_counters)(struct og_engine *engine, struct og_engine_counters *ret_counters);

	/*
	 * Call @each for every device record, in no order; @key is og_exact_key(mac, site), @known
	 * tells promoted records. Records change meanwhile; a device promoted meanwhile may come
	 * twice. Ends early when @each returns other than 0, and returns that.
	 */
	int (*each_device)(struct og_engine *engine,
			   int (*each)(void *userdata, uint64_t key, const struct og_device *device,
				       bool known),
			   void *userdata);

	/* Copy one record. -ENOENT when there is none. */
	int (*read_device)(struct og_engine *engine, uint64_t key, struct og_device *ret_device);

	/*
	 * Keep a device's record for good, with the counters it has: a flood of new devices can no
	 * longer push it out. A device without a record gets an empty one. 0 also when it is known
	 * already; -ENOSPC when no more can be known.
	 */
	int (*promote)(struct og_engine *engine, uint64_t key);

	/* Drop a device's record; 0 also when there is none. */
	int (*forget)(struct og_engine *engine, uint64_t key);

	/* File descriptor that polls readable when there are events; negative: never any. */
	int (*event_fd)(struct og_engine *engine);

	/*
	 * Hand over the events that wait. @event is valid during the call only. Returns how many,
	 * or -errno.
	 */
	int (*next_events)(struct og_engine *engine,
			   void (*each)(void *userdata, const struct og_event *event),
			   void *userdata);

	/*
	 * Tell TAI - UTC in whole seconds as CLOCK_TAI - CLOCK_REALTIME gives it (0 on hosts that
	 * never set it). The caller looks once a second: nothing announces a change.
	 */
	int (*set_clock)(struct og_engine *engine, int64_t tai_offset);

	/* What is in force where. Free with og_engine_status_clear(). */
	int (*status)(struct og_engine *engine, struct og_engine_status *ret_status);

	/* Take enforcement down and remove every trace of it. The engine can only be closed then. */
	int (*detach)(struct og_engine *engine, struct og_diags *diags);

	/* Free the handle; the datapath goes on. NULL is allowed. */
	void (*close)(struct og_engine *engine);
};

extern const struct og_engine_ops og_engine_bpf;
extern const struct og_engine_ops og_engine_kmod;
extern const struct og_engine_ops og_engine_dry;

/* og_engine_find - the engine of that name ("bpf", "kmod", "dry"); NULL when there is none. */
const struct og_engine_ops *og_engine_find(const char *name);

/* og_engine_status_clear - free what status() allocated and zero the structure. */
void og_engine_status_clear(struct og_engine_status *status);

/* og_engine_hook_name - "tcx", "clsact", "netfilter", "dry", or "none". */
const char *og_engine_hook_name(enum og_engine_hook hook);

/*
 * og_engine_ruleset_check - whether @ruleset is one that this program can read: magic, layout, size.
 * 0, or -EINVAL with an error in @diags.
 */
int og_engine_ruleset_check(const struct og_ruleset *ruleset, struct og_diags *diags);

/*
 * og_engine_apply_check - what engines of the kernel ask before they apply: a ruleset that can be
 * read, and no more ports than OG_PORTS_MAX. 0, -E2BIG or -EINVAL, with an error in @diags.
 */
int og_engine_apply_check(const struct og_ruleset *ruleset, size_t port_count,
			  struct og_diags *diags);

#endif
