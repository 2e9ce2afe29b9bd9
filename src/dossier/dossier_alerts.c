/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_alerts.h"

#include "core/text.h"
#include "dossier/dossier_load.h"
#include "record/observation.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	LIMIT_USUAL = 50,
	LIMIT_MAX = 1000,
	CHUNK = 128,
	BUDGET_MS = 100, /* for reading texts, beyond the first chunk */
	WORDS_MAX = 16,
	COLUMN_EVIDENCE = 20,
	COLUMN_INCIDENT,
	COLUMN_EXCEPTION,
};

struct paging {
	struct dossier *d;
	const struct dossier_alerts_query *query;
	struct bytes words[WORDS_MAX];
	size_t word_count, limit;
	int64_t deadline_ms;
	int64_t at_ns; /* where it stands: the next one is before this, or is this and before at_id */
	char at_id[INCIDENT_ID_MAX];
	struct dossier_alert_row row;
};

static int64_t
now_ms(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- what is asked ---- */

/* "1772524800000000000.ALR-..." */
static bool
read_cursor(struct paging *p, const char *text_cstr)
{
	char *end;
	errno = 0;
	p->at_ns = strtoll(text_cstr, &end, 10);
	if (errno != 0 || end == text_cstr || *end != '.' || strlen(end + 1) >= sizeof(p->at_id) || end[1] == '\0')
		return false;
	memcpy(p->at_id, end + 1, strlen(end));
	return true;
}

static int
understand(struct paging *p, struct diag *diag)
{
	const struct dossier_alerts_query *q = p->query;
	p->limit = q->limit == 0 ? LIMIT_USUAL : q->limit > LIMIT_MAX ? LIMIT_MAX : q->limit;
	p->at_ns = q->to_ns == 0 ? INT64_MAX : q->to_ns;
	if (q->after_cstr != NULL && !read_cursor(p, q->after_cstr))
		return diag_say(
		    diag, -EINVAL, "%s", _("this is no place to go on from: take the one that the page before gave"));
	struct bytes rest = bytes_trim(q->text);
	while (rest.len > 0 && p->word_count < WORDS_MAX) {
		p->words[p->word_count] = bytes_first(rest, bytes_find(rest, ' '));
		rest = bytes_trim(bytes_after(rest, p->words[p->word_count++].len));
	}
	if (rest.len > 0 || q->text.len > DOSSIER_ALERTS_TEXT_MAX)
		return diag_say(diag, -EINVAL, "%s", _("search for at most 16 words, of 256 letters together"));
	return 0;
}

/* ---- what an alert says ---- */

static bool
has(struct bytes text, struct bytes word)
{
	for (size_t at = 0; at + word.len <= text.len; at++)
		if (bytes_eq_nocase((struct bytes){text.at + at, word.len}, word))
			return true;
	return false;
}

static bool
has_addr(const struct addr *address, struct bytes word)
{
	char text[ADDR_TEXT_MAX];
	struct addr wanted;
	if (addr_parse(word, &wanted))
		return addr_eq(&wanted, address);
	size_t len = addr_write(address, text);
	return has((struct bytes){(const uint8_t *)text, len}, word);
}

static bool
says(const struct dossier_alert_row *row, struct bytes word)
{
	const struct alert *a = &row->kept.alert;
	const char *app_cstr = observation_app_name((enum app_proto)a->app);
	if (has_addr(&a->source, word) || has_addr(&a->target, word) || has(bytes_of_cstr(a->detector_cstr), word) ||
	    has(bytes_of_cstr(a->technique_cstr), word) || has(bytes_of_cstr(row->incident_cstr), word) ||
	    has(bytes_of_cstr(row->exception_cstr), word) || has(bytes_of_cstr(row->kept.id_cstr), word) ||
	    (app_cstr != NULL && has(bytes_of_cstr(app_cstr), word)))
		return true;
	for (size_t i = 0; i < a->fact_count; i++)
		if (has((struct bytes){(const uint8_t *)a->facts[i].value, a->facts[i].value_len}, word))
			return true;
	return false;
}

static bool
says_all(const struct paging *p)
{
	for (size_t i = 0; i < p->word_count; i++)
		if (!says(&p->row, p->words[i]))
			return false;
	return true;
}

/* ---- rows ---- */

#define ROW                                                                                                                     \
	"SELECT a.id, a.detector, a.signature_id, a.severity, a.confidence, a.stage, a.ip_proto, a.technique, a.first_ns,"      \
	" a.last_ns, a.number, a.flow_id, a.source, a.target, a.targets, a.source_port, a.target_port, a.vlan, a.app, a.count," \
	" (SELECT e.path FROM link f JOIN evidence e ON e.id = f.source WHERE f.target = a.id AND f.relation = 'proves'"        \
	" ORDER BY e.id LIMIT 1), (SELECT l.target FROM link l WHERE l.source = a.id AND l.relation = 'part-of'"                \
	" ORDER BY l.target LIMIT 1), (SELECT h.target FROM link h WHERE h.source = a.id AND h.relation = 'hidden-by'"          \
	" ORDER BY h.target LIMIT 1) FROM alert a"

static int
load_row(struct dossier *d, struct store_statement *s, struct dossier_alert_row *out, struct diag *diag)
{
	bool bad = false;
	memset(out, 0, sizeof(*out));
	dossier_db_cstr(s, 0, out->kept.id_cstr, sizeof(out->kept.id_cstr), &bad);
	dossier_db_cstr(s, COLUMN_EVIDENCE, out->kept.evidence_cstr, sizeof(out->kept.evidence_cstr), &bad);
	dossier_db_cstr(s, COLUMN_INCIDENT, out->incident_cstr, sizeof(out->incident_cstr), &bad);
	dossier_db_cstr(s, COLUMN_EXCEPTION, out->exception_cstr, sizeof(out->exception_cstr), &bad);
	return bad ? dossier_load_damaged(d, diag) : dossier_load_alert(d, s, &out->kept.alert, diag);
}

/* The index alert_page holds all that is asked here; rows are read only for those that are given out. */
static struct store_statement *
ask(struct paging *p, size_t rows)
{
	const struct dossier_alerts_query *q = p->query;
	struct store_statement *s = dossier_db_sql(p->d,
	    ROW
	    " JOIN (SELECT i.last_ns AS at, i.id AS which FROM alert i WHERE (i.last_ns, i.id) < (?1, ?2) AND i.last_ns >= ?3"
	    " AND i.severity >= ?4 AND (?5 = '' OR i.detector = ?5) ORDER BY i.last_ns DESC, i.id DESC LIMIT ?6) page"
	    " ON page.which = a.id ORDER BY a.last_ns DESC, a.id DESC");
	store_bind_i64(s, 1, p->at_ns);
	dossier_db_bind_cstr(s, 2, p->at_id);
	store_bind_i64(s, 3, q->from_ns);
	store_bind_i64(s, 4, q->severity_min);
	dossier_db_bind_cstr(s, 5, q->detector_cstr == NULL ? "" : q->detector_cstr);
	store_bind_i64(s, 6, (int64_t)rows);
	return s;
}

static void
stand_at(struct paging *p)
{
	p->at_ns = p->row.kept.alert.last_ns;
	memcpy(p->at_id, p->row.kept.id_cstr, sizeof(p->at_id));
}

/* As many as one question gives. 1: there may be more; 0: there are none. */
static int
read_chunk(struct paging *p, void (*each)(void *context, const struct dossier_alert_row *row), void *context,
    struct dossier_alerts_page *page, struct diag *diag)
{
	size_t rows = p->word_count > 0 ? CHUNK : p->limit - page->count, got = 0;
	struct store_statement *s = ask(p, rows);
	int r;
	while ((r = dossier_db_next(p->d, s, diag)) > 0) {
		r = load_row(p->d, s, &p->row, diag);
		if (r < 0)
			break;
		got++;
		stand_at(p);
		page->searched_to = p->at_ns;
		if (!says_all(p))
			continue;
		each(context, &p->row);
		if (++page->count == p->limit)
			break;
	}
	store_reset(s);
	return r < 0 ? r : got == rows || page->count == p->limit;
}

int
dossier_alerts_page(struct dossier *d, const struct dossier_alerts_query *query,
    void (*each)(void *context, const struct dossier_alert_row *row), void *context, struct dossier_alerts_page *out,
    struct diag *diag)
{
	struct dossier_alerts_page page = {0};
	struct paging *p = calloc(1, sizeof(*p));
	if (p == NULL)
		return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
	p->d = d;
	p->query = query;
	p->deadline_ms = now_ms() + BUDGET_MS;
	int r = understand(p, diag);
	if (r == 0)
		do
			r = read_chunk(p, each, context, &page, diag);
		while (r > 0 && page.count < p->limit && now_ms() < p->deadline_ms);
	if (r >= 0) {
		page.complete = r == 0;
		if (r > 0)
			(void)snprintf(page.next_cstr, sizeof(page.next_cstr), "%" PRId64 ".%s", p->at_ns, p->at_id);
		*out = page;
	}
	free(p);
	return r < 0 ? r : 0;
}

int
dossier_alerts_find(struct dossier *d, const char *id_cstr, struct dossier_alert_row *out, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, ROW " WHERE a.id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r > 0)
		r = load_row(d, s, out, diag) < 0 ? -EBADMSG : 1;
	store_reset(s);
	return r < 0 ? r : r == 0 ? dossier_db_say(d, diag, -ENOENT, N_("there is no such alert")) : 0;
}
