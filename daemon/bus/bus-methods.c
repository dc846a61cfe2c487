// SPDX-License-Identifier: GPL-2.0
/*
 * bus-methods.c: what each method of the interface does
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "daemon/bus/bus-methods.h"
#include "daemon/bus/polkit.h"
#include "daemon/cleanup.h"
#include "ipc/names.h"
#include "ipc/record.h"
#include "daemon/baseline.h"
#include "daemon/manager.h"
#include "daemon/bus/records-audit.h"
#include "daemon/standing.h"
#include "daemon/bus/records.h"
#include "daemon/bus/records-progress.h"

#define CONFIRM_MAX   (7 * 24 * 3600)	 /* seconds an apply may wait for Confirm */
#define MESSAGE_BYTES (16 * 1024 * 1024) /* of errors in one answer; the bus takes 128 MiB */

/* Exactly one of @record and @array is given; its reference is taken. */
static int answer(sd_bus_message *message, json_t *record, json_t *array)
{
	OG_CLEANUP(og_json_decrefp) json_t *owned = record ? record : array;
	sd_bus_message *reply = NULL;
	int err;

	if (!owned)
		return -ENOMEM;
	err = sd_bus_message_new_method_return(message, &reply);
	if (err >= 0)
		err = record ? og_record_append(reply, record)
			     : og_record_append_array(reply, array);
	if (err >= 0)
		err = sd_bus_send(NULL, reply, NULL);
	sd_bus_message_unref(reply);
	return err;
}

static int list(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error,
		int (*record)(struct og_manager *manager, json_t *filter, json_t **ret_array,
			      const char **ret_wrong))
{
	OG_CLEANUP(og_json_decrefp) json_t *filter = NULL;
	const char *wrong = NULL;
	json_t *array = NULL;
	int err = og_record_read(message, &filter);

	if (err < 0)
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
					"the filter is not a record of texts, numbers and truths");
	err = record(manager, filter, &array, &wrong);
	if (wrong)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "the filter's \"%s\" is unknown or has a wrong value",
					 wrong);
	return err < 0 ? err : answer(message, NULL, array);
}

static int run_status(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	(void)error;
	return answer(message, og_record_status(manager), NULL);
}

static int run_explain(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	OG_CLEANUP(og_json_decrefp) json_t *query = NULL;
	const char *wrong = NULL, *address;
	json_t *record = NULL;
	int err = og_record_read(message, &query);

	if (err < 0)
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
					"the query is not a record of texts and numbers");
	err = og_record_explain(manager, query, &record, &wrong);
	switch (err) {
	case 0:
		return answer(message, record, NULL);
	case -EINVAL:
		return sd_bus_error_setf(
			error, SD_BUS_ERROR_INVALID_ARGS,
			"the query's \"%s\" is missing, unknown or has a wrong value",
			wrong ? wrong : "mac");
	case -ENXIO:
		address = json_string_value(json_object_get(query, "ip"));
		/* The inventory keeps where devices send to, not their own addresses. */
		return sd_bus_error_setf(error, OG_BUS_ERROR_NOT_FOUND,
					 "nothing here knows %s: give its MAC address",
					 address ? address : "this address");
	case -ENOENT:
		return sd_bus_error_set(error, OG_BUS_ERROR_NOT_FOUND, "there is no such site");
	case -ENODATA:
		return sd_bus_error_set(error, OG_BUS_ERROR_NOT_FOUND,
					"no configuration is in force");
	default:
		return err;
	}
}

static int run_list_devices(struct og_manager *manager, sd_bus_message *message,
			    sd_bus_error *error)
{
	return list(manager, message, error, og_record_devices);
}

static int run_list_events(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	return list(manager, message, error, og_record_events);
}

static int run_list_audit(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	return list(manager, message, error, og_record_audit);
}

static int run_verify_audit(struct og_manager *manager, sd_bus_message *message,
			    sd_bus_error *error)
{
	OG_CLEANUP(og_json_decrefp) json_t *query = NULL;
	const char *wrong = NULL;
	json_t *record = NULL;
	int err = og_record_read(message, &query);

	if (err < 0)
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
					"the query is not a record of texts");
	err = og_record_audit_verify(manager, query, &record, &wrong);
	if (wrong)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "the query's \"%s\" is unknown or has a wrong value",
					 wrong);
	return err < 0 ? err : answer(message, record, NULL);
}

/* A record about a programme, for @query. */
static int progress(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error,
		    int (*record)(struct og_manager *manager, json_t *query, json_t **ret_record,
				  const char **ret_wrong))
{
	OG_CLEANUP(og_json_decrefp) json_t *query = NULL;
	const char *wrong = NULL;
	json_t *made = NULL;
	int err = og_record_read(message, &query);

	if (err < 0)
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
					"the query is not a record of texts and numbers");
	err = record(manager, query, &made, &wrong);
	switch (err) {
	case 0:
		return answer(message, made, NULL);
	case -EINVAL:
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "the query's \"%s\" is unknown or has a wrong value",
					 wrong ? wrong : "programme");
	case -ENOENT:
		return sd_bus_error_set(error, OG_BUS_ERROR_NOT_FOUND,
					"there is no such programme or site");
	case -EDESTADDRREQ:
		return sd_bus_error_set(
			error, OG_BUS_ERROR_NOT_FOUND,
			"the policies do not name exactly one programme: say which");
	case -ENODATA:
		return sd_bus_error_set(error, OG_BUS_ERROR_NOT_FOUND,
					"no configuration is in force");
	default:
		return err;
	}
}

static int run_timeline(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	return progress(manager, message, error, og_record_timeline);
}

