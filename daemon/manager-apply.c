// SPDX-License-Identifier: GPL-2.0
/*
 * manager-apply.c: from a configuration to what the engine enforces, and back
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "daemon/alive.h"
#include "daemon/audit-files.h"
#include "daemon/audit.h"
#include "daemon/cleanup.h"
#include "daemon/engine/engine-pick.h"
#include "daemon/journal.h"
#include "daemon/message-id.h"
#include "daemon/bus/records.h"
#include "daemon/snapshot.h"
#include "daemon/state.h"

#define DIAGS_TEXT   (64 * 1024) /* of errors that are kept for `status` */
#define REFUSED_TEXT 4096	 /* of them in the audit log */

static int on_engine(sd_event_source *source, int fd, uint32_t events, void *userdata)
{
	(void)source;
	(void)fd;
	(void)events;
	og_manager_drain(userdata);
	return 0;
}

/* An engine that is open: its events and its clock. */
static void set_up_engine(struct og_manager *m)
{
	int fd = m->ops->event_fd(m->engine), err = 0;

	if (fd >= 0)
		err = sd_event_add_io(m->event, &m->engine_io, fd, EPOLLIN, on_engine, m);
	if (err < 0)
		og_log(LOG_ERR, "the engine's events cannot be followed: %s", strerror(-err));
	err = m->ops->set_clock(m->engine, og_clock_tai());
	if (err)
		og_log(LOG_ERR,
		       "the engine's clock cannot be set: %s: phases may change at the "
		       "wrong second",
		       strerror(-err));
}

int og_manager_open_engine(struct og_manager *m, const struct og_config *config)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	struct og_engine_options options = {.pin_path = m->options.bpffs};
	enum og_engine_choice choice = config ? config->engine : OG_ENGINE_AUTO;
	size_t i;
	int err;

	err = og_engine_pick(m->options.engine, choice, &options, &m->engine, m->engine_reason,
			     &diags);
	og_log_diags(&diags);
	if (err) {
		og_log(LOG_ERR, "no engine can be used: %s", strerror(-err));
		return err;
	}
	m->ops = m->engine->ops;
	og_log(LOG_INFO, "enforcing with %s: %s", m->ops->name, m->engine_reason);
	for (i = 0; i < diags.count && m->repaired_count < OG_REPAIRED; i++) {
		m->repaired[m->repaired_count] = strdup(diags.items[i].text);
		if (m->repaired[m->repaired_count])
			m->repaired_count++;
	}
	set_up_engine(m);
	return 0;
}

/* One engine takes the place of another only when nothing is in force: two would both judge. */
static void warn_of_engine(const struct og_manager *m, const struct og_config *config,
			   struct og_diags *diags)
{
	const char *name = m->options.engine ? m->options.engine
					     : og_engine_choice_name(config->engine);

	if (name && strcmp(name, m->ops->name))
		og_warn(diags, NULL,
			"`engine: %s` is not followed while `%s` enforces: \"ouiguard detach\", "
			"then "
			"\"ouiguard reload\" changes it",
			name, m->ops->name);
}

/* Whether a site's number means another site once @compiled is in force. */
static bool is_renumbered(const struct og_manager *m, const struct og_compiled *compiled)
{
	const char *before, *after;
	unsigned int number;

	for (number = 1; number < OG_SITES; number++) {
		before = og_manager_site(m, number);
		after = og_compiled_site(compiled, number);
		if (before && (!after || strcmp(before, after)))
			return true;
	}
	return false;
}

/* The generation to give: the one in force when its rules are the same, else the next one. */
static uint64_t generation_for(struct og_manager *m, const struct og_compiled *compiled)
{
	uint64_t checksum = compiled->ruleset->header.checksum;
	struct og_engine_status status = {0};
	bool same;

	if (m->compiled)
		return m->compiled->ruleset->header.checksum == checksum ? m->generation
									 : m->generation + 1;
	/* After a start: what is pinned counts, if it is what was noted. */
	if (m->ops->status(m->engine, &status) == 0) {
		same = status.generation && status.generation == m->generation &&
		       (int64_t)checksum == og_store_number(m->store, "checksum", 0);
		if (status.generation > m->generation)
			m->generation = status.generation;
		og_engine_status_clear(&status);
		if (same)
			return m->generation;
	}
	return m->generation + 1;
}

