/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/database.h"

/* A message of `length` bytes at the cursor's place. */
static enum parse
take_message(struct cursor *c, size_t length, struct cursor *message)
{
	if (!cursor_ok(c))
		return c->state;
	if (length > DATABASE_MESSAGE_MAX)
		return PARSE_BAD;
	*message = cursor_sub(c, length);
	return c->state;
}

/* Bytes up to a NUL, which is taken too. */
static struct bytes
take_text(struct cursor *c)
{
	struct bytes rest = cursor_rest(c), text = cursor_take(c, bytes_find(rest, '\0'));
	cursor_take(c, 1);
	return text;
}

/* int<3> length, int<1> sequence, payload. */
static enum parse
mysql_packet(struct bytes stream, size_t *used, uint8_t *sequence, struct cursor *payload)
{
	struct cursor c = cursor_of(stream);
	size_t length = cursor_le16(&c);
	length |= (size_t)cursor_u8(&c) << 16;
	*sequence = cursor_u8(&c);
	enum parse parsed = take_message(&c, length, payload);
	if (parsed == PARSE_OK)
		*used = stream.len - c.left;
	return parsed;
}

/* Protocol::HandshakeResponse41, or its beginning alone: a request for TLS. */
enum parse
database_mysql_client(struct bytes stream, size_t *used, struct database_message *out)
{
	enum { CLIENT_SSL = 0x800, CLIENT_PROTOCOL_41 = 0x200, FIXED = 32 };
	struct cursor payload;
	uint8_t sequence;
	enum parse parsed = mysql_packet(stream, used, &sequence, &payload);
	if (parsed != PARSE_OK)
		return parsed;
	struct database_message found = {.says = DATABASE_NOTHING};
	size_t length = payload.left;
	uint32_t capabilities = cursor_le32(&payload);
	cursor_take(&payload, FIXED - 4);
	if (sequence == 1 && length == FIXED && (capabilities & CLIENT_SSL) != 0)
		found.says = DATABASE_STARTS_TLS;
	if (sequence == 1 && length > FIXED && (capabilities & CLIENT_PROTOCOL_41) != 0)
		found = (struct database_message){.says = DATABASE_USER, .user = take_text(&payload)};
	*out = found;
	return PARSE_OK;
}

enum parse
database_mysql_server(struct bytes stream, size_t *used, struct database_message *out)
{
	enum { ACCESS_DENIED = 1045, ACCESS_DENIED_NO_PASSWORD = 1698, OK = 0x00, ERROR = 0xff };
	struct cursor payload;
	uint8_t sequence;
	enum parse parsed = mysql_packet(stream, used, &sequence, &payload);
	if (parsed != PARSE_OK)
		return parsed;
	struct database_message found = {.says = DATABASE_NOTHING};
	uint8_t header = cursor_u8(&payload);
	if (cursor_ok(&payload) && sequence > 0 && header == OK)
		found.says = DATABASE_ACCEPTS;
	if (cursor_ok(&payload) && header == ERROR) {
		uint16_t code = cursor_le16(&payload);
		found.says = code == ACCESS_DENIED || code == ACCESS_DENIED_NO_PASSWORD ? DATABASE_REFUSES : DATABASE_OTHER;
	}
	*out = found;
	return PARSE_OK;
}

/* One line without CR LF; BAD when it is longer than a message may be. */
static enum parse
redis_line(struct cursor *c, struct bytes *line)
{
	struct bytes rest = cursor_rest(c);
	size_t length = bytes_find(bytes_first(rest, DATABASE_MESSAGE_MAX), '\n');
	if (length == bytes_first(rest, DATABASE_MESSAGE_MAX).len)
		return rest.len >= DATABASE_MESSAGE_MAX ? PARSE_BAD : PARSE_SHORT;
	*line = cursor_take(c, length);
	cursor_take(c, 1);
	if (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	return PARSE_OK;
}

/* "*3" and "$5": the sign and a number of at most four digits. */
static bool
redis_count(struct bytes line, uint8_t sign, size_t *out)
{
	struct cursor c = cursor_of(line);
	size_t value = 0;
	if (cursor_u8(&c) != sign || c.left == 0 || c.left > 4)
		return false;
	while (c.left > 0) {
		uint8_t digit = cursor_u8(&c);
		if (digit < '0' || digit > '9')
			return false;
		value = value * 10 + (size_t)(digit - '0');
	}
	*out = value;
	return true;
}

/* AUTH [user] password: an array of two or three strings. */
enum parse
database_redis_client(struct bytes stream, size_t *used, struct database_message *out)
{
	struct cursor c = cursor_of(stream);
	struct bytes line, words[3] = {0};
	size_t count, length;
	enum parse parsed = redis_line(&c, &line);
	if (parsed != PARSE_OK)
		return parsed;
	if (!redis_count(line, '*', &count) || count == 0 || count > 64)
		return PARSE_BAD;
	for (size_t i = 0; i < count; i++) {
		parsed = redis_line(&c, &line);
		if (parsed != PARSE_OK)
			return parsed;
		if (!redis_count(line, '$', &length))
			return PARSE_BAD;
		struct bytes word = cursor_take(&c, length);
		cursor_take(&c, 2);
		if (!cursor_ok(&c))
			return c.state;
		if (i < LENGTH_OF(words))
			words[i] = word;
	}
	bool login = bytes_eq_nocase(words[0], BYTES("AUTH")) && (count == 2 || count == 3);
	*out = (struct database_message){
	    .says = login ? DATABASE_USER : DATABASE_OTHER, .user = count == 3 && login ? words[1] : (struct bytes){0}};
	*used = stream.len - c.left;
	return PARSE_OK;
}

enum parse
database_redis_server(struct bytes stream, size_t *used, struct database_message *out)
{
	struct cursor c = cursor_of(stream);
	struct bytes line;
	enum parse parsed = redis_line(&c, &line);
	if (parsed != PARSE_OK)
		return parsed;
	*out = (struct database_message){.says = bytes_start_with(line, BYTES("+")) ? DATABASE_ACCEPTS
	        : bytes_start_with(line, BYTES("-"))                                ? DATABASE_REFUSES
	                                                                            : DATABASE_OTHER};
	*used = stream.len - c.left;
	return PARSE_OK;
}
