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
#include <stddef.h>

#define OG_SNAPSHOT_CONFIG "last-good/config"
#define OG_SNAPSHOT_DATA   "last-good/data"
#define OG_SNAPSHOT_FILES  20000 /* most files of one */

/*
 * og_snapshot_take - copy the files of the configuration @config and of the shipped data @data into
 * the state directory @state, in place of the snapshot that is there. All or nothing: on failure
 * the old one stays. 0 or -errno.
 */
int og_snapshot_take(const char *state, const char *config, const char *data);

/*
 * The parts of it, for a copy of another name. og_snapshot_copy - a fresh copy in the directory
 * @fresh, in place of what is there; 0 or -errno and then nothing is there. og_snapshot_exchange - put
 * it in the place of @there, at once where the file system can exchange names. 0 or -errno.
 * og_snapshot_is_current - whether the copy @there holds what the files do.
 */
int og_snapshot_copy(const char *fresh, const char *config, const char *data);
int og_snapshot_exchange(const char *fresh, const char *there);
bool og_snapshot_is_current(const char *there, const char *config, const char *data);

/* A file that is not the same in two copies. */
struct og_snapshot_change {
	const char *path;	    /* in the copy: config/sites/a.yaml, data/vendors/b.yaml */
	const char *before, *after; /* its bytes; NULL where it is not there */
	size_t before_size, after_size;
};

/*
 * og_snapshot_compare - call @each for every file that differs between the copies @before (which may
 * not exist) and @after, until it returns other than 0, and return that; or -errno.
 */
int og_snapshot_compare(const char *before, const char *after,
			int (*each)(void *userdata, const struct og_snapshot_change *change),
			void *userdata);

/* og_snapshot_there - whether @state has one. */
bool og_snapshot_there(const char *state);

/* og_snapshot_hold - set or remove the mark. 0 or -errno. og_snapshot_held - whether it is set. */
int og_snapshot_hold(const char *state, bool hold);
bool og_snapshot_held(const char *state);

#endif
