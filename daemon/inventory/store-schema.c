// SPDX-License-Identifier: GPL-2.0
/*
 * store-schema.c: the tables of the database, and how an older one is brought up to date
 *
 * Sites and gateways stand by name in every table: a site can be in the store that this gateway's
 * configuration does not have. Days are days since 1970 in UTC. What belongs to a device and may be
 * forgotten with it (sightings, addresses, host names, destinations) goes by a cascade or the
 * trigger; history (state_change, audit, replacement, baseline) stays.
 */
#include <errno.h>
#include <stdio.h>

#include "daemon/cleanup.h"
#include "daemon/inventory/store-db.h"

#define APPLICATION_ID 0x4f554947 /* "OUIG" in the file's header */

static const char first[] =
	"CREATE TABLE number (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE site (name TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE) WITHOUT ROWID;"
	"CREATE TABLE device ("
	"  id INTEGER PRIMARY KEY, site TEXT NOT NULL, mac INTEGER NOT NULL,"
	"  vendor TEXT NOT NULL, port TEXT NOT NULL, vlan INTEGER NOT NULL,"
	"  role INTEGER NOT NULL, evidence INTEGER NOT NULL,"
	"  action INTEGER NOT NULL, reason INTEGER NOT NULL,"
	"  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,"
	"  packets INTEGER NOT NULL, bytes INTEGER NOT NULL, passed INTEGER NOT NULL,"
	"  dropped INTEGER NOT NULL, dropped_bytes INTEGER NOT NULL, egress INTEGER NOT NULL,"
	"  raw_first_seen INTEGER NOT NULL, raw_packets INTEGER NOT NULL,"
	"  raw_bytes INTEGER NOT NULL, raw_passed INTEGER NOT NULL,"
	"  raw_dropped INTEGER NOT NULL, raw_dropped_bytes INTEGER NOT NULL,"
	"  raw_egress INTEGER NOT NULL, UNIQUE (site, mac));"
	"CREATE TABLE destination ("
	"  device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,"
	"  hi INTEGER NOT NULL, lo INTEGER NOT NULL, port INTEGER NOT NULL,"
	"  proto INTEGER NOT NULL, packets INTEGER NOT NULL, raw INTEGER NOT NULL,"
	"  last_seen INTEGER NOT NULL, reason INTEGER NOT NULL,"
	"  PRIMARY KEY (device, hi, lo, port, proto)) WITHOUT ROWID;"
	"CREATE TABLE dropped ("
	"  device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,"
	"  minute INTEGER NOT NULL, packets INTEGER NOT NULL,"
	"  PRIMARY KEY (device, minute)) WITHOUT ROWID;"
	"CREATE TABLE event ("
	"  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind INTEGER NOT NULL,"
	"  mac INTEGER NOT NULL, site TEXT NOT NULL, vendor TEXT NOT NULL,"
	"  policy TEXT NOT NULL, exception TEXT NOT NULL, interface TEXT NOT NULL,"
	"  vlan INTEGER NOT NULL, hi INTEGER NOT NULL, lo INTEGER NOT NULL,"
	"  port INTEGER NOT NULL, proto INTEGER NOT NULL, ethertype INTEGER NOT NULL,"
	"  reason INTEGER NOT NULL, action INTEGER NOT NULL, evidence INTEGER NOT NULL,"
	"  dropped INTEGER NOT NULL, packets INTEGER NOT NULL, dropped_packets INTEGER NOT NULL,"
	"  generation INTEGER NOT NULL);"
	"CREATE INDEX event_mac ON event (mac, id);";

/*
 * State words are those of policy/progress/device-state.h; "" is none. device.gateway is "" for what
 * this gateway saw itself, else the gateway whose export brought the device; merged holds what each
 * other gateway counted, so that the same export may come twice. sighting.days is a bit set of the
 * days 32 * block + bit. vlan -1 of watched stands for every VLAN of the site.
 */
