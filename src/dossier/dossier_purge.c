/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_purge.h"

#include "core/auto.h"
#include "core/json.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_file.h"
#include "dossier/dossier_id.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_kind.h"
#include "dossier/dossier_outfile.h"
#include "dossier/events_view.h"
#include "dossier/events_day.h"

#include <errno.h>
#include <stdio.h>

enum { DEPTH_MAX = 16 };

#define DAY_NS EVENTS_DAY_NS

struct purge {
	struct dossier *d;
	const struct dossier_retention *retention;
	int64_t now_ns;
	const char *rule_cstr; /* in force, for the journal */
	unsigned days_kept;
	const char *reason_cstr;
	struct dossier_due *due;      /* where it is counted */
	struct dossier_list files;    /* to be unlinked once the rows are gone for good */
	struct events_day_info *days; /* of events, the latest first */
	size_t day_count, days_left;  /* those behind go */
};

/* When an object was last changed by somebody, and whether a person ever did: what a sensor alone wrote is no case. */
#define CHANGED "(SELECT max(j.at) FROM journal j WHERE j.object = o.id AND j.action NOT IN ('seal', 'unlink'))"
#define TOUCHED                                                                                          \
	"EXISTS(SELECT 1 FROM journal j WHERE j.object = o.id AND j.who NOT LIKE 'watch,%' AND j.action" \
	" NOT IN ('seal', 'unlink', 'migrate'))"

/* ?1: the time before which it is due. */
static const char *const due_sql[DOSSIER_RULES] = {
    [DOSSIER_RULE_CASE] = "SELECT o.id, " CHANGED " FROM object o WHERE o.kind = 'incident' AND " TOUCHED " AND " CHANGED
                          " < ?1 ORDER BY 2, 1",
    [DOSSIER_RULE_ALERT] = "SELECT o.id, " CHANGED " FROM object o WHERE o.kind = 'incident' AND NOT " TOUCHED
                           " AND " CHANGED " < ?1 ORDER BY 2, 1",
    /* Attached: anything but an alert is at either end of a link of it, or its incident is a case. */
    [DOSSIER_RULE_EVIDENCE] =
        "SELECT e.id, (SELECT max(j.at) FROM journal j WHERE j.object = e.id AND j.action NOT IN ('seal', 'unlink'))"
        " FROM evidence e WHERE (SELECT max(j.at) FROM journal j WHERE j.object = e.id AND j.action NOT IN ('seal', 'unlink'))"
        " < ?1 AND NOT EXISTS(SELECT 1 FROM link l WHERE l.target = e.id)"
        " AND NOT EXISTS(SELECT 1 FROM link l JOIN object t ON t.id = l.target WHERE l.source = e.id AND t.kind <> 'alert')"
        " AND NOT EXISTS(SELECT 1 FROM link l JOIN link p ON p.source = l.target JOIN object o ON o.id = p.target"
        " WHERE l.source = e.id AND p.relation = 'part-of' AND " TOUCHED ") ORDER BY 2, 1",
    [DOSSIER_RULE_ASSET] = "SELECT o.id, " CHANGED " FROM object o WHERE o.kind = 'asset' AND " CHANGED " < ?1"
                           " AND NOT EXISTS(SELECT 1 FROM link l WHERE l.target = o.id) ORDER BY 2, 1",
};

static int tell(struct purge *p, const char *object_cstr, uint64_t below, struct diag *diag);

static int
run(struct purge *p, const char *sql_cstr, const char *id_cstr, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(p->d, sql_cstr);
	dossier_db_bind_cstr(s, 1, id_cstr);
	return dossier_db_run(p->d, s, diag);
}

