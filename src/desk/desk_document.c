/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_document.h"

#include "desk/desk_file.h"
#include "desk/desk_report.h"
#include "desk/desk_settings.h"
#include "desk/desk_time.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { PERIOD_DAYS = 30 };

#define SECOND_NS INT64_C(1000000000)

static const struct {
	const char *kind_cstr; /* of the path */
	enum report_kind kind;
	enum right right;
	bool of_incident;
	const char *title_cstr, *summary_cstr;
} reports[] = {
    {"incident-management", REPORT_MANAGEMENT, RIGHT_REPORT_READ, true, N_("Incident, for the management"),
        N_("One page: what happened, what it means, what is decided.")},
    {"incident-technical", REPORT_TECHNICAL, RIGHT_REPORT_TECHNICAL, true, N_("Incident, technical file"),
        N_("Everything: alerts, timeline, causes, proofs, actions.")},
    {"incident-notice", REPORT_NOTICE, RIGHT_REPORT_READ, true, N_("Draft of a legal notice"),
        N_("Each sentence with what it was made from; what is not known yet as a question.")},
    {"period", REPORT_PERIOD, RIGHT_REPORT_READ, false, N_("Report of a period"),
        N_("Incidents, times, causes, clocks and actions of some weeks.")},
    {"committee", REPORT_COMMITTEE, RIGHT_REPORT_READ, false, N_("Pack for the committee"),
        N_("Two pages: figures, what changed, what has to be decided.")},
};

/* ODT, DOCX and PDF are made outside of the clerk, which starts no program. */
static const struct {
	const char *word_cstr, *type_cstr;
	enum report_format format;
	bool here;
	enum order_conversion conversion;
} formats[] = {
    {"html", "text/html; charset=utf-8", REPORT_HTML, true, ORDER_CONVERT_NOT},
    {"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", REPORT_XLSX, true, ORDER_CONVERT_NOT},
    {"odt", "application/vnd.oasis.opendocument.text", REPORT_ODT, false, ORDER_CONVERT_ODT},
    {"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", REPORT_DOCX, false,
        ORDER_CONVERT_DOCX},
    {"pdf", "application/pdf", REPORT_PDF, false, ORDER_CONVERT_PDF},
};

static void
entry(struct desk *desk, struct json *out, const char *kind_cstr, const char *title_cstr, const char *summary_cstr,
    const char *about_cstr, const char *path_cstr)
{
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("kind"), kind_cstr);
	json_cstr(out, JSON_KEY("title"), text_in(desk->language, title_cstr));
	json_cstr(out, JSON_KEY("summary"), text_in(desk->language, summary_cstr));
	json_cstr(out, JSON_KEY("about"), about_cstr);
	json_cstr(out, JSON_KEY("path"), path_cstr);
}

int
desk_document_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	static const struct {
		const char *format_cstr, *title_cstr, *summary_cstr;
	} exports[] = {{"csv", N_("Incident as a table"), N_("One line for each field; reads back identically.")},
	    {"json", N_("Incident as JSON"), N_("The whole file; reads back identically.")},
	    {"stix", N_("Incident as STIX 2.1"), N_("For platforms that share what is known of threats.")},
	    {"misp", N_("Incident as a MISP event"), N_("For MISP; not published by itself.")},
	    {"iodef", N_("Incident as IODEF"), N_("For a national CSIRT (RFC 7970).")}};
	(void)order;
	(void)diag;
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("documents"));
	for (size_t i = 0; i < LENGTH_OF(reports); i++) {
		if (!desk_may(desk, reports[i].right))
			continue;
		entry(desk, out, reports[i].kind_cstr, reports[i].title_cstr, reports[i].summary_cstr,
		    reports[i].of_incident ? "incident" : "period",
		    desk_text(desk, "/api/reports/%s", reports[i].kind_cstr));
		json_open_array(out, JSON_KEY("formats"));
		for (size_t f = 0; f < LENGTH_OF(formats); f++)
			if (formats[f].here || desk->converts)
				json_cstr(out, (struct bytes){0}, formats[f].word_cstr);
		json_close_array(out);
		json_close_object(out);
	}
	for (size_t i = 0; i < LENGTH_OF(exports) && desk_may(desk, RIGHT_INCIDENT_READ); i++) {
		entry(desk, out, desk_text(desk, "export-%s", exports[i].format_cstr), exports[i].title_cstr,
		    exports[i].summary_cstr, "incident",
		    desk_text(desk, "/api/incidents/{id}/export/%s", exports[i].format_cstr));
		json_open_array(out, JSON_KEY("formats"));
		json_cstr(out, (struct bytes){0}, exports[i].format_cstr);
		json_close_array(out);
		json_close_object(out);
	}
	json_close_array(out);
	json_close_object(out);
	return 0;
}

/* Midnight of the place, `days` after the day of that moment. */
static int64_t
midnight(const struct zone *zone, int64_t at_s, int days)
{
	struct civil c = civil_of(at_s + zone_offset(zone, at_s) + (int64_t)days * CIVIL_DAY_SECONDS);
	int64_t moments[2];
	c.hour = c.minute = c.second = 0;
	(void)zone_moments(zone, &c, moments);
	return moments[0];
}

