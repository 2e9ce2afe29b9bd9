/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_import.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_export.h"
#include "dossier/dossier_file.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_kind.h"
#include "dossier/dossier_object.h"
#include "dossier/dossier_row.h"
#include "dossier/dossier_schema.h"
#include "dossier/dossier_verify.h"
#include "dossier/events_carry.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { LINE_MAX = 4 << 20, DEPTH_MAX = 8, COMPLAINTS_MAX = 20, INSERTS_MAX = 64, ID_MAX = 127, FILE_MAX_BYTES = 256 << 20 };

struct import {
	struct dossier *d;
	int from_fd;
	const char *from_cstr;
	struct dossier_moved moved;
	int64_t days[EVENTS_DAYS_MAX]; /* of events that were begun */
	size_t day_count;
	uint64_t bad;
	void (*each)(void *context, const struct diag *line);
	void *context;
	struct dossier_insert inserts[INSERTS_MAX];
	size_t insert_count;
};

static int
learn(struct import *m, const struct dossier_table *table, const struct dossier_insert **out, struct diag *diag)
{
	for (size_t i = 0; i < m->insert_count; i++)
		if (m->inserts[i].table == table) {
			*out = &m->inserts[i];
			return 0;
		}
	if (m->insert_count == INSERTS_MAX)
		return diag_say(diag, -E2BIG, "%s", _("not enough memory for the dossier"));
	*out = &m->inserts[m->insert_count];
	int r = dossier_row_learn(m->d, table, &m->inserts[m->insert_count], diag);
	m->insert_count += r == 0;
	return r;
}

/* The further tables of an object: each an array of rows. */
static int
put_tables(struct import *m, const struct dossier_kind *kind, const char *id_cstr, const json_t *object, struct diag *diag)
{
	const char *name_cstr;
	json_t *value;
	json_object_foreach((json_t *)(uintptr_t)object, name_cstr, value)
	{
		const struct dossier_table *table = NULL;
		if (!json_is_array(value))
			continue;
		for (size_t i = 1; i < kind->table_count && table == NULL; i++)
			if (strcmp(kind->tables[i].name_cstr, name_cstr) == 0)
				table = &kind->tables[i];
		if (table == NULL)
			return diag_say(diag, -EINVAL, _("%s: a member that this version does not know"), name_cstr);
		const struct dossier_insert *how = NULL;
		int r = learn(m, table, &how, diag);
		for (size_t i = 0; i < json_array_size(value) && r == 0; i++)
			r = dossier_row_insert(m->d, how, id_cstr, json_array_get(value, i), diag);
		if (r < 0)
			return r;
	}
	return 0;
}

static int
put_object(struct import *m, const struct dossier_kind *kind, const json_t *object, struct diag *diag)
{
	const json_t *id = json_object_get(object, "id");
	const struct dossier_insert *how = NULL;
	struct bytes name = {(const uint8_t *)json_string_value(id), json_string_length(id)};
	/* One that the export could not write again. */
	if (name.len == 0 || name.len > ID_MAX || bytes_find(name, '\0') < name.len || !dossier_row_is_text(name))
		return diag_say(diag, -EINVAL, "%s", _("a JSON object with an \"id\" was expected"));
	const char *id_cstr = json_string_value(id);
	int r = learn(m, &kind->tables[0], &how, diag);
	if (r == 0)
		r = dossier_object_add(m->d, id_cstr, kind->name_cstr, diag);
	if (r == 0)
		r = dossier_row_insert(m->d, how, id_cstr, object, diag);
	m->moved.objects += r == 0;
	return r == 0 ? put_tables(m, kind, id_cstr, object, diag) : r;
}

