/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The files of a study, held against the table of what may be said (study_schema.c). All that is wrong is told, not only the first:
 * two rounds, since a reference may be to what stands in a later file. */
#include "study/study.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { STACK_MAX = 4096, FIELDS_MAX = 64, WORDS_MAX = 512, DAYS_MAX = 31 };

struct item {
	const struct data_tree *tree;
	const struct study_field *fields;
	enum study_section section;
	size_t file, record; /* the record it is in, or is: SIZE_MAX in the frame */
};

struct reader {
	struct study *s;
	struct item *stack;
	size_t depth;
	bool second;      /* the round: references and levels */
	struct diag diag; /* of a reader of core, to be made a problem */
};

static void
say(struct reader *r, const char *code_cstr, const struct item *in, const struct data_tree *at, const char *sentence_cstr,
    const char *what_cstr)
{
	study_problem_say(r->s, STUDY_ERROR, code_cstr, in->file, at->line, at->column,
	    in->record == SIZE_MAX ? "" : r->s->records[in->record].id_cstr, "%s: %s", what_cstr, sentence_cstr);
}

static void
say_key(
    struct reader *r, const char *code_cstr, const struct item *in, const struct data_tree *at, const char *sentence_cstr)
{
	study_problem_say(r->s, STUDY_ERROR, code_cstr, in->file, at->key_line, at->key_column,
	    in->record == SIZE_MAX ? "" : r->s->records[in->record].id_cstr, "%s: %s", (const char *)at->key.at,
	    sentence_cstr);
}

static void
list_fields(const struct study_field *fields, char *out, size_t size)
{
	int n = snprintf(out, size, "%s", _("this key is not known here; expected one of"));
	for (const char *comma = ":"; fields->name_cstr != NULL && n > 0 && (size_t)n < size; fields++, comma = ",")
		n += snprintf(out + n, size - (size_t)n, "%s %s", comma, fields->name_cstr);
}

static void
list_words(const char *const *words, char *out, size_t size)
{
	int n = snprintf(out, size, "%s", _("this word is not one of those that the file may use"));
	for (const char *comma = ":"; *words != NULL && n > 0 && (size_t)n < size; words++, comma = ",")
		n += snprintf(out + n, size - (size_t)n, "%s %s", comma, *words);
}

/* Without recursion: what is inside waits on a stack, which nothing a person would write can fill. */
static void
push(struct reader *r, const struct item *item)
{
	if (r->depth < STACK_MAX)
		r->stack[r->depth++] = *item;
	else
		say(r, "too-many", item, item->tree, _("too many entries in one file"), "study");
}

/* Those of a list are taken from the stack in their own order. */
static void
push_list(struct reader *r, const struct item *in, const struct data_tree *list, const struct study_field *fields,
    enum study_section section)
{
	size_t first = r->depth;
	for (const struct data_tree *n = list->first; n != NULL; n = n->next)
		push(r, &(struct item){n, fields, section, in->file, in->record});
	for (size_t a = first, b = r->depth; a + 1 < b; a++, b--) {
		struct item kept = r->stack[a];
		r->stack[a] = r->stack[b - 1];
		r->stack[b - 1] = kept;
	}
}

static bool
is_date(const char *text_cstr)
{
	int year, month, day, used = 0;
	return sscanf(text_cstr, "%4d-%2d-%2d%n", &year, &month, &day, &used) == 3 && used == 10 &&
	    text_cstr[used] == '\0' && month >= 1 && month <= 12 && day >= 1 && day <= DAYS_MAX;
}

static bool
is_whole(const struct data_tree *node, long min, long max)
{
	char *end;
	if (node->kind != DATA_TEXT || node->text.len == 0 || node->text.len > 6)
		return false;
	long value = strtol((const char *)node->text.at, &end, 10);
	return *end == '\0' && value >= min && value <= max;
}

static void
check_texts(struct reader *r, const struct item *in, const struct data_tree *node)
{
	if (node->kind == DATA_TEXT)
		return;
	bool good = node->kind == DATA_MAP;
	for (const struct data_tree *n = good ? node->first : NULL; n != NULL; n = n->next)
		good &= n->kind == DATA_TEXT && (bytes_eq(n->key, BYTES("en")) || bytes_eq(n->key, BYTES("fr")));
	if (!good)
		say(r, "text", in, node, _("expected a text, or {en: ..., fr: ...}"), (const char *)node->key.at);
}

