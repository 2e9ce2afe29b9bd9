/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_exception.h"

#include "core/json.h"
#include "core/text.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_load.h"
#include "dossier/dossier_object.h"
#include "dossier/store.h"

#include <errno.h>
#include <stdlib.h>

enum { JSON_MAX = 6144 };

const char dossier_exception_tables_cstr[] =
    "CREATE TABLE exception(id TEXT PRIMARY KEY REFERENCES object(id), signature_id INTEGER NOT NULL, detector TEXT NOT NULL,"
    " side INTEGER NOT NULL, network BLOB NOT NULL, prefix INTEGER NOT NULL, pattern TEXT NOT NULL, who TEXT NOT NULL,"
    " why TEXT NOT NULL, made_ns INTEGER NOT NULL, until_ns INTEGER NOT NULL, ended_ns INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

#define COLUMNS "id, signature_id, detector, side, network, prefix, pattern, who, why, made_ns, until_ns, ended_ns"

static int
load(struct dossier *d, struct store_statement *s, struct exception *out, struct diag *diag)
{
	struct exception e = {0};
	bool bad = false;
	dossier_db_cstr(s, 0, e.id_cstr, sizeof(e.id_cstr), &bad);
	e.signature_id = (uint32_t)dossier_db_u64(s, 1, UINT32_MAX, &bad);
	dossier_db_cstr(s, 2, e.detector_cstr, sizeof(e.detector_cstr), &bad);
	e.side = (uint8_t)dossier_db_u64(s, 3, EXCEPTION_TARGET, &bad);
	e.network = dossier_db_addr(s, 4, &bad);
	e.prefix = (uint8_t)dossier_db_u64(s, 5, 128, &bad);
	dossier_db_cstr(s, 6, e.pattern_cstr, sizeof(e.pattern_cstr), &bad);
	dossier_db_cstr(s, 7, e.who_cstr, sizeof(e.who_cstr), &bad);
	dossier_db_cstr(s, 8, e.why_cstr, sizeof(e.why_cstr), &bad);
	e.made_ns = dossier_db_i64(s, 9);
	e.until_ns = dossier_db_i64(s, 10);
	e.ended_ns = dossier_db_i64(s, 11);
	if (bad)
		return dossier_load_damaged(d, diag);
	*out = e;
	return 0;
}

static void
write_json(const struct exception *e, char out[static JSON_MAX])
{
	char network[EXCEPTION_NETWORK_MAX];
	struct json j = json_of(out, JSON_MAX - 1);
	json_open_object(&j, (struct bytes){0});
	json_u64(&j, JSON_KEY("signature_id"), e->signature_id);
	json_cstr(&j, JSON_KEY("detector"), e->detector_cstr);
	json_cstr(&j, JSON_KEY("side"), exception_side_word(e->side));
	json_cstr(&j, JSON_KEY("network"), exception_network_write(e, network));
	json_cstr(&j, JSON_KEY("pattern"), e->pattern_cstr);
	json_cstr(&j, JSON_KEY("who"), e->who_cstr);
	json_cstr(&j, JSON_KEY("why"), e->why_cstr);
	json_time(&j, JSON_KEY("made"), e->made_ns);
	json_time(&j, JSON_KEY("until"), e->until_ns);
	if (e->ended_ns != 0)
		json_time(&j, JSON_KEY("ended"), e->ended_ns);
	json_close_object(&j);
	out[json_length(&j)] = '\0';
}

static int
not_there(const struct dossier *d, struct diag *diag)
{
	return dossier_db_say(d, diag, -ENOENT, N_("there is no such exception: beffroi exception list shows them all"));
}

int
dossier_exception_find(struct dossier *d, const char *id_cstr, struct exception *out, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "SELECT " COLUMNS " FROM exception WHERE id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r > 0) {
		r = load(d, s, out, diag);
		store_reset(s);
		return r;
	}
	return r < 0 ? r : not_there(d, diag);
}

