/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_case.h"

#include "core/auto.h"
#include "core/json.h"
#include "core/text.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_id.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_json.h"
#include "dossier/dossier_load.h"
#include "dossier/dossier_object.h"

enum { ITEMS_MAX = 100000, SECOND_NS = 1000000000 };

const char dossier_case_tables_cstr[] =
    "CREATE TABLE incident_field(incident TEXT NOT NULL REFERENCES incident(id), name TEXT NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY(incident, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE item(id TEXT PRIMARY KEY REFERENCES object(id), incident TEXT NOT NULL REFERENCES incident(id),"
    " at INTEGER NOT NULL, by TEXT NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE INDEX item_incident ON item(incident, at, id);"
    "CREATE TABLE item_field(item TEXT NOT NULL REFERENCES item(id), name TEXT NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY(item, name)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX field_value ON incident_field(name, value);";

/* Fields that are arrows, and what the arrow is called. */
static const struct {
	const char *name_cstr, *relation_cstr;
} arrows[] = {{"parent", "explains"}, {"cause", "treats"}, {"proof", "proved-by"}, {"other", "related-to"},
    {"merged_into", "merged-into"}};

void
dossier_case_sign(struct dossier *d, const char *who_cstr)
{
	(void)snprintf(d->who_cstr, sizeof(d->who_cstr), "%s", who_cstr);
}

static const char *
column(struct arena *arena, struct store_statement *s, int at)
{
	const uint8_t *kept = arena_dup(arena, dossier_db_bytes(s, at)).at;
	return (const char *)kept;
}

static int
no_memory(const struct dossier *d, struct diag *diag)
{
	return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
}

static int
count_rows(struct dossier *d, const char *sql_cstr, const char *id_cstr, size_t *out, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, sql_cstr);
	dossier_db_bind_cstr(s, 1, id_cstr); /* NULL: nothing */
	bool bad = false;
	int r = dossier_db_next(d, s, diag);
	if (r < 0)
		return r;
	*out = (size_t)dossier_db_u64(s, 0, ITEMS_MAX, &bad);
	store_reset(s);
	return bad ? dossier_load_damaged(d, diag) : 0;
}

/* The fields of an incident, or of an item: both queries give name and value. */
static int
load_fields(struct dossier *d, struct arena *arena, const char *sql_cstr, struct case_item *item, struct diag *diag)
{
	struct case_field room[CASE_FIELDS_MAX];
	struct store_statement *s = dossier_db_sql(d, sql_cstr);
	dossier_db_bind_cstr(s, 1, item->id_cstr);
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct case_field *f = &room[item->field_count];
		if (item->field_count == CASE_FIELDS_MAX) {
			store_reset(s);
			return dossier_load_damaged(d, diag);
		}
		f->name_cstr = column(arena, s, 0);
		f->value_cstr = column(arena, s, 1);
		if (f->name_cstr == NULL || f->value_cstr == NULL) {
			store_reset(s);
			return no_memory(d, diag);
		}
		item->field_count++;
	}
	item->fields = arena_new(arena, struct case_field, item->field_count + 1);
	if (r == 0 && item->fields == NULL)
		return no_memory(d, diag);
	for (size_t i = 0; i < item->field_count && r == 0; i++)
		item->fields[i] = room[i];
	return r;
}

