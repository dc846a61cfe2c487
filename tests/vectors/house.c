// SPDX-License-Identifier: GPL-2.0
/*
 * house.c: configuration files and a gateway for tests that compile them
 */
#include <errno.h>
#include <ftw.h>
#include <net/if_arp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "house.h"
#include "policy/base/address.h"

struct house *house_new(void)
{
	struct house *house = calloc(1, sizeof(*house));

	assert_non_null(house);
	strcpy(house->dir, "/tmp/ouiguard-house-XXXXXX");
	assert_non_null(mkdtemp(house->dir));
	return house;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

static void free_decided(struct og_decided *decided)
{
	for (size_t i = 0; i < decided->held_count; i++)
		free((void *)decided->held[i].site);
	for (size_t i = 0; i < decided->gate_count; i++)
		free((void *)decided->gates[i]);
	free((void *)decided->held);
	free((void *)decided->gates);
}

void house_free(struct house *house)
{
	assert_int_equal(nftw(house->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free_decided(&house->decided);
	og_gateway_clear(&house->gateway);
	free(house);
}

void house_file(struct house *house, const char *name, const char *text)
{
	const char *slash = strchr(name, '/');
	char path[256];
	FILE *file;

	if (slash) {
		snprintf(path, sizeof(path), "%s/%.*s", house->dir, (int)(slash - name), name);
		assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
	}
	snprintf(path, sizeof(path), "%s/%s", house->dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* One more element at the end of an array. */
#define GROW(array, count)                                                    \
	({                                                                    \
		(array) = reallocarray(array, (count) + 1, sizeof(*(array))); \
		assert_non_null(array);                                       \
		memset(&(array)[count], 0, sizeof(*(array)));                 \
		&(array)[(count)++];                                          \
	})

void house_link(struct house *house, struct og_gw_link link)
{
	if (!link.type)
		link.type = ARPHRD_ETHER;
	link.up = true;
	*GROW(house->gateway.links, house->gateway.link_count) = link;
}

struct og_addr house_address(const char *text)
{
	struct og_addr addr;

	assert_int_equal(og_addr_parse(text, &addr), 0);
	return addr;
}

void house_addr(struct house *house, uint32_t ifindex, const char *addr, uint8_t length)
{
	struct og_gw_addr *item = GROW(house->gateway.addrs, house->gateway.addr_count);

	item->ifindex = ifindex;
	item->addr = house_address(addr);
	item->length = og_addr_is_v4(&item->addr) ? length + 96 : length;
}

void house_nexthop(struct house *house, uint32_t ifindex, uint64_t mac)
{
	struct og_gw_nexthop *hop = GROW(house->gateway.nexthops, house->gateway.nexthop_count);

	hop->ifindex = ifindex;
	hop->mac = mac;
}

void house_hold(struct house *house, uint64_t mac, const char *site)
{
	struct og_decided *decided = &house->decided;
	struct og_held *held =
		reallocarray((void *)decided->held, decided->held_count + 1, sizeof(*held));

	assert_non_null(held);
	held[decided->held_count++] = (struct og_held){mac, strdup(site)};
	decided->held = held;
	house->gateway.decided = decided;
}

void house_open(struct house *house, const char *key)
{
	struct og_decided *decided = &house->decided;
	const char **gates =
		reallocarray((void *)decided->gates, decided->gate_count + 1, sizeof(*gates));

	assert_non_null(gates);
	gates[decided->gate_count++] = strdup(key);
	decided->gates = gates;
	house->gateway.decided = decided;
}

struct og_config *house_config(struct house *house)
{
	struct og_diags diags = {0};
	struct og_config *config = NULL;
	int r = og_config_load(house->dir, "/nonexistent", &config, &diags);

	if (r < 0)
		og_diags_print(&diags, stderr);
	assert_int_equal(r, 0);
	og_diags_free(&diags);
	return config;
}

struct og_compiled *house_compile(struct house *house, int64_t now)
{
	struct og_config *config = house_config(house);
	struct og_compiled *compiled = NULL;
	struct og_diags diags = {0};
	int r = og_compile(config, &house->gateway, now, &compiled, &diags);

	if (r < 0)
		og_diags_print(&diags, stderr);
	assert_int_equal(r, 0);
	og_diags_free(&diags);
	og_config_free(config);
	return compiled;
}

void house_refused(struct house *house, int64_t now, int error, const char *text)
{
	struct og_config *config = house_config(house);
	struct og_compiled *compiled = NULL;
	struct og_diags diags = {0};
	size_t found = 0;

	assert_int_equal(og_compile(config, &house->gateway, now, &compiled, &diags), error);
	assert_null(compiled);
	for (size_t i = 0; i < diags.count; i++)
		found += diags.items[i].severity == OG_ERROR && strstr(diags.items[i].text, text);
	if (!found)
		og_diags_print(&diags, stderr);
	assert_true(found > 0);
	og_diags_free(&diags);
	og_config_free(config);
}
