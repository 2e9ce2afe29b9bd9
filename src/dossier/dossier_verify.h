/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_verify.h - looks for any alteration, and says where.
 *
 * Found by the dossier alone: a line of the journal altered, removed, slipped in or moved; a row altered, added or removed
 * behind the journal's back; a file of evidence altered or gone; a damaged database; lines cut from the end, as long as the
 * rows they told of or the file journal.head still know. Not found by the dossier alone: somebody who may write the
 * folder puts back an older copy of all of it, or rewrites rows, the whole chain and journal.head. For that, the head
 * that `verify` prints must be kept elsewhere (a backup, a hand-over archive, paper), and be given back to it. Days of events are
 * checked for damage; the journal does not seal them.
 */
#ifndef DOSSIER_DOSSIER_VERIFY_H
#define DOSSIER_DOSSIER_VERIFY_H

#include "dossier/dossier.h"

enum dossier_fault {
	DOSSIER_FAULT_LINE,     /* a line of the journal is not what was written */
	DOSSIER_FAULT_MISSING,  /* lines are missing before this one */
	DOSSIER_FAULT_CHAIN,    /* the line does not follow the one before it, which was written anew or put there */
	DOSSIER_FAULT_ERASED,   /* the content of a line is gone, and no purge tells of it */
	DOSSIER_FAULT_OBJECT,   /* the rows of an object are not as the journal's line left them */
	DOSSIER_FAULT_UNTOLD,   /* an object of which the journal knows nothing */
	DOSSIER_FAULT_GONE,     /* an object that the journal's line left is not there */
	DOSSIER_FAULT_FILE,     /* a file of evidence is not the one that was kept */
	DOSSIER_FAULT_NO_FILE,  /* or is not there */
	DOSSIER_FAULT_HEAD,     /* a line that journal.head, or the reader, knows is not in the journal */
	DOSSIER_FAULT_DATABASE, /* the database contradicts itself */
	DOSSIER_FAULT_EVENTS,   /* a day of events is damaged */
	DOSSIER_FAULTS
};

struct dossier_finding {
	enum dossier_fault fault;
	int64_t seq;           /* line of the journal, 0: none */
	char object_cstr[128]; /* object, file, or what SQLite says */
};

struct dossier_verdict {
	uint64_t lines, objects, files, days, findings;
	int64_t seq;        /* the head of the journal: worth keeping elsewhere */
	char head_cstr[65]; /* its hash */
};

/* head_cstr: "SEQ:HASH" that the reader kept, or NULL. Calls each() for all that is wrong. 0: nothing is; -EBADMSG: something
 * is; another negative errno, with diag: it could not be looked at. */
MUST_USE int dossier_verify(struct dossier *d, const char *head_cstr, struct dossier_verdict *out,
    void (*each)(void *context, const struct dossier_finding *finding), void *context, struct diag *diag);
/* The name of a fault for programs: "line-altered". */
const char *dossier_verify_word(enum dossier_fault fault);

#endif
