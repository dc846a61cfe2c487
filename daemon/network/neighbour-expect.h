/* SPDX-License-Identifier: GPL-2.0 */
/*
 * neighbour-expect.h: having the kernel take the answer of a neighbour that it did not ask for
 *
 * ARP replies and neighbour advertisements change entries of the neighbour table that are there, and
 * nothing else. An entry without a state makes the kernel ask for nobody.
 */
#ifndef OUIGUARD_DAEMON_NEIGHBOUR_EXPECT_H
#define OUIGUARD_DAEMON_NEIGHBOUR_EXPECT_H

#include <stdint.h>

#include <ouiguard/types.h>

/*
 * og_neighbour_expect - make an entry for @addr on the link @ifindex that has the gateway's address, in
 * the place of one of a neighbour that did not answer. Returns 0; -EEXIST when there is another entry,
 * which takes the answer as well; -EBUSY for one that somebody wrote down; or -errno of netlink, as
 * where the link has no IPv6.
 */
int og_neighbour_expect(uint32_t ifindex, const struct og_addr *addr);

/* og_neighbour_unexpect - delete that entry again, whatever became of it. */
void og_neighbour_unexpect(uint32_t ifindex, const struct og_addr *addr);

#endif
