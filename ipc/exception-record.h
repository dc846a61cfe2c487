/* SPDX-License-Identifier: GPL-2.0 */
/*
 * exception-record.h: an exception as a record, for `exception list` and for reports alike
 */
#ifndef OUIGUARD_IPC_EXCEPTION_RECORD_H
#define OUIGUARD_IPC_EXCEPTION_RECORD_H

#include <stdint.h>

#include <jansson.h>

struct og_conf_exception;
struct og_config;

/*
 * og_exception_record - @exception of @config as at second @now (docs/dbus.md, exception list): its
 * times are by the zone of its site. A new reference; NULL without memory.
 */
json_t *og_exception_record(const struct og_config *config,
			    const struct og_conf_exception *exception, int64_t now);

#endif
