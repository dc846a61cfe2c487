// SPDX-License-Identifier: GPL-2.0
/*
 * store-addresses.c: addresses and host names of devices
 */
#include <errno.h>

#include "daemon/inventory/store-addresses.h"
#include "daemon/inventory/store-db.h"

static const char put_address_sql[] =
	"INSERT INTO address (site, mac, hi, lo, source, first_seen, last_seen)"
	" VALUES (?1,?2,?3,?4,?5,?6,?6) ON CONFLICT (site, mac, hi, lo, source)"
	" DO UPDATE SET last_seen = max(last_seen, ?6)";
static const char trim_addresses_sql[] =
	"DELETE FROM address WHERE site = ?1 AND mac = ?2 AND (hi, lo) NOT IN"
	" (SELECT hi, lo FROM address WHERE site = ?1 AND mac = ?2"
	" GROUP BY hi, lo ORDER BY max(last_seen) DESC, lo LIMIT ?3)";
static const char put_host_sql[] =
	"INSERT INTO host (site, mac, name, source, first_seen, last_seen)"
	" VALUES (?1,?2,?3,?4,?5,?5) ON CONFLICT (site, mac, name, source)"
	" DO UPDATE SET last_seen = max(last_seen, ?5)";
static const char trim_hosts_sql[] = "DELETE FROM host WHERE site = ?1 AND mac = ?2 AND name NOT IN"
				     " (SELECT name FROM host WHERE site = ?1 AND mac = ?2"
				     " GROUP BY name ORDER BY max(last_seen) DESC, name LIMIT ?3)";
static const char each_address_sql[] =
	"SELECT hi, lo, max(last_seen) AS seen FROM address WHERE site = ? AND mac = ?"
	" GROUP BY hi, lo ORDER BY seen DESC, lo";
static const char each_host_sql[] =
	"SELECT name, max(last_seen) AS seen FROM host WHERE site = ? AND mac = ?"
	" GROUP BY name ORDER BY seen DESC, name";
static const char address_owners_sql[] =
	"SELECT mac, max(last_seen) AS seen FROM address WHERE site = ? AND hi = ? AND lo = ?"
	" AND last_seen >= ? GROUP BY mac ORDER BY seen DESC, mac LIMIT ?";
static const char host_owners_sql[] =
	"SELECT mac, max(last_seen) AS seen FROM host WHERE site = ? AND name = ?"
	" AND last_seen >= ? GROUP BY mac ORDER BY seen DESC, mac LIMIT ?";

const char *og_source_name(enum og_source source)
{
	static const char *const names[] = {[OG_SOURCE_FRAME] = "frame",
					    [OG_SOURCE_NEIGHBOUR] = "neighbour",
					    [OG_SOURCE_LEASE] = "lease",
					    [OG_SOURCE_PROBE] = "probe"};

	return names[source];
}

static int trim(struct og_store *store, const char *sql, const char *site, uint64_t mac, int most)
{
	struct og_row row;
	int err = og_store_row(store, sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, mac);
	og_row_put(&row, most);
	return og_store_run(store, row.statement);
}

int og_store_put_address(struct og_store *store, const char *site, uint64_t mac,
			 const struct og_addr *addr, enum og_source source, int64_t at)
{
	struct og_row row;
	int err = og_store_row(store, put_address_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, mac);
	og_row_put(&row, addr->hi);
	og_row_put(&row, addr->lo);
	og_row_put_text(&row, og_source_name(source));
	og_row_put(&row, at);
	err = og_store_run(store, row.statement);
	return err ? err : trim(store, trim_addresses_sql, site, mac, OG_STORE_ADDRESSES);
}

int og_store_put_host(struct og_store *store, const char *site, uint64_t mac, const char *host,
		      enum og_source source, int64_t at)
{
	struct og_row row;
	int err = og_store_row(store, put_host_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, mac);
	og_row_put_text(&row, host);
	og_row_put_text(&row, og_source_name(source));
	og_row_put(&row, at);
	err = og_store_run(store, row.statement);
	return err ? err : trim(store, trim_hosts_sql, site, mac, OG_STORE_HOSTS);
}

/* A query of what belongs to one device. */
static int of_device(struct og_store *store, const char *sql, const char *site, uint64_t mac,
		     struct og_row *ret_row)
{
	int err = og_store_row(store, sql, ret_row);

	if (err)
		return err;
	og_row_put_text(ret_row, site);
	og_row_put(ret_row, mac);
	return 0;
}

int og_store_each_address(struct og_store *store, const char *site, uint64_t mac,
			  int (*each)(void *userdata, const struct og_addr *addr,
				      int64_t last_seen),
			  void *userdata)
{
	struct og_addr addr;
	struct og_row row;
	int err = of_device(store, each_address_sql, site, mac, &row);

	if (err)
		return err;
	while ((err = og_store_next(store, &row)) == 1) {
		addr.hi = og_row_take(&row);
		addr.lo = og_row_take(&row);
		err = each(userdata, &addr, og_row_take(&row));
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}

int og_store_each_host(struct og_store *store, const char *site, uint64_t mac,
		       int (*each)(void *userdata, const char *host, int64_t last_seen),
		       void *userdata)
{
	char host[OG_HOST_TEXT];
	struct og_row row;
	int err = of_device(store, each_host_sql, site, mac, &row);

	if (err)
		return err;
	while ((err = og_store_next(store, &row)) == 1) {
		og_row_take_text(&row, host, sizeof(host));
		err = each(userdata, host, og_row_take(&row));
		if (err)
			break;
	}
	sqlite3_reset(row.statement);
	return err;
}

static int read_macs(struct og_store *store, struct og_row *row, int64_t since, uint64_t *ret_macs,
		     size_t room)
{
	int count = 0, err;

	og_row_put(row, since);
	og_row_put(row, room);
	while ((err = og_store_next(store, row)) == 1)
		ret_macs[count++] = og_row_take(row);
	sqlite3_reset(row->statement);
	return err ? err : count;
}

int og_store_address_owners(struct og_store *store, const char *site, const struct og_addr *addr,
			    int64_t since, uint64_t *ret_macs, size_t room)
{
	struct og_row row;
	int err = og_store_row(store, address_owners_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put(&row, addr->hi);
	og_row_put(&row, addr->lo);
	return read_macs(store, &row, since, ret_macs, room);
}

int og_store_host_owners(struct og_store *store, const char *site, const char *host, int64_t since,
			 uint64_t *ret_macs, size_t room)
{
	struct og_row row;
	int err = og_store_row(store, host_owners_sql, &row);

	if (err)
		return err;
	og_row_put_text(&row, site);
	og_row_put_text(&row, host);
	return read_macs(store, &row, since, ret_macs, room);
}
