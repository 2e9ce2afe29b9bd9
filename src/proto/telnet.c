/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/telnet.h"

#include "core/cursor.h"

enum { IAC = 255, SB = 250, SE = 240, WILL = 251, DONT = 254 };
enum { STATE_DATA, STATE_IAC, STATE_OPTION, STATE_SUB, STATE_SUB_IAC };

bool
telnet_is_data(struct telnet *t, uint8_t byte)
{
	switch (t->state) {
	case STATE_IAC:
		t->state = byte == SB ? STATE_SUB : byte >= WILL && byte <= DONT ? STATE_OPTION : STATE_DATA;
		return byte == IAC; /* IAC IAC is a byte of data */
	case STATE_OPTION: t->state = STATE_DATA; return false;
	case STATE_SUB: t->state = byte == IAC ? STATE_SUB_IAC : STATE_SUB; return false;
	case STATE_SUB_IAC: t->state = byte == SE ? STATE_DATA : STATE_SUB; return false;
	default: t->state = byte == IAC ? STATE_IAC : STATE_DATA; return byte != IAC;
	}
}

enum telnet_look
telnet_looks_like(struct bytes first)
{
	struct cursor c = cursor_of(first);
	if (first.len == 0)
		return TELNET_MAYBE;
	if (cursor_u8(&c) != IAC)
		return TELNET_NO;
	if (c.left == 0)
		return TELNET_MAYBE;
	uint8_t command = cursor_u8(&c);
	if (command < WILL || command > DONT)
		return TELNET_NO;
	if (c.left == 0)
		return TELNET_MAYBE;
	uint8_t option = cursor_u8(&c); /* RFC 855: 0 to 49 are assigned, 255 is the extended list */
	if (option > 49 && option != 255)
		return TELNET_NO;
	if (c.left == 0)
		return TELNET_YES;
	return cursor_u8(&c) == IAC || option < 40 ? TELNET_YES : TELNET_NO;
}

static bool
contains(struct bytes line, struct bytes word)
{
	for (; line.len >= word.len; line = bytes_after(line, 1))
		if (bytes_eq_nocase(bytes_first(line, word.len), word))
			return true;
	return false;
}

static bool
ends_in(struct bytes line, struct bytes word)
{
	return line.len >= word.len && bytes_eq_nocase(bytes_after(line, line.len - word.len), word);
}

enum telnet_says
telnet_meaning(struct bytes line)
{
	static const struct bytes refusals[] = {{(const uint8_t *)"incorrect", 9}, {(const uint8_t *)"failed", 6},
	    {(const uint8_t *)"failure", 7}, {(const uint8_t *)"denied", 6}, {(const uint8_t *)"invalid", 7},
	    {(const uint8_t *)"bad password", 12}};
	line = bytes_trim(line);
	if (contains(line, BYTES("last login:")))
		return TELNET_ACCEPTS;
	if (ends_in(line, BYTES("login:")) || ends_in(line, BYTES("username:")) || ends_in(line, BYTES("user name:")) ||
	    ends_in(line, BYTES("user:")))
		return TELNET_ASKS_USER;
	if (ends_in(line, BYTES("password:")) || ends_in(line, BYTES("passwd:")))
		return TELNET_ASKS_PASSWORD;
	for (size_t i = 0; i < LENGTH_OF(refusals); i++)
		if (contains(line, refusals[i]))
			return TELNET_REFUSES;
	if (contains(line, BYTES("welcome")) || ends_in(line, BYTES("$")) || ends_in(line, BYTES("#")) ||
	    ends_in(line, BYTES(">")))
		return TELNET_ACCEPTS;
	return TELNET_NOTHING;
}
