// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-lease.c: a DHCP server's lease file
 */
#include "policy/base/mac.h"
#include "policy/lease/lease.h"
#include "tests/fuzz/fuzz.h"

static void check_lease(const struct og_lease *lease, const char *text, size_t size)
{
	char host[OG_HOST_TEXT];

	check(lease->mac && lease->mac >> 48 == 0 && !og_mac_is_group(lease->mac));
	if (!lease->host)
		return;
	check(lease->host >= text && lease->host_length <= (size_t)(text + size - lease->host));
	check(og_host_parse(lease->host, lease->host_length, host) == 0);
	check(host[0] && strlen(host) < sizeof(host));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct og_diags diags = {};
	struct og_leases leases = {};
	char *text = copy_of(data, size);
	int err = og_leases_parse(text, size, "fuzz", &leases, &diags);
	size_t i;

	check(!!err == !!diags.errors);
	check(!err || !leases.count);
	for (i = 0; i < leases.count; i++) {
		check_lease(&leases.items[i], text, size);
		check(!i || og_addr_cmp(&leases.items[i - 1].addr, &leases.items[i].addr) < 0);
	}
	check_diags(&diags, err);
	og_leases_clear(&leases);
	free(text);
	return 0;
}
