/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_dataset_tell.h"

#include "app/learn_tell.h"
#include "cli/present.h"
#include "core/auto.h"
#include "core/json.h"
#include "core/terminal.h"

enum { ROOM = 1 << 20, FAMILIES_TOLD = 12, INDENT = 4 };

static const char *const tones[] = {
    [LEARN_FINDING_GOOD] = "good", [LEARN_FINDING_WATCH] = "watch", [LEARN_FINDING_GRAVE] = "grave"};
static const char *const wrongs[LESSON_WRONGS] = {
    "cells", "number", "not_finite", "negative", "label", "time", "address", "quote", "too_long", "no_text", "no_json"};

/* ---- for programs ---- */

static void
put_reading(struct json *j, const struct lesson_account *a)
{
	json_open_object(j, JSON_KEY("reading"));
	json_u64(j, JSON_KEY("files"), a->files);
	json_u64(j, JSON_KEY("lines"), a->lines);
	json_u64(j, JSON_KEY("bytes"), a->bytes);
	json_u64(j, JSON_KEY("words_not_known"), a->words_new);
	json_open_object(j, JSON_KEY("left_out"));
	for (size_t i = 0; i < LESSON_WRONGS; i++)
		if (a->wrong[i] > 0) {
			learn_tell_key(j, wrongs[i]);
			json_u64(j, (struct bytes){0}, a->wrong[i]);
		}
	json_close_object(j);
	json_open_array(j, JSON_KEY("wrong"));
	for (size_t i = 0; i < a->fault_count; i++) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("file"), a->faults[i].file_cstr);
		json_u64(j, JSON_KEY("line"), a->faults[i].line);
		if (a->faults[i].column > 0)
			json_u64(j, JSON_KEY("column"), a->faults[i].column);
		json_cstr(j, JSON_KEY("what"), wrongs[a->faults[i].wrong]);
		json_cstr(j, JSON_KEY("text"), a->faults[i].text_cstr);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
}

static void
put_families(struct json *j, const struct learn_subject *s)
{
	json_open_array(j, JSON_KEY("families"));
	for (size_t i = 1; i < s->worth->family_count; i++) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("name"), s->table->family_names.name[i]);
		json_u64(j, JSON_KEY("rows"), s->worth->families[i].rows);
		json_u64(j, JSON_KEY("files"), s->worth->families[i].groups);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_codes(struct json *j, const struct learn_subject *s)
{
	json_open_array(j, JSON_KEY("codes"));
	for (unsigned k = 0; k < FLOW_CODES; k++) {
		const struct learn_relevance_code *c = &s->worth->code[k];
		if (s->table->code_names[k][0] == '\0')
			continue;
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("name"), s->table->code_names[k]);
		json_u64(j, JSON_KEY("known"), c->known);
		json_double(j, JSON_KEY("alone"), c->alone, 4);
		if (c->psi >= 0)
			json_double(j, JSON_KEY("psi"), (double)c->psi, 4);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_findings(struct json *j, const struct learn_findings *findings)
{
	json_open_array(j, JSON_KEY("findings"));
	for (size_t i = 0; i < findings->count; i++) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("id"), findings->at[i].id_cstr);
		json_cstr(j, JSON_KEY("tone"), tones[findings->at[i].tone]);
		json_cstr(j, JSON_KEY("text"), findings->at[i].text_cstr);
		json_close_object(j);
	}
	json_close_array(j);
}

static void
put_worth(struct json *j, const struct learn_subject *s)
{
	const struct learn_relevance *w = s->worth;
	json_cstr(j, JSON_KEY("schema"), s->table->schema);
	json_u64(j, JSON_KEY("rows"), w->rows);
	json_u64(j, JSON_KEY("benign"), w->labels[LEARN_BENIGN]);
	json_u64(j, JSON_KEY("attack"), w->labels[LEARN_ATTACK]);
	json_u64(j, JSON_KEY("unknown"), w->labels[LEARN_UNKNOWN]);
	json_u64(j, JSON_KEY("distinct"), w->distinct);
	json_u64(j, JSON_KEY("duplicates"), w->duplicates);
	json_u64(j, JSON_KEY("conflicts"), w->conflicts);
	json_u64(j, JSON_KEY("machines"), w->hosts);
	json_u64(j, JSON_KEY("groups"), s->table->group_names.count);
	if (w->first_ns > 0) {
		json_time(j, JSON_KEY("first"), w->first_ns);
		json_time(j, JSON_KEY("last"), w->last_ns);
	}
	json_u64(j, JSON_KEY("without_time"), w->undated);
	json_u64(j, JSON_KEY("codes_known"), w->codes_known);
	if (w->is_compared) {
		json_open_object(j, JSON_KEY("against"));
		json_u64(j, JSON_KEY("rows"), w->other_rows);
		json_u64(j, JSON_KEY("leaked"), w->leaked);
		json_bool(j, JSON_KEY("unlike"), w->is_unlike);
		json_cstr(j, JSON_KEY("worst"), s->table->code_names[w->worst]);
		json_close_object(j);
	}
}

