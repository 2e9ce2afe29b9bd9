/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/http1.h"

enum { TOKEN = 1, DIGIT = 2, HEX = 4, UPPER = 8 };

/* RFC 9110 5.6.2 token characters, and the digits. */
static const uint8_t classes[256] = {['!'] = TOKEN,
    ['#'] = TOKEN,
    ['$'] = TOKEN,
    ['%'] = TOKEN,
    ['&'] = TOKEN,
    ['\''] = TOKEN,
    ['*'] = TOKEN,
    ['+'] = TOKEN,
    ['-'] = TOKEN,
    ['.'] = TOKEN,
    ['^'] = TOKEN,
    ['_'] = TOKEN,
    ['`'] = TOKEN,
    ['|'] = TOKEN,
    ['~'] = TOKEN,
    ['0' ... '9'] = TOKEN | DIGIT | HEX,
    ['a' ... 'f'] = TOKEN | HEX,
    ['g' ... 'z'] = TOKEN,
    ['A' ... 'F'] = TOKEN | HEX | UPPER,
    ['G' ... 'Z'] = TOKEN | UPPER};

static const struct bytes known_names[HTTP1_FIELD_COUNT] = {
    [HTTP1_HOST] = {(const uint8_t *)"host", 4},
    [HTTP1_USER_AGENT] = {(const uint8_t *)"user-agent", 10},
    [HTTP1_REFERER] = {(const uint8_t *)"referer", 7},
    [HTTP1_CONTENT_TYPE] = {(const uint8_t *)"content-type", 12},
    [HTTP1_CONTENT_LENGTH] = {(const uint8_t *)"content-length", 14},
    [HTTP1_CONTENT_RANGE] = {(const uint8_t *)"content-range", 13},
    [HTTP1_TRANSFER_ENCODING] = {(const uint8_t *)"transfer-encoding", 17},
    [HTTP1_LOCATION] = {(const uint8_t *)"location", 8},
    [HTTP1_AUTHORIZATION] = {(const uint8_t *)"authorization", 13},
    [HTTP1_PROXY_AUTHORIZATION] = {(const uint8_t *)"proxy-authorization", 19},
    [HTTP1_UPGRADE] = {(const uint8_t *)"upgrade", 7},
};

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* All bytes of a class, and at least one. */
static bool
all_of(struct bytes b, uint8_t class)
{
	struct cursor c = cursor_of(b);
	while (c.left > 0)
		if ((classes[cursor_u8(&c)] & class) == 0)
			return false;
	return b.len > 0;
}

/* Without the white space around it, line ends of folding included. */
static struct bytes
trim(struct bytes b)
{
	while (b.len > 0 && (is_blank(b.at[0]) || b.at[0] == '\r' || b.at[0] == '\n'))
		b = bytes_after(b, 1);
	while (b.len > 0 && (is_blank(b.at[b.len - 1]) || b.at[b.len - 1] == '\r' || b.at[b.len - 1] == '\n'))
		b.len--;
	return b;
}

/* The next line without its end; SHORT when the end is not there. */
static struct bytes
take_line(struct cursor *c, uint32_t *notes)
{
	struct bytes rest = cursor_rest(c);
	size_t length = bytes_find(rest, '\n');
	if (length == rest.len) {
		cursor_stop(c, PARSE_SHORT);
		return (struct bytes){0};
	}
	struct bytes line = cursor_take(c, length);
	cursor_take(c, 1);
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	else
		*notes |= HTTP1_BARE_LF;
	return line;
}

/* The next word up to a blank, and the blanks after it; *blanks says how they are: exactly one space or not. */
static struct bytes
take_word(struct bytes *line, bool *one_space)
{
	size_t length = 0;
	struct cursor c = cursor_of(*line);
	while (c.left > 0 && !is_blank(cursor_u8(&c)))
		length++;
	struct bytes word = bytes_first(*line, length), rest = bytes_after(*line, length);
	size_t blanks = 0;
	struct cursor after = cursor_of(rest);
	*one_space = rest.len > 0 && rest.at[0] == ' ';
	while (after.left > 0 && is_blank(cursor_u8(&after)))
		blanks++;
	*one_space = *one_space && blanks == 1;
	*line = bytes_after(rest, blanks);
	return word;
}

