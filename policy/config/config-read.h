/* SPDX-License-Identifier: GPL-2.0 */
/*
 * config-read.h: the readers of single files, for config.c, and the values they share
 *
 * A reader of a file gets the root of its document and fills a structure that holds its name and
 * mark already. Like every reader of schema.h it returns 0 whatever errors it has added, or -ENOMEM;
 * what it leaves in the structure is whole enough for the semantic checks. @thing is a
 * struct og_conf_site, og_conf_policy and so on.
 */
#ifndef OUIGUARD_POLICY_CONFIG_READ_H
#define OUIGUARD_POLICY_CONFIG_READ_H

#include "policy/config/config.h"
#include "policy/config/schema.h"

#define OG_CONF_PHASES	 32   /* of one policy */
#define OG_CONF_ALLOWED	 256  /* items of one allow list */
#define OG_CONF_PREFIXES 1024 /* items of any other list of prefixes */
#define OG_CONF_SERVICES 32   /* of one site */

int og_read_main(struct og_reader *reader, const struct og_node *root, struct og_config *config);
int og_read_site(struct og_reader *reader, const struct og_node *root, void *thing);
int og_read_policy(struct og_reader *reader, const struct og_node *root, void *thing);
int og_read_programme(struct og_reader *reader, const struct og_node *root, void *thing);
int og_read_vendor(struct og_reader *reader, const struct og_node *root, void *thing);

/* og_default_main - what holds without ouiguard.yaml, and for each key that it leaves out. */
int og_default_main(struct og_reader *reader, struct og_config *config);

/*
 * og_read_exceptions - the exceptions of one file. @name is the file's. The array in
 * @ret_exceptions comes from the reader's arena.
 */
int og_read_exceptions(struct og_reader *reader, const struct og_node *root, const char *name,
		       struct og_conf_exception **ret_exceptions, size_t *ret_count);

/*
 * og_read_phase - `{from, action, rate, burst, allow, mark}`. With @need_from `from` is mandatory.
 * *@ret_good tells whether the phase can be used.
 */
int og_read_phase(struct og_reader *reader, const struct og_field *field,
		  const struct og_node *node, bool need_from, struct og_conf_phase *ret_phase,
		  bool *ret_good);

/*
 * Readers for rows of tables; the member is a struct og_when, a struct og_cidrs, a struct og_allows
 * or a struct og_mac_prefix.
 */
int og_read_when(struct og_reader *reader, const struct og_field *field, const struct og_node *node,
		 void *object);
int og_read_cidrs(struct og_reader *reader, const struct og_field *field,
		  const struct og_node *node, void *object);
int og_read_addresses(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object);
int og_read_allows(struct og_reader *reader, const struct og_field *field,
		   const struct og_node *node, void *object);
int og_read_mac_prefix(struct og_reader *reader, const struct og_field *field,
		       const struct og_node *node, void *object);

/* og_read_mapping - a row whose value is a mapping: read it by @schema into @object itself. */
static inline int og_read_mapping(struct og_reader *reader, const struct og_schema *schema,
				  const struct og_field *field, const struct og_node *node,
				  void *object)
{
	return og_schema_read(reader, schema, field->key, node, object);
}

/*
 * og_read_retention, og_read_absence - readers for rows of ouiguard.yaml. og_check_retention - what the
 * two mean together; an error is marked with @mark.
 */
int og_read_retention(struct og_reader *reader, const struct og_field *field,
		      const struct og_node *node, void *object);
int og_read_absence(struct og_reader *reader, const struct og_field *field,
		    const struct og_node *node, void *object);
void og_check_retention(struct og_reader *reader, const struct og_mark *mark,
			const struct og_config *config);

#endif
