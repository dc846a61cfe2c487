// SPDX-License-Identifier: GPL-2.0
/*
 * alive.c: sd_notify(3) between the steps of long work
 */
#include <systemd/sd-daemon.h>

#include "daemon/alive.h"

void og_alive(void)
{
	sd_notify(0, "WATCHDOG=1\nEXTEND_TIMEOUT_USEC=30000000");
}
