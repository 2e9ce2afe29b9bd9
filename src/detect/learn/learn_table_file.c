/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/learn/learn_table_file.h"

static const uint8_t magic[8] = {'b', 'e', 'f', 's', 'e', 't', '1', '\n'};
enum { HEAD_ZEROES = 48 };

bool
learn_table_file_is(struct bytes file)
{
	return bytes_start_with(file, (struct bytes){magic, sizeof(magic)});
}

/* Text that zeroes fill up; PARSE_BAD when something follows them. */
static struct bytes
take_text(struct cursor *c, size_t size)
{
	struct bytes all = cursor_take(c, size);
	struct bytes text = bytes_first(all, bytes_find(all, '\0'));
	for (size_t i = text.len; i < all.len; i++)
		if (all.at[i] != 0)
			cursor_stop(c, PARSE_BAD);
	return text;
}

enum parse
learn_table_file_head(struct bytes file, struct learn_table_head *out)
{
	struct cursor c = cursor_of(file);
	struct learn_table_head h = {0};
	struct bytes first = cursor_take(&c, sizeof(magic));
	if (first.len > 0 && !learn_table_file_is(first))
		cursor_stop(&c, PARSE_BAD);
	uint16_t version = cursor_le16(&c);
	h.families = cursor_le16(&c);
	h.groups = cursor_le16(&c);
	h.codes = cursor_le16(&c);
	h.rows = cursor_le64(&c);
	struct bytes schema = take_text(&c, LEARN_SCHEMA_SIZE);
	struct bytes zeroes = take_text(&c, HEAD_ZEROES);
	if (!cursor_ok(&c))
		return c.state;
	if (version != FLOW_VECTOR_VERSION || h.families == 0 || h.families > LEARN_NAMES_MAX ||
	    h.groups > LEARN_NAMES_MAX || (h.codes != 0 && h.codes != FLOW_CODES) || h.rows > LEARN_ROWS_MAX ||
	    schema.len == 0 || schema.len >= LEARN_SCHEMA_SIZE || zeroes.len > 0)
		return PARSE_BAD;
	memcpy(h.schema, schema.at, schema.len);
	h.names_bytes = ((size_t)h.families + h.groups + h.codes) * LEARN_NAME_SIZE;
	*out = h;
	return PARSE_OK;
}

enum parse
learn_table_file_name(struct cursor *c, struct bytes *out)
{
	struct bytes name = take_text(c, LEARN_NAME_SIZE);
	if (cursor_ok(c) && name.len == LEARN_NAME_SIZE)
		cursor_stop(c, PARSE_BAD);
	if (cursor_ok(c))
		*out = name;
	return c->state;
}

enum parse
learn_table_file_row(struct cursor *c, const struct learn_table_head *head, struct learn_row *out)
{
	struct learn_row row = {0};
	struct bytes codes = cursor_take(c, FLOW_CODES);
	if (codes.len == FLOW_CODES)
		memcpy(row.vector.code, codes.at, FLOW_CODES);
	row.time_ns = (int64_t)cursor_le64(c);
	row.host = cursor_le32(c);
	row.family = cursor_le16(c);
	row.group = cursor_le16(c);
	uint8_t label = cursor_u8(c);
	uint8_t zero = cursor_u8(c);
	if (!cursor_ok(c))
		return c->state;
	if (label > LEARN_UNKNOWN || row.family >= head->families || row.group >= head->groups || zero != 0)
		return PARSE_BAD;
	row.label = (enum learn_label)label;
	*out = row;
	return PARSE_OK;
}

/* ---- writing ---- */

static void
put_le(struct writer *w, uint64_t value, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		writer_u8(w, (uint8_t)(value >> (8 * i)));
}

static void
put_names(struct writer *w, const char (*names)[LEARN_NAME_SIZE], size_t count)
{
	for (size_t i = 0; i < count; i++)
		writer_put(w, (struct bytes){(const uint8_t *)names[i], LEARN_NAME_SIZE});
}

/* A schema of its own names its first codes, as many as it has. */
static uint16_t
named_codes(const struct learn_table *t)
{
	return t->code_names[0][0] != '\0' ? FLOW_CODES : 0;
}

void
learn_table_file_put_head(struct writer *w, const struct learn_table *t)
{
	static const uint8_t zeroes[HEAD_ZEROES];
	writer_put(w, (struct bytes){magic, sizeof(magic)});
	put_le(w, FLOW_VECTOR_VERSION, 2);
	put_le(w, t->family_names.count, 2);
	put_le(w, t->group_names.count, 2);
	put_le(w, named_codes(t), 2);
	put_le(w, t->rows, 8);
	writer_put(w, (struct bytes){(const uint8_t *)t->schema, LEARN_SCHEMA_SIZE});
	writer_put(w, (struct bytes){zeroes, sizeof(zeroes)});
}

void
learn_table_file_put_names(struct writer *w, const struct learn_table *t)
{
	put_names(w, (const char(*)[LEARN_NAME_SIZE])t->family_names.name, t->family_names.count);
	put_names(w, (const char(*)[LEARN_NAME_SIZE])t->group_names.name, t->group_names.count);
	put_names(w, t->code_names, named_codes(t));
}

void
learn_table_file_put_row(struct writer *w, const struct learn_table *t, size_t i)
{
	writer_put(w, (struct bytes){t->vectors[i].code, FLOW_CODES});
	put_le(w, (uint64_t)t->times_ns[i], 8);
	put_le(w, t->hosts[i], 4);
	put_le(w, t->families[i], 2);
	put_le(w, t->groups[i], 2);
	put_le(w, t->labels[i], 2);
}