static void
check_words(struct reader *r, const struct item *in, const struct data_tree *node)
{
	if (node->kind != DATA_LIST) {
		say(r, "list", in, node, _("expected a list"), (const char *)node->key.at);
		return;
	}
	for (const struct data_tree *n = node->first; n != NULL; n = n->next)
		if (n->kind == DATA_LIST ||
		    (n->kind == DATA_MAP && data_tree_find(n, "en") == NULL && data_tree_find(n, "fr") == NULL))
			say(r, "text", in, n, _("expected a text, or {en: ..., fr: ...}"), (const char *)node->key.at);
}

/* One id: of what it may be, or what it is instead. */
static void
check_ref(struct reader *r, const struct item *in, const struct data_tree *node, const struct study_field *field)
{
	char sentence[320];
	const char *wanted_cstr = _("any record of the study");
	for (unsigned i = 0; i < STUDY_SECTIONS; i++) {
		if ((field->refers >> i & 1) != 0) {
			wanted_cstr = text_of(study_schema_form((enum study_section)i)->noun_cstr);
			break;
		}
	}
	if (node->kind != DATA_TEXT || node->text.len == 0) {
		say(r, "reference", in, node, _("expected one id here"), field->name_cstr);
		return;
	}
	size_t number = study_ids_find(&r->s->ids, (const char *)node->text.at);
	if (number == SIZE_MAX) {
		(void)snprintf(sentence, sizeof(sentence), _("there is no such id; %s was expected"), wanted_cstr);
		say(r, "dangling", in, node, sentence, (const char *)node->text.at);
	} else if (field->refers != 0 && (field->refers >> r->s->records[number].section & 1) == 0) {
		(void)snprintf(sentence, sizeof(sentence), _("this is %s; %s was expected"),
		    text_of(study_schema_form(r->s->records[number].section)->noun_cstr), wanted_cstr);
		say(r, "reference", in, node, sentence, (const char *)node->text.at);
	}
}

/* The scale that a rating is made with: the record's own, that of the study, or the one that ships. */
static size_t
scale_of(const struct study *s, const struct item *in, bool is_likelihood)
{
	const char *key_cstr = is_likelihood ? "likelihood" : "gravity";
	size_t scale = is_likelihood || data_tree_find(in->tree, "scale") == NULL ? SIZE_MAX
	                                                                          : study_get_ref(s, in->tree, "scale");
	if (scale == SIZE_MAX)
		scale = study_get_ref(s, data_tree_find(s->frame, "scales"), key_cstr);
	if (scale == SIZE_MAX)
		scale = study_ids_find(&s->ids, is_likelihood ? "likelihood-4" : "gravity-4");
	return scale != SIZE_MAX && s->records[scale].section == STUDY_SCALE ? scale : SIZE_MAX;
}

static void
check_level(struct reader *r, const struct item *in, const struct data_tree *node, const struct study_field *field)
{
	char sentence[200];
	size_t scale = scale_of(r->s, in, field->is_likelihood);
	if (scale == SIZE_MAX)
		return; /* the reference to it was told */
	for (const struct data_tree *l = study_get_first(study_tree(r->s, scale), "levels"); l != NULL; l = l->next)
		if (node->kind == DATA_TEXT && is_whole(node, 0, 9) &&
		    study_get_number(l, "level") == strtol((const char *)node->text.at, NULL, 10))
			return;
	(void)snprintf(sentence, sizeof(sentence), _("this is no level of the scale %s"), r->s->records[scale].id_cstr);
	say(r, "level", in, node, sentence, field->name_cstr);
}

static void
check_cells(struct reader *r, const struct item *in, const struct data_tree *node)
{
	bool good = node->kind == DATA_LIST && node->first != NULL;
	for (const struct data_tree *row = good ? node->first : NULL; row != NULL && good; row = row->next) {
		good = row->kind == DATA_LIST && study_ids_count(row) == study_ids_count(node->first);
		for (const struct data_tree *c = good ? row->first : NULL; c != NULL; c = c->next)
			good &= is_whole(c, 0, 9);
	}
	if (!good)
		say(r, "cells", in, node, _("expected rows of whole numbers, all of the same length"),
		    (const char *)node->key.at);
}

