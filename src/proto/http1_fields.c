/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/http1_fields.h"

#include "proto/http1_class.h"

static const struct bytes known_names[HTTP1_FIELD_COUNT] = {
    [HTTP1_HOST] = {(const uint8_t *)"host", 4},
    [HTTP1_USER_AGENT] = {(const uint8_t *)"user-agent", 10},
    [HTTP1_REFERER] = {(const uint8_t *)"referer", 7},
    [HTTP1_CONTENT_TYPE] = {(const uint8_t *)"content-type", 12},
    [HTTP1_CONTENT_LENGTH] = {(const uint8_t *)"content-length", 14},
    [HTTP1_CONTENT_RANGE] = {(const uint8_t *)"content-range", 13},
    [HTTP1_CONTENT_ENCODING] = {(const uint8_t *)"content-encoding", 16},
    [HTTP1_CONTENT_DISPOSITION] = {(const uint8_t *)"content-disposition", 19},
    [HTTP1_TRANSFER_ENCODING] = {(const uint8_t *)"transfer-encoding", 17},
    [HTTP1_LOCATION] = {(const uint8_t *)"location", 8},
    [HTTP1_AUTHORIZATION] = {(const uint8_t *)"authorization", 13},
    [HTTP1_PROXY_AUTHORIZATION] = {(const uint8_t *)"proxy-authorization", 19},
    [HTTP1_UPGRADE] = {(const uint8_t *)"upgrade", 7},
    [HTTP1_CONNECTION] = {(const uint8_t *)"connection", 10},
};

/* A bit for each length of these names. */
static const uint32_t known_lengths = 1u << 4 | 1u << 7 | 1u << 10 | 1u << 12 | 1u << 13 | 1u << 14 | 1u << 16 | 1u << 17 |
    1u << 8 | 1u << 19;

/* ---- Words in values ---- */

/* Whether `word` (lower case) is anywhere in the value, without regard to case and NUL bytes. */
static bool
holds_word(struct bytes value, struct bytes word)
{
	for (size_t start = 0; start < value.len; start++) {
		size_t matched = 0;
		for (size_t i = start; i < value.len && matched < word.len; i++) {
			if (value.at[i] == '\0' && matched > 0)
				continue;
			if (bytes_lower(value.at[i]) != word.at[matched])
				break;
			matched++;
		}
		if (matched == word.len)
			return true;
	}
	return false;
}

bool
http1_fields_named(struct bytes name, struct bytes wanted)
{
	if (name.len == wanted.len)
		return bytes_eq_nocase(name, wanted);
	if (name.len < wanted.len || bytes_find(name, '\0') == name.len)
		return false;
	size_t matched = 0;
	for (size_t i = 0; i < name.len; i++) {
		if (name.at[i] == '\0')
			continue;
		if (matched == wanted.len || bytes_lower(name.at[i]) != bytes_lower(wanted.at[matched]))
			return false;
		matched++;
	}
	return matched == wanted.len;
}

/* ---- What some fields mean ---- */

/* The first number in it: what is around is passed over, for servers and browsers do. */
static bool
read_number(struct bytes value, uint64_t *out, uint32_t *notes)
{
	struct cursor c = cursor_of(value);
	uint64_t number = 0;
	size_t digits = 0;
	bool junk = false;
	while (c.left > 0 && (http1_class[cursor_rest(&c).at[0]] & HTTP1_DIGIT) == 0)
		junk |= !http1_is_blank(cursor_u8(&c));
	while (c.left > 0 && (http1_class[cursor_rest(&c).at[0]] & HTTP1_DIGIT) != 0) {
		number = number * 10 + (uint64_t)(cursor_u8(&c) - '0');
		if (++digits > 18)
			return false;
	}
	*notes |= (junk ? HTTP1_LENGTH_AFTER_JUNK : 0) | (c.left > 0 ? HTTP1_LENGTH_BEFORE_JUNK : 0);
	*out = number;
	return digits > 0;
}

/* RFC 9112 6.2: of several the first counts. */
static void
read_length(struct http1_head *head, struct bytes value)
{
	uint64_t length = 0;
	bool readable = read_number(value, &length, &head->notes);
	if (head->known[HTTP1_CONTENT_LENGTH].at != NULL) {
		head->notes |= HTTP1_REPEATED_LENGTH;
		if (!readable || !head->has_length || length != head->content_length)
			head->notes |= HTTP1_BAD_LENGTH;
	} else if (readable) {
		head->has_length = true;
		head->content_length = length;
	} else {
		head->notes |= HTTP1_BAD_LENGTH;
	}
}

/* RFC 9112 6.1. Of a response, "chunked" anywhere in it is taken for chunked, as browsers do; of a request it is a word of the list,
 * as those who smuggle count on. */