static int
count(struct dossier *d, const char *sql_cstr, const char *id_cstr, int64_t number, uint64_t *out, struct diag *diag)
{
	bool bad = false;
	struct store_statement *s = dossier_db_sql(d, sql_cstr);
	if (id_cstr != NULL)
		dossier_db_bind_cstr(s, 1, id_cstr);
	else
		dossier_db_bind_i64(s, 1, number);
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r < 0 ? r : dossier_load_damaged(d, diag);
	*out = dossier_db_u64(s, 0, INT64_MAX, &bad);
	store_reset(s);
	return bad ? dossier_load_damaged(d, diag) : 0;
}

int
dossier_exception_hidden(struct dossier *d, const char *id_cstr, uint64_t *out, struct diag *diag)
{
	return count(d, "SELECT count(*) FROM link WHERE target = ?1 AND relation = 'hidden-by'", id_cstr, 0, out, diag);
}

int
dossier_exception_add(struct dossier *d, const struct exception *e, struct diag *diag)
{
	char after[JSON_MAX];
	uint64_t there = 0, holding = 0;
	int r = dossier_db_begin(d, diag);
	if (r == 0)
		r = count(d, "SELECT count(*) FROM exception WHERE id = ?1", e->id_cstr, 0, &there, diag);
	if (r == 0)
		r = count(d, "SELECT count(*) FROM exception WHERE ended_ns = 0 AND until_ns > ?1", NULL, e->made_ns,
		    &holding, diag);
	if (r < 0)
		return r;
	if (there > 0)
		return dossier_db_say(d, diag, -EEXIST, N_("there is an exception of this name already"));
	if (holding >= EXCEPTION_MAX)
		return dossier_db_say(d, diag, -E2BIG,
		    N_("there are 1000 exceptions already: end some, or make one for a network instead of many for machines"));
	r = dossier_object_add(d, e->id_cstr, "exception", diag);
	if (r < 0)
		return r;
	struct store_statement *s = dossier_db_sql(
	    d, "INSERT INTO exception(" COLUMNS ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
	dossier_db_bind_cstr(s, 1, e->id_cstr);
	dossier_db_bind_u64(s, 2, e->signature_id);
	dossier_db_bind_cstr(s, 3, e->detector_cstr);
	dossier_db_bind_u64(s, 4, e->side);
	dossier_db_bind_addr(s, 5, &e->network);
	dossier_db_bind_u64(s, 6, e->prefix);
	dossier_db_bind_cstr(s, 7, e->pattern_cstr);
	dossier_db_bind_cstr(s, 8, e->who_cstr);
	dossier_db_bind_cstr(s, 9, e->why_cstr);
	dossier_db_bind_i64(s, 10, e->made_ns);
	dossier_db_bind_i64(s, 11, e->until_ns);
	dossier_db_bind_i64(s, 12, e->ended_ns);
	r = dossier_db_run(d, s, diag);
	write_json(e, after);
	return r < 0 ? r : dossier_journal_add(d, "add", e->id_cstr, NULL, after, diag);
}

int
dossier_exception_end(struct dossier *d, const char *id_cstr, int64_t now_ns, struct diag *diag)
{
	struct exception e;
	char before[JSON_MAX], after[JSON_MAX];
	int r = dossier_db_begin(d, diag);
	if (r == 0)
		r = dossier_exception_find(d, id_cstr, &e, diag);
	if (r < 0)
		return r;
	if (e.ended_ns != 0 || now_ns >= e.until_ns)
		return dossier_db_say(d, diag, -EALREADY, N_("this exception has ended already"));
	write_json(&e, before);
	e.ended_ns = now_ns;
	write_json(&e, after);
	struct store_statement *s = dossier_db_sql(d, "UPDATE exception SET ended_ns = ?2 WHERE id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_i64(s, 2, now_ns);
	r = dossier_db_run(d, s, diag);
	return r < 0 ? r : dossier_journal_add(d, "end", id_cstr, before, after, diag);
}

int
dossier_exception_each(struct dossier *d, void (*each)(void *context, const struct exception *exception, uint64_t hidden),
    void *context, struct diag *diag)
{
	struct store_statement *s = dossier_db_rows(d,
	    "SELECT " COLUMNS
	    ", (SELECT count(*) FROM link l WHERE l.target = x.id AND l.relation = 'hidden-by') FROM exception x"
	    " ORDER BY made_ns DESC, id");
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct exception e;
		bool bad = false;
		uint64_t hidden = dossier_db_u64(s, 12, INT64_MAX, &bad);
		r = bad ? dossier_load_damaged(d, diag) : load(d, s, &e, diag);
		if (r < 0) {
			store_reset(s);
			return r;
		}
		each(context, &e, hidden);
	}
	return r;
}

/* ---- those that concern an incident ---- */

struct concerned {
	size_t count;
	struct {
		struct exception e;
		uint64_t hidden;
		bool fits;
	} * all;
};

static void
note(void *context, const struct exception *e, uint64_t hidden)
{
	struct concerned *c = context;
	if (c->count == EXCEPTION_MAX)
		return;
	c->all[c->count].e = *e;
	c->all[c->count++].hidden = hidden;
}

static void
compare(void *context, const struct kept_alert *kept)
{
	struct concerned *c = context;
	for (size_t i = 0; i < c->count; i++)
		c->all[i].fits = c->all[i].fits || exception_fits(&c->all[i].e, &kept->alert);
}

/* Whether it has kept aside something of this attacker. */
static int
has_hidden(struct dossier *d, const char *id_cstr, const struct addr *attacker, bool *out, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d,
	    "SELECT 1 FROM link l JOIN alert a ON a.id = l.source WHERE l.target = ?1 AND l.relation = 'hidden-by' AND a.source = ?2"
	    " LIMIT 1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_addr(s, 2, attacker);
	int r = dossier_db_next(d, s, diag);
	store_reset(s);
	*out = r > 0;
	return r < 0 ? r : 0;
}

int
dossier_exception_of_incident(struct dossier *d, const char *incident_cstr, const struct addr *attacker,
    void (*each)(void *context, const struct exception *exception, uint64_t hidden), void *context, struct diag *diag)
{
	struct concerned c = {.all = calloc(EXCEPTION_MAX, sizeof(*c.all))};
	if (c.all == NULL)
		return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
	int r = dossier_exception_each(d, note, &c, diag);
	if (r == 0 && c.count > 0)
		r = dossier_each_alert(d, incident_cstr, compare, &c, diag);
	for (size_t i = 0; i < c.count && r >= 0; i++) {
		if (!c.all[i].fits && c.all[i].hidden > 0)
			r = has_hidden(d, c.all[i].e.id_cstr, attacker, &c.all[i].fits, diag);
		if (r >= 0 && c.all[i].fits)
			each(context, &c.all[i].e, c.all[i].hidden);
	}
	free(c.all);
	return r < 0 ? r : 0;
}

/* ---- those that hold ---- */

int
dossier_exception_set_read(struct dossier *d, struct dossier_exception_set *out, int64_t now_ns, struct diag *diag)
{
	if (out->all == NULL)
		out->all = calloc(EXCEPTION_MAX, sizeof(*out->all));
	if (out->all == NULL)
		return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
	struct store_statement *s = dossier_db_rows(
	    d, "SELECT " COLUMNS " FROM exception WHERE ended_ns = 0 AND until_ns > ?1 ORDER BY made_ns, id LIMIT 1000");
	dossier_db_bind_i64(s, 1, now_ns);
	size_t found = 0;
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0 && found < EXCEPTION_MAX) {
		r = load(d, s, &out->all[found], diag);
		if (r < 0)
			break;
		found++;
	}
	store_reset(s);
	if (r < 0)
		return r;
	out->count = found;
	out->read_ns = now_ns;
	return 0;
}

void
dossier_exception_set_done(struct dossier_exception_set *exceptions)
{
	free(exceptions->all);
	*exceptions = (struct dossier_exception_set){0};
}

const struct exception *
dossier_exception_set_find(const struct dossier_exception_set *exceptions, const struct alert *alert, int64_t now_ns)
{
	for (size_t i = 0; i < exceptions->count; i++)
		if (exception_is_on(&exceptions->all[i], now_ns) && exception_fits(&exceptions->all[i], alert))
			return &exceptions->all[i];
	return NULL;
}
