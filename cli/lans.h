/* SPDX-License-Identifier: GPL-2.0 */
/*
 * lans.h: the interfaces that `init` is given, `--lan IF` or `--lan BRIDGE:uplink=PORT`
 */
#ifndef OUIGUARD_CLI_LANS_H
#define OUIGUARD_CLI_LANS_H

#include "policy/base/diag.h"
#include "policy/compile/gateway.h"

#define OG_LANS	    64
#define OG_LAN_HINT 512 /* bytes of what to give instead */

struct og_lans {
	char names[OG_LANS][64];
	const char *lan[OG_LANS], *uplink[OG_LANS]; /* into names; uplink NULL: not given */
	size_t count;
};

/*
 * og_lans_add - take `IF` or `IF:uplink=PORT` apart. Returns 0; -E2BIG when there are OG_LANS
 * already; -EINVAL when @text is too long for an interface.
 */
int og_lans_add(struct og_lans *lans, const char *text);

/*
 * og_lans_check - whether each can be covered on @gateway: errors and, for an interface that is not
 * there yet, warnings into @diags, as og_config_check_gateway() has them.
 */
void og_lans_check(const struct og_lans *lans, const struct og_gateway *gateway,
		   struct og_diags *diags);

/*
 * og_lan_instead - what to write in place of the @i-th, which cannot be covered, into @text: words of
 * the command line. Returns false when it can be covered or nothing better is known.
 */
bool og_lan_instead(const struct og_lans *lans, size_t i, const struct og_gateway *gateway,
		    char text[OG_LAN_HINT]);

#endif
