/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* people/people_secret.h - 256 random bits as text, and what is kept of them: their SHA-256, which is enough, since nobody guesses
 * them. The prefix tells what it is, to people and to programs that look for secrets in the wrong places.
 */
#ifndef PEOPLE_PEOPLE_SECRET_H
#define PEOPLE_PEOPLE_SECRET_H

#include "people/people.h"

enum { PEOPLE_SECRET_HASH = 32, PEOPLE_SECRET_DIGITS = 12 };

#define PEOPLE_SECRET_SESSION "bfs_"
#define PEOPLE_SECRET_LINK "bfl_"
#define PEOPLE_SECRET_TOKEN "bft_"

void people_secret_make(const char *prefix_cstr, char out[static PEOPLE_SECRET_MAX]);
void people_secret_hash(struct bytes text, uint8_t out[static PEOPLE_SECRET_HASH]);
/* False when it does not have that form: then it is not looked for. */
bool people_secret_parse(struct bytes text, const char *prefix_cstr, uint8_t hash[static PEOPLE_SECRET_HASH]);
/* What the pages of a session send back: known to whoever has the secret, and telling nothing about it. */
void people_secret_csrf(struct bytes secret, char out[static PEOPLE_CSRF_MAX]);
/* A name of our own for something: prefix and 12 digits. */
void people_secret_id(const char *prefix_cstr, const uint8_t hash[static PEOPLE_SECRET_HASH], char *out, size_t size);

#endif
