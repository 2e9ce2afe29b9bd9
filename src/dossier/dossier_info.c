/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_info.h"

#include "core/ensure.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_key.h"
#include "dossier/dossier_kind.h"
#include "dossier/dossier_schema.h"
#include "dossier/events_view.h"

static int
number(struct dossier *d, const char *sql_cstr, uint64_t *out, struct diag *diag)
{
	int64_t value = 0;
	int r = dossier_schema_number(d, sql_cstr, &value, diag);
	*out = value < 0 ? 0 : (uint64_t)value;
	return r;
}

static int
count_kinds(struct dossier *d, struct dossier_info *out, struct diag *diag)
{
	const struct dossier_kind *kinds = dossier_kind_all(&out->kind_count);
	ENSURE(out->kind_count <= DOSSIER_INFO_KINDS_MAX);
	int r = 0;
	for (size_t i = 0; i < out->kind_count && r >= 0; i++) {
		bool bad = false;
		struct store_statement *s = dossier_db_sql(d, "SELECT count(*) FROM object WHERE kind = ?1");
		dossier_db_bind_cstr(s, 1, kinds[i].name_cstr);
		out->kinds[i].name_cstr = kinds[i].name_cstr;
		r = dossier_db_next(d, s, diag);
		if (r > 0)
			out->kinds[i].count = dossier_db_u64(s, 0, UINT64_MAX, &bad);
		store_reset(s);
	}
	return r < 0 ? r : 0;
}

static int
count_events(struct dossier *d, struct dossier_info *out, struct diag *diag)
{
	struct events_day_info *days = NULL;
	size_t count = 0;
	int r = events_view_days(d, &days, &count, diag);
	for (size_t i = 0; i < count; i++) {
		out->events += days[i].events;
		out->event_bytes += days[i].bytes;
	}
	out->event_days = count;
	free(days);
	return r;
}

int
dossier_info(struct dossier *d, struct dossier_info *out, struct diag *diag)
{
	struct dossier_info info = {.version = (uint64_t)d->version};
	uint64_t first = 0, last = 0;
	int r = count_kinds(d, &info, diag);
	if (r == 0)
		r = count_events(d, &info, diag);
	if (r == 0)
		r = number(d, "SELECT count(*) FROM link", &info.links, diag);
	if (r == 0)
		r = number(d, "SELECT count(*) FROM journal", &info.lines, diag);
	if (r == 0)
		r = number(d, "SELECT coalesce(min(at), 0) FROM journal", &first, diag);
	if (r == 0)
		r = number(d, "SELECT coalesce(max(at), 0) FROM journal", &last, diag);
	if (r == 0)
		r = number(d, "SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM evidence", &info.file_bytes, diag);
	if (r == 0)
		r = dossier_journal_start(d, diag);
	struct dossier_key key;
	if (r == 0)
		r = dossier_key_take(d, false, &key, diag);
	if (r < 0)
		return r;
	if (r > 0) {
		dossier_key_fingerprint(&key, info.key_cstr);
		dossier_key_forget(&key);
	}
	int64_t bytes = 0;
	if (d->store->make->read_size(d->store, &bytes) < 0)
		return dossier_db_fail(d, diag);
	info.database_bytes = (uint64_t)bytes;
	info.first_ns = (int64_t)first;
	info.last_ns = (int64_t)last;
	info.seq = (uint64_t)d->seq;
	dossier_digest_text(d->head, DOSSIER_DIGEST_TEXT - 1, info.head_cstr);
	*out = info;
	return 0;
}