/* The file of a piece of evidence is remembered, and goes when the rows have gone for good. */
static int
remember_file(struct purge *p, const char *id_cstr, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(p->d, "SELECT path, bytes FROM evidence WHERE id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(p->d, s, diag);
	if (r <= 0)
		return r;
	struct dossier_listed file = {0};
	struct bytes path = dossier_db_bytes(s, 0);
	bool bad = false, ok = dossier_outfile_path_ok(path) && bytes_start_with(path, BYTES("evidence/"));
	if (ok)
		memcpy(file.path_cstr, path.at, path.len);
	file.bytes = dossier_db_u64(s, 1, UINT64_MAX, &bad);
	store_reset(s);
	p->due->files++;
	p->due->bytes += file.bytes;
	if (!ok)
		return dossier_db_say(
		    p->d, diag, -EBADMSG, N_("dossier.db names a file outside of its folder: it was altered"));
	r = dossier_outfile_add(&p->files, &file);
	return r < 0 ? dossier_db_say(p->d, diag, r, N_("not enough memory for the dossier")) : 0;
}

static int delete_object(struct purge *p, const char *id_cstr, unsigned depth, struct diag *diag);

/* What leads to it goes with it, unless it leads elsewhere by the same relation too: then only this arrow goes. */
static int
delete_source(struct purge *p, const char *id_cstr, const char *relation_cstr, const char *target_cstr, unsigned depth,
    struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(p->d, "SELECT count(*) FROM link WHERE source = ?1 AND relation = ?2");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, relation_cstr);
	int r = dossier_db_next(p->d, s, diag);
	bool elsewhere = r > 0 && dossier_db_i64(s, 0) > 1;
	if (r > 0)
		store_reset(s);
	if (r < 0)
		return r;
	if (!elsewhere)
		return delete_object(p, id_cstr, depth + 1, diag);
	s = dossier_db_sql(p->d, "DELETE FROM link WHERE source = ?1 AND relation = ?2 AND target = ?3");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, relation_cstr);
	dossier_db_bind_cstr(s, 3, target_cstr);
	r = dossier_db_run(p->d, s, diag);
	return r < 0 ? r : dossier_journal_add(p->d, "unlink", id_cstr, NULL, NULL, diag);
}

static int
delete_sources(struct purge *p, const char *id_cstr, unsigned depth, struct diag *diag)
{
	for (;;) { /* one at a time: what goes takes others with it */
		char source_cstr[128], relation_cstr[64];
		bool bad = false;
		struct store_statement *s = dossier_db_sql(
		    p->d, "SELECT source, relation FROM link WHERE target = ?1 AND source <> ?1 ORDER BY source LIMIT 1");
		dossier_db_bind_cstr(s, 1, id_cstr);
		int r = dossier_db_next(p->d, s, diag);
		if (r <= 0)
			return r;
		dossier_db_cstr(s, 0, source_cstr, sizeof(source_cstr), &bad);
		dossier_db_cstr(s, 1, relation_cstr, sizeof(relation_cstr), &bad);
		store_reset(s);
		if (bad || depth >= DEPTH_MAX)
			return dossier_db_say(
			    p->d, diag, -EBADMSG, N_("the links of this dossier make no sense: see beffroi dossier verify"));
		r = delete_source(p, source_cstr, relation_cstr, id_cstr, depth, diag);
		if (r < 0)
			return r;
	}
}

static int
kind_of(struct purge *p, const char *id_cstr, const struct dossier_kind **out, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(p->d, "SELECT kind FROM object WHERE id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(p->d, s, diag);
	*out = r > 0 ? dossier_kind_find(dossier_db_bytes(s, 0)) : NULL;
	if (r > 0)
		store_reset(s);
	return r;
}

static int
delete_object(struct purge *p, const char *id_cstr, unsigned depth, struct diag *diag)
{
	const struct dossier_kind *kind = NULL;
	int r = delete_sources(p, id_cstr, depth, diag);
	if (r == 0)
		r = kind_of(p, id_cstr, &kind, diag);
	if (r <= 0)
		return r;
	if (kind == NULL)
		return dossier_db_say(
		    p->d, diag, -EBADMSG, N_("an object of the dossier has a kind that this beffroi does not know"));
	r = remember_file(p, id_cstr, diag);
	for (size_t i = kind->table_count; i > 0 && r == 0; i--)
		r = run(p, kind->tables[i - 1].clear_sql_cstr, id_cstr, diag);
	if (r == 0)
		r = run(p, dossier_kind_links()->clear_sql_cstr, id_cstr, diag);
	if (r == 0)
		r = run(p, "DELETE FROM link WHERE target = ?1", id_cstr, diag); /* to itself */
	if (r == 0)
		r = run(p, "DELETE FROM object WHERE id = ?1", id_cstr, diag);
	if (r == 0)
		r = run(p, "UPDATE journal SET before = NULL, after = NULL WHERE object = ?1 AND action <> 'purge'", id_cstr,
		    diag);
	p->due->objects++;
	return r == 0 ? tell(p, id_cstr, 0, diag) : r;
}

/* The line that stays: which rule, how long, why so long; never what the object was. */
static int
tell(struct purge *p, const char *object_cstr, uint64_t below, struct diag *diag)
{
	char text[1024];
	struct json j = json_of(text, sizeof(text) - 1);
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("rule"), p->rule_cstr);
	if (p->days_kept > 0)
		json_u64(&j, JSON_KEY("days"), p->days_kept);
	if (p->reason_cstr != NULL && p->reason_cstr[0] != '\0')
		json_cstr(&j, JSON_KEY("reason"), p->reason_cstr);
	if (below > 0)
		json_u64(&j, JSON_KEY("below"), below);
	json_close_object(&j);
	text[json_length(&j)] = '\0';
	return dossier_journal_add(p->d, "purge", object_cstr, NULL, text, diag);
}

