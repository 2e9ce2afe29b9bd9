/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_wire.h"

#include "record/wire.h"

static enum parse
finish(struct cursor *c)
{
	if (c->left > 0)
		cursor_stop(c, PARSE_BAD);
	return c->state;
}

void
learn_wire_put_config(struct writer *w, const struct learn_reader_config *config)
{
	writer_field(w, bytes_of_cstr(config->mapping_cstr));
	writer_be64(w, config->rows_max);
	writer_u8(w, config->language == LANGUAGE_FR);
}

enum parse
learn_wire_get_config(struct bytes body, struct learn_reader_config *out)
{
	struct cursor c = cursor_of(body);
	struct learn_reader_config config = {0};
	wire_get_cstr(&c, config.mapping_cstr, sizeof(config.mapping_cstr));
	config.rows_max = cursor_be64(&c);
	config.language = cursor_u8(&c) != 0 ? LANGUAGE_FR : LANGUAGE_EN;
	if (finish(&c) == PARSE_OK)
		*out = config;
	return c.state;
}

void
learn_wire_put_fault(struct writer *w, const struct diag *diag)
{
	writer_field(w, bytes_of_cstr(diag->file_cstr));
	writer_field(w, bytes_of_cstr(diag->text_cstr));
	writer_be32(w, diag->line);
	writer_be32(w, diag->column);
}

enum parse
learn_wire_get_fault(struct bytes body, struct diag *out)
{
	struct cursor c = cursor_of(body);
	struct diag diag = {.offset = UINT64_MAX};
	wire_get_cstr(&c, diag.file_cstr, sizeof(diag.file_cstr));
	wire_get_cstr(&c, diag.text_cstr, sizeof(diag.text_cstr));
	diag.line = cursor_be32(&c);
	diag.column = cursor_be32(&c);
	if (finish(&c) == PARSE_OK)
		*out = diag;
	return c.state;
}

void
learn_wire_put_account(struct writer *w, const struct lesson_account *a)
{
	const uint64_t numbers[] = {a->lines, a->bytes, a->rows, a->files, a->unlabelled, a->words_new, a->personal};
	for (size_t i = 0; i < LENGTH_OF(numbers); i++)
		writer_be64(w, numbers[i]);
	for (size_t i = 0; i < LESSON_WRONGS; i++)
		writer_be64(w, a->wrong[i]);
	writer_be16(w, (uint16_t)a->fault_count);
	for (size_t i = 0; i < a->fault_count; i++) {
		writer_field(w, bytes_of_cstr(a->faults[i].file_cstr));
		writer_field(w, bytes_of_cstr(a->faults[i].text_cstr));
		writer_be64(w, a->faults[i].line);
		writer_be32(w, a->faults[i].column);
		writer_be32(w, a->faults[i].wrong);
	}
}

enum parse
learn_wire_get_account(struct bytes body, struct lesson_account *out)
{
	struct cursor c = cursor_of(body);
	memset(out, 0, sizeof(*out));
	uint64_t *numbers[] = {&out->lines, &out->bytes, &out->rows, &out->files, &out->unlabelled, &out->words_new};
	for (size_t i = 0; i < LENGTH_OF(numbers); i++)
		*numbers[i] = cursor_be64(&c);
	out->personal = (uint32_t)cursor_be64(&c);
	for (size_t i = 0; i < LESSON_WRONGS; i++)
		out->wrong[i] = cursor_be64(&c);
	size_t faults = cursor_be16(&c);
	if (faults > LESSON_FAULTS_TOLD)
		cursor_stop(&c, PARSE_BAD);
	for (size_t i = 0; i < faults && cursor_ok(&c); i++) {
		struct lesson_fault *f = &out->faults[i];
		wire_get_cstr(&c, f->file_cstr, sizeof(f->file_cstr));
		wire_get_cstr(&c, f->text_cstr, sizeof(f->text_cstr));
		f->line = cursor_be64(&c);
		f->column = cursor_be32(&c);
		f->wrong = cursor_be32(&c);
		if (f->wrong >= LESSON_WRONGS)
			cursor_stop(&c, PARSE_BAD);
		out->fault_count = i + 1;
	}
	return finish(&c);
}