static void
read_transfer(struct http1_head *head, struct bytes value)
{
	bool chunked = head->from == HTTP1_FROM_SERVER && holds_word(value, BYTES("chunked")), last = false;
	for (struct bytes rest = value; rest.len > 0;) {
		struct bytes coding = bytes_first(rest, bytes_find(rest, ','));
		rest = bytes_after(rest, coding.len + 1);
		last = bytes_eq_nocase(http1_trim(coding), BYTES("chunked"));
		chunked = chunked || last;
	}
	if (!last && !bytes_eq_nocase(value, BYTES("identity")))
		head->notes |= HTTP1_BAD_CODING;
	if (chunked && (head->chunked || !bytes_eq_nocase(value, BYTES("chunked"))))
		head->notes |= HTTP1_ABNORMAL_CODING;
	head->chunked = head->chunked || chunked;
}

static void
read_one_coding(struct http1_head *head, struct bytes word)
{
	static const struct {
		const char *name_cstr;
		enum http1_coding coding;
	} names[] = {{"gzip", HTTP1_CODING_GZIP}, {"deflate", HTTP1_CODING_DEFLATE}, {"lzma", HTTP1_CODING_LZMA}};
	enum http1_coding coding = HTTP1_CODING_OTHER;
	bool exact = http1_fields_named(word, BYTES("identity")) || http1_fields_named(word, BYTES("inflate"));
	if (http1_fields_named(word, BYTES("br"))) {
		coding = HTTP1_CODING_BROTLI;
		exact = true;
	}
	for (size_t i = 0; i < LENGTH_OF(names) && !exact && coding == HTTP1_CODING_OTHER; i++) {
		struct bytes name = bytes_of_cstr(names[i].name_cstr);
		struct bytes bare = bytes_eq_nocase(bytes_first(word, 2), BYTES("x-")) ? bytes_after(word, 2) : word;
		if (holds_word(word, name)) {
			coding = names[i].coding;
			exact = http1_fields_named(bare, name);
		}
	}
	if (!exact)
		head->notes |= HTTP1_ODD_CONTENT_CODING;
	if (head->coding_count < HTTP1_CODINGS_MAX)
		head->codings[head->coding_count++] = (uint8_t)coding;
}

/* RFC 9110 8.4, with blanks between the names too. */
static void
read_content_codings(struct http1_head *head, struct bytes value)
{
	size_t start = 0;
	for (size_t i = 0; i <= value.len; i++) {
		uint8_t c = i < value.len ? value.at[i] : ',';
		if (c != ',' && c != '\r' && c != '\n' && !http1_is_blank(c))
			continue;
		if (i > start)
			read_one_coding(head, (struct bytes){value.at + start, i - start});
		start = i + 1;
	}
}

static void
read_known(struct http1_head *head, enum http1_field field, struct bytes value)
{
	if (field == HTTP1_CONTENT_LENGTH)
		read_length(head, value);
	if (field == HTTP1_TRANSFER_ENCODING)
		read_transfer(head, value);
	if (field == HTTP1_CONTENT_ENCODING)
		read_content_codings(head, value);
	if (field == HTTP1_HOST && head->known[field].at != NULL)
		head->notes |= HTTP1_HOST_REPEATED;
	if (head->known[field].at == NULL)
		head->known[field] = value;
}

/* ---- Fields ---- */

/* White space around it apart, that of folding too. */
static struct bytes
trim_name(struct bytes name)
{
	while (name.len > 0 &&
	    (http1_is_blank(name.at[name.len - 1]) || (name.at[name.len - 1] >= '\n' && name.at[name.len - 1] <= '\r')))
		name.len--;
	return name;
}

static struct http1_field_line
split_at(struct bytes line, size_t colon)
{
	if (colon == line.len)
		return (struct http1_field_line){.value = http1_trim(line)};
	return (struct http1_field_line){trim_name(bytes_first(line, colon)), http1_trim(bytes_after(line, colon + 1))};
}

/* The next field with the lines that continue it (RFC 9112 5.2). A line that continues and has a colon is a field of its own where a
 * server of HTTP/1.1 says it after a whole field: browsers do not fold there. */
