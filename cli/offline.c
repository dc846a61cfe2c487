// SPDX-License-Identifier: GPL-2.0
/*
 * offline.c: judging by the files alone
 */
#include <errno.h>
#include <string.h>

#include "cli/files.h"
#include "cli/offline.h"
#include "policy/explain/explain.h"
#include "ipc/explain-record.h"
#include "policy/registry/registry.h"

static void put_registry(struct og_registry **registry)
{
	og_registry_free(*registry);
}

static void put_explanation(struct og_explanation **explanation)
{
	og_explanation_free(*explanation);
}

int og_offline_judge(const struct og_cli *cli, const struct og_config *config, int64_t at,
		     const struct og_decided *decided, struct og_compiled **ret_compiled)
{
	_cleanup_gateway_ struct og_gateway gateway = {};
	_cleanup_diags_ struct og_diags diags = {};
	int r = og_files_gateway(cli, &gateway);

	if (r < 0)
		return r;
	gateway.decided = decided;
	r = og_compile(config, &gateway, at, ret_compiled, &diags);
	if (r < 0) {
		og_diags_sort(&diags);
		og_files_print(&diags, false);
		og_complain("%s cannot be enforced on this gateway%s%s", cli->config,
			    diags.errors ? "" : ": ", diags.errors ? "" : strerror(-r));
	}
	return r;
}

/* What the registries say today is told beside the accepted prefix; without them it is not. */
static struct og_registry *registry_of(const struct og_config *config)
{
	_cleanup_diags_ struct og_diags diags = {};
	struct og_registry *registry = NULL;

	og_progress("Reading the registries");
	og_registry_load(config->registry.names, config->registry.count, &registry, &diags);
	og_progress(NULL);
	return registry;
}

static int complain_site(const struct og_cli *cli, const struct og_config *config,
			 const struct og_query *query, int r)
{
	if (r == -ENOENT) {
		og_complain("there is no site \"%s\" in %s/sites", query->site, cli->config);
	} else if (r == -EINVAL) {
		if (config->site_count)
			og_complain("there are several sites: say which");
		else
			og_complain("there is no site in %s/sites", cli->config);
		for (size_t i = 0; i < config->site_count; i++)
			og_hint("--site %s", config->sites[i].name);
	} else {
		og_complain("cannot explain: %s", strerror(-r));
	}
	return r;
}

int og_offline_explain(const struct og_cli *cli, json_t *object, json_t **ret_record)
{
	__attribute__((cleanup(put_explanation))) struct og_explanation *explanation = NULL;
	__attribute__((cleanup(put_registry))) struct og_registry *registry = NULL;
	_cleanup_compiled_ struct og_compiled *compiled = NULL;
	_cleanup_config_ struct og_config *config = NULL;
	struct og_query query;
	const char *wrong;
	struct og_addr ip;
	int r;

	r = og_query_read(object, cli->now, &query, &ip, &wrong);
	if (r < 0) {
		og_complain("the %s cannot be judged", wrong);
		return r;
	}
	if (!query.mac && !(query.has_src && og_addr_eui64(&query.src))) {
		og_complain("the files do not tell whose address %s is: give its MAC address",
			    og_json_text(object, "ip", "this"));
		return -EINVAL;
	}
	/* A ruleset judges from its second on, so it must not be younger than the question. */
	r = og_files_load(cli, &config);
	if (r == 0)
		r = og_offline_judge(cli, config, query.at < cli->now ? query.at : cli->now, NULL,
				     &compiled);
	if (r < 0)
		return r;
	registry = registry_of(config);
	r = og_explain(config, compiled, registry, &query, &explanation);
	if (r < 0)
		return complain_site(cli, config, &query, r);
	*ret_record = og_explanation_record(explanation, &query, config);
	if (*ret_record)
		return 0;
	og_no_memory();
	return -ENOMEM;
}
