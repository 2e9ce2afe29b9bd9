/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* people/people_refusals.h - log-ins that were refused, for the journal: counted first and written later, so that neither the time an
 * answer takes nor the length of the journal tells a stranger which accounts there are. One line at once for the first refusal of an
 * hour, whatever the name; then one for each account and one for all names that do not exist, when somebody logs in, when the hour is
 * over, or at the end.
 */
#ifndef PEOPLE_PEOPLE_REFUSALS_H
#define PEOPLE_PEOPLE_REFUSALS_H

#include "people/people.h"

/* account_id_cstr NULL: of no account. Keeps what it writes. 0 or a negative errno with diag. */
MUST_USE int people_refusals_add(
    struct people *people, const char *account_id_cstr, const struct addr *address, int64_t now_ns, struct diag *diag);
/* Writes what is counted, in the open transaction or in one that the caller ends. */
MUST_USE int people_refusals_tell(struct people *people, struct diag *diag);

#endif
