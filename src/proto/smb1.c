/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/smb1.h"

/* MS-CIFS 2.2.3.1 */
enum parse
smb1_parse(struct bytes message, struct smb1 *out)
{
	enum { REPLY = 0x80, NT_STATUS = 0x4000, UNICODE = 0x8000 };
	struct cursor c = cursor_of(message);
	struct smb1 m = {0};
	struct bytes magic = cursor_take(&c, 4);
	if (cursor_ok(&c) && !bytes_eq(magic, BYTES("\xffSMB")))
		cursor_stop(&c, PARSE_BAD);
	m.command = cursor_u8(&c);
	m.status = cursor_le32(&c);
	m.response = (cursor_u8(&c) & REPLY) != 0;
	uint16_t flags = cursor_le16(&c);
	m.wide = (flags & UNICODE) != 0;
	m.nt_status = (flags & NT_STATUS) != 0;
	cursor_take(&c, 12); /* process (high), signature */
	m.tree_id = cursor_le16(&c);
	m.process_id = cursor_le16(&c);
	m.user_id = cursor_le16(&c);
	m.multiplex_id = cursor_le16(&c);
	if (cursor_ok(&c))
		*out = m;
	return c.state;
}

bool
smb1_is_chain(uint8_t command)
{
	return command == 0x24 || (command >= 0x2d && command <= 0x2f) ||
	    (command >= SMB1_SESSION_SETUP_ANDX && command <= SMB1_TREE_CONNECT_ANDX) || command == SMB1_NT_CREATE_ANDX;
}

/* MS-CIFS 2.2.3.2, 2.2.3.3, 2.2.3.4 */
enum parse
smb1_parse_block(struct bytes message, size_t at, bool is_chain, struct smb1_block *out)
{
	struct cursor c = cursor_of(bytes_after(message, at));
	if (at > message.len)
		cursor_stop(&c, PARSE_SHORT);
	struct smb1_block b = {.next = SMB1_NONE};
	uint8_t words = cursor_u8(&c);
	b.words = cursor_take(&c, (size_t)words * 2);
	uint16_t promised = cursor_le16(&c);
	b.data_at = message.len - c.left;
	/* More than 64 KB do not fit into the count: what is there counts. */
	b.is_cut = promised > c.left;
	b.data = bytes_first(cursor_rest(&c), b.is_cut ? c.left : promised);
	struct cursor chain = cursor_of(b.words);
	if (is_chain && cursor_ok(&c) && words >= 2) {
		b.next = cursor_u8(&chain);
		cursor_u8(&chain);
		b.next_at = cursor_le16(&chain);
	}
	if (cursor_ok(&c))
		*out = b;
	return c.state;
}

/* MS-CIFS 2.2.1.1: UTF-16 texts begin at even offsets and end with a zero character; the last one may lack it. */
static struct bytes
take_text(struct cursor *c, const struct smb1_block *b, bool wide)
{
	size_t place = b->data_at + (b->data.len - c->left);
	if (!wide) {
		struct bytes rest = cursor_rest(c);
		size_t len = bytes_find(rest, '\0');
		struct bytes text = cursor_take(c, len);
		cursor_take(c, len < rest.len ? 1 : 0);
		return text;
	}
	if (place % 2 == 1 && c->left > 0)
		cursor_u8(c);
	struct bytes rest = cursor_rest(c);
	size_t len = 0;
	while (len + 1 < rest.len && (rest.at[len] != 0 || rest.at[len + 1] != 0))
		len += 2;
	struct bytes text = cursor_take(c, len);
	cursor_take(c, rest.len - len >= 2 ? 2 : rest.len - len);
	return text;
}

bool
smb1_next_dialect(struct cursor *data, struct bytes *out)
{
	enum { DIALECT = 2 };
	if (data->left == 0 || cursor_u8(data) != DIALECT)
		return false;
	struct bytes rest = cursor_rest(data);
	*out = cursor_take(data, bytes_find(rest, '\0'));
	cursor_take(data, out->len < rest.len ? 1 : 0);
	return true;
}

/* MS-CIFS 2.2.4.52.2, MS-SMB 2.2.4.5.2 */
enum parse
smb1_parse_negotiated(const struct smb1_block *b, struct smb1_negotiated *out)
{
	const uint32_t EXTENDED_SECURITY = UINT32_C(0x80000000);
	struct cursor c = cursor_of(b->words);
	struct smb1_negotiated n = {.dialect = cursor_le16(&c)};
	struct cursor more = c;
	cursor_take(&more, 17);
	uint32_t capabilities = cursor_le32(&more);
	if (cursor_ok(&more) && (capabilities & EXTENDED_SECURITY) != 0 && b->data.len >= 16)
		n.guid = bytes_first(b->data, 16);
	if (cursor_ok(&c))
		*out = n;
	return c.state;
}

