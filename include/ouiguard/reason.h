/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reason.h: why a frame passed or was dropped
 *
 * Every verdict carries exactly one reason. The order is part of the ruleset layout: append only,
 * and count OG_LAYOUT up (ruleset.h) on any other change. Reasons from OG_DROP_FIRST on are drops.
 */
#ifndef OUIGUARD_REASON_H
#define OUIGUARD_REASON_H

/*    symbol		    word in files, CLI, D-Bus   what it means */
#define OG_REASONS(X)                                                                            \
	X(OG_R_UNLISTED, "unlisted", "the source has no listed prefix")                          \
	X(OG_R_UNATTRIBUTABLE, "unattributable", "locally administered or group source address") \
	X(OG_R_UNCOVERED, "uncovered", "listed, in a VLAN or at a port that no site covers")     \
	X(OG_R_INFRASTRUCTURE, "infrastructure", "a next hop or declared router, not judged")    \
	X(OG_R_ARP, "arp", "address resolution always passes")                                   \
	X(OG_R_LINK, "link", "EAPOL, LLDP or STP to its reserved address always passes")         \
	X(OG_R_ND, "nd", "neighbour discovery inside always passes")                             \
	X(OG_R_DHCP, "dhcp", "address configuration inside always passes")                       \
	X(OG_R_LOCAL_SCOPE, "local-scope", "the destination is link-local or site-local")        \
	X(OG_R_INTERNAL, "internal", "the destination is internal to the site")                  \
	X(OG_R_GATEWAY_SERVICE, "gateway-service", "a service that the gateway offers")          \
	X(OG_R_GATEWAY_REPLY, "gateway-reply", "a TCP segment of the gateway's own connection")  \
	X(OG_R_OBSERVED, "observed", "egress, and nothing more than observing is in force")      \
	X(OG_R_LOGGED, "logged", "egress, logged")                                               \
	X(OG_R_LIMITED, "limited", "egress within the rate")                                     \
	X(OG_R_ALLOWED, "allowed", "egress to a destination that the restriction allows")        \
	X(OG_R_EXCEPTION, "exception", "egress let through by an exception")                     \
	X(OG_R_EGRESS, "egress", "the destination is outside")                                   \
	X(OG_R_NOT_ALLOWED, "not-allowed", "no allow rule names the destination")                \
	X(OG_R_GATEWAY_CLOSED, "gateway-closed", "a gateway port that is no gateway service")    \
	X(OG_R_MULTICAST, "multicast", "multicast wider than the site")                          \
	X(OG_R_SOURCE_ROUTED, "source-routed", "the packet names its own route")                 \
	X(OG_R_ETHERTYPE, "ethertype", "neither IP nor an EtherType that always passes")         \
	X(OG_R_UNREADABLE, "unreadable", "headers cut short, malformed or too deep to read")     \
	X(OG_R_ISOLATED, "isolated", "an internal destination beyond the device's own prefix")   \
	X(OG_R_OVER_RATE, "over-rate", "egress above the rate")                                  \
	X(OG_R_SOURCE, "source", "the source address is outside, where the answers would go")

#define OG_REASON_SYMBOL(symbol, word, text) symbol,
enum og_reason { OG_REASONS(OG_REASON_SYMBOL) OG_R_COUNT };
#undef OG_REASON_SYMBOL

#define OG_DROP_FIRST OG_R_EGRESS

#endif
