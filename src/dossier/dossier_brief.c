/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_brief.h"

#include "core/text.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_load.h"

#include <errno.h>

enum { BRIEFS_MAX = 1000000 };

static const struct {
	const char *name_cstr;
	size_t at;
} fields[] = {{"title", offsetof(struct dossier_brief, title_cstr)},
    {"category", offsetof(struct dossier_brief, category_cstr)}, {"state", offsetof(struct dossier_brief, state_cstr)},
    {"owner", offsetof(struct dossier_brief, owner_cstr)}, {"seen", offsetof(struct dossier_brief, seen_cstr)},
    {"closed", offsetof(struct dossier_brief, closed_cstr)},
    {"restricted_to", offsetof(struct dossier_brief, restricted_cstr)},
    {"exercise", offsetof(struct dossier_brief, exercise_cstr)}};

static int
no_memory(const struct dossier *d, struct diag *diag)
{
	return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
}

static int
load_rows(struct dossier *d, struct arena *arena, struct dossier_brief **out, size_t *count, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, "SELECT count(*) FROM incident");
	bool bad = false;
	int r = dossier_db_next(d, s, diag);
	if (r < 0)
		return r;
	size_t max = (size_t)dossier_db_u64(s, 0, BRIEFS_MAX, &bad), n = 0;
	store_reset(s);
	struct dossier_brief *all = bad ? NULL : arena_new(arena, struct dossier_brief, max + 1);
	if (all == NULL)
		return bad ? dossier_load_damaged(d, diag) : no_memory(d, diag);
	s = dossier_db_sql(
	    d, "SELECT id, severity, first_ns, last_ns, alerts, victims_total, attacker FROM incident ORDER BY id");
	while ((r = dossier_db_next(d, s, diag)) > 0 && n < max) {
		struct dossier_brief *b = &all[n++];
		dossier_db_cstr(s, 0, b->id_cstr, sizeof(b->id_cstr), &bad);
		b->severity = (unsigned)dossier_db_u64(s, 1, SEVERITY_CRITICAL, &bad);
		b->first_ns = dossier_db_i64(s, 2);
		b->last_ns = dossier_db_i64(s, 3);
		b->alerts = dossier_db_u64(s, 4, UINT64_MAX, &bad);
		b->victims = dossier_db_u64(s, 5, UINT32_MAX, &bad);
		b->attacker = dossier_db_addr(s, 6, &bad);
		b->detector_cstr = "";
		for (size_t i = 0; i < LENGTH_OF(fields); i++)
			*(const char **)(void *)((char *)b + fields[i].at) = "";
	}
	if (r > 0)
		store_reset(s);
	*out = all;
	*count = n;
	return r < 0 ? r : bad ? dossier_load_damaged(d, diag) : 0;
}

/* Rows of another table come in the same order of incidents: walks to the one this row belongs to. */
static struct dossier_brief *
follow(struct store_statement *s, struct dossier_brief *all, size_t count, size_t *at)
{
	char id_cstr[CASE_ID_MAX];
	bool bad = false;
	dossier_db_cstr(s, 0, id_cstr, sizeof(id_cstr), &bad);
	for (size_t i = *at; !bad && i < count; i++) {
		if (strcmp(all[i].id_cstr, id_cstr) == 0) {
			*at = i;
			return &all[i];
		}
	}
	return NULL;
}

static int
load_fields(struct dossier *d, struct arena *arena, struct dossier_brief *all, size_t count, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d,
	    "SELECT incident, name, value FROM incident_field WHERE name IN ('title', 'category', 'state', 'severity', 'owner',"
	    " 'seen', 'closed', 'restricted_to', 'exercise') ORDER BY incident, name");
	size_t at = 0;
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct dossier_brief *b = follow(s, all, count, &at);
		struct bytes name = dossier_db_bytes(s, 1), value = dossier_db_bytes(s, 2);
		if (b == NULL)
			continue; /* written since */
		if (bytes_eq(name, BYTES("severity")) && value.len == 1 && value.at[0] >= '1' && value.at[0] <= '4')
			b->severity = value.at[0] - '0';
		for (size_t i = 0; i < LENGTH_OF(fields); i++) {
			if (!bytes_eq(name, bytes_of_cstr(fields[i].name_cstr)))
				continue;
			const char *kept_cstr = (const char *)arena_dup(arena, value).at;
			if (kept_cstr == NULL) {
				store_reset(s);
				return no_memory(d, diag);
			}
			*(const char **)(void *)((char *)b + fields[i].at) = kept_cstr;
		}
	}
	return r;
}

