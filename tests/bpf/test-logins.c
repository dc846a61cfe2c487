// SPDX-License-Identifier: GPL-2.0
/*
 * The logins of other processes, with no more rights than the service has and with a /proc that does not
 * show them, as the unit has it.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/bus/logins.h"
#include "ipc/login.h"
#include "tests/bpf/kit.h"

#define LOGIN "65534"

/* A process that waits to be killed. */
struct other {
	pid_t pid;
	int fd;
	bool has_login; /* the kernel took one */
};

static struct other with, without;
static bool supported;

static bool set_login(const char *uid)
{
	int fd = open("/proc/self/loginuid", O_RDWR | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, uid, strlen(uid)) == (ssize_t)strlen(uid);

	if (fd >= 0)
		close(fd);
	return done;
}

static struct other start(const char *login)
{
	struct other other;
	char told = 0;
	int pipes[2];

	assert_int_equal(pipe(pipes), 0);
	other.pid = fork();
	assert_true(other.pid >= 0);
	if (!other.pid) {
		told = set_login(login) ? 'y' : 'n';
		if (write(pipes[1], &told, 1) != 1)
			_exit(1);
		close(pipes[1]);
		for (;;)
			pause();
	}
	close(pipes[1]);
	assert_int_equal(read(pipes[0], &told, 1), 1);
	close(pipes[0]);
	other.has_login = told == 'y';
	other.fd = pidfd_open(other.pid, 0);
	assert_true(other.fd >= 0);
	return other;
}

static void stop(struct other *other)
{
	if (!other->pid)
		return;
	kill(other->pid, SIGKILL);
	waitpid(other->pid, NULL, 0);
	other->pid = 0;
}

static int setup(void **state)
{
	(void)state;
	if (!bpf_kit_privileged())
		return 0;
	supported = access("/sys/kernel/btf/vmlinux", R_OK) == 0;
	with = start(LOGIN);
	without = start("4294967295");
	assert_int_equal(unshare(CLONE_NEWNS), 0);
	assert_int_equal(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	assert_int_equal(mount("proc", "/proc", "proc", 0, "hidepid=invisible,subset=pid"), 0);
	/* The group 0 sees all. */
	assert_int_equal(setgroups(0, NULL), 0);
	assert_int_equal(setresgid(65534, 65534, 65534), 0);
	bpf_kit_limit_rights();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	stop(&with);
	stop(&without);
	return 0;
}

static void need_all(void)
{
	bpf_kit_need_root();
	if (!supported || !with.has_login) {
		print_message("this kernel has no BTF, or no login can be set here\n");
		skip();
	}
}

static void test_hidden(void **state)
{
	struct og_logins *logins;
	uid_t uid = 42;
	char path[32];

	(void)state;
	need_all();
	snprintf(path, sizeof(path), "/proc/%d", with.pid);
	assert_int_equal(access(path, F_OK), -1);
	logins = og_logins_new();
	assert_non_null(logins);
	assert_int_equal(og_logins_read(logins, without.pid, without.fd, &uid), -ENODATA);
	assert_int_equal(uid, 42);
	assert_int_equal(og_logins_read(logins, with.pid, with.fd, &uid), 0);
	assert_int_equal(uid, 65534);
	/* Its number may be another's by now. */
	stop(&with);
	uid = 42;
	assert_int_equal(og_logins_read(logins, without.pid, with.fd, &uid), -ESRCH);
	assert_int_equal(uid, 42);
	og_logins_free(logins);
}

/* What /proc shows is as good, and needs no program. */
static void test_shown(void **state)
{
	struct og_logins *logins = og_logins_new();
	uid_t uid = 42, own = 42;
	int fd = pidfd_open(getpid(), 0), self = open("/proc/self", O_PATH | O_DIRECTORY);
	int err;

	(void)state;
	assert_non_null(logins);
	assert_true(fd >= 0);
	err = og_logins_read(logins, getpid(), fd, &uid);
	assert_int_equal(err, og_login_uid(self, &own) ? 0 : -ENODATA);
	assert_int_equal(uid, own);
	close(self);
	close(fd);
	og_logins_free(logins);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hidden),
		cmocka_unit_test(test_shown),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
