/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/dossier - one line of an export, as `beffroi dossier import` reads it. The first byte says of which kind: 'a' the first
 * of dossier_kind_all(), and so on; what comes behind the last kind is a link.
 *
 * Oracles: refused with a reason; or kept, and then every number and plain text of the line is in the line that the export
 * writes, and this one, read into an empty dossier, is written the same.
 */
#include "core/ensure.h"
#include "core/json.h"
#include "dossier/dossier_export.h"
#include "dossier/dossier_import.h"
#include "dossier/dossier_row.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 16, LINE_ROOM = 1 << 20 };

static char folder[] = "/tmp/fuzz-dossier-XXXXXX";
static struct dossier *d;

static void
clean_up(void)
{
	static const char *const files[] = {
	    "dossier.db", "dossier.db-wal", "dossier.db-shm", "dossier.lock", "journal.head"};
	struct diag diag;
	(void)!dossier_close(d, &diag);
	for (size_t i = 0; i < LENGTH_OF(files); i++) {
		char path[64];
		(void)snprintf(path, sizeof(path), "%s/%s", folder, files[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

static void
execute(const char *sql_cstr)
{
	ENSURE(d->store->make->execute(d->store, sql_cstr) == 0);
}

/* A link names objects that are not there: judged at the end of an import only. */
static int
import(const struct dossier_kind *kind, struct bytes line, struct diag *diag)
{
	execute("BEGIN; PRAGMA defer_foreign_keys=ON");
	return dossier_import_line(d, kind, line, diag);
}

/* The one object, or link, that is there. */
static struct bytes export(const struct dossier_kind *kind, char *room)
{
	struct diag diag = {0};
	struct json j = json_of(room, LINE_ROOM);
	struct store_statement *s = dossier_db_sql(d, kind != NULL ? "SELECT id FROM object" : "SELECT * FROM link");
	ENSURE(dossier_db_next(d, s, &diag) == 1);
	if (kind != NULL) {
		static char id_cstr[INPUT_MAX];
		bool bad = false;
		dossier_db_cstr(s, 0, id_cstr, sizeof(id_cstr), &bad);
		ENSURE(!bad && dossier_export_line(d, kind, id_cstr, &j, &diag) == 0);
	} else {
		json_open_object(&j, (struct bytes){0});
		dossier_row_write(&j, s, dossier_kind_links(), NULL);
		json_close_object(&j);
		ENSURE(json_ok(&j));
	}
	ENSURE(dossier_db_next(d, s, &diag) == 0);
	dossier_db_forget(d);
	return json_written(&j);
}

/* A string, or its bytes as hexadecimal digits where a string of ours would not carry them. */
static bool
same_text(const json_t *in, const json_t *out)
{
	const char *digits_cstr = json_string_value(json_object_get(out, "hex"));
	size_t len = json_string_length(in);
	if (digits_cstr == NULL)
		return json_equal(in, out) != 0;
	for (size_t i = 0; i < len && strlen(digits_cstr) == 2 * len; i++) {
		char two[3];
		(void)snprintf(two, sizeof(two), "%02x", (uint8_t)json_string_value(in)[i]);
		if (memcmp(two, digits_cstr + 2 * i, 2) != 0)
			return false;
	}
	return strlen(digits_cstr) == 2 * len;
}

/* Addresses and hexadecimal digits may be written in other ways than ours. */
static void
compare(const struct dossier_table *table, struct bytes before, struct bytes after)
{
	json_t *in = json_loadb((const char *)before.at, before.len, JSON_ALLOW_NUL, NULL);
	json_t *out = json_loadb((const char *)after.at, after.len, JSON_ALLOW_NUL, NULL), *value;
	const char *name_cstr;
	ENSURE(in != NULL && out != NULL);
	json_object_foreach(in, name_cstr, value)
	{
		char word[64];
		(void)snprintf(word, sizeof(word), " %.60s ", name_cstr);
		bool free_form = strstr(table->addresses_cstr, word) != NULL || strstr(table->hex_cstr, word) != NULL;
		if (json_is_integer(value))
			ENSURE(json_equal(value, json_object_get(out, name_cstr)));
		if (json_is_string(value) && !free_form)
			ENSURE(same_text(value, json_object_get(out, name_cstr)));
		if (json_is_array(value))
			ENSURE(json_array_size(value) == json_array_size(json_object_get(out, name_cstr)));
	}
	json_decref(in);
	json_decref(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char first[LINE_ROOM], second[LINE_ROOM];
	struct diag diag = {0};
	size_t count;
	const struct dossier_kind *kinds = dossier_kind_all(&count);
	if (d == NULL) {
		ENSURE(mkdtemp(folder) != NULL && dossier_open(&d, folder, DOSSIER_WRITE, &diag) == 0);
		(void)atexit(clean_up);
	}
	if (size < 2 || size > INPUT_MAX || data[0] < 'a' || data[0] > 'a' + count)
		return 0;
	const struct dossier_kind *kind = data[0] - 'a' < (int)count ? &kinds[data[0] - 'a'] : NULL;
	struct bytes line = {data + 1, size - 1};
	int r = import(kind, line, &diag);
	ENSURE(r == 0 || (r == -EINVAL && diag.text_cstr[0] != '\0'));
	if (r == 0) {
		struct bytes written = export(kind, first);
		compare(kind != NULL ? &kind->tables[0] : dossier_kind_links(), line, written);
		execute("ROLLBACK");
		ENSURE(import(kind, written, &diag) == 0);
		ENSURE(bytes_eq(export(kind, second), written));
	}
	dossier_db_forget(d);
	execute("ROLLBACK");
	return 0;
}
