/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson_row.h"

#include "core/text.h"
#include "lesson/lesson_number.h"

#include <errno.h>
#include <stdio.h>

enum { SHOWN_MAX = 40 };

static const char *const expected[LESSON_WRONGS] = {
    [LESSON_WRONG_CELLS] = N_("as many cells were expected as the first line has"),
    [LESSON_WRONG_NUMBER] = N_("a number was expected"),
    [LESSON_WRONG_NOT_FINITE] = N_("a number with an end was expected, not nan or infinity"),
    [LESSON_WRONG_NEGATIVE] = N_("a number that is not negative was expected"),
    [LESSON_WRONG_LABEL] = N_("a label was expected that says normal or attack, and no other than the row's other label"),
    [LESSON_WRONG_TIME] = N_("a time was expected"),
    [LESSON_WRONG_ADDRESS] = N_("an IP address was expected"),
    [LESSON_WRONG_QUOTE] = N_("a quote that closes was expected"),
    [LESSON_WRONG_LONG] = N_("a line of at most 65536 bytes and 256 cells was expected"),
    [LESSON_WRONG_BYTES] = N_("text was expected, not binary data"),
    [LESSON_WRONG_JSON] = N_("one JSON object a line was expected"),
};

/* What a cell holds, for a sentence: printable, short. */
static void
show(struct bytes got, char out[static SHOWN_MAX + 1])
{
	size_t n = 0;
	for (; n < got.len && n < SHOWN_MAX; n++)
		out[n] = got.at[n] >= ' ' && got.at[n] < 0x7f ? (char)got.at[n] : '?';
	out[n] = '\0';
}

/* The first name of a field, which is the commonest. */
static struct bytes
field_name(const struct lesson *l, int field)
{
	struct bytes names = bytes_of_cstr(l->mapping->fields[field].names_cstr);
	return bytes_first(names, bytes_find(names, '|'));
}

int
lesson_row_wrong(struct lesson *l, enum lesson_wrong wrong, int field, struct bytes got)
{
	l->account.wrong[wrong]++;
	if (l->account.fault_count == LESSON_FAULTS_TOLD)
		return -EINVAL;
	struct lesson_fault *f = &l->account.faults[l->account.fault_count++];
	char shown[SHOWN_MAX + 1];
	show(got, shown);
	(void)snprintf(f->file_cstr, sizeof(f->file_cstr), "%s", l->file_cstr);
	f->line = l->line;
	f->wrong = wrong;
	if (field < 0) {
		(void)snprintf(f->text_cstr, sizeof(f->text_cstr), "%s", _(expected[wrong]));
		return -EINVAL;
	}
	struct bytes name = field_name(l, field);
	f->column = l->values.column[field];
	(void)snprintf(f->text_cstr, sizeof(f->text_cstr), "%.*s: \"%s\": %s", (int)name.len, (const char *)name.at, shown,
	    _(expected[wrong]));
	return -EINVAL;
}

static bool
is_missing(const struct lesson_field *field, struct bytes cell)
{
	return cell.len == 0 || (field->missing_cstr != NULL && bytes_eq(cell, bytes_of_cstr(field->missing_cstr)));
}

int
lesson_row_number(struct lesson *l, const struct lesson_values *v, int field, double *out)
{
	struct bytes cell = v->value[field];
	double value = 0;
	if (is_missing(&l->mapping->fields[field], cell))
		return 0;
	switch (lesson_number_read(cell, &value)) {
	case LESSON_NUMBER_OK: break;
	case LESSON_NUMBER_EMPTY: return 0;
	case LESSON_NUMBER_TEXT: return lesson_row_wrong(l, LESSON_WRONG_NUMBER, field, cell);
	case LESSON_NUMBER_NOT_FINITE: return lesson_row_wrong(l, LESSON_WRONG_NOT_FINITE, field, cell);
	}
	if (value < 0 && l->mapping->fields[field].kind != LESSON_SIGNED)
		return lesson_row_wrong(l, LESSON_WRONG_NEGATIVE, field, cell);
	*out = value;
	return 1;
}

