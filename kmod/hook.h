/* SPDX-License-Identifier: GPL-2.0 */
/*
 * hook.h: the hook at a port's ingress
 */
#ifndef OUIGUARD_KMOD_HOOK_H
#define OUIGUARD_KMOD_HOOK_H

#include <linux/netfilter.h>

/*
 * hook_ingress - judge a frame; @priv is the struct port. NF_ACCEPT: whatever comes behind sees the
 * frame as if we were not there; NF_DROP.
 */
unsigned int hook_ingress(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

#endif
