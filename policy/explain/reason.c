// SPDX-License-Identifier: GPL-2.0
/*
 * reason.c: the words for reasons and evidence
 */
#include <errno.h>
#include <string.h>

#include <ouiguard/decide.h>
#include "policy/explain/reason.h"

struct words {
	const char *name, *text;
};

#define WORDS(symbol, word, meaning) [symbol] = {word, meaning},
static const struct words reasons[] = {OG_REASONS(WORDS)};
_Static_assert(sizeof(reasons) / sizeof(*reasons) == OG_R_COUNT, "words for each reason");

const char *og_reason_name(unsigned int reason)
{
	return reason < OG_R_COUNT ? reasons[reason].name : "unknown";
}

const char *og_reason_text(unsigned int reason)
{
	return reason < OG_R_COUNT ? reasons[reason].text : "unknown";
}

int og_reason_parse(const char *word, enum og_reason *ret_reason)
{
	for (unsigned int i = 0; i < OG_R_COUNT; i++) {
		if (!strcmp(reasons[i].name, word)) {
			*ret_reason = i;
			return 0;
		}
	}
	return -EINVAL;
}

int og_reason_drops(unsigned int reason)
{
	return reason >= OG_DROP_FIRST && reason < OG_R_COUNT;
}

const char *og_evidence_name(unsigned int evidence)
{
	return evidence == OG_EVIDENCE_MAC     ? "mac"
	       : evidence == OG_EVIDENCE_EUI64 ? "eui64"
	       : evidence == OG_EVIDENCE_LEASE ? "lease"
					       : "unknown";
}
