/* SPDX-License-Identifier: GPL-2.0 */
/*
 * names.h: the names of the D-Bus interface (docs/dbus.md), shared by the daemon and its clients
 */
#ifndef OUIGUARD_IPC_NAMES_H
#define OUIGUARD_IPC_NAMES_H

#define OG_BUS_NAME	 "org.ouiguard"
#define OG_BUS_PATH	 "/org/ouiguard"
#define OG_BUS_INTERFACE "org.ouiguard.Manager"

#define OG_BUS_ERROR_CONFIG    "org.ouiguard.Error.Config"
#define OG_BUS_ERROR_NOT_FOUND "org.ouiguard.Error.NotFound"
#define OG_BUS_ERROR_ENGINE    "org.ouiguard.Error.Engine"
#define OG_BUS_ERROR_REFUSED   "org.ouiguard.Error.Refused"

#define OG_DEVICES_PAGE 1000 /* most devices of one answer to ListDevices */

#define OG_EXPORT_KIND	  "ouiguard-inventory" /* of the first record of an export */
#define OG_EXPORT_VERSION 1
#define OG_EXPORT_PAGE	  1000 /* most records of one answer to ExportInventory */
#define OG_MERGE_PAGE	  2000 /* most records of one call of MergeInventory, with the header */

#endif