static enum parse
take_field(
    struct cursor *c, struct http1_line_rules *rules, uint8_t minor, uint32_t *notes, struct bytes *out, bool *is_last)
{
	struct http1_line line, more;
	enum parse taken = http1_line_take(c, rules, &line);
	if (taken != PARSE_OK)
		return taken;
	*is_last = line.is_last;
	struct bytes field = line.text;
	if (field.len > 0 && http1_is_fold(field.at[0])) {
		*notes |= HTTP1_BAD_FOLD;
		while (field.len > 0 && http1_is_fold(field.at[0])) { /* stays inside the head, also when nothing is left */
			field.at++;
			field.len--;
		}
	}
	bool has_colon = false;
	while (!line.is_last && c->left > 0 && http1_is_fold(cursor_rest(c).at[0])) {
		struct cursor ahead = *c;
		struct http1_line_rules ahead_rules = *rules;
		taken = http1_line_take(&ahead, &ahead_rules, &more);
		if (taken != PARSE_OK)
			return taken;
		if (more.is_last)
			break;
		has_colon = has_colon || bytes_find(field, ':') < field.len;
		if (has_colon && rules->from == HTTP1_FROM_SERVER && minor >= 1 &&
		    bytes_find(more.text, ':') < more.text.len)
			break;
		*notes |= HTTP1_FOLDED;
		*c = ahead;
		*rules = ahead_rules;
		field.len = (size_t)(more.text.at + more.text.len - field.at);
	}
	*out = field;
	return PARSE_OK;
}

/* A name that was met before, for sure or (rarely) by its sum. */
struct names_seen {
	uint64_t bits[4];
};

static bool
seen_before(struct names_seen *seen, struct bytes name)
{
	uint8_t sum = (uint8_t)(name.len * 41 + bytes_lower(name.at[0]) * 7u + bytes_lower(name.at[name.len - 1]) * 29u +
	    bytes_lower(name.at[name.len / 2]) * 3u);
	uint64_t bit = UINT64_C(1) << (sum & 63);
	bool seen_now = (seen->bits[sum >> 6] & bit) != 0;
	seen->bits[sum >> 6] |= bit;
	return seen_now;
}

/* Looked for among the fields before `limit`. */
static bool
is_repeated(const struct http1_head *head, struct bytes name)
{
	struct http1_field_line field;
	size_t at = 0, looked = 0;
	while (looked++ < 64 && http1_fields_next(head, &at, &field) && field.name.at != name.at)
		if (bytes_eq_nocase(field.name, name))
			return true;
	return false;
}

static void
read_field(struct http1_head *head, struct bytes line, struct names_seen *seen)
{
	size_t colon = bytes_find(line, ':');
	if (colon == line.len) {
		head->notes |= HTTP1_NO_COLON;
		return;
	}
	struct http1_field_line field = split_at(line, colon);
	bool is_token = http1_all_of(field.name, HTTP1_TOKEN), is_known = false;
	if (field.name.len != colon || !is_token)
		head->notes |= HTTP1_BAD_FIELD;
	bool may_be_known = !is_token || (field.name.len < 32 && (known_lengths >> field.name.len & 1) != 0);
	for (size_t i = 0; may_be_known && i < HTTP1_FIELD_COUNT && !is_known; i++) {
		/* NUL bytes, which are passed over, are no token. */
		is_known = is_token ? field.name.len == known_names[i].len && bytes_eq_nocase(field.name, known_names[i])
		                    : http1_fields_named(field.name, known_names[i]);
		if (!is_known)
			continue;
		if (head->known[i].at != NULL && i != HTTP1_CONTENT_LENGTH)
			head->notes |= HTTP1_REPEATED_FIELD;
		read_known(head, (enum http1_field)i, field.value);
	}
	if (!is_known && field.name.len > 0 && seen_before(seen, field.name) && is_repeated(head, field.name))
		head->notes |= HTTP1_REPEATED_FIELD;
}

void
http1_fields_read(struct cursor *c, struct http1_line_rules *rules, struct http1_head *head)
{
	const uint8_t *start = c->at;
	struct names_seen seen = {0};
	while (cursor_ok(c)) {
		struct bytes line;
		bool is_last = false;
		const uint8_t *before = c->at;
		if (rules->ends && c->left == 0) {
			head->fields = (struct bytes){start, (size_t)(before - start)};
			return;
		}
		enum parse taken = take_field(c, rules, head->minor, &head->notes, &line, &is_last);
		if (taken != PARSE_OK) {
			cursor_stop(c, taken);
			return;
		}
		head->fields = (struct bytes){start, (size_t)(before - start)};
		if (is_last)
			return;
		head->fields.len = (size_t)(c->at - start);
		if (head->field_count == HTTP1_FIELDS_MAX) {
			head->notes |= HTTP1_TOO_MANY_FIELDS;
			continue;
		}
		head->field_count++;
		read_field(head, line, &seen);
	}
}

bool
http1_fields_next(const struct http1_head *head, size_t *at, struct http1_field_line *out)
{
	struct cursor c = cursor_of(bytes_after(head->fields, *at));
	struct http1_line_rules rules = {.from = (enum http1_sender)head->from, .ends = true};
	uint32_t notes = 0;
	struct bytes line;
	bool is_last;
	if (*at >= head->fields.len || take_field(&c, &rules, head->minor, &notes, &line, &is_last) != PARSE_OK)
		return false;
	*at = head->fields.len - c.left;
	*out = split_at(line, bytes_find(line, ':'));
	return true;
}