static int
load_items(struct dossier *d, struct arena *arena, const char *id_cstr, struct case_file *out, struct diag *diag)
{
	size_t count;
	int r = count_rows(d, "SELECT count(*) FROM item WHERE incident = ?1", id_cstr, &count, diag);
	if (r < 0)
		return r;
	struct case_item *items = arena_new(arena, struct case_item, count + 1);
	if (items == NULL)
		return no_memory(d, diag);
	struct store_statement *s = dossier_db_sql(d,
	    "SELECT i.id, o.kind, i.at, i.by FROM item i JOIN object o ON o.id = i.id WHERE i.incident = ?1 ORDER BY i.at, i.id");
	dossier_db_bind_cstr(s, 1, id_cstr);
	size_t n = 0;
	while ((r = dossier_db_next(d, s, diag)) > 0 && n < count) {
		items[n] = (struct case_item){.id_cstr = column(arena, s, 0),
		    .kind_cstr = column(arena, s, 1),
		    .at_ns = dossier_db_i64(s, 2),
		    .by_cstr = column(arena, s, 3),
		    .incident_cstr = out->incident.id_cstr};
		if (items[n].id_cstr == NULL || items[n].kind_cstr == NULL || items[n].by_cstr == NULL) {
			store_reset(s);
			return no_memory(d, diag);
		}
		n++;
	}
	for (size_t i = 0; i < n && r >= 0; i++)
		r = load_fields(
		    d, arena, "SELECT name, value FROM item_field WHERE item = ?1 ORDER BY name", &items[i], diag);
	out->items = items;
	out->item_count = n;
	return r < 0 ? r : 0;
}

/* When the incident was first written down, and by whom: what its file says, else what the journal says. */
static int
load_origin(struct dossier *d, struct arena *arena, struct case_item *incident, struct diag *diag)
{
	int64_t recorded_s;
	incident->by_cstr = case_file_value(incident, "recorded_by");
	if (case_file_time(incident, "recorded", &recorded_s)) {
		incident->at_ns = recorded_s * SECOND_NS;
		return 0;
	}
	struct store_statement *s = dossier_db_sql(d, "SELECT at, who FROM journal WHERE object = ?1 ORDER BY seq LIMIT 1");
	dossier_db_bind_cstr(s, 1, incident->id_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r;
	incident->at_ns = dossier_db_i64(s, 0);
	incident->by_cstr = column(arena, s, 1);
	store_reset(s);
	return incident->by_cstr == NULL ? no_memory(d, diag) : 0;
}

int
dossier_case_load(struct dossier *d, struct arena *arena, const char *id_cstr, struct case_file *out, struct diag *diag)
{
	struct incident *story = arena_new(arena, struct incident, 1);
	struct case_file file = {.story = story};
	file.incident.id_cstr = (const char *)arena_dup(arena, bytes_of_cstr(id_cstr)).at;
	file.incident.incident_cstr = file.incident.id_cstr;
	file.incident.kind_cstr = "incident";
	if (story == NULL || file.incident.id_cstr == NULL)
		return no_memory(d, diag);
	int r = dossier_load_incident(d, id_cstr, story, diag);
	if (r == 0)
		return dossier_db_say(
		    d, diag, -ENOENT, N_("there is no such incident: beffroi incident list shows them all"));
	if (r > 0)
		r = load_fields(d, arena, "SELECT name, value FROM incident_field WHERE incident = ?1 ORDER BY name",
		    &file.incident, diag);
	if (r == 0)
		r = load_origin(d, arena, &file.incident, diag);
	if (r == 0)
		r = load_items(d, arena, id_cstr, &file, diag);
	if (r == 0)
		*out = file;
	return r;
}

/* "tsk-0A1B" as it is kept: the prefix in capitals, digits in small letters. */
static bool
normalise(const char *id_cstr, char *out, size_t size)
{
	size_t len = strlen(id_cstr), dash = bytes_find(bytes_of_cstr(id_cstr), '-');
	bool bare = dash == len;
	int n = snprintf(out, size, "%s%s", bare ? "INC-" : "", id_cstr);
	if (len == 0 || n < 0 || (size_t)n >= size)
		return false;
	if (bare)
		dash = 3;
	for (size_t i = 0; out[i] != '\0'; i++) {
		uint8_t c = bytes_lower((uint8_t)out[i]);
		out[i] = (char)(i < dash && c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
	}
	return true;
}

/* What an object is, and the incident it belongs to. */
#define NAME_SQL                                                                                                              \
	"SELECT o.id, o.kind, coalesce(i.incident, CASE o.kind WHEN 'incident' THEN o.id WHEN 'alert' THEN"                   \
	" (SELECT l.target FROM link l WHERE l.source = o.id AND l.relation = 'part-of' ORDER BY l.at DESC LIMIT 1) END, '')" \
	" FROM object o LEFT JOIN item i ON i.id = o.id WHERE "

static void
read_name(struct store_statement *s, struct dossier_case_name *out, bool *bad)
{
	dossier_db_cstr(s, 0, out->id_cstr, sizeof(out->id_cstr), bad);
	dossier_db_cstr(s, 1, out->kind_cstr, sizeof(out->kind_cstr), bad);
	dossier_db_cstr(s, 2, out->incident_cstr, sizeof(out->incident_cstr), bad);
}

int
dossier_case_named(struct dossier *d, const char *id_cstr, struct dossier_case_name *out, struct diag *diag)
{
	struct dossier_case_name found = {0};
	bool bad = false;
	struct store_statement *s = dossier_db_sql(d, NAME_SQL "o.id = ?1");
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r <= 0)
		return r;
	read_name(s, &found, &bad);
	store_reset(s);
	if (bad)
		return dossier_load_damaged(d, diag);
	*out = found;
	return 1;
}

int
dossier_case_find(struct dossier *d, const char *id_cstr, struct dossier_case_name *out, struct diag *diag)
{
	char wanted_cstr[sizeof(out->id_cstr)];
	struct dossier_case_name found = {0};
	bool bad = !normalise(id_cstr, wanted_cstr, sizeof(wanted_cstr));
	int r = bad ? 0 : dossier_case_named(d, wanted_cstr, out, diag);
	if (r != 0)
		return r < 0 ? r : 0;
	/* A beginning: every object is looked at, which a person at a terminal does not feel. */
	struct store_statement *s = dossier_db_sql(d, NAME_SQL "substr(o.id, 1, length(?1)) = ?1 ORDER BY o.id LIMIT 2");
	dossier_db_bind_cstr(s, 1, bad ? "?" : wanted_cstr);
	r = dossier_db_next(d, s, diag);
	if (r < 0)
		return r;
	if (r == 0)
		return diag_say(diag, -ENOENT,
		    _("there is nothing called \"%.80s\" in this dossier: beffroi incident list and show tell the names"),
		    id_cstr);
	bad = false;
	read_name(s, &found, &bad);
	r = dossier_db_next(d, s, diag);
	if (r > 0)
		store_reset(s);
	if (r < 0 || bad)
		return r < 0 ? r : dossier_load_damaged(d, diag);
	if (r > 0)
		return diag_say(diag, -ENOTUNIQ, _("several ids begin with \"%.80s\": give more of it"), id_cstr);
	*out = found;
	return 0;
}

/* {"name":"value"} as the journal shows it; NULL for an empty value. */
static const char *
field_json(char out[static DOSSIER_JSON_MAX], const char *name_cstr, const char *value_cstr)
{
	char key[CASE_NAME_MAX + 8];
	struct json j = json_of(out, DOSSIER_JSON_MAX - 1);
	if (value_cstr[0] == '\0')
		return NULL;
	int n = snprintf(key, sizeof(key), ",\"%s\":", name_cstr);
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, (struct bytes){(const uint8_t *)key, (size_t)n}, value_cstr);
	json_close_object(&j);
	if (!json_ok(&j)) /* control characters only can make a value longer than the room */
		return "{}";
	out[json_length(&j)] = '\0';
	return out;
}

