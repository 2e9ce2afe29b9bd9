/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keywords of TLS that compare a version, a state or a date. User guide: "SSL/TLS Keywords". */
#include "detect/rules/rule_keywords.h"

#include "core/timestamp.h"
#include "inspect/viewer.h"

#include <errno.h>

/* A test of one number of a transaction: any of these comparisons. */
static int
compare_in(struct rule_parser *p, enum view view, const struct rule_comparison *some, size_t count)
{
	struct rule_comparison *any = arena_new(p->arena, struct rule_comparison, count);
	if (any == NULL)
		return diag_say(p->diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	memcpy(any, some, count * sizeof(*some));
	struct rule_match *m = rule_parser_match_in(p, view, RULE_NUMBERS);
	if (m == NULL)
		return -EINVAL;
	m->u.numbers = (struct rule_numbers){.count = (uint16_t)count, .any = any};
	return 0;
}

/* Of TLS 1.3 there are drafts, whose numbers are 0x7fNN. */
static const struct {
	const char *name_cstr, *ssl_cstr;
	int64_t low, above; /* from low to below `above` */
} tls_versions[] = {
    {"", "sslv2", 0x0002, 0x0003},
    {"", "sslv3", 0x0300, 0x0301},
    {"1.0", "tls1.0", 0x0301, 0x0302},
    {"1.1", "tls1.1", 0x0302, 0x0303},
    {"1.2", "tls1.2", 0x0303, 0x0304},
    {"1.3", "tls1.3", 0x0304, 0x0305},
    {"1.3", "tls1.3", 0x7f00, 0x8000},
};

/* The comparisons of one version; 0: there is no such one. */
static size_t
version_of(struct bytes name, bool as_ssl, struct rule_comparison *out)
{
	size_t count = 0;
	for (size_t i = 0; i < LENGTH_OF(tls_versions); i++) {
		struct bytes known = bytes_of_cstr(as_ssl ? tls_versions[i].ssl_cstr : tls_versions[i].name_cstr);
		if (known.len > 0 && bytes_eq_nocase(name, known))
			out[count++] = (struct rule_comparison){
			    .compare = RULE_BETWEEN, .low = tls_versions[i].low - 1, .high = tls_versions[i].above};
	}
	return count;
}

static struct bytes
unquoted(struct bytes text)
{
	bool quoted = text.len >= 2 && text.at[0] == '"' && text.at[text.len - 1] == '"';
	return quoted ? (struct bytes){text.at + 1, text.len - 2} : text;
}

/* tls.version:1.2, or its number: 0x7f17 */
RULE_KEYWORD(rule_keyword_tls_version)
{
	struct rule_comparison some[2];
	struct bytes name = unquoted(value);
	size_t count = version_of(name, false, some);
	int64_t number;
	if (count == 0 && bytes_start_with(name, BYTES("0x"))) {
		int r = rule_parser_number(p, name, 0, 0xffff, &number);
		if (r < 0)
			return r;
		some[count++] = (struct rule_comparison){.compare = RULE_EQUAL, .low = number};
	}
	return count == 0 ? rule_parser_refuse(p, "%s", _("a version of TLS was expected, from 1.0 to 1.3"))
	                  : compare_in(p, VIEW_TLS_VERSION, some, count);
}

/* ssl_version:tls1.0,tls1.1; with a ! before each of them: none of them. */
RULE_KEYWORD(rule_keyword_tls_ssl_version)
{
	struct rule_comparison some[2 * LENGTH_OF(tls_versions)];
	struct bytes part;
	size_t count = 0;
	value = unquoted(value);
	while (rule_text_split(&value, ',', &part)) {
		bool negated = part.len > 0 && part.at[0] == '!';
		struct rule_comparison of_one[2];
		size_t found = version_of(rule_text_trim(bytes_after(part, negated)), true, of_one);
		if (found == 0)
			return rule_parser_refuse(
			    p, "%s", _("sslv2, sslv3, tls1.0, tls1.1, tls1.2 and tls1.3 are the versions"));
		for (size_t i = 0; i < found && !negated && count < LENGTH_OF(some); i++)
			some[count++] = of_one[i];
		for (size_t i = 0; i < found && negated; i++) {
			const struct rule_comparison outside[] = {{.compare = RULE_LESS, .low = of_one[i].low + 1},
			    {.compare = RULE_GREATER_EQUAL, .low = of_one[i].high}};
			int r = compare_in(p, VIEW_TLS_VERSION, outside, LENGTH_OF(outside));
			if (r < 0)
				return r;
		}
	}
	return count == 0 ? 0 : compare_in(p, VIEW_TLS_VERSION, some, count);
}

/* ssl_state:client_hello|server_hello: as far as this, one of them. */
RULE_KEYWORD(rule_keyword_tls_ssl_state)
{
	static const char *const states[] = {"client_hello", "server_hello", "client_keyx", "server_keyx", "unknown", NULL};
	struct bytes part;
	int64_t bits = 0;
	value = unquoted(value);
	bool negated = value.len > 0 && value.at[0] == '!';
	value = bytes_after(value, negated);
	while (rule_text_split(&value, '|', &part)) {
		int at = rule_parser_word(part, states);
		if (at < 0)
			return rule_parser_refuse(
			    p, "%s", _("one of client_hello, server_hello, client_keyx, server_keyx, unknown was expected"));
		bits |= INT64_C(1) << at;
	}
	const struct rule_comparison some = {.compare = RULE_AND, .low = negated ? bits << VIEW_TLS_STATE_MISSING : bits};
	return compare_in(p, VIEW_TLS_STATE, &some, 1);
}

/* "2026-01-31", with 10, 10:20 or 10:20:30 after a T or a space, in UTC. */
static int
read_date(struct rule_parser *p, struct bytes text, int64_t *seconds)
{
	static const char form[] = "0000-00-00T00:00:00";
	char whole[sizeof(form)];
	int64_t time_ns;
	bool ok = text.len >= 4 && text.len < sizeof(form);
	memcpy(whole, "1970-01-01T00:00:00", sizeof(whole));
	for (size_t i = 0; i < text.len && ok; i++) {
		uint8_t c = text.at[i];
		bool digit = c >= '0' && c <= '9';
		ok = form[i] == '0' ? digit : c == (uint8_t)form[i] || (form[i] == 'T' && c == ' ');
		whole[i] = form[i] == 'T' ? 'T' : (char)c;
	}
	if (!ok || !timestamp_read((struct bytes){(const uint8_t *)whole, sizeof(form) - 1}, &time_ns))
		return rule_parser_refuse(p, "%s", _("a date like 2026-01-31 was expected"));
	*seconds = time_ns / 1000000000;
	return 0;
}

/* tls_cert_notbefore:>2026-01-31, or 2025-01-01<>2026-01-31 */
RULE_KEYWORD(rule_keyword_tls_cert_date)
{
	struct rule_comparison some = {.compare = RULE_EQUAL};
	enum view view = strcmp(p->keyword_cstr, "tls_cert_notbefore") == 0 ? VIEW_TLS_NOT_BEFORE : VIEW_TLS_NOT_AFTER;
	struct bytes text = unquoted(value);
	size_t between = bytes_find(text, '<');
	int r;
	if (between > 0 && between < text.len && bytes_start_with(bytes_after(text, between), BYTES("<>"))) {
		some.compare = RULE_BETWEEN;
		r = read_date(p, rule_text_trim(bytes_first(text, between)), &some.low);
		if (r == 0)
			r = read_date(p, rule_text_trim(bytes_after(text, between + 2)), &some.high);
	} else {
		bool less = bytes_start_with(text, BYTES("<")), more = bytes_start_with(text, BYTES(">"));
		some.compare = less ? RULE_LESS : more ? RULE_GREATER : RULE_EQUAL;
		r = read_date(p, rule_text_trim(bytes_after(text, less || more)), &some.low);
	}
	return r < 0 ? r : compare_in(p, view, &some, 1);
}

RULE_KEYWORD(rule_keyword_tls_cert_expired)
{
	(void)value;
	return compare_in(p, VIEW_TLS_VALID_FOR, &(const struct rule_comparison){.compare = RULE_LESS, .low = 0}, 1);
}

RULE_KEYWORD(rule_keyword_tls_cert_valid)
{
	const struct rule_comparison from_now = {.compare = RULE_GREATER_EQUAL, .low = 0};
	(void)value;
	int r = compare_in(p, VIEW_TLS_VALID_FOR, &from_now, 1);
	return r < 0 ? r : compare_in(p, VIEW_TLS_VALID_SINCE, &from_now, 1);
}
