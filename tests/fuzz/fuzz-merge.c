// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-merge.c: a page of another gateway's export, as the bus takes it from "inventory merge"
 */
#include "ipc/record.h"
#include "tests/fuzz/played.h"

static const char *const tables[] = {"device", "sighting", "state_change", "watched",
				     "merged", "gateway",  "merged_site",  "merged_asset"};

#define TABLES (sizeof(tables) / sizeof(tables[0]))

/* Returns the record of what was taken; NULL when the page was refused, with a reason. */
static json_t *merge(json_t *page)
{
	char refusal[OG_REFUSAL_TEXT] = "";
	json_t *record = NULL;
	int err = og_record_merge(m, page, &record, refusal);
	const char *c;

	check(!!err == !record && !!err == !!refusal[0]);
	check(memchr(refusal, 0, sizeof(refusal)) != NULL);
	for (c = refusal; *c; c++)
		check((unsigned char)*c >= ' ' && *c != 0x7f);
	check(sqlite3_get_autocommit(m->store->db));
	return record;
}

/* Taken twice it says the same as once; and what was taken can be listed and exported. */
static void check_taken(json_t *page)
{
	json_t *query = json_pack("{s:i}", "max", 100), *array = NULL;
	int64_t before[TABLES];
	const char *wrong;
	size_t i;

	for (i = 0; i < TABLES; i++)
		before[i] = rows(tables[i]);
	json_decref(merge(page));
	for (i = 0; i < TABLES; i++)
		check(rows(tables[i]) == before[i]);
	check_text(played_devices("{}"));
	check(og_record_export(m, query, &array, &wrong) == 0);
	check_text(array);
	json_decref(query);
}

int LLVMFuzzerInitialize(int *argc, char ***argv);

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	play();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	json_t *page = json_loadb((const char *)data, size, 0, NULL), *record;
	size_t i;

	if (!json_is_array(page)) {
		json_decref(page);
		return 0;
	}
	play_anew();
	record = merge(page);
	if (record)
		check_taken(page);
	/* A page is taken whole or not at all. */
	for (i = 0; !record && i < TABLES; i++)
		check(rows(tables[i]) == 0);
	json_decref(record);
	json_decref(page);
	return 0;
}
