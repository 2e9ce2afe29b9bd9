/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/textline.h"

enum parse
textline_take(struct bytes stream, size_t *used, struct bytes *line)
{
	struct bytes window = bytes_first(stream, TEXTLINE_MAX);
	size_t length = bytes_find(window, '\n');
	if (length == window.len)
		return stream.len >= TEXTLINE_MAX ? PARSE_BAD : PARSE_SHORT;
	*used = length + 1;
	*line = bytes_first(stream, length);
	if (length > 0 && line->at[length - 1] == '\r')
		line->len--;
	return PARSE_OK;
}

struct textline_piece
textline_piece(struct bytes stream, bool no_more)
{
	struct bytes window = bytes_first(stream, TEXTLINE_MAX);
	size_t length = bytes_find(window, '\n');
	struct textline_piece p = {.text = window, .used = window.len};
	if (length == window.len) {
		if (window.len < TEXTLINE_MAX && !no_more)
			p.used = 0;
		return p;
	}
	bool has_cr = length > 0 && window.at[length - 1] == '\r';
	p.text = bytes_first(window, length - has_cr);
	p.end = bytes_first(bytes_after(window, p.text.len), has_cr ? 2 : 1);
	p.used = length + 1;
	return p;
}

struct bytes
textline_word(struct bytes *rest)
{
	struct bytes word = bytes_first(*rest, bytes_find(*rest, ' '));
	*rest = bytes_trim(bytes_after(*rest, word.len));
	return word;
}

