// SPDX-License-Identifier: GPL-2.0
/*
 * init.c: a first configuration, which only observes and logs
 */
#include "policy/config/init.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "policy/config/config-port.h"
#include "policy/base/file.h"
#include "policy/base/when.h"

#define DAY (24 * 60 * 60)

static const char main_text[] =
	"# ouiguard: settings of this gateway. Every key may be left out.\n"
	"# After an edit: `ouiguard check`, then `ouiguard apply`.\n"
	"\n"
	"engine: auto        # auto, bpf or kmod\n"
	"hook: auto          # auto, tc or xdp; for the bpf engine\n"
	"\n"
	"# Where the registered names of MAC prefixes come from. Only `ouiguard registry` reads\n"
	"# them; what is enforced is in prefixes.lock.\n"
	"# registry: [/usr/lib/udev/hwdb.d/20-OUI.hwdb, /usr/share/ieee-data]\n";

static const char site_text[] =
	"# Site %s: where it is attached to this gateway. The file's name is the site's.\n"
	"# After an edit: `ouiguard check`, then `ouiguard apply`.\n"
	"\n"
	"# The interfaces towards the devices. A port covers untagged frames; others are\n"
	"#   - {name: lan0, vlans: [20, 30-39]}     these VLANs too (`vlans: all`: every one)\n"
	"#   - {name: br0, uplink: wan0}            all ports of a bridge but its uplink\n"
	"#   - {name: br0, uplink: none}            all ports of a bridge that is routed\n"
	"ports:\n"
	"%s"
	"\n"
	"# What is not egress: the prefixes on the ports above, or a list of prefixes.\n"
	"internal: connected\n"
	"\n"
	"# Resolvers, proxies and VPN heads inside that would relay egress:\n"
	"# never_internal: [10.0.0.53]\n"
	"\n"
	"# class: sensitive                  # policies may apply to a class of sites\n"
	"# owner: facilities@example.org     # who answers for the site\n"
	"# timezone: Europe/London           # of the dates in policies; else the gateway's own\n";

static const char policy_text[] =
	"# What is done about the vendors of programme %s. The file's name is the policy's.\n"
	"# After an edit: `ouiguard check`, then `ouiguard plan` shows whom it would touch, then\n"
	"# `ouiguard apply --confirm 5m`.\n"
	"\n"
	"programme: %s\n"
	"\n"
	"# Only at these sites; without this line everywhere:\n"
	"# applies_to: {sites: [%s]}\n"
	"\n"
	"# Nothing is dropped as long as the phases only observe or log. When the devices that\n"
	"# `ouiguard devices` shows are known, take the # from the phases below and set their "
	"dates.\n"
	"phases:\n"
	"  - {from: %.10s, action: log}\n"
	"#  - {from: %.10sT10:00, action: restrict, allow: [{to: 192.0.2.123, port: 123/udp}]}\n"
	"#  - {from: %.10sT10:00, action: block}\n";

static bool plain(const char *text)
{
	size_t length = strlen(text);

	return text[0] >= 'a' && text[0] <= 'z' && strcmp(text, "null") &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-") == length;
}

#define QUOTED (2 * 16 + 3)

/* An interface name as YAML; it may hold what means something there. */
static const char *quote(const char *name, char quoted[QUOTED])
{
	char *out = quoted;

	if (plain(name))
		return name;
	*out++ = '\'';
	for (; *name; name++) {
		if (*name == '\'')
			*out++ = '\'';
		*out++ = *name;
	}
	*out++ = '\'';
	*out = '\0';
	return quoted;
}

/* One line of `ports`. */
static const char *port_line(struct og_arena *arena, const char *before, const char *lan,
			     const char *uplink)
{
	char quoted[QUOTED], quoted_uplink[QUOTED];

	if (uplink)
		return og_arena_printf(arena, "%s  - {name: %s, uplink: %s}\n", before,
				       quote(lan, quoted), quote(uplink, quoted_uplink));
	return og_arena_printf(arena, "%s  - {name: %s}\n", before, quote(lan, quoted));
}

static void check_interface(const char *name, struct og_diags *diags)
{
	if (!og_interface_valid(name))
		og_error(diags, NULL, "`%.*s` is no name of an interface; `ip link` shows them",
			 og_shown(name), name);
}

static int check(const struct og_init *init, const char *site, struct og_diags *diags)
{
	size_t errors = diags->errors;

	if (init->lan_count == 0)
		og_error(diags, NULL, "no interface is given; expected at least one `--lan IF`");
	for (size_t i = 0; i < init->lan_count; i++) {
		check_interface(init->lans[i], diags);
		if (init->uplinks && init->uplinks[i])
			check_interface(init->uplinks[i], diags);
	}
	if (!og_name_valid(site))
		og_error(diags, NULL,
			 "`%.*s` cannot be a site's name; expected a-z, 0-9, `.`, `_`, `-`",
			 og_shown(site), site);
	if (!og_name_valid(init->programme))
		og_error(diags, NULL,
			 "`%.*s` is no name of a programme; expected a-z, 0-9, `.`, "
			 "`_`, `-`",
			 og_shown(init->programme), init->programme);
	return diags->errors == errors ? 0 : -EINVAL;
}