static void
take_actions(struct reader *r, const struct item *in, const struct data_tree *node)
{
	struct study *s = r->s;
	struct data_read read = {.file_cstr = s->files[in->file].name_cstr, .diag = &r->diag};
	static const struct study_field asset = {"asset", STUDY_REF, .refers = UINT32_C(1) << STUDY_ASSET};
	if (in->record == SIZE_MAX || s->records[in->record].section != STUDY_MODE || s->mode_count == s->record_room)
		return; /* without an id, which was told; or twice in one map, which was told too */
	struct study_mode *mode = &s->modes[s->mode_count];
	if (node->kind != DATA_LIST || node->first == NULL) {
		say(r, "list", in, node, _("expected a list"), "actions");
		return;
	}
	int e = attack_graph_take(s->arena, &read, node, true, &mode->graph);
	if (e == 0)
		e = attack_graph_table(&read, data_tree_find(s->frame, "table"), &mode->graph);
	if (e < 0) {
		study_problem_say(s, STUDY_ERROR, "attack-graph", in->file, r->diag.line, r->diag.column,
		    s->records[in->record].id_cstr, "%s", r->diag.text_cstr);
		return;
	}
	attack_graph_reckon(&mode->graph);
	mode->record = in->record;
	s->mode_count++;
	for (size_t i = 0; i < mode->graph.action_count; i++)
		check_ref(r, in, mode->graph.actions[i].asset, &asset);
}

/* What the first round sees of a field. */
static void
check_form(struct reader *r, const struct item *in, const struct data_tree *node, const struct study_field *f)
{
	char sentence[400], least[DECIMAL_TEXT_MAX];
	int64_t value;
	switch (f->kind) {
	case STUDY_ID:
	case STUDY_TEXT:
		if (node->kind != DATA_TEXT)
			say(r, "text", in, node, _("expected a text"), f->name_cstr);
		break;
	case STUDY_TEXTS: check_texts(r, in, node); break;
	case STUDY_WORDS: check_words(r, in, node); break;
	case STUDY_NUMBER:
		if (is_whole(node, f->min, f->max))
			break;
		(void)snprintf(sentence, sizeof(sentence), _("expected a whole number from %ld to %ld"), f->min, f->max);
		say(r, "number", in, node, sentence, f->name_cstr);
		break;
	case STUDY_DECIMAL:
		if (node->kind == DATA_TEXT && decimal_read(node->text, &value) && value >= f->min * DECIMAL_ONE &&
		    value <= f->max * DECIMAL_ONE)
			break;
		(void)snprintf(sentence, sizeof(sentence), _("expected a number from %s to %ld"),
		    decimal_write(LANGUAGE_EN, f->min * DECIMAL_ONE, least), f->max);
		say(r, "number", in, node, sentence, f->name_cstr);
		break;
	case STUDY_CHOICE:
		for (const char *const *w = f->words; node->kind == DATA_TEXT && *w != NULL; w++)
			if (bytes_eq(node->text, bytes_of_cstr(*w)))
				return;
		list_words(f->words, sentence, sizeof(sentence));
		say(r, "word", in, node, sentence, f->name_cstr);
		break;
	case STUDY_YES_NO:
		if (node->kind != DATA_TEXT ||
		    (strcmp((const char *)node->text.at, "yes") != 0 && strcmp((const char *)node->text.at, "no") != 0 &&
		        strcmp((const char *)node->text.at, "true") != 0 &&
		        strcmp((const char *)node->text.at, "false") != 0))
			say(r, "word", in, node, _("expected yes or no"), f->name_cstr);
		break;
	case STUDY_DATE:
		if (node->kind != DATA_TEXT || !is_date((const char *)node->text.at))
			say(r, "date", in, node, _("expected a date such as 2026-09-11"), f->name_cstr);
		break;
	case STUDY_REFS:
		if (node->kind != DATA_LIST)
			say(r, "list", in, node, _("expected a list"), f->name_cstr);
		break;
	case STUDY_MAP: push(r, &(struct item){node, f->fields, STUDY_PART, in->file, in->record}); break;
	case STUDY_MAPS:
		if (node->kind != DATA_LIST)
			say(r, "list", in, node, _("expected a list"), f->name_cstr);
		else
			push_list(r, in, node, f->fields, f->section);
		break;
	case STUDY_CELLS: check_cells(r, in, node); break;
	case STUDY_LEVEL:
	case STUDY_REF:
	case STUDY_ACTIONS: break;
	}
}

static void
check_meaning(struct reader *r, const struct item *in, const struct data_tree *node, const struct study_field *f)
{
	if (f->kind == STUDY_REF)
		check_ref(r, in, node, f);
	else if (f->kind == STUDY_LEVEL)
		check_level(r, in, node, f);
	else if (f->kind == STUDY_ACTIONS)
		take_actions(r, in, node);
	else if (f->kind == STUDY_MAP)
		push(r, &(struct item){node, f->fields, STUDY_PART, in->file, in->record});
	else if (f->kind == STUDY_MAPS && node->kind == DATA_LIST)
		push_list(r, in, node, f->fields, f->section);
	for (const struct data_tree *n = f->kind == STUDY_REFS && node->kind == DATA_LIST ? node->first : NULL; n != NULL;
	     n = n->next)
		check_ref(r, in, n, f);
}

