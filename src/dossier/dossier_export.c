/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_export.h"

#include "core/auto.h"
#include "core/json.h"
#include "core/text.h"
#include "dossier/dossier_file.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_kind.h"
#include "dossier/dossier_row.h"
#include "dossier/dossier_schema.h"
#include "dossier/events_carry.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { LINE_MAX = 4 << 20 };

struct export
{
	struct dossier *d;
	int to_fd;
	const struct dossier_tar *tar; /* NULL: into the folder to_fd */
	bool is_part;                  /* only the objects of chosen */
	const char *to_cstr;
	struct dossier_list list;
	struct dossier_moved moved;
	char *room; /* a line */
};

static int
fail(const struct export *e, int error, struct diag *diag)
{
	if (error == -ENOSPC || error == -EDQUOT || error == -EFBIG)
		return diag_say_at(diag, error, e->to_cstr, UINT64_MAX, "%s",
		    _("the disk is full there: make room, or take another folder"));
	if (error == -EEXIST)
		return diag_say_at(diag, error, e->to_cstr, UINT64_MAX, "%s",
		    _("there is something in this folder already: give an empty one"));
	return diag_say_at(diag, error, e->to_cstr, UINT64_MAX, _("it could not be written there: %s"), text_error(-error));
}

static int
open_file(struct export *e, struct dossier_outfile *file, const char *path_cstr)
{
	return e->tar != NULL ? dossier_outfile_open_member(file, e->tar, path_cstr)
	                      : dossier_outfile_open(file, e->to_fd, path_cstr);
}

static int
rows_of(struct dossier *d, struct json *j, const struct dossier_table *table, const char *id_cstr, struct diag *diag)
{
	char key_cstr[64];
	struct store_statement *s = dossier_db_sql(d, table->rows_sql_cstr);
	dossier_db_bind_cstr(s, 1, id_cstr);
	(void)snprintf(key_cstr, sizeof(key_cstr), ",\"%s\":", table->name_cstr);
	json_open_array(j, bytes_of_cstr(key_cstr));
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		json_open_object(j, (struct bytes){0});
		dossier_row_write(j, s, table, table->owner_cstr);
		json_close_object(j);
	}
	json_close_array(j);
	return r;
}

int
dossier_export_line(
    struct dossier *d, const struct dossier_kind *kind, const char *id_cstr, struct json *j, struct diag *diag)
{
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("id"), id_cstr);
	struct store_statement *s = dossier_db_sql(d, kind->tables[0].rows_sql_cstr);
	dossier_db_bind_cstr(s, 1, id_cstr);
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0)
		dossier_row_write(j, s, &kind->tables[0], kind->tables[0].owner_cstr);
	for (size_t i = 1; i < kind->table_count && r == 0; i++)
		r = rows_of(d, j, &kind->tables[i], id_cstr, diag);
	json_close_object(j);
	json_newline(j);
	return r == 0 && !json_ok(j) ? diag_say(diag, -E2BIG, _("%s is too large for one line"), id_cstr) : r;
}

static int
object_line(
    struct export *e, struct dossier_outfile *file, const struct dossier_kind *kind, const char *id_cstr, struct diag *diag)
{
	struct json j = json_of(e->room, LINE_MAX);
	int r = dossier_export_line(e->d, kind, id_cstr, &j, diag);
	if (r < 0)
		return r;
	dossier_outfile_put(file, json_written(&j));
	file->rows++;
	return 0;
}

static int
export_kind(struct export *e, const struct dossier_kind *kind, struct diag *diag)
{
	struct dossier_outfile file;
	char path_cstr[64];
	(void)snprintf(path_cstr, sizeof(path_cstr), "%s.jsonl", kind->name_cstr);
	int r = open_file(e, &file, path_cstr);
	if (r < 0)
		return fail(e, r, diag);
	struct store_statement *s = dossier_db_rows(e->d,
	    e->is_part ? "SELECT id FROM object WHERE kind = ?1 AND id IN (SELECT id FROM chosen) ORDER BY id"
	               : "SELECT id FROM object WHERE kind = ?1 ORDER BY id");
	dossier_db_bind_cstr(s, 1, kind->name_cstr);
	while ((r = dossier_db_next(e->d, s, diag)) > 0) {
		char id_cstr[128];
		bool bad = false;
		dossier_db_cstr(s, 0, id_cstr, sizeof(id_cstr), &bad);
		r = bad ? dossier_db_say(e->d, diag, -EBADMSG, N_("the name of an object is too long"))
		        : object_line(e, &file, kind, id_cstr, diag);
		e->moved.objects++;
		if (r < 0) {
			store_reset(s);
			break;
		}
	}
	int closed = dossier_outfile_close(&file, &e->list);
	return r < 0 ? r : closed < 0 ? fail(e, closed, diag) : 0;
}

