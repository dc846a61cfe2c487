/* SPDX-License-Identifier: GPL-2.0 */
/*
 * probe-frame.h: frames that ask whether a device still answers
 *
 * ARP (RFC 826, and RFC 5227 for one without an own address) asks for an IPv4 address, neighbour
 * discovery (RFC 4861, 4.3) for an IPv6 one. Pure.
 */
#ifndef OUIGUARD_DAEMON_PROBE_FRAME_H
#define OUIGUARD_DAEMON_PROBE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include <ouiguard/types.h>

#define OG_PROBE_BYTES 96

struct og_probe {
	uint64_t mac;	       /* ours */
	uint16_t vlan;	       /* 0: untagged */
	struct og_addr from;   /* ours, of the family of @target; zero: we have none there */
	struct og_addr target; /* whoever has it is to answer */
};

/* og_probe_build - write the frame that asks into @frame. Returns its length. */
size_t og_probe_build(const struct og_probe *probe, uint8_t frame[OG_PROBE_BYTES]);

/* og_probe_link_local - the link-local address that a host with @mac makes itself (RFC 4291, app. A). */
struct og_addr og_probe_link_local(uint64_t mac);

#endif
