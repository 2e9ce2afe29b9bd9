/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_journal.h"

#include "core/text.h"
#include "core/writer.h"

#include <errno.h>
#include <time.h>

enum { LINE_MAX = 2 * DOSSIER_JSON_MAX + 1024 };

struct line {
	int64_t seq, at_ns;
	struct bytes who, action, object, before, after; /* at == NULL: absent */
};

static void
put_field(struct writer *w, struct bytes b)
{
	writer_be32(w, b.at == NULL ? UINT32_MAX : (uint32_t)b.len);
	writer_put(w, b);
}

static bool
hash(const struct line *line, const uint8_t previous[static DOSSIER_DIGEST_SIZE], uint8_t out[static DOSSIER_DIGEST_SIZE])
{
	static uint8_t room[LINE_MAX]; /* one writer, one thread */
	struct writer w = writer_of(room, sizeof(room));
	writer_put(&w, (struct bytes){previous, DOSSIER_DIGEST_SIZE});
	writer_be64(&w, (uint64_t)line->seq);
	writer_be64(&w, (uint64_t)line->at_ns);
	put_field(&w, line->who);
	put_field(&w, line->action);
	put_field(&w, line->object);
	put_field(&w, line->before);
	put_field(&w, line->after);
	dossier_digest_sha256(writer_written(&w), out);
	return writer_ok(&w);
}

int64_t
dossier_journal_now(void)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int
dossier_journal_start(struct dossier *d, struct diag *diag)
{
	sqlite3_stmt *s = dossier_db_statement(d, SQL_JOURNAL_LAST);
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r;
	struct bytes last = dossier_db_bytes(s, 1);
	d->seq = dossier_db_i64(s, 0);
	bool whole = last.len == sizeof(d->head);
	if (whole)
		memcpy(d->head, last.at, sizeof(d->head));
	(void)sqlite3_reset(s);
	return whole ? 0
	             : dossier_db_say(d, diag, -EBADMSG,
	                   N_("the journal of this dossier is damaged: put your last copy back; nothing was changed"));
}

static struct bytes
optional(const char *text_cstr)
{
	return text_cstr == NULL ? (struct bytes){0} : bytes_of_cstr(text_cstr);
}

int
dossier_journal_add(struct dossier *d, const char *action_cstr, const char *object_cstr, const char *before_cstr,
    const char *after_cstr, struct diag *diag)
{
	uint8_t next[DOSSIER_DIGEST_SIZE];
	struct line line = {.seq = d->seq + 1,
	    .at_ns = dossier_journal_now(),
	    .who = bytes_of_cstr(d->who_cstr),
	    .action = bytes_of_cstr(action_cstr),
	    .object = bytes_of_cstr(object_cstr),
	    .before = optional(before_cstr),
	    .after = optional(after_cstr)};
	if (!hash(&line, d->head, next))
		return dossier_db_say(d, diag, -E2BIG, N_("a line of the journal would be too long"));
	sqlite3_stmt *s = dossier_db_statement(d, SQL_JOURNAL_ADD);
	dossier_db_bind_i64(s, 1, line.seq);
	dossier_db_bind_i64(s, 2, line.at_ns);
	dossier_db_bind_cstr(s, 3, d->who_cstr);
	dossier_db_bind_cstr(s, 4, action_cstr);
	dossier_db_bind_cstr(s, 5, object_cstr);
	dossier_db_bind_cstr(s, 6, before_cstr);
	dossier_db_bind_cstr(s, 7, after_cstr);
	dossier_db_bind_bytes(s, 8, (struct bytes){d->head, sizeof(d->head)});
	dossier_db_bind_bytes(s, 9, (struct bytes){next, sizeof(next)});
	int r = dossier_db_run(d, s, diag);
	if (r < 0)
		return r;
	d->seq = line.seq;
	memcpy(d->head, next, sizeof(d->head));
	return 0;
}

/* True when the row is the one that must follow `previous`. */
static bool
follows(sqlite3_stmt *s, int64_t seq, const uint8_t previous[static DOSSIER_DIGEST_SIZE],
    uint8_t next[static DOSSIER_DIGEST_SIZE])
{
	struct bytes fields[5];
	for (int i = 0; i < 5; i++) {
		fields[i] = dossier_db_bytes(s, 2 + i);
		if (fields[i].at == NULL && sqlite3_column_type(s, 2 + i) != SQLITE_NULL)
			fields[i] = BYTES("");
	}
	struct line line = {.seq = dossier_db_i64(s, 0),
	    .at_ns = dossier_db_i64(s, 1),
	    .who = fields[0],
	    .action = fields[1],
	    .object = fields[2],
	    .before = fields[3],
	    .after = fields[4]};
	return line.seq == seq && hash(&line, previous, next) &&
	    bytes_eq(dossier_db_bytes(s, 7), (struct bytes){previous, DOSSIER_DIGEST_SIZE}) &&
	    bytes_eq(dossier_db_bytes(s, 8), (struct bytes){next, DOSSIER_DIGEST_SIZE});
}

int
dossier_journal_verify(struct dossier *d, uint64_t *lines, struct diag *diag)
{
	uint8_t previous[DOSSIER_DIGEST_SIZE] = {0}, next[DOSSIER_DIGEST_SIZE];
	sqlite3_stmt *s = dossier_db_statement(d, SQL_JOURNAL_ALL);
	int64_t seq = 0;
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		if (!follows(s, ++seq, previous, next)) {
			(void)sqlite3_reset(s);
			*lines = (uint64_t)seq;
			return dossier_db_say(d, diag, -EBADMSG, N_("the journal was altered"));
		}
		memcpy(previous, next, sizeof(previous));
	}
	*lines = (uint64_t)seq;
	return r;
}