struct textline_command
textline_command(struct bytes line)
{
	struct textline_command command = {.argument = bytes_trim(line)};
	command.verb = textline_word(&command.argument);
	return command;
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

struct textline_reply
textline_reply(struct bytes line)
{
	struct cursor c = cursor_of(line);
	uint8_t a = cursor_u8(&c), b = cursor_u8(&c), d = cursor_u8(&c);
	if (!cursor_ok(&c) || !is_digit(a) || !is_digit(b) || !is_digit(d))
		return (struct textline_reply){.text = line};
	struct textline_reply reply = {.code = (uint16_t)((a - '0') * 100 + (b - '0') * 10 + (d - '0')), .last = true};
	if (c.left == 0)
		return reply;
	struct cursor after = c;
	uint8_t separator = cursor_u8(&after);
	reply.last = separator != '-';
	reply.text = cursor_rest(separator == ' ' || separator == '-' ? &after : &c); /* some leave the space out */
	return reply;
}

/* The first line, when it is there: YES; MAYBE when more bytes may end it. */
static enum textline_look
first_line(struct bytes stream, struct bytes *line)
{
	size_t used;
	*line = (struct bytes){0};
	switch (textline_take(stream, &used, line)) {
	case PARSE_OK: return TEXTLINE_YES;
	case PARSE_SHORT: return TEXTLINE_MAYBE;
	case PARSE_BAD: return TEXTLINE_NO;
	}
	return TEXTLINE_NO;
}

static bool
contains_nocase(struct bytes text, struct bytes word)
{
	for (; text.len >= word.len; text = bytes_after(text, 1))
		if (bytes_eq_nocase(bytes_first(text, word.len), word))
			return true;
	return false;
}

/* Both strings agree as far as both go: the start may still become the word. */
static bool
may_become(struct bytes start, struct bytes word)
{
	size_t n = start.len < word.len ? start.len : word.len;
	return bytes_eq_nocase(bytes_first(start, n), bytes_first(word, n));
}

/* A command line that starts with one of the words, alone or before a space, or a 220 greeting that names the protocol. Of a
 * greeting that names neither or both, the client must tell. */
static enum textline_look
look(struct bytes stream, const struct bytes *commands, size_t count, struct bytes name, struct bytes other_name)
{
	struct bytes line;
	enum textline_look ends = first_line(stream, &line);
	if (may_become(stream, BYTES("220"))) {
		if (ends != TEXTLINE_YES)
			return ends;
		struct textline_reply reply = textline_reply(line);
		bool named = contains_nocase(reply.text, name), other = contains_nocase(reply.text, other_name);
		if (reply.code != 220)
			return TEXTLINE_NO;
		return named == other ? TEXTLINE_MAYBE : named ? TEXTLINE_YES : TEXTLINE_NO;
	}
	for (size_t i = 0; i < count; i++) {
		if (!may_become(stream, commands[i]))
			continue;
		if (ends != TEXTLINE_YES)
			return ends;
		struct bytes after = bytes_after(line, commands[i].len);
		return line.len == commands[i].len || bytes_start_with(after, BYTES(" ")) ? TEXTLINE_YES : TEXTLINE_NO;
	}
	return TEXTLINE_NO;
}

enum textline_look
textline_looks_like_ftp(struct bytes client_or_server)
{
	static const struct bytes commands[] = {{(const uint8_t *)"USER", 4}, {(const uint8_t *)"AUTH TLS", 8}};
	enum textline_look is = look(client_or_server, commands, LENGTH_OF(commands), BYTES("FTP"), BYTES("SMTP"));
	struct bytes line;
	/* RFC 2812 3.1.3: IRC says USER too, with four parameters */
	if (is != TEXTLINE_YES || !may_become(client_or_server, commands[0]) ||
	    first_line(client_or_server, &line) != TEXTLINE_YES)
		return is;
	struct bytes rest = textline_command(line).argument;
	textline_word(&rest);
	return rest.len == 0 ? TEXTLINE_YES : TEXTLINE_NO;
}

enum textline_look
textline_looks_like_smtp(struct bytes client_or_server)
{
	static const struct bytes commands[] = {
	    {(const uint8_t *)"EHLO", 4}, {(const uint8_t *)"HELO", 4}, {(const uint8_t *)"LHLO", 4}};
	return look(client_or_server, commands, LENGTH_OF(commands), BYTES("SMTP"), BYTES("FTP"));
}

/* RFC 1939 4: the greeting; the client's commands look like FTP's. */
enum textline_look
textline_looks_like_pop3(struct bytes server)
{
	struct bytes wanted = BYTES("+OK");
	if (!may_become(server, wanted))
		return TEXTLINE_NO;
	struct bytes line;
	enum textline_look ends = first_line(server, &line);
	if (ends != TEXTLINE_YES)
		return ends;
	return line.len > 4 && line.at[3] == ' ' ? TEXTLINE_YES : TEXTLINE_NO; /* "+OK" alone is Redis */
}

/* RFC 2449 5, RFC 2595 4: commands that only POP3 has. */
enum textline_look
textline_looks_like_pop3_client(struct bytes client)
{
	static const struct bytes commands[] = {{(const uint8_t *)"CAPA\r\n", 6}, {(const uint8_t *)"STLS\r\n", 6}};
	for (size_t i = 0; i < LENGTH_OF(commands); i++)
		if (may_become(client, commands[i]))
			return client.len >= commands[i].len ? TEXTLINE_YES : TEXTLINE_MAYBE;
	return TEXTLINE_NO;
}

/* RFC 3501 7.1: the greeting; or a tag and one of the first commands. */
enum textline_look
textline_looks_like_imap(struct bytes client_or_server)
{
	struct bytes line, rest;
	if (may_become(client_or_server, BYTES("* OK")) || may_become(client_or_server, BYTES("* PREAUTH"))) {
		enum textline_look ends = first_line(client_or_server, &line);
		if (ends == TEXTLINE_YES && line.len < 5)
			return TEXTLINE_NO;
		return ends;
	}
	rest = bytes_first(client_or_server, 32);
	struct bytes tag = bytes_first(rest, bytes_find(rest, ' '));
	struct cursor c = cursor_of(tag);
	bool has_digit = false;
	while (c.left > 0) {
		uint8_t b = cursor_u8(&c);
		bool letter = bytes_lower(b) >= 'a' && bytes_lower(b) <= 'z';
		if (!letter && !is_digit(b) && b != '.')
			return TEXTLINE_NO;
		has_digit = has_digit || is_digit(b);
	}
	if (tag.len > 16 || tag.len == 0)
		return TEXTLINE_NO;
	if (tag.len == rest.len) /* no space yet */
		return TEXTLINE_MAYBE;
	if (!has_digit)
		return TEXTLINE_NO;
	rest = bytes_after(rest, tag.len + 1);
	static const struct bytes commands[] = {{(const uint8_t *)"LOGIN ", 6}, {(const uint8_t *)"CAPABILITY", 10},
	    {(const uint8_t *)"AUTHENTICATE ", 13}, {(const uint8_t *)"STARTTLS", 8}, {(const uint8_t *)"ID (", 4}};
	for (size_t i = 0; i < LENGTH_OF(commands); i++)
		if (may_become(rest, commands[i]))
			return rest.len >= commands[i].len ? TEXTLINE_YES : TEXTLINE_MAYBE;
	return TEXTLINE_NO;
}