/* "HTTP/1.x" */
static bool
read_protocol(struct bytes word, uint8_t *minor)
{
	struct cursor c = cursor_of(word);
	if (!bytes_eq(cursor_take(&c, 7), BYTES("HTTP/1.")) || c.left != 1)
		return false;
	uint8_t digit = cursor_u8(&c);
	if ((classes[digit] & DIGIT) == 0)
		return false;
	*minor = (uint8_t)(digit - '0');
	return true;
}

/* RFC 9112 3: the target is all between the method and a last word "HTTP/...", for servers are as lenient. */
static bool
read_request_line(struct bytes line, struct http1_head *head)
{
	struct bytes trimmed = trim(line);
	if (trimmed.len > 0 && line.at[0] != trimmed.at[0])
		head->notes |= HTTP1_LEADING_SPACE;
	bool one_space;
	struct bytes rest = trimmed;
	head->method = take_word(&rest, &one_space);
	if (!all_of(head->method, TOKEN) || rest.len == 0)
		return false;
	if (!one_space)
		head->notes |= HTTP1_METHOD_DELIMITER;
	size_t last = rest.len;
	while (last > 0 && !is_blank(rest.at[last - 1]))
		last--;
	struct bytes word = bytes_after(rest, last);
	if (last == 0 || !bytes_start_with(word, BYTES("HTTP/"))) {
		head->notes |= HTTP1_NO_PROTOCOL;
		head->target = rest;
		return true;
	}
	head->protocol = word;
	if (!read_protocol(word, &head->minor))
		head->notes |= HTTP1_BAD_PROTOCOL;
	head->target = bytes_trim(bytes_first(rest, last));
	if (head->target.len + 1 != last || rest.at[last - 1] != ' ')
		head->notes |= HTTP1_TARGET_DELIMITER;
	return head->target.len > 0;
}

/* RFC 9112 4 */
static bool
read_status_line(struct bytes line, struct http1_head *head)
{
	bool one_space;
	struct bytes rest = line;
	head->protocol = take_word(&rest, &one_space);
	if (!bytes_start_with(head->protocol, BYTES("HTTP/")))
		return false;
	if (!read_protocol(head->protocol, &head->minor))
		head->notes |= HTTP1_BAD_PROTOCOL;
	struct bytes status = take_word(&rest, &one_space);
	struct cursor c = cursor_of(status);
	unsigned value = 0;
	while (c.left > 0 && status.len == 3)
		value = value * 10 + (unsigned)(cursor_u8(&c) - '0');
	if (status.len == 3 && all_of(status, DIGIT) && value >= 100)
		head->status = (uint16_t)value;
	else
		head->notes |= HTTP1_BAD_STATUS;
	head->reason = rest;
	return true;
}

/* RFC 9112 6.2: digits only; a list of equal numbers is one number sent twice. */
static void
read_length(struct http1_head *head, struct bytes value)
{
	struct cursor c = cursor_of(value);
	uint64_t length = 0;
	size_t digits = 0;
	bool bad = false;
	while (c.left > 0) {
		uint8_t digit = cursor_u8(&c);
		bad = bad || (classes[digit] & DIGIT) == 0 || ++digits > 18;
		if (!bad)
			length = length * 10 + (uint64_t)(digit - '0');
	}
	if (bad || digits == 0) {
		head->notes |= HTTP1_BAD_LENGTH;
	} else if (!head->has_length) {
		head->has_length = true;
		head->content_length = length;
	} else {
		head->notes |= HTTP1_REPEATED_LENGTH;
		if (length != head->content_length)
			head->notes |= HTTP1_BAD_LENGTH;
	}
}