static int engine_apply(struct og_manager *m, const struct og_compiled *compiled,
			struct og_diags *diags)
{
	OG_CLEANUP(og_freep) struct og_engine_port *ports = NULL;
	size_t i, count = 0;

	ports = calloc(compiled->port_count + 1, sizeof(*ports));
	if (!ports)
		return -ENOMEM;
	for (i = 0; i < compiled->port_count; i++) {
		if (count && ports[count - 1].ifindex == compiled->ports[i].ifindex)
			continue;
		ports[count].ifindex = compiled->ports[i].ifindex;
		memcpy(ports[count].name, compiled->ports[i].name, sizeof(ports[count].name));
		count++;
	}
	return m->ops->apply(m->engine, compiled->ruleset, ports, count, diags);
}

/* What must be known after a restart. A store in trouble says so by itself, when it is flushed. */
static void note_applied(struct og_manager *m)
{
	size_t i;
	int err;

	if (og_store_begin(m->store))
		return;
	err = og_store_set_number(m->store, "generation", m->generation);
	if (!err)
		err = og_store_set_number(m->store, "checksum",
					  m->compiled->ruleset->header.checksum);
	if (!err)
		err = og_store_set_number(m->store, "applied_at", m->applied_at);
	if (!err)
		err = og_store_clear_sites(m->store);
	for (i = 1; !err && i < m->compiled->site_count; i++)
		err = og_store_put_site(m->store, m->compiled->sites[i], i);
	if (err || og_store_commit(m->store))
		og_store_rollback(m->store);
}

static void in_force(struct og_manager *m, struct og_loaded *loaded, struct og_compiled *compiled,
		     uint64_t generation, bool renumbered)
{
	struct og_loaded *old = m->loaded;
	bool changed = generation != m->generation || !m->compiled;

	if (generation != m->generation || !m->applied_at)
		m->applied_at = og_clock_now();
	if (renumbered)
		og_manager_renumber(m);
	og_compiled_free(m->compiled);
	m->compiled = compiled;
	if (m->loaded != loaded)
		m->loaded_at = og_clock_now();
	m->loaded = og_loaded_ref(loaded);
	og_loaded_unref(old);
	m->generation = generation;
	m->detached = false;
	if (!changed)
		return;
	note_applied(m);
	og_manager_hold_covered(m);
	m->known_full = false;
	og_manager_promote(m);
	og_bus_emit_generation(m->bus, generation);
	og_bus_changed(m->bus);
}

struct og_gateway og_manager_facts(const struct og_manager *m)
{
	struct og_gateway facts = *og_links_gateway(m->links);

	facts.decided = og_guard_decided(m->guard);
	return facts;
}

/* The engine is there, or errors are in @diags. 0 or -EIO. */
static int need_engine(struct og_manager *m, const struct og_config *config, struct og_diags *diags)
{
	int err = m->engine ? 0 : og_manager_open_engine(m, config);

	if (!err)
		return 0;
	og_error(diags, NULL, "the engine cannot be opened: %s; the log says more", strerror(-err));
	return -EIO;
}

/* After the first ruleset since the start: what another version had attached is ours now. */
static void tell_inherited(struct og_manager *m)
{
	struct og_engine_status status = {0};
	char ports[24];
	const struct og_field fields[] = {{"OUIGUARD_PORTS", ports}};

	if (m->ops->status(m->engine, &status) < 0)
		return;
	snprintf(ports, sizeof(ports), "%" PRIu32, status.inherited);
	if (status.inherited)
		og_journal(LOG_NOTICE, OG_MSG_TOOK_OVER, fields, 1,
			   "%s ports were taken over from another version of ouiguard: %s", ports,
			   status.carried ? "its counters go on"
					  : "the engine's counters begin at zero, because that "
					    "version counts otherwise; the inventory keeps its "
					    "own");
	og_engine_status_clear(&status);
}

