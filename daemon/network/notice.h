/* SPDX-License-Identifier: GPL-2.0 */
/*
 * notice.h: what a notification of rtnetlink(7) says has to be read again
 *
 * Pure: bytes in, an answer out.
 */
#ifndef OUIGUARD_DAEMON_NOTICE_H
#define OUIGUARD_DAEMON_NOTICE_H

#include <stdbool.h>

#include <linux/netlink.h>

#include "policy/compile/gateway.h"

struct og_notice {
	unsigned int kinds; /* OG_FACT_* of links-read.h; 0: nothing that is followed */
	bool urgent;	    /* a port appeared, was renamed or joined a bridge */
	bool lost;	    /* an interface went */
	bool gone;	    /* of routes: only if it was the last one of its next hop */
};

/*
 * og_notice_read - what the message at @hdr, of hdr->nlmsg_len bytes that are all there, means beside the
 * facts @gw. A message that cannot be read, or of another type, means nothing.
 */
struct og_notice og_notice_read(const struct og_gateway *gw, struct nlmsghdr *hdr);

#endif
