// SPDX-License-Identifier: GPL-2.0
/*
 * What the module refuses, and with which words; messages that nobody should send; strangers
 */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/genetlink.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "policy/compile/table.h"
#include "tests/bpf/netns.h"
#include "tests/bpf/random.h"
#include "tests/bpf/rules.h"
#include "tests/kmod/kit.h"

#define MUTATIONS 12000

static struct kmod_kit kit;

static int setup(void **state)
{
	(void)state;
	netns_enter();
	kmod_kit_open(&kit);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	kmod_kit_close(&kit);
	netns_leave();
	return 0;
}

static struct nl_msg *request(enum og_command command)
{
	struct nl_msg *message = kmod_link_request(&kit.link, command, 0);

	assert_non_null(message);
	return message;
}

static struct nl_msg *with_u32(struct nl_msg *message, int type, uint32_t value)
{
	assert_int_equal(nla_put_u32(message, type, value), 0);
	return message;
}

static struct nl_msg *with_u64(struct nl_msg *message, int type, uint64_t value)
{
	assert_int_equal(nla_put_u64(message, type, value), 0);
	return message;
}

static struct nl_msg *with_data(struct nl_msg *message, size_t size)
{
	static const uint8_t zero[OG_CHUNK_MAX + 8];

	assert_int_equal(nla_put(message, OG_A_DATA, size, zero), 0);
	return message;
}

static struct nl_msg *begin(uint32_t layout, uint32_t size)
{
	return with_u32(with_u32(request(OG_CMD_BEGIN), OG_A_LAYOUT, layout), OG_A_SIZE, size);
}

static struct nl_msg *chunk(uint32_t offset, size_t size)
{
	return with_data(with_u32(request(OG_CMD_CHUNK), OG_A_OFFSET, offset), size);
}

static struct nl_msg *commit(uint32_t count, uint64_t checksum)
{
	return with_u64(with_u32(request(OG_CMD_COMMIT), OG_A_COUNT, count), OG_A_CHECKSUM,
			checksum);
}

/* The module refuses @message with @error and says why. */
static void refused(struct nl_msg *message, int error)
{
	int r = kmod_link_call(&kit.link, message, NULL, NULL);

	if (r != error || !kit.link.message[0])
		fail_msg("got %d with \"%s\", wanted %d and some words", r, kit.link.message,
			 error);
	printf("# %s\n", kit.link.message);
}

static void taken(struct nl_msg *message)
{
	int r = kmod_link_call(&kit.link, message, NULL, NULL);

	if (r < 0)
		fail_msg("refused with %d: %s", r, kit.link.message);
}

static void test_refusals(void **state)
{
	const uint32_t size = sizeof(struct og_ruleset);

	(void)state;
	refused(chunk(0, 8), -ENOTCONN);
	refused(commit(0, 0), -ENOTCONN);
	refused(request(OG_CMD_BEGIN), -EINVAL);
	refused(with_u32(request(OG_CMD_BEGIN), OG_A_LAYOUT, OG_LAYOUT), -EINVAL);
	refused(begin(OG_LAYOUT + 1, size), -EPROTONOSUPPORT);
	refused(begin(OG_LAYOUT, size - 8), -EMSGSIZE);
	refused(with_u32(begin(OG_LAYOUT, size), OG_A_COUNT, 1), -EINVAL);
	refused(with_u32(begin(OG_LAYOUT, size), OG_A_MAX + 7, 1), -EINVAL);
	refused(with_u64(request(OG_CMD_BEGIN), OG_A_LAYOUT, OG_LAYOUT), -EINVAL);
	refused(with_u64(request(OG_CMD_PROMOTE), OG_A_KEY, 1), -EINVAL);
	refused(request(OG_CMD_SET_PORTS), -EINVAL);
	refused(request(OG_CMD_GET_DEVICE), -EINVAL);

	taken(begin(OG_LAYOUT, size));
	refused(request(OG_CMD_CHUNK), -EINVAL);
	refused(chunk(4, 8), -EINVAL);
	refused(chunk(0, 12), -EINVAL);
	refused(chunk(0, 0), -EINVAL);
	refused(chunk(0, OG_CHUNK_MAX + 8), -ERANGE);
	refused(chunk(size, 8), -ERANGE);
	refused(chunk(size - 8, 16), -ERANGE);
	refused(chunk(0xfffffff8, 16), -ERANGE);
	taken(chunk(64, 64));
	refused(chunk(64, 8), -EINVAL);
	refused(request(OG_CMD_COMMIT), -EINVAL);
	refused(commit(2, 0), -EPROTO);
	/* A commit ends the transaction, also when it fails. */
	refused(commit(1, 0), -ENOTCONN);
	taken(begin(OG_LAYOUT, size));
	refused(commit(0, 1), -EBADMSG);
	taken(begin(OG_LAYOUT, size));
	refused(commit(0, 0), -EINVAL);
	taken(request(OG_CMD_ABORT));

	refused(with_u64(request(OG_CMD_FORGET), OG_A_KEY, og_exact_key(1, 0)), -EINVAL);
	refused(with_u64(request(OG_CMD_PROMOTE), OG_A_KEY, og_exact_key(1, OG_SITES)), -EINVAL);
	refused(with_u64(request(OG_CMD_GET_DEVICE), OG_A_KEY, og_exact_key(1, 1)), -ENOENT);
	refused(with_u64(request(OG_CMD_SET_CLOCK), OG_A_WALL, 1), -EINVAL);
}

