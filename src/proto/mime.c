/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/mime.h"

#include "proto/mime_param.h"

enum phase {
	PHASE_HEADER,
	PHASE_BODY,
	PHASE_ENCAPSULATED /* a mail in the mail that is said to be encoded: its first line tells */
};
enum encoding { ENCODING_PLAIN, ENCODING_BASE64, ENCODING_QP };
enum part_kind { PART_TEXT, PART_MESSAGE, PART_MULTIPART, PART_BINARY };
enum { LINE_MAX = 998, ENCODED_LINE_MAX = 76, FIELD_NAME_MAX = 75 };

static const struct {
	const char *name_cstr;
	uint8_t kind;
} fields[] = {
    {"from", MIME_FROM},
    {"to", MIME_TO},
    {"cc", MIME_CC},
    {"bcc", MIME_BCC},
    {"subject", MIME_SUBJECT},
    {"date", MIME_DATE},
    {"message-id", MIME_MESSAGE_ID},
    {"reply-to", MIME_REPLY_TO},
    {"x-mailer", MIME_X_MAILER},
    {"user-agent", MIME_USER_AGENT},
    {"received", MIME_RECEIVED},
    {"x-originating-ip", MIME_X_ORIGINATING_IP},
    {"in-reply-to", MIME_IN_REPLY_TO},
    {"references", MIME_REFERENCES},
    {"importance", MIME_IMPORTANCE},
    {"priority", MIME_PRIORITY},
    {"sensitivity", MIME_SENSITIVITY},
    {"organization", MIME_ORGANIZATION},
    {"content-md5", MIME_CONTENT_MD5},
};

/* Fields that say how a part is read, of whatever part. */
enum field_kind { FIELD_OTHER, FIELD_TYPE, FIELD_DISPOSITION, FIELD_ENCODING };

static enum field_kind
field_kind(struct bytes name)
{
	if (bytes_eq_nocase(name, BYTES("content-type")))
		return FIELD_TYPE;
	if (bytes_eq_nocase(name, BYTES("content-disposition")))
		return FIELD_DISPOSITION;
	return bytes_eq_nocase(name, BYTES("content-transfer-encoding")) ? FIELD_ENCODING : FIELD_OTHER;
}

void
mime_begin(struct mime *m)
{
	*m = (struct mime){.phase = PHASE_HEADER};
}

static void
begin_part(struct mime *m)
{
	m->phase = PHASE_HEADER;
	m->encoding = ENCODING_PLAIN;
	m->part_kind = PART_TEXT; /* RFC 2045 5.2: what is not said is text */
	m->name_len = 0;
	m->in_file = false;
	m->decode = (struct mime_decode){0};
	mime_url_begin(&m->url);
}

/* ---- Header ---- */

static void
take_name(struct mime *m, struct bytes value, struct bytes name, uint32_t *events)
{
	uint8_t raw[2 * MIME_NAME_MAX + 2];
	size_t length;
	if (m->name_len > 0 || !mime_param_find(value, name, raw, sizeof(raw), &length))
		return;
	size_t decoded = mime_param_words(
	    (struct bytes){raw, length < sizeof(raw) ? length : sizeof(raw)}, m->name, sizeof(m->name));
	m->name_len = (uint8_t)decoded;
	if (length > MIME_NAME_MAX)
		*events |= MIME_LONG_FILENAME;
}

/* A second one in the same field or part is believed too: readers differ in which they take. */
static void
take_boundary(struct mime_boundaries *b, struct bytes text, size_t length, uint32_t *events)
{
	size_t at = b->count == 0 ? 0 : b->ends[b->count - 1];
	if (length > MIME_BOUNDARY_MAX)
		*events |= MIME_LONG_BOUNDARY;
	if (b->count == MIME_NESTING_MAX || text.len + 2 > sizeof(b->text) - at) {
		*events |= MIME_MALFORMED_MSG;
		return;
	}
	memcpy(b->text + at, "--", 2);
	memcpy(b->text + at + 2, text.at, text.len);
	b->ends[b->count++] = (uint16_t)(at + 2 + text.len);
}

