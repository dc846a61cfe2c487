/* SPDX-License-Identifier: GPL-2.0 */
/*
 * message-id.h: MESSAGE_ID of every kind of journal entry that a machine may wait for
 *
 * Stable for ever: a message keeps its id, and a new kind of message gets a new one. The journal
 * catalogue explains each; `journalctl MESSAGE_ID=...` finds them.
 */
#ifndef OUIGUARD_DAEMON_MESSAGE_ID_H
#define OUIGUARD_DAEMON_MESSAGE_ID_H

/* What a device did. docs/journal.md has the fields of all of them. */
#define OG_MSG_DEVICE_NEW     "592e91305de44e779f4f470daebbd716"
#define OG_MSG_DEVICE_DROPPED "e9b5fa8ae3aa4808a7a14349139f331e"
#define OG_MSG_DEVICE_LOGGED  "d0a1685c9f4e475580f67634f354bd65"
#define OG_MSG_DEVICE_SUMMARY "eaa3086078c74ac19fe73fe2d205701f"
#define OG_MSG_FLOOD	      "a6527db8387a4794bfa3da9169e8131f" /* more than is told */
#define OG_MSG_DEVICE_STATE   "34c3fc5346104d91b2719cd268738fcb"
#define OG_MSG_DEVICE_REAPPEARED \
	"55c67b0eed1340f9976e87a49e952b80" /* it was removed, and is back */

/* Another device has what was its own. */
#define OG_MSG_REPLACED "950a3e58501e4b209f219e802504e43e"

/* What the daemon did. */
#define OG_MSG_APPLIED	     "df380289d71b466283b91321c7968d95" /* a generation is in force */
#define OG_MSG_REFUSED	     "b705a72d283044fca57da544bab10016" /* a configuration was refused */
#define OG_MSG_TAKEN_BACK    "3b67fe24ffbb425f8d8f1bb13f2cd3d6" /* an apply nobody confirmed */
#define OG_MSG_PHASE	     "f6faee8f79104f65a95a700ca975e6e3" /* a phase began */
#define OG_MSG_PHASE_SOON    "b6a40228eec54b7398185e4e379948dd" /* a phase begins in 30, 7, 1 days */
#define OG_MSG_EXCEPTION     "4543cea7f53442958ac4f6d572217942" /* an exception began or ended */
#define OG_MSG_ENDS_SOON     "5648c790a46344bea58836f2242552a7" /* an exception ends in 30, 7, 1 days */
#define OG_MSG_GATE	     "74da3bab7d8c4b82aa61bf08a7df6f9a" /* the gate of a phase opened */
#define OG_MSG_HELD	     "9b50b6d552244979891fdf1fb002c558" /* an undeclared router is held */
#define OG_MSG_REPAIRED	     "6bdaabd5642d4a50938f180378b39b61" /* ports are covered again */
#define OG_MSG_DETACHED	     "a0622d85f917407bb1c768bdcffe79d9" /* enforcement was taken down */
#define OG_MSG_NOT_ENFORCING "a7ebeda509d1488b97598d070bbda53a" /* nothing is enforced */
#define OG_MSG_TOOK_OVER     "34132ca5185c403fa508b4dbe4d1f4cc" /* from a version with another layout */
#define OG_MSG_CUT	     "a02ddf2e9c6d4f36bb6576260bbf3dfa" /* what is old was cut from the store */
#define OG_MSG_STORE	     "6677b5e1bc5644448ac392740de04b7b" /* the store is in trouble */
#define OG_MSG_ACCESS_DENIED "24eca56f49c8488ba1008fbf03f68e6c" /* a caller was refused */
#define OG_MSG_CLOCK_STEPPED "beb3cefbe2ec4cfdb75a72163957ff16" /* the wall clock was set */

/* The audit log. */
#define OG_MSG_AUDIT_HEAD   "4083e430210b425799e231da467bcf37" /* its head, once a day */
#define OG_MSG_AUDIT_BROKEN "f11331fc8cd64b74b9b34c4307247a17" /* it is not as it was written */
#define OG_MSG_AUDIT_LOST   "ce8e5a2dfa9545a1b616866a7327c091" /* an entry is not kept */

#endif
