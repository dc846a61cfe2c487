// SPDX-License-Identifier: GPL-2.0
/*
 * manager.c: start, signals, the tick, stop
 *
 * A start never takes down what an earlier one attached. It applies, in this order, what can be
 * used: the files; with unusable files, or files that an apply left unconfirmed, the last good
 * configuration (snapshot.h); else whatever is attached stays as it is and the daemon waits for a
 * reload.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "daemon/audit-milestones.h"
#include "daemon/cleanup.h"
#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "daemon/metrics.h"
#include "daemon/snapshot.h"
#include "daemon/state.h"

#define FLUSH_TICKS   2	 /* seconds between writes to the store */
#define COLLECT_TICKS 10 /* seconds between readings of the engine's counters */
#define METRICS_TICKS \
	30 /* seconds between writings of the metrics; they are collected less often */
#define ADDRESS_TICKS 20 /* seconds between readings of neighbour tables and lease files */
#define FLOOD_TICKS   60 /* seconds between words about what was not told */

int og_manager_new(sd_event *event, const struct og_manager_options *options,
		   struct og_manager **ret_manager)
{
	struct og_manager *m = calloc(1, sizeof(*m));

	if (!m)
		return -ENOMEM;
	m->event = sd_event_ref(event);
	m->options = *options;
	m->locks[0] = m->locks[1] = -1;
	m->started_at = og_clock_now();
	m->checked_at = m->started_at;
	m->pending = calloc(OG_PENDING_EVENTS, sizeof(*m->pending));
	m->inventory = og_inventory_new();
	m->addresses = og_addresses_new();
	m->probes = og_probes_new();
	m->guard = og_guard_new();
	if (!m->pending || !m->inventory || !m->addresses || !m->probes || !m->guard) {
		og_manager_free(m);
		return -ENOMEM;
	}
	*ret_manager = m;
	return 0;
}

void og_manager_free(struct og_manager *m)
{
	size_t i;

	if (!m)
		return;
	og_bus_free(m->bus);
	og_clock_free(m->clock);
	og_links_free(m->links);
	sd_event_source_disable_unref(m->engine_io);
	sd_event_source_disable_unref(m->confirm_timer);
	for (i = 0; i < sizeof(m->signals) / sizeof(m->signals[0]); i++)
		sd_event_source_disable_unref(m->signals[i]);
	if (m->engine)
		m->ops->close(m->engine);
	og_watching_clear(&m->watching);
	og_compiled_free(m->compiled);
	og_loaded_unref(m->loaded);
	og_loaded_unref(m->before);
	og_probes_free(m->probes);
	og_addresses_free(m->addresses);
	og_guard_free(m->guard);
	og_inventory_free(m->inventory);
	og_audit_close(m);
	og_store_close(m->store);
	for (i = 0; i < OG_SITES; i++)
		free(m->old_sites[i]);
	for (i = 0; i < m->repaired_count; i++)
		free(m->repaired[i]);
	free(m->pending);
	free(m->last_error);
	json_decref(m->warnings);
	json_decref(m->metrics_timeline);
	for (i = 0; i < 2; i++)
		if (m->locks[i] >= 0)
			close(m->locks[i]);
	sd_event_unref(m->event);
	free(m);
}

/*
 * One daemon per state directory, and one per runtime directory: two that share what is pinned would take
 * it from each other. A directory that cannot be written needs no lock.
 */
static int take_locks(struct og_manager *m)
{
	const char *const dirs[] = {m->options.state, m->options.runtime};
	bool same = !strcmp(dirs[0], dirs[1]);
	char path[PATH_MAX];
	int err = -ENAMETOOLONG;
	size_t i;

	for (i = 0; i < (same ? 1 : 2); i++) {
		if (snprintf(path, sizeof(path), "%s/lock", dirs[i]) >= (int)sizeof(path))
			continue;
		m->locks[i] = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (m->locks[i] < 0) {
			err = -errno;
		} else if (flock(m->locks[i], LOCK_EX | LOCK_NB) < 0) {
			og_log(LOG_ERR, "another ouiguardd uses %s", dirs[i]);
			return -EBUSY;
		}
	}
	if (m->locks[0] >= 0 || m->locks[1] >= 0)
		return 0;
	og_log(LOG_ERR, "no lock can be made in %s (%s): does the directory exist?",
	       m->options.state, strerror(-err));
	return err;
}

static void note_site(void *userdata, const char *name, unsigned int number)
{
	struct og_manager *m = userdata;

	if (number < OG_SITES && !m->old_sites[number])
		m->old_sites[number] = strdup(name);
}