int og_manager_put(struct og_manager *m, struct og_loaded *loaded, struct og_diags *diags)
{
	struct og_gateway facts = og_manager_facts(m);
	struct og_compiled *compiled = NULL;
	uint64_t generation;
	bool renumbered;
	int err = need_engine(m, loaded->config, diags);

	if (err)
		return err;
	warn_of_engine(m, loaded->config, diags);
	if (loaded->config->hook == OG_HOOK_XDP)
		og_warn(diags, NULL, "`hook: xdp` is not there yet: tc is used");
	err = og_compile(loaded->config, &facts, og_clock_now(), &compiled, diags);
	if (err) {
		if (err == -ENOMEM)
			og_error(diags, NULL, "out of memory while compiling");
		return -EINVAL;
	}
	generation = generation_for(m, compiled);
	compiled->ruleset->header.generation = generation;
	renumbered = is_renumbered(m, compiled);
	if (renumbered)
		og_manager_collect(m);
	err = engine_apply(m, compiled, diags);
	if (err < 0) {
		if (!diags->errors)
			og_error(diags, NULL, "the engine refused the ruleset: %s", strerror(-err));
		og_compiled_free(compiled);
		return -EIO;
	}
	if (!m->compiled) {
		const struct og_engine_options options = {.pin_path = m->options.bpffs};

		og_engine_retire_other(m->engine, &options, diags);
		tell_inherited(m);
	}
	in_force(m, loaded, compiled, generation, renumbered);
	return 0;
}

void og_manager_tell(const struct og_manager *m, int priority, const char *message_id,
		     const char *format, ...)
{
	char generation[24], ports[24], text[OG_JOURNAL_TEXT];
	const struct og_field fields[] = {
		{"OUIGUARD_GENERATION", generation},
		{"OUIGUARD_PORTS", m->compiled ? ports : NULL},
		{"OUIGUARD_ACTOR", og_audit_actor(m)},
	};
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	snprintf(generation, sizeof(generation), "%" PRIu64, m->generation);
	snprintf(ports, sizeof(ports), "%zu", m->compiled ? m->compiled->port_count : 0);
	og_journal(priority, message_id, fields, 3, "%s", text);
}

static void log_applied(const struct og_manager *m, const char *why)
{
	og_manager_tell(m, LOG_NOTICE, OG_MSG_APPLIED,
			"%s: generation %" PRIu64 " is in force at %zu ports of %zu sites", why,
			m->generation, m->compiled->port_count, m->compiled->site_count - 1);
}

void og_manager_recompile(struct og_manager *m, const char *why)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	uint64_t before = m->generation;

	if (!m->loaded || !m->engine || m->detached)
		return;
	if (og_manager_put(m, m->loaded, &diags)) {
		og_log_diags(&diags);
		og_log(LOG_ERR,
		       "%s, but what follows from it cannot be applied: generation "
		       "%" PRIu64 " stays in force",
		       why, m->generation);
		return;
	}
	/* The files' warnings were told when they were read: only what is new here. */
	if (diags.errors)
		og_log_diags(&diags);
	if (m->generation != before)
		log_applied(m, why);
	og_manager_status_text(m);
}

/*
 * The pins are gone: somebody removed them, or unmounted the bpffs. Begin anew; the old engine holds
 * what it has attached until a new one enforces the same.
 */
static int begin_anew(struct og_manager *m, struct og_diags *diags)
{
	sd_event_source *old_io = m->engine_io;
	const struct og_engine_ops *ops = m->ops;
	struct og_engine *old = m->engine;
	int err;

	og_manager_refresh(m);
	m->engine = NULL;
	m->engine_io = NULL;
	err = og_manager_open_engine(m, m->loaded->config);
	if (!err)
		err = engine_apply(m, m->compiled, diags);
	if (err < 0) {
		sd_event_source_disable_unref(m->engine_io);
		if (m->engine)
			m->ops->close(m->engine);
		m->engine = old;
		m->engine_io = old_io;
		m->ops = ops;
		return err;
	}
	sd_event_source_disable_unref(old_io);
	ops->close(old);
	og_inventory_rebase(m->inventory);
	return err;
}

void og_manager_heal(struct og_manager *m)
{
	struct og_engine_status status = {0};
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	size_t i, open = 0, all;
	int err;

	if (!m->engine || !m->compiled || m->detached || m->ops->status(m->engine, &status) < 0)
		return;
	for (i = 0; i < status.port_count; i++)
		open += status.ports[i].hook == OG_HOOK_NONE;
	all = status.port_count;
	og_engine_status_clear(&status);
	if (!open) {
		m->unhealed = false;
		return;
	}
	err = engine_apply(m, m->compiled, &diags);
	if (err && open == all) {
		og_diags_free(&diags);
		err = begin_anew(m, &diags);
	}
	if (!err)
		og_manager_tell(
			m, LOG_WARNING, OG_MSG_REPAIRED,
			"%zu ports had lost their program, or its pin, and are covered again",
			open);
	else if (!m->unhealed)
		og_log_diags(&diags);
	m->unhealed = err;
}