/* kind == NULL: one row of the table a line. */
static int
put_line(struct import *m, const struct dossier_kind *kind, const struct dossier_table *table, struct bytes line,
    struct diag *diag)
{
	json_error_t error;
	json_t *object = json_loadb((const char *)line.at, line.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (object == NULL)
		return diag_say(diag, -EINVAL, _("this is not JSON (RFC 8259): %s"), error.text);
	const struct dossier_insert *how = NULL;
	int r;
	if (kind != NULL) {
		r = put_object(m, kind, object, diag);
	} else {
		r = learn(m, table, &how, diag);
		if (r == 0)
			r = dossier_row_insert(m->d, how, NULL, object, diag);
	}
	json_decref(object);
	return r;
}

int
dossier_import_line(struct dossier *d, const struct dossier_kind *kind, struct bytes line, struct diag *diag)
{
	AUTO_FREE struct import *m = calloc(1, sizeof(*m));
	if (m == NULL)
		return -ENOMEM;
	m->d = d;
	int r = put_line(m, kind, kind == NULL ? dossier_kind_links() : NULL, line, diag);
	dossier_db_forget(d); /* the statements' texts end here */
	return r;
}

static void
complain(struct import *m, struct diag *line, const char *path_cstr, unsigned number)
{
	(void)snprintf(line->file_cstr, sizeof(line->file_cstr), "%s", path_cstr);
	line->line = number;
	m->bad++;
	if (m->each != NULL && m->bad <= COMPLAINTS_MAX)
		m->each(m->context, line);
}

/* Every line is tried, so that all that is wrong is told at once; with one bad line nothing is kept. */
static int
import_file(struct import *m, const char *path_cstr, const struct dossier_kind *kind, const struct dossier_table *table,
    struct diag *diag)
{
	int fd = openat(m->from_fd, path_cstr, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	AUTO_FCLOSE FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	AUTO_FREE char *line = NULL;
	size_t room = 0;
	ssize_t len;
	unsigned number = 0;
	if (file == NULL)
		return diag_say_at(diag, -ENOENT, m->from_cstr, UINT64_MAX,
		    _("%s cannot be read: take another copy; nothing was changed"), path_cstr);
	while ((len = getline(&line, &room, file)) > 0) {
		struct diag wrong = {.offset = UINT64_MAX};
		number++;
		int r = dossier_db_execute(m->d, "SAVEPOINT line", diag);
		if (r < 0)
			return r;
		r = len > LINE_MAX ? diag_say(&wrong, -EINVAL, "%s", _("the line is longer than 4 MB"))
		                   : put_line(m, kind, table, (struct bytes){(const uint8_t *)line, (size_t)len}, &wrong);
		if (r < 0 && r != -EINVAL) {
			*diag = wrong;
			return r;
		}
		if (r < 0)
			complain(m, &wrong, path_cstr, number);
		r = dossier_db_execute(m->d, r < 0 ? "ROLLBACK TO line; RELEASE line" : "RELEASE line", diag);
		if (r < 0)
			return r;
	}
	return ferror(file) ? diag_say_at(diag, -EIO, path_cstr, UINT64_MAX, "%s", text_error(errno)) : 0;
}

static int
import_rows(struct import *m, struct diag *diag)
{
	size_t count;
	const struct dossier_kind *kinds = dossier_kind_all(&count);
	int r = 0;
	for (size_t i = 0; i < count && r == 0; i++) {
		char path_cstr[64];
		(void)snprintf(path_cstr, sizeof(path_cstr), "%s.jsonl", kinds[i].name_cstr);
		r = import_file(m, path_cstr, &kinds[i], NULL, diag);
	}
	if (r == 0)
		r = import_file(m, "link.jsonl", NULL, dossier_kind_links(), diag);
	if (r == 0)
		r = import_file(m, "journal.jsonl", NULL, dossier_kind_journal(), diag);
	if (r == 0 && m->bad > 0)
		r = diag_say_at(diag, -EBADMSG, m->from_cstr, UINT64_MAX,
		    text_plural(text_spoken(), m->bad, N_("%llu line is not right: nothing was imported"),
		        N_("%llu lines are not right: nothing was imported")),
		    (unsigned long long)m->bad);
	return r;
}

/* Into a dossier that has no folder. */
static int
keep_file(struct import *m, const char *path_cstr)
{
	struct stat st;
	AUTO_CLOSE int fd = openat(m->from_fd, path_cstr, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (st.st_size > FILE_MAX_BYTES)
		return -EFBIG;
	AUTO_FREE uint8_t *room = malloc((size_t)st.st_size + 1);
	if (room == NULL)
		return -ENOMEM;
	ssize_t n = pread(fd, room, (size_t)st.st_size, 0);
	return n < 0 ? -errno : dossier_file_write(m->d, path_cstr, (struct bytes){room, (size_t)n});
}

static int
copy_file(void *context, const char *path_cstr, struct diag *diag)
{
	struct import *m = context;
	int r = m->d->is_remote ? keep_file(m, path_cstr)
	                        : dossier_outfile_copy(m->from_fd, m->d->folder_fd, path_cstr, NULL);
	m->moved.files++;
	if (r == -EEXIST)
		r = 0; /* left by an import that was stopped, or the same file: verify compares it */
	return r < 0 ? diag_say_at(diag, r, path_cstr, UINT64_MAX, _("this file could not be copied: %s"), text_error(-r))
	             : 0;
}

struct first_finding {
	struct dossier_finding finding;
	bool is_set;
};

static void
see_finding(void *context, const struct dossier_finding *finding)
{
	struct first_finding *f = context;
	if (!f->is_set)
		f->finding = *finding;
	f->is_set = true;
}

/* What was imported must hold as a dossier: an export that was altered, sums and all, is found here. */
static int
check_result(struct import *m, struct diag *diag)
{
	struct dossier_verdict verdict;
	struct first_finding first = {0};
	int r = dossier_verify(m->d, NULL, &verdict, see_finding, &first, diag);
	m->moved.lines = verdict.lines;
	if (r == -EBADMSG && first.is_set)
		return diag_say_at(diag, r, m->from_cstr, UINT64_MAX,
		    _("this export was altered (%s, line %lld of the journal, %s): nothing was imported"),
		    dossier_verify_word(first.finding.fault), (long long)first.finding.seq, first.finding.object_cstr);
	return r;
}

/* Days of events are stores of their own: they come before the rest, and go again when it does not come. */
static int
import_day(struct import *m, const char *path_cstr, struct diag *diag)
{
	struct bytes path = bytes_of_cstr(path_cstr);
	uint64_t lines = 0;
	int64_t number;
	if (path.len != sizeof("events/2026-03-03.jsonl.zst") - 1 || !bytes_start_with(path, BYTES("events/")) ||
	    !events_day_parse(bytes_first(bytes_after(path, 7), 10), &number))
		return 0;
	AUTO_CLOSE int fd = openat(m->from_fd, path_cstr, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno));
	if (m->day_count == EVENTS_DAYS_MAX)
		return diag_say(diag, -E2BIG, _("at most %d days of events fit a dossier"), EVENTS_DAYS_MAX);
	m->days[m->day_count++] = number;
	m->moved.files++;
	return events_carry_in(m->d, fd, path_cstr, &lines, diag);
}

static int
check_no_objects(struct dossier *d, struct diag *diag)
{
	int64_t objects = 0;
	int r = dossier_schema_number(
	    d, "SELECT (SELECT count(*) FROM object) + (SELECT count(*) FROM journal)", &objects, diag);
	if (r < 0 || objects == 0)
		return r;
	return dossier_db_say(d, diag, -ENOTEMPTY,
	    N_("this dossier is not empty: import into a new one, with --dossier; nothing was changed"));
}

static int
check_empty(struct dossier *d, struct diag *diag)
{
	AUTO_FREE int64_t *days = NULL;
	size_t count = 0;
	int r = check_no_objects(d, diag);
	if (r == 0)
		r = events_day_list(d, &days, &count, diag);
	if (r < 0 || count == 0)
		return r;
	return dossier_db_say(d, diag, -ENOTEMPTY,
	    N_("this dossier is not empty: import into a new one, with --dossier; nothing was changed"));
}

int
dossier_import(struct dossier *d, int from_fd, const char *from_cstr, struct dossier_moved *out,
    void (*each)(void *context, const struct diag *line), void *context, struct diag *diag)
{
	struct dossier_list list = {0};
	AUTO_FREE struct import *m = calloc(1, sizeof(*m));
	if (m == NULL)
		return dossier_db_say(d, diag, -ENOMEM, N_("not enough memory for the dossier"));
	*m = (struct import){.d = d, .from_fd = from_fd, .from_cstr = from_cstr, .each = each, .context = context};
	int r = check_empty(d, diag);
	if (r == 0)
		r = dossier_outfile_check_sums(from_fd, from_cstr, &list, diag);
	for (size_t i = 0; i < list.count; i++)
		m->moved.bytes += list.files[i].bytes;
	for (size_t i = 0; i < list.count && r == 0; i++)
		r = import_day(m, list.files[i].path_cstr, diag);
	dossier_outfile_free(&list);
	if (r == 0)
		r = dossier_db_begin(d, diag);
	if (r == 0)
		r = check_no_objects(d, diag); /* somebody may have come first */
	if (r == 0)
		r = dossier_db_defer(d, diag);
	if (r == 0)
		r = import_rows(m, diag);
	if (r == 0)
		r = dossier_export_each_file(d, copy_file, m, diag);
	if (r == 0)
		r = check_result(m, diag);
	if (r == 0)
		r = dossier_journal_start(d, diag);
	d->seq_before = 0; /* all of it is new here */
	if (r == 0)
		r = dossier_db_commit(d, diag);
	if (r < 0)
		dossier_db_rollback(d);
	if (r < 0)
		events_carry_undo(d, m->days, m->day_count);
	dossier_db_forget(d); /* statements made for these inserts go with them */
	*out = m->moved;
	return r;
}
