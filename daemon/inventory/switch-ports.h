/* SPDX-License-Identifier: GPL-2.0 */
/*
 * switch-ports.h: which devices the asset registers place at the same switch port
 */
#ifndef OUIGUARD_DAEMON_SWITCH_PORTS_H
#define OUIGUARD_DAEMON_SWITCH_PORTS_H

#include "policy/config/config.h"

struct og_switch_ports;

/* og_switch_ports_new - of all registers of @config, which must outlive it. NULL without memory. */
struct og_switch_ports *og_switch_ports_new(const struct og_config *config);
void og_switch_ports_free(struct og_switch_ports *ports);

/*
 * og_switch_ports_each - call @each for every other device of the register of @site whose row names the
 * switch port of @asset, whatever the case of letters. None when the row names no port.
 */
void og_switch_ports_each(const struct og_switch_ports *ports, const char *site,
			  const struct og_conf_asset *asset,
			  void (*each)(void *userdata, uint64_t mac), void *userdata);

#endif