/* Rulesets with one index out of bounds each; the old one must stay. */
static void test_bad_rulesets(void **state)
{
	const struct og_engine_port port = {.ifindex = 1, .name = "lo"};
	struct og_ruleset *rs = rules_block(1, 1), *bad = malloc(sizeof(*bad));
	struct og_engine_status status;
	struct og_diags diags = {};
	size_t i;
	struct {
		void *at;
		size_t size;
	} places[] = {
		{&bad->level1[7], 2},	    {&bad->leaf[0][3], 2},	 {&bad->class_of[1][2], 2},
		{&bad->class[1].phase, 4},  {&bad->class[1].phases, 2},	 {&bad->phase[0].allow, 4},
		{&bad->phase[0].action, 1}, {&bad->site[1].internal, 4}, {&bad->set[1].first, 4},
		{&bad->set[1].count, 4},    {&bad->range[0].service, 4}, {&bad->exact_key[9], 8},
		{&bad->port_value[3], 2},   {&bad->header.magic, 4},
	};

	(void)state;
	assert_non_null(bad);
	kmod_kit_apply(&kit, rs, 1);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		memcpy(bad, rs, sizeof(*bad));
		memset(places[i].at, 0x7e, places[i].size);
		/* Passed over the engine's own check of the header. */
		if (places[i].at == &bad->header.magic)
			continue;
		bad->header.generation = 99;
		bad->header.checksum = og_ruleset_checksum(bad);
		if (og_engine_kmod.apply(kit.engine, bad, &port, 1, &diags) != -EINVAL)
			fail_msg("ruleset %zu was taken", i);
	}
	assert_int_equal(og_engine_kmod.status(kit.engine, &status), 0);
	assert_int_equal(status.generation, kit.generation);
	og_engine_status_clear(&status);
	assert_int_equal(diags.count, sizeof(places) / sizeof(places[0]) - 1);
	og_diags_free(&diags);
	free(bad);
	og_ruleset_free(rs);
}

/* A socket that closes takes its transaction with it. */
static void test_dead_transaction(void **state)
{
	struct kmod_link other;
	struct nl_msg *message;

	(void)state;
	assert_int_equal(kmod_link_open(&other), 0);
	message = kmod_link_request(&other, OG_CMD_BEGIN, 0);
	assert_non_null(message);
	with_u32(with_u32(message, OG_A_LAYOUT, OG_LAYOUT), OG_A_SIZE, sizeof(struct og_ruleset));
	assert_int_equal(kmod_link_call(&other, message, NULL, NULL), 0);
	refused(begin(OG_LAYOUT, sizeof(struct og_ruleset)), -EBUSY);
	refused(request(OG_CMD_ABORT), -EBUSY);
	kmod_link_close(&other);
	taken(begin(OG_LAYOUT, sizeof(struct og_ruleset)));
	taken(request(OG_CMD_ABORT));
}