static const char timeline[] =
	"ALTER TABLE device ADD COLUMN state TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE device ADD COLUMN state_at INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE device ADD COLUMN third_party INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE device ADD COLUMN cut_destinations INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE device ADD COLUMN gateway TEXT NOT NULL DEFAULT '';"
	"ALTER TABLE device ADD COLUMN enforced INTEGER NOT NULL DEFAULT 0;"
	"CREATE INDEX device_mac ON device (mac);"
	"CREATE TABLE state_change ("
	"  id INTEGER PRIMARY KEY, site TEXT NOT NULL, mac INTEGER NOT NULL,"
	"  at INTEGER NOT NULL, state TEXT NOT NULL, previous TEXT NOT NULL,"
	"  actor TEXT NOT NULL, evidence TEXT NOT NULL, verifier TEXT NOT NULL,"
	"  third_party INTEGER NOT NULL, gateway TEXT NOT NULL,"
	"  UNIQUE (site, mac, at, state, actor, gateway));"
	"CREATE TABLE sighting ("
	"  device INTEGER NOT NULL REFERENCES device (id) ON DELETE CASCADE,"
	"  block INTEGER NOT NULL, days INTEGER NOT NULL,"
	"  PRIMARY KEY (device, block)) WITHOUT ROWID;"
	"CREATE TABLE watched ("
	"  site TEXT NOT NULL, vlan INTEGER NOT NULL, day INTEGER NOT NULL,"
	"  gateway TEXT NOT NULL, seconds INTEGER NOT NULL,"
	"  PRIMARY KEY (site, vlan, day, gateway)) WITHOUT ROWID;"
	"CREATE TABLE merged ("
	"  site TEXT NOT NULL, mac INTEGER NOT NULL, gateway TEXT NOT NULL,"
	"  first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,"
	"  packets INTEGER NOT NULL, bytes INTEGER NOT NULL, passed INTEGER NOT NULL,"
	"  dropped INTEGER NOT NULL, dropped_bytes INTEGER NOT NULL, egress INTEGER NOT NULL,"
	"  PRIMARY KEY (site, mac, gateway)) WITHOUT ROWID;"
	"CREATE TABLE gateway ("
	"  name TEXT PRIMARY KEY, last_data_at INTEGER NOT NULL, merged_at INTEGER NOT NULL)"
	"  WITHOUT ROWID;"
	"CREATE TABLE merged_site ("
	"  name TEXT PRIMARY KEY, gateway TEXT NOT NULL, at INTEGER NOT NULL,"
	"  class TEXT NOT NULL, owner TEXT NOT NULL, zone TEXT NOT NULL,"
	"  surveyed INTEGER NOT NULL, baseline_at INTEGER NOT NULL, frozen INTEGER NOT NULL,"
	"  blind INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE merged_asset ("
	"  site TEXT NOT NULL, mac INTEGER NOT NULL, at INTEGER NOT NULL, role TEXT NOT NULL,"
	"  status TEXT NOT NULL, PRIMARY KEY (site, mac)) WITHOUT ROWID;"
	"CREATE TABLE probe ("
	"  site TEXT NOT NULL, mac INTEGER NOT NULL, day INTEGER NOT NULL,"
	"  sent INTEGER NOT NULL, answered INTEGER NOT NULL,"
	"  PRIMARY KEY (site, mac, day)) WITHOUT ROWID;"
	"CREATE TABLE address ("
	"  site TEXT NOT NULL, mac INTEGER NOT NULL, hi INTEGER NOT NULL, lo INTEGER NOT NULL,"
	"  source TEXT NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,"
	"  PRIMARY KEY (site, mac, hi, lo, source)) WITHOUT ROWID;"
	"CREATE INDEX address_owner ON address (site, hi, lo);"
	"CREATE TABLE host ("
	"  site TEXT NOT NULL, mac INTEGER NOT NULL, name TEXT NOT NULL,"
	"  source TEXT NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL,"
	"  PRIMARY KEY (site, mac, name, source)) WITHOUT ROWID;"
	"CREATE INDEX host_owner ON host (site, name);"
	"CREATE TABLE blind ("
	"  site TEXT NOT NULL, day INTEGER NOT NULL, gateway TEXT NOT NULL,"
	"  sources INTEGER NOT NULL, PRIMARY KEY (site, day, gateway)) WITHOUT ROWID;"
	"CREATE TABLE replacement ("
	"  site TEXT NOT NULL, mac INTEGER NOT NULL, new_mac INTEGER NOT NULL,"
	"  by TEXT NOT NULL, at INTEGER NOT NULL,"
	"  PRIMARY KEY (site, mac, new_mac, by)) WITHOUT ROWID;"
	"CREATE TABLE baseline ("
	"  site TEXT NOT NULL, at INTEGER NOT NULL, actor TEXT NOT NULL,"
	"  devices INTEGER NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (site, at)) WITHOUT ROWID;"
	"CREATE TABLE audit ("
	"  id INTEGER PRIMARY KEY, at INTEGER NOT NULL, actor TEXT NOT NULL, kind TEXT NOT NULL,"
	"  subject TEXT NOT NULL, text TEXT NOT NULL, previous BLOB NOT NULL,"
	"  hash BLOB NOT NULL UNIQUE);"
	"CREATE TRIGGER device_forgotten AFTER DELETE ON device BEGIN"
	"  DELETE FROM merged WHERE site = OLD.site AND mac = OLD.mac;"
	"  DELETE FROM probe WHERE site = OLD.site AND mac = OLD.mac;"
	"  DELETE FROM address WHERE site = OLD.site AND mac = OLD.mac;"
	"  DELETE FROM host WHERE site = OLD.site AND mac = OLD.mac;"
	" END;"
	"CREATE TRIGGER state_change_stays BEFORE DELETE ON state_change BEGIN"
	"  SELECT raise(ABORT, 'the history of states is append-only');"
	" END;"
	"CREATE TRIGGER state_change_holds BEFORE UPDATE ON state_change BEGIN"
	"  SELECT raise(ABORT, 'the history of states is append-only');"
	" END;"
	"CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN"
	"  SELECT raise(ABORT, 'the audit log is append-only');"
	" END;"
	"CREATE TRIGGER audit_holds BEFORE UPDATE ON audit BEGIN"
	"  SELECT raise(ABORT, 'the audit log is append-only');"
	" END;";

