/* SPDX-License-Identifier: GPL-2.0 */
/*
 * engine-pick.h: which engine enforces here
 */
#ifndef OUIGUARD_DAEMON_ENGINE_PICK_H
#define OUIGUARD_DAEMON_ENGINE_PICK_H

#include "daemon/engine/engine.h"
#include "policy/config/config.h"

#define OG_ENGINE_REASON 512 /* bytes of a reason; longer ones are cut */

/* og_engine_choice_name - the engine that the configuration names; NULL for OG_ENGINE_AUTO. */
const char *og_engine_choice_name(enum og_engine_choice choice);

/*
 * og_engine_pick - open the engine that is to be used. @name: as named on the command line, or NULL;
 * else @choice of the configuration decides. OG_ENGINE_AUTO takes BPF, and the kernel module where BPF
 * does not work.
 *
 * Returns 0 with the engine, and in @ret_reason (OG_ENGINE_REASON bytes) why it is this one; -errno of
 * the last one tried, with errors in @diags. Of an engine that is passed over the errors become the
 * reason.
 */
int og_engine_pick(const char *name, enum og_engine_choice choice,
		   const struct og_engine_options *options, struct og_engine **ret_engine,
		   char *ret_reason, struct og_diags *diags);

/*
 * og_engine_retire_other - @used is in force: take down what an earlier start, which used the other of
 * bpf and kmod, left in the kernel. Both would judge every frame. Says so in @diags.
 */
void og_engine_retire_other(const struct og_engine *used, const struct og_engine_options *options,
			    struct og_diags *diags);

#endif