int
learn_dataset_tell_json(const struct learn_subject *s, const struct learn_findings *findings)
{
	AUTO_FREE char *room = malloc(ROOM);
	if (room == NULL)
		return -ENOMEM;
	struct json j = json_of(room, ROOM);
	json_open_object(&j, (struct bytes){0});
	put_worth(&j, s);
	if (s->sheet->given) {
		json_open_object(&j, JSON_KEY("sheet"));
		for (size_t i = 0; i < LEARN_SHEET_ENTRIES; i++) {
			learn_tell_key(&j, learn_sheet_key((enum learn_sheet_entry)i));
			json_text(&j, (struct bytes){0}, bytes_of_cstr(s->sheet->text[i]));
		}
		json_close_object(&j);
	}
	put_families(&j, s);
	put_codes(&j, s);
	put_findings(&j, findings);
	put_reading(&j, s->account);
	json_close_object(&j);
	json_newline(&j);
	return json_ok(&j) && fwrite(room, 1, json_length(&j), stdout) == json_length(&j) ? 0 : -EIO;
}

/* ---- for people ---- */

static void
print_sheet(enum language language, const struct learn_sheet *sheet)
{
	for (size_t i = 0; i < LEARN_SHEET_ENTRIES; i++) {
		char text_cstr[LEARN_SHEET_TEXT_MAX * 4];
		if (sheet->text[i][0] == '\0')
			continue;
		(void)terminal_escape(bytes_of_cstr(sheet->text[i]), text_cstr, sizeof(text_cstr));
		printf("%s: %s\n", text_in(language, learn_sheet_label((enum learn_sheet_entry)i)), text_cstr);
	}
}

/* The largest ones. */
static void
print_families(enum language language, const struct learn_subject *s)
{
	const struct learn_relevance *w = s->worth;
	uint64_t below = UINT64_MAX, after = 0;
	for (unsigned told = 0; told < FAMILIES_TOLD; told++) {
		size_t best = 0;
		for (size_t i = 1; i < w->family_count; i++) {
			uint64_t rows = w->families[i].rows;
			bool later = rows < below || (rows == below && i > after);
			if (rows > 0 && later && (best == 0 || rows > w->families[best].rows))
				best = i;
		}
		if (best == 0)
			return;
		below = w->families[best].rows;
		after = best;
		char name_cstr[LEARN_NAME_SIZE * 4];
		(void)terminal_escape(bytes_of_cstr(s->table->family_names.name[best]), name_cstr, sizeof(name_cstr));
		printf("  %10llu  %s\n", (unsigned long long)below, name_cstr);
	}
	if (w->family_count > FAMILIES_TOLD + 1)
		printf(text_in(language, N_("              and other kinds: --format json lists all\n")));
}

int
learn_dataset_tell_people(enum language language, const struct learn_subject *s, const struct learn_findings *findings)
{
	static const char *const marks[] = {"  + ", "  ! ", "  # "};
	const struct learn_relevance *w = s->worth;
	const struct presenter p = present_to(stdout, language, false);
	char first_cstr[24], last_cstr[24];
	print_sheet(language, s->sheet);
	printf(
	    text_in(language, N_("%llu flows (%s): %llu normal, %llu attacks, %llu neither; %llu files, %llu machines\n")),
	    (unsigned long long)w->rows, s->table->schema, (unsigned long long)w->labels[LEARN_BENIGN],
	    (unsigned long long)w->labels[LEARN_ATTACK], (unsigned long long)w->labels[LEARN_UNKNOWN],
	    (unsigned long long)s->table->group_names.count, (unsigned long long)w->hosts);
	if (w->first_ns > 0) {
		present_time(w->first_ns, first_cstr);
		present_time(w->last_ns, last_cstr);
		printf(text_in(language, N_("From %s to %s (UTC)\n")), first_cstr, last_cstr);
	}
	print_families(language, s);
	printf("\n%s\n", text_in(language, N_("What this set can teach, and what it cannot (# serious, ! mind, + good):")));
	for (size_t i = 0; i < findings->count; i++) {
		char text_cstr[LEARN_FINDING_TEXT_MAX * 4];
		(void)terminal_escape(bytes_of_cstr(findings->at[i].text_cstr), text_cstr, sizeof(text_cstr));
		present_paragraph(&p, marks[findings->at[i].tone], INDENT, text_cstr);
	}
	return ferror(stdout) ? -EIO : 0;
}