/* RFC 9112 6.1. Chunked anywhere in the list is taken for chunked, as servers and those who smuggle do. */
static void
read_coding(struct http1_head *head, struct bytes value)
{
	bool chunked = false, last = false;
	for (struct bytes rest = value; rest.len > 0;) {
		struct bytes coding = bytes_first(rest, bytes_find(rest, ','));
		rest = bytes_after(rest, coding.len + 1);
		last = bytes_eq_nocase(trim(coding), BYTES("chunked"));
		chunked = chunked || last;
	}
	if (!last && !bytes_eq_nocase(value, BYTES("identity")))
		head->notes |= HTTP1_BAD_CODING;
	if (chunked && (head->chunked || !bytes_eq_nocase(value, BYTES("chunked"))))
		head->notes |= HTTP1_ABNORMAL_CODING;
	head->chunked = head->chunked || chunked;
}

static void
read_known(struct http1_head *head, enum http1_field field, struct bytes value)
{
	if (field == HTTP1_CONTENT_LENGTH)
		read_length(head, value);
	if (field == HTTP1_TRANSFER_ENCODING)
		read_coding(head, value);
	if (field == HTTP1_HOST && head->known[field].at != NULL)
		head->notes |= HTTP1_HOST_REPEATED;
	if (head->known[field].at == NULL)
		head->known[field] = value;
}

static struct http1_field_line
split_field(struct bytes line)
{
	size_t colon = bytes_find(line, ':');
	if (colon == line.len)
		return (struct http1_field_line){.value = trim(line)};
	return (struct http1_field_line){bytes_first(line, colon), trim(bytes_after(line, colon + 1))};
}

static void
read_field(struct http1_head *head, struct bytes line)
{
	struct http1_field_line field = split_field(line);
	if (field.name.len == 0 && bytes_find(line, ':') == line.len) {
		head->notes |= HTTP1_NO_COLON;
		return;
	}
	if (!all_of(field.name, TOKEN))
		head->notes |= HTTP1_BAD_FIELD;
	struct bytes name = bytes_trim(field.name); /* servers take "Host :" for Host */
	for (size_t i = 0; i < HTTP1_FIELD_COUNT; i++)
		if (name.len == known_names[i].len && bytes_eq_nocase(name, known_names[i]))
			read_known(head, (enum http1_field)i, field.value);
}

/* One field with the lines that continue it (RFC 9112 5.2); SHORT unless the line after is visible too. */
static struct bytes
take_field(struct cursor *c, uint32_t *notes)
{
	const uint8_t *start = c->at;
	struct bytes line = take_line(c, notes);
	struct bytes rest = cursor_rest(c);
	while (rest.len > 0 && is_blank(rest.at[0])) {
		struct bytes more = take_line(c, notes);
		if (!cursor_ok(c))
			return (struct bytes){0};
		*notes |= HTTP1_FOLDED;
		line = (struct bytes){start, (size_t)(more.at + more.len - start)};
		rest = cursor_rest(c);
	}
	if (rest.len == 0)
		cursor_stop(c, PARSE_SHORT);
	return line;
}

/* Length of the empty line at the front, 0 when there is another one. */
static size_t
empty_line(struct bytes rest)
{
	if (rest.len > 0 && rest.at[0] == '\n')
		return 1;
	return rest.len > 1 && rest.at[0] == '\r' && rest.at[1] == '\n' ? 2 : 0;
}

