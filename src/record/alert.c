/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/alert.h"

#include <stdio.h>

void
alert_fact_text(struct alert *alert, const char *name_cstr, struct bytes value)
{
	if (alert->fact_count >= ALERT_FACTS_MAX)
		return;
	struct alert_fact *fact = &alert->facts[alert->fact_count++];
	snprintf(fact->name_cstr, sizeof(fact->name_cstr), "%s", name_cstr);
	struct bytes kept = bytes_first(value, ALERT_FACT_VALUE_MAX);
	fact->value_len = (uint16_t)kept.len;
	if (kept.len > 0)
		memcpy(fact->value, kept.at, kept.len);
}

void
alert_fact_u64(struct alert *alert, const char *name_cstr, uint64_t value)
{
	char text[24];
	snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
	alert_fact_text(alert, name_cstr, bytes_of_cstr(text));
}

void
alert_fact_addr(struct alert *alert, const char *name_cstr, const struct addr *value)
{
	char text[ADDR_TEXT_MAX];
	size_t len = addr_write(value, text);
	alert_fact_text(alert, name_cstr, (struct bytes){(const uint8_t *)text, len});
}

struct bytes
alert_fact_find(const struct alert *alert, const char *name_cstr)
{
	for (size_t i = 0; i < alert->fact_count; i++)
		if (strcmp(alert->facts[i].name_cstr, name_cstr) == 0)
			return (struct bytes){(const uint8_t *)alert->facts[i].value, alert->facts[i].value_len};
	return (struct bytes){0};
}

const char *
alert_severity_word(unsigned severity)
{
	static const char *const words[] = {"", "minor", "significant", "serious", "critical"};
	return words[severity <= SEVERITY_CRITICAL ? severity : 0];
}

const char *
alert_stage_word(unsigned stage)
{
	static const char *const words[] = {"reconnaissance", "access", "foothold", "credentials", "lateral-movement",
	    "command-and-control", "exfiltration", "impact", "hygiene"};
	return stage < LENGTH_OF(words) ? words[stage] : "";
}