struct due_ids {
	size_t count, room;
	struct {
		char id_cstr[128];
	} * ids;
};

/* All that a rule asks for, before anything is deleted: no deletion takes another one back. */
static int
collect(struct purge *p, enum dossier_rule rule, int64_t before_ns, struct due_ids *out, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(p->d, due_sql[rule]);
	dossier_db_bind_i64(s, 1, before_ns);
	int r;
	while ((r = dossier_db_next(p->d, s, diag)) > 0) {
		bool bad = false;
		if (out->count == out->room) {
			size_t room = out->room == 0 ? 64 : out->room * 2;
			void *ids = reallocarray(out->ids, room, sizeof(*out->ids));
			if (ids == NULL) {
				store_reset(s);
				return dossier_db_say(p->d, diag, -ENOMEM, N_("not enough memory for the dossier"));
			}
			out->ids = ids;
			out->room = room;
		}
		dossier_db_cstr(s, 0, out->ids[out->count].id_cstr, sizeof(out->ids[0].id_cstr), &bad);
		if (bad) {
			store_reset(s);
			return dossier_db_say(p->d, diag, -EBADMSG, N_("the name of an object is too long"));
		}
		out->count++;
		int64_t at_ns = dossier_db_i64(s, 1);
		if (p->due->oldest_ns == 0 || at_ns < p->due->oldest_ns)
			p->due->oldest_ns = at_ns;
	}
	return r;
}

static int
apply_rule(struct purge *p, enum dossier_rule rule, struct diag *diag)
{
	struct due_ids due = {0};
	p->rule_cstr = dossier_retention_word(rule);
	p->days_kept = p->retention->rules[rule].days;
	p->reason_cstr = p->retention->rules[rule].reason_cstr;
	int r = collect(p, rule, p->now_ns - (int64_t)p->days_kept * DAY_NS, &due, diag);
	for (size_t i = 0; i < due.count && r == 0; i++)
		r = delete_object(p, due.ids[i].id_cstr, 0, diag); /* nothing when it went with another one */
	free(due.ids);
	return r;
}

/* Contents of old lines, but those of cases and those that tell of purges and migrations. The chain is over digests. */
static int
erase_lines(struct purge *p, struct diag *diag)
{
	const unsigned days = p->retention->rules[DOSSIER_RULE_JOURNAL].days;
	p->rule_cstr = dossier_retention_word(DOSSIER_RULE_JOURNAL);
	p->days_kept = days;
	p->reason_cstr = p->retention->rules[DOSSIER_RULE_JOURNAL].reason_cstr;
	struct store_statement *s = dossier_db_sql(p->d,
	    "UPDATE journal SET before = NULL, after = NULL WHERE at < ?1 AND action NOT IN ('purge', 'migrate')"
	    " AND (before IS NOT NULL OR after IS NOT NULL) AND NOT EXISTS(SELECT 1 FROM journal c WHERE"
	    " c.object = journal.object AND c.who NOT LIKE 'watch,%' AND c.action NOT IN ('seal', 'unlink', 'migrate'))");
	dossier_db_bind_i64(s, 1, p->now_ns - (int64_t)days * DAY_NS);
	int r = dossier_db_run(p->d, s, diag);
	p->due->lines = r < 0 ? 0 : (uint64_t)store_changes(p->d->store);
	return r < 0 || p->due->lines == 0 ? r : tell(p, "journal", (uint64_t)p->d->seq + 1, diag);
}

