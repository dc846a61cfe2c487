// SPDX-License-Identifier: GPL-2.0
#include "tests/bpf/port.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "policy/compile/table.h"
#include "tests/bpf/kit.h"
#include "tests/bpf/rules.h"

#define INTERNET 0xc6336407 /* 198.51.100.7 */

struct port_kit port_kit;

void port_show(void)
{
	size_t i;

	for (i = 0; i < port_kit.diags.count; i++)
		print_message("# %s\n", port_kit.diags.items[i].text);
}

int port_says(const char *text)
{
	size_t i;

	for (i = 0; i < port_kit.diags.count; i++)
		if (strstr(port_kit.diags.items[i].text, text))
			return 1;
	return 0;
}

void port_open(void)
{
	og_diags_free(&port_kit.diags);
	if (og_engine_bpf.open(&port_kit.options, &port_kit.engine, &port_kit.diags) != 0) {
		port_show();
		fail();
	}
}

void port_close(void)
{
	og_engine_bpf.close(port_kit.engine);
	port_kit.engine = NULL;
}

void port_apply(uint64_t generation)
{
	struct og_ruleset *rs = rules_block(port_kit.port.ifindex, generation);
	int r;

	og_diags_free(&port_kit.diags);
	r = og_engine_bpf.apply(port_kit.engine, rs, &port_kit.port, 1, &port_kit.diags);
	og_ruleset_free(rs);
	if (r != 0)
		port_show();
	assert_int_equal(r, 0);
}

void port_send(uint64_t mac)
{
	uint8_t frame[128];

	netns_send("lan0", frame, rules_frame(frame, mac, INTERNET, 443));
}

uint64_t port_drops(void)
{
	struct og_engine_counters counters;

	assert_int_equal(og_engine_bpf.read_counters(port_kit.engine, &counters), 0);
	return counters.reasons[OG_R_EGRESS].packets;
}

void port_assert_drops(int wanted)
{
	uint64_t before = port_drops();

	port_send(RULES_LISTED | 1);
	assert_int_equal(port_drops() - before, wanted);
}

struct og_engine_port_status port_status(void)
{
	struct og_engine_port_status port = {};
	struct og_engine_status status;

	assert_int_equal(og_engine_bpf.status(port_kit.engine, &status), 0);
	if (status.port_count)
		port = status.ports[0];
	og_engine_status_clear(&status);
	return port;
}

static int set_up(int clsact)
{
	memset(&port_kit, 0, sizeof(port_kit));
	if (!bpf_kit_privileged())
		return 0;
	netns_enter();
	strcpy(port_kit.port.name, "lan0");
	port_kit.port.ifindex = netns_veth("lan0");
	port_kit.options.pin_path = PORT_PINS;
	port_kit.options.force_clsact = clsact;
	port_kit.hook = clsact || !has_tcx(port_kit.port.ifindex) ? OG_HOOK_CLSACT : OG_HOOK_TCX;
	return 0;
}

int port_setup(void **state)
{
	(void)state;
	return set_up(0);
}

int port_setup_clsact(void **state)
{
	(void)state;
	return set_up(1);
}

int port_teardown(void **state)
{
	(void)state;
	if (!bpf_kit_privileged())
		return 0;
	port_close();
	og_diags_free(&port_kit.diags);
	netns_leave();
	return 0;
}
