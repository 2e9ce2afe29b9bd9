/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/incident_view.h"

#include "core/json.h"
#include "core/terminal.h"
#include "record/alert_text.h"
#include "record/observation.h"

enum { LINE_MAX = 2048, SEVERITY_COLUMNS = 13, ADDRESS_COLUMNS = 15, TIME_COLUMNS = 16 /* without the seconds */ };

static const char *
title_of(enum language language, const char *detector_cstr)
{
	const struct alert_text *text = alert_text_find(bytes_of_cstr(detector_cstr));
	return text == NULL ? detector_cstr : text_in(language, text->title_cstr);
}

static const char *
color_of(const struct presenter *p, unsigned severity)
{
	static const char *const codes[] = {"", "\033[36m", "\033[33m", "\033[31m", "\033[1;31m"};
	return p->color ? codes[severity <= SEVERITY_CRITICAL ? severity : 0] : "";
}

/* Spaces up to a column: UTF-8 sequences count as one. */
static void
pad(const struct presenter *p, const char *text_cstr, int columns)
{
	int used = 0;
	for (const char *c = text_cstr; *c != '\0'; c++)
		used += ((uint8_t)*c & 0xc0) != 0x80;
	fprintf(p->out, "%*s", used < columns ? columns - used : 0, "");
}

static const struct incident_part *
gravest(const struct incident *incident)
{
	const struct incident_part *best = &incident->parts[0];
	for (size_t i = 1; i < incident->part_count; i++)
		if (incident->parts[i].strongest.severity > best->strongest.severity)
			best = &incident->parts[i];
	return best;
}

void
incident_view_line(const struct presenter *p, const struct incident *incident)
{
	char when[24], who[ADDR_TEXT_MAX];
	const char *severity_cstr = alert_text_severity(p->language, incident->severity);
	present_time(incident->first_ns, when);
	addr_write(&incident->attacker, who);
	fprintf(p->out, "%s  %s%s%s", incident->id_cstr, color_of(p, incident->severity), severity_cstr,
	    p->color ? "\033[0m" : "");
	pad(p, severity_cstr, SEVERITY_COLUMNS);
	fprintf(p->out, "%.*s  %s", TIME_COLUMNS, when, who);
	pad(p, who, ADDRESS_COLUMNS);
	fprintf(p->out, "  %s\n",
	    incident->part_count == 0 ? "" : title_of(p->language, gravest(incident)->strongest.detector_cstr));
}

void
incident_view_victims(const struct presenter *p, const struct incident *incident)
{
	char text[LINE_MAX] = "", label[96];
	size_t n = 0;
	if (incident->victim_count == 0 && incident->victims_total == 0)
		return;
	for (size_t i = 0; i < incident->victim_count; i++) {
		char address[ADDR_TEXT_MAX];
		addr_write(&incident->victims[i], address);
		int put = snprintf(text + n, sizeof(text) - n, "%s%s", i == 0 ? "" : " ", address);
		n += put > 0 && (size_t)put < sizeof(text) - n ? (size_t)put : 0;
	}
	if (incident->victims_total > incident->victim_count)
		(void)snprintf(text + n, sizeof(text) - n, text_in(p->language, N_("%s(%u in all)")), n == 0 ? "" : " ",
		    incident->victims_total);
	(void)snprintf(label, sizeof(label), "  %s", text_in(p->language, N_("Machines concerned: ")));
	present_paragraph(p, label, 4, text);
}

void
incident_view_alert(const struct presenter *p, const struct alert *alert, const char *evidence_cstr)
{
	char when[24], source[ADDR_TEXT_MAX], target[ADDR_TEXT_MAX], port[8] = "";
	present_time(alert->first_ns, when);
	addr_write(&alert->source, source);
	addr_write(&alert->target, target);
	if (alert->target_port != 0)
		(void)snprintf(port, sizeof(port), ":%u", alert->target_port);
	fprintf(p->out, "    %s  %s", when, addr_is_zero(&alert->source) ? "?" : source);
	if (!addr_is_zero(&alert->target))
		fprintf(p->out, " > %s%s", target, port);
	else if (alert->targets > 1)
		fprintf(p->out, text_in(p->language, N_(" > %u machines%s")), alert->targets, port);
	fprintf(p->out, "  %s\n", title_of(p->language, alert->detector_cstr));
	if (evidence_cstr[0] == '\0')
		return;
	char path[LINE_MAX];
	(void)terminal_escape(bytes_of_cstr(evidence_cstr), path, sizeof(path));
	fprintf(p->out, text_in(p->language, N_("      proof: %s\n")), path);
}
