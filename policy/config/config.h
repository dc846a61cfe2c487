/* SPDX-License-Identifier: GPL-2.0 */
/*
 * config.h: the files that decide, as read
 *
 * og_config_load() reads a configuration directory and the shipped data into one tree of plain
 * structures. It reads files and nothing else: no clock, no network, no log. What each file may
 * hold is told in docs/ (one page per file format); what the result means is compile.h's business.
 *
 * Strings and arrays belong to the struct og_config and go with it. Every thing that can be wrong
 * later (a name that does not exist, ports that overlap) keeps its mark.
 */
#ifndef OUIGUARD_POLICY_CONFIG_H
#define OUIGUARD_POLICY_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include <ouiguard/types.h>
#include "policy/base/action.h"
#include "policy/base/diag.h"
#include "policy/base/digest.h"
#include "policy/base/mac.h"
#include "policy/base/when.h"

/* Bounds on what a configuration may hold; more is an error, never a silent cut. */
#define OG_CONF_SITES	   255
#define OG_CONF_PORTS	   4096 /* over all sites */
#define OG_CONF_POLICIES   256
#define OG_CONF_EXCEPTIONS 4096
#define OG_CONF_ASSETS	   30000 /* rows over all sites */
#define OG_CONF_NAME	   64	 /* bytes of a site, policy, vendor or programme name */

/* A list of strings, each with its place. */
struct og_names {
	char **names;
	struct og_mark *marks;
	size_t count;
};

/* An IP prefix, as the range it covers: @lo to @hi, both included. */
struct og_cidr {
	struct og_addr lo;
	struct og_addr hi;
	struct og_mark mark;
};

struct og_cidrs {
	struct og_cidr *items;
	size_t count;
};

/* A service: protocol (IPPROTO_*, 0 any) and an inclusive range of destination ports (0-65535 any). */
struct og_service {
	uint8_t proto;
	uint16_t port_lo;
	uint16_t port_hi;
};

/* One `{to: PREFIX, port: PORT/PROTO}`. */
struct og_allow {
	struct og_cidr to;
	struct og_service service;
};

#define OG_ALLOW_TEXT 160

/* og_allow_format - `10.1.0.0/16`, or with its port and protocol, into @buffer. Returns @buffer. */
char *og_allow_format(const struct og_allow *allow, char buffer[OG_ALLOW_TEXT]);

struct og_allows {
	struct og_allow *items;
	size_t count;
};

/* main file: ouiguard.yaml */
enum og_engine_choice { OG_ENGINE_AUTO, OG_ENGINE_BPF, OG_ENGINE_KMOD, OG_ENGINE_DRY };
enum og_hook_choice { OG_HOOK_AUTO, OG_HOOK_TC, OG_HOOK_XDP };

/* How long what was seen is kept. The history of states and the audit log are kept for good. */
struct og_conf_retention {
	unsigned int events;	   /* the newest so many */
	unsigned int sightings;	   /* days: sightings, watched time, probes, blind sources */
	unsigned int destinations; /* days since it was last sent to */
	unsigned int addresses;	   /* days since the address or host name was last seen */
};

/* Watched days without a frame of a device. */
struct og_conf_absence {
	unsigned int days;   /* for verified absence */
	unsigned int silent; /* until it is shown as silent */
};

/* sites/NAME.yaml */
#define OG_UPLINK_NONE "none" /* a bridge that the gateway routes for: all its ports are covered */

struct og_conf_port {
	char *name;   /* interface name; IFNAMSIZ applies */
	char *uplink; /* a bridge's uplink port: all its other ports are covered; NULL: not given */
	bool untagged;	    /* untagged and priority-tagged frames; true unless `untagged: false` */
	bool vlans_all;	    /* `vlans: all` */
	uint8_t vlans[512]; /* bit set of VLAN ids 1 to 4094 */
	struct og_mark mark;
};

struct og_conf_site {
	char *name; /* the file's name without .yaml */
	char *class;
	char *owner;
	char *timezone;		  /* a name of the zone database; NULL: the gateway's own zone */
	struct og_names gateways; /* host names it is on; count 0: every gateway */
	struct og_conf_port *ports;
	size_t port_count;
	struct og_cidrs own_addresses;
	bool internal_connected; /* `internal: connected`, the default; else @internal is the list */
	struct og_cidrs internal;
	struct og_cidrs never_internal;
	struct og_service *gateway_services; /* the default is filled in when the key is absent */
	size_t gateway_service_count;
	bool match_eui64; /* `match` holds eui64; mac is always there */
	bool enforce_routers;
	bool probe;  /* devices that were removed may be asked for, with ARP and ND */
	bool reject; /* `on_block: reject`: blocked traffic is answered, not only dropped */
	struct og_mark reject_mark;
	struct og_mark mark;
};

