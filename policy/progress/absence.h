/* SPDX-License-Identifier: GPL-2.0 */
/*
 * absence.h: when a device is silent, and when it is verified to be absent
 *
 * Silence is not removal: a camera without a gateway, in a pruned VLAN or on a recorder's own ports
 * is silent and alive. So silence is counted in *watched* days only, and verified absence wants more
 * than silence: probes that nobody answered, paper, and a second person. docs/states.md has it in
 * words.
 */
#ifndef OUIGUARD_POLICY_ABSENCE_H
#define OUIGUARD_POLICY_ABSENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "policy/progress/device-state.h"

#define OG_ABSENCE_DAYS	  30		 /* watched days for verified absence, unless configured */
#define OG_SILENT_DAYS	  7		 /* watched days after which a device is silent */
#define OG_WATCHED_ENOUGH (20 * 60 * 60) /* seconds of a day that make it a watched one */
#define OG_ABSENCE_TEXT	  256

/* A day of a device's VLAN at its site: what was watched, seen and probed. */
struct og_watch_day {
	int64_t day;	   /* days since 1970-01-01 in UTC */
	uint32_t seconds;  /* for which the port was up and covered, by any one gateway */
	uint64_t frames;   /* of the device */
	uint32_t probes;   /* ARP or ND requests sent for it */
	uint32_t answered; /* of them */
};

/* Days since the device's last sign of life. */
struct og_watch_count {
	unsigned int watched; /* watched days without a frame and without an answer */
	unsigned int probed;  /* of them, those on which it was probed */
	int64_t last_day;     /* of the last frame or answer; INT64_MIN: none */
};

/*
 * og_watch_add - account the next day, in ascending order, from a zeroed count with last_day
 * INT64_MIN (OG_WATCH_NONE). A frame or an answered probe begins the count anew; a day that was not
 * watched neither counts nor ends it. Of several rows of one day (other VLANs, other gateways) give
 * one with the most seconds and the sums of the others.
 */
#define OG_WATCH_NONE                 \
	{                             \
		.last_day = INT64_MIN \
	}
void og_watch_add(struct og_watch_count *count, const struct og_watch_day *day);

/*
 * og_silent - whether a device that counts @count is silent: not gone, seen before, and @days
 * watched days (OG_SILENT_DAYS) without a frame.
 */
bool og_silent(enum og_device_state state, const struct og_watch_count *count, unsigned int days);

/* What must all hold for verified absence; bits of what og_absence_judge() finds wanting. */
enum og_absence_lack {
	OG_LACK_REMOVED,  /* it was removed, by a person who is named */
	OG_LACK_WATCHED,  /* enough watched days without a frame since then */
	OG_LACK_PROBED,	  /* unanswered probes on as many of these days */
	OG_LACK_BLIND,	  /* no sources without an attributable address at the site */
	OG_LACK_ROW,	  /* an asset row */
	OG_LACK_PROOF,	  /* with a serial and evidence of disposal, or a replacement */
	OG_LACK_CHECKED,  /* whose own vendor was checked and is not listed */
	OG_LACK_VERIFIER, /* a verifier is named */
	OG_LACK_OTHER,	  /* who is not the remover */
	OG_LACK_COUNT,
};

/* The facts. Texts are borrowed; NULL or "": there is none. */
struct og_absence {
	enum og_device_state state;
	struct og_watch_count count; /* of the days after that of the removal */
	unsigned int days_wanted;    /* OG_ABSENCE_DAYS unless configured */
	bool site_blind;
	bool has_row;
	const char *serial;	  /* of the asset row */
	const char *disposal;	  /* evidence text of disposal: of the row or of the state */
	bool has_replacement;	  /* another device is named as its replacement, */
	bool replacement_checked; /* its vendor was looked up, */
	bool replacement_listed;  /* and is a listed one */
	const char *remover;	  /* login name of who entered `removed` */
	const char *verifier;	  /* login name of who asks for `verified-absent` */
};

/* og_absence_judge - bits (1 << enum og_absence_lack) of every condition that fails; 0: verified. */
unsigned int og_absence_judge(const struct og_absence *facts);

/*
 * og_absence_text - what @lack is about @facts, in words for the one who asked: what is missing and
 * what to do. Returns @buffer (OG_ABSENCE_TEXT bytes are enough).
 */
const char *og_absence_text(enum og_absence_lack lack, const struct og_absence *facts, char *buffer,
			    size_t size);

#endif
