/* SPDX-License-Identifier: GPL-2.0 */
/*
 * compat.h: what differs between the kernels that the module is built for, 6.1 to 6.12; the only
 * place that knows their versions
 */
#ifndef OUIGUARD_KMOD_COMPAT_H
#define OUIGUARD_KMOD_COMPAT_H

#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

/* Linux fills variables on the stack with zeros; not this one. */
#ifndef __uninitialized
#define __uninitialized __attribute__((__uninitialized__))
#endif

/* What pre_doit and post_doit of a generic netlink family are given. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define compat_operation genl_split_ops
#else
#define compat_operation genl_ops
#endif

#endif
