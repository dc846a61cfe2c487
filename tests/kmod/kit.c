// SPDX-License-Identifier: GPL-2.0
#include "tests/kmod/kit.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "policy/compile/table.h"

static void show(const struct og_diags *diags)
{
	size_t i;

	for (i = 0; i < diags->count; i++)
		printf("# %s\n", diags->items[i].text);
}

/* A socket that hears what it says. */
static int echo_open(void)
{
	struct sockaddr_in here = {.sin_family = AF_INET};
	struct timeval limit = {.tv_sec = 10};
	socklen_t size = sizeof(here);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&here, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &size), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&here, size), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), 0);
	return fd;
}

void kmod_kit_open(struct kmod_kit *kit)
{
	struct og_engine_options options = {};
	struct og_diags diags = {};

	memset(kit, 0, sizeof(*kit));
	if (access("/sys/module/ouiguard", F_OK) < 0) {
		print_message("the kernel module is not loaded\n");
		skip();
	}
	if (og_engine_kmod.open(&options, &kit->engine, &diags) < 0) {
		show(&diags);
		fail_msg("the engine cannot be opened");
	}
	og_diags_free(&diags);
	assert_int_equal(kmod_link_open(&kit->link), 0);
	kit->echo = echo_open();
}

void kmod_kit_close(struct kmod_kit *kit)
{
	struct og_diags diags = {};

	assert_int_equal(og_engine_kmod.detach(kit->engine, &diags), 0);
	og_engine_kmod.close(kit->engine);
	kmod_link_close(&kit->link);
	close(kit->echo);
	og_diags_free(&diags);
}

void kmod_kit_apply(struct kmod_kit *kit, const struct og_ruleset *rs, uint32_t ifindex)
{
	const struct og_engine_port port = {.ifindex = ifindex, .name = "test"};
	/* One for all: in User Mode Linux every page that is new costs as much as many calls. */
	static struct og_ruleset copy;
	struct og_diags diags = {};
	int r;

	memcpy(&copy, rs, sizeof(copy));
	copy.header.generation = ++kit->generation;
	copy.header.checksum = og_ruleset_checksum(&copy);
	r = og_engine_kmod.apply(kit->engine, &copy, &port, 1, &diags);
	show(&diags);
	og_diags_free(&diags);
	assert_int_equal(r, 0);
}

void kmod_kit_clock(struct kmod_kit *kit, int64_t wall, uint64_t mono)
{
	struct nl_msg *message = kmod_link_request(&kit->link, OG_CMD_SET_CLOCK, 0);

	assert_non_null(message);
	assert_int_equal(nla_put_s64(message, OG_A_WALL, wall), 0);
	assert_int_equal(nla_put_u64(message, OG_A_MONO, mono), 0);
	assert_int_equal(kmod_link_call(&kit->link, message, NULL, NULL), 0);
}

/* The datagram queues up behind whatever is to be received. */
void kmod_kit_settle(struct kmod_kit *kit)
{
	char byte = 0;

	assert_int_equal(send(kit->echo, &byte, 1, 0), 1);
	assert_int_equal(recv(kit->echo, &byte, 1, 0), 1);
}

struct last {
	uint64_t runs;
	struct og_seen seen;
};

static int take_last(void *userdata, struct nlattr **attributes)
{
	struct last *last = userdata;

	last->runs = kmod_link_u64(attributes[OG_A_RUNS]);
	return kmod_link_copy(attributes[OG_A_SEEN], &last->seen, sizeof(last->seen));
}

void kmod_kit_answer(struct kmod_kit *kit, struct bpf_kit_answer *ret_answer)
{
	struct last last;

	assert_int_equal(kmod_link_call(&kit->link,
					kmod_link_request(&kit->link, OG_CMD_GET_LAST, 0),
					take_last, &last),
			 0);
	ret_answer->judged = last.runs != kit->runs;
	kit->runs = last.runs;
	ret_answer->verdict = last.seen.verdict;
	ret_answer->facts = last.seen.facts;
	ret_answer->drop = ret_answer->judged && last.seen.verdict.drop;
}

uint64_t kmod_kit_reason(struct kmod_kit *kit, enum og_reason reason)
{
	struct og_engine_counters counters;

	assert_int_equal(og_engine_kmod.read_counters(kit->engine, &counters), 0);
	return counters.reasons[reason].packets;
}

enum og_engine_hook kmod_kit_port(struct kmod_kit *kit, uint32_t ifindex, int *ret_error)
{
	enum og_engine_hook hook = OG_HOOK_NONE;
	struct og_engine_status status;
	size_t i;

	assert_int_equal(og_engine_kmod.status(kit->engine, &status), 0);
	for (i = 0; i < status.port_count; i++) {
		if (status.ports[i].port.ifindex != ifindex)
			continue;
		hook = status.ports[i].hook;
		if (ret_error)
			*ret_error = status.ports[i].error;
	}
	og_engine_status_clear(&status);
	return hook;
}