/* Asks for the status as somebody else; the child's exit status is the errno. */
static int as_stranger(int own_namespaces)
{
	struct kmod_link link;
	int status;
	pid_t child;

	child = fork();
	if (child == 0) {
		if (setresgid(65534, 65534, 65534) < 0 || setresuid(65534, 65534, 65534) < 0)
			_exit(100);
		if (own_namespaces && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
			_exit(101);
		if (kmod_link_open(&link) < 0)
			_exit(102);
		_exit(-kmod_link_call(&link, kmod_link_request(&link, OG_CMD_GET_STATUS, 0), NULL,
				      NULL));
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_strangers(void **state)
{
	(void)state;
	assert_int_equal(as_stranger(0), EPERM);
	assert_int_equal(as_stranger(1), EPERM);
}

/* One valid message of each kind, to be spoiled. */
static struct nl_msg *valid(uint32_t which)
{
	const uint32_t size = sizeof(struct og_ruleset);
	struct nl_msg *message;
	struct nlattr *list;

	switch (which) {
	case 0:
		return begin(OG_LAYOUT, size);
	case 1:
		return chunk(random_below(size / 8) * 8, random_below(64) * 8);
	case 2:
		return commit(random_below(3), 0);
	case 3:
		message = request(OG_CMD_SET_PORTS);
		list = nla_nest_start(message, OG_A_PORTS);
		assert_non_null(list);
		with_u32(with_u32(message, OG_A_PORT, 1), OG_A_PORT, random_below(9));
		nla_nest_end(message, list);
		return message;
	case 4:
		return with_u64(with_u64(request(OG_CMD_SET_CLOCK), OG_A_WALL, 0), OG_A_MONO, 0);
	case 5:
		return with_u64(request(OG_CMD_PROMOTE), OG_A_KEY,
				og_exact_key(random_below(99), 1));
	case 6:
		return with_u64(request(OG_CMD_FORGET), OG_A_KEY,
				og_exact_key(random_below(99), 1));
	case 7:
		return with_u64(request(OG_CMD_GET_DEVICE), OG_A_KEY, og_exact_key(1, 1));
	default:
		return request(1 + random_below(OG_CMD_GET_LAST + 2));
	}
}

static void spoil(uint8_t *bytes, uint32_t *length)
{
	struct nlmsghdr *header = (struct nlmsghdr *)bytes;
	uint32_t times = random_below(6), at;

	while (times--) {
		at = NLMSG_HDRLEN + random_below(*length - NLMSG_HDRLEN);
		/* Near the front stand the headers that are read first. */
		if (random_below(2))
			at = NLMSG_HDRLEN + random_below(at - NLMSG_HDRLEN + 1);
		bytes[at] = random_below(3) ? random_below(256) : bytes[at] ^ 1u << random_below(8);
	}
	if (random_below(8) == 0) {
		*length = NLMSG_HDRLEN + random_below(*length - NLMSG_HDRLEN + 1);
		header->nlmsg_len = *length;
	}
	if (random_below(8) == 0)
		header->nlmsg_flags |= NLM_F_DUMP;
}

static void test_mutations(void **state)
{
	static uint8_t bytes[OG_CHUNK_MAX + 4096], answer[65536];
	uint32_t i, length, answers = 0, errors = 0;
	struct og_ruleset *rs = rules_block(1, 1);
	struct nlmsghdr *header;
	struct nl_msg *message;
	ssize_t got;
	int fd;

	(void)state;
	random_seed(3);
	fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC);
	assert_true(fd >= 0);
	for (i = 0; i < MUTATIONS; i++) {
		message = valid(random_below(10));
		header = nlmsg_hdr(message);
		header->nlmsg_pid = 0;
		header->nlmsg_seq = i;
		header->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
		length = header->nlmsg_len;
		memcpy(bytes, header, length);
		nlmsg_free(message);
		spoil(bytes, &length);
		assert_int_equal(send(fd, bytes, length, 0), length);
		while ((got = recv(fd, answer, sizeof(answer), MSG_DONTWAIT)) > 0) {
			header = (struct nlmsghdr *)answer;
			answers++;
			errors += header->nlmsg_type == NLMSG_ERROR &&
				  ((struct nlmsgerr *)NLMSG_DATA(header))->error;
		}
	}
	close(fd);
	printf("# %u messages, %u answers, %u refusals\n", i, answers, errors);
	assert_true(answers > MUTATIONS / 2);
	assert_true(errors > MUTATIONS / 3);
	/* And it still works. */
	taken(request(OG_CMD_DETACH));
	kmod_kit_apply(&kit, rs, 1);
	assert_int_equal(kmod_kit_port(&kit, 1, NULL), OG_HOOK_NETFILTER);
	og_ruleset_free(rs);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(test_refusals), TEST(test_bad_rulesets),
					   TEST(test_dead_transaction), TEST(test_strangers),
					   TEST(test_mutations)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
