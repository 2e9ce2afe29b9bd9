/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/store_dialect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NO_REFERENCE = -1 };

struct translation {
	FILE *out;
	const char *at;
	int params;
	bool is_definition; /* of tables: the statement begins with CREATE or ALTER */
	bool begins;        /* no word of the statement was read yet */
	int depth;          /* of parentheses */
	int reference;      /* the depth at which one must be called deferrable, when its column ends */
	bool failed;
};

static void
put(struct translation *t, const char *from_cstr, size_t len)
{
	(void)fwrite(from_cstr, 1, len, t->out);
}

static void
put_cstr(struct translation *t, const char *text_cstr)
{
	put(t, text_cstr, strlen(text_cstr));
}

/* What stands between marks, copied: '...' "..." and comments. */
static void
copy_quoted(struct translation *t, const char *end_cstr)
{
	const char *end = strstr(t->at + 1, end_cstr);
	size_t len = end == NULL ? strlen(t->at) : (size_t)(end - t->at) + strlen(end_cstr);
	put(t, t->at, len);
	t->at += len;
}

static void
put_parameter(struct translation *t)
{
	char *end;
	long number = strtol(t->at + 1, &end, 10);
	if (number > t->params && number < 1000)
		t->params = (int)number;
	(void)fprintf(t->out, "$%ld", number);
	t->at = end;
}

static size_t
word_length(const char *at)
{
	size_t n = 0;
	while ((at[n] >= 'a' && at[n] <= 'z') || (at[n] >= 'A' && at[n] <= 'Z') || (at[n] >= '0' && at[n] <= '9') ||
	    at[n] == '_')
		n++;
	return n;
}

static bool
is_word(const char *at, const char *word_cstr)
{
	size_t len = strlen(word_cstr);
	return strncmp(at, word_cstr, len) == 0 && word_length(at) == len;
}

static void
skip_blanks(struct translation *t)
{
	t->at += strspn(t->at, " \t\n");
}

/* ") STRICT, WITHOUT ROWID" */
static void
skip_options(struct translation *t)
{
	for (;;) {
		if (!is_word(t->at, "STRICT") && !is_word(t->at, "WITHOUT") && !is_word(t->at, "ROWID"))
			return;
		t->at += word_length(t->at);
		skip_blanks(t);
		if (*t->at == ',')
			t->at++;
		skip_blanks(t);
	}
}

static void
end_reference(struct translation *t)
{
	if (t->reference == t->depth)
		put_cstr(t, " DEFERRABLE");
	if (t->reference == t->depth)
		t->reference = NO_REFERENCE;
}

/* CREATE TRIGGER name BEFORE ... ON table [WHEN condition] BEGIN SELECT RAISE(ABORT, 'text'); END; */
static void
put_trigger(struct translation *t)
{
	static const char act[] = " BEGIN SELECT RAISE(ABORT, '", rest[] = "'); END";
	const char *name = t->at + strlen("CREATE TRIGGER ");
	size_t name_len = word_length(name);
	const char *begin = strstr(name, act), *text = begin == NULL ? NULL : begin + strlen(act);
	const char *end = text == NULL ? NULL : strstr(text, rest);
	if (name_len == 0 || end == NULL) {
		t->failed = true;
		t->at += strlen(t->at);
		return;
	}
	const char *when = strstr(name, " WHEN ");
	bool has_when = when != NULL && when < begin;
	const char *head_end = has_when ? when : begin;
	put_cstr(t, "CREATE FUNCTION ");
	put(t, name, name_len);
	put_cstr(t, "() RETURNS trigger LANGUAGE plpgsql AS $f$BEGIN RAISE EXCEPTION '");
	put(t, text, (size_t)(end - text));
	put_cstr(t, "'; END$f$; CREATE TRIGGER ");
	put(t, name, (size_t)(head_end - name));
	put_cstr(t, " FOR EACH ROW");
	if (has_when) {
		const char *condition = when + strlen(" WHEN ");
		put_cstr(t, " WHEN (");
		put(t, condition, (size_t)(begin - condition));
		put_cstr(t, ")");
	}
	put_cstr(t, " EXECUTE FUNCTION ");
	put(t, name, name_len);
	put_cstr(t, "()");
	t->at = end + strlen(rest);
}

static void
put_word(struct translation *t)
{
	static const struct {
		const char *ours_cstr, *theirs_cstr;
	} types[] = {{"INTEGER", "BIGINT"}, {"TEXT", "TEXT COLLATE \"C\""}, {"BLOB", "BYTEA"}};
	size_t len = word_length(t->at);
	if (t->begins)
		t->is_definition = is_word(t->at, "CREATE") || is_word(t->at, "ALTER");
	if (t->begins && strncmp(t->at, "CREATE TRIGGER ", strlen("CREATE TRIGGER ")) == 0) {
		t->begins = false;
		put_trigger(t);
		return;
	}
	if (t->begins && strncmp(t->at, "DROP TRIGGER ", strlen("DROP TRIGGER ")) == 0) {
		t->at += strlen("DROP TRIGGER ");
		put_cstr(t, "DROP FUNCTION ");
		put(t, t->at, word_length(t->at));
		put_cstr(t, "() CASCADE");
		t->at += word_length(t->at);
		return;
	}
	t->begins = false;
	if (t->is_definition && t->depth == 0 && (is_word(t->at, "STRICT") || is_word(t->at, "WITHOUT"))) {
		skip_options(t);
		return;
	}
	if (t->is_definition && is_word(t->at, "REFERENCES"))
		t->reference = t->depth;
	for (size_t i = 0; i < LENGTH_OF(types) && t->is_definition; i++)
		if (is_word(t->at, types[i].ours_cstr)) {
			put_cstr(t, types[i].theirs_cstr);
			t->at += len;
			return;
		}
	put(t, t->at, len);
	t->at += len;
}

static void
put_mark(struct translation *t)
{
	char c = *t->at;
	if (c == ',' || c == ')' || c == ';')
		end_reference(t);
	t->depth += c == '(' ? 1 : c == ')' ? -1 : 0;
	if (c == ';') {
		t->begins = true;
		t->is_definition = false;
	}
	put(t, t->at++, 1);
}

char *
store_dialect_postgresql(const char *sql_cstr, int *params)
{
	char *text = NULL;
	size_t len = 0;
	struct translation t = {
	    .out = open_memstream(&text, &len), .at = sql_cstr, .begins = true, .reference = NO_REFERENCE};
	if (t.out == NULL)
		return NULL;
	while (*t.at != '\0') {
		if (*t.at == '\'')
			copy_quoted(&t, "'");
		else if (*t.at == '"')
			copy_quoted(&t, "\"");
		else if (t.at[0] == '/' && t.at[1] == '*')
			copy_quoted(&t, "*/");
		else if (*t.at == '?')
			put_parameter(&t);
		else if (word_length(t.at) > 0)
			put_word(&t);
		else
			put_mark(&t);
	}
	end_reference(&t);
	bool whole = ferror(t.out) == 0 && !t.failed;
	if (fclose(t.out) != 0 || !whole) {
		free(text);
		return NULL;
	}
	*params = t.params;
	return text;
}
