/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/http1.h"

#include "proto/http1_class.h"
#include "proto/http1_fields.h"

/* The next word up to a blank, and the blanks after it; *blanks says how they are: exactly one space or not. */
static struct bytes
take_word(struct bytes *line, bool *one_space)
{
	size_t length = 0;
	struct cursor c = cursor_of(*line);
	while (c.left > 0 && !http1_is_blank(cursor_u8(&c)))
		length++;
	struct bytes word = bytes_first(*line, length), rest = bytes_after(*line, length);
	size_t blanks = 0;
	struct cursor after = cursor_of(rest);
	*one_space = rest.len > 0 && rest.at[0] == ' ';
	while (after.left > 0 && http1_is_blank(cursor_u8(&after)))
		blanks++;
	*one_space = *one_space && blanks == 1;
	*line = bytes_after(rest, blanks);
	return word;
}

/* RFC 9112 3: the target is all between the method and a last word "HTTP/...", for servers are as lenient. */
static bool
read_request_line(struct bytes line, struct http1_head *head)
{
	struct bytes trimmed = http1_trim(line);
	if (trimmed.len > 0 && line.at[0] != trimmed.at[0])
		head->notes |= HTTP1_LEADING_SPACE;
	bool one_space;
	struct bytes rest = trimmed;
	head->method = take_word(&rest, &one_space);
	if (!http1_all_of(head->method, HTTP1_TOKEN) || rest.len == 0)
		return false;
	if (!one_space)
		head->notes |= HTTP1_METHOD_DELIMITER;
	size_t last = rest.len;
	while (last > 0 && !http1_is_blank(rest.at[last - 1]))
		last--;
	struct bytes word = bytes_after(rest, last);
	if (last == 0 || !bytes_start_with(word, BYTES("HTTP/"))) {
		head->notes |= HTTP1_NO_PROTOCOL;
		head->target = rest;
		return true;
	}
	head->protocol = word;
	if (!http1_class_protocol(word, &head->minor))
		head->notes |= HTTP1_BAD_PROTOCOL;
	head->target = bytes_trim(bytes_first(rest, last));
	if (head->target.len + 1 != last || rest.at[last - 1] != ' ')
		head->notes |= HTTP1_TARGET_DELIMITER;
	return head->target.len > 0;
}

/* RFC 9112 4. Whoever calls has seen that it begins like one; the rest is taken as it comes. */
static void
read_status_line(struct bytes line, struct http1_head *head)
{
	bool one_space;
	struct bytes rest = line;
	while (rest.len > 0 && (rest.at[0] == '\0' || http1_is_blank(rest.at[0])))
		rest = bytes_after(rest, 1);
	head->protocol = take_word(&rest, &one_space);
	if (!http1_class_protocol(head->protocol, &head->minor))
		head->notes |= HTTP1_BAD_PROTOCOL;
	struct bytes status = take_word(&rest, &one_space);
	struct cursor c = cursor_of(status);
	unsigned value = 0;
	while (c.left > 0 && status.len == 3)
		value = value * 10 + (unsigned)(cursor_u8(&c) - '0');
	if (status.len == 3 && http1_all_of(status, HTTP1_DIGIT) && value >= 100)
		head->status = (uint16_t)value;
	else
		head->notes |= HTTP1_BAD_STATUS;
	head->code = status;
	head->reason = rest;
}

/* RFC 9112 2.2: a server ignores empty lines before the request line. */
static size_t
line_ends_before(struct bytes stream)
{
	size_t count = 0;
	struct cursor c = cursor_of(stream);
	for (uint8_t b = cursor_u8(&c); cursor_ok(&c) && (b == '\r' || b == '\n'); b = cursor_u8(&c))
		count++;
	return count;
}

static enum parse
publish(struct bytes stream, struct cursor *c, const struct http1_head *head, size_t *used, struct http1_head *out)
{
	size_t taken = stream.len - c->left;
	if ((cursor_ok(c) && taken > HTTP1_HEAD_MAX) || (c->state == PARSE_SHORT && stream.len >= HTTP1_HEAD_MAX))
		return PARSE_BAD;
	if (cursor_ok(c)) {
		*out = *head;
		*used = taken;
	}
	return c->state;
}

