/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/person.h - who asks: an account as it was when it proved who it is, with the rights of its role (a token may have
 * fewer). What it may see of an incident is decided here, in one place, for the console, the API and the exports.
 */
#ifndef RECORD_PERSON_H
#define RECORD_PERSON_H

#include "core/text.h"
#include "record/case_file.h"
#include "record/right.h"

enum { PERSON_NAME_MAX = 33, PERSON_DISPLAY_MAX = 97, PERSON_ROLE_MAX = 33, PERSON_TOKEN_MAX = 24 };

struct person {
	char name_cstr[PERSON_NAME_MAX];       /* of the account: a-z 0-9 . _ - */
	char display_cstr[PERSON_DISPLAY_MAX]; /* as people call them, UTF-8 */
	char role_cstr[PERSON_ROLE_MAX];
	char token_cstr[PERSON_TOKEN_MAX]; /* the id of the token of a program; empty: a person before a screen */
	enum language language;
	uint32_t rights;
	bool exercises_only;
	bool has_totp;
	bool must_set_password; /* came by a link: until a password is set, nothing else is answered */
};

/* False for all rights as long as a password must be set. */
bool person_may(const struct person *person, enum right right);
/* A role that may read incidents sees one when it is not restricted to others (field restricted_to: names between commas), and,
 * for the candidate of an exercise, only when it is one (field exercise). Others are told that there is no such incident. */
bool person_sees(const struct person *person, const struct case_item *incident);
/* Whether a person who may write incidents may write this field of one: what decides who sees it (restricted_to, exercise) is
 * not for the candidate of an exercise. */
bool person_may_set(const struct person *person, const char *field_cstr);

/* 1 to 32 of a-z 0-9 . _ -, the first of them a letter. */
bool person_name_valid(struct bytes name);

#endif