/* policies/NAME.yaml */

/* What a phase waits for beside its date; neither is set: nothing. */
struct og_conf_gate {
	char *milestone;	 /* of the policy's programme: it is met */
	unsigned int quiet_days; /* so long nothing was seen that the phase would drop */
	struct og_mark mark;
};

struct og_conf_phase {
	struct og_when from;
	struct og_setting setting; /* action and what goes with it: action.h */
	struct og_allows allow;	   /* restrict only */
	struct og_conf_gate gate;
	struct og_mark mark;
};

struct og_conf_policy {
	char *name;
	char *programme; /* NULL when `vendors` is given instead */
	struct og_mark programme_mark;
	struct og_names vendors;
	char *site_class;      /* applies_to.class; NULL: not given */
	struct og_names sites; /* applies_to.sites; count 0: not given */
	struct og_mark applies_mark;
	uint32_t roles;	  /* bit set of 1 << enum og_role that the policy applies to */
	bool roles_given; /* absent: every role but life-safety and phone */
	bool hold;	  /* `guard: hold`, the default: undeclared routers are kept at log */
	bool has_new_devices;
	struct og_conf_phase new_devices; /* `from` unset: at once */
	struct og_conf_phase *phases;	  /* ascending by `from` */
	size_t phase_count;
	struct og_mark mark;
};

/* exceptions/NAME.yaml: one mapping, or a sequence of them */
#define OG_PAUSE_SECONDS 86400 /* longest pause */

struct og_conf_exception {
	char *name; /* FILE or FILE#N (from 1) when the file holds several */
	char *policy;
	struct og_mark policy_mark;
	bool has_mac;
	struct og_mac_prefix mac; /* `device` (48 bits) or `prefix` */
	char *site;		  /* NULL: every site */
	struct og_mark site_mark;
	struct og_allows to; /* count 0: every destination */
	char *owner, *reason, *approver;
	char *author, *approved_by; /* logins; @approved_by NULL: not approved yet */
	struct og_mark approved_mark;
	bool pause; /* of a whole site, for OG_PAUSE_SECONDS at most; needs nobody's approval */
	struct og_when from;  /* unset: at once */
	struct og_when until; /* mandatory */
	struct og_mark mark;
};

/* assets/SITE.csv */
struct og_conf_asset {
	uint64_t mac;
	enum og_role role;
	enum og_asset_status status;
	char *installed; /* as written, ISO date or empty; likewise the texts below; never NULL */
	char *evidence, *asset_tag, *serial, *switch_port, *location, *note;
	struct og_mark mark;
};

struct og_conf_register {
	char *site;
	struct og_conf_asset *rows; /* in file order; MACs are unique */
	size_t count;
	struct og_mark mark;
};

/* programmes/NAME.yaml: facts, never enforcement */
enum og_measure { OG_MEASURE_DEVICES, OG_MEASURE_SITES };
enum og_comparator { OG_AT_LEAST, OG_AT_MOST, OG_NONE_LEFT };

/* What a date was moved for; `other` unless the file says. */
enum og_blocker {
	OG_BLOCKER_OTHER,
	OG_BLOCKER_FUNDING,
	OG_BLOCKER_SUPPLY,
	OG_BLOCKER_LABOUR,
	OG_BLOCKER_WEATHER,
	OG_BLOCKER_REVIEW,
	OG_BLOCKER_COUNT,
};

/* A due date that was moved: the date that held before. */
struct og_conf_extension {
	struct og_when was, decided;
	char *reason;
	enum og_blocker code;
	struct og_mark mark;
};

/* What a milestone counts; what is not given does not limit it. */
struct og_conf_scope {
	char *site_class;	 /* NULL: sites of every class */
	struct og_names vendors; /* count 0: every vendor of the programme */
	uint32_t roles;		 /* bit set of 1 << enum og_role; 0: every role */
};

struct og_conf_milestone {
	char *name;
	struct og_when due;
	enum og_measure measure;
	enum og_comparator comparator;
	unsigned int percent;		      /* at_least, at_most */
	struct og_conf_extension *extensions; /* ascending by `was`, all before `due` */
	size_t extension_count;
	char *verifier; /* who verifies it; NULL: not given */
	struct og_conf_scope scope;
	struct og_mark mark;
};

struct og_conf_source {
	char *date, *title, *url; /* url may be NULL */
};

struct og_conf_programme {
	char *name, *title, *authority, *equipment;
	struct og_conf_source *sources;
	size_t source_count;
	struct og_names vendors;
	struct og_conf_milestone *milestones;
	size_t milestone_count;
	struct og_mark mark;
};