/* Each brings the schema from the version of its index to the next one. Append only. */
static const char *const migrations[] = {first, timeline};

#define SCHEMA ((int)(sizeof(migrations) / sizeof(migrations[0])))

static int execute(sqlite3 *db, const char *sql)
{
	return og_store_errno(sqlite3_exec(db, sql, NULL, NULL, NULL));
}

static int read_pragma(sqlite3 *db, const char *sql, int *ret_value)
{
	OG_CLEANUP(og_store_finalize) sqlite3_stmt *query = NULL;
	int rc = sqlite3_prepare_v2(db, sql, -1, &query, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(query);
	if (rc != SQLITE_ROW)
		return og_store_errno(rc) ? og_store_errno(rc) : -EIO;
	*ret_value = sqlite3_column_int(query, 0);
	return 0;
}

int og_store_migrate(sqlite3 *db)
{
	char sql[96];
	int version, application, err;

	err = read_pragma(db, "PRAGMA user_version", &version);
	if (!err)
		err = read_pragma(db, "PRAGMA application_id", &application);
	if (err)
		return err;
	if (application && application != APPLICATION_ID)
		return -EUCLEAN;
	if (version < 0 || version > SCHEMA)
		return -EPROTO;
	for (; version < SCHEMA; version++) {
		snprintf(sql, sizeof(sql),
			 "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
			 APPLICATION_ID, version + 1);
		err = execute(db, "BEGIN IMMEDIATE");
		if (!err)
			err = execute(db, migrations[version]);
		if (!err)
			err = execute(db, sql);
		if (err) {
			execute(db, "ROLLBACK");
			return err;
		}
	}
	return 0;
}