static int open_store(struct og_manager *m)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	int err;

	err = og_store_open(m->options.state, m->options.runtime, m->started_at, &m->store, &diags);
	og_log_diags(&diags);
	if (err)
		return err;
	/* Said just now. */
	if (og_store_trouble(m->store))
		snprintf(m->store_said, sizeof(m->store_said), "%s", og_store_trouble(m->store));
	og_audit_open(m);
	og_guard_open(m);
	og_store_each_site(m->store, note_site, m);
	m->generation = og_store_number(m->store, "generation", 0);
	m->applied_at = og_store_number(m->store, "applied_at", 0);
	m->last_event = og_store_last_event(m->store);
	m->checked_at = og_store_number(m->store, "checked_at", m->started_at);
	/* The clock was set back. */
	if (m->checked_at > m->started_at)
		m->checked_at = m->started_at;
	return 0;
}

static void on_links(void *userdata)
{
	og_manager_recompile(userdata, "the gateway's interfaces, addresses or routes changed");
}

static void on_links_broken(int error, void *userdata)
{
	(void)userdata;
	og_log(LOG_ERR, "the gateway's interfaces cannot be read: %s; trying again",
	       strerror(-error));
}

/* The configuration of the last good snapshot; NULL when there is none that can be used. */
static struct og_loaded *load_snapshot(struct og_manager *m)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	char config[PATH_MAX], data[PATH_MAX];
	struct og_loaded *loaded = NULL;

	if (!og_snapshot_there(m->options.state))
		return NULL;
	if (snprintf(config, sizeof(config), "%s/%s", m->options.state, OG_SNAPSHOT_CONFIG) >=
		    (int)sizeof(config) ||
	    snprintf(data, sizeof(data), "%s/%s", m->options.state, OG_SNAPSHOT_DATA) >=
		    (int)sizeof(data))
		return NULL;
	if (og_loaded_read(config, data, m->options.state, &loaded, &diags))
		og_log_diags(&diags);
	return loaded;
}

static bool start_with_files(struct og_manager *m)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};

	return og_manager_reload(m, 0, &diags) == 0;
}

static bool start_with_snapshot(struct og_manager *m)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	struct og_loaded *loaded = load_snapshot(m);
	bool done = loaded && og_manager_put(m, loaded, &diags) == 0;

	if (loaded)
		og_log_diags(&diags);
	og_loaded_unref(loaded);
	m->stale = true;
	if (done)
		og_manager_tell(m, LOG_WARNING, OG_MSG_APPLIED,
				"the last good configuration is in force, not the files in %s",
				m->options.config);
	if (done)
		og_audit_tell(m, OG_AUDIT_APPLY, "last good configuration",
			      "in force as generation %" PRIu64 ", not the files in %s",
			      m->generation, m->options.config);
	return done;
}

static int start_configuration(struct og_manager *m)
{
	struct og_engine_status status = {0};
	int err;

	if (og_snapshot_held(m->options.state) && og_snapshot_there(m->options.state)) {
		og_log(LOG_WARNING,
		       "the files in %s were applied and never confirmed: they wait for "
		       "\"ouiguard reload\"",
		       m->options.config);
		if (start_with_snapshot(m))
			return 0;
	}
	if (start_with_files(m) || start_with_snapshot(m))
		return 0;
	err = m->engine ? 0 : og_manager_open_engine(m, NULL);
	if (err)
		return err;
	if (m->ops->status(m->engine, &status) == 0) {
		if (status.generation > m->generation)
			m->generation = status.generation;
		if (status.generation)
			og_log(LOG_WARNING,
			       "generation %" PRIu64
			       ", which an earlier start left, stays in force "
			       "until a usable configuration is loaded",
			       status.generation);
		og_engine_status_clear(&status);
		if (og_manager_enforcing(m))
			return 0;
	}
	og_log_id(
		LOG_CRIT, OG_MSG_NOT_ENFORCING,
		"NOTHING IS ENFORCED: there is no usable configuration in %s; correct it and call "
		"\"ouiguard reload\"",
		m->options.config);
	return 0;
}

static int on_hup(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	struct og_manager *m = userdata;
	uint64_t now = 0;

	(void)source;
	(void)info;
	sd_event_now(m->event, CLOCK_MONOTONIC, &now);
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64, now);
	og_audit_act_as(m, OG_ACTOR_SIGNAL);
	og_manager_reload(m, 0, &diags);
	og_audit_act_as(m, NULL);
	sd_notify(0, "READY=1");
	return 0;
}

static int on_stop(sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	struct og_manager *m = userdata;

	(void)source;
	og_log(LOG_INFO, "stopping on signal %u; what is enforced stays enforced", info->ssi_signo);
	sd_notify(0, "STOPPING=1");
	og_manager_refresh(m);
	og_watching_write(m);
	og_manager_flush(m);
	return sd_event_exit(m->event, 0);
}

