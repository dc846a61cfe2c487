/* SPDX-License-Identifier: GPL-2.0 */
/*
 * engine-bpf.h: the inside of the BPF engine, shared by its engine-bpf-*.c
 *
 * What outlives the process is pinned below PATH/v<OG_LAYOUT>/, on a bpffs of our own:
 *
 *   og_*		the maps of bpf/maps.h
 *   prog		the program that is attached
 *   ruleset		the ruleset in the slot; ruleset-new while it is being put there
 *   tcx-IFINDEX	one link per port at tcx (a clsact filter stays by itself)
 *
 * A version with another layout leaves another directory beside it (engine-bpf-inherit.c).
 */
#ifndef OUIGUARD_DAEMON_ENGINE_BPF_H
#define OUIGUARD_DAEMON_ENGINE_BPF_H

#include <limits.h>

#include "bpf/state.h"
#include "daemon/engine/engine.h"

struct tc_bpf;
struct ring_buffer;

struct bpf_engine {
	struct og_engine engine;
	char path[PATH_MAX - 64]; /* of the bpffs */
	char dir[PATH_MAX - 32];  /* this layout's directory on it */
	struct tc_bpf *skel;
	int prog_fd;
	bool replace; /* the programs at the ports are of another object than ours */
	bool mounted; /* we have mounted the bpffs */
	bool force_clsact;
	bool no_tcx;	/* found out */
	int ruleset_fd; /* map in the slot; negative: none */
	struct ring_buffer *ring;
	void (*each_event)(void *userdata, const struct og_event *event);
	void *each_event_data;
	struct og_engine_port_status *failed; /* ports that could not be covered */
	size_t failed_count;
	struct bpf_held {
		uint32_t ifindex;
		int fd;
	} * held; /* tcx links */
	size_t held_count;
	uint32_t inherited;	       /* ports that a version with another layout had attached */
	bool carried;		       /* and what it had counted */
	uint64_t inherited_generation; /* in force at those until there is a ruleset of ours */
};

/* engine-bpf-pins.c */

/* bpf_engine_prepare - make the directory of pins, mounting a bpffs where there is none. */
int bpf_engine_prepare(struct bpf_engine *e, struct og_diags *diags);

/* bpf_engine_load - take over the pinned maps and program, make and load what is missing. */
int bpf_engine_load(struct bpf_engine *e, struct og_diags *diags);

/* bpf_engine_put - put @ruleset into the slot, unless the very same is there. */
int bpf_engine_put(struct bpf_engine *e, const struct og_ruleset *ruleset, struct og_diags *diags);

/* bpf_engine_generation - generation in force; 0: none. */
uint64_t bpf_engine_generation(struct bpf_engine *e);

/* bpf_engine_pin_program - after every port has it, pin the program and note its object. */
int bpf_engine_pin_program(struct bpf_engine *e, struct og_diags *diags);

/* bpf_engine_read_meta - what was noted in a directory of pins; zero when that cannot be read. */
struct og_bpf_meta bpf_engine_read_meta(const char *dir);

/* bpf_engine_unpin_others, ..._all - remove the pins of other layouts; remove all of them. */
void bpf_engine_unpin_others(struct bpf_engine *e);
int bpf_engine_unpin_all(struct bpf_engine *e, struct og_diags *diags);

/* engine-bpf-inherit.c */

/*
 * bpf_engine_inherit - after load: take over what versions with another layout have attached, and
 * carry over what they counted.
 */
void bpf_engine_inherit(struct bpf_engine *e);

/*
 * bpf_engine_carry - carry over what they counted, once more: just before ours is put in their place.
 * What they count in between, some milliseconds' worth, is lost. Nothing once we have a ruleset.
 */
void bpf_engine_carry(struct bpf_engine *e);

/* bpf_engine_each_other - call @each for every directory of another layout; how many there are. */
int bpf_engine_each_other(struct bpf_engine *e,
			  void (*each)(struct bpf_engine *e, const char *dir));

/* engine-bpf-ports.c */

/* bpf_engine_reconcile - compare what should be attached with what is; repair it. */
int bpf_engine_reconcile(struct bpf_engine *e, struct og_diags *diags);

/* bpf_engine_cover - attach to @ports and to no others. Returns how many could not be covered. */
int bpf_engine_cover(struct bpf_engine *e, const struct og_engine_port *ports, size_t count,
		     struct og_diags *diags);

/* bpf_engine_ports - status of all ports, those not covered included. @ret_ports is malloced. */
int bpf_engine_ports(struct bpf_engine *e, struct og_engine_port_status **ret_ports,
		     size_t *ret_count);

/* bpf_engine_let_go - close the links that are held, and take down those that are not pinned. */
void bpf_engine_let_go(struct bpf_engine *e);

/* bpf_engine_uncover - detach from all ports. */
int bpf_engine_uncover(struct bpf_engine *e, struct og_diags *diags);

/* engine-bpf-read.c: the ops of these names, and what status() needs */
int bpf_engine_read_counters(struct og_engine *engine, struct og_engine_counters *ret_counters);
int bpf_engine_each_device(struct og_engine *engine,
			   int (*each)(void *userdata, uint64_t key, const struct og_device *device,
				       bool known),
			   void *userdata);
int bpf_engine_each_of(int fd, bool known,
		       int (*each)(void *userdata, uint64_t key, const struct og_device *device,
				   bool known),
		       void *userdata);
int bpf_engine_read_device(struct og_engine *engine, uint64_t key, struct og_device *ret_device);
int bpf_engine_promote(struct og_engine *engine, uint64_t key);
int bpf_engine_forget(struct og_engine *engine, uint64_t key);
int bpf_engine_event_fd(struct og_engine *engine);
int bpf_engine_next_events(struct og_engine *engine,
			   void (*each)(void *userdata, const struct og_event *event),
			   void *userdata);
/* bpf_engine_event - hand on one record of the ring buffer; one that is too short is none. Always 0. */
int bpf_engine_event(void *context, void *data, size_t size);
int bpf_engine_open_events(struct bpf_engine *e);
void bpf_engine_close_events(struct bpf_engine *e);

static inline struct bpf_engine *to_bpf(struct og_engine *engine)
{
	return (struct bpf_engine *)engine;
}

#endif