static void
take_setup_request(const struct smb1 *m, const struct smb1_block *b, struct cursor *words, struct smb1_setup *s)
{
	struct cursor data = cursor_of(b->data);
	bool extended = b->words.len == 24;
	cursor_take(words, 10); /* sizes, circuit, session key */
	uint16_t first = cursor_le16(words);
	if (extended) { /* MS-SMB 2.2.4.6.1 */
		s->blob = cursor_take(&data, first);
	} else {
		uint16_t second = b->words.len == 26 ? cursor_le16(words) : 0;
		cursor_take(&data, (size_t)first + second); /* passwords */
		s->user = take_text(&data, b, m->wide);
		s->domain = take_text(&data, b, m->wide);
	}
	if (cursor_ok(&data)) {
		s->native_os = take_text(&data, b, m->wide);
		s->native_lm = take_text(&data, b, m->wide);
	}
	cursor_join(words, &data);
}

/* MS-CIFS 2.2.4.53, MS-SMB 2.2.4.6 */
enum parse
smb1_parse_setup(const struct smb1 *m, const struct smb1_block *b, struct smb1_setup *out)
{
	struct cursor c = cursor_of(b->words), data = cursor_of(b->data);
	struct smb1_setup s = {0};
	cursor_take(&c, 4);
	if (!m->response) {
		take_setup_request(m, b, &c, &s);
	} else if (b->words.len > 0) {
		cursor_le16(&c); /* action */
		if (b->words.len == 8)
			s.blob = cursor_take(&data, cursor_le16(&c));
		if (cursor_ok(&data)) {
			s.native_os = take_text(&data, b, m->wide);
			s.native_lm = take_text(&data, b, m->wide);
		}
		cursor_join(&c, &data);
	}
	if (cursor_ok(&c))
		*out = s;
	return c.state;
}

/* MS-CIFS 2.2.4.55 */
enum parse
smb1_parse_tree(const struct smb1 *m, const struct smb1_block *b, struct smb1_tree *out)
{
	struct cursor c = cursor_of(b->words), data = cursor_of(b->data);
	struct smb1_tree t = {0};
	if (m->response) {
		t.service = take_text(&data, b, false);
	} else {
		cursor_take(&c, 6);
		cursor_take(&data, cursor_le16(&c)); /* password */
		t.path = take_text(&data, b, m->wide);
		t.service = take_text(&data, b, false);
	}
	if (!cursor_ok(&data))
		cursor_stop(&c, PARSE_BAD);
	if (cursor_ok(&c))
		*out = t;
	return c.state;
}

/* MS-CIFS 2.2.4.64 */
enum parse
smb1_parse_create(const struct smb1 *m, const struct smb1_block *b, struct smb1_create *out)
{
	struct cursor c = cursor_of(b->words), data = cursor_of(b->data);
	struct smb1_create r = {0};
	cursor_take(&c, 5);
	if (m->response) {
		r.id = cursor_le16(&c);
		cursor_take(&c, 4);
		r.created = cursor_le64(&c);
		r.accessed = cursor_le64(&c);
		r.written = cursor_le64(&c);
		r.changed = cursor_le64(&c);
		cursor_take(&c, 12);
		r.size = cursor_le64(&c);
	} else {
		uint16_t length = cursor_le16(&c);
		cursor_take(&c, 28); /* flags to share access */
		r.disposition = cursor_le32(&c);
		r.options = cursor_le32(&c);
		if (m->wide && b->data_at % 2 == 1 && data.left > 0)
			cursor_u8(&data);
		r.name = bytes_first(cursor_rest(&data), length);
	}
	if (cursor_ok(&c))
		*out = r;
	return c.state;
}

static void
take_read(const struct smb1 *m, uint8_t command, const struct smb1_block *b, struct cursor *c, struct smb1_access *a)
{
	if (command == SMB1_READ && m->response) { /* 2.2.4.11.2: format, length, data */
		a->length = cursor_le16(c);
		a->data_at = (uint32_t)b->data_at + 3;
	} else if (command == SMB1_READ) {
		a->id = cursor_le16(c);
		a->length = cursor_le16(c);
		a->offset = cursor_le32(c);
	} else if (m->response) { /* 2.2.4.42.2, MS-SMB 2.2.4.2.2 */
		cursor_take(c, 10);
		uint32_t low = cursor_le16(c);
		a->data_at = cursor_le16(c);
		a->length = low | (uint32_t)cursor_le16(c) << 16;
	} else {
		cursor_take(c, 4);
		a->id = cursor_le16(c);
		a->offset = cursor_le32(c);
		a->length = cursor_le16(c);
		cursor_take(c, 8);
		if (c->left >= 4)
			a->offset |= (uint64_t)cursor_le32(c) << 32;
	}
}

