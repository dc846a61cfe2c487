/* SPDX-License-Identifier: GPL-2.0 */
/*
 * reason.h: the words for reasons and evidence
 */
#ifndef OUIGUARD_POLICY_REASON_H
#define OUIGUARD_POLICY_REASON_H

#include <ouiguard/reason.h>

/*
 * og_reason_name, og_reason_text - the word of a reason, and what it means in a sentence; for a
 * number that is none, "unknown". og_reason_parse - back from the word: 0, or -EINVAL with the
 * output untouched. og_reason_drops - whether it is a reason for dropping.
 */
const char *og_reason_name(unsigned int reason);
const char *og_reason_text(unsigned int reason);
int og_reason_parse(const char *word, enum og_reason *ret_reason);
int og_reason_drops(unsigned int reason);

/* og_evidence_name - `mac`, `eui64` or `lease`, how a device was recognised (enum og_evidence). */
const char *og_evidence_name(unsigned int evidence);

#endif
