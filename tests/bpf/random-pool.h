/* SPDX-License-Identifier: GPL-2.0 */
/* random-pool.h: where random rulesets and random frames take their addresses from */
#ifndef OUIGUARD_TESTS_BPF_RANDOM_POOL_H
#define OUIGUARD_TESTS_BPF_RANDOM_POOL_H

#include <stdint.h>

#include <ouiguard/types.h>

/* pool_mac - a source or device address; few /24s, each with few /28s, /36s and devices. */
uint64_t pool_mac(void);

/* pool_v4, pool_v6 - an address that is often at the edge of a range of pool_edge(). */
uint32_t pool_v4(void);
struct og_addr pool_v6(void);

/* pool_vlan - one of few VLAN ids, 0 included. */
uint16_t pool_vlan(void);

/* pool_proto, pool_port - likely values. */
uint8_t pool_proto(void);
uint16_t pool_port(void);

#endif
