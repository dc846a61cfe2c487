// SPDX-License-Identifier: GPL-2.0
/*
 * bench-registry.c: loading this system's whole registry, and finding the shipped vendors in it
 *
 * The aim is well under 200 ms for the registry. The median of several runs is shown, with the files
 * in the page cache.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "policy/config/config.h"
#include "policy/registry/vendor.h"

#define RUNS 15

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double times[RUNS])
{
	qsort(times, RUNS, sizeof(*times), compare);
	return times[RUNS / 2];
}

static struct og_config *shipped_vendors(void)
{
	char directory[] = "/tmp/bench-registry-XXXXXX";
	struct og_config *config = NULL;
	struct og_diags diags = {0};

	if (!mkdtemp(directory))
		return NULL;
	if (og_config_load(directory, "data", &config, &diags))
		og_diags_print(&diags, stderr);
	rmdir(directory);
	og_diags_free(&diags);
	return config;
}

static int resolve(const struct og_config *config, const struct og_registry *registry,
		   size_t *ret_prefixes)
{
	struct og_vendors vendors = {0};
	struct og_diags diags = {0};

	if (og_vendors_resolve(config->vendors, config->vendor_count, registry, &vendors, &diags)) {
		og_diags_print(&diags, stderr);
		return -1;
	}
	*ret_prefixes = 0;
	for (size_t i = 0; i < vendors.count; i++)
		*ret_prefixes += vendors.items[i].prefix_count;
	og_vendors_free(&vendors);
	og_diags_free(&diags);
	return 0;
}

int main(void)
{
	char *paths[] = {(char *)"/usr/lib/udev/hwdb.d/20-OUI.hwdb",
			 (char *)"/usr/share/ieee-data"};
	struct og_config *config = shipped_vendors();
	size_t assignments = 0, sources = 0, prefixes = 0;
	double load[RUNS], find[RUNS];

	if (!config)
		return EXIT_FAILURE;
	for (int i = 0; i < RUNS; i++) {
		struct og_registry *registry = NULL;
		struct og_diags diags = {0};
		double start = now_ms();

		if (og_registry_load(paths, 2, &registry, &diags)) {
			og_diags_print(&diags, stderr);
			return EXIT_FAILURE;
		}
		load[i] = now_ms() - start;
		og_registry_assignments(registry, &assignments);
		og_registry_sources(registry, &sources);
		start = now_ms();
		if (resolve(config, registry, &prefixes))
			return EXIT_FAILURE;
		find[i] = now_ms() - start;
		og_registry_free(registry);
		og_diags_free(&diags);
	}
	printf("registry: %zu files, %zu prefixes loaded in %.1f ms (aim: below 200)\n", sources,
	       assignments, median(load));
	printf("vendors: %zu, their %zu prefixes and near misses found in %.1f ms\n",
	       config->vendor_count, prefixes, median(find));
	og_config_free(config);
	return EXIT_SUCCESS;
}