/* 1: an arrow was drawn or taken away; 0: all is as it was. */
static int
put_arrow(struct dossier *d, const char *id_cstr, const struct case_field *f, const char *before_cstr, struct diag *diag)
{
	int r = 0, changes = 0;
	for (size_t i = 0; i < LENGTH_OF(arrows); i++) {
		if (strcmp(arrows[i].name_cstr, f->name_cstr) != 0)
			continue;
		if (strcmp(before_cstr, f->value_cstr) != 0) {
			struct store_statement *s = dossier_db_sql(
			    d, "DELETE FROM link WHERE source = ?1 AND relation = ?2 AND target = ?3");
			dossier_db_bind_cstr(s, 1, id_cstr);
			dossier_db_bind_cstr(s, 2, arrows[i].relation_cstr);
			dossier_db_bind_cstr(s, 3, before_cstr);
			r = dossier_db_run(d, s, diag);
			changes += store_changes(d->store) > 0;
		}
		if (r == 0 && f->value_cstr[0] != '\0') {
			r = dossier_object_link_if(d, id_cstr, arrows[i].relation_cstr, f->value_cstr, f->name_cstr, diag);
			changes += store_changes(d->store) > 0;
		}
	}
	return r < 0 ? r : changes > 0;
}

struct field_sql {
	const char *get_cstr, *set_cstr, *clear_cstr;
};
static const struct field_sql sql_of_incident = {"SELECT value FROM incident_field WHERE incident = ?1 AND name = ?2",
    "INSERT INTO incident_field(incident, name, value) VALUES(?1, ?2, ?3) ON CONFLICT(incident, name) DO UPDATE SET value ="
    " excluded.value",
    "DELETE FROM incident_field WHERE incident = ?1 AND name = ?2"};
