/* SPDX-License-Identifier: GPL-2.0 */
/*
 * action.h: the words for actions, roles and asset states, and an action's settings
 */
#ifndef OUIGUARD_POLICY_ACTION_H
#define OUIGUARD_POLICY_ACTION_H

#include <stdint.h>

#include <ouiguard/ruleset.h> /* enum og_action */

enum og_role {
	OG_ROLE_UNKNOWN,
	OG_ROLE_CAMERA,
	OG_ROLE_RECORDER,
	OG_ROLE_ROUTER,
	OG_ROLE_PHONE,
	OG_ROLE_LIFE_SAFETY,
	OG_ROLE_OTHER,
	OG_ROLE_COUNT,
};

enum og_asset_status {
	OG_ASSET_LEGACY,
	OG_ASSET_LEGACY_UNPROVEN,
	OG_ASSET_REMOVED,
	OG_ASSET_REPLACED,
	OG_ASSET_FALSE_POSITIVE,
	OG_ASSET_STATUS_COUNT,
};

/* An action with its settings. */
struct og_setting {
	enum og_action action;
	uint64_t rate;	/* limit: bits per second */
	uint64_t burst; /* limit: bytes */
	int has_mark;
	uint32_t mark, mark_mask; /* packet mark: (old & ~mask) | mark */
};

/*
 * The words of the files for each value, and back. The _name functions never return NULL; the
 * _parse functions return 0, or -EINVAL with the output untouched.
 */
const char *og_action_name(enum og_action action);
int og_action_parse(const char *word, enum og_action *ret_action);
const char *og_role_name(enum og_role role);
int og_role_parse(const char *word, enum og_role *ret_role);
const char *og_asset_status_name(enum og_asset_status status);
int og_asset_status_parse(const char *word, enum og_asset_status *ret_status);

#endif
