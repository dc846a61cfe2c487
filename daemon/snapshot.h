/* SPDX-License-Identifier: GPL-2.0 */
/*
 * snapshot.h: the last good configuration, kept as files
 *
 * STATE/last-good/ holds a copy of the files of the configuration in force: those of the
 * configuration directory under config/, the shipped vendors and programmes under data/. A start
 * with unusable files compiles it anew against the gateway as it is then; a compiled ruleset would
 * name interfaces by numbers that a reboot has changed. STATE/hold says that the files in /etc are
 * not to be used although they may be good: an apply was not, or not yet, confirmed.
 */
#ifndef OUIGUARD_DAEMON_SNAPSHOT_H
#define OUIGUARD_DAEMON_SNAPSHOT_H

#include <stdbool.h>

#define OG_SNAPSHOT_CONFIG "last-good/config"
#define OG_SNAPSHOT_DATA   "last-good/data"
#define OG_SNAPSHOT_FILES  20000 /* most files of one */

/*
 * og_snapshot_take - copy the files of the configuration @config and of the shipped data @data into
 * the state directory @state, in place of the snapshot that is there. All or nothing: on failure
 * the old one stays. 0 or -errno.
 */
int og_snapshot_take(const char *state, const char *config, const char *data);

/* og_snapshot_there - whether @state has one. */
bool og_snapshot_there(const char *state);

/* og_snapshot_hold - set or remove the mark. 0 or -errno. og_snapshot_held - whether it is set. */
int og_snapshot_hold(const char *state, bool hold);
bool og_snapshot_held(const char *state);

#endif
