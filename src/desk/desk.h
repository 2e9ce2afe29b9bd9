/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* desk/desk.h - the desk where people ask and order: one function for each operation (record/operation.h), whoever carries the
 * order there: the clerk for the console, or a verb on the terminal.
 *
 * An operation takes texts by name, and writes JSON. What it writes is in one transaction with its lines of the journal; the
 * caller begins and ends it, or cancels it (dossier_begin). Texts live in the arena of the order.
 */
#ifndef DESK_DESK_H
#define DESK_DESK_H

#include "core/arena.h"
#include "core/diag.h"
#include "core/json.h"
#include "core/text.h"
#include "core/zone.h"
#include "desk/desk_order.h"
#include "dossier/dossier.h"
#include "incident/vocabulary.h"
#include "people/people.h"
#include "record/order.h"
#include "study/clocks.h"

/* A list answers at most DESK_LIST_MAX things, and stops before DESK_LIST_BYTES of them; texts in it are cut. */
enum { DESK_LIST_BYTES = 90000, DESK_LIST_TEXT = 300 };
enum { DESK_PATH_MAX = 640, DESK_LIST_MAX = 200, DESK_OBJECT_MAX = 128 };

struct desk_document {                 /* what leaves instead of JSON */
	const char *content_type_cstr; /* NULL: the answer is JSON */
	char name_cstr[96];            /* of the file: our words and ids only */
	struct bytes body;             /* lives until the order ends */
	struct conversion conversion;  /* what is to become of it */
};

struct desk_guard;

struct desk_cookie {
	enum order_cookie what;
	char session_cstr[PEOPLE_SECRET_MAX];
	uint32_t session_s;
};

struct desk {
	struct dossier *dossier; /* NULL: only for operations that need none */
	struct arena *arena;
	const struct vocabulary *vocabulary;
	const struct clocks *clocks;
	const struct zone *zone;
	enum language language;
	int64_t now_ns;

	struct people *people;       /* accounts; NULL on the terminal */
	const struct person *person; /* who asks; NULL: nobody is signed in */
	const char *who_cstr;        /* signs what is written */
	const char *proof_cstr;      /* what a request that changes something must show (X-CSRF-Token); NULL: a token asks */
	struct bytes secret;         /* of the session */
	struct addr client;
	bool converts; /* somebody makes ODT, DOCX and PDF of the HTML that leaves */
	bool is_owner; /* on the terminal of the machine: sees all incidents */

	/* Writes out and empties `out` between two things of a long answer; NULL: the answer is one piece, and bounded. */
	void (*flush)(struct desk *desk, struct json *out);
	void *context;

	const char *folder_cstr; /* of the dossier, where paths of proofs may be told; "" else */

	const struct desk_guard *guard; /* desk_guard.h */

	/* Filled by the operation. */
	struct desk_document document;
	char object_cstr[DESK_OBJECT_MAX]; /* what was read or written, for the journal */
	const char *refused_cstr;          /* the input or field that was refused; NULL: none in particular */
	const char *code_cstr;             /* the word of the error; NULL: what its number is called */
	unsigned retry_after_s;
	struct desk_cookie cookie;
	bool created;  /* 201 */
	uint64_t made; /* things made so far, for their ids */
};

/* Checks the right and the inputs, then does it. 0, or a negative errno with diag (desk_error.h says what each means). */
MUST_USE int desk_run(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag);
bool desk_may(const struct desk *desk, enum right right);

/* For the operations. */
int64_t desk_now_s(const struct desk *desk);
const char *desk_text(struct desk *desk, const char *format, ...) PRINTF_LIKE(2, 3); /* in the arena; "" when it is full */
/* The beginning of a text of a person, for lists: at most so many bytes, whole characters, and an ellipsis where it goes on. */
const char *desk_cut(struct desk *desk, const char *text_cstr, size_t max);
const char *desk_utc(struct desk *desk, int64_t at_s); /* "2026-10-24T10:00:00Z" */
/* A name made from content: "TSK-" and 12 digits. */
const char *desk_new_id(struct desk *desk, const char *prefix_cstr, const char *text_cstr);
void desk_flush(struct desk *desk, struct json *out);
int desk_no_memory(struct diag *diag);
/* Says which input is wrong: returns -EINVAL. */
int desk_refuse(struct desk *desk, struct diag *diag, const char *input_cstr, const char *sentence_cstr);
/* ,"name":"2026-10-24T10:00:00Z"; nothing when time_ns is 0. */
void desk_json_time(struct json *out, struct bytes key, int64_t time_ns);

#endif
