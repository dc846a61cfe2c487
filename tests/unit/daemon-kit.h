/* SPDX-License-Identifier: GPL-2.0 */
/*
 * daemon-kit.h: a daemon with the dry engine, in a child of the test, on a bus of its own
 *
 * One daemon runs through all tests of a program, as on a gateway: it is there before the bus is.
 * Include after cmocka.h; what goes wrong fails the test that runs.
 */
#ifndef OUIGUARD_TESTS_DAEMON_KIT_H
#define OUIGUARD_TESTS_DAEMON_KIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include <jansson.h>
#include <systemd/sd-bus.h>

extern sd_bus *kit_bus;	 /* the test's own connection; NULL until it opens one */
extern pid_t kit_daemon; /* the daemon's process */

/*
 * kit_set_up, kit_tear_down - for cmocka_run_group_tests(): directories, a configuration that logs
 * vendor hikvision at site hq, and a daemon without a bus; and all of it gone.
 */
int kit_set_up(void **state);
int kit_tear_down(void **state);

/* kit_path - @name in the test's directory; good for the next three calls. */
char *kit_path(const char *name);

/* kit_put - write a file of the test's directory. kit_put_policy - the one policy, with @action. */
void kit_put(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));
void kit_put_policy(const char *action);

int64_t kit_seconds(void); /* since the epoch */
void kit_nap(void);	   /* for a moment, while something else goes on */

void kit_start_bus(void);
void kit_stop_bus(void);

/* kit_connect - a connection on which the daemon has its name; NULL after five seconds. */
sd_bus *kit_connect(void);

/* kit_fork_daemon - one more daemon; its exit status is 3 when another has the state directory. */
pid_t kit_fork_daemon(void);

/* kit_logged - how many lines of the daemons hold @text. */
unsigned int kit_logged(const char *text);

/*
 * kit_notified - wait until the service manager is told @text. What came before it is gone then, and
 * so is what came before the last kit_call().
 */
void kit_notified(const char *text);

/*
 * kit_call - call @method on the connection @on. Returns 0 or more with the answer in @ret_record
 * (NULL: not wanted), or -errno with the error's name in @error.
 */
int kit_call(sd_bus *on, const char *method, json_t **ret_record, char error[64], const char *types,
	     ...);

/* kit_status - the status record, which the caller frees. kit_member - a text of a record, or "". */
json_t *kit_status(void);
const char *kit_member(json_t *record, const char *key);

/* kit_count_signal - a handler that counts in @userdata. kit_wait_for - until it has @wanted. */
int kit_count_signal(sd_bus_message *message, void *userdata, sd_bus_error *error);
void kit_wait_for(const unsigned int *count, unsigned int wanted);

#endif