static int
export_table(struct export *e, const struct dossier_table *table, const char *path_cstr, const char *order_cstr, bool csv,
    struct diag *diag)
{
	struct dossier_outfile file;
	char sql_cstr[256];
	size_t len = 0;
	(void)snprintf(sql_cstr, sizeof(sql_cstr), "SELECT * FROM %s%s%s%s ORDER BY %s", table->name_cstr,
	    e->is_part ? " WHERE " : "", e->is_part ? table->owner_cstr : "",
	    e->is_part ? " IN (SELECT id FROM chosen)" : "", order_cstr);
	int r = open_file(e, &file, path_cstr);
	if (r < 0)
		return fail(e, r, diag);
	struct store_statement *s = NULL; /* the text is not static: prepared for this once */
	s = e->d->store->make->prepare(e->d->store, sql_cstr);
	store_expect_many(s);
	r = s != NULL ? 0 : dossier_db_fail(e->d, diag);
	if (r == 0 && csv && dossier_row_write_csv(e->room, LINE_MAX, &len, s, table, true))
		dossier_outfile_put(&file, (struct bytes){(const uint8_t *)e->room, len});
	while (r == 0 && (r = dossier_db_next(e->d, s, diag)) > 0) {
		struct json j = json_of(e->room, LINE_MAX);
		bool fits;
		if (csv) {
			fits = dossier_row_write_csv(e->room, LINE_MAX, &len, s, table, false);
		} else {
			json_open_object(&j, (struct bytes){0});
			dossier_row_write(&j, s, table, NULL);
			json_close_object(&j);
			json_newline(&j);
			fits = json_ok(&j);
			len = json_length(&j);
		}
		r = fits ? 0 : diag_say(diag, -E2BIG, _("%s is too large for one line"), table->name_cstr);
		dossier_outfile_put(&file, (struct bytes){(const uint8_t *)e->room, fits ? len : 0});
		file.rows++;
	}
	store_release(s);
	int closed = dossier_outfile_close(&file, &e->list);
	return r < 0 ? r : closed < 0 ? fail(e, closed, diag) : 0;
}

static int
export_csv(struct export *e, const struct dossier_table *table, struct diag *diag)
{
	char path_cstr[64], order_cstr[96];
	const char *key_cstr = strstr(table->rows_sql_cstr, "ORDER BY ");
	(void)snprintf(path_cstr, sizeof(path_cstr), "csv/%s.csv", table->name_cstr);
	(void)snprintf(order_cstr, sizeof(order_cstr), "%s, %s", table->owner_cstr, key_cstr + strlen("ORDER BY "));
	return export_table(e, table, path_cstr, order_cstr, true, diag);
}

/* Kinds may share their tables (what people add to an incident does): each is one file. */
static bool
is_written(const struct dossier_kind *kinds, size_t count, const char *name_cstr)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < kinds[i].table_count; k++)
			if (strcmp(kinds[i].tables[k].name_cstr, name_cstr) == 0)
				return true;
	return false;
}

static int
export_rows(struct export *e, struct diag *diag)
{
	size_t count;
	const struct dossier_kind *kinds = dossier_kind_all(&count);
	const struct dossier_table *links = dossier_kind_links(), *journal = dossier_kind_journal();
	int r = 0;
	for (size_t i = 0; i < count && r == 0; i++)
		r = export_kind(e, &kinds[i], diag);
	if (r == 0)
		r = export_table(e, links, "link.jsonl", "source, relation, target", false, diag);
	if (r == 0)
		r = export_table(e, journal, "journal.jsonl", "seq", false, diag);
	for (size_t i = 0; i < count && r == 0; i++)
		for (size_t k = 0; k < kinds[i].table_count && r == 0; k++)
			if (!is_written(kinds, i, kinds[i].tables[k].name_cstr))
				r = export_csv(e, &kinds[i].tables[k], diag);
	if (r == 0)
		r = export_csv(e, links, diag);
	if (r == 0)
		r = export_table(e, journal, "csv/journal.csv", "seq", true, diag);
	return r;
}

