/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/smb2.h"

/* MS-SMB2 2.2.1 */
enum parse
smb2_parse(struct bytes message, struct smb2 *out)
{
	struct cursor c = cursor_of(message);
	struct smb2 m = {0};
	struct bytes magic = cursor_take(&c, 4);
	if (cursor_ok(&c) && !bytes_eq(magic, BYTES("\xfeSMB")))
		cursor_stop(&c, PARSE_BAD);
	uint16_t size = cursor_le16(&c);
	cursor_le16(&c); /* credits */
	m.status = cursor_le32(&c);
	m.command = cursor_le16(&c);
	cursor_le16(&c);
	m.flags = cursor_le32(&c);
	m.next = cursor_le32(&c);
	m.message_id = cursor_le64(&c);
	cursor_le32(&c);
	m.tree_id = cursor_le32(&c);
	m.session_id = cursor_le64(&c);
	cursor_take(&c, 16); /* signature */
	if (cursor_ok(&c) && (size != SMB2_HEADER_SIZE || (m.next != 0 && m.next < SMB2_HEADER_SIZE)))
		cursor_stop(&c, PARSE_BAD);
	if ((m.flags & SMB2_FLAG_ASYNC) != 0)
		m.tree_id = 0;
	if (cursor_ok(&c))
		*out = m;
	return c.state;
}

/* The body, after the size that each begins with. The lowest bit says that something of variable length follows. */
static struct cursor
body_of(struct bytes message, uint16_t size)
{
	struct cursor c = cursor_of(bytes_after(message, SMB2_HEADER_SIZE));
	uint16_t got = cursor_le16(&c);
	if (cursor_ok(&c) && got != size)
		cursor_stop(&c, PARSE_BAD);
	return c;
}

static struct bytes
part_at(struct bytes message, uint32_t offset, uint32_t length, struct cursor *c)
{
	if (!cursor_ok(c) || length == 0)
		return (struct bytes){0};
	if (offset > message.len || length > message.len - offset) {
		cursor_stop(c, PARSE_SHORT);
		return (struct bytes){0};
	}
	return bytes_first(bytes_after(message, offset), length);
}

/* 2.2.3 */
enum parse
smb2_parse_negotiate(struct bytes message, struct smb2_negotiate *out)
{
	struct cursor c = body_of(message, 36);
	struct smb2_negotiate n = {0};
	uint16_t count = cursor_le16(&c);
	cursor_take(&c, 8); /* modes, capabilities */
	n.guid = cursor_take(&c, 16);
	cursor_take(&c, 8);
	n.dialects = cursor_take(&c, (size_t)count * 2);
	if (cursor_ok(&c))
		*out = n;
	return c.state;
}

/* 2.2.4 */
enum parse
smb2_parse_negotiate_response(struct bytes message, struct smb2_negotiate *out)
{
	struct cursor c = body_of(message, 65);
	struct smb2_negotiate n = {0};
	cursor_le16(&c);
	n.dialect = cursor_le16(&c);
	cursor_le16(&c);
	n.guid = cursor_take(&c, 16);
	cursor_take(&c, 8); /* capabilities, largest transaction */
	n.max_read = cursor_le32(&c);
	n.max_write = cursor_le32(&c);
	if (cursor_ok(&c))
		*out = n;
	return c.state;
}

/* 2.2.5, 2.2.6 */
enum parse
smb2_parse_setup(struct bytes message, bool response, struct bytes *out)
{
	struct cursor c = body_of(message, response ? 9 : 25);
	cursor_take(&c, response ? 2 : 10);
	uint16_t offset = cursor_le16(&c), length = cursor_le16(&c);
	struct bytes blob = part_at(message, offset, length, &c);
	if (cursor_ok(&c))
		*out = blob;
	return c.state;
}

/* 2.2.9 */
enum parse
smb2_parse_tree_connect(struct bytes message, struct bytes *out_path)
{
	struct cursor c = body_of(message, 9);
	cursor_le16(&c);
	uint16_t offset = cursor_le16(&c), length = cursor_le16(&c);
	struct bytes path = part_at(message, offset, length, &c);
	if (cursor_ok(&c))
		*out_path = path;
	return c.state;
}

/* 2.2.10 */
enum parse
smb2_parse_tree_connect_response(struct bytes message, uint8_t *out_type)
{
	struct cursor c = body_of(message, 16);
	uint8_t type = cursor_u8(&c);
	if (cursor_ok(&c))
		*out_type = type;
	return c.state;
}

/* 2.2.13 */
enum parse
smb2_parse_create(struct bytes message, struct smb2_create *out)
{
	struct cursor c = body_of(message, 57);
	struct smb2_create r = {0};
	cursor_take(&c, 34); /* up to the share access */
	r.disposition = cursor_le32(&c);
	r.options = cursor_le32(&c);
	uint16_t offset = cursor_le16(&c), length = cursor_le16(&c);
	r.name = part_at(message, offset, length, &c);
	if (cursor_ok(&c))
		*out = r;
	return c.state;
}

