/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reject.h: `on_block: reject`: an answer to a frame that is dropped, instead of silence
 */
#ifndef OUIGUARD_KMOD_REJECT_H
#define OUIGUARD_KMOD_REJECT_H

#include <linux/skbuff.h>

#include "gateway.h"

/*
 * reject_answer - send a TCP reset or an ICMP "administratively prohibited" back out of the port that
 * @skb came in by, within the budget. Frames that deserve no answer get none: errors, fragments,
 * group addresses, anything but IP. In softirq; @skb stays the caller's.
 */
void reject_answer(struct state *state, struct sk_buff *skb, const struct og_seen *seen);

#endif
