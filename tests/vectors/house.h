/* SPDX-License-Identifier: GPL-2.0 */
/*
 * house.h: configuration files and a gateway for tests that compile them
 *
 * A house is a temporary configuration directory and gateway facts. Every function fails the test
 * (cmocka) when something does not work.
 */
#ifndef OUIGUARD_TESTS_VECTORS_HOUSE_H
#define OUIGUARD_TESTS_VECTORS_HOUSE_H

#include <stdint.h>

#include "policy/compile/compile.h"
#include "policy/config/config.h"
#include "policy/compile/gateway.h"

struct house {
	char dir[64];
	struct og_gateway gateway;
	struct og_decided decided; /* the gateway's */
};

struct house *house_new(void);
void house_free(struct house *house);

/* house_file - write (or replace) the file @name, `sites/office.yaml` or so. */
void house_file(struct house *house, const char *name, const char *text);

/* Gateway facts. A link's type is Ethernet when it is 0; prefix lengths are those of the family. */
void house_link(struct house *house, struct og_gw_link link);
void house_addr(struct house *house, uint32_t ifindex, const char *addr, uint8_t length);
void house_nexthop(struct house *house, uint32_t ifindex, uint64_t mac);

/* What was decided: @mac is held at @site; the gate of this key (og_gate_key) is open. */
void house_hold(struct house *house, uint64_t mac, const char *site);
void house_open(struct house *house, const char *key);

struct og_addr house_address(const char *text);

/* house_config - load the files; free it with og_config_free(). */
struct og_config *house_config(struct house *house);

/* house_compile - load and compile for @now; free it with og_compiled_free(). */
struct og_compiled *house_compile(struct house *house, int64_t now);

/* house_refused - compiling must fail with @error and a diagnostic that holds @text. */
void house_refused(struct house *house, int64_t now, int error, const char *text);

#endif
