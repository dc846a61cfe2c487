// SPDX-License-Identifier: GPL-2.0
#include "daemon/engine/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <ouiguard/account.h> /* OG_PORTS_MAX */

static const struct og_engine_ops *const engines[] = {
	&og_engine_bpf,
	&og_engine_kmod,
	&og_engine_dry,
};

const struct og_engine_ops *og_engine_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(engines) / sizeof(engines[0]); i++)
		if (strcmp(engines[i]->name, name) == 0)
			return engines[i];
	return NULL;
}

void og_engine_status_clear(struct og_engine_status *status)
{
	free(status->ports);
	memset(status, 0, sizeof(*status));
}

const char *og_engine_hook_name(enum og_engine_hook hook)
{
	switch (hook) {
	case OG_HOOK_TCX:
		return "tcx";
	case OG_HOOK_CLSACT:
		return "clsact";
	case OG_HOOK_NETFILTER:
		return "netfilter";
	case OG_HOOK_DRY:
		return "dry";
	case OG_HOOK_NONE:
		break;
	}
	return "none";
}

int og_engine_ruleset_check(const struct og_ruleset *ruleset, struct og_diags *diags)
{
	const struct og_header *h = &ruleset->header;

	if (h->magic == OG_MAGIC && h->layout == OG_LAYOUT && h->size == sizeof(*ruleset))
		return 0;
	og_error(diags, NULL,
		 "the ruleset has layout %u and %u bytes, this program wants %u and %zu: "
		 "compile it anew with this version",
		 h->layout, h->size, OG_LAYOUT, sizeof(*ruleset));
	return -EINVAL;
}

int og_engine_apply_check(const struct og_ruleset *ruleset, size_t port_count,
			  struct og_diags *diags)
{
	if (port_count > OG_PORTS_MAX) {
		og_error(diags, NULL, "%zu ports are too many, at most %d can be covered",
			 port_count, OG_PORTS_MAX);
		return -E2BIG;
	}
	return og_engine_ruleset_check(ruleset, diags);
}
