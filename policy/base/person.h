/* SPDX-License-Identifier: GPL-2.0 */
/*
 * person.h: whether two login names are one person's
 */
#ifndef OUIGUARD_POLICY_PERSON_H
#define OUIGUARD_POLICY_PERSON_H

#include <stdbool.h>

/*
 * og_same_person - whether the login names @a and @b (not NULL) are the same, however they were
 * written: capital letters and blanks around them make no other person.
 */
bool og_same_person(const char *a, const char *b);

#endif