/* The first working day at or after @second, so that an example is one to follow. */
static int64_t working_day(int64_t second)
{
	/* 1970-01-01 was a Thursday: days 2 and 3 of that count are Saturday and Sunday. */
	int64_t day = (second / DAY) % 7;

	return second + (day == 2 ? 2 : day == 3 ? 1 : 0) * DAY;
}

int og_init_text(const struct og_init *init, struct og_arena *arena,
		 struct og_init_file ret_files[OG_INIT_FILES], struct og_diags *diags)
{
	const char *site = init->site ? init->site : OG_INIT_SITE, *ports = "";
	char today[40], quarter[40], half[40];
	struct og_init_file files[OG_INIT_FILES];
	int ret = check(init, site, diags);

	if (ret)
		return ret;
	for (size_t i = 0; ports && i < init->lan_count; i++)
		ports = port_line(arena, ports, init->lans[i],
				  init->uplinks ? init->uplinks[i] : NULL);
	if (!ports)
		return -ENOMEM;
	og_when_format(init->now, NULL, today, sizeof(today));
	og_when_format(working_day(init->now + 91 * DAY), NULL, quarter, sizeof(quarter));
	og_when_format(working_day(init->now + 182 * DAY), NULL, half, sizeof(half));
	files[0] = (struct og_init_file){"ouiguard.yaml", main_text};
	files[1] = (struct og_init_file){og_arena_printf(arena, "sites/%s.yaml", site),
					 og_arena_printf(arena, site_text, site, ports)};
	files[2] =
		(struct og_init_file){og_arena_printf(arena, "policies/%s.yaml", init->programme),
				      og_arena_printf(arena, policy_text, init->programme,
						      init->programme, site, today, quarter, half)};
	for (size_t i = 0; i < OG_INIT_FILES; i++)
		if (!files[i].path || !files[i].text)
			return -ENOMEM;
	memcpy(ret_files, files, sizeof(files));
	return 0;
}

static int make_directories(const char *dir, struct og_arena *arena, struct og_diags *diags)
{
	static const char *const names[] = {"", "/sites", "/policies", "/exceptions", "/assets"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *path = og_arena_printf(arena, "%s%s", dir, names[i]);
		struct og_mark mark = {path, 0, 0};
		int error;

		if (!path)
			return -ENOMEM;
		if (!mkdir(path, 0755) || errno == EEXIST)
			continue;
		error = errno;
		og_error(diags, &mark, "this directory cannot be made: %s", strerror(error));
		return -error;
	}
	return 0;
}

/* Refuse before anything is written, and all of them at once. */
static int refuse_existing(const char *const paths[OG_INIT_FILES], struct og_diags *diags)
{
	int ret = 0;

	for (size_t i = 0; i < OG_INIT_FILES; i++) {
		struct og_mark mark = {paths[i], 0, 0};

		if (access(paths[i], F_OK))
			continue;
		og_error(diags, &mark,
			 "exists already and is left alone; edit it, or move it away");
		ret = -EEXIST;
	}
	return ret;
}

static int write_all(const char *dir, struct og_arena *arena,
		     const struct og_init_file files[OG_INIT_FILES], struct og_diags *diags)
{
	const char *paths[OG_INIT_FILES];
	int ret;

	for (size_t i = 0; i < OG_INIT_FILES; i++) {
		paths[i] = og_arena_printf(arena, "%s/%s", dir, files[i].path);
		if (!paths[i])
			return -ENOMEM;
	}
	ret = refuse_existing(paths, diags);
	if (!ret)
		ret = make_directories(dir, arena, diags);
	for (size_t i = 0; !ret && i < OG_INIT_FILES; i++) {
		struct og_mark mark = {paths[i], 0, 0};

		ret = og_file_write(paths[i], files[i].text, strlen(files[i].text), 0644, false);
		if (!ret)
			continue;
		og_error(diags, &mark, "cannot be written: %s", strerror(-ret));
		while (i--)
			unlink(paths[i]);
		break;
	}
	return ret;
}

int og_init_write(const char *dir, const struct og_init_file files[OG_INIT_FILES],
		  struct og_diags *diags)
{
	struct og_arena *arena = og_arena_new();
	int ret = arena ? write_all(dir, arena, files, diags) : -ENOMEM;

	og_arena_free(arena);
	return ret;
}