static void
take_type(struct mime *m, struct bytes value, uint32_t *events)
{
	uint8_t boundary[MIME_BOUNDARY_MAX];
	size_t length;
	struct bytes type = mime_param_main(value);
	if (bytes_eq_nocase(type, BYTES("text/plain")) || bytes_eq_nocase(type, BYTES("text/html")))
		m->part_kind = PART_TEXT;
	else if (bytes_eq_nocase(bytes_first(type, 8), BYTES("message/")))
		m->part_kind = PART_MESSAGE;
	else
		m->part_kind = bytes_eq_nocase(bytes_first(type, 10), BYTES("multipart/")) ? PART_MULTIPART : PART_BINARY;
	take_name(m, value, BYTES("name"), events);
	if (mime_param_find(value, BYTES("boundary"), boundary, sizeof(boundary), &length) && length > 0)
		take_boundary(&m->boundaries,
		    (struct bytes){boundary, length < sizeof(boundary) ? length : sizeof(boundary)}, length, events);
}

static enum encoding
encoding_of(struct bytes value)
{
	struct bytes word = mime_param_main(value);
	if (bytes_eq_nocase(word, BYTES("base64")))
		return ENCODING_BASE64;
	return bytes_eq_nocase(word, BYTES("quoted-printable")) ? ENCODING_QP : ENCODING_PLAIN;
}

/* The field that is being read is whole: the last text kept. */
static void
end_field(struct mime *m, struct kept *kept, uint32_t *events)
{
	if (!m->in_field)
		return;
	m->in_field = false;
	struct kept_item *item = &kept->items[kept->count - 1];
	struct bytes value = {kept->text + item->at, item->len};
	switch ((enum field_kind)m->field_kind) {
	case FIELD_TYPE: take_type(m, value, events); break;
	case FIELD_DISPOSITION: take_name(m, value, BYTES("filename"), events); break;
	case FIELD_ENCODING: m->encoding = (uint8_t)encoding_of(value); break;
	case FIELD_OTHER: break;
	}
	if (item->kind == MIME_OTHER)
		kept_drop_last(kept);
}

static void
begin_field(struct mime *m, const struct mime_settings *settings, struct kept *kept, struct bytes line, uint32_t *events)
{
	size_t colon = bytes_find(line, ':');
	if (colon == line.len) /* no field: passed over */
		return;
	struct bytes name = bytes_trim(bytes_first(line, colon)), value = bytes_trim(bytes_after(line, colon + 1));
	if (name.len > FIELD_NAME_MAX)
		*events |= MIME_LONG_HEADER_NAME;
	uint8_t kind = MIME_OTHER;
	for (size_t i = 0; i < LENGTH_OF(fields) && !m->main_done; i++)
		if (bytes_eq_nocase(name, bytes_of_cstr(fields[i].name_cstr)))
			kind = fields[i].kind;
	m->field_kind = (uint8_t)field_kind(name);
	if (kind == MIME_OTHER && m->field_kind == FIELD_OTHER) {
		if (value.len > settings->header_value_depth)
			*events |= MIME_LONG_HEADER_VALUE;
		return;
	}
	if (!kept_open(kept, kind)) {
		*events |= MIME_MALFORMED_MSG;
		return;
	}
	m->in_field = true;
	if (!kept_append(kept, value, settings->header_value_depth))
		*events |= MIME_LONG_HEADER_VALUE;
}

static void
begin_body(struct mime *m, struct mime_step *step)
{
	m->phase = PHASE_BODY;
	m->in_file = m->name_len > 0 && m->part_kind != PART_MULTIPART;
	step->opened = m->in_file;
	step->name = (struct bytes){m->name, m->in_file ? m->name_len : 0};
}

static struct mime_step
end_header(struct mime *m, const struct mime_settings *settings)
{
	struct mime_step step = {.main_ended = !m->main_done};
	if (!m->main_done && settings->body_md5)
		digest_stream_begin(&m->digest, DIGEST_STREAM_MD5);
	m->main_done = true;
	if (m->part_kind == PART_MESSAGE && m->encoding == ENCODING_PLAIN) /* a mail in the mail: its header follows */
		begin_part(m);
	else if (m->part_kind == PART_MESSAGE)
		m->phase = PHASE_ENCAPSULATED;
	else
		begin_body(m, &step);
	return step;
}

