/* SPDX-License-Identifier: GPL-2.0 */
/*
 * audit.h: who changed what, noted so that nobody can change it unseen (docs/audit.md)
 *
 * Entries go to the store, committed one by one. STATE/audit.head holds the hash of the last one
 * outside of the database: so that a log whose end was cut off, or a database that was put in the
 * place of another, is seen at the next start. Once a day the hash goes to the journal too.
 */
#ifndef OUIGUARD_DAEMON_AUDIT_H
#define OUIGUARD_DAEMON_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/audit-chain.h"

struct og_manager;

#define OG_AUDIT_HEAD_FILE "audit.head"

/* Who acts when nobody asks. */
#define OG_ACTOR_DAEMON "ouiguardd"
#define OG_ACTOR_SIGNAL "signal" /* whoever sent SIGHUP: the kernel tells no login */

/* The kinds of entries, beside OG_AUDIT_LOG. */
#define OG_AUDIT_FILE	   "file"      /* a file that decides changed; subject: its path */
#define OG_AUDIT_APPLY	   "apply"     /* a configuration was put into force, or refused */
#define OG_AUDIT_CONFIRM   "confirm"   /* what was applied stays */
#define OG_AUDIT_TAKE_BACK "take-back" /* what was applied was not confirmed */
#define OG_AUDIT_DETACH	   "detach"    /* enforcement was taken down */
#define OG_AUDIT_EXCEPTION "exception" /* added, approved, changed, revoked; subject: its name */
#define OG_AUDIT_GUARD	   "guard"     /* a device is held or no longer; subject: SITE MAC */
#define OG_AUDIT_GATE	   "gate"      /* of a phase opened; subject: POLICY/SITE */
#define OG_AUDIT_STATE	   "state"     /* of a device; subject: SITE/MAC */
#define OG_AUDIT_BASELINE  "baseline"  /* of a site; subject: the site */
#define OG_AUDIT_MILESTONE "milestone" /* reached, missed or moved; subject: PROGRAMME/NAME */
#define OG_AUDIT_MERGE	   "merge"     /* another gateway's inventory came in; subject: its name */

/* What the manager keeps for this; zero-initialised. */
struct og_audit {
	char actor[OG_AUDIT_WORDS]; /* who is being served; "": nobody */
	uint64_t lost;		    /* entries that could not be kept since the last one that was */
	bool dirty;		    /* the head has changed since it was noted in the file */
	int64_t counted_at, counted_hour; /* entries, and the hour, when milestones were counted */
	int64_t told_day; /* since 1970, of the last head in the journal; 0: not since the start */
	size_t faults;	  /* that were found then, beside the gaps that the log tells itself */
};

/*
 * og_audit_note - add an entry. @actor: who did it; NULL: whose call is being served, or the daemon
 * itself. @kind: one of the above. @subject: what was changed. @text: how; several lines are
 * allowed. Too long ones are cut, what is no text is replaced.
 *
 * Returns 0 once the entry is committed, or part of the transaction that is open on the store;
 * -errno when it cannot be kept (-ENOSPC: the disk is full). Then whoever can do without the change
 * refuses it; else og_audit_tell() is the function to call. That something is missing is noted with
 * the next entry. Logs nothing.
 */
int og_audit_note(struct og_manager *m, const char *actor, const char *kind, const char *subject,
		  const char *text);

/* og_audit_tell - the same for what has happened already; what cannot be kept is logged. */
void og_audit_tell(struct og_manager *m, const char *kind, const char *subject, const char *format,
		   ...) __attribute__((format(printf, 4, 5)));

/*
 * og_audit_act_as - from now on @actor acts, until the next call with NULL. og_audit_actor - who
 * acts at present: never NULL or "".
 */
void og_audit_act_as(struct og_manager *m, const char *actor);
const char *og_audit_actor(const struct og_manager *m);

/*
 * og_audit_open - after the store is open: compare the log with the head that was noted, and begin it
 * where it is empty. Logs what is wrong.
 */
void og_audit_open(struct og_manager *m);

/*
 * og_audit_close - before the store is closed: note the head of what came after the last second. With
 * no store it does nothing.
 */
void og_audit_close(struct og_manager *m);

/*
 * og_audit_tick - every second: keep the noted head up to date; after a start and on each new day
 * verify the log and tell its head to the journal. @now: seconds since 1970 UTC.
 */
void og_audit_tick(struct og_manager *m, int64_t now);

/*
 * og_audit_verify - verify the whole log, and that it holds the noted head and @head (NULL: none).
 * @fault, which may be NULL, is called with the words for each thing that is wrong. 0 with the
 * result in *@ret_check, of which only entries, faults, head and head_at count; or -errno.
 */
int og_audit_verify(struct og_manager *m, const struct og_digest *head,
		    void (*fault)(void *userdata, const char *words), void *userdata,
		    struct og_audit_check *ret_check);

#endif
