// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-probe.c: a frame that may answer a probe
 */
#include "daemon/network/probe-frame.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *frame = (uint8_t *)copy_of(data, size);
	struct og_addr addr = {0};
	uint64_t mac = 0;

	if (og_probe_answer(frame, size, &mac, &addr))
		check(!mac && !addr.hi && !addr.lo);
	else
		check(mac && mac >> 48 == 0 && !(mac >> 40 & 1));
	free(frame);
	return 0;
}