static struct mime_step
header_line(struct mime *m, const struct mime_settings *settings, struct kept *kept, struct bytes text, bool starts)
{
	struct mime_step step = {0};
	bool folded = starts && text.len > 0 && (text.at[0] == ' ' || text.at[0] == '\t');
	if (folded || !starts) {
		/* RFC 5322 2.2.3: the end of the line is taken out, the blank stays */
		if (m->in_field && !kept_append(kept, text, settings->header_value_depth))
			step.events |= MIME_LONG_HEADER_VALUE;
		return step;
	}
	uint32_t events = 0;
	end_field(m, kept, &events);
	if (text.len == 0)
		step = end_header(m, settings);
	else
		begin_field(m, settings, kept, text, &events);
	step.events |= events;
	return step;
}

/* ---- Body ---- */

/* Which boundary this line is, from the innermost: its place, or -1. The whole line first, so that one which begins like another is
 * not taken for it; then its beginning, as many readers do. */
static int
boundary_at(const struct mime_boundaries *b, struct bytes line, bool *closes)
{
	while (line.len > 0 && (line.at[line.len - 1] == ' ' || line.at[line.len - 1] == '\t'))
		line.len--;
	for (int exact = 1; exact >= 0; exact--) {
		for (int i = b->count - 1; i >= 0; i--) {
			size_t start = i == 0 ? 0 : b->ends[i - 1];
			struct bytes wanted = {b->text + start, b->ends[i] - start}, rest = bytes_after(line, wanted.len);
			if (!bytes_start_with(line, wanted))
				continue;
			*closes = bytes_start_with(rest, BYTES("--"));
			if (exact == 0 || rest.len == 0 || (*closes && rest.len == 2))
				return i;
		}
	}
	return -1;
}

static bool
is_decoded(const struct mime *m, const struct mime_settings *settings)
{
	return m->encoding == ENCODING_PLAIN ||
	    (m->encoding == ENCODING_BASE64 ? settings->base64 : settings->quoted_printable);
}

/* What a part's last bytes still owe. */
static struct mime_step
close_part(struct mime *m, const struct mime_settings *settings, struct kept *kept, uint8_t *room)
{
	struct mime_step step = {.closed = m->in_file};
	struct mime_decode_out out = {.at = room};
	if (m->encoding == ENCODING_BASE64 && is_decoded(m, settings))
		mime_decode_base64_end(&m->decode, &out);
	struct bytes last = {room, out.len};
	if (m->part_kind == PART_TEXT)
		mime_url_add(&m->url, &settings->urls, last, kept, MIME_URL);
	mime_url_end(&m->url, &settings->urls, kept, MIME_URL);
	if (m->in_file)
		step.data = last;
	m->in_file = false;
	return step;
}

static struct mime_step
boundary_line(struct mime *m, const struct mime_settings *settings, struct kept *kept, int place, bool closes, uint8_t *room)
{
	struct mime_step step = close_part(m, settings, kept, room);
	begin_part(m);
	m->boundaries.count = (uint8_t)(closes ? place : place + 1); /* those inside it are over */
	if (closes) {
		m->phase = PHASE_BODY; /* what follows a closed multipart is no part (RFC 2046 5.1.1) */
		m->part_kind = PART_MULTIPART;
	}
	return step;
}

