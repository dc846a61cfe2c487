/* SPDX-License-Identifier: GPL-2.0 */
/*
 * config-port.h: an entry of a site's `ports`
 */
#ifndef OUIGUARD_POLICY_CONFIG_PORT_H
#define OUIGUARD_POLICY_CONFIG_PORT_H

#include <stdbool.h>

#include "policy/config/config-read.h"

/* og_read_port - read one entry into @port, which is zeroed. Returns 0 or -ENOMEM. */
int og_read_port(struct og_reader *reader, const struct og_node *node, struct og_conf_port *port);

/* og_port_vlan - whether @port covers frames tagged with @id (1 to 4094). */
bool og_port_vlan(const struct og_conf_port *port, unsigned int id);

/*
 * og_interface_valid - whether @text can be an interface's name: what Linux takes (dev_valid_name),
 * of printable ASCII.
 */
bool og_interface_valid(const char *text);

#endif
