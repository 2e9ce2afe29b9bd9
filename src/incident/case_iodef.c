/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/case_iodef.h"

#include "core/civil.h"
#include "core/utf8.h"
#include "incident/case_export.h"
#include "incident/lifecycle.h"
#include "record/incident.h"

#include <stdarg.h>

enum { SECOND_NS = 1000000000 };

/* Markup of ours: no words for people in it. */
static void PRINTF_LIKE(2, 3) put_markup(FILE *out, const char *format, ...)
{
	va_list list;
	va_start(list, format);
	(void)vfprintf(out, format, list);
	va_end(list);
}

/* The escaping writer of this edge. XML 1.0 2.2: characters that no document may hold leave as a question mark. */
static void
put_text(FILE *out, const char *text_cstr)
{
	struct bytes left = bytes_of_cstr(text_cstr);
	while (left.len > 0) {
		uint8_t c = left.at[0];
		size_t n = c < 0x80 ? 1 : utf8_length(left);
		bool forbidden = n == 0 || (c < 0x20 && c != '\n' && c != '\t') ||
		    (n == 3 && c == 0xef && left.at[1] == 0xbf && left.at[2] >= 0xbe);
		if (forbidden)
			fputc('?', out);
		else if (c == '<')
			fputs("&lt;", out);
		else if (c == '>')
			fputs("&gt;", out);
		else if (c == '&')
			fputs("&amp;", out);
		else if (c == '"')
			fputs("&quot;", out);
		else
			(void)fwrite(left.at, 1, n, out);
		left = bytes_after(left, n == 0 ? 1 : n);
	}
}

static void
put_element(FILE *out, const char *name_cstr, const char *text_cstr)
{
	if (text_cstr[0] == '\0')
		return;
	fprintf(out, "<%s>", name_cstr);
	put_text(out, text_cstr);
	fprintf(out, "</%s>\n", name_cstr);
}

static void
put_moment(FILE *out, const char *name_cstr, int64_t at_s)
{
	char text[CIVIL_TEXT_MAX];
	put_element(out, name_cstr, civil_write(at_s, 0, CIVIL_UTC, text));
}

static void
put_time(FILE *out, const char *name_cstr, const struct case_item *item, const char *field_cstr)
{
	int64_t at_s;
	if (case_file_time(item, field_cstr, &at_s))
		put_moment(out, name_cstr, at_s);
}

/* 3.3: restriction has words of its own beside the colours. */
static const char *
restriction(const struct case_item *incident)
{
	static const char *const words[][2] = {
	    {"RED", "red"}, {"AMBER+STRICT", "amber"}, {"AMBER", "amber"}, {"GREEN", "green"}, {"CLEAR", "white"}};
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		if (case_file_says(incident, "tlp", words[i][0]))
			return words[i][1];
	return "private";
}

/* 3.2: the order of the elements is the standard's. */
static void
put_times(FILE *out, const struct case_file *file, int64_t now_s)
{
	const struct case_item *i = &file->incident;
	put_time(out, "DetectTime", i, "seen");
	put_time(out, "StartTime", i, "happened");
	put_time(out, "EndTime", i, "happened_end");
	put_time(out, "RecoveryTime", i, "recovered");
	put_moment(out, "ReportTime", i->at_ns / SECOND_NS);
	put_moment(out, "GenerationTime", now_s);
}

/* 3.12 */
static void
put_assessment(FILE *out, const struct case_file *file)
{
	static const char *const words[] = {"unknown", "low", "medium", "medium", "high"};
	const char *severity_cstr = case_file_value(&file->incident, "severity");
	unsigned severity = severity_cstr[0] >= '1' && severity_cstr[0] <= '4' ? (unsigned)(severity_cstr[0] - '0') : 0;
	fputs("<Assessment>\n", out);
	put_element(out, "IncidentCategory", case_file_value(&file->incident, "category"));
	put_markup(out, "<BusinessImpact severity=\"%s\" type=\"unknown\"/>\n", words[severity]);
	for (const struct case_item *c = NULL; (c = case_file_next(file, "cause", c)) != NULL;)
		if (case_file_says(c, "root", "yes"))
			put_element(out, "Cause", case_file_value(c, "text"));
	fputs("</Assessment>\n", out);
}

