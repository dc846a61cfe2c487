/* SPDX-License-Identifier: GPL-2.0 */
/*
 * version.h: the version that both programs tell
 */
#ifndef OUIGUARD_IPC_VERSION_H
#define OUIGUARD_IPC_VERSION_H

#define OG_VERSION "0.1.0"

#endif
