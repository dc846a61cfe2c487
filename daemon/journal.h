/* SPDX-License-Identifier: GPL-2.0 */
/*
 * journal.h: what the daemon says
 *
 * To the journal with fields when the daemon's standard error is connected to it, else as one line
 * on standard error: with the `<N>` prefix of sd-daemon(3), or plain on a terminal.
 */
#ifndef OUIGUARD_DAEMON_JOURNAL_H
#define OUIGUARD_DAEMON_JOURNAL_H

#include <stdarg.h>
#include <stddef.h>
#include <syslog.h> /* LOG_ERR, LOG_WARNING, LOG_NOTICE, LOG_INFO */

#include "policy/base/diag.h"

#define OG_JOURNAL_FIELDS 16  /* most fields of one entry */
#define OG_JOURNAL_TEXT	  512 /* bytes of one field or message; more is cut */

/* A field of an entry: OUIGUARD_DEVICE=..., without the `=`. A NULL value leaves it out. */
struct og_field {
	const char *name;
	const char *value;
};

/*
 * og_journal - say the printf-formatted text with @priority (syslog.h), @message_id of
 * message-id.h (NULL: none) and @count fields. Control characters are replaced, so that nothing a
 * caller, a frame or a file brings in can forge a line.
 */
void og_journal(int priority, const char *message_id, const struct og_field *fields, size_t count,
		const char *format, ...) __attribute__((format(printf, 5, 6)));

#define og_log(priority, ...)	     og_journal(priority, NULL, NULL, 0, __VA_ARGS__)
#define og_log_id(priority, id, ...) og_journal(priority, id, NULL, 0, __VA_ARGS__)

/* og_log_diags - say each diagnostic: errors as LOG_ERR, warnings as LOG_WARNING. */
void og_log_diags(const struct og_diags *diags);

/*
 * og_journal_connected - whether standard error leads to the journal: $JOURNAL_STREAM holds its
 * device and inode (systemd.exec(5)).
 */
int og_journal_connected(void);

#endif