/* 3.11.1: a technique is a reference of the method. */
static void
put_technique(void *context, const char *technique_cstr)
{
	fputs("<Method>\n", context);
	put_element(context, "Description", technique_cstr);
	fputs("</Method>\n", context);
}

static void
put_system(FILE *out, const struct addr *address, const char *category_cstr)
{
	char text[ADDR_TEXT_MAX];
	(void)addr_write(address, text);
	put_markup(out, "<System category=\"%s\"><Node><Address category=\"%s\">%s</Address></Node></System>\n",
	    category_cstr, addr_is_v4(address) ? "ipv4-addr" : "ipv6-addr", text);
}

/* 3.14 */
static void
put_event(FILE *out, const struct incident *story)
{
	if (story == NULL || story->alerts == 0)
		return;
	fputs("<EventData>\n", out);
	put_moment(out, "StartTime", story->first_ns / SECOND_NS);
	put_moment(out, "EndTime", story->last_ns / SECOND_NS);
	fputs("<Flow>\n", out);
	put_system(out, &story->attacker, "source");
	for (size_t i = 0; i < story->victim_count; i++)
		put_system(out, &story->victims[i], "target");
	fputs("</Flow>\n</EventData>\n", out);
}

/* 3.13 */
static void
put_history(FILE *out, const struct case_file *file)
{
	size_t count = 0;
	for (size_t i = 0; i < file->item_count; i++) {
		const struct case_item *item = &file->items[i];
		int64_t at_s = item->at_ns / SECOND_NS;
		const char *text_cstr = case_file_value(item, "text");
		if (text_cstr[0] == '\0')
			text_cstr = case_file_value(item, "title");
		if (text_cstr[0] == '\0')
			continue;
		(void)case_file_time(item, "when", &at_s);
		fputs(count++ == 0 ? "<History>\n" : "", out);
		put_markup(out, "<HistoryItem action=\"%s\">\n",
		    strcmp(item->kind_cstr, "action") == 0 ? "taken-action" : "status-new-info");
		put_moment(out, "DateTime", at_s);
		put_element(out, "Description", text_cstr);
		fputs("</HistoryItem>\n", out);
	}
	fputs(count > 0 ? "</History>\n" : "", out);
}

void
case_iodef_write(FILE *out, const struct case_file *file, int64_t now_s)
{
	const struct case_item *i = &file->incident;
	const char *contact_cstr = case_file_value(i, "contact");
	bool is_new = strcmp(lifecycle_state(i)->state_cstr, "new") == 0;
	put_markup(out,
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	    "<IODEF-Document version=\"2.00\" xml:lang=\"en\" xmlns=\"urn:ietf:params:xml:ns:iodef-2.0\">\n");
	put_markup(out, "<Incident purpose=\"reporting\" status=\"%s\" restriction=\"%s\">\n",
	    lifecycle_is_over(i) ? "resolved"
	        : is_new         ? "new"
	                         : "in-progress",
	    restriction(i));
	put_markup(out, "<IncidentID name=\"beffroi\">");
	put_text(out, i->id_cstr);
	fputs("</IncidentID>\n", out);
	put_times(out, file, now_s);
	put_element(out, "Description", case_export_title(file));
	put_element(out, "Description", case_file_value(i, "description"));
	put_assessment(out, file);
	case_export_techniques(file, put_technique, out);
	put_markup(out, "<Contact role=\"creator\" type=\"organization\">\n");
	put_element(out, "ContactName", contact_cstr[0] == '\0' ? "beffroi" : contact_cstr);
	fputs("</Contact>\n", out);
	put_event(out, file->story);
	put_history(out, file);
	fputs("</Incident>\n</IODEF-Document>\n", out);
}
