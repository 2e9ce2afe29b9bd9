/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/alert_text.h"

#include "core/terminal.h"
#include "record/model_words.h"

#include <stdio.h>

const struct alert_text *
alert_text_find(struct bytes detector)
{
	size_t count;
	const struct alert_text *all = alert_text_all(&count);
	for (size_t i = 0; i < count; i++)
		if (bytes_eq(bytes_of_cstr(all[i].detector_cstr), detector))
			return &all[i];
	return NULL;
}

const char *
alert_text_known(struct bytes detector)
{
	const struct alert_text *text = alert_text_find(detector);
	return text == NULL ? NULL : text->detector_cstr;
}

const char *
alert_text_severity(enum language language, unsigned severity)
{
	static const char *const words[] = {"", N_("minor"), N_("significant"), N_("serious"), N_("critical")};
	return text_in(language, words[severity <= SEVERITY_CRITICAL ? severity : 0]);
}

size_t
alert_text_duration(enum language language, int64_t duration_ns, char *out, size_t size)
{
	int64_t s = duration_ns / 1000000000;
	int n;
	if (s < 1)
		n = snprintf(out, size, "%s", text_in(language, N_("less than a second")));
	else if (s < 60)
		n = snprintf(out, size, "%d s", (int)s);
	else if (s < 3600)
		n = s % 60 == 0 ? snprintf(out, size, "%d min", (int)(s / 60))
		                : snprintf(out, size, "%d min %d s", (int)(s / 60), (int)(s % 60));
	else if (s < 2 * 86400)
		n = snprintf(out, size, "%d h %d min", (int)(s / 3600), (int)(s / 60 % 60));
	else
		n = snprintf(out, size, text_in(language, N_("%lld days")), (long long)(s / 86400));
	return n < 0 || size == 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

/* The value of one {name}, escaped, NUL-terminated. */
static void
value_of(enum language language, const struct alert *alert, struct bytes name, char *out, size_t size)
{
	char address[ADDR_TEXT_MAX];
	out[0] = '\0';
	if (bytes_eq(name, BYTES("source"))) {
		addr_write(&alert->source, address);
		snprintf(out, size, "%s", address);
	} else if (bytes_eq(name, BYTES("target"))) {
		addr_write(&alert->target, address);
		snprintf(
		    out, size, "%s", addr_is_zero(&alert->target) ? text_in(language, N_("several machines")) : address);
	} else if (bytes_eq(name, BYTES("targets"))) {
		snprintf(out, size, "%u", alert->targets);
	} else if (bytes_eq(name, BYTES("count"))) {
		snprintf(out, size, "%llu", (unsigned long long)alert->count);
	} else if (bytes_eq(name, BYTES("source_port"))) {
		snprintf(out, size, "%u", alert->source_port);
	} else if (bytes_eq(name, BYTES("target_port"))) {
		snprintf(out, size, "%u", alert->target_port);
	} else if (bytes_eq(name, BYTES("duration"))) {
		alert_text_duration(language, alert->last_ns - alert->first_ns, out, size);
	} else if (bytes_start_with(name, BYTES("model_"))) {
		(void)model_words_fill(language, name, alert, out, size);
	} else {
		char name_cstr[ALERT_FACT_NAME_MAX];
		snprintf(name_cstr, sizeof(name_cstr), "%.*s", (int)name.len, (const char *)name.at);
		terminal_escape(alert_fact_find(alert, name_cstr), out, size);
	}
}

size_t
alert_text_fill(enum language language, const char *sentence_cstr, const struct alert *alert, char *out, size_t size)
{
	struct bytes left = bytes_of_cstr(sentence_cstr);
	size_t n = 0;
	if (size == 0)
		return 0;
	out[0] = '\0';
	while (left.len > 0) {
		size_t open = bytes_find(left, '{'), close = bytes_find(left, '}');
		char value[ALERT_FACT_VALUE_MAX * 4 + 1];
		struct bytes plain = bytes_first(left, open);
		bool filled = open < left.len && close < left.len && close > open;
		value[0] = '\0';
		if (filled)
			value_of(language, alert, bytes_first(bytes_after(left, open + 1), close - open - 1), value,
			    sizeof(value));
		else
			plain = left;
		int put = snprintf(out + n, size - n, "%.*s%s", (int)plain.len, (const char *)plain.at, value);
		n += put < 0 ? 0 : (size_t)put < size - n ? (size_t)put : size - n - 1;
		left = filled ? bytes_after(left, close + 1) : (struct bytes){0};
	}
	return n;
}
