/* SPDX-License-Identifier: GPL-2.0 */
/*
 * links-read.h: reading one kind of fact, for links.c and links-read.c alone
 */
#ifndef OUIGUARD_DAEMON_LINKS_READ_H
#define OUIGUARD_DAEMON_LINKS_READ_H

#include <netlink/socket.h>

#include "policy/compile/gateway.h"

/* Kinds of fact, as bits: what has to be read again. */
#define OG_FACT_LINKS  0x1
#define OG_FACT_ADDRS  0x2
#define OG_FACT_ROUTES 0x4
#define OG_FACT_NEIGHS 0x8
#define OG_FACT_HOST   0x10
#define OG_FACT_ALL    0x1f

/*
 * og_links_refresh - read the facts of @kinds (OG_FACT_*) again into @gw and sort it. With
 * OG_FACT_ROUTES the neighbours are read too. 0 or -errno; on failure @gw is as it was.
 */
int og_links_refresh(struct og_gateway *gw, unsigned int kinds);

/* og_links_refresh_by - the same with a connected socket of NETLINK_ROUTE. */
int og_links_refresh_by(struct nl_sock *sock, struct og_gateway *gw, unsigned int kinds);

/* og_links_open - a socket of NETLINK_ROUTE. 0 or -errno. Freed by the caller with nl_socket_free(). */
int og_links_open(struct nl_sock **ret_sock);

/* og_links_errno - the -errno for a negative result of libnl. */
int og_links_errno(int nlerr);

#endif
