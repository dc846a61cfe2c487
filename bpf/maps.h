/* SPDX-License-Identifier: GPL-2.0 */
/*
 * maps.h: the maps, shared by the programs of every hook
 */
#ifndef OUIGUARD_BPF_MAPS_H
#define OUIGUARD_BPF_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "bpf/state.h"

/*
 * One value: the whole ruleset. Mapped by user space, which writes it before it is in the slot. By
 * sizes, not types: Linux 6.1 takes a map with BTF and one without for different kinds.
 */
struct og_ruleset_map {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct og_ruleset));
};

/* The one slot that every program of every port reads once per frame. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(values, struct og_ruleset_map);
} og_slot SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct og_bpf_control);
} og_control SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct og_bpf_scratch);
} og_scratch SEC(".maps");

/* By enum og_reason. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, OG_R_COUNT);
	__type(key, __u32);
	__type(value, struct og_bpf_counter);
} og_reasons SEC(".maps");

/* By enum og_bpf_total. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, OG_BPF_TOTALS);
	__type(key, __u32);
	__type(value, __u64);
} og_totals SEC(".maps");

/* Devices that the daemon promoted; nothing pushes them out. By og_exact_key(mac, site). */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, OG_KNOWN_MAX);
	__type(key, __u64);
	__type(value, struct og_device);
} og_known SEC(".maps");

/* New devices, admitted by the port's quota; the oldest make room. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, OG_FRESH_MAX);
	__type(key, __u64);
	__type(value, struct og_device);
} og_fresh SEC(".maps");

/* By class. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, OG_CLASSES);
	__type(key, __u32);
	__type(value, struct og_overflow);
} og_overflow SEC(".maps");

/* By ifindex. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, OG_PORTS_MAX);
	__type(key, __u32);
	__type(value, struct og_port_state);
} og_ports SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, OG_BPF_RING);
} og_events SEC(".maps");

/* By ifindex; the programs do not look at it. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, OG_PORTS_MAX);
	__type(key, __u32);
	__type(value, struct og_bpf_attached);
} og_attached SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct og_bpf_meta);
} og_meta SEC(".maps");

#endif
