/* SPDX-License-Identifier: GPL-2.0 */
/*
 * clock.h: the wall second for phases and the monotonic time for buckets
 */
#ifndef OUIGUARD_BPF_CLOCK_H
#define OUIGUARD_BPF_CLOCK_H

#include "bpf/maps.h"

/*
 * Fill the wall second and the monotonic time of s->seen. Both clocks cost 40 ns and more, the jiffy next to nothing: they are
 * read when it has changed, so a phase begins at most one jiffy late. Returns 0 when they are the
 * clock's, 1 when they are fixed.
 */
OG_INLINE int read_clock(struct og_bpf_scratch *s)
{
	const struct og_bpf_control *control;
	__u64 jiffies = bpf_jiffies64();
	__u32 zero = 0;

	control = bpf_map_lookup_elem(&og_control, &zero);
	if (!control)
		return 0;
	if (control->fixed_wall) {
		s->seen.wall = control->fixed_wall;
		s->seen.mono = control->fixed_mono;
		s->jiffies = 0;
		return 1;
	}
	if (jiffies == s->jiffies)
		return 0;
	s->seen.wall = (bpf_ktime_get_tai_ns() - control->tai_offset_ns) / OG_NS_SECOND;
	s->seen.mono = bpf_ktime_get_ns();
	s->jiffies = jiffies;
	return 0;
}

#endif