/* Fields up to the empty line, which is taken too. */
static void
read_fields(struct cursor *c, struct http1_head *head)
{
	const uint8_t *start = c->at;
	if (c->left > 0 && is_blank(cursor_rest(c).at[0]))
		head->notes |= HTTP1_BAD_FOLD;
	while (cursor_ok(c)) {
		size_t empty = empty_line(cursor_rest(c));
		if (empty > 0) {
			head->fields = (struct bytes){start, (size_t)(c->at - start)};
			head->notes |= empty == 1 ? HTTP1_BARE_LF : 0;
			cursor_take(c, empty);
			return;
		}
		struct bytes line = take_field(c, &head->notes);
		if (!cursor_ok(c))
			return;
		if (head->field_count == HTTP1_FIELDS_MAX) {
			head->notes |= HTTP1_TOO_MANY_FIELDS;
			continue;
		}
		head->field_count++;
		read_field(head, line);
	}
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

static struct bytes
take_first_line(struct cursor *c, uint32_t *notes)
{
	if (cursor_take(c, line_ends_before(cursor_rest(c))).len > 0)
		*notes |= HTTP1_BLANK_BEFORE;
	return take_line(c, notes);
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
	struct http1_head head = {0};
	struct bytes line = take_first_line(&c, &head.notes);
	if (cursor_ok(&c) && !read_request_line(line, &head))
		cursor_stop(&c, PARSE_BAD);
	struct cursor after_line = c;
	read_fields(&c, &head);
	if (c.state == PARSE_SHORT && more == HTTP1_ENDS_HERE && cursor_ok(&after_line) && head.protocol.len == 0) {
		c = after_line;
		cursor_take(&c, c.left);
	}
	return publish(stream, &c, &head, used, out);
}

enum parse
http1_response(struct bytes stream, size_t *used, struct http1_head *out)
{
	struct cursor c = cursor_of(stream);
	struct http1_head head = {0};
	struct bytes line = take_first_line(&c, &head.notes);
	if (cursor_ok(&c) && !read_status_line(line, &head))
		cursor_stop(&c, PARSE_BAD);
	read_fields(&c, &head);
	return publish(stream, &c, &head, used, out);
}

/* Did the first line end after the first `seen` bytes? It may be BAD then. */
static bool
first_line_is_new(struct bytes stream, size_t seen)
{
	size_t blank = line_ends_before(stream);
	size_t end = blank + bytes_find(bytes_after(stream, blank), '\n');
	return end >= seen && end < stream.len;
}

/* LF LF or LF CR LF */
static bool
has_empty_line(struct bytes b)
{
	for (size_t at = bytes_find(b, '\n'); at < b.len; at = bytes_find(b, '\n')) {
		b = bytes_after(b, at + 1);
		if (empty_line(b) > 0)
			return true;
	}
	return false;
}

bool
http1_may_be_complete(struct bytes stream, size_t seen)
{
	/* The last byte of what ends a head is new. */
	return seen == 0 || stream.len >= HTTP1_HEAD_MAX || has_empty_line(bytes_after(stream, seen > 3 ? seen - 3 : 0)) ||
	    first_line_is_new(stream, seen);
}

struct http1_framing
http1_request_framing(const struct http1_head *head)
{
	if (bytes_eq(head->method, BYTES("CONNECT")))
		return (struct http1_framing){HTTP1_BODY_TUNNEL, 0};
	if (head->protocol.len == 0)
		return (struct http1_framing){HTTP1_BODY_NONE, 0};
	if (head->chunked)
		return (struct http1_framing){HTTP1_BODY_CHUNKED, 0};
	if (head->has_length && head->content_length > 0)
		return (struct http1_framing){HTTP1_BODY_LENGTH, head->content_length};
	return (struct http1_framing){HTTP1_BODY_NONE, 0};
}

struct http1_framing
http1_response_framing(const struct http1_head *head, struct bytes request_method)
{
	if (head->status == 101 || (bytes_eq(request_method, BYTES("CONNECT")) && head->status / 100 == 2))
		return (struct http1_framing){HTTP1_BODY_TUNNEL, 0};
	if (bytes_eq(request_method, BYTES("HEAD")) || head->status / 100 == 1 || head->status == 204 || head->status == 304)
		return (struct http1_framing){HTTP1_BODY_NONE, 0};
	if (head->chunked)
		return (struct http1_framing){HTTP1_BODY_CHUNKED, 0};
	if (!head->has_length || (head->notes & HTTP1_BAD_CODING) != 0)
		return (struct http1_framing){HTTP1_BODY_CLOSE, 0};
	return (struct http1_framing){head->content_length > 0 ? HTTP1_BODY_LENGTH : HTTP1_BODY_NONE, head->content_length};
}

static uint64_t
hex_value(uint8_t c)
{
	return c <= '9' ? (uint64_t)(c - '0') : (uint64_t)((c | 0x20) - 'a' + 10);
}

enum parse
http1_chunk(struct bytes stream, size_t *used, uint64_t *size)
{
	/* A line that cannot become one is refused at its first byte, not at its end. */
	struct cursor digits = cursor_of(bytes_trim(bytes_first(stream, 64)));
	uint64_t value = 0;
	size_t count = 0;
	for (uint8_t c = cursor_u8(&digits); cursor_ok(&digits) && (classes[c] & HEX) != 0; c = cursor_u8(&digits)) {
		if (++count > 15)
			return PARSE_BAD;
		value = value << 4 | hex_value(c);
	}
	if (count == 0 && (cursor_ok(&digits) || bytes_trim(stream).len > 0 || stream.len >= 64))
		return PARSE_BAD;
	struct cursor c = cursor_of(stream);
	uint32_t notes = 0;
	take_line(&c, &notes);
	size_t taken = stream.len - c.left;
	if (cursor_ok(&c) ? taken > HTTP1_CHUNK_LINE_MAX : stream.len >= HTTP1_CHUNK_LINE_MAX)
		return PARSE_BAD;
	if (cursor_ok(&c)) {
		*used = taken;
		*size = value;
	}
	return c.state;
}

enum parse
http1_trailer(struct bytes stream, size_t *used, bool *last)
{
	struct cursor c = cursor_of(stream);
	uint32_t notes = 0;
	struct bytes line = take_line(&c, &notes);
	size_t taken = stream.len - c.left;
	if (cursor_ok(&c) ? taken > HTTP1_HEAD_MAX : stream.len >= HTTP1_HEAD_MAX)
		return PARSE_BAD;
	if (cursor_ok(&c)) {
		*used = taken;
		*last = line.len == 0;
	}
	return c.state;
}

bool
http1_next_field(struct cursor *fields, struct http1_field_line *out)
{
	uint32_t notes = 0;
	if (!cursor_ok(fields) || fields->left == 0)
		return false;
	struct cursor before = *fields;
	struct bytes line = take_field(fields, &notes);
	if (line.at == NULL) {
		cursor_stop(fields, PARSE_SHORT);
		return false;
	}
	if (!cursor_ok(fields)) /* the last one: nothing is visible after it */
		*fields = (struct cursor){before.at + before.left, 0, PARSE_OK};
	*out = split_field(line);
	return true;
}

struct http1_authority
http1_authority(struct bytes text)
{
	size_t at = text.len;
	while (at > 0 && text.at[at - 1] != '@')
		at--;
	struct bytes rest = bytes_after(text, at);
	if (at == 0)
		rest = text;
	size_t host = rest.len > 0 && rest.at[0] == '[' ? bytes_find(rest, ']') : bytes_find(rest, ':');
	if (host < rest.len && rest.at[host] == ']')
		host++;
	struct http1_authority out = {.host = bytes_first(rest, host), .port = -1};
	struct bytes port = bytes_after(rest, host);
	if (port.len == 0)
		return out;
	struct cursor c = cursor_of(port);
	if (cursor_u8(&c) != ':' || !all_of(cursor_rest(&c), DIGIT) || c.left > 5) {
		out.port = -2;
		return out;
	}
	int32_t value = 0;
	while (c.left > 0)
		value = value * 10 + (cursor_u8(&c) - '0');
	out.port = value < 65536 ? value : -2;
	return out;
}

struct bytes
http1_target_authority(const struct http1_head *head)
{
	if (bytes_eq(head->method, BYTES("CONNECT")) && !bytes_start_with(head->target, BYTES("/")))
		return head->target;
	struct bytes scheme = bytes_first(head->target, 8);
	size_t start = bytes_eq_nocase(bytes_first(scheme, 7), BYTES("http://")) ? 7
	    : bytes_eq_nocase(scheme, BYTES("https://"))                         ? 8
	                                                                         : 0;
	if (start == 0)
		return (struct bytes){0};
	struct bytes rest = bytes_after(head->target, start);
	struct cursor c = cursor_of(rest);
	size_t length = 0;
	for (uint8_t b = cursor_u8(&c); cursor_ok(&c) && b != '/' && b != '?' && b != '#'; b = cursor_u8(&c))
		length++;
	return bytes_first(rest, length);
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

/* A prefix of `wanted`, or all of it. */
static enum http1_look
compare_start(struct bytes first, struct bytes wanted)
{
	if (!bytes_start_with(wanted, bytes_first(first, wanted.len)))
		return HTTP1_NO;
	return first.len >= wanted.len ? HTTP1_YES : HTTP1_MAYBE;
}

enum http1_look
http1_looks_like_response(struct bytes first)
{
	enum http1_look look = compare_start(first, BYTES("HTTP/1."));
	if (look != HTTP1_YES)
		return look;
	struct cursor c = cursor_of(bytes_after(first, 7));
	uint8_t minor = cursor_u8(&c), space = cursor_u8(&c);
	if (cursor_ok(&c))
		return (classes[minor] & DIGIT) != 0 && is_blank(space) ? HTTP1_YES : HTTP1_NO;
	return first.len == 7 || (classes[minor] & DIGIT) != 0 ? HTTP1_MAYBE : HTTP1_NO;
}

/* Methods that only HTTP has: with a path they need not wait for the protocol (slow requests are HTTP too). */
static bool
is_common_method(struct bytes method)
{
	static const struct bytes common[] = {{(const uint8_t *)"GET", 3}, {(const uint8_t *)"POST", 4},
	    {(const uint8_t *)"HEAD", 4}, {(const uint8_t *)"PUT", 3}, {(const uint8_t *)"DELETE", 6},
	    {(const uint8_t *)"PATCH", 5}};
	for (size_t i = 0; i < LENGTH_OF(common); i++)
		if (bytes_eq(method, common[i]))
			return true;
	return false;
}

enum http1_look
http1_looks_like_request(struct bytes first)
{
	enum { METHOD_MAX = 24, LINE_MAX_BYTES = 8192 };
	while (first.len > 0 && (first.at[0] == '\r' || first.at[0] == '\n'))
		first = bytes_after(first, 1);
	size_t method_len = 0;
	struct cursor c = cursor_of(bytes_first(first, METHOD_MAX + 1));
	uint8_t b = cursor_u8(&c);
	while (cursor_ok(&c) && (classes[b] & TOKEN) != 0) {
		if ((classes[b] & UPPER) == 0 && b != '-' &&
		    b != '_') /* the registered ones (RFC 9110 16.1) are upper case */
			return HTTP1_NO;
		method_len++;
		b = cursor_u8(&c);
	}
	if (!cursor_ok(&c))
		return first.len <= METHOD_MAX ? HTTP1_MAYBE : HTTP1_NO;
	if (!is_blank(b) || method_len < 3)
		return HTTP1_NO;
	struct bytes rest = bytes_after(first, method_len + 1);
	if (rest.len > 0 && is_common_method(bytes_first(first, method_len)) &&
	    (rest.at[0] == '/' || bytes_start_with(rest, BYTES("http://"))))
		return HTTP1_YES;
	size_t line_len = bytes_find(rest, '\n');
	struct bytes line = bytes_first(rest, line_len);
	if (line_len == rest.len) /* not complete */
		return rest.len < LINE_MAX_BYTES ? HTTP1_MAYBE : HTTP1_NO;
	if (line.len > 0 && line.at[line.len - 1] == '\r')
		line.len--;
	uint8_t minor;
	return line.len >= 10 && is_blank(line.at[line.len - 9]) && read_protocol(bytes_after(line, line.len - 8), &minor)
	    ? HTTP1_YES
	    : HTTP1_NO;
}