static int
read_period(struct desk *desk, const struct desk_order *order, struct desk_report_request *q, struct diag *diag)
{
	int64_t from_ns = 0, to_ns = desk->now_ns;
	int r = desk_time_read(desk, order, "to", &to_ns, diag);
	q->to_s = midnight(desk->zone, to_ns / SECOND_NS, 1);
	q->from_s = midnight(desk->zone, to_ns / SECOND_NS, 1 - PERIOD_DAYS);
	if (r == 0)
		r = desk_time_read(desk, order, "from", &from_ns, diag);
	if (from_ns != 0)
		q->from_s = from_ns / SECOND_NS;
	return r == 0 && q->from_s >= q->to_s ? desk_refuse(desk, diag, "from", _("it ends before it begins")) : r;
}

static int
understand(
    struct desk *desk, const struct desk_order *order, struct desk_report_request *q, size_t *format, struct diag *diag)
{
	const char *kind_cstr = desk_order_value(order, "kind"), *format_cstr = desk_order_value(order, "format"),
	           *lang_cstr = desk_order_value(order, "lang"), *public_cstr = desk_order_value(order, "public");
	size_t kind = 0;
	while (kind < LENGTH_OF(reports) && strcmp(reports[kind].kind_cstr, kind_cstr) != 0)
		kind++;
	if (kind == LENGTH_OF(reports))
		return diag_say(diag, -ENOENT, "%s", _("there is no such report"));
	if (!desk_may(desk, reports[kind].right))
		return diag_say(diag, -EACCES, "%s", _("your account may not do this"));
	*format = 0;
	while (
	    format_cstr[0] != '\0' && *format < LENGTH_OF(formats) && strcmp(formats[*format].word_cstr, format_cstr) != 0)
		(*format)++;
	if (*format == LENGTH_OF(formats))
		return desk_refuse(desk, diag, "format", "html | xlsx | odt | docx | pdf");
	if (!formats[*format].here && !desk->converts)
		return desk_refuse(
		    desk, diag, "format", _("this format is not made here: take html or xlsx, or beffroi report"));
	bool is_public = strcmp(public_cstr, "yes") == 0 || strcmp(public_cstr, "1") == 0 ||
	    strcmp(public_cstr, "true") == 0;
	*q = (struct desk_report_request){.kind = reports[kind].kind,
	    .language = lang_cstr[0] == '\0' ? desk->language : text_language_of(lang_cstr),
	    /* Whoever may not read personal data gets the version without. */
	    .is_public = is_public || !desk_may(desk, RIGHT_PERSONAL_READ),
	    .cover = {.organisation_cstr = desk_settings_value(desk, "organisation"),
	        .tlp_cstr = desk_settings_value(desk, "tlp")}};
	if (!reports[kind].of_incident)
		return read_period(desk, order, q, diag);
	struct case_file file;
	int r = desk_file_load(desk, desk_order_value(order, "id"), &file, NULL, diag);
	if (r == 0)
		q->incident_cstr = file.incident.id_cstr;
	return r;
}

int
desk_document_report(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct desk_report_request q;
	struct report_input *in = arena_new(desk->arena, struct report_input, 1);
	struct report_document made = {.len = 0};
	size_t format = 0;
	(void)out;
	if (in == NULL)
		return desk_no_memory(diag);
	int r = understand(desk, order, &q, &format, diag);
	if (r < 0)
		return r;
	const struct desk_report_source from = {.dossier = desk->dossier,
	    .arena = desk->arena,
	    .vocabulary = desk->vocabulary,
	    .clocks = desk->clocks,
	    .zone = desk->zone,
	    .now_s = desk_now_s(desk)};
	r = desk_report_read(&from, &q, in, diag);
	if (r == 0)
		r = report_make(q.kind, formats[format].format, in, &made, diag);
	if (r < 0)
		return r;
	desk->document.body = arena_dup(desk->arena, (struct bytes){(const uint8_t *)made.at, made.len});
	free(made.at);
	if (!formats[format].here)
		desk->document.conversion = (struct conversion){.to = formats[format].conversion,
		    .language = q.language,
		    .left = arena_dup(desk->arena, bytes_of_cstr(made.margins.left_cstr)),
		    .marking = arena_dup(desk->arena, bytes_of_cstr(made.margins.marking_cstr)),
		    .foot = arena_dup(desk->arena, bytes_of_cstr(made.margins.foot_cstr))};
	desk->document.content_type_cstr = formats[format].type_cstr;
	if (formats[format].format != REPORT_HTML)
		(void)snprintf(desk->document.name_cstr, sizeof(desk->document.name_cstr), "%s%s%s.%s",
		    desk_order_value(order, "kind"), q.incident_cstr == NULL ? "" : "-",
		    q.incident_cstr == NULL ? "" : q.incident_cstr, formats[format].word_cstr);
	return desk->document.body.at == NULL ? desk_no_memory(diag) : 0;
}