/* The oldest day of events that is still there goes. */
static int
drop_day(struct purge *p, struct diag *diag)
{
	const struct events_day_info *day = &p->days[p->days_left - 1];
	char object_cstr[32];
	int64_t number;
	if (!events_day_parse(bytes_of_cstr(day->day_cstr), &number))
		return -EBADMSG;
	(void)snprintf(object_cstr, sizeof(object_cstr), "events/%s", day->day_cstr);
	p->due->objects += day->events;
	p->due->files++;
	p->due->bytes += day->bytes;
	if (p->due->oldest_ns == 0)
		p->due->oldest_ns = number * EVENTS_DAY_NS;
	p->days_left--;
	return tell(p, object_cstr, 0, diag);
}

/* Whether the oldest day was over before that time. */
static bool
day_is_before(const struct purge *p, int64_t time_ns)
{
	int64_t number;
	return p->days_left > 0 && events_day_parse(bytes_of_cstr(p->days[p->days_left - 1].day_cstr), &number) &&
	    (number + 1) * EVENTS_DAY_NS <= time_ns;
}

static int
apply_events(struct purge *p, struct diag *diag)
{
	int r = events_view_days(p->d, &p->days, &p->day_count, diag);
	p->rule_cstr = dossier_retention_word(DOSSIER_RULE_EVENTS);
	p->days_kept = p->retention->rules[DOSSIER_RULE_EVENTS].days;
	p->reason_cstr = p->retention->rules[DOSSIER_RULE_EVENTS].reason_cstr;
	p->days_left = p->day_count;
	while (r == 0 && day_is_before(p, p->now_ns - (int64_t)p->days_kept * DAY_NS))
		r = drop_day(p, diag);
	return r;
}

static int
remove_days(struct purge *p, struct diag *diag)
{
	int64_t number;
	int r = 0;
	for (size_t i = p->day_count; i-- > p->days_left && r == 0;)
		if (events_day_parse(bytes_of_cstr(p->days[i].day_cstr), &number))
			r = events_day_remove(p->d, number, diag);
	return r;
}

static int
evidence_bytes(struct purge *p, uint64_t *out, struct diag *diag)
{
	bool bad = false;
	struct store_statement *s = dossier_db_sql(p->d, "SELECT CAST(coalesce(sum(bytes), 0) AS BIGINT) FROM evidence");
	int r = dossier_db_next(p->d, s, diag);
	if (r <= 0)
		return r;
	*out = dossier_db_u64(s, 0, UINT64_MAX, &bad);
	store_reset(s);
	return 0;
}

/* The oldest days of events first, but those that are not over; then evidence. What is attached to a case stays, whatever its
 * size. */
static int
shrink(struct purge *p, uint64_t max_bytes, uint64_t *left, struct diag *diag)
{
	struct due_ids due = {0};
	p->rule_cstr = "size";
	p->days_kept = 0;
	p->reason_cstr = NULL;
	int r = evidence_bytes(p, left, diag);
	for (size_t i = 0; i < p->days_left; i++)
		*left += p->days[i].bytes;
	while (r == 0 && max_bytes > 0 && *left > max_bytes && day_is_before(p, p->now_ns)) {
		*left -= p->days[p->days_left - 1].bytes;
		r = drop_day(p, diag);
	}
	if (r == 0 && max_bytes > 0 && *left > max_bytes)
		r = collect(p, DOSSIER_RULE_EVIDENCE, INT64_MAX, &due, diag);
	for (size_t i = 0; i < due.count && r == 0 && *left > max_bytes; i++) {
		uint64_t before = p->due->bytes;
		r = delete_object(p, due.ids[i].id_cstr, 0, diag);
		*left -= p->due->bytes - before;
	}
	free(due.ids);
	return r;
}

