/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_law.h"

#include "app/law_clocks.h"
#include "app/law_view.h"
#include "cli/verb_options.h"
#include "core/auto.h"
#include "core/json.h"
#include "study/deadline_json.h"

enum { ROOM = 1 << 18, NAME_MAX_LEN = 64 };

static const char help_cstr[] = N_(
    "Usage: beffroi law list [options]\n"
    "       beffroi law deadline PROFILE --aware TIME [options]\n"
    "\n"
    "The legal clocks of an incident: whom to tell what, until when, by which article, and how sure that is.\n"
    "TIME is 2026-10-24T12:00:00+02:00, or 2026-10-24T12:00 for the local time of the zone.\n"
    "\n"
    "  --aware TIME         when somebody knew\n"
    "  --zone NAME          whose clock on the wall (Europe/Paris)\n"
    "  --at NAME=TIME       when something else happened: an event a step waits for, or the step itself, once sent\n"
    "  --clocks FILE        a table of clocks of your own, of the form of data/law/clocks.yaml\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "This helps you to be on time; it is no legal advice. Exit status: 0 done, 1 could not be done, 2 wrong usage.\n");

static int
finish(const struct json *j)
{
	if (j != NULL && json_ok(j))
		(void)fwrite(j->start, 1, json_length(j), stdout);
	return fflush(stdout) == 0 ? VERB_EXIT_DONE : VERB_EXIT_FAILED;
}

static void
say_checked(const struct clocks *clocks, enum language language)
{
	if (clocks_were_checked(clocks))
		fprintf(stdout, text_in(language, N_("\nThis table was last compared with its sources on %s.\n")),
		    clocks->checked_cstr);
	else
		fputs(text_in(language,
		          N_("\nNobody has compared this table with the texts of the law yet: look a line up "
		             "before you rely on it.\n")),
		    stdout);
}

static void
write_checked(struct json *j, const struct clocks *clocks)
{
	if (clocks_were_checked(clocks))
		json_cstr(j, JSON_KEY("checked"), clocks->checked_cstr);
	else
		json_none(j, JSON_KEY("checked"));
}

static void
list(const struct clocks *clocks, const struct verb_options *o, struct json *j)
{
	struct presenter p = present_to(stdout, o->language, o->color);
	if (o->json) {
		json_open_object(j, (struct bytes){0});
		write_checked(j, clocks);
		json_open_array(j, JSON_KEY("profiles"));
	}
	for (size_t i = 0; i < clocks->profile_count; i++) {
		if (o->json)
			deadline_json_profile(j, &clocks->profiles[i], o->language);
		else
			law_view_profile(&p, &clocks->profiles[i]);
	}
	if (o->json) {
		json_close_array(j);
		json_close_object(j);
		json_newline(j);
	} else {
		say_checked(clocks, o->language);
	}
}

/* An event that no step of the profile knows is a typing mistake, and must not be silent. */
static bool
is_known(const struct clock_profile *profile, const char *event_cstr)
{
	for (size_t i = 0; i < profile->step_count; i++) {
		const struct clock_step *s = &profile->steps[i];
		if (strcmp(s->delay.from_cstr, event_cstr) == 0 || strcmp(s->step_cstr, event_cstr) == 0)
			return true;
	}
	return false;
}

static int
read_events(const struct verb_options *o, const struct clock_profile *profile, const struct zone *zone,
    char names[][NAME_MAX_LEN], struct deadline_event *out, size_t *count, struct diag *diag)
{
	if (o->aware_cstr == NULL)
		return diag_say(diag, -EINVAL, "%s", _("say when somebody knew: --aware 2026-10-24T12:00:00+02:00"));
	out[0].name_cstr = "awareness";
	int r = zone_parse_time(zone, o->aware_cstr, &out[0].at_s, diag);
	*count = 1;
	for (size_t i = 0; i < o->at_count && r == 0; i++) {
		const char *equal = strchr(o->at[i], '=');
		size_t len = (size_t)(equal - o->at[i]);
		if (len >= NAME_MAX_LEN)
			len = NAME_MAX_LEN - 1;
		memcpy(names[i], o->at[i], len);
		names[i][len] = '\0';
		if (!is_known(profile, names[i]))
			return diag_say(diag, -EINVAL,
			    _("--at: nothing in the profile %s is called \"%s\": beffroi law list tells the names"),
			    profile->profile_cstr, names[i]);
		out[*count].name_cstr = names[i];
		r = zone_parse_time(zone, equal + 1, &out[(*count)++].at_s, diag);
	}
	return r;
}

static int
deadline(
    const struct clocks *clocks, const struct verb_options *o, const struct zone *zone, struct json *j, struct diag *diag)
{
	char names[VERB_OPTIONS_AT_MAX][NAME_MAX_LEN], text[CIVIL_TEXT_MAX], when[LAW_VIEW_TIME_MAX];
	struct deadline_event events[VERB_OPTIONS_AT_MAX + 1];
	struct deadline steps[CLOCKS_STEPS_MAX];
	size_t event_count = 0;
	const struct clock_profile *profile = clocks_find(clocks, o->words[1]);
	if (profile == NULL)
		return diag_say(
		    diag, -EINVAL, _("there is no clock profile \"%s\": beffroi law list shows them"), o->words[1]);
	int r = read_events(o, profile, zone, names, events, &event_count, diag);
	if (r < 0)
		return r;
	size_t count = deadline_compute(clocks, profile, zone, events, event_count, steps);
	if (!o->json) {
		struct presenter p = present_to(stdout, o->language, o->color);
		fprintf(stdout, text_in(o->language, N_("%s\nKnown since %s, %s\n\n")), profile->name.cstr[o->language],
		    law_view_time(o->language, zone, events[0].at_s, when), zone_name(zone));
		for (size_t i = 0; i < count; i++) {
			law_view_deadline(&p, &steps[i], zone);
			if (steps[i].kind == DEADLINE_WAITS)
				fprintf(stdout, "    -> --at %s=...\n", steps[i].step->delay.from_cstr);
		}
		say_checked(clocks, o->language);
		return 0;
	}
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("profile"), profile->profile_cstr);
	json_cstr(j, JSON_KEY("name"), profile->name.cstr[o->language]);
	json_cstr(j, JSON_KEY("aware"), o->aware_cstr);
	json_cstr(j, JSON_KEY("aware_utc"), civil_write(events[0].at_s, 0, CIVIL_UTC, text));
	json_cstr(j, JSON_KEY("aware_local"), zone_write(zone, events[0].at_s, text));
	json_cstr(j, JSON_KEY("zone"), zone_name(zone));
	write_checked(j, clocks);
	json_open_array(j, JSON_KEY("steps"));
	for (size_t i = 0; i < count; i++) {
		json_open_object(j, (struct bytes){0});
		deadline_json_write(j, &steps[i], zone, o->language);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
	json_newline(j);
	return 0;
}

int
verb_law_main(int argc, char **argv)
{
	struct verb_options o = {0};
	struct diag diag = {.offset = UINT64_MAX};
	struct arena arena = {0};
	struct zone *zone = NULL;
	const struct clocks *clocks = NULL;
	int r = verb_options_parse(argc, argv, &o, &diag);
	if (r == 0 && o.help) {
		fputs(text_in(o.language, help_cstr), stdout);
		return VERB_EXIT_DONE;
	}
	bool lists = o.word_count == 1 && strcmp(o.words[0], "list") == 0,
	     reckons = o.word_count == 2 && strcmp(o.words[0], "deadline") == 0;
	if (r == 0 && !lists && !reckons)
		r = diag_say(
		    &diag, -EINVAL, "%s", N_("say what: beffroi law list, or beffroi law deadline PROFILE --aware TIME"));
	if (r < 0) {
		verb_options_complain(o.language, &diag);
		return VERB_EXIT_USAGE;
	}
	AUTO_FREE char *room = malloc(ROOM);
	if (room == NULL)
		r = diag_say(&diag, -ENOMEM, "%s", _("not enough memory"));
	struct json j = json_of(room, room == NULL ? 0 : ROOM);
	if (r == 0)
		r = law_clocks_read(&arena, o.clocks_cstr, &clocks, &diag);
	if (r == 0)
		r = zone_open(&zone, o.zone_cstr, &diag);
	if (r == 0 && lists)
		list(clocks, &o, &j);
	if (r == 0 && reckons)
		r = deadline(clocks, &o, zone, &j, &diag);
	int status = r == 0 ? finish(o.json ? &j : NULL) : r == -EINVAL ? VERB_EXIT_USAGE : VERB_EXIT_FAILED;
	if (r < 0)
		verb_options_complain(o.language, &diag);
	zone_free(zone);
	arena_done(&arena);
	return status;
}
