/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* access/lockout.h - how long somebody waits who got a name, password or code wrong, so that guessing is slow, while nobody can
 * shut another one out: waits belong to an account *and* an address, or to an address, never to an account.
 *
 * An address from which the account logged in before ("known") waits for its own failures only, and never longer than known_max_s.
 * Others wait for the failures of their address with any name, too; and, when failures rain from everywhere, all strangers wait
 * a second or two. Of fixed size: what is longest over makes room. In memory only: a restart forgets. No clock of its own.
 */
#ifndef ACCESS_LOCKOUT_H
#define ACCESS_LOCKOUT_H

#include "access/access_settings.h"
#include "core/addr.h"

struct lockout;

struct lockout_try {
	struct bytes account; /* as typed: names that do not exist wait like others */
	struct addr address;
	bool known;
	int64_t now_s; /* any clock that does not go back */
};

/* The settings are borrowed. NULL: no memory. */
MUST_USE struct lockout *lockout_new(const struct access_settings *settings);
void lockout_free(struct lockout *lockout);
/* Seconds until it may be tried; 0: now. */
unsigned lockout_wait_s(const struct lockout *lockout, const struct lockout_try *attempt);
void lockout_failed(struct lockout *lockout, const struct lockout_try *attempt);
/* The pair begins anew; the address does not, or one account of one's own would make guessing at others free. */
void lockout_succeeded(struct lockout *lockout, const struct lockout_try *attempt);

#endif