static void remember_error(struct og_manager *m, const struct og_diags *diags)
{
	free(m->last_error);
	m->last_error = og_diags_errors(diags, DIAGS_TEXT);
}

/* Nothing waits for Confirm any more. */
static void stop_waiting(struct og_manager *m)
{
	og_loaded_unref(m->before);
	m->before = NULL;
	m->confirm_until = 0;
	sd_event_source_set_enabled(m->confirm_timer, SD_EVENT_OFF);
}

/* Keep what is in force as the last good configuration. */
static void settle(struct og_manager *m)
{
	int err;

	stop_waiting(m);
	m->stale = false;
	/* The copy is synced with all else that the file system has to write: that may take long. */
	og_alive();
	err = og_snapshot_hold(m->options.state, false);
	if (!err)
		err = og_snapshot_take(m->options.state, m->options.config, m->options.data);
	if (err)
		og_log(LOG_WARNING,
		       "the configuration cannot be kept as the last good one in %s: "
		       "%s; a start with unusable files would find none",
		       m->options.state, strerror(-err));
}

/* The subject is what is in force after it. */
static void audit_apply(struct og_manager *m, const char *kind, const char *text)
{
	char subject[40];

	snprintf(subject, sizeof(subject), "generation %" PRIu64, m->generation);
	og_audit_tell(m, kind, subject, "%s", text);
}

static int on_confirm_timer(sd_event_source *source, uint64_t at, void *userdata)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	struct og_manager *m = userdata;
	struct og_loaded *before = m->before;

	(void)source;
	(void)at;
	m->before = NULL;
	m->confirm_until = 0;
	m->stale = true;
	if (og_manager_put(m, before, &diags)) {
		og_log_diags(&diags);
		og_manager_tell(
			m, LOG_ERR, OG_MSG_TAKEN_BACK,
			"nobody confirmed what was applied, and the configuration before it cannot "
			"be applied again: generation %" PRIu64 " stays in force",
			m->generation);
		audit_apply(m, OG_AUDIT_TAKE_BACK,
			    "not confirmed in time, but the configuration before it cannot be "
			    "applied again");
	} else {
		og_manager_tell(
			m, LOG_WARNING, OG_MSG_TAKEN_BACK,
			"nobody confirmed what was applied: the configuration before it is in "
			"force "
			"again as generation %" PRIu64 "; the files are as they were applied",
			m->generation);
		audit_apply(m, OG_AUDIT_TAKE_BACK,
			    "not confirmed in time: the configuration before it is in force "
			    "again");
	}
	og_loaded_unref(before);
	og_manager_status_text(m);
	return 0;
}

/* Wait for Confirm. The mark makes a start within that time use the last good configuration. */
static int wait_for_confirm(struct og_manager *m, int64_t seconds, struct og_loaded *before)
{
	uint64_t now;
	int err;

	if (!m->before)
		m->before = og_loaded_ref(before);
	m->confirm_until = og_clock_now() + seconds;
	m->stale = false;
	err = og_snapshot_hold(m->options.state, true);
	if (err)
		og_log(LOG_WARNING,
		       "that nothing is confirmed yet cannot be noted in %s: %s; a start "
		       "within that time would keep it",
		       m->options.state, strerror(-err));
	sd_event_now(m->event, CLOCK_BOOTTIME, &now);
	if (m->confirm_timer) {
		sd_event_source_set_time(m->confirm_timer, now + seconds * 1000000);
		return sd_event_source_set_enabled(m->confirm_timer, SD_EVENT_ONESHOT);
	}
	return sd_event_add_time(m->event, &m->confirm_timer, CLOCK_BOOTTIME,
				 now + seconds * 1000000, 0, on_confirm_timer, m);
}