/* A record of its own: its id, and its place in the list of its kind. */
static void
enter(struct reader *r, struct item *in)
{
	struct study *s = r->s;
	const char *id_cstr;
	if (in->section >= STUDY_SECTIONS)
		return;
	if (r->second) {
		id_cstr = data_tree_cstr(in->tree, "id");
		size_t number = id_cstr == NULL ? SIZE_MAX : study_ids_find(&s->ids, id_cstr);
		in->record = number != SIZE_MAX && s->records[number].tree == in->tree ? number : in->record;
		return;
	}
	struct data_read read = {.file_cstr = s->files[in->file].name_cstr, .diag = &r->diag};
	if (data_tree_find(in->tree, "id") == NULL)
		return; /* told as a key that is missing */
	if (study_ids_take(&s->ids, &read, in->tree, s->record_count, &id_cstr) < 0) {
		study_problem_say(s, STUDY_ERROR, "id", in->file, r->diag.line, r->diag.column, "", "%s", r->diag.text_cstr);
		return;
	}
	s->records[s->record_count] = (struct study_record){in->section, id_cstr, in->tree, in->file, in->record};
	in->record = s->record_count++;
}

static void
check_map(struct reader *r, struct item *in)
{
	char sentence[600];
	uint64_t seen = 0;
	if (in->tree->kind != DATA_MAP) {
		if (!r->second)
			say(r, "map", in, in->tree, _("expected keys with values here"),
			    in->tree->key.len > 0 ? (const char *)in->tree->key.at : "study");
		return;
	}
	enter(r, in);
	for (const struct data_tree *n = in->tree->first; n != NULL; n = n->next) {
		const struct study_field *f = study_schema_find(in->fields, n->key);
		if (r->second) {
			if (f != NULL)
				check_meaning(r, in, n, f);
			continue;
		}
		if (f == NULL) {
			list_fields(in->fields, sentence, sizeof(sentence));
			say_key(r, "unknown-key", in, n, sentence);
			continue;
		}
		uint64_t bit = UINT64_C(1) << (f - in->fields);
		if ((seen & bit) != 0)
			say_key(r, "key-twice", in, n, _("this key is there twice, and only one can be meant"));
		seen |= bit;
		check_form(r, in, n, f);
	}
	for (const struct study_field *f = in->fields; !r->second && f->name_cstr != NULL; f++)
		if (f->is_needed && (seen >> (f - in->fields) & 1) == 0)
			say(r, "missing", in, in->tree, _("is missing here"), f->name_cstr);
}

static void
drain(struct reader *r, size_t until)
{
	while (r->depth > until) {
		struct item in = r->stack[--r->depth];
		check_map(r, &in);
	}
}

static void
check_top(struct reader *r, size_t file, const struct data_tree *entry)
{
	struct study *s = r->s;
	struct item in = {.file = file, .record = SIZE_MAX, .section = STUDY_PART, .tree = entry};
	bool is_frame = bytes_eq(entry->key, BYTES("study")), is_monitoring = bytes_eq(entry->key, BYTES("monitoring"));
	if (is_frame || is_monitoring) {
		const struct data_tree **slot = is_frame ? &s->frame : &s->monitoring;
		if (!r->second && *slot != NULL)
			say_key(r, "key-twice", &in, entry, _("this key is there twice, and only one can be meant"));
		if (!r->second && is_frame)
			s->frame_file = file;
		*slot = r->second ? *slot : entry;
		in.fields = is_frame ? study_schema_frame : study_schema_monitoring;
		push(r, &in);
		drain(r, 0);
		return;
	}
	for (unsigned i = 0; i < STUDY_SECTIONS; i++) {
		const struct study_section_form *form = study_schema_form((enum study_section)i);
		if (form->key_cstr == NULL || !bytes_eq(entry->key, bytes_of_cstr(form->key_cstr)))
			continue;
		if (entry->kind != DATA_LIST) {
			bool is_null = entry->kind == DATA_TEXT && entry->text.len == 0;
			if (!r->second && !is_null)
				say(r, "list", &in, entry, _("expected a list"), form->key_cstr);
			return;
		}
		/* One at a time: the stack holds what is inside one record only. */
		for (const struct data_tree *n = entry->first; n != NULL; n = n->next) {
			push(r, &(struct item){n, form->fields, (enum study_section)i, file, SIZE_MAX});
			drain(r, 0);
		}
		return;
	}
	if (!r->second) {
		char sentence[WORDS_MAX];
		int n = snprintf(
		    sentence, sizeof(sentence), "%s: study, monitoring", _("this key is not known here; expected one of"));
		for (unsigned i = 0; i < STUDY_SECTIONS && n > 0 && (size_t)n < sizeof(sentence); i++) {
			const char *key_cstr = study_schema_form((enum study_section)i)->key_cstr;
			if (key_cstr != NULL)
				n += snprintf(sentence + n, sizeof(sentence) - (size_t)n, ", %s", key_cstr);
		}
		say_key(r, "unknown-key", &in, entry, sentence);
	}
}

