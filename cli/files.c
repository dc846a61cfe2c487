// SPDX-License-Identifier: GPL-2.0
/*
 * files.c: the configuration's files, without the daemon
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "policy/config/check.h"
#include "cli/client.h"
#include "cli/files.h"
#include "daemon/network/links.h"

static void print_severity(const struct og_diags *diags, enum og_severity severity)
{
	char text[1024];

	for (size_t i = 0; i < diags->count; i++) {
		if (diags->items[i].severity != severity)
			continue;
		og_diag_text(&diags->items[i], text, sizeof(text));
		og_text_put(text, OG_PLAIN, stderr, false);
		fputc('\n', stderr);
	}
}

void og_files_print(const struct og_diags *diags, bool warnings)
{
	fflush(stdout);
	print_severity(diags, OG_ERROR);
	if (warnings)
		print_severity(diags, OG_WARNING);
	if (diags->out_of_memory)
		og_complain("out of memory: there may be more errors");
}

int og_files_load(const struct og_cli *cli, struct og_config **ret_config)
{
	_cleanup_diags_ struct og_diags diags = {};
	int r;

	r = og_config_load(cli->config, cli->datadir, ret_config, &diags);
	if (r == 0)
		return 0;
	og_diags_sort(&diags);
	og_files_print(&diags, false);
	if (r == -EINVAL)
		og_complain("%s: %zu error%s", cli->config, diags.errors, og_plural(diags.errors));
	else
		og_complain("%s: %s", cli->config, strerror(-r));
	return r;
}

int og_files_check(const struct og_cli *cli)
{
	_cleanup_config_ struct og_config *config = NULL;

	return og_files_load(cli, &config) < 0 ? OG_EXIT_FAILED : OG_EXIT_OK;
}

int og_files_gateway(const struct og_cli *cli, struct og_gateway *ret_gateway)
{
	struct og_gateway gateway;
	int r = og_links_read(&gateway);

	if (r < 0) {
		og_complain("cannot read this gateway's interfaces: %s", strerror(-r));
		return r;
	}
	if (cli->gateway && !og_host_is(cli->gateway, gateway.host)) {
		og_gateway_clear(&gateway);
		snprintf(gateway.host, sizeof(gateway.host), "%s", cli->gateway);
	}
	*ret_gateway = gateway;
	return 0;
}

bool og_files_same(const char *one, const char *other)
{
	_cleanup_text_ char *a = realpath(one, NULL), *b = realpath(other, NULL);

	return a && b && !strcmp(a, b);
}

static int tell(const struct og_cli *cli, sd_bus *bus)
{
	struct og_call call = {.method = "Reload"};
	_cleanup_json_ json_t *applied = NULL;

	if (og_client_call(cli, bus, &call, &applied) < 0)
		return OG_EXIT_FAILED;
	fprintf(cli->json ? stderr : stdout, "Generation %" PRId64 " is in force.\n",
		og_json_number(applied, "generation", 0));
	return OG_EXIT_OK;
}

int og_files_told(const struct og_cli *cli)
{
	struct og_call call = {.method = "Status", .flags = OG_CALL_QUIET};
	_cleanup_json_ json_t *status = NULL;
	_cleanup_bus_ sd_bus *bus = NULL;
	int r;

	r = og_client_open(cli, true, &bus) < 0 ? -ENXIO : og_client_call(cli, bus, &call, &status);
	if (r == -ENXIO) {
		fputs("No daemon could be told: it takes this when it starts.\n",
		      cli->json ? stderr : stdout);
		return OG_EXIT_OK;
	}
	if (r < 0)
		return OG_EXIT_FAILED;
	if (!og_files_same(cli->config, og_json_text(status, "config", ""))) {
		fprintf(cli->json ? stderr : stdout,
			"The daemon reads other files: it was not told.\n");
		return OG_EXIT_OK;
	}
	return tell(cli, bus);
}