enum parse
http1_request(struct bytes stream, enum http1_more more, size_t *used, struct http1_head *out)
{
	struct cursor c = cursor_of(stream);
	struct http1_head head = {.from = HTTP1_FROM_CLIENT};
	struct http1_line_rules rules = {.from = HTTP1_FROM_CLIENT, .is_first = true};
	struct http1_line line;
	if (cursor_take(&c, line_ends_before(stream)).len > 0)
		head.notes |= HTTP1_BLANK_BEFORE;
	enum parse taken = http1_line_take(&c, &rules, &line);
	if (taken != PARSE_OK)
		cursor_stop(&c, taken);
	else if (!read_request_line(line.text, &head))
		cursor_stop(&c, PARSE_BAD);
	rules.is_first = false;
	rules.ends = more == HTTP1_ENDS_HERE && head.protocol.len == 0;
	if (cursor_ok(&c) && rules.ends && c.left == 0) {
		head.notes &= ~(uint32_t)HTTP1_NO_PROTOCOL; /* HTTP/0.9 */
		return publish(stream, &c, &head, used, out);
	}
	http1_fields_read(&c, &rules, &head);
	head.notes |= rules.bare_ends > 0 ? HTTP1_BARE_LF : 0;
	return publish(stream, &c, &head, used, out);
}

bool
http1_request_start(struct bytes stream, struct bytes *line, struct http1_head *out)
{
	struct cursor c = cursor_of(bytes_after(stream, line_ends_before(stream)));
	struct http1_head head = {.from = HTTP1_FROM_CLIENT};
	struct http1_line_rules rules = {.from = HTTP1_FROM_CLIENT, .is_first = true};
	struct http1_line first;
	if (http1_line_take(&c, &rules, &first) != PARSE_OK || !read_request_line(first.text, &head))
		return false;
	*line = first.text;
	*out = head;
	return true;
}

enum parse
http1_response(struct bytes stream, enum http1_more more, size_t *used, struct http1_head *out)
{
	struct cursor c = cursor_of(stream);
	struct http1_head head = {.from = HTTP1_FROM_SERVER};
	struct http1_line_rules rules = {.from = HTTP1_FROM_SERVER, .is_first = true, .ends = more == HTTP1_ENDS_HERE};
	struct http1_line line;
	enum parse taken = http1_line_take(&c, &rules, &line);
	if (taken != PARSE_OK)
		cursor_stop(&c, taken);
	else
		read_status_line(line.text, &head);
	rules.is_first = false;
	http1_fields_read(&c, &rules, &head);
	head.notes |= rules.bare_ends > 0 ? HTTP1_BARE_LF : 0;
	return publish(stream, &c, &head, used, out);
}

static bool
is_white(struct bytes line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.at[i] != ' ' && (line.at[i] < '\t' || line.at[i] > '\r'))
			return false;
	return true;
}

enum http1_look
http1_status_look(struct bytes rest)
{
	while (rest.len > 0 && (rest.at[0] == '\0' || rest.at[0] == ' ' || (rest.at[0] >= '\t' && rest.at[0] <= '\r')))
		rest = bytes_after(rest, 1);
	struct bytes start = bytes_first(rest, 4);
	if (!bytes_eq_nocase(start, bytes_first(BYTES("http"), start.len)))
		return HTTP1_NO;
	return start.len == 4 ? HTTP1_YES : HTTP1_MAYBE;
}

enum http1_start
http1_response_start(struct bytes stream, enum http1_more more, size_t *used)
{
	enum { ODD_LINE_MAX = 64 };
	struct cursor c = cursor_of(stream);
	struct http1_line_rules rules = {.from = HTTP1_FROM_SERVER, .is_first = true};
	struct http1_line line;
	bool has_line = http1_line_take(&c, &rules, &line) == PARSE_OK;
	if (has_line && is_white(line.text)) {
		*used = stream.len - c.left;
		return HTTP1_START_BLANK;
	}
	enum http1_look look = http1_status_look(stream);
	if (look == HTTP1_YES)
		return HTTP1_START_HEAD;
	if (look == HTTP1_MAYBE && more == HTTP1_MAY_GO_ON)
		return HTTP1_START_SHORT;
	/* One short line of something else before a status line is passed over. */
	size_t length = has_line ? stream.len - c.left : stream.len;
	if (length > ODD_LINE_MAX)
		return HTTP1_START_BODY;
	look = has_line ? http1_status_look(cursor_rest(&c)) : HTTP1_MAYBE;
	if (look == HTTP1_MAYBE && more == HTTP1_MAY_GO_ON)
		return HTTP1_START_SHORT;
	if (look == HTTP1_YES) {
		*used = length;
		return HTTP1_START_BLANK;
	}
	return HTTP1_START_BODY;
}

/* Did the first line end after the first `seen` bytes? It may be BAD then. */
static bool
first_line_is_new(struct bytes stream, size_t seen)
{
	size_t blank = line_ends_before(stream);
	size_t end = blank + bytes_find(bytes_after(stream, blank), '\n');
	return end >= seen && end < stream.len;
}

/* Whether the LF at `at` may end an empty line, or one of a blank: a line end comes before what is between. */
static bool
ends_empty_line(struct bytes b, size_t at)
{
	if (at > 0 && http1_is_blank(b.at[at - 1]))
		at--;
	while (at > 0 && b.at[at - 1] == '\r')
		at--;
	return at == 0 || b.at[at - 1] == '\n';
}