/* 1: a row names this file. */
static int
is_named(struct purge *p, const char *path_cstr, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(p->d, "SELECT 1 FROM evidence WHERE path = ?1");
	dossier_db_bind_cstr(s, 1, path_cstr);
	int r = dossier_db_next(p->d, s, diag);
	store_reset(s);
	return r;
}

struct sweep {
	struct purge *p;
	bool really;
	uint64_t *strays;
	struct diag *diag;
};

/* Files that no row names: a run was stopped between a file and its row, or a purge between the row and its file. */
static int
sweep(void *context, const char *path_cstr)
{
	struct sweep *s = context;
	int r = is_named(s->p, path_cstr, s->diag);
	if (r != 0)
		return r < 0 ? r : 0;
	++*s->strays;
	if (s->really)
		dossier_file_remove(s->p->d, path_cstr);
	return 0;
}

/* In a turn of its own, so that nobody is between a file and its row, or has kept the same file again. What stays is swept by the
 * next purge. */
static int
remove_files(struct purge *p, bool really, uint64_t *strays, struct diag *diag)
{
	int r = dossier_db_begin(p->d, diag);
	for (size_t i = 0; i < p->files.count && really && r >= 0; i++) {
		r = is_named(p, p->files.files[i].path_cstr, diag);
		if (r == 0)
			dossier_file_remove(p->d, p->files.files[i].path_cstr);
	}
	if (r >= 0)
		r = dossier_file_each_proof(p->d, sweep, &(struct sweep){p, really, strays, diag}, diag);
	if (r == 0 && really)
		return dossier_db_commit(p->d, diag);
	dossier_db_rollback(p->d);
	return r;
}

static int
apply(struct purge *p, uint64_t max_bytes, struct dossier_purge *out, struct diag *diag)
{
	/* Cases and incidents first: their evidence goes with them, and their machines are free then. */
	static const enum dossier_rule order[] = {
	    DOSSIER_RULE_CASE, DOSSIER_RULE_ALERT, DOSSIER_RULE_EVIDENCE, DOSSIER_RULE_ASSET};
	int r = dossier_db_defer(p->d, diag);
	for (size_t i = 0; i < LENGTH_OF(order) && r == 0; i++) {
		p->due = &out->rules[order[i]];
		r = apply_rule(p, order[i], diag);
	}
	p->due = &out->rules[DOSSIER_RULE_EVENTS];
	if (r == 0)
		r = apply_events(p, diag);
	p->due = &out->rules[DOSSIER_RULE_JOURNAL];
	if (r == 0)
		r = erase_lines(p, diag);
	p->due = &out->by_size;
	return r == 0 ? shrink(p, max_bytes, &out->left_bytes, diag) : r;
}

static int
forget_deleted(struct dossier *d, bool done, struct diag *diag)
{
	return d->store->make->forget_deleted(d->store, done) == 0 ? 0 : dossier_db_fail(d, diag);
}

int
dossier_purge(struct dossier *d, const struct dossier_retention *retention, int64_t now_ns, uint64_t max_bytes, bool really,
    struct dossier_purge *out, struct diag *diag)
{
	struct purge p = {.d = d, .retention = retention, .now_ns = now_ns};
	*out = (struct dossier_purge){0};
	/* What is deleted is overwritten, in the database and in its log. */
	int r = forget_deleted(d, false, diag);
	if (r == 0)
		r = dossier_db_begin(d, diag);
	if (r == 0)
		r = apply(&p, max_bytes, out, diag);
	bool commits = r == 0 && really;
	if (commits && d->is_remote)
		r = remove_days(&p, diag);
	if (commits && r == 0)
		r = dossier_db_commit(d, diag);
	if (commits && r == 0 && !d->is_remote)
		r = remove_days(&p, diag); /* what stays goes with the next purge */
	if (!commits || r < 0)
		dossier_db_rollback(d); /* the same way was gone, and nothing is left of it */
	if (r == 0)
		r = remove_files(&p, commits, &out->strays, diag);
	if (r == 0 && really) {
		dossier_db_forget(d);
		r = forget_deleted(d, true, diag);
	}
	dossier_outfile_free(&p.files);
	free(p.days);
	return r;
}