static int
each_file(struct dossier *d, const char *sql_cstr, int (*each)(void *context, const char *path_cstr, struct diag *diag),
    void *context, struct diag *diag)
{
	struct store_statement *s = dossier_db_sql(d, sql_cstr);
	int r;
	while ((r = dossier_db_next(d, s, diag)) > 0) {
		struct bytes path = dossier_db_bytes(s, 0);
		char path_cstr[DOSSIER_PATH_MAX];
		r = -EBADMSG;
		if (!dossier_outfile_path_ok(path)) {
			(void)dossier_db_say(
			    d, diag, r, N_("dossier.db names a file outside of its folder: it was altered"));
		} else {
			(void)snprintf(path_cstr, sizeof(path_cstr), "%.*s", (int)path.len, (const char *)path.at);
			r = each(context, path_cstr, diag);
		}
		if (r < 0) {
			store_reset(s);
			return r;
		}
	}
	return r;
}

int
dossier_export_each_file(struct dossier *d, int (*each)(void *context, const char *path_cstr, struct diag *diag),
    void *context, struct diag *diag)
{
	return each_file(d, "SELECT path FROM evidence ORDER BY path", each, context, diag);
}

static int
copy_file(void *context, const char *path_cstr, struct diag *diag)
{
	struct export *e = context;
	AUTO_CLOSE int from = dossier_file_open(e->d, path_cstr);
	int r = from < 0 ? from : dossier_outfile_copy_open(from, e->to_fd, e->tar, path_cstr, &e->list);
	e->moved.files++;
	return r < 0 ? diag_say_at(diag, r, path_cstr, UINT64_MAX, _("this file could not be copied: %s"), text_error(-r))
	             : 0;
}

