/* SPDX-License-Identifier: GPL-2.0 */
/*
 * netlink.h: generic netlink family "ouiguard", version 1: how the module is told and asked
 *
 * Everything here is about the network namespace of the socket. Every command needs CAP_NET_ADMIN in
 * the initial user namespace. Unknown attributes, wrong lengths and values out of range are refused,
 * each with a message in the extended acknowledgement. Numbers are in host byte order; 64-bit ones may
 * stand unaligned. Structures are the contract's, byte for byte; OG_CMD_BEGIN makes sure that both
 * sides mean the same layout.
 *
 * A new ruleset is one transaction of one socket: begin, chunks, commit. Until the commit nothing
 * changes; a socket that closes before, or OG_CMD_ABORT, takes the transaction with it. There is one
 * transaction at a time: a second OG_CMD_BEGIN of the same socket starts over, another socket's is
 * refused with EBUSY. Frames are judged by the old ruleset or by the new one, never by parts of both.
 *
 * OG_CMD_BEGIN		start a transaction with a ruleset of zeroes
 *	LAYOUT		u32: OG_LAYOUT of the sender; EPROTONOSUPPORT when it is another
 *	SIZE		u32: sizeof(struct og_ruleset) of the sender; EMSGSIZE
 * OG_CMD_CHUNK		bytes of struct og_ruleset; what no chunk names stays zero
 *	OFFSET		u32: where they belong, a multiple of 8, not before the end of the last chunk
 *	DATA		binary: a multiple of 8 bytes, at most OG_CHUNK_MAX
 * OG_CMD_COMMIT	verify the ruleset (verify.h) and put it into force
 *	COUNT		u32: chunks sent; EPROTO when another number came
 *	CHECKSUM	u64: header.checksum; EBADMSG when the bytes have another
 * OG_CMD_ABORT		forget the transaction; no error when there is none
 *
 * OG_CMD_SET_PORTS	cover these ports and no others. Succeeds also when some cannot be covered:
 *			OG_CMD_GET_PORTS says which and why. A port that goes away and comes back with
 *			the same index, as one that visits another namespace does, is covered again
 *	PORTS		nested: PORT, u32 each: interface indexes, at most OG_PORTS_MAX
 * OG_CMD_GET_PORTS	dump; one message per port:
 *	PORT		u32: interface index
 *	NAME		string: its present name; absent while there is no such interface
 *	ERROR		s32: 0 while it is covered, else the errno that prevents it, negative
 *
 * OG_CMD_GET_STATUS	one answer:
 *	LAYOUT, SIZE	u32: of rulesets, as OG_CMD_BEGIN wants them
 *	GENERATION	u64: in force; 0: none, and every frame passes
 *	CHECKSUM	u64: of the ruleset in force; 0: none
 *	KNOWN, KNOWN_MAX, FRESH, FRESH_MAX	u32: device records, and how many there can be
 *	DEBUG		flag: the module was loaded with debug=1
 * OG_CMD_GET_COUNTERS	one answer; sums since the first transaction after loading or detaching:
 *	REASONS		binary: OG_R_COUNT times struct og_counter, by enum og_reason
 *	EVENTS_LOST	u64: swallowed by budgets, full buffers or slow readers
 *	OVERFLOW	u64: packets of devices that got no record
 *	RATE_CONFLICT	u64: packets dropped because processors fought for one bucket
 *	REJECTED	u64: answers sent for `on_block: reject`
 *
 * OG_CMD_GET_DEVICES	dump; one message per record:
 *	KEY		u64: og_exact_key(mac, site)
 *	DEVICE		binary: struct og_device
 *	PROMOTED	flag: the record stays until it is forgotten
 * OG_CMD_GET_DEVICE	the same about one record; ENOENT when there is none
 *	KEY
 * OG_CMD_PROMOTE	keep the device's record, or an empty one, until it is forgotten; ENOSPC
 *	KEY
 * OG_CMD_FORGET	drop the device's record; no error when there is none
 *	KEY
 *
 * OG_CMD_EVENT		to members of the multicast group OG_GENL_EVENTS
 *	EVENT		binary: struct og_event
 * OG_CMD_TAKE_EVENTS	events that came while the group had no member; they are handed out once
 *	EVENT		binary: struct og_event; as many as fit, none when no more are waiting
 *
 * OG_CMD_DETACH	uncover every port, forget ruleset, records, counters and events. The module
 *			can be unloaded then, unless another namespace uses it
 *
 * Only when the module was loaded with debug=1, for tests:
 *
 * OG_CMD_SET_CLOCK	judge at this moment from now on, whatever the clocks say
 *	WALL		s64: second since 1970-01-01 UTC; 0: the clock's again
 *	MONO		u64: monotonic ns
 * OG_CMD_GET_LAST	the frame that was judged last in this namespace
 *	RUNS		u64: frames that were judged in full so far
 *	SEEN		binary: struct og_seen
 */
#ifndef OUIGUARD_NETLINK_H
#define OUIGUARD_NETLINK_H

#include "types.h"

#define OG_GENL_NAME	"ouiguard"
#define OG_GENL_VERSION 1
#define OG_GENL_EVENTS	"events"

#define OG_CHUNK_MAX 61440 /* bytes; an attribute's length has 16 bits */

enum og_command {
	OG_CMD_UNSPEC,
	OG_CMD_BEGIN,
	OG_CMD_CHUNK,
	OG_CMD_COMMIT,
	OG_CMD_ABORT,
	OG_CMD_SET_PORTS,
	OG_CMD_GET_PORTS,
	OG_CMD_GET_STATUS,
	OG_CMD_GET_COUNTERS,
	OG_CMD_GET_DEVICES,
	OG_CMD_GET_DEVICE,
	OG_CMD_PROMOTE,
	OG_CMD_FORGET,
	OG_CMD_EVENT,
	OG_CMD_TAKE_EVENTS,
	OG_CMD_DETACH,
	OG_CMD_SET_CLOCK,
	OG_CMD_GET_LAST,
};

enum og_attribute {
	OG_A_UNSPEC,
	OG_A_PAD,
	OG_A_LAYOUT,
	OG_A_SIZE,
	OG_A_OFFSET,
	OG_A_DATA,
	OG_A_COUNT,
	OG_A_CHECKSUM,
	OG_A_PORTS,
	OG_A_PORT,
	OG_A_NAME,
	OG_A_ERROR,
	OG_A_GENERATION,
	OG_A_KNOWN,
	OG_A_KNOWN_MAX,
	OG_A_FRESH,
	OG_A_FRESH_MAX,
	OG_A_DEBUG,
	OG_A_REASONS,
	OG_A_EVENTS_LOST,
	OG_A_OVERFLOW,
	OG_A_RATE_CONFLICT,
	OG_A_REJECTED,
	OG_A_KEY,
	OG_A_DEVICE,
	OG_A_PROMOTED,
	OG_A_EVENT,
	OG_A_WALL,
	OG_A_MONO,
	OG_A_RUNS,
	OG_A_SEEN,
	OG_A_COUNT_OF,
};

#define OG_A_MAX (OG_A_COUNT_OF - 1)

struct og_counter {
	__u64 packets;
	__u64 bytes;
};

#endif
