/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_lines.h"

#include "dossier/dossier_db.h"

enum { LINES_LOOKED_AT = 2000 };

int
dossier_lines_page(struct dossier *d, const struct dossier_lines_query *q,
    void (*each)(void *context, const struct dossier_lines_one *line), void *context, struct diag *diag)
{
	/* Two sentences, so that each has the index it needs. */
	struct store_statement *s = q->object_cstr != NULL
	    ? dossier_db_sql(d,
	          "SELECT seq, at, who, action, object, before, after FROM journal WHERE seq < ?1 AND object = ?3"
	          " AND (CAST(?4 AS TEXT) = '' OR who = ?4) ORDER BY seq DESC LIMIT ?2")
	    : dossier_db_sql(d,
	          "SELECT seq, at, who, action, object, before, after FROM journal WHERE seq < ?1 AND CAST(?3 AS TEXT) = ''"
	          " AND (CAST(?4 AS TEXT) = '' OR who = ?4) ORDER BY seq DESC LIMIT ?2");
	dossier_db_bind_i64(s, 1, q->before_seq == 0 ? INT64_MAX : q->before_seq);
	dossier_db_bind_u64(s, 2, q->limit + 1);
	dossier_db_bind_cstr(s, 3, q->object_cstr == NULL ? "" : q->object_cstr);
	dossier_db_bind_cstr(s, 4, q->who_cstr == NULL ? "" : q->who_cstr);
	size_t count = 0;
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		if (count++ == q->limit) {
			store_reset(s);
			return 1;
		}
		each(context,
		    &(struct dossier_lines_one){.seq = dossier_db_i64(s, 0),
		        .at_ns = dossier_db_i64(s, 1),
		        .who = dossier_db_bytes(s, 2),
		        .action = dossier_db_bytes(s, 3),
		        .object = dossier_db_bytes(s, 4),
		        .before = dossier_db_bytes(s, 5),
		        .after = dossier_db_bytes(s, 6)});
	}
	return r;
}

static unsigned
kind_of(struct bytes object)
{
	static const struct {
		const char *prefix_cstr;
		enum dossier_lines_change change;
	} prefixes[] = {{"ALR-", DOSSIER_LINES_ALERTS}, {"AST-", DOSSIER_LINES_ASSETS}, {"ACC-", DOSSIER_LINES_OTHERS},
	    {"SET-", DOSSIER_LINES_OTHERS}, {"EVD-", DOSSIER_LINES_ALERTS}};
	for (size_t i = 0; i < LENGTH_OF(prefixes); i++)
		if (bytes_start_with(object, bytes_of_cstr(prefixes[i].prefix_cstr)))
			return prefixes[i].change;
	return bytes_find(object, '-') == object.len ? DOSSIER_LINES_OTHERS : DOSSIER_LINES_INCIDENTS;
}

static int
last_line(struct dossier *d, int64_t *out, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "SELECT coalesce(max(seq), 0) FROM journal");
	int r = dossier_db_next(d, s, diag);
	if (r > 0) {
		*out = dossier_db_i64(s, 0);
		store_reset(s);
	}
	return r < 0 ? r : 0;
}

int
dossier_lines_since(struct dossier *d, int64_t *seq, unsigned *changes, struct diag *diag)
{
	int64_t last = 0;
	*changes = 0;
	int r = last_line(d, &last, diag);
	if (r < 0 || *seq < 0 || last == *seq) {
		if (r == 0)
			*seq = last;
		return r;
	}
	struct store_statement *s = dossier_db_sql(
	    d, "SELECT object FROM journal WHERE seq > ?1 AND action <> 'read' ORDER BY seq DESC LIMIT ?2");
	dossier_db_bind_i64(s, 1, *seq);
	dossier_db_bind_u64(s, 2, LINES_LOOKED_AT);
	while ((r = dossier_db_next(d, s, diag)) > 0)
		*changes |= kind_of(dossier_db_bytes(s, 0));
	if (r == 0)
		*seq = last;
	return r;
}