/* vendors/NAME.yaml */
struct og_conf_subsidiary {
	char *title;
	struct og_names names;
};

struct og_conf_extra_prefix {
	struct og_mac_prefix prefix;
	char *reason;
	struct og_mark mark;
};

struct og_conf_vendor {
	char *name, *title, *parent;
	struct og_names names;
	struct og_conf_subsidiary *subsidiaries;
	size_t subsidiary_count;
	struct og_conf_extra_prefix *prefixes;
	size_t prefix_count;
	struct og_names near_misses; /* `not_mapped`: names that look alike and are other firms */
	struct og_mark mark;
};

/* prefixes.lock: the accepted prefixes, sorted by prefix then length */
struct og_lock_entry {
	char *vendor;
	struct og_mac_prefix prefix;
	char *registry; /* the registry file's short name, or "manual" */
	char *name;	/* the registered name */
	struct og_mark mark;
};

struct og_lock {
	struct og_lock_entry *entries;
	size_t count;
	bool present; /* false: there is no file yet */
	int64_t date; /* of the newest registry in it: seconds since 1970 UTC; 0: not known */
};

/* A file that was read. */
struct og_conf_file {
	char *path;   /* below the directory that holds it: `sites/whitehall.yaml` */
	bool shipped; /* of the shipped data, not of the configuration directory */
	struct og_digest digest;
};

struct og_config {
	enum og_engine_choice engine;
	enum og_hook_choice hook;
	struct og_conf_retention retention;
	struct og_conf_absence absence;
	struct og_names registry; /* files and directories; the default is filled in */
	char *metrics;		  /* file for node_exporter's textfile collector; NULL: none */
	struct og_names leases;	  /* lease files of DHCP servers; facts, never a verdict */
	struct og_conf_site *sites;
	size_t site_count;
	struct og_conf_policy *policies;
	size_t policy_count;
	struct og_conf_exception *exceptions; /* approved, or a pause */
	size_t exception_count;
	struct og_conf_exception *pending; /* that nobody has approved: they decide nothing */
	size_t pending_count;
	struct og_conf_register *registers;
	size_t register_count;
	struct og_conf_programme *programmes;
	size_t programme_count;
	struct og_conf_vendor *vendors;
	size_t vendor_count;
	struct og_lock lock;
	/*
	 * What the present registries list and nobody has accepted: observed, never enforced. Empty
	 * unless somebody fills it in (og_lock_unaccepted()); sorted as the lock.
	 */
	struct og_lock unaccepted;
	struct og_conf_file *files; /* all that were read, ascending by path */
	size_t file_count;
	void *arena; /* owns every string and array above */
};

/*
 * og_config_load - read all files of @dir (/etc/ouiguard) and the shipped vendors and programmes of
 * @datadir (/usr/share/ouiguard); one of the same name in @dir comes before a shipped one. Named
 * things are sorted by name, so that the result does not depend on the order of directory entries.
 * Every error of every file is added to @diags, and then the semantic ones (og_config_check).
 *
 * Returns 0 when there was no error, -EINVAL when @diags holds any, -ENOMEM. @ret_config is set only
 * on 0; free it with og_config_free().
 */
int og_config_load(const char *dir, const char *datadir, struct og_config **ret_config,
		   struct og_diags *diags);

/* og_config_free - free a configuration and all it owns; NULL is allowed. */
void og_config_free(struct og_config *config);

/*
 * og_exception_is_pending - whether @exception still waits for the approval of another login than its
 * author's. Such a one is among og_config.pending.
 */
static inline bool og_exception_is_pending(const struct og_conf_exception *exception)
{
	return !exception->approved_by && !exception->pause;
}

/* Look-ups by name in a loaded configuration; NULL when there is none. */
const struct og_conf_site *og_config_site(const struct og_config *config, const char *name);
const struct og_conf_policy *og_config_policy(const struct og_config *config, const char *name);
const struct og_conf_vendor *og_config_vendor(const struct og_config *config, const char *name);
const struct og_conf_programme *og_config_programme(const struct og_config *config,
						    const char *name);
const struct og_conf_register *og_config_register(const struct og_config *config, const char *site);

/*
 * og_policy_applies - whether @policy applies at @site (applies_to), whatever the vendor.
 * og_policy_vendors - the vendors it names, through its programme or itself; owned by @config.
 */
bool og_policy_applies(const struct og_conf_policy *policy, const struct og_conf_site *site);
const struct og_names *og_policy_vendors(const struct og_config *config,
					 const struct og_conf_policy *policy);

#endif