static int add_signals(struct og_manager *m)
{
	static const int numbers[] = {SIGHUP, SIGTERM, SIGINT};
	sigset_t set;
	size_t i;
	int err = 0;

	sigemptyset(&set);
	for (i = 0; i < 3; i++)
		sigaddset(&set, numbers[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	for (i = 0; err >= 0 && i < 3; i++)
		err = sd_event_add_signal(m->event, &m->signals[i], numbers[i],
					  numbers[i] == SIGHUP ? on_hup : on_stop, m);
	return err < 0 ? err : 0;
}

static void on_tick(void *userdata, int64_t now)
{
	struct og_manager *m = userdata;

	m->ticks++;
	og_links_tick(m->links);
	og_audit_tick(m, now);
	og_manager_phases(m, now);
	og_guard_tick(m, now);
	if (m->ticks % COLLECT_TICKS == 0) {
		og_manager_collect(m);
		og_manager_trim(m);
		og_manager_heal(m);
		og_watching_look(m, now, og_clock_steady());
		og_retention_step(m, now);
		og_audit_milestones(m, now);
	}
	og_probes_tick(m);
	if (m->ticks % ADDRESS_TICKS == 0)
		og_addresses_collect(m);
	if (m->ticks % COLLECT_TICKS == 0)
		og_addresses_write(m);
	if (m->ticks % FLUSH_TICKS == 0)
		og_manager_flush_some(m);
	if (m->ticks % COLLECT_TICKS == 0)
		og_manager_status_text(m);
	if (m->ticks % METRICS_TICKS == 1)
		og_metrics_put(m);
	if (m->ticks % FLOOD_TICKS == 0)
		og_manager_tell_flood(m);
}

/* Phases that had passed are compiled away: a clock set back needs them again. */
static void on_stepped(void *userdata)
{
	struct og_manager *m = userdata;
	int64_t now = og_clock_now();

	og_log_id(LOG_NOTICE, OG_MSG_CLOCK_STEPPED, "the clock was set; the policy follows it");
	og_manager_phases(m, now);
	og_manager_recompile(m, "the clock was set");
}

static void on_tai(void *userdata, int64_t offset)
{
	struct og_manager *m = userdata;
	int err = m->engine ? m->ops->set_clock(m->engine, offset) : 0;

	og_log_id(err ? LOG_ERR : LOG_NOTICE, OG_MSG_CLOCK_STEPPED,
		  "TAI is now %" PRId64 " s ahead of the clock%s%s", offset,
		  err ? ", but the engine cannot be told: " : "", err ? strerror(-err) : "");
}

int og_manager_start(struct og_manager *m)
{
	const struct og_clock_calls calls = {.tick = on_tick, .stepped = on_stepped, .tai = on_tai};
	int err;

	err = take_locks(m);
	if (!err)
		err = open_store(m);
	if (!err)
		err = add_signals(m);
	if (err)
		return err;
	err = og_links_watch(m->event, on_links, on_links_broken, m, &m->links);
	if (err) {
		og_log(LOG_ERR, "the gateway's interfaces cannot be read: %s", strerror(-err));
		return err;
	}
	err = start_configuration(m);
	if (!err)
		err = og_clock_new(m->event, &calls, m, &m->clock);
	if (!err && m->options.bus) {
		err = og_bus_new(m->event, m, &m->bus);
		if (err) {
			og_log(LOG_WARNING, "no D-Bus interface: %s", strerror(-err));
			err = 0;
		}
	}
	if (err)
		return err;
	og_manager_collect(m);
	sd_notify(0, "READY=1");
	og_manager_status_text(m);
	return 0;
}

void og_manager_refresh(struct og_manager *m)
{
	og_manager_drain(m);
	og_manager_collect(m);
}

uint64_t og_manager_generation(const struct og_manager *m)
{
	return og_manager_enforcing(m) ? m->generation : 0;
}

const char *og_manager_engine(const struct og_manager *m)
{
	return m->ops ? m->ops->name : "";
}

bool og_manager_enforcing(const struct og_manager *m)
{
	struct og_engine_status status = {0};
	bool enforcing;

	if (!m->engine || m->detached)
		return false;
	if (m->compiled)
		return true;
	if (m->ops->status(m->engine, &status) < 0)
		return false;
	enforcing = status.generation != 0;
	og_engine_status_clear(&status);
	return enforcing;
}

bool og_manager_effective(const struct og_manager *m)
{
	return og_manager_enforcing(m) && m->ops != &og_engine_dry;
}