int
lesson_row_codes(struct lesson *l, const struct lesson_values *v, struct learn_row *out)
{
	unsigned code = 0;
	memset(out->vector.code, FLOW_CODE_MISSING, sizeof(out->vector.code));
	for (size_t i = 0; i < l->mapping->field_count; i++) {
		const struct lesson_field *field = &l->mapping->fields[i];
		double value;
		if (field->kind != LESSON_CODE)
			continue;
		uint8_t *at = &out->vector.code[code++];
		if (field->coding.rule == LESSON_CODING_WORD) {
			if (v->value[i].len == 0)
				continue;
			*at = lesson_coding_word(&field->coding, v->value[i]);
			l->account.words_new += *at == FLOW_CODE_MISSING;
			continue;
		}
		int r = lesson_row_number(l, v, (int)i, &value);
		if (r < 0)
			return r;
		if (r > 0)
			*at = lesson_coding_number(&field->coding, value);
	}
	return 0;
}

int
lesson_row_attack(struct lesson *l, struct bytes family, struct learn_row *out)
{
	int index = learn_table_family(l->table, family.len == 0 ? BYTES("attack") : family);
	if (index == 0) /* "benign" is no name of an attack, whatever the table calls it */
		index = learn_table_family(l->table, BYTES("attack"));
	if (index < 0)
		return index;
	out->label = LEARN_ATTACK;
	out->family = (uint16_t)index;
	return 0;
}

enum meaning { MEANS_BENIGN, MEANS_ATTACK, MEANS_UNKNOWN, MEANS_FAMILY };

/* What a label says by itself. */
static enum meaning
meaning_of(struct bytes word)
{
	static const struct {
		const char *word_cstr;
		enum meaning meaning;
	} words[] = {{"0", MEANS_BENIGN}, {"normal", MEANS_BENIGN}, {"benign", MEANS_BENIGN}, {"1", MEANS_ATTACK},
	    {"attack", MEANS_ATTACK}, {"malicious", MEANS_ATTACK}, {"anomaly", MEANS_ATTACK}, {"-", MEANS_UNKNOWN},
	    {"?", MEANS_UNKNOWN}, {"background", MEANS_UNKNOWN}, {"unknown", MEANS_UNKNOWN}, {"(empty)", MEANS_UNKNOWN},
	    {"unlabeled", MEANS_UNKNOWN}, {"unlabelled", MEANS_UNKNOWN}};
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		if (bytes_eq_nocase(word, bytes_of_cstr(words[i].word_cstr)))
			return words[i].meaning;
	return word.len == 0 ? MEANS_UNKNOWN : MEANS_FAMILY;
}

static int
find_kind(const struct lesson *l, enum lesson_kind kind)
{
	for (size_t i = 0; i < l->mapping->field_count; i++)
		if (l->mapping->fields[i].kind == kind)
			return (int)i;
	return -1;
}

int
lesson_row_label(struct lesson *l, const struct lesson_values *v, struct learn_row *out)
{
	int label_field = find_kind(l, LESSON_LABEL), family_field = find_kind(l, LESSON_FAMILY);
	struct bytes label = label_field < 0 ? (struct bytes){0} : v->value[label_field],
	             family = family_field < 0 ? (struct bytes){0} : v->value[family_field];
	if (label.len > 0 && label.at[label.len - 1] == '.') /* KDD 1999: "normal." */
		label.len--;
	enum meaning says = meaning_of(label), family_says = meaning_of(family);
	double number;
	if (says == MEANS_FAMILY && lesson_number_read(label, &number) != LESSON_NUMBER_TEXT)
		return lesson_row_wrong(l, LESSON_WRONG_LABEL, label_field, label);
	if (says == MEANS_UNKNOWN)
		says = family_says;
	else if (family_says == MEANS_FAMILY ? says == MEANS_BENIGN : family_says == MEANS_BENIGN && says != MEANS_BENIGN)
		return lesson_row_wrong(l, LESSON_WRONG_LABEL, family_field, family);
	out->family = 0;
	if (says == MEANS_BENIGN || says == MEANS_UNKNOWN) {
		out->label = says == MEANS_BENIGN ? LEARN_BENIGN : LEARN_UNKNOWN;
		l->account.unlabelled += says == MEANS_UNKNOWN;
		return 0;
	}
	if (family_says == MEANS_FAMILY)
		return lesson_row_attack(l, family, out);
	return lesson_row_attack(l, says == MEANS_FAMILY ? label : (struct bytes){0}, out);
}
