/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/typography.h"

#include <stdio.h>

#define NO_BREAK "\xc2\xa0" /* U+00A0 */
#define OPENING BYTES("\xc2\xab")
#define CLOSING BYTES("\xc2\xbb")
#define EURO BYTES("\xe2\x82\xac")

size_t
typography_room(struct bytes text)
{
	return text.len * 2 + 1; /* a space becomes two bytes */
}

/* What French wants a space before that does not break; alone, as in "a : b", not in "::" or "!=". */
bool
typography_binds(struct bytes rest)
{
	if (rest.len == 0)
		return false;
	if (bytes_start_with(rest, CLOSING) || bytes_start_with(rest, EURO))
		return true;
	if (rest.at[0] != ':' && rest.at[0] != ';' && rest.at[0] != '?' && rest.at[0] != '!' && rest.at[0] != '%')
		return false;
	return rest.len == 1 || strchr(" \n,.;?!)]", rest.at[1]) != NULL || rest.at[1] >= 0x80;
}

size_t
typography_spaces(enum language language, struct bytes text, char *out)
{
	size_t n = 0;
	bool opened = false; /* the guillemet just before */
	while (text.len > 0) {
		struct bytes rest = bytes_after(text, 1);
		bool keeps = language == LANGUAGE_FR && text.at[0] == ' ' && (opened || typography_binds(rest));
		opened = bytes_start_with(text, OPENING) || (opened && text.at[0] == OPENING.at[1]);
		if (keeps) {
			memcpy(out + n, NO_BREAK, 2);
			n += 2;
		} else {
			out[n++] = (char)text.at[0];
		}
		text = rest;
	}
	out[n] = '\0';
	return n;
}

const char *
typography_date(enum language language, const struct zone *zone, int64_t at_s, char out[static TYPOGRAPHY_TIME_MAX])
{
	struct civil c = civil_of(at_s + zone_offset(zone, at_s));
	if (language == LANGUAGE_FR)
		(void)snprintf(out, TYPOGRAPHY_TIME_MAX, "%02d/%02d/%04d", c.day, c.month, c.year);
	else
		(void)snprintf(out, TYPOGRAPHY_TIME_MAX, "%04d-%02d-%02d", c.year, c.month, c.day);
	return out;
}

const char *
typography_time(enum language language, const struct zone *zone, int64_t at_s, char out[static TYPOGRAPHY_TIME_MAX])
{
	struct civil c = civil_of(at_s + zone_offset(zone, at_s));
	char date[TYPOGRAPHY_TIME_MAX];
	(void)typography_date(language, zone, at_s, date);
	(void)snprintf(out, TYPOGRAPHY_TIME_MAX, "%.11s" NO_BREAK "%02d:%02d", date, c.hour, c.minute);
	return out;
}

const char *
typography_exact(enum language language, const struct zone *zone, int64_t at_s, char out[static TYPOGRAPHY_TIME_MAX])
{
	int32_t offset = zone_offset(zone, at_s);
	int minutes = (offset < 0 ? -offset : offset) / 60;
	char time[TYPOGRAPHY_TIME_MAX];
	(void)typography_time(language, zone, at_s, time);
	(void)snprintf(
	    out, TYPOGRAPHY_TIME_MAX, "%.24s (UTC%c%02d:%02d)", time, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
	return out;
}

const char *
typography_number(enum language language, uint64_t value, char out[static TYPOGRAPHY_NUMBER_MAX])
{
	char digits[24];
	int n = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);
	size_t used = 0;
	for (int i = 0; i < n; i++) {
		out[used++] = digits[i];
		if ((n - 1 - i) % 3 != 0 || i == n - 1)
			continue;
		const char *mark_cstr = language == LANGUAGE_FR ? NO_BREAK : ",";
		memcpy(out + used, mark_cstr, strlen(mark_cstr));
		used += strlen(mark_cstr);
	}
	out[used] = '\0';
	return out;
}

const char *
typography_size(enum language language, uint64_t size_bytes, char out[static TYPOGRAPHY_NUMBER_MAX])
{
	static const char *const units[2][5] = {{"B", "kB", "MB", "GB", "TB"}, {"o", "ko", "Mo", "Go", "To"}};
	double value = (double)size_bytes;
	unsigned unit = 0;
	char number[TEXT_DECIMAL_MAX];
	for (; value >= 1000 && unit < 4; unit++)
		value /= 1000;
	if (unit == 0)
		(void)snprintf(number, sizeof(number), "%llu", (unsigned long long)size_bytes);
	else
		(void)text_decimal(language, value, number);
	(void)snprintf(out, TYPOGRAPHY_NUMBER_MAX, "%s" NO_BREAK "%s", number, units[language == LANGUAGE_FR][unit]);
	return out;
}
