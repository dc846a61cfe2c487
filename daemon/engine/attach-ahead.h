/* SPDX-License-Identifier: GPL-2.0 */
/* attach-ahead.h: og_attach_ahead() for either hook */
#ifndef OUIGUARD_DAEMON_ATTACH_AHEAD_H
#define OUIGUARD_DAEMON_ATTACH_AHEAD_H

#include <stdint.h>

#include "bpf/state.h"

uint32_t og_tcx_ahead(uint32_t ifindex, const char *pin);
uint32_t og_clsact_ahead(uint32_t ifindex, const struct og_bpf_attached *attached);

#endif
