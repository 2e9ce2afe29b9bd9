/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/present.h"

#include "core/utf8.h"
#include "record/alert_text.h"

#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { SENTENCE_MAX = 2048, WIDTH_DEFAULT = 100, WIDTH_MIN = 40 };

struct presenter
present_to(FILE *out, enum language language, bool color)
{
	struct winsize size;
	struct presenter p = {.out = out, .language = language, .color = color, .width = WIDTH_DEFAULT};
	if (isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col >= WIDTH_MIN)
		p.width = size.ws_col < WIDTH_DEFAULT ? size.ws_col : WIDTH_DEFAULT;
	return p;
}

void
present_time(int64_t time_ns, char out[static 24])
{
	time_t seconds = (time_t)(time_ns / 1000000000);
	struct tm parts;
	if (gmtime_r(&seconds, &parts) == NULL || strftime(out, 24, "%Y-%m-%d %H:%M:%S", &parts) == 0)
		snprintf(out, 24, "?");
}

/* Columns of a text: UTF-8 sequences count as one. */
static size_t
columns(struct bytes text)
{
	size_t n = 0;
	for (size_t i = 0; i < text.len; i++)
		n += (text.at[i] & 0xc0) != 0x80;
	return n;
}

void
present_paragraph(const struct presenter *p, const char *first_cstr, unsigned indent, const char *text_cstr)
{
	struct bytes left = bytes_of_cstr(text_cstr);
	size_t column = columns(bytes_of_cstr(first_cstr));
	fputs(first_cstr, p->out);
	bool start = true;
	while (left.len > 0) {
		struct bytes word = bytes_first(left, bytes_find(left, ' '));
		left = bytes_after(left, word.len + 1);
		size_t width = columns(word);
		if (!start && column + 1 + width > p->width) {
			fprintf(p->out, "\n%*s", (int)indent, "");
			column = indent;
			start = true;
		}
		fprintf(p->out, "%s%.*s", start ? "" : " ", (int)word.len, (const char *)word.at);
		column += width + !start;
		start = false;
	}
	fputc('\n', p->out);
}

static const char *
color_of(const struct presenter *p, unsigned severity)
{
	static const char *const codes[] = {"", "\033[36m", "\033[33m", "\033[31m", "\033[1;31m"};
	return p->color ? codes[severity <= SEVERITY_CRITICAL ? severity : 0] : "";
}

static const char *
bold(const struct presenter *p)
{
	return p->color ? "\033[1m" : "";
}

static const char *
plain(const struct presenter *p)
{
	return p->color ? "\033[0m" : "";
}

static const char *
sentence(enum language language, const struct alert *alert, const char *template_cstr, char room[static SENTENCE_MAX])
{
	alert_text_fill(language, text_in(language, template_cstr), alert, room, SENTENCE_MAX);
	return room;
}

static void
present_headline(const struct presenter *p, const struct incident *incident, const struct alert_text *text)
{
	char who[ADDR_TEXT_MAX], first[24], last[24];
	addr_write(&incident->attacker, who);
	present_time(incident->first_ns, first);
	present_time(incident->last_ns, last);
	fprintf(p->out, "%s● %s%s  %s%s%s\n", color_of(p, incident->severity),
	    alert_text_severity(p->language, incident->severity), plain(p), bold(p), text_in(p->language, text->title_cstr),
	    plain(p));
	fprintf(p->out, text_in(p->language, N_("  %s · from %s · %s to %s UTC · confidence %u %%\n")), incident->id_cstr,
	    who, first, memcmp(first, last, 10) == 0 ? last + 11 : last, incident->confidence);
}

void
present_incident(const struct presenter *p, const struct incident *incident)
{
	char room[SENTENCE_MAX];
	if (incident->part_count == 0)
		return;
	const struct incident_part *most = incident_main_part(incident);
	const struct alert_text *advice = alert_text_find(bytes_of_cstr(most->strongest.detector_cstr));
	if (advice == NULL)
		return;
	present_headline(p, incident, advice);
	for (size_t i = 0; i < incident->part_count; i++) {
		const struct alert *alert = &incident->parts[i].strongest;
		const struct alert_text *text = alert_text_find(bytes_of_cstr(alert->detector_cstr));
		char when[24], first[40];
		if (text == NULL)
			continue;
		present_time(incident->parts[i].first_ns, when);
		snprintf(first, sizeof(first), "  %s  ", when + 11);
		present_paragraph(p, first, 12, sentence(p->language, alert, text->what_cstr, room));
	}
	char label[64];
	snprintf(label, sizeof(label), "  %s", text_in(p->language, N_("Why it matters: ")));
	present_paragraph(p, label, 4, sentence(p->language, &most->strongest, advice->why_cstr, room));
	snprintf(label, sizeof(label), "  %s", text_in(p->language, N_("What to do now: ")));
	present_paragraph(p, label, 4, sentence(p->language, &most->strongest, advice->todo_cstr, room));
	fputc('\n', p->out);
}