static const struct field_sql sql_of_item = {"SELECT value FROM item_field WHERE item = ?1 AND name = ?2",
    "INSERT INTO item_field(item, name, value) VALUES(?1, ?2, ?3) ON CONFLICT(item, name) DO UPDATE SET value = excluded.value",
    "DELETE FROM item_field WHERE item = ?1 AND name = ?2"};

static int
put_field(struct dossier *d, const struct field_sql *sql, const char *id_cstr, const struct case_field *f, struct diag *diag)
{
	AUTO_FREE char *before_cstr = calloc(1, CASE_VALUE_MAX);
	bool bad = false;
	if (before_cstr == NULL)
		return no_memory(d, diag);
	struct store_statement *s = dossier_db_sql(d, sql->get_cstr);
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, f->name_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r > 0) {
		dossier_db_cstr(s, 0, before_cstr, CASE_VALUE_MAX, &bad);
		store_reset(s);
	}
	if (r < 0 || bad)
		return r < 0 ? r : dossier_load_damaged(d, diag);
	bool same = strcmp(before_cstr, f->value_cstr) == 0;
	if (!same) {
		s = dossier_db_sql(d, f->value_cstr[0] == '\0' ? sql->clear_cstr : sql->set_cstr);
		dossier_db_bind_cstr(s, 1, id_cstr);
		dossier_db_bind_cstr(s, 2, f->name_cstr);
		if (f->value_cstr[0] != '\0')
			dossier_db_bind_cstr(s, 3, f->value_cstr);
		r = dossier_db_run(d, s, diag);
	}
	int drawn = r < 0 ? r : put_arrow(d, id_cstr, f, before_cstr, diag);
	if (drawn < 0 || (same && drawn == 0))
		return drawn;
	return dossier_journal_add(d, "set", id_cstr, field_json(d->before, f->name_cstr, before_cstr),
	    field_json(d->after, f->name_cstr, f->value_cstr), diag);
}

static int
has(struct dossier *d, const char *sql_cstr, const char *id_cstr, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, sql_cstr);
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r = dossier_db_next(d, s, diag);
	if (r > 0)
		store_reset(s);
	return r;
}

/* A row of the table of incidents that no alert told of: nobody attacks, nothing is counted. */
static int
add_incident(struct dossier *d, const struct case_item *item, struct diag *diag)
{
	int r = dossier_object_add(d, item->id_cstr, "incident", diag);
	struct store_statement *s = r < 0
	    ? NULL
	    : dossier_db_sql(d,
	          "INSERT INTO incident(id, attacker, victims_total, stages, severity, confidence, first_ns,"
	          " last_ns, alerts, complete) VALUES(?1, ?2, 0, 0, 1, 100, ?3, ?3, 0, 1)");
	static const struct addr nobody;
	dossier_db_bind_cstr(s, 1, item->id_cstr);
	dossier_db_bind_addr(s, 2, &nobody);
	dossier_db_bind_i64(s, 3, item->at_ns);
	if (r == 0)
		r = dossier_db_run(d, s, diag);
	return r < 0 ? r : dossier_journal_add(d, "add", item->id_cstr, NULL, "{\"opened\":\"by hand\"}", diag);
}

