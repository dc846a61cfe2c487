/* SPDX-License-Identifier: GPL-2.0 */
/*
 * service.h: a service (protocol and destination ports) as text
 */
#ifndef OUIGUARD_POLICY_SERVICE_H
#define OUIGUARD_POLICY_SERVICE_H

#include <stddef.h>

#include "policy/config/config.h" /* struct og_service */

/* Most services that one well-known name stands for. */
#define OG_SERVICE_NAMED 2
#define OG_SERVICE_TEXT	 24

/*
 * og_service_parse - read `PORT/PROTO`, `FIRST-LAST/PROTO` (tcp, udp, sctp; ports 1 to 65535) or a
 * protocol alone (those, and icmp, icmpv6, esp, ah, gre). Returns 0 or -EINVAL, output untouched.
 */
int og_service_parse(const char *text, struct og_service *ret_service);

/*
 * og_service_named - the services of one of the gateway: dhcp, dns, ntp, icmp, icmpv6, or what
 * og_service_parse() reads. Returns how many were written to @ret_services, or -EINVAL.
 */
int og_service_named(const char *text, struct og_service ret_services[OG_SERVICE_NAMED]);

/* og_service_format - as og_service_parse() reads it; `any` for every protocol. Returns @buffer. */
char *og_service_format(const struct og_service *service, char buffer[OG_SERVICE_TEXT]);

#endif
