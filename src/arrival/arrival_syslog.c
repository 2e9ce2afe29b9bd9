/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_syslog.h"

#include "arrival/arrival_syslog_line.h"
#include "arrival/arrival_syslog_text.h"
#include "arrival/arrival_word.h"
#include "core/hash.h"
#include "core/text.h"
#include "core/zone.h"

#include <errno.h>
#include <stdlib.h>

enum { SLOTS = 2 * ARRIVAL_SYSLOG_HOSTS_MAX };
static const int64_t second_ns = INT64_C(1000000000), half_year_s = INT64_C(182) * CIVIL_DAY_SECONDS;

struct host {
	uint8_t name_len; /* 0: free */
	char name[ARRIVAL_SYSLOG_NAME_MAX];
	struct addr address;
};

struct arrival_syslog {
	struct arrival_syslog_options options;
	int year;       /* of the lines, when one was given */
	int64_t last_s; /* of the last line that told no year; INT64_MIN: none */
	size_t host_count;
	struct host hosts[SLOTS];
	struct arrival_tally strangers, unknown;
};

struct arrival_syslog *
arrival_syslog_new(const struct arrival_syslog_options *options)
{
	struct arrival_syslog *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->options = *options;
	arrival_syslog_begin(s);
	return s;
}

void
arrival_syslog_free(struct arrival_syslog *s)
{
	free(s);
}

void
arrival_syslog_begin(struct arrival_syslog *s)
{
	s->year = s->options.year;
	s->last_s = INT64_MIN;
}

/* Where the name is, or would be. Names are short: "mail", or "mail.town.example". */
static struct host *
slot_of(struct arrival_syslog *s, struct bytes name)
{
	size_t at = hash_bytes(name, 0) % SLOTS;
	while (s->hosts[at].name_len > 0 &&
	    !bytes_eq_nocase(name, (struct bytes){(const uint8_t *)s->hosts[at].name, s->hosts[at].name_len}))
		at = (at + 1) % SLOTS;
	return &s->hosts[at];
}

/* Lower case, so that one name has one place. */
static struct bytes
fold(struct bytes name, char room[static ARRIVAL_SYSLOG_NAME_MAX])
{
	name = bytes_first(name, ARRIVAL_SYSLOG_NAME_MAX);
	for (size_t i = 0; i < name.len; i++)
		room[i] = (char)bytes_lower(name.at[i]);
	return (struct bytes){(const uint8_t *)room, name.len};
}

void
arrival_syslog_name(struct arrival_syslog *s, struct bytes name, const struct addr *address)
{
	char room[ARRIVAL_SYSLOG_NAME_MAX];
	struct bytes folded = fold(name, room);
	struct host *host = slot_of(s, folded);
	if (folded.len == 0 || host->name_len > 0 || s->host_count == ARRIVAL_SYSLOG_HOSTS_MAX)
		return;
	*host = (struct host){.name_len = (uint8_t)folded.len, .address = *address};
	memcpy(host->name, folded.at, folded.len);
	s->host_count++;
}

/* The machine that writes: an address, or a name that somebody told, whole or without its domain. */
static struct addr
find_host(struct arrival_syslog *s, struct bytes name, bool *known)
{
	char room[ARRIVAL_SYSLOG_NAME_MAX];
	struct addr address;
	*known = true;
	if (addr_parse(name, &address))
		return address;
	struct bytes folded = fold(name, room);
	const struct host *host = slot_of(s, folded);
	if (host->name_len == 0)
		host = slot_of(s, bytes_first(folded, bytes_find(folded, '.')));
	*known = host->name_len > 0;
	return host->address;
}

const struct arrival_tally *
arrival_syslog_strangers(const struct arrival_syslog *s)
{
	return &s->strangers;
}

const struct arrival_tally *
arrival_syslog_unknown(const struct arrival_syslog *s)
{
	return &s->unknown;
}

