/* SPDX-License-Identifier: GPL-2.0 */
/* alive.h: a word to the service manager from within long work */
#ifndef OUIGUARD_DAEMON_ALIVE_H
#define OUIGUARD_DAEMON_ALIVE_H

/*
 * og_alive - a long piece of work gets on: neither the watchdog nor the limit of a start is to end it. Call
 * it between steps, so that one step that never ends is still noticed.
 */
void og_alive(void);

#endif