static int
add_item(struct dossier *d, const struct case_item *item, struct diag *diag)
{
	int r = dossier_object_add(d, item->id_cstr, item->kind_cstr, diag);
	struct store_statement *s = r < 0
	    ? NULL
	    : dossier_db_sql(d, "INSERT INTO item(id, incident, at, by) VALUES(?1, ?2, ?3, ?4)");
	dossier_db_bind_cstr(s, 1, item->id_cstr);
	dossier_db_bind_cstr(s, 2, item->incident_cstr);
	dossier_db_bind_i64(s, 3, item->at_ns);
	dossier_db_bind_cstr(s, 4, item->by_cstr);
	if (r == 0)
		r = dossier_db_run(d, s, diag);
	if (r == 0)
		r = dossier_object_link(d, item->id_cstr, "part-of", item->incident_cstr, item->kind_cstr, diag);
	return r < 0 ? r
	             : dossier_journal_add(
	                   d, "add", item->id_cstr, NULL, field_json(d->after, "incident", item->incident_cstr), diag);
}

int
dossier_case_put(struct dossier *d, const struct case_item *item, struct diag *diag)
{
	bool is_incident = strcmp(item->kind_cstr, "incident") == 0;
	int r = dossier_db_begin(d, diag);
	if (r < 0)
		return r;
	int found = has(d, is_incident ? "SELECT 1 FROM incident WHERE id = ?1" : "SELECT 1 FROM item WHERE id = ?1",
	    item->id_cstr, diag);
	if (found == 0)
		r = is_incident ? add_incident(d, item, diag) : add_item(d, item, diag);
	if (found < 0)
		r = found;
	for (size_t i = 0; i < item->field_count && r == 0; i++)
		r = put_field(d, is_incident ? &sql_of_incident : &sql_of_item, item->id_cstr, &item->fields[i], diag);
	return r;
}

int
dossier_case_move(struct dossier *d, const char *id_cstr, const char *kind_cstr, const char *from_cstr, const char *to_cstr,
    struct diag *diag)
{
	int r = dossier_db_begin(d, diag);
	if (r == 0 && strcmp(kind_cstr, "alert") != 0) {
		struct store_statement *s = dossier_db_sql(d, "UPDATE item SET incident = ?2 WHERE id = ?1");
		dossier_db_bind_cstr(s, 1, id_cstr);
		dossier_db_bind_cstr(s, 2, to_cstr);
		r = dossier_db_run(d, s, diag);
	}
	struct store_statement *s = r < 0
	    ? NULL
	    : dossier_db_sql(d, "DELETE FROM link WHERE source = ?1 AND relation = 'part-of' AND target = ?2");
	dossier_db_bind_cstr(s, 1, id_cstr);
	dossier_db_bind_cstr(s, 2, from_cstr);
	if (r == 0)
		r = dossier_db_run(d, s, diag);
	if (r == 0)
		r = dossier_object_link(d, id_cstr, "part-of", to_cstr, "moved by a person", diag);
	return r < 0 ? r
	             : dossier_journal_add(d, "move", id_cstr, field_json(d->before, "incident", from_cstr),
	                   field_json(d->after, "incident", to_cstr), diag);
}

int
dossier_case_each(
    struct dossier *d, void (*each)(void *context, const char *incident_id_cstr), void *context, struct diag *diag)
{
	char(*ids)[CASE_ID_MAX] = NULL;
	size_t count, n = 0;
	int r = count_rows(d, "SELECT count(*) FROM incident", NULL, &count, diag);
	if (r < 0)
		return r;
	ids = calloc(count + 1, sizeof(*ids));
	if (ids == NULL)
		return no_memory(d, diag);
	bool bad = false;
	struct store_statement *s = dossier_db_sql(d, "SELECT id FROM incident ORDER BY last_ns DESC, id");
	while ((r = dossier_db_next(d, s, diag)) > 0 && n < count)
		dossier_db_cstr(s, 0, ids[n++], sizeof(*ids), &bad);
	for (size_t i = 0; i < n && r == 0 && !bad; i++)
		each(context, ids[i]);
	free(ids);
	return r < 0 ? r : bad ? dossier_load_damaged(d, diag) : (int)n;
}
