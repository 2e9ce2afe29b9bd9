/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier.h - what people must find again: a folder with dossier.db (SQLite) and evidence/, or a
 * database on a PostgreSQL server ("postgresql://...").
 *
 * Records in, records out. Writing the same record twice changes nothing: identities come from the content. What was
 * seen of a machine is added up, unless its times were covered before. The only folder that knows databases.
 */
#ifndef DOSSIER_DOSSIER_H
#define DOSSIER_DOSSIER_H

#include "core/diag.h"
#include "record/asset.h"
#include "record/incident.h"

struct dossier;

enum dossier_mode {
	DOSSIER_READ,
	DOSSIER_WRITE,   /* creates what is missing; others may write too, in turn */
	DOSSIER_WATCH,   /* the same, for a live watch: one at a time */
	DOSSIER_MIGRATE, /* writes one of any older version; nothing is created */
	DOSSIER_TRIAL,   /* the copy that dossier_upgrade() makes to try on */
};

/* Sentences in diag are in the language of the process (text_speak).
 *
 * 0, or a negative errno with diag: none yet (-ENOENT), unreadable, not a dossier, of a newer version, being migrated, disk full. */
MUST_USE int dossier_open(struct dossier **out, const char *place_cstr, enum dossier_mode mode, struct diag *diag);
/* The same in two steps, for who gives up files and network in between: a server is connected by the first one. What was reached
 * is closed, entered or not. */
MUST_USE int dossier_reach(struct dossier **out, const char *place_cstr, struct diag *diag);
MUST_USE int dossier_enter(struct dossier *dossier, enum dossier_mode mode, struct diag *diag);
/* For people: the folder, or the address without its password. */
void dossier_describe(const char *place_cstr, char *out, size_t size);
/* The place is no folder but the address of a server. */
bool dossier_is_remote(const char *place_cstr);
/* Commits what is pending. 0 or a negative errno with diag: what was not kept is said. Frees in any case. */
MUST_USE int dossier_close(struct dossier *dossier, struct diag *diag);

/* A change of several rows that rests on what it reads: begin (waits some seconds for its turn: -EBUSY), read, put, then end or
 * cancel. Short: others wait meanwhile. Without it each put is a change of its own, kept within half a second or by
 * dossier_end(). After cancel the dossier can be used again. */
MUST_USE int dossier_begin(struct dossier *dossier, struct diag *diag);
MUST_USE int dossier_end(struct dossier *dossier, struct diag *diag);
void dossier_cancel(struct dossier *dossier);

/* Who is behind the changes that follow, for the journal: "watch", "dossier import"; the user's number is added. */
void dossier_act_as(struct dossier *dossier, const char *what_cstr);

/* Each: 0 or a negative errno with diag. *is_new (may be NULL) tells whether something was added. */
MUST_USE int dossier_put_asset(struct dossier *dossier, const struct asset *asset, bool *is_new, struct diag *diag);
MUST_USE int dossier_put_incident(struct dossier *dossier, const struct incident *incident, bool *is_new, struct diag *diag);
/* The alert of an incident; evidence: a pcap, may be empty. Kept as evidence/<sha256>.pcap, once. */
MUST_USE int dossier_put_alert(struct dossier *dossier, const char *incident_id_cstr, const struct alert *alert,
    struct bytes evidence, bool *is_new, struct diag *diag);
/* An alert that an exception keeps aside: in no incident, without evidence. */
MUST_USE int dossier_put_alert_aside(
    struct dossier *dossier, const char *exception_id_cstr, const struct alert *alert, bool *is_new, struct diag *diag);

/* What is read: gravest and latest first. Return the number given out, or a negative errno with diag. */
MUST_USE int dossier_each_incident(
    struct dossier *dossier, void (*each)(void *context, const struct incident *incident), void *context, struct diag *diag);
/* By id or an unambiguous beginning of it, with or without "INC-". -ENOENT, or -ENOTUNIQ. */
MUST_USE int dossier_find_incident(struct dossier *dossier, const char *id_cstr, struct incident *out, struct diag *diag);
struct kept_alert {
	struct alert alert;
	char id_cstr[INCIDENT_ID_MAX];
	char evidence_cstr[96]; /* path below the folder, empty when none */
};
MUST_USE int dossier_each_alert(struct dossier *dossier, const char *incident_id_cstr,
    void (*each)(void *context, const struct kept_alert *alert), void *context, struct diag *diag);
/* Those that an exception keeps aside: the latest 200, latest first. */
MUST_USE int dossier_each_alert_aside(struct dossier *dossier, const char *exception_id_cstr,
    void (*each)(void *context, const struct kept_alert *alert), void *context, struct diag *diag);
MUST_USE int dossier_each_asset(
    struct dossier *dossier, void (*each)(void *context, const struct asset *asset), void *context, struct diag *diag);

#endif
