// SPDX-License-Identifier: GPL-2.0
/*
 * fuzz-config.c: each YAML file that decides
 *
 * The first line of the input says what the rest is: main, site, policy, programme, vendor or
 * exceptions.
 */
#include <errno.h>

#include "policy/base/arena.h"
#include "policy/config/config-read.h"
#include "policy/config/document.h"
#include "tests/fuzz/fuzz.h"

static int read_main(struct og_reader *reader, const struct og_node *root)
{
	struct og_config config = {};

	check(og_default_main(reader, &config) == 0);
	return og_read_main(reader, root, &config);
}

static int read_site(struct og_reader *reader, const struct og_node *root)
{
	struct og_conf_site site = {};

	return og_read_site(reader, root, &site);
}

static int read_policy(struct og_reader *reader, const struct og_node *root)
{
	struct og_conf_policy policy = {};

	return og_read_policy(reader, root, &policy);
}

static int read_programme(struct og_reader *reader, const struct og_node *root)
{
	struct og_conf_programme programme = {};

	return og_read_programme(reader, root, &programme);
}

static int read_vendor(struct og_reader *reader, const struct og_node *root)
{
	struct og_conf_vendor vendor = {};

	return og_read_vendor(reader, root, &vendor);
}

static int read_exceptions(struct og_reader *reader, const struct og_node *root)
{
	struct og_conf_exception *exceptions = NULL;
	size_t count = 0, i;
	int ret = og_read_exceptions(reader, root, "fuzz", &exceptions, &count);

	check(ret || count == 0 || exceptions);
	for (i = 0; !ret && i < count; i++)
		check(exceptions[i].mark.line > 0);
	return ret;
}

static const struct {
	const char *name;
	int (*read)(struct og_reader *reader, const struct og_node *root);
} kinds[] = {
	{"main\n", read_main},	   {"site\n", read_site},
	{"policy\n", read_policy}, {"programme\n", read_programme},
	{"vendor\n", read_vendor}, {"exceptions\n", read_exceptions},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct og_diags diags = {};
	struct og_reader reader = {.diags = &diags};
	struct og_node *root = NULL;
	size_t i, length = 0;
	char *text;
	int ret;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		length = strlen(kinds[i].name);
		if (size >= length && !memcmp(data, kinds[i].name, length))
			break;
	}
	if (i == sizeof(kinds) / sizeof(kinds[0]))
		return 0;
	reader.arena = og_arena_new();
	check(reader.arena != NULL);
	text = copy_of(data + length, size - length);
	ret = og_document_read(text, size - length, "fuzz", reader.arena, &diags, &root);
	check(ret == 0 || ret == -EINVAL);
	check((ret == 0) == (root != NULL));
	if (!ret)
		check(kinds[i].read(&reader, root) == 0);
	check_diags(&diags, ret);
	og_arena_free(reader.arena);
	free(text);
	return 0;
}