/* 2.2.14 */
enum parse
smb2_parse_create_response(struct bytes message, struct smb2_created *out)
{
	struct cursor c = body_of(message, 89);
	struct smb2_created r;
	cursor_take(&c, 6);
	r.created = cursor_le64(&c);
	r.accessed = cursor_le64(&c);
	r.written = cursor_le64(&c);
	r.changed = cursor_le64(&c);
	cursor_take(&c, 8); /* room on the disk */
	r.size = cursor_le64(&c);
	cursor_take(&c, 8);
	r.id = cursor_take(&c, SMB2_ID_SIZE);
	if (cursor_ok(&c))
		*out = r;
	return c.state;
}

/* 2.2.19 */
enum parse
smb2_parse_read(struct bytes message, struct smb2_access *out)
{
	struct cursor c = body_of(message, 49);
	struct smb2_access a = {0};
	cursor_le16(&c);
	a.length = cursor_le32(&c);
	a.offset = cursor_le64(&c);
	a.id = cursor_take(&c, SMB2_ID_SIZE);
	if (cursor_ok(&c))
		*out = a;
	return c.state;
}

/* 2.2.20 */
enum parse
smb2_parse_read_response(struct bytes message, struct smb2_access *out)
{
	struct cursor c = body_of(message, 17);
	struct smb2_access a = {0};
	a.data_at = cursor_u8(&c);
	cursor_u8(&c);
	a.length = cursor_le32(&c);
	cursor_take(&c, 8);
	if (cursor_ok(&c) && a.length > 0 && a.data_at < SMB2_READ_RESPONSE_FIXED)
		cursor_stop(&c, PARSE_BAD);
	if (cursor_ok(&c))
		*out = a;
	return c.state;
}

/* 2.2.21 */
enum parse
smb2_parse_write(struct bytes message, struct smb2_access *out)
{
	struct cursor c = body_of(message, 49);
	struct smb2_access a = {0};
	a.data_at = cursor_le16(&c);
	a.length = cursor_le32(&c);
	a.offset = cursor_le64(&c);
	a.id = cursor_take(&c, SMB2_ID_SIZE);
	cursor_take(&c, 16);
	if (cursor_ok(&c) && a.length > 0 && a.data_at < SMB2_WRITE_FIXED)
		cursor_stop(&c, PARSE_BAD);
	if (cursor_ok(&c))
		*out = a;
	return c.state;
}

/* 2.2.15 */
enum parse
smb2_parse_close(struct bytes message, struct bytes *out_id)
{
	struct cursor c = body_of(message, 24);
	cursor_take(&c, 6);
	struct bytes id = cursor_take(&c, SMB2_ID_SIZE);
	if (cursor_ok(&c))
		*out_id = id;
	return c.state;
}

/* 2.2.31, 2.2.32: what a request gives, what a response brings. */
enum parse
smb2_parse_ioctl(struct bytes message, bool response, struct smb2_ioctl *out)
{
	struct cursor c = body_of(message, response ? 49 : 57);
	struct smb2_ioctl r = {0};
	cursor_le16(&c);
	r.function = cursor_le32(&c);
	r.id = cursor_take(&c, SMB2_ID_SIZE);
	if (response)
		cursor_take(&c, 8);
	uint32_t offset = cursor_le32(&c), length = cursor_le32(&c);
	r.data = part_at(message, offset, length, &c);
	if (cursor_ok(&c))
		*out = r;
	return c.state;
}

/* 2.2.39; MS-FSCC 2.4.37, 2.4.11 */
enum parse
smb2_parse_set_info(struct bytes message, struct smb2_set_info *out)
{
	enum { TYPE_FILE = 1, CLASS_RENAME = 10, CLASS_DISPOSITION = 13 };
	struct cursor c = body_of(message, 33);
	struct smb2_set_info r = {0};
	r.type = cursor_u8(&c);
	r.class = cursor_u8(&c);
	uint32_t length = cursor_le32(&c);
	uint16_t offset = cursor_le16(&c);
	cursor_take(&c, 6);
	r.id = cursor_take(&c, SMB2_ID_SIZE);
	r.is_rename = r.type == TYPE_FILE && r.class == CLASS_RENAME;
	r.is_disposition = r.type == TYPE_FILE && r.class == CLASS_DISPOSITION;
	if (r.is_rename || r.is_disposition) {
		struct cursor info = cursor_of(part_at(message, offset, length, &c));
		if (r.is_disposition) {
			r.deletes = cursor_u8(&info) != 0;
		} else {
			cursor_take(&info, 16);
			uint32_t name_length = cursor_le32(&info);
			r.new_name = cursor_take(&info, name_length);
		}
		if (cursor_ok(&c))
			cursor_join(&c, &info);
	}
	if (cursor_ok(&c))
		*out = r;
	return c.state;
}

enum parse
smb2_parse_transform(struct bytes message, struct smb2_transform *out)
{
	struct cursor c = cursor_of(message);
	struct smb2_transform t;
	struct bytes magic = cursor_take(&c, 4);
	if (cursor_ok(&c) && !bytes_eq(magic, BYTES("\xfdSMB")))
		cursor_stop(&c, PARSE_BAD);
	cursor_take(&c, 32); /* signature, nonce */
	t.size = cursor_le32(&c);
	cursor_take(&c, 4);
	t.session_id = cursor_le64(&c);
	if (cursor_ok(&c))
		*out = t;
	return c.state;
}
