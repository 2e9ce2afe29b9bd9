/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* people/people.h - who may come in: log-in by name, password and code, sessions, tokens of programs, one-time links.
 *
 * Nothing of HTTP here: secrets come in and go out as texts, times as nanoseconds since 1970. Each function that changes something
 * keeps it: never inside of dossier_begin() and dossier_end() of somebody else. A hash of a password takes its memory while it is reckoned: one at a time, since a process that has a struct people
 * has one thread.
 */
#ifndef PEOPLE_PEOPLE_H
#define PEOPLE_PEOPLE_H

#include "access/access_settings.h"
#include "access/roles.h"
#include "core/addr.h"
#include "dossier/dossier.h"
#include "record/person.h"

enum { PEOPLE_SECRET_MAX = 72 /* of a session, a link or a token, with its NUL */, PEOPLE_CSRF_MAX = 33 };

struct lockout;

/* people_refusals.h */
enum { PEOPLE_REFUSALS_MAX = 64, PEOPLE_ACCOUNT_ID_MAX = PERSON_NAME_MAX + 4 };
struct people_refusals {
	int64_t hour; /* of the last line that was written at once */
	size_t account_count;
	struct {
		char id_cstr[PEOPLE_ACCOUNT_ID_MAX];
		uint64_t count;
		struct addr last;
	} account[PEOPLE_REFUSALS_MAX];
	uint64_t others;
};

struct people {
	struct dossier *dossier; /* borrowed, open for writing */
	struct arena arena;
	const struct roles *roles;
	const struct access_settings *settings;
	struct lockout *lockout;
	int64_t swept_ns;
	struct people_refusals refusals;
};

/* Before the sandbox, since it reads nothing but what ships; the dossier follows. 0 or a negative errno with diag. */
MUST_USE int people_init(struct people *people, struct diag *diag);
void people_open(struct people *people, struct dossier *dossier);
/* What was counted and not yet written into the journal: before the dossier closes. */
MUST_USE int people_close(struct people *people, struct diag *diag);
void people_done(struct people *people);

enum people_answer {
	PEOPLE_IN,
	PEOPLE_REFUSED,    /* name, password or code: nobody is told which */
	PEOPLE_NEEDS_CODE, /* the password is right; a code must come with it */
	PEOPLE_WAIT,       /* too many attempts: wait_s */
};

struct people_entry {
	enum people_answer answer;
	unsigned wait_s;
	struct person person;
	char secret_cstr[PEOPLE_SECRET_MAX]; /* of the new session, for the cookie */
	char csrf_cstr[PEOPLE_CSRF_MAX];
};

struct people_attempt {
	struct bytes name, password, code; /* code: of the telephone, or one on paper; empty: none was given */
	struct addr address;
	int64_t now_ns;
};

/* 0 with out->answer, or a negative errno with diag. */
MUST_USE int
people_log_in(struct people *people, const struct people_attempt *attempt, struct people_entry *out, struct diag *diag);
/* A one-time link: a session that may do nothing but set a password. PEOPLE_IN or PEOPLE_REFUSED. */
MUST_USE int people_link_in(struct people *people, struct bytes secret, const struct addr *address, int64_t now_ns,
    struct people_entry *out, struct diag *diag);

/* Whose session that is. PEOPLE_ACTS: a person did something, so that it does not count as idle. 1: somebody; 0: nobody
 * (none, ended, of an account that is closed); or a negative errno with diag. */
enum people_touch { PEOPLE_LOOKS, PEOPLE_ACTS };
MUST_USE int people_session(struct people *people, struct bytes secret, enum people_touch touch, int64_t now_ns,
    struct person *out, char csrf[static PEOPLE_CSRF_MAX], struct diag *diag);
/* The same for the token of a program; its rights are those of its account that it was given. */
MUST_USE int people_token(struct people *people, struct bytes secret, int64_t now_ns, struct person *out, struct diag *diag);
MUST_USE int people_log_out(struct people *people, struct bytes secret, struct diag *diag);

/* Ends what was begun, well or badly: r >= 0 keeps it and is the answer, r < 0 takes it back. For the files of this folder. */
MUST_USE int people_keep(struct people *people, int r, struct diag *diag);
/* An account with the rights that its role has today: 1; 0: none, or closed. */
MUST_USE int people_find(struct people *people, const char *name_cstr, struct person *out, struct diag *diag);
/* A session of somebody who proved who they are. */
MUST_USE int
people_enter(struct people *people, const char *name_cstr, int64_t now_ns, struct people_entry *out, struct diag *diag);

#endif