static int
write_manifest(struct export *e, struct diag *diag)
{
	struct dossier_outfile file;
	size_t steps, room = 4096 + e->list.count * (DOSSIER_PATH_MAX + 256);
	AUTO_FREE char *text = malloc(room);
	if (text == NULL)
		return fail(e, -ENOMEM, diag);
	(void)dossier_schema_steps(&steps);
	struct json j = json_of(text, room);
	json_open_object(&j, (struct bytes){0});
	json_text(&j, JSON_KEY("format"), BYTES("beffroi-dossier"));
	json_u64(&j, JSON_KEY("schema"), steps);
	json_i64(&j, JSON_KEY("journal_seq"), e->d->seq);
	json_hex(&j, JSON_KEY("journal_hash"), (struct bytes){e->d->head, sizeof(e->d->head)}, '\0');
	json_open_array(&j, JSON_KEY("files"));
	for (size_t i = 0; i < e->list.count; i++) {
		const struct dossier_listed *f = &e->list.files[i];
		json_open_object(&j, (struct bytes){0});
		json_cstr(&j, JSON_KEY("path"), f->path_cstr);
		json_u64(&j, JSON_KEY("bytes"), f->bytes);
		if (strstr(f->path_cstr, ".jsonl") != NULL)
			json_u64(&j, JSON_KEY("rows"), f->rows);
		json_cstr(&j, JSON_KEY("sha256"), f->sha256_cstr);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	json_newline(&j);
	int r = open_file(e, &file, "manifest.json");
	if (r < 0)
		return fail(e, r, diag);
	dossier_outfile_put(&file, json_written(&j));
	r = dossier_outfile_close(&file, &e->list);
	return r < 0 ? fail(e, r, diag) : 0;
}

/* SHA256SUMS is the last to be written: what lacks it did not come to its end. */
static int
finish(struct export *e, int r, struct dossier_moved *out, struct diag *diag)
{
	if (r == 0) {
		r = e->tar != NULL ? dossier_outfile_sums_member(e->tar, &e->list)
		                   : dossier_outfile_sums(e->to_fd, &e->list);
		if (r < 0)
			r = fail(e, r, diag);
	}
	for (size_t i = 0; i < e->list.count; i++)
		e->moved.bytes += e->list.files[i].bytes;
	e->moved.lines = (uint64_t)e->d->seq;
	*out = e->moved;
	free(e->room);
	return r;
}

/* What leads to the incident goes along, and all that these lead to, but no other incident nor its alerts: who may see the one
 * need not see the other. */
static const char choose_sql_cstr[] =
    "WITH RECURSIVE up(id) AS (SELECT id FROM object WHERE id = ?1 UNION SELECT l.source FROM up JOIN link l ON l.target = up.id"
    " JOIN object o ON o.id = l.source WHERE o.kind <> 'incident'),"
    " down(id) AS (SELECT id FROM up UNION SELECT l.target FROM down JOIN link l ON l.source = down.id"
    " JOIN object o ON o.id = l.target WHERE o.kind NOT IN ('incident', 'alert'))"
    " INSERT INTO chosen SELECT id FROM down WHERE true ON CONFLICT DO NOTHING";

static int
choose(struct export *e, const struct dossier_selection *what, struct diag *diag)
{
	e->is_part = what->count > 0;
	int r = e->is_part ? dossier_db_execute(e->d, "CREATE TEMP TABLE chosen(id TEXT PRIMARY KEY)", diag) : 0;
	for (size_t i = 0; i < what->count && r == 0; i++) {
		struct store_statement *s = dossier_db_sql(e->d, choose_sql_cstr);
		dossier_db_bind_cstr(s, 1, what->incidents[i]);
		r = dossier_db_run(e->d, s, diag);
	}
	return r;
}

/* A database that was copied there: synced, and in the list. */
static int
list_copy(struct export *e, const char *name_cstr, struct diag *diag)
{
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	struct dossier_listed file = {0};
	(void)snprintf(file.path_cstr, sizeof(file.path_cstr), "%s", name_cstr);
	AUTO_CLOSE int fd = openat(e->to_fd, name_cstr, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int r = fd < 0 ? -errno : dossier_digest_file(fd, digest, &file.bytes);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r < 0)
		return fail(e, r, diag);
	dossier_digest_text(digest, DOSSIER_DIGEST_TEXT - 1, file.sha256_cstr);
	r = dossier_outfile_add(&e->list, &file);
	return r < 0 ? fail(e, r, diag) : 0;
}

/* ---- Days of events ---- */

static void
put_events(void *context, struct bytes data)
{
	dossier_outfile_put(context, data);
}

static int
export_day(struct export *e, int64_t number, struct diag *diag)
{
	struct events_day day;
	struct dossier_outfile file;
	char path_cstr[EVENTS_DAY_NAME_MAX];
	int r = events_day_open(&day, e->d, number, false, diag);
	if (r < 0)
		return r == -ENOENT ? 0 : r; /* purged meanwhile */
	events_carry_name(number, path_cstr);
	r = open_file(e, &file, path_cstr);
	if (r == 0) {
		r = events_carry_out(&day, put_events, &file, &file.rows, diag);
		int closed = dossier_outfile_close(&file, &e->list);
		r = r < 0 ? r : closed < 0 ? fail(e, closed, diag) : 0;
	} else {
		r = fail(e, r, diag);
	}
	events_day_close(&day);
	return r;
}

/* By SQLite's own means: a watch may be writing there. */
static int
copy_day(struct export *e, int64_t number, struct diag *diag)
{
	struct events_day day;
	char path_cstr[sizeof(e->d->folder_cstr) + EVENTS_DAY_NAME_MAX];
	int r = events_day_open(&day, e->d, number, false, diag);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	if ((size_t)snprintf(path_cstr, sizeof(path_cstr), "%s/%s", e->to_cstr, day.name_cstr) >= sizeof(path_cstr))
		r = fail(e, -ENAMETOOLONG, diag);
	else if ((mkdirat(e->to_fd, "events", 0700) < 0 && errno != EEXIST))
		r = fail(e, -errno, diag);
	else if (faccessat(e->to_fd, day.name_cstr, F_OK, 0) == 0)
		r = fail(e, -EEXIST, diag);
	if (r == 0 && (r = day.store->make->copy(day.store, path_cstr)) < 0)
		r = fail(e, r, diag);
	if (r == 0)
		r = list_copy(e, day.name_cstr, diag);
	events_day_close(&day);
	return r;
}

static int
each_day(struct export *e, int (*each)(struct export *e, int64_t number, struct diag *diag), struct diag *diag)
{
	AUTO_FREE int64_t *days = NULL;
	size_t count = 0;
	int r = events_day_list(e->d, &days, &count, diag);
	for (size_t i = count; i-- > 0 && r == 0;)
		r = each(e, days[i], diag);
	return r;
}

/* One transaction: a writer may go on meanwhile, and is not seen. */
static int
export_all(struct export *e, const struct dossier_selection *what, struct dossier_moved *out, struct diag *diag)
{
	e->room = malloc(LINE_MAX);
	if (e->room == NULL)
		return fail(e, -ENOMEM, diag);
	int r = dossier_db_look(e->d, diag);
	if (r == 0)
		r = dossier_journal_start(e->d, diag);
	if (r == 0)
		r = choose(e, what, diag);
	if (r == 0)
		r = export_rows(e, diag);
	if (r == 0)
		r = each_file(e->d,
		    e->is_part ? "SELECT path FROM evidence WHERE id IN (SELECT id FROM chosen) ORDER BY path"
		               : "SELECT path FROM evidence ORDER BY path",
		    copy_file, e, diag);
	if (r == 0 && !e->is_part)
		r = each_day(e, export_day, diag);
	if (r == 0)
		r = write_manifest(e, diag);
	dossier_db_forget(e->d);
	dossier_db_rollback(e->d);
	return finish(e, r, out, diag);
}

int
dossier_export(struct dossier *d, int to_fd, const char *to_cstr, struct dossier_moved *out, struct diag *diag)
{
	struct export e = {.d = d, .to_fd = to_fd, .to_cstr = to_cstr};
	int r = export_all(&e, &(struct dossier_selection){0}, out, diag);
	dossier_outfile_free(&e.list);
	return r;
}

int
dossier_export_archive(struct dossier *d, const struct dossier_selection *what, const struct dossier_tar *tar,
    const char *to_cstr, struct dossier_list *list, struct dossier_moved *out, struct diag *diag)
{
	struct export e = {.d = d, .to_fd = -1, .tar = tar, .to_cstr = to_cstr};
	int r = export_all(&e, what, out, diag);
	*list = e.list;
	return r;
}

/* ---- Backup ---- */

int
dossier_export_copy_database(struct dossier *d, const char *path_cstr, struct diag *diag)
{
	int error = d->store->make->copy(d->store, path_cstr);
	return error == 0
	    ? 0
	    : diag_say_at(diag, error, path_cstr, UINT64_MAX, _("it could not be written there: %s"), text_error(-error));
}

static int
copy_database(struct export *e, struct diag *diag)
{
	char path_cstr[sizeof(e->d->folder_cstr) + 16];
	if ((size_t)snprintf(path_cstr, sizeof(path_cstr), "%s/dossier.db", e->to_cstr) >= sizeof(path_cstr))
		return fail(e, -ENAMETOOLONG, diag);
	if (faccessat(e->to_fd, "dossier.db", F_OK, 0) == 0)
		return fail(e, -EEXIST, diag);
	int r = dossier_export_copy_database(e->d, path_cstr, diag);
	if (r < 0)
		return r;
	return list_copy(e, "dossier.db", diag);
}

static int
copy_head(struct export *e, struct diag *diag)
{
	struct dossier_outfile file;
	char text[128], hash[DOSSIER_DIGEST_TEXT];
	if (e->d->seq == 0)
		return 0;
	dossier_digest_text(e->d->head, DOSSIER_DIGEST_TEXT - 1, hash);
	(void)snprintf(text, sizeof(text), "%lld %s\n", (long long)e->d->seq, hash);
	int r = dossier_outfile_open(&file, e->to_fd, "journal.head");
	if (r == 0) {
		dossier_outfile_put(&file, bytes_of_cstr(text));
		r = dossier_outfile_close(&file, &e->list);
	}
	return r < 0 ? fail(e, r, diag) : 0;
}

int
dossier_export_backup(struct dossier *d, int to_fd, const char *to_cstr, struct dossier_moved *out, struct diag *diag)
{
	struct export e = {.d = d, .to_fd = to_fd, .to_cstr = to_cstr};
	int r = dossier_db_look(d, diag);
	if (r == 0)
		r = dossier_journal_start(d, diag);
	if (r == 0)
		r = copy_database(&e, diag);
	if (r == 0)
		r = copy_head(&e, diag);
	if (r == 0)
		r = dossier_export_each_file(d, copy_file, &e, diag);
	if (r == 0)
		r = each_day(&e, copy_day, diag);
	dossier_db_rollback(d);
	r = finish(&e, r, out, diag);
	dossier_outfile_free(&e.list);
	return r;
}