static bool
moment_of(const struct arrival_syslog *s, struct civil wall, int year, int64_t *out_s)
{
	int64_t moments[2] = {0};
	wall.year = year;
	if (!civil_valid(&wall))
		return false; /* 29 February */
	(void)zone_moments(s->options.zone, &wall, moments);
	*out_s = moments[0];
	return true;
}

/* RFC 3164 has no year. */
static bool
guess_year(struct arrival_syslog *s, const struct civil *wall, int64_t *out_s)
{
	enum { YEARS_BACK = 9 /* two leap years, even about 2100 */ };
	if (s->year != 0) {
		if (!moment_of(s, *wall, s->year, out_s))
			return false;
		if (s->last_s != INT64_MIN && *out_s < s->last_s - half_year_s && moment_of(s, *wall, s->year + 1, out_s))
			s->year++;
		s->last_s = *out_s;
		return true;
	}
	int year = civil_of(s->options.now_s + CIVIL_DAY_SECONDS).year;
	for (int i = 0; i < YEARS_BACK; i++)
		if (moment_of(s, *wall, year - i, out_s) && *out_s <= s->options.now_s + CIVIL_DAY_SECONDS)
			return true;
	return false;
}

static bool
time_of(struct arrival_syslog *s, const struct arrival_syslog_line *line, int64_t *out_ns)
{
	int64_t at_s;
	if (line->has_utc) {
		*out_ns = line->utc_ns;
		return true;
	}
	if (line->has_year ? !moment_of(s, line->wall, line->wall.year, &at_s) : !guess_year(s, &line->wall, &at_s))
		return false;
	if (at_s < 0)
		return false;
	*out_ns = at_s * second_ns;
	return true;
}

/* "message repeated 5 times: [ Failed password ...]" (rsyslog). Returns how often. */
static int
unfold_repeated(struct bytes *message)
{
	uint64_t times;
	if (!bytes_start_with(*message, BYTES("message repeated ")))
		return 1;
	struct bytes rest = bytes_after(*message, 17);
	if (!arrival_word_number(arrival_word_next(&rest, ' '), UINT32_MAX, &times) || times == 0)
		return 1;
	rest = bytes_after(rest, bytes_find(rest, '[') + 1);
	if (rest.len > 0 && rest.at[rest.len - 1] == ']')
		rest.len--;
	*message = bytes_trim(rest);
	return times > ARRIVAL_SYSLOG_REPEATS_MAX ? ARRIVAL_SYSLOG_REPEATS_MAX : (int)times;
}

int
arrival_syslog_read(struct arrival_syslog *s, struct bytes line, struct arrival *out, struct diag *diag)
{
	struct arrival_syslog_line parts;
	struct arrival a = {.kind = ARRIVAL_NOTHING};
	bool known;
	if (line.len > ARRIVAL_EVE_LINE_MAX)
		return diag_say(diag, -EINVAL, "%s", _("the line is longer than 1 MB"));
	if (arrival_syslog_text_cef(line, &a)) {
		*out = a;
		return 1;
	}
	if (!arrival_syslog_line_read(line, &parts) || !time_of(s, &parts, &a.observation.time_ns))
		return diag_say(diag, -EINVAL, "%s",
		    _("a line of a system log was expected, like \"Mar  3 08:00:04 host program: text\" or RFC 5424"));
	int times = unfold_repeated(&parts.message);
	struct bytes cef = parts.message;
	if (bytes_eq(parts.program, BYTES("CEF"))) /* that was no program */
		cef = (struct bytes){parts.program.at, (size_t)(line.at + line.len - parts.program.at)};
	a.observation.dst = find_host(s, parts.host, &known);
	if (arrival_syslog_text_login(parts.program, parts.message, &a)) {
		if (!known && a.kind == ARRIVAL_OBSERVATION)
			arrival_tally_add(&s->strangers, parts.host);
	} else if (!arrival_syslog_text_firewall(parts.program, parts.message, &a) && !arrival_syslog_text_cef(cef, &a)) {
		arrival_tally_add(&s->unknown, parts.program);
		times = 0;
	}
	*out = a;
	return times;
}
