// SPDX-License-Identifier: GPL-2.0
/*
 * action.c: the words for actions, roles and asset states
 */
#include "policy/base/action.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

static const char *const actions[] = {
	[OG_OBSERVE] = "observe",   [OG_LOG] = "log",	  [OG_LIMIT] = "limit",
	[OG_RESTRICT] = "restrict", [OG_BLOCK] = "block", [OG_ISOLATE] = "isolate",
};
_Static_assert(sizeof(actions) / sizeof(*actions) == OG_ACTION_COUNT, "a word for each action");

static const char *const roles[] = {
	[OG_ROLE_UNKNOWN] = "unknown",	 [OG_ROLE_CAMERA] = "camera",
	[OG_ROLE_RECORDER] = "recorder", [OG_ROLE_ROUTER] = "router",
	[OG_ROLE_PHONE] = "phone",	 [OG_ROLE_LIFE_SAFETY] = "life-safety",
	[OG_ROLE_OTHER] = "other",
};
_Static_assert(sizeof(roles) / sizeof(*roles) == OG_ROLE_COUNT, "a word for each role");

static const char *const statuses[] = {
	[OG_ASSET_LEGACY] = "legacy",
	[OG_ASSET_LEGACY_UNPROVEN] = "legacy-unproven",
	[OG_ASSET_REMOVED] = "removed",
	[OG_ASSET_REPLACED] = "replaced",
	[OG_ASSET_FALSE_POSITIVE] = "false-positive",
};
_Static_assert(sizeof(statuses) / sizeof(*statuses) == OG_ASSET_STATUS_COUNT,
	       "a word for each status");

static const char *name(const char *const *words, size_t count, size_t value)
{
	return value < count ? words[value] : "?";
}

static int parse(const char *const *words, size_t count, const char *word)
{
	for (size_t i = 0; i < count; i++)
		if (!strcmp(word, words[i]))
			return (int)i;
	return -EINVAL;
}

const char *og_action_name(enum og_action action)
{
	return name(actions, OG_ACTION_COUNT, action);
}

int og_action_parse(const char *word, enum og_action *ret_action)
{
	int value = parse(actions, OG_ACTION_COUNT, word);

	if (value < 0)
		return value;
	*ret_action = (enum og_action)value;
	return 0;
}

const char *og_role_name(enum og_role role)
{
	return name(roles, OG_ROLE_COUNT, role);
}

int og_role_parse(const char *word, enum og_role *ret_role)
{
	int value = parse(roles, OG_ROLE_COUNT, word);

	if (value < 0)
		return value;
	*ret_role = (enum og_role)value;
	return 0;
}

const char *og_asset_status_name(enum og_asset_status status)
{
	return name(statuses, OG_ASSET_STATUS_COUNT, status);
}

int og_asset_status_parse(const char *word, enum og_asset_status *ret_status)
{
	int value = parse(statuses, OG_ASSET_STATUS_COUNT, word);

	if (value < 0)
		return value;
	*ret_status = (enum og_asset_status)value;
	return 0;
}
