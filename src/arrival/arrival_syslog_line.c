/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_syslog_line.h"

#include "arrival/arrival_json.h"
#include "arrival/arrival_word.h"

/* "<34>" (RFC 5424 6.2.1: at most 191). */
static bool
take_priority(struct bytes *rest)
{
	uint64_t priority;
	if (!bytes_start_with(*rest, BYTES("<")))
		return true;
	struct bytes after = bytes_after(*rest, 1), digits = arrival_word_next(&after, '>');
	if (digits.len > 3 || !arrival_word_number(digits, 191, &priority))
		return false;
	*rest = after;
	return true;
}

static int
month_of(struct bytes word)
{
	static const char *const months[] = {
	    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
	for (int i = 0; i < 12; i++)
		if (bytes_eq_nocase(word, bytes_of_cstr(months[i])))
			return i + 1;
	return 0;
}

static bool
read_clock(struct bytes word, struct civil *out)
{
	uint64_t parts[3];
	for (size_t i = 0; i < 3; i++)
		if (!arrival_word_number(bytes_first(arrival_word_next(&word, ':'), 2), 60, &parts[i]))
			return false;
	out->hour = (int)parts[0];
	out->minute = (int)parts[1];
	out->second = parts[2] == 60 ? 59 : (int)parts[2]; /* a leap second */
	return out->hour < 24 && out->minute < 60;
}

static struct bytes
skip_spaces(struct bytes rest)
{
	while (bytes_start_with(rest, BYTES(" ")))
		rest = bytes_after(rest, 1);
	return rest;
}

/* "Feb  9 11:44:56", "2015 Nov 13 13:40:01", "Nov 13 2015 13:40:01" (Cisco). */
static bool
take_wall(struct bytes *rest, struct arrival_syslog_line *out)
{
	struct bytes after = *rest;
	uint64_t day = 0, year = 0;
	struct bytes word = arrival_word_next(&after, ' ');
	if (word.len == 4 && arrival_word_number(word, 2261, &year))
		word = arrival_word_next(&after, ' ');
	out->wall.month = month_of(word);
	after = skip_spaces(after);
	if (out->wall.month == 0 || !arrival_word_number(arrival_word_next(&after, ' '), 31, &day) || day == 0)
		return false;
	after = skip_spaces(after);
	word = arrival_word_next(&after, ' ');
	if (word.len == 4 && arrival_word_number(word, 2261, &year))
		word = arrival_word_next(&after, ' ');
	if (word.len > 0 && word.at[word.len - 1] == ':')
		word.len--; /* Cisco ends its times with a colon */
	if (!read_clock(word, &out->wall))
		return false;
	out->wall.day = (int)day;
	out->wall.year = (int)year;
	out->has_year = year >= 1970;
	*rest = after;
	return true;
}

/* RFC 3339, with an offset or Z; without one it is a clock on the wall. */
static bool
take_iso(struct bytes *rest, struct arrival_syslog_line *out)
{
	struct bytes after = *rest, word = arrival_word_next(&after, ' ');
	if (word.len == 10 && after.len >= 8 && bytes_eq(bytes_first(bytes_after(word, 4), 1), BYTES("-"))) {
		word.len += 1 + bytes_find(after, ' '); /* "2026-03-03 08:00:00" */
		after = bytes_after(after, bytes_find(after, ' ') + 1);
	}
	if (word.len < 19 || !arrival_json_read_time(word, &out->utc_ns))
		return false;
	struct bytes tail = bytes_after(word, 19);
	out->has_utc = bytes_find(tail, 'Z') < tail.len || bytes_find(tail, '+') < tail.len ||
	    bytes_find(tail, '-') < tail.len;
	if (!out->has_utc) {
		out->wall = civil_of(out->utc_ns / 1000000000);
		out->has_year = true;
	}
	*rest = after;
	return true;
}

/* "sshd[1234]: ..." or "kernel: ..."; RFC 3164 5.3: without a tag all is content. */
static void
take_tag(struct bytes rest, struct arrival_syslog_line *out)
{
	enum { TAG_MAX = 48 };
	size_t end = 0;
	while (end < rest.len && end < TAG_MAX && rest.at[end] != ':' && rest.at[end] != '[' && rest.at[end] != ' ')
		end++;
	struct bytes after = bytes_after(rest, end);
	if (bytes_start_with(after, BYTES("[")))
		after = bytes_after(after, bytes_find(after, ']') + 1);
	out->message = rest;
	if (end == 0 || !bytes_start_with(after, BYTES(":")))
		return;
	out->program = bytes_first(rest, end);
	out->message = skip_spaces(bytes_after(after, 1));
}

/* RFC 5424 6.3: "-", or "[id name="value"]..." where a quote may be escaped. */
static bool
skip_structured_data(struct bytes *rest)
{
	if (bytes_start_with(*rest, BYTES("-"))) {
		*rest = bytes_after(*rest, 1);
		return true;
	}
	if (!bytes_start_with(*rest, BYTES("[")))
		return false;
	while (bytes_start_with(*rest, BYTES("["))) {
		bool quoted = false;
		size_t i = 1;
		for (; i < rest->len && (quoted || rest->at[i] != ']'); i++)
			if (rest->at[i] == '\\')
				i++;
			else if (rest->at[i] == '"')
				quoted = !quoted;
		if (i >= rest->len)
			return false;
		*rest = bytes_after(*rest, i + 1);
	}
	return true;
}

/* After the "1 " of RFC 5424: TIMESTAMP HOSTNAME APP-NAME PROCID MSGID SD MSG. */
static bool
read_5424(struct bytes rest, struct arrival_syslog_line *out)
{
	if (!take_iso(&rest, out))
		return false;
	out->host = arrival_word_next(&rest, ' ');
	out->program = arrival_word_next(&rest, ' ');
	(void)arrival_word_next(&rest, ' ');
	(void)arrival_word_next(&rest, ' ');
	if (!skip_structured_data(&rest))
		return false;
	rest = skip_spaces(rest);
	out->message = bytes_start_with(rest, BYTES("\xef\xbb\xbf")) ? bytes_after(rest, 3) : rest;
	return true;
}

bool
arrival_syslog_line_read(struct bytes line, struct arrival_syslog_line *out)
{
	struct arrival_syslog_line l = {0};
	struct bytes rest = line;
	if (!take_priority(&rest))
		return false;
	if (bytes_start_with(rest, BYTES("1 ")) && rest.at != line.at) {
		if (!read_5424(bytes_after(rest, 2), &l))
			return false;
		*out = l;
		return true;
	}
	if (!take_wall(&rest, &l) && !take_iso(&rest, &l))
		return false;
	l.host = arrival_word_next(&rest, ' ');
	/* OPNsense and others leave the machine out. */
	if (l.host.len > 0 && l.host.at[l.host.len - 1] == ':') {
		rest = (struct bytes){l.host.at, (size_t)(line.at + line.len - l.host.at)};
		l.host.len = 0;
	}
	take_tag(skip_spaces(rest), &l);
	*out = l;
	return true;
}
