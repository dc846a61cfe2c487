// SPDX-License-Identifier: GPL-2.0
/*
 * service.c: a service (protocol and destination ports) as text
 */
#include "policy/base/service.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "policy/base/quantity.h"

static const struct {
	const char *name;
	uint8_t proto;
	bool ports;
} protocols[] = {
	{"tcp", IPPROTO_TCP, true},   {"udp", IPPROTO_UDP, true},
	{"sctp", IPPROTO_SCTP, true}, {"icmp", IPPROTO_ICMP, false},
	{"esp", IPPROTO_ESP, false},  {"icmpv6", IPPROTO_ICMPV6, false},
	{"ah", IPPROTO_AH, false},    {"gre", IPPROTO_GRE, false},
};

#define PROTOCOLS (sizeof(protocols) / sizeof(*protocols))

static const struct {
	const char *name;
	int count;
	struct og_service services[OG_SERVICE_NAMED];
} well_known[] = {
	{"dhcp", 2, {{IPPROTO_UDP, 67, 67}, {IPPROTO_UDP, 547, 547}}},
	{"dns", 2, {{IPPROTO_UDP, 53, 53}, {IPPROTO_TCP, 53, 53}}},
	{"ntp", 1, {{IPPROTO_UDP, 123, 123}}},
};

int og_service_parse(const char *text, struct og_service *ret_service)
{
	const char *slash = strchr(text, '/'), *word = slash ? slash + 1 : text, *end;
	uint64_t lo = 0, hi = UINT16_MAX;
	size_t i;

	for (i = 0; i < PROTOCOLS && strcmp(word, protocols[i].name); i++)
		;
	if (i == PROTOCOLS || (slash && !protocols[i].ports))
		return -EINVAL;
	if (slash) {
		if (og_number_prefix(text, 1, UINT16_MAX, &lo, &end))
			return -EINVAL;
		hi = lo;
		if (*end == '-' && og_number_prefix(end + 1, lo, UINT16_MAX, &hi, &end))
			return -EINVAL;
		if (end != slash)
			return -EINVAL;
	}
	*ret_service = (struct og_service){protocols[i].proto, (uint16_t)lo, (uint16_t)hi};
	return 0;
}

int og_service_named(const char *text, struct og_service ret_services[OG_SERVICE_NAMED])
{
	for (size_t i = 0; i < sizeof(well_known) / sizeof(*well_known); i++) {
		if (strcmp(text, well_known[i].name))
			continue;
		memcpy(ret_services, well_known[i].services, sizeof(well_known[i].services));
		return well_known[i].count;
	}
	return og_service_parse(text, ret_services) ? -EINVAL : 1;
}

char *og_service_format(const struct og_service *service, char buffer[OG_SERVICE_TEXT])
{
	char number[4];
	const char *name = "any";

	snprintf(number, sizeof(number), "%u", service->proto);
	if (service->proto)
		name = number;
	for (size_t i = 0; i < PROTOCOLS; i++)
		if (protocols[i].proto == service->proto)
			name = protocols[i].name;
	if (service->port_lo == 0 && service->port_hi == UINT16_MAX)
		snprintf(buffer, OG_SERVICE_TEXT, "%s", name);
	else if (service->port_lo == service->port_hi)
		snprintf(buffer, OG_SERVICE_TEXT, "%u/%s", service->port_lo, name);
	else
		snprintf(buffer, OG_SERVICE_TEXT, "%u-%u/%s", service->port_lo, service->port_hi,
			 name);
	return buffer;
}
