/* SPDX-License-Identifier: GPL-2.0 */
/*
 * records.h: the records of docs/dbus.md, as JSON objects
 *
 * Each that returns a record returns a new reference, or NULL without memory.
 */
#ifndef OUIGUARD_DAEMON_RECORDS_H
#define OUIGUARD_DAEMON_RECORDS_H

#include <jansson.h>

#include "daemon/inventory/event.h"
#include "daemon/inventory/inventory.h"
#include "daemon/loaded.h"
#include "daemon/schedule.h"
#include "ipc/names.h"

struct og_manager;

/* og_record_status - the status record. */
json_t *og_record_status(struct og_manager *manager);

/*
 * og_record_device - one device, with what the files in force say about it.
 * og_record_standing - set in @record how far its removal has come.
 */
json_t *og_record_device(struct og_manager *manager, const struct og_inv_device *device);
void og_record_standing(struct og_manager *manager, const struct og_inv_device *device,
			json_t *record);

/*
 * og_record_set_device - do what @object (its keys as in SetDevice) asks; the device as it is then.
 * 0; -EINVAL with the wrong key in @ret_wrong; as og_standing_set() with @refusal.
 */
int og_record_set_device(struct og_manager *manager, json_t *object, json_t **ret_record,
			 const char **ret_wrong, char *refusal);

/*
 * og_record_devices - the devices that @filter (an object, its keys as in ListDevices) wants, as an
 * array by site and MAC, OG_DEVICES_PAGE at most. 0; -EINVAL with the key in @ret_wrong that is unknown or has a wrong value; -errno.
 */
int og_record_devices(struct og_manager *manager, json_t *filter, json_t **ret_array,
		      const char **ret_wrong);

/* og_record_event - one event. og_record_events - as og_record_devices, for ListEvents. */
json_t *og_record_event(const struct og_seen_event *event);
int og_record_events(struct og_manager *manager, json_t *filter, json_t **ret_array,
		     const char **ret_wrong);

/*
 * og_record_explain - explain the query @object (its keys as in Explain) by what is in force. 0;
 * -EINVAL with the wrong key in @ret_wrong; -ENXIO when no device has the `ip`; -ENOENT for an
 * unknown site; -ENODATA when no configuration is in force; -errno.
 */
int og_record_explain(struct og_manager *manager, json_t *object, json_t **ret_record,
		      const char **ret_wrong);

/*
 * og_record_export - a page of what this gateway saw, as @query (its keys as in ExportInventory) wants
 * it. 0; -EINVAL with the wrong key in @ret_wrong; -errno.
 *
 * og_record_merge - take in a page of another gateway's export; how much of it. 0; -EINVAL when it is
 * none, -errno; @refusal (OG_REFUSAL_TEXT bytes, "" before) says why in words, and nothing is taken.
 */
int og_record_export(struct og_manager *manager, json_t *query, json_t **ret_array,
		     const char **ret_wrong);
int og_record_merge(struct og_manager *manager, json_t *array, json_t **ret_record, char *refusal);

/* og_set_text - member @key of @record; nothing is set where @text is NULL or "". */
void og_set_text(json_t *record, const char *key, const char *text);

/* og_set_number - member @key of @record. */
void og_set_number(json_t *record, const char *key, int64_t number);

/* og_record_files - the files of a configuration: `path`, `sha256`, `shipped`. */
json_t *og_record_files(const struct og_config *config);

/*
 * og_record_registries - the present registries: `path`, `date_at`, `sha256`. og_record_registry - the
 * accepted and the present ones, for the status. og_warn_registry -
 * add to the array @warnings what is wrong with them at second @now.
 */
json_t *og_record_registries(const struct og_loaded *loaded);
json_t *og_record_registry(const struct og_loaded *loaded);
void og_warn_registry(json_t *warnings, const struct og_loaded *loaded, int64_t now);

/*
 * og_set_addr - member @key of @record; nothing for the address of zeros. og_set_proto - member
 * `proto`, by its name or number; nothing for 0.
 */
void og_set_addr(json_t *record, const char *key, const struct og_addr *addr);
void og_set_proto(json_t *record, uint8_t proto);

/* og_record_phase - of the signal PhaseChanged; @item is a phase. */
json_t *og_record_phase(const struct og_schedule_item *item);

/* og_record_diags - the texts of all of @diags as an array of strings. */
json_t *og_record_diags(const struct og_diags *diags);

/* og_record_strings - @count strings as an array. */
json_t *og_record_strings(char *const *strings, size_t count);

#endif
