/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "proto/sip.h"

static const struct {
	struct bytes name, brief;
} names[SIP_FIELDS] = {
    [SIP_FROM] = {BYTES("From"), BYTES("f")},
    [SIP_TO] = {BYTES("To"), BYTES("t")},
    [SIP_VIA] = {BYTES("Via"), BYTES("v")},
    [SIP_USER_AGENT] = {BYTES("User-Agent"), BYTES("User-Agent")},
    [SIP_CONTENT_TYPE] = {BYTES("Content-Type"), BYTES("c")},
    [SIP_CONTENT_LENGTH] = {BYTES("Content-Length"), BYTES("l")},
};

/* One line, without its CR LF; lone LF ends one too, as the readers of other programs have it. False: no end in sight. */
static bool
take_line(struct bytes *left, struct bytes *line)
{
	size_t end = bytes_find(*left, '\n');
	if (end == left->len)
		return false;
	*line = bytes_first(*left, end);
	if (line->len > 0 && line->at[line->len - 1] == '\r')
		line->len--;
	*left = bytes_after(*left, end + 1);
	return true;
}

/* RFC 3261 25.1: token. */
static bool
is_token(struct bytes b)
{
	for (size_t i = 0; i < b.len; i++) {
		uint8_t c = b.at[i], low = bytes_lower(c);
		bool word = (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9');
		if (!word && bytes_find(BYTES("-.!%*_+`'~"), c) == 10)
			return false;
	}
	return b.len > 0;
}

static bool
is_version(struct bytes b)
{
	return bytes_start_with(b, BYTES("SIP/")) && b.len > 4 && b.len < 16;
}

static bool
read_response(struct sip *m)
{
	struct bytes left = m->line;
	size_t space = bytes_find(left, ' ');
	m->version = bytes_first(left, space);
	left = bytes_after(left, space + 1);
	space = bytes_find(left, ' ');
	m->code = bytes_first(left, space);
	m->reason = bytes_after(left, space + 1);
	bool digits = m->code.len == 3;
	for (size_t i = 0; i < m->code.len; i++)
		digits = digits && m->code.at[i] >= '0' && m->code.at[i] <= '9';
	return is_version(m->version) && digits;
}

static bool
read_request(struct sip *m)
{
	struct bytes left = m->line;
	size_t space = bytes_find(left, ' ');
	m->is_request = true;
	m->method = bytes_first(left, space);
	left = bytes_after(left, space + 1);
	space = bytes_find(left, ' ');
	m->uri = bytes_first(left, space);
	m->version = bytes_after(left, space + 1);
	return is_token(m->method) && m->uri.len > 0 && is_version(m->version);
}

bool
sip_next(struct bytes *left, enum sip_field field, struct bytes *value)
{
	struct bytes line;
	while (take_line(left, &line)) {
		size_t colon = bytes_find(line, ':');
		struct bytes name = bytes_trim(bytes_first(line, colon));
		if (colon == line.len ||
		    (!bytes_eq_nocase(name, names[field].name) && !bytes_eq_nocase(name, names[field].brief)))
			continue;
		*value = bytes_trim(bytes_after(line, colon + 1));
		return true;
	}
	return false;
}

/* False: no number. */
static bool
read_length(struct bytes fields, uint64_t *length)
{
	struct bytes value;
	if (!sip_next(&fields, SIP_CONTENT_LENGTH, &value))
		return true;
	*length = 0;
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] < '0' || value.at[i] > '9' || i == 9)
			return false;
		*length = *length * 10 + (uint64_t)(value.at[i] - '0');
	}
	return value.len > 0 && *length <= SIP_BODY_MAX;
}

enum parse
sip_parse(struct bytes data, bool is_datagram, size_t *used, struct sip *out)
{
	struct bytes left = data, line;
	struct sip m = {.fields = {0}};
	if (!take_line(&left, &m.line))
		return data.len > SIP_LINE_MAX ? PARSE_BAD : PARSE_SHORT;
	if (!(bytes_start_with(m.line, BYTES("SIP/")) ? read_response(&m) : read_request(&m)))
		return PARSE_BAD;
	struct bytes fields = left;
	do {
		if (data.len - left.len > SIP_HEAD_MAX)
			return PARSE_BAD;
		if (!take_line(&left, &line))
			return left.len > SIP_LINE_MAX ? PARSE_BAD : PARSE_SHORT;
	} while (line.len > 0);
	m.fields = bytes_first(fields, fields.len - left.len);
	m.body_len = is_datagram ? left.len : 0;
	uint64_t said = m.body_len;
	if (!read_length(m.fields, &said))
		return PARSE_BAD;
	/* Of a datagram the end is the end, whatever it says; Suricata's readers take what is there too. */
	m.body_len = is_datagram ? left.len : said;
	m.body = bytes_first(left, m.body_len);
	*used = data.len - left.len;
	*out = m;
	return PARSE_OK;
}