/* At a start, before the engine is open, nobody knows yet. */
static const char *what_stays(const struct og_manager *m)
{
	if (!m->engine && !m->detached)
		return "what an earlier start left stays in force";
	return og_manager_enforcing(m) ? "the old one stays in force" : "nothing is enforced";
}

static int refuse(struct og_manager *m, struct og_diags *diags, int err)
{
	remember_error(m, diags);
	og_manager_tell(m, LOG_ERR, OG_MSG_REFUSED,
			"the configuration in %s is refused, with %zu errors: %s",
			m->options.config, diags->errors, what_stays(m));
	m->stale = true;
	og_audit_tell(m, OG_AUDIT_APPLY, "refused", "the configuration in %s; %s\n%.*s",
		      m->options.config, what_stays(m), REFUSED_TEXT,
		      m->last_error ? m->last_error : "");
	og_manager_status_text(m);
	return err == -EIO ? -EIO : -EINVAL;
}

static int reload(struct og_manager *m, int64_t confirm, struct og_diags *diags)
{
	struct og_loaded *loaded = NULL, *before = og_loaded_ref(m->loaded);
	int err;

	if (confirm && !before) {
		og_error(diags, NULL,
			 "there is no configuration in force to go back to: apply "
			 "without a time to confirm");
		return -EINVAL;
	}
	err = og_loaded_read(m->options.config, m->options.data, m->options.state, &loaded, diags);
	if (err == -ENOMEM)
		og_error(diags, NULL, "out of memory while reading the configuration");
	if (!err)
		err = need_engine(m, loaded->config, diags);
	if (!err) {
		og_guard_hold(m, loaded);
		err = og_manager_put(m, loaded, diags);
	}
	if (!err && confirm)
		err = wait_for_confirm(m, confirm, before);
	else if (!err)
		settle(m);
	og_loaded_unref(before);
	og_loaded_unref(loaded);
	return err;
}

int og_manager_reload(struct og_manager *m, int64_t confirm, struct og_diags *diags)
{
	bool first = !m->loaded;
	int err = reload(m, confirm, diags);

	og_log_diags(diags);
	if (err)
		return refuse(m, diags, err);
	free(m->last_error);
	m->last_error = NULL;
	json_decref(m->warnings);
	m->warnings = og_record_diags(diags);
	/* What new files say about the past is no news; what came while no daemon ran is. */
	if (!first)
		m->checked_at = og_clock_now();
	og_manager_note_checked(m);
	log_applied(m, confirm ? "applied, to be confirmed" : "applied");
	if (og_guard_gates(m, og_clock_now()))
		og_manager_recompile(m, "a gate is open");
	og_audit_files(m);
	audit_apply(m, OG_AUDIT_APPLY, confirm ? "applied, to be confirmed" : "applied");
	og_manager_status_text(m);
	return 0;
}

int og_manager_confirm(struct og_manager *m)
{
	if (!m->before)
		return -ENOENT;
	settle(m);
	og_log(LOG_NOTICE, "generation %" PRIu64 " is confirmed", m->generation);
	audit_apply(m, OG_AUDIT_CONFIRM, "what was applied stays");
	og_manager_status_text(m);
	return 0;
}

int og_manager_detach(struct og_manager *m, struct og_diags *diags)
{
	int err;

	if (!m->engine)
		return 0;
	og_manager_drain(m);
	og_manager_collect(m);
	err = m->ops->detach(m->engine, diags);
	og_log_diags(diags);
	if (err)
		return err;
	m->engine_io = sd_event_source_disable_unref(m->engine_io);
	m->ops->close(m->engine);
	m->engine = NULL;
	og_compiled_free(m->compiled);
	m->compiled = NULL;
	og_inventory_rebase(m->inventory);
	og_manager_flush(m);
	m->detached = true;
	og_manager_tell(
		m, LOG_WARNING, OG_MSG_DETACHED,
		"enforcement was taken down: nothing is blocked until the next reload or start");
	audit_apply(m, OG_AUDIT_DETACH, "enforcement was taken down");
	/* What is taken back would be in force again. The mark stays: a start takes what was good. */
	if (m->before) {
		stop_waiting(m);
		m->stale = true;
		og_log(LOG_NOTICE, "what was applied was not confirmed: a start uses the "
				   "configuration before it, \"ouiguard reload\" the files");
	}
	og_bus_changed(m->bus);
	og_manager_status_text(m);
	return 0;
}
