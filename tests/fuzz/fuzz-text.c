// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-text.c: the small texts that people write: dates, durations, MAC addresses and prefixes
 */
#include <errno.h>

#include "policy/base/mac.h"
#include "tests/fuzz/fuzz.h"
#include "policy/base/when.h"

static void check_when(const char *text)
{
	struct og_when when = {}, again = {};
	int64_t second, back;
	char buffer[64];

	if (og_when_parse(text, &when))
		return;
	check(when.set);
	check(when.month >= 1 && when.month <= 12 && when.day >= 1 && when.day <= 31);
	check(og_when_utc(&when, "Europe/London", &second) == 0);
	og_when_format(second, "Europe/London", buffer, sizeof(buffer));
	if (og_when_parse(buffer, &again))
		return; /* a year that the written form has no room for */
	check(og_when_utc(&again, "America/New_York", &back) == 0);
	check(back == second);
}

static void check_mac(const char *text)
{
	struct og_mac_prefix prefix, prefix_again;
	char buffer[OG_MAC_PREFIX_TEXT];
	uint64_t mac, mac_again;

	if (!og_mac_parse(text, &mac)) {
		check(mac >> 48 == 0);
		check(og_mac_parse(og_mac_format(mac, buffer), &mac_again) == 0);
		check(mac == mac_again);
	}
	if (!og_mac_prefix_parse(text, &prefix)) {
		og_mac_prefix_format(&prefix, buffer);
		check(og_mac_prefix_parse(buffer, &prefix_again) == 0);
		check(og_mac_prefix_cmp(&prefix, &prefix_again) == 0);
		check(og_mac_prefix_covers(&prefix, prefix.bits));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	int64_t seconds;

	check(text != NULL);
	memcpy(text, data, size);
	text[size] = '\0';
	check_when(text);
	check_mac(text);
	if (!og_duration_parse(text, &seconds))
		check(seconds >= 0 && seconds <= 10 * 366 * 86400LL);
	free(text);
	return 0;
}
