/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/multipart.h"

enum phase { PREAMBLE, AFTER_DELIMITER, HEAD, DATA, EPILOGUE };

struct bytes
multipart_parameter(struct bytes value, struct bytes name)
{
	/* RFC 9110 5.6.6: ; name=value or ; name="value", with backslashes inside quotes. */
	size_t at = bytes_find(value, ';');
	while (at < value.len) {
		struct bytes rest = bytes_trim(bytes_after(value, at + 1));
		at = (size_t)(rest.at - value.at);
		struct bytes key = bytes_trim(bytes_first(rest, bytes_find(rest, '=')));
		struct bytes right = bytes_trim(bytes_after(rest, bytes_find(rest, '=') + 1));
		size_t end = bytes_find(rest, ';');
		bool quoted = right.len > 0 && right.at[0] == '"' && bytes_find(rest, '=') < end;
		if (quoted) {
			size_t i = 1;
			while (i < right.len && right.at[i] != '"')
				i += right.at[i] == '\\' ? 2 : 1;
			if (i > right.len)
				i = right.len;
			if (bytes_eq_nocase(key, name))
				return (struct bytes){right.at + 1, i - 1};
			at = (size_t)(right.at - value.at) + i;
			at += bytes_find(bytes_after(value, at), ';');
			continue;
		}
		if (bytes_eq_nocase(key, name) && bytes_find(rest, '=') < end)
			return bytes_trim(bytes_first(right, bytes_find(right, ';')));
		at += end;
	}
	return (struct bytes){0};
}

struct bytes
multipart_boundary(struct bytes content_type)
{
	struct bytes type = bytes_trim(bytes_first(content_type, bytes_find(content_type, ';')));
	if (!bytes_eq_nocase(type, BYTES("multipart/form-data")))
		return (struct bytes){0};
	struct bytes boundary = multipart_parameter(content_type, BYTES("boundary"));
	return boundary.len <= MULTIPART_BOUNDARY_MAX ? boundary : (struct bytes){0};
}

void
multipart_init(struct multipart *m, struct bytes boundary)
{
	boundary = bytes_first(boundary, MULTIPART_BOUNDARY_MAX);
	memset(m, 0, offsetof(struct multipart, delimiter));
	memcpy(m->delimiter, "\r\n--", 4);
	if (boundary.len > 0)
		memcpy(m->delimiter + 4, boundary.at, boundary.len);
	m->delimiter_len = (uint8_t)(4 + boundary.len);
	m->matched = 2; /* the body begins at the start of a line */
}

/* What was held because it could have become a delimiter. */
static struct bytes
held(const struct multipart *m)
{
	size_t skip = m->lf_alone ? 1 : 0;
	return (struct bytes){m->delimiter + skip, m->matched - skip};
}

/* Looks for the delimiter. True: it was found. *out: bytes that are none of it; what is in `data` after the call is left. */
static bool
find_delimiter(struct multipart *m, struct bytes *data, struct bytes *out)
{
	*out = (struct bytes){0};
	while (data->len > 0) {
		if (m->matched == 0) {
			size_t lf = bytes_find(*data, '\n');
			size_t end = lf;
			if (end > 0 && data->at[end - 1] == '\r')
				end--;
			struct bytes plain = bytes_first(*data, end);
			m->matched = lf < data->len ? 2 : end < lf ? 1 : 0;
			m->lf_alone = m->matched == 2 && end == lf;
			*data = bytes_after(*data, lf < data->len ? lf + 1 : lf);
			if (plain.len > 0) {
				*out = plain;
				return false;
			}
			continue;
		}
		if (data->at[0] != m->delimiter[m->matched]) {
			*out = held(m);
			m->matched = 0;
			m->lf_alone = false;
			if (out->len > 0)
				return false;
			continue;
		}
		*data = bytes_after(*data, 1);
		if (++m->matched == m->delimiter_len) {
			m->matched = 0;
			m->lf_alone = false;
			return true;
		}
	}
	return false;
}

/* Of the fields that were gathered. */
static enum multipart_what
read_head(struct multipart *m, struct bytes *out)
{
	struct bytes head = {m->head, m->head_len};
	*out = (struct bytes){0};
	while (head.len > 0) {
		struct bytes line = bytes_first(head, bytes_find(head, '\n'));
		head = bytes_after(head, line.len + 1);
		struct bytes name = bytes_trim(bytes_first(line, bytes_find(line, ':')));
		if (!bytes_eq_nocase(name, BYTES("content-disposition")))
			continue;
		if (line.len > 0 && line.at[line.len - 1] == '\r')
			line.len--;
		*out = multipart_parameter(bytes_after(line, bytes_find(line, ':') + 1), BYTES("filename"));
		return MULTIPART_BEGIN;
	}
	return MULTIPART_BAD_HEAD;
}

/* Gathers the head of a part; true at the empty line that ends it. */
static bool
gather_head(struct multipart *m, struct bytes *data)
{
	while (data->len > 0) {
		uint8_t byte = data->at[0];
		*data = bytes_after(*data, 1);
		if (byte == '\n' && m->at_line_start)
			return true;
		if (byte != '\r')
			m->at_line_start = byte == '\n';
		if (m->head_len < sizeof(m->head))
			m->head[m->head_len++] = byte;
	}
	return false;
}

/* The rest of a delimiter's line: "--" there ends the whole. */
static bool
pass_line(struct multipart *m, struct bytes *data)
{
	while (data->len > 0) {
		uint8_t byte = data->at[0];
		*data = bytes_after(*data, 1);
		if (byte == '-' && m->at_line_start) {
			if (m->seen_dash) {
				m->phase = EPILOGUE;
				return false;
			}
			m->seen_dash = true;
			continue;
		}
		m->at_line_start = false;
		if (byte == '\n')
			return true;
	}
	return false;
}

static void
after_delimiter(struct multipart *m)
{
	m->phase = AFTER_DELIMITER;
	m->at_line_start = true;
	m->seen_dash = false;
}

enum multipart_what
multipart_next(struct multipart *m, struct bytes *data, struct bytes *out)
{
	*out = (struct bytes){0};
	while (data->len > 0) {
		switch ((enum phase)m->phase) {
		case PREAMBLE:
			if (find_delimiter(m, data, out))
				after_delimiter(m);
			*out = (struct bytes){0};
			break;
		case AFTER_DELIMITER:
			if (pass_line(m, data)) {
				m->phase = HEAD;
				m->head_len = 0;
				m->at_line_start = true;
			}
			break;
		case HEAD:
			if (gather_head(m, data)) {
				m->phase = DATA;
				m->matched = 0;
				return read_head(m, out);
			}
			break;
		case DATA:
			if (find_delimiter(m, data, out)) {
				after_delimiter(m);
				return MULTIPART_CLOSE;
			}
			if (out->len > 0)
				return MULTIPART_DATA;
			break;
		case EPILOGUE: *data = (struct bytes){0}; break;
		}
	}
	return MULTIPART_NEED;
}