bool
http1_may_be_complete(struct bytes stream, size_t seen)
{
	if (seen == 0 || stream.len >= HTTP1_HEAD_MAX || first_line_is_new(stream, seen))
		return true;
	/* What decides about the end of a line may come after it. */
	size_t at = seen > 2 ? seen - 2 : 0;
	for (at += bytes_find(bytes_after(stream, at), '\n'); at < stream.len;
	     at += 1 + bytes_find(bytes_after(stream, at + 1), '\n'))
		if (ends_empty_line(stream, at))
			return true;
	return false;
}

struct http1_framing
http1_request_framing(const struct http1_head *head)
{
	if (bytes_eq(head->method, BYTES("CONNECT")))
		return (struct http1_framing){HTTP1_BODY_TUNNEL, 0};
	if (head->protocol.len == 0 && (head->notes & HTTP1_NO_PROTOCOL) == 0)
		return (struct http1_framing){HTTP1_BODY_NONE, 0};
	if (head->chunked)
		return (struct http1_framing){HTTP1_BODY_CHUNKED, 0};
	if (head->has_length && head->content_length > 0)
		return (struct http1_framing){HTTP1_BODY_LENGTH, head->content_length};
	return (struct http1_framing){HTTP1_BODY_NONE, 0};
}

struct http1_framing
http1_response_framing(const struct http1_head *head, struct bytes request_method, bool body_follows)
{
	bool is_framed = head->chunked || head->has_length;
	if ((head->status == 101 && !(is_framed && body_follows)) ||
	    (bytes_eq(request_method, BYTES("CONNECT")) && head->status / 100 == 2))
		return (struct http1_framing){HTTP1_BODY_TUNNEL, 0};
	bool without = head->status / 100 == 1 || head->status == 204 || head->status == 304;
	if (bytes_eq(request_method, BYTES("HEAD")) || (without && !(is_framed && body_follows)))
		return (struct http1_framing){HTTP1_BODY_NONE, 0};
	if (head->chunked)
		return (struct http1_framing){HTTP1_BODY_CHUNKED, 0};
	if (!head->has_length)
		return (struct http1_framing){HTTP1_BODY_CLOSE, 0};
	return (struct http1_framing){head->content_length > 0 ? HTTP1_BODY_LENGTH : HTTP1_BODY_NONE, head->content_length};
}

static uint64_t
hex_value(uint8_t c)
{
	return c <= '9' ? (uint64_t)(c - '0') : (uint64_t)((c | 0x20) - 'a' + 10);
}

enum parse
http1_chunk(struct bytes stream, size_t *used, struct http1_chunk *out)
{
	/* A line that cannot become one is refused at its first byte, not at its end. */
	struct cursor c = cursor_of(stream);
	while (c.left > 0 && (c.at[0] == ' ' || (c.at[0] >= '\t' && c.at[0] <= '\r')))
		cursor_take(&c, 1);
	struct http1_chunk chunk = {0};
	size_t count = 0;
	while (c.left > 0 && (http1_class[c.at[0]] & HTTP1_HEX) != 0) {
		if (++count > 15)
			return PARSE_BAD;
		chunk.size = chunk.size << 4 | hex_value(cursor_u8(&c));
	}
	if ((count == 0 && c.left > 0) || chunk.size > INT32_MAX)
		return PARSE_BAD;
	struct bytes rest = cursor_rest(&c);
	size_t lf = bytes_find(rest, '\n');
	chunk.has_extension = bytes_find(bytes_first(rest, lf), ';') < lf;
	if (lf == rest.len)
		return stream.len < HTTP1_CHUNK_LINE_MAX ? PARSE_SHORT : PARSE_BAD;
	size_t taken = (size_t)(rest.at - stream.at) + lf + 1;
	if (taken > HTTP1_CHUNK_LINE_MAX)
		return PARSE_BAD;
	*used = taken;
	*out = chunk;
	return PARSE_OK;
}

enum parse
http1_trailer(struct bytes stream, enum http1_sender from, size_t *used, bool *last)
{
	struct cursor c = cursor_of(stream);
	struct http1_line_rules rules = {.from = from};
	struct http1_line line;
	enum parse taken = http1_line_take(&c, &rules, &line);
	if (taken != PARSE_OK)
		return stream.len >= HTTP1_HEAD_MAX ? PARSE_BAD : taken;
	*used = stream.len - c.left;
	*last = line.is_last;
	return PARSE_OK;
}

size_t
http1_unfold(uint8_t *out, size_t size, struct bytes value)
{
	size_t length = 0;
	struct cursor c = cursor_of(value);
	while (c.left > 0 && length < size) {
		uint8_t b = cursor_u8(&c);
		if (b != '\r' && b != '\n')
			out[length++] = b;
	}
	return length;
}
