/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/present.h"

#include "core/json.h"
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

const char *
present_severity(enum language language, unsigned severity)
{
	static const char *const words[] = {"", N_("minor"), N_("significant"), N_("serious"), N_("critical")};
	return text_in(language, words[severity <= SEVERITY_CRITICAL ? severity : 0]);
}

const char *
present_severity_word(unsigned severity)
{
	static const char *const words[] = {"", "minor", "significant", "serious", "critical"};
	return words[severity <= SEVERITY_CRITICAL ? severity : 0];
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

/* The part whose advice matters most: the gravest, then the latest stage. */
static const struct incident_part *
main_part(const struct incident *incident)
{
	const struct incident_part *best = &incident->parts[0];
	for (size_t i = 1; i < incident->part_count; i++) {
		const struct alert *a = &incident->parts[i].strongest, *b = &best->strongest;
		if (a->severity > b->severity ||
		    (a->severity == b->severity && a->stage > b->stage && a->stage != STAGE_HYGIENE))
			best = &incident->parts[i];
	}
	return best;
}

static void
present_headline(const struct presenter *p, const struct incident *incident, const struct alert_text *text)
{
	char who[ADDR_TEXT_MAX], first[24], last[24];
	addr_write(&incident->attacker, who);
	present_time(incident->first_ns, first);
	present_time(incident->last_ns, last);
	fprintf(p->out, "%s● %s%s  %s%s%s\n", color_of(p, incident->severity),
	    present_severity(p->language, incident->severity), plain(p), bold(p), text_in(p->language, text->title_cstr),
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
	const struct incident_part *most = main_part(incident);
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

static void
part_json(struct json *j, const struct incident_part *part, enum language language)
{
	const struct alert *alert = &part->strongest;
	const struct alert_text *text = alert_text_find(bytes_of_cstr(alert->detector_cstr));
	char room[SENTENCE_MAX];
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("detector"), alert->detector_cstr);
	json_u64(j, JSON_KEY("signature_id"), alert->signature_id);
	json_cstr(j, JSON_KEY("severity"), present_severity_word(alert->severity));
	json_u64(j, JSON_KEY("confidence"), alert->confidence);
	json_cstr(j, JSON_KEY("stage"), alert_stage_word(alert->stage));
	json_cstr(j, JSON_KEY("technique"), alert->technique_cstr);
	json_addr(j, JSON_KEY("source"), &alert->source);
	if (!addr_is_zero(&alert->target))
		json_addr(j, JSON_KEY("target"), &alert->target);
	json_u64(j, JSON_KEY("targets"), alert->targets);
	if (alert->target_port != 0)
		json_u64(j, JSON_KEY("target_port"), alert->target_port);
	json_u64(j, JSON_KEY("alerts"), part->alerts);
	json_u64(j, JSON_KEY("count"), part->count);
	json_time(j, JSON_KEY("first"), part->first_ns);
	json_time(j, JSON_KEY("last"), part->last_ns);
	if (text != NULL) {
		json_cstr(j, JSON_KEY("title"), text_in(language, text->title_cstr));
		json_cstr(j, JSON_KEY("what"), sentence(language, alert, text->what_cstr, room));
		json_cstr(j, JSON_KEY("why"), sentence(language, alert, text->why_cstr, room));
		json_cstr(j, JSON_KEY("todo"), sentence(language, alert, text->todo_cstr, room));
	}
	json_close_object(j);
}

void
present_incident_json_open(
    struct json *j, struct bytes key, const struct incident *incident, const char *title_cstr, enum language language)
{
	json_open_object(j, key);
	json_cstr(j, JSON_KEY("id"), incident->id_cstr);
	const struct alert_text *text = incident->part_count == 0
	    ? NULL
	    : alert_text_find(bytes_of_cstr(main_part(incident)->strongest.detector_cstr));
	if (title_cstr[0] == '\0' && text != NULL)
		title_cstr = text_in(language, text->title_cstr);
	json_cstr(j, JSON_KEY("title"), title_cstr);
	json_cstr(j, JSON_KEY("severity"), present_severity_word(incident->severity));
	json_u64(j, JSON_KEY("confidence"), incident->confidence);
	json_addr(j, JSON_KEY("attacker"), &incident->attacker);
	json_open_array(j, JSON_KEY("victims"));
	for (size_t i = 0; i < incident->victim_count; i++)
		json_addr(j, (struct bytes){0}, &incident->victims[i]);
	json_close_array(j);
	json_u64(j, JSON_KEY("victims_total"), incident->victims_total);
	json_open_array(j, JSON_KEY("stages"));
	for (unsigned stage = 0; stage <= STAGE_HYGIENE; stage++)
		if ((incident->stages >> stage & 1) != 0)
			json_cstr(j, (struct bytes){0}, alert_stage_word(stage));
	json_close_array(j);
	json_time(j, JSON_KEY("first"), incident->first_ns);
	json_time(j, JSON_KEY("last"), incident->last_ns);
	json_u64(j, JSON_KEY("alerts"), incident->alerts);
	json_open_array(j, JSON_KEY("parts"));
	for (size_t i = 0; i < incident->part_count; i++)
		part_json(j, &incident->parts[i], language);
	json_close_array(j);
}

void
present_incident_json(struct json *j, struct bytes key, const struct incident *incident, enum language language)
{
	present_incident_json_open(j, key, incident, "", language);
	json_close_object(j);
}
