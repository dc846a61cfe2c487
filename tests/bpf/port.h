/* SPDX-License-Identifier: GPL-2.0 */
/*
 * port.h: the BPF engine at one port, lan0, in a namespace of the test's own: what is done with it there
 */
#ifndef OUIGUARD_TESTS_BPF_PORT_H
#define OUIGUARD_TESTS_BPF_PORT_H

#include <stdint.h>

#include "daemon/engine/engine.h"
#include "tests/bpf/netns.h"

#define PORT_PINS NETNS_BPFFS "/ouiguard"

/* One engine and one port; every test runs with the kernel's own choice of hook and with clsact. */
extern struct port_kit {
	struct og_engine *engine;
	struct og_engine_port port;
	struct og_diags diags; /* of the last port_open() or port_apply() */
	struct og_engine_options options;
	enum og_engine_hook hook; /* to be expected */
} port_kit;

/* port_setup, port_setup_clsact, port_teardown - before and after each test, for cmocka. */
int port_setup(void **state);
int port_setup_clsact(void **state);
int port_teardown(void **state);

/* port_open, port_close - the engine; what it left in the kernel stays. */
void port_open(void);
void port_close(void);

/* port_apply - rules_block() as that generation, at the port alone. */
void port_apply(uint64_t generation);

/* port_send - a frame of @mac to the Internet arrives at the port. */
void port_send(uint64_t mac);

/* port_drops - frames dropped as egress. port_assert_drops - of one listed frame @wanted are dropped. */
uint64_t port_drops(void);
void port_assert_drops(int wanted);

/* port_status - of the first port; zero when there is none. */
struct og_engine_port_status port_status(void);

/* port_says, port_show - whether a diagnostic has that text; print all of them. */
int port_says(const char *text);
void port_show(void);

#endif