static int run_report(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	return progress(manager, message, error, og_record_report);
}

/* Every error, one per line, each with its place. */
static int refused(sd_bus_error *error, const char *name, const struct og_diags *diags)
{
	OG_CLEANUP(og_freep) char *text = og_diags_errors(diags, MESSAGE_BYTES);

	if (!text)
		return -ENOMEM;
	return sd_bus_error_set(error, name, text[0] ? text : "failed; the log says more");
}

static int reload(struct og_manager *manager, sd_bus_message *message, int64_t confirm,
		  sd_bus_error *error)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};
	json_t *record;
	int err = og_manager_reload(manager, confirm, &diags);

	if (err == -EINVAL)
		return refused(error, OG_BUS_ERROR_CONFIG, &diags);
	if (err)
		return refused(error, OG_BUS_ERROR_ENGINE, &diags);
	record = json_object();
	json_object_set_new(record, "generation", json_integer(og_manager_generation(manager)));
	json_object_set_new(record, "warnings", og_record_diags(&diags));
	return answer(message, record, NULL);
}

static int run_reload(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	return reload(manager, message, 0, error);
}

static int run_apply(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	int64_t confirm;
	int err = sd_bus_message_read(message, "x", &confirm);

	if (err < 0)
		return err;
	if (confirm < 0 || confirm > CONFIRM_MAX)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "the time to confirm is 0 to %d seconds", CONFIRM_MAX);
	return reload(manager, message, confirm, error);
}

static int run_confirm(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	if (og_manager_confirm(manager) == -ENOENT)
		return sd_bus_error_set(error, OG_BUS_ERROR_NOT_FOUND,
					"nothing waits to be confirmed");
	return sd_bus_reply_method_return(message, NULL);
}

static int run_detach(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	OG_CLEANUP(og_diags_free) struct og_diags diags = {0};

	if (og_manager_detach(manager, &diags) < 0)
		return refused(error, OG_BUS_ERROR_ENGINE, &diags);
	return sd_bus_reply_method_return(message, NULL);
}

static int run_set_device(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	OG_CLEANUP(og_json_decrefp) json_t *request = NULL;
	char refusal[OG_REFUSAL_TEXT] = "";
	const char *wrong = NULL;
	json_t *record = NULL;
	int err = og_record_read(message, &request);

	if (err < 0)
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
					"the request is not a record of texts and truths");
	err = og_record_set_device(manager, request, &record, &wrong, refusal);
	if (wrong)
		return sd_bus_error_setf(error, SD_BUS_ERROR_INVALID_ARGS,
					 "\"%s\" is missing, unknown or has a wrong value", wrong);
	if (err)
		return sd_bus_error_set(
			error, err == -ENOENT ? OG_BUS_ERROR_NOT_FOUND : OG_BUS_ERROR_REFUSED,
			refusal);
	return answer(message, record, NULL);
}

static int run_freeze_baseline(struct og_manager *manager, sd_bus_message *message,
			       sd_bus_error *error)
{
	OG_CLEANUP(og_json_decrefp) json_t *request = NULL;
	char refusal[OG_BASELINE_REFUSAL];
	const char *site, *text;
	struct og_digest digest;
	json_int_t devices;
	int err = og_record_read(message, &request);

	if (err < 0 ||
	    json_unpack(request, "{s:s, s:I, s:s !}", "site", &site, "devices", &devices, "digest",
			&text) ||
	    og_digest_parse(text, &digest))
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
					"the request is not a record of \"site\", \"devices\" and "
					"\"digest\" (SHA-256)");
	err = og_baseline_freeze(manager, site, devices, &digest, refusal);
	if (err)
		return sd_bus_error_set(
			error, err == -ENOENT ? OG_BUS_ERROR_NOT_FOUND : OG_BUS_ERROR_REFUSED,
			refusal);
	og_baseline_set(manager, site, request);
	return answer(message, json_incref(request), NULL);
}

static int run_export(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	return list(manager, message, error, og_record_export);
}

static int run_merge(struct og_manager *manager, sd_bus_message *message, sd_bus_error *error)
{
	OG_CLEANUP(og_json_decrefp) json_t *array = NULL;
	char refusal[OG_REFUSAL_TEXT] = "";
	json_t *record = NULL;
	int err = og_record_read_array(message, &array);

	if (err < 0 || json_array_size(array) > OG_MERGE_PAGE)
		return sd_bus_error_set(error, SD_BUS_ERROR_INVALID_ARGS,
					"the page is not an array of so many records");
	if (og_record_merge(manager, array, &record, refusal))
		return sd_bus_error_set(error, OG_BUS_ERROR_REFUSED, refusal);
	return answer(message, record, NULL);
}

static const struct og_bus_method methods[] = {
	{"Status", false, run_status},
	{"ListDevices", false, run_list_devices},
	{"Explain", false, run_explain},
	{"ListEvents", false, run_list_events},
	{"ListAudit", false, run_list_audit},
	{"VerifyAudit", false, run_verify_audit},
	{"Timeline", false, run_timeline},
	{"Report", false, run_report},
	{"Reload", true, run_reload},
	{"Apply", true, run_apply},
	{"Confirm", true, run_confirm},
	{"Detach", true, run_detach, OG_POLKIT_DETACH},
	{"SetDevice", true, run_set_device},
	{"ExportInventory", false, run_export},
	{"MergeInventory", true, run_merge, .large = true},
	{"FreezeBaseline", true, run_freeze_baseline},
};

const struct og_bus_method *og_bus_method_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (!strcmp(methods[i].name, name))
			return &methods[i];
	return NULL;
}
