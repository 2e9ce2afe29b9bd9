/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/flow_vector_file.h"

static const uint8_t magic[8] = {'b', 'e', 'f', 'f', 'v', '6', '4', '\n'};

enum parse
flow_vector_file_head(struct bytes file, struct flow_vector_head *out)
{
	struct cursor c = cursor_of(file);
	struct bytes first = cursor_take(&c, sizeof(magic));
	if (first.len == sizeof(magic) && memcmp(first.at, magic, sizeof(magic)) != 0)
		cursor_stop(&c, PARSE_BAD);
	struct flow_vector_head h;
	h.version = cursor_le16(&c);
	h.vector_version = cursor_le16(&c);
	h.row_size = cursor_le32(&c);
	h.flags = cursor_le64(&c);
	struct bytes rest = cursor_take(&c, 40);
	if (!cursor_ok(&c))
		return c.state;
	uint32_t row = (h.flags & FLOW_VECTOR_FILE_ADDRESSES) != 0 ? FLOW_VECTOR_FILE_ROW_ADDRESSED : FLOW_VECTOR_FILE_ROW;
	bool known = h.version == FLOW_VECTOR_FILE_VERSION && h.vector_version == FLOW_VECTOR_VERSION && h.row_size == row &&
	    (h.flags & ~(uint64_t)(FLOW_VECTOR_FILE_ADDRESSES | FLOW_VECTOR_FILE_MOMENTS)) == 0;
	for (size_t i = 0; i < rest.len; i++)
		known = known && rest.at[i] == 0;
	if (!known)
		return PARSE_BAD;
	*out = h;
	return PARSE_OK;
}

enum parse
flow_vector_file_row(struct cursor *c, const struct flow_vector_head *head, struct flow_vector_row *out)
{
	struct flow_vector_row row = {0};
	struct bytes codes = cursor_take(c, FLOW_CODES);
	if (codes.len == FLOW_CODES)
		memcpy(row.vector.code, codes.at, FLOW_CODES);
	row.first_ns = (int64_t)cursor_le64(c);
	row.last_ns = (int64_t)cursor_le64(c);
	row.flow_id = cursor_le64(c);
	row.source = cursor_le32(c);
	row.moment = cursor_u8(c);
	row.ip_proto = cursor_u8(c);
	row.vlan = cursor_le16(c);
	if ((head->flags & FLOW_VECTOR_FILE_ADDRESSES) != 0) {
		struct bytes ends = cursor_take(c, 32);
		if (ends.len == 32) {
			row.opener = addr_v6(ends.at);
			row.answerer = addr_v6(ends.at + 16);
		}
		row.opener_port = cursor_le16(c);
		row.answerer_port = cursor_le16(c);
		cursor_take(c, 4);
	}
	if (!cursor_ok(c))
		return c->state;
	if (row.moment > FLOW_VECTOR_AT_60)
		return PARSE_BAD;
	*out = row;
	return PARSE_OK;
}

static void
put_le(struct writer *w, uint64_t value, size_t bytes)
{
	uint8_t b[8];
	for (size_t i = 0; i < bytes; i++)
		b[i] = (uint8_t)(value >> 8 * i);
	writer_put(w, (struct bytes){b, bytes});
}

void
flow_vector_file_put_head(struct writer *w, uint64_t flags)
{
	static const uint8_t zero[40];
	writer_put(w, (struct bytes){magic, sizeof(magic)});
	put_le(w, FLOW_VECTOR_FILE_VERSION, 2);
	put_le(w, FLOW_VECTOR_VERSION, 2);
	put_le(w, (flags & FLOW_VECTOR_FILE_ADDRESSES) != 0 ? FLOW_VECTOR_FILE_ROW_ADDRESSED : FLOW_VECTOR_FILE_ROW, 4);
	put_le(w, flags, 8);
	writer_put(w, (struct bytes){zero, sizeof(zero)});
}

void
flow_vector_file_put_row(struct writer *w, const struct flow_vector_row *row, uint64_t flags)
{
	bool addressed = (flags & FLOW_VECTOR_FILE_ADDRESSES) != 0;
	writer_put(w, (struct bytes){row->vector.code, FLOW_CODES});
	put_le(w, (uint64_t)row->first_ns, 8);
	put_le(w, (uint64_t)row->last_ns, 8);
	put_le(w, addressed ? row->flow_id : 0, 8);
	put_le(w, row->source, 4);
	writer_u8(w, row->moment);
	writer_u8(w, row->ip_proto);
	put_le(w, row->vlan, 2);
	if (!addressed)
		return;
	writer_put(w, (struct bytes){row->opener.at, 16});
	writer_put(w, (struct bytes){row->answerer.at, 16});
	put_le(w, row->opener_port, 2);
	put_le(w, row->answerer_port, 2);
	put_le(w, 0, 4);
}