static struct mime_step
body_line(struct mime *m, const struct mime_settings *settings, struct kept *kept, struct bytes text, struct bytes end,
    bool starts, uint8_t *room)
{
	bool closes = false;
	int place = starts ? boundary_at(&m->boundaries, text, &closes) : -1;
	if (place >= 0) {
		m->in_boundary = true;
		return boundary_line(m, settings, kept, place, closes, room);
	}
	struct mime_step step = {0};
	if (m->part_kind == PART_MULTIPART || !is_decoded(m, settings) || (!m->in_file && m->part_kind == PART_BINARY))
		return step;
	struct mime_decode_out out = {.at = room};
	bool valid = true;
	if (m->encoding == ENCODING_BASE64) {
		valid = mime_decode_base64(&m->decode, text, &out);
	} else if (m->encoding == ENCODING_QP) {
		valid = mime_decode_qp(&m->decode, text, end, &out);
	} else {
		mime_decode_plain(&m->decode, text, end, &out);
	}
	if (!valid)
		step.events |= m->encoding == ENCODING_BASE64 ? MIME_INVALID_BASE64 : MIME_INVALID_QP;
	if (m->encoding != ENCODING_PLAIN && m->line_len <= ENCODED_LINE_MAX && m->line_len + text.len > ENCODED_LINE_MAX)
		step.events |= MIME_LONG_ENC_LINE;
	struct bytes data = {room, out.len};
	if (m->part_kind == PART_TEXT)
		mime_url_add(&m->url, &settings->urls, data, kept, MIME_URL);
	if (m->in_file)
		step.data = data;
	return step;
}

/* RFC 2045 6.4 allows no encoding here; where one is announced and the text is plain all the same, mail programs differ. */
static struct mime_step
encapsulated_line(struct mime *m, const struct mime_settings *settings, struct kept *kept, struct bytes text,
    struct bytes end, uint8_t *room)
{
	struct mime_step opening = {0};
	if (bytes_find(text, ':') < text.len) {
		begin_part(m);
		return header_line(m, settings, kept, text, true);
	}
	begin_body(m, &opening);
	struct mime_step step = body_line(m, settings, kept, text, end, true, room);
	step.opened = opening.opened;
	step.name = opening.name;
	return step;
}

struct mime_step
mime_line(struct mime *m, const struct mime_settings *settings, struct kept *kept, struct bytes text, struct bytes end,
    uint8_t *room)
{
	bool starts = !m->line_goes_on;
	if (starts)
		m->in_boundary = false;
	if (m->main_done && settings->body_md5) {
		digest_stream_add(&m->digest, text);
		digest_stream_add(&m->digest, end);
	}
	struct mime_step step = {0};
	if (m->phase == PHASE_HEADER)
		step = header_line(m, settings, kept, text, starts && !m->in_boundary);
	else if (m->phase == PHASE_ENCAPSULATED)
		step = encapsulated_line(m, settings, kept, text, end, room);
	else if (!m->in_boundary)
		step = body_line(m, settings, kept, text, end, starts, room);
	if (step.opened)
		(void)kept_put(kept, MIME_ATTACHMENT, step.name);
	if (m->line_len <= LINE_MAX && m->line_len + text.len > LINE_MAX)
		step.events |= MIME_LONG_LINE;
	if (kept_full(kept))
		step.events |= MIME_MALFORMED_MSG;
	m->line_goes_on = end.len == 0;
	m->line_len = m->line_goes_on ? m->line_len + (uint32_t)text.len : 0;
	return step;
}

struct mime_step
mime_end(struct mime *m, const struct mime_settings *settings, struct kept *kept, uint8_t *room)
{
	struct mime_step step = {0};
	uint32_t events = 0;
	end_field(m, kept, &events);
	if (m->phase == PHASE_BODY)
		step = close_part(m, settings, kept, room);
	if (m->main_done && settings->body_md5) {
		uint8_t unused_sha1[DIGEST_SHA1_SIZE], unused_sha256[DIGEST_SHA256_SIZE];
		digest_stream_end(&m->digest, m->body_md5, unused_sha1, unused_sha256);
		m->has_body_md5 = true;
	}
	step.main_ended = !m->main_done;
	m->main_done = true;
	step.events |= events;
	return step;
}

bool
mime_next_address(struct bytes *rest, struct bytes *address)
{
	if (rest->len == 0)
		return false;
	size_t n = 0;
	bool quoted = false;
	while (n < rest->len && (quoted || rest->at[n] != ',')) {
		if (rest->at[n] == '"')
			quoted = !quoted;
		else if (quoted && rest->at[n] == '\\' && n + 1 < rest->len)
			n++;
		n++;
	}
	*address = bytes_trim(bytes_first(*rest, n));
	*rest = bytes_after(*rest, n + 1);
	return true;
}

void
mime_pass_file(struct mime *m)
{
	m->in_file = false;
}