static int
load_detectors(struct dossier *d, struct arena *arena, struct dossier_brief *all, size_t count, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d,
	    "SELECT p.incident, a.detector, a.severity, a.stage FROM incident_part p JOIN alert a ON a.id = p.strongest"
	    " ORDER BY p.incident, p.position");
	const struct dossier_brief *current = NULL;
	uint64_t best_severity = 0, best_stage = 0;
	size_t at = 0;
	bool bad = false;
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct dossier_brief *b = follow(s, all, count, &at);
		uint64_t severity = dossier_db_u64(s, 2, SEVERITY_CRITICAL, &bad),
		         stage = dossier_db_u64(s, 3, STAGE_HYGIENE, &bad);
		if (b == NULL)
			continue;
		bool better = severity > best_severity ||
		    (severity == best_severity && stage > best_stage && stage != STAGE_HYGIENE);
		if (b == current && !better) /* as incident_main_part() has it */
			continue;
		current = b;
		best_severity = severity;
		best_stage = stage;
		b->detector_cstr = (const char *)arena_dup(arena, dossier_db_bytes(s, 1)).at;
		if (b->detector_cstr == NULL) {
			store_reset(s);
			return no_memory(d, diag);
		}
	}
	return r < 0 ? r : bad ? dossier_load_damaged(d, diag) : 0;
}

int
dossier_brief_all(struct dossier *d, struct arena *arena, struct dossier_brief **out, size_t *count, struct diag *diag)
{
	struct dossier_brief *all = NULL;
	size_t n = 0;
	int r = load_rows(d, arena, &all, &n, diag);
	if (r == 0)
		r = load_fields(d, arena, all, n, diag);
	if (r == 0)
		r = load_detectors(d, arena, all, n, diag);
	if (r == 0) {
		*out = all;
		*count = n;
	}
	return r;
}

int
dossier_brief_guards(
    struct dossier *d, struct arena *arena, struct dossier_brief_guard **out, size_t *count, struct diag *diag)
{
	bool bad = false;
	struct store_statement *s = dossier_db_sql(
	    d, "SELECT count(*) FROM incident_field WHERE name IN ('restricted_to', 'exercise')");
	int r = dossier_db_next(d, s, diag);
	if (r < 0)
		return r;
	size_t max = (size_t)dossier_db_u64(s, 0, BRIEFS_MAX, &bad), n = 0;
	store_reset(s);
	struct dossier_brief_guard *all = bad ? NULL : arena_new(arena, struct dossier_brief_guard, max + 1);
	if (all == NULL)
		return bad ? dossier_load_damaged(d, diag) : no_memory(d, diag);
	s = dossier_db_sql(d,
	    "SELECT incident, name, value FROM incident_field WHERE name IN ('restricted_to', 'exercise') ORDER BY incident");
	while ((r = dossier_db_next(d, s, diag)) > 0 && n < max) {
		struct dossier_brief_guard *g = &all[n++];
		dossier_db_cstr(s, 0, g->incident_cstr, sizeof(g->incident_cstr), &bad);
		g->name_cstr = (const char *)arena_dup(arena, dossier_db_bytes(s, 1)).at;
		g->value_cstr = (const char *)arena_dup(arena, dossier_db_bytes(s, 2)).at;
		if (g->name_cstr == NULL || g->value_cstr == NULL) {
			store_reset(s);
			return no_memory(d, diag);
		}
	}
	if (r > 0) { /* one was written since: what is not known is not shown */
		store_reset(s);
		return dossier_db_say(d, diag, -EBUSY, N_("the dossier changes at this moment: try again"));
	}
	*out = all;
	*count = n;
	return r < 0 ? r : bad ? dossier_load_damaged(d, diag) : 0;
}
