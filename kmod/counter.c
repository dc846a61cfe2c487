// SPDX-License-Identifier: GPL-2.0
#include "counter.h"

#include <linux/string.h>

struct counters __percpu *counters_new(void)
{
	return alloc_percpu_gfp(struct counters, GFP_KERNEL_ACCOUNT | __GFP_ZERO);
}

void counters_free(struct counters __percpu *counters)
{
	free_percpu(counters);
}

void counters_sum(const struct counters __percpu *counters, struct counters *ret_sum)
{
	const struct counters *of;
	unsigned int cpu, i;

	memset(ret_sum, 0, sizeof(*ret_sum));
	for_each_possible_cpu(cpu)
	{
		of = per_cpu_ptr(counters, cpu);
		for (i = 0; i < OG_R_COUNT; i++) {
			ret_sum->reasons[i].packets += READ_ONCE(of->reasons[i].packets);
			ret_sum->reasons[i].bytes += READ_ONCE(of->reasons[i].bytes);
		}
		for (i = 0; i < TOTALS; i++)
			ret_sum->totals[i] += READ_ONCE(of->totals[i]);
	}
}
