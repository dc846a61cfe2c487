/* SPDX-License-Identifier: GPL-2.0 */
/*
 * audit-files.h: changes of the files that decide, noted with their difference
 */
#ifndef OUIGUARD_DAEMON_AUDIT_FILES_H
#define OUIGUARD_DAEMON_AUDIT_FILES_H

struct og_manager;

#define OG_AUDITED "audited" /* STATE/audited: the files as they were noted last (snapshot.h) */

/*
 * og_audit_files - after files came into force: note each one that changed since it was last noted,
 * with the digests before and after and the lines that differ. Who changed them is taken to be who
 * brings them into force. Logs what cannot be noted; that is noted the next time.
 */
void og_audit_files(struct og_manager *m);

#endif
