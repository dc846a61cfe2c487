// SPDX-License-Identifier: GPL-2.0
/*
 * offload.c: hardware that may forward frames of covered ports past every software hook
 */
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/ethtool.h>
#include <linux/sockios.h>

#include "daemon/cleanup.h"
#include "daemon/network/offload.h"

#define FEATURES 1024 /* more than any kernel has */
#define WORD	 32   /* features of one struct ethtool_get_features_block */

const struct og_offload_source og_offload_kernel = {"/sys/class/net", og_offload_feature};

static int ask(int fd, const char *name, void *question)
{
	struct ifreq request = {0};

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	request.ifr_data = question;
	return ioctl(fd, SIOCETHTOOL, &request) < 0 ? -errno : 0;
}

/* How many features the kernel has names for; 0 when it does not say. */
static uint32_t count_features(int fd, const char *name)
{
	union {
		struct ethtool_sset_info head; /* one number follows it: its data[0] */
		char room[sizeof(struct ethtool_sset_info) + sizeof(uint32_t)];
	} info = {.head = {.cmd = ETHTOOL_GSSET_INFO, .sset_mask = 1ULL << ETH_SS_FEATURES}};

	if (ask(fd, name, &info) < 0 || !info.head.sset_mask || info.head.data[0] > FEATURES)
		return 0;
	return info.head.data[0];
}

/* The number of @feature among the first @count; -1 when there is none of that name. */
static int find_feature(int fd, const char *name, const char *feature, uint32_t count)
{
	OG_CLEANUP(og_freep)
	char *memory = calloc(1, sizeof(struct ethtool_gstrings) + (size_t)count * ETH_GSTRING_LEN);
	struct ethtool_gstrings *strings = (struct ethtool_gstrings *)memory;
	uint32_t i;

	if (!strings)
		return -1;
	strings->cmd = ETHTOOL_GSTRINGS;
	strings->string_set = ETH_SS_FEATURES;
	strings->len = count;
	if (ask(fd, name, strings) < 0)
		return -1;
	for (i = 0; i < count; i++)
		if (!strncmp((char *)strings->data + (size_t)i * ETH_GSTRING_LEN, feature,
			     ETH_GSTRING_LEN))
			return (int)i;
	return -1;
}

bool og_offload_feature(const char *name, const char *feature)
{
	union {
		struct ethtool_gfeatures head;
		char room[sizeof(struct ethtool_gfeatures) +
			  FEATURES / WORD * sizeof(struct ethtool_get_features_block)];
	} features = {.head = {.cmd = ETHTOOL_GFEATURES}};
	OG_CLEANUP(og_closep) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint32_t count;
	int number;

	if (fd < 0)
		return false;
	count = count_features(fd, name);
	number = count ? find_feature(fd, name, feature, count) : -1;
	if (number < 0)
		return false;
	features.head.size = (count + WORD - 1) / WORD;
	if (ask(fd, name, &features) < 0)
		return false;
	return features.head.features[number / WORD].active >> number % WORD & 1;
}

/* The first word of NET/NAME/FILE; false when it cannot be read or is empty. */
static bool read_word(const char *net, const char *name, const char *file, char word[64])
{
	OG_CLEANUP(og_freep) char *path = NULL;
	bool found;
	FILE *in;

	if (asprintf(&path, "%s/%s/%s", net, name, file) < 0) {
		path = NULL;
		return false;
	}
	in = fopen(path, "re");
	if (!in)
		return false;
	found = fscanf(in, "%63s", word) == 1;
	fclose(in);
	return found;
}

/* Whether what NET tells of that name is this interface: sysfs can be another namespace's. */
static bool is_told(const char *net, const struct og_gw_link *link)
{
	char word[64];

	return read_word(net, link->name, "ifindex", word) &&
	       strtoul(word, NULL, 10) == link->ifindex;
}

/* Whether frames of a covered port come through @link. */
static bool carries(const struct og_compiled *compiled, const struct og_gateway *gateway,
		    const struct og_gw_link *link)
{
	const struct og_gw_link *port;
	size_t i;

	for (i = 0; i < compiled->port_count; i++) {
		port = og_gateway_link_index(gateway, compiled->ports[i].ifindex);
		if (port && (port->ifindex == link->ifindex || port->link == link->ifindex ||
			     port->ifindex == link->master))
			return true;
	}
	return false;
}

void og_offload_warn(const struct og_compiled *compiled, const struct og_gateway *gateway,
		     const struct og_offload_source *source, struct og_diags *diags)
{
	const struct og_gw_link *link;
	char chip[64];
	size_t i;

	for (i = 0; i < gateway->link_count; i++) {
		link = &gateway->links[i];
		if (link->type != ARPHRD_ETHER || !carries(compiled, gateway, link))
			continue;
		if (is_told(source->net, link) &&
		    read_word(source->net, link->name, "phys_switch_id", chip))
			og_warn(diags, NULL,
				"%s is a port of a switch chip (%s): what the chip forwards "
				"between "
				"its ports by itself is not seen here",
				link->name, chip);
		if (source->feature(link->name, "hw-tc-offload"))
			og_warn(diags, NULL,
				"%s has hw-tc-offload on: flows that are offloaded to it are not "
				"seen here; \"ethtool -K %s hw-tc-offload off\" ends that",
				link->name, link->name);
	}
}
