/* SPDX-License-Identifier: GPL-2.0 */
/*
 * counter.h: counters per processor
 */
#ifndef OUIGUARD_KMOD_COUNTER_H
#define OUIGUARD_KMOD_COUNTER_H

#include <linux/irqflags.h> /* for percpu.h where the architecture has none of its own */
#include <linux/percpu.h>

#include <ouiguard/account.h>
#include <ouiguard/netlink.h>

enum total {
	TOTAL_EVENTS_LOST,
	TOTAL_OVERFLOW,
	TOTAL_RATE_CONFLICT,
	TOTAL_REJECTED,
	TOTALS,
};

struct counters {
	struct og_counter reasons[OG_R_COUNT];
	__u64 totals[TOTALS];
};

/* counters_new - zeroed counters; NULL without memory. counters_free() takes NULL. */
struct counters __percpu *counters_new(void);
void counters_free(struct counters __percpu *counters);

/* counters_sum - add up all processors' counters into @ret_sum. */
void counters_sum(const struct counters __percpu *counters, struct counters *ret_sum);

static inline void count_reason(struct counters __percpu *counters, unsigned int reason,
				__u32 packets, __u32 bytes)
{
	this_cpu_add(counters->reasons[reason].packets, packets);
	this_cpu_add(counters->reasons[reason].bytes, bytes);
}

static inline void count_total(struct counters __percpu *counters, enum total total, __u32 n)
{
	this_cpu_add(counters->totals[total], n);
}

#endif
