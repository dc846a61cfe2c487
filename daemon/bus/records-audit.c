// SPDX-License-Identifier: GPL-2.0
/*
 * records-audit.c: the audit log as records
 */
#include "daemon/bus/records-audit.h"

#include <errno.h>
#include <string.h>

#include "daemon/bus/records.h"
#include "daemon/inventory/store-audit.h"
#include "daemon/state.h"

static void set_digest(json_t *record, const char *key, const struct og_digest *digest)
{
	char text[OG_DIGEST_TEXT];

	og_set_text(record, key, og_digest_format(digest, text));
}

json_t *og_record_audit_head(struct og_manager *m)
{
	struct og_audit_head head;
	json_t *record = json_object();

	if (!record || og_store_audit_head(m->store, &head))
		return record;
	og_set_number(record, "entries", head.entries);
	if (!head.entries)
		return record;
	set_digest(record, "head", &head.hash);
	og_set_number(record, "head_at", head.at);
	return record;
}

struct listing {
	json_t *array;
	int64_t since_at, max;
};

static int list_entry(void *userdata, const struct og_audit_entry *entry)
{
	struct listing *listing = userdata;
	json_t *record;

	if (entry->at < listing->since_at)
		return 0;
	if ((int64_t)json_array_size(listing->array) == listing->max)
		return 1;
	record = json_object();
	og_set_number(record, "id", entry->id);
	og_set_number(record, "at", entry->at);
	og_set_text(record, "actor", entry->actor);
	og_set_text(record, "kind", entry->kind);
	og_set_text(record, "subject", entry->subject);
	og_set_text(record, "text", entry->text);
	set_digest(record, "previous", &entry->previous);
	set_digest(record, "hash", &entry->hash);
	return json_array_append_new(listing->array, record) ? -ENOMEM : 0;
}

/* A number that may be missing. Returns whether it is none, or one below @least. */
static bool read_number(json_t *filter, const char *key, int64_t least, int64_t *number)
{
	json_t *value = json_object_get(filter, key);

	if (!value)
		return false;
	*number = json_integer_value(value);
	return !json_is_integer(value) || *number < least;
}

static const char *unknown_key(json_t *filter, const char *const *known)
{
	const char *const *name;
	const char *key;
	json_t *value;

	json_object_foreach(filter, key, value)
	{
		for (name = known; *name && strcmp(*name, key); name++)
			;
		if (!*name)
			return key;
	}
	return NULL;
}

int og_record_audit(struct og_manager *m, json_t *filter, json_t **ret_array,
		    const char **ret_wrong)
{
	static const char *const keys[] = {"since_id", "since_at", "max", NULL};
	struct listing listing = {.since_at = INT64_MIN, .max = OG_AUDIT_PAGE};
	struct og_audit_head head;
	int64_t after = -1;
	int err;

	*ret_wrong = unknown_key(filter, keys);
	if (!*ret_wrong && read_number(filter, "since_id", 0, &after))
		*ret_wrong = "since_id";
	if (!*ret_wrong && read_number(filter, "since_at", INT64_MIN, &listing.since_at))
		*ret_wrong = "since_at";
	if (!*ret_wrong && read_number(filter, "max", 1, &listing.max))
		*ret_wrong = "max";
	if (*ret_wrong)
		return -EINVAL;
	if (listing.max > OG_AUDIT_PAGE)
		listing.max = OG_AUDIT_PAGE;
	err = og_store_audit_head(m->store, &head);
	if (err)
		return err;
	/* Without a place to begin: the newest. */
	if (after < 0 && listing.since_at == INT64_MIN && head.entries > listing.max)
		after = head.entries - listing.max;
	listing.array = json_array();
	if (!listing.array)
		return -ENOMEM;
	err = og_store_list_audit(m->store, after, INT64_MAX, list_entry, &listing);
	if (err < 0) {
		json_decref(listing.array);
		return err;
	}
	*ret_array = listing.array;
	return 0;
}

static void add_fault(void *userdata, const char *words)
{
	json_t *array = userdata;

	if (json_array_size(array) < OG_AUDIT_FAULTS)
		json_array_append_new(array, json_string(words));
}

int og_record_audit_verify(struct og_manager *m, json_t *query, json_t **ret_record,
			   const char **ret_wrong)
{
	static const char *const keys[] = {"head", NULL};
	json_t *head = json_object_get(query, "head"), *record, *words;
	struct og_audit_check check;
	struct og_digest digest;
	int err;

	*ret_wrong = unknown_key(query, keys);
	if (!*ret_wrong && head &&
	    (!json_is_string(head) || og_digest_parse(json_string_value(head), &digest)))
		*ret_wrong = "head";
	if (*ret_wrong)
		return -EINVAL;
	words = json_array();
	record = json_object();
	err = !words || !record
		      ? -ENOMEM
		      : og_audit_verify(m, head ? &digest : NULL, add_fault, words, &check);
	if (err) {
		json_decref(words);
		json_decref(record);
		return err;
	}
	json_object_set_new(record, "good", json_boolean(!check.faults));
	og_set_number(record, "entries", check.entries);
	og_set_number(record, "faults", check.faults);
	if (check.entries) {
		set_digest(record, "head", &check.head);
		og_set_number(record, "head_at", check.head_at);
	}
	json_object_set_new(record, "found", words);
	*ret_record = record;
	return 0;
}
