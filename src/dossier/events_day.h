/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/events_day.h - the events of one day (UTC): a store of its own, events/YYYY-MM-DD.db, so that what is too old goes
 * as a file does; on a server, tables of its own. Blocks of lines, and what they add up to.
 */
#ifndef DOSSIER_EVENTS_DAY_H
#define DOSSIER_EVENTS_DAY_H

#include "dossier/dossier_db.h"
#include "dossier/events_block.h"
#include "dossier/events_counts.h"

enum { EVENTS_DAY_NAME_MAX = 32, EVENTS_DAYS_MAX = 4000, EVENTS_DAY_SQL_MAX = 16 };

#define EVENTS_DAY_NS (INT64_C(86400) * 1000000000)

struct events_day {
	struct dossier *d;
	struct store *store;
	int64_t number;                      /* days since 1970 */
	char name_cstr[EVENTS_DAY_NAME_MAX]; /* "events/2026-03-03.db" */
	struct {
		const char *sql_cstr;
		struct store_statement *statement;
	} prepared[EVENTS_DAY_SQL_MAX];
};

void events_day_name(int64_t number, char out[static EVENTS_DAY_NAME_MAX]);
/* "2026-03-03" */
MUST_USE bool events_day_parse(struct bytes text, int64_t *out);
/* The days that the dossier has, the latest first. *out is to be freed; 0 or a negative errno with diag. */
MUST_USE int events_day_list(struct dossier *d, int64_t **out, size_t *count, struct diag *diag);
/* 0, or a negative errno with diag; -ENOENT (without diag) when it is only read and not there. `writes`: it is made. */
MUST_USE int events_day_open(struct events_day *day, struct dossier *d, int64_t number, bool writes, struct diag *diag);
/* Takes back what was not committed. */
void events_day_close(struct events_day *day);
/* The whole day goes. On a server it is for the caller to commit. 0 or a negative errno with diag. */
MUST_USE int events_day_remove(struct dossier *d, int64_t number, struct diag *diag);
uint64_t events_day_bytes(struct events_day *day); /* on the disk */

/* Of this day, with the store's last fault in words. A negative errno. */
int events_day_fail(struct events_day *day, struct diag *diag);
MUST_USE int events_day_execute(struct events_day *day, const char *sql_cstr, struct diag *diag);
/* Ready to be bound, of a sentence in static storage; NULL: events_day_next() tells. */
struct store_statement *events_day_sql(struct events_day *day, const char *sql_cstr);
/* 1: a row; 0: no more; a negative errno with diag. */
MUST_USE int events_day_next(struct events_day *day, struct store_statement *s, struct diag *diag);

/* ---- writing, inside a transaction ---- */

MUST_USE int events_day_begin(struct events_day *day, struct diag *diag); /* nothing when one is open */
MUST_USE int events_day_commit(struct events_day *day, struct diag *diag);
MUST_USE int events_day_put_block(
    struct events_day *day, const struct events_block_head *head, const struct events_packed *packed, struct diag *diag);
/* Those of this number and later. */
MUST_USE int events_day_drop_blocks(struct events_day *day, int64_t seq, struct diag *diag);
MUST_USE int events_day_put_counts(struct events_day *day, const struct events_counts *counts, struct diag *diag);

/* ---- reading ---- */

/* The number of the next event, 0 in an empty day. */
MUST_USE int events_day_end(struct events_day *day, int64_t *out, struct diag *diag);
/* A row of: seq, count, bytes, first_ns, last_ns, types, flags. False: it makes no sense. */
MUST_USE bool events_day_head(struct store_statement *s, struct events_block_head *out);

#endif