static void
take_write(uint8_t command, const struct smb1_block *b, struct cursor *c, struct smb1_access *a)
{
	if (command == SMB1_WRITE_ANDX) { /* 2.2.4.43.1, MS-SMB 2.2.4.3.1 */
		cursor_take(c, 4);
		a->id = cursor_le16(c);
		a->offset = cursor_le32(c);
		cursor_take(c, 8);
		uint32_t high = cursor_le16(c);
		a->length = cursor_le16(c) | high << 16;
		a->data_at = cursor_le16(c);
		if (c->left >= 4)
			a->offset |= (uint64_t)cursor_le32(c) << 32;
		return;
	}
	a->id = cursor_le16(c);
	a->length = cursor_le16(c);
	a->offset = cursor_le32(c);
	/* 2.2.4.12.1: format and length before the data; 2.2.4.40.1: a byte that aligns them. */
	a->data_at = (uint32_t)b->data_at + (command == SMB1_WRITE ? 3 : 1);
}

enum parse
smb1_parse_access(const struct smb1 *m, uint8_t command, const struct smb1_block *b, struct smb1_access *out)
{
	struct cursor c = cursor_of(b->words);
	struct smb1_access a = {0};
	if (command == SMB1_READ || command == SMB1_READ_ANDX)
		take_read(m, command, b, &c, &a);
	else
		take_write(command, b, &c, &a);
	if (cursor_ok(&c))
		*out = a;
	return c.state;
}

/* 2.2.4.5 */
enum parse
smb1_parse_close(const struct smb1_block *b, uint16_t *out_id)
{
	struct cursor c = cursor_of(b->words);
	uint16_t id = cursor_le16(&c);
	if (cursor_ok(&c))
		*out_id = id;
	return c.state;
}

/* 2.2.4.8 */
enum parse
smb1_parse_rename(const struct smb1 *m, const struct smb1_block *b, struct smb1_names *out)
{
	struct cursor data = cursor_of(b->data);
	struct smb1_names n;
	cursor_u8(&data); /* format */
	n.old_name = take_text(&data, b, m->wide);
	cursor_u8(&data);
	n.new_name = take_text(&data, b, m->wide);
	if (cursor_ok(&data))
		*out = n;
	return data.state;
}

static struct bytes
part_at(struct bytes message, uint16_t offset, uint16_t length)
{
	if (offset > message.len || length > message.len - offset)
		return (struct bytes){0};
	return bytes_first(bytes_after(message, offset), length);
}

/* 2.2.4.33, 2.2.4.46 */
enum parse
smb1_parse_trans(struct bytes message, const struct smb1 *m, const struct smb1_block *b, struct smb1_trans *out)
{
	struct cursor c = cursor_of(b->words);
	struct smb1_trans t = {.function = 0xffff};
	cursor_take(&c, m->response ? 6 : 18);
	uint16_t parameter_count = cursor_le16(&c), parameters_at = cursor_le16(&c);
	if (m->response)
		cursor_le16(&c);
	uint16_t data_count = cursor_le16(&c), data_at = cursor_le16(&c);
	if (!m->response) {
		uint8_t setup = cursor_u8(&c);
		cursor_u8(&c);
		if (setup > 0)
			t.function = cursor_le16(&c);
		if (setup > 1)
			t.id = cursor_le16(&c);
	}
	t.parameters = part_at(message, parameters_at, parameter_count);
	t.data = part_at(message, data_at, data_count);
	if (cursor_ok(&c))
		*out = t;
	return c.state;
}

/* 2.2.6.7, 2.2.6.9, MS-FSCC 2.4.37 */
enum parse
smb1_parse_set_info(const struct smb1 *m, const struct smb1_trans *t, struct smb1_set_info *out)
{
	enum { RENAME = 1010, DISPOSITION = 1013, OLD_DISPOSITION = 0x102 };
	struct cursor c = cursor_of(t->parameters), data = cursor_of(t->data);
	struct smb1_set_info s = {.function = t->function};
	if (s.function == SMB1_SET_FILE)
		s.id = cursor_le16(&c);
	s.level = cursor_le16(&c);
	if (s.function == SMB1_SET_PATH) {
		cursor_take(&c, 4);
		struct bytes name = cursor_rest(&c);
		/* Its end is a zero character, and the end of the parameters. */
		s.name = bytes_first(name, name.len >= (m->wide ? 2u : 1u) ? name.len - (m->wide ? 2u : 1u) : 0);
	}
	s.is_rename = s.level == RENAME;
	s.is_disposition = s.level == DISPOSITION || s.level == OLD_DISPOSITION;
	if (s.is_disposition)
		s.deletes = cursor_u8(&data) != 0;
	if (s.is_rename) {
		cursor_take(&data, 8);
		uint32_t length = cursor_le32(&data);
		s.new_name = cursor_take(&data, length);
	}
	cursor_join(&c, &data);
	if (cursor_ok(&c))
		*out = s;
	return c.state;
}