static void
walk(struct reader *r, bool second)
{
	r->second = second;
	for (size_t f = 0; f < r->s->file_count; f++) {
		const struct data_tree *root = r->s->files[f].root;
		struct item in = {.file = f, .record = SIZE_MAX};
		if (root == NULL)
			continue;
		if (root->kind != DATA_MAP) {
			if (!second)
				say(r, "map", &in, root, _("expected keys with values here"), "study");
			continue;
		}
		for (const struct data_tree *entry = root->first; entry != NULL; entry = entry->next)
			check_top(r, f, entry);
	}
}

/* The records of each section, in order. */
static int
sort_out(struct study *s)
{
	for (size_t i = 0; i < s->record_count; i++)
		s->section_count[s->records[i].section]++;
	for (unsigned k = 0; k < STUDY_SECTIONS; k++) {
		s->of_section[k] = arena_new(s->arena, size_t, s->section_count[k]);
		if (s->of_section[k] == NULL)
			return -ENOMEM;
		s->section_count[k] = 0;
	}
	for (size_t i = 0; i < s->record_count; i++) {
		enum study_section k = s->records[i].section;
		s->of_section[k][s->section_count[k]++] = i;
	}
	return 0;
}

/* How many maps there are: no record is without one. */
static size_t
count_maps(const struct study *s)
{
	size_t count = 0;
	for (size_t f = 0; f < s->file_count; f++) {
		const struct data_tree *root = s->files[f].root;
		for (const struct data_tree *a = root == NULL ? NULL : root->first; a != NULL; a = a->next)
			for (const struct data_tree *b = a->kind == DATA_LIST ? a->first : NULL; b != NULL; b = b->next) {
				count++;
				for (const struct data_tree *c = b->kind == DATA_MAP ? b->first : NULL; c != NULL;
				     c = c->next)
					count += c->kind == DATA_LIST ? study_ids_count(c) : 0;
			}
	}
	return count;
}

static void
read_files(struct reader *r, const struct study_source *sources, size_t count)
{
	struct study *s = r->s;
	for (size_t i = 0; i < count; i++) {
		struct study_file *file = &s->files[s->file_count];
		*file = (struct study_file){.name_cstr = sources[i].name_cstr, .is_ours = i == 0};
		int e = data_tree_read(s->arena, sources[i].text, file->name_cstr, &file->root, &r->diag);
		if (e < 0) {
			file->root = NULL;
			study_problem_say(s, STUDY_ERROR, "yaml", s->file_count, r->diag.line, r->diag.column, "", "%s",
			    r->diag.text_cstr);
		}
		s->file_count++;
	}
}

int
study_read(struct arena *arena, const struct study_source *sources, size_t count, struct study **out, struct diag *diag)
{
	struct study *s = arena_new(arena, struct study, 1);
	struct reader r = {.s = s};
	if (count > STUDY_FILES_MAX)
		return diag_say(diag, -E2BIG, "%s", _("a study has 64 files at most"));
	r.stack = arena_new(arena, struct item, STACK_MAX);
	if (s == NULL || r.stack == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	s->arena = arena;
	s->problems = arena_new(arena, struct study_problem, STUDY_PROBLEMS_MAX);
	if (s->problems == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	read_files(&r, sources, count);
	s->record_room = count_maps(s);
	s->records = arena_new(arena, struct study_record, s->record_room);
	s->modes = arena_new(arena, struct study_mode, s->record_room);
	if (s->records == NULL || s->modes == NULL || study_ids_init(&s->ids, arena, s->record_room) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	walk(&r, false);
	walk(&r, true);
	if (sort_out(s) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	*out = s;
	return 0;
}
