/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/people_verb.h"

#include "core/terminal.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { ESCAPED_MAX = 512, SECOND_NS = 1000000000 };

int
people_verb_open(struct people_verb *s, enum people_verb_door door, struct diag *diag)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	s->now_ns = (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
	(void)snprintf(s->by_cstr, sizeof(s->by_cstr), "beffroi user, uid %u", (unsigned)getuid());
	int r = people_init(&s->people, diag);
	struct verb_rights rights = {
	    .mode = door == PEOPLE_VERB_WRITES ? DOSSIER_WRITE : DOSSIER_READ, .makes = door == PEOPLE_VERB_WRITES};
	if (door == PEOPLE_VERB_SHUT)
		return r < 0 ? r : verb_reading_speak(&s->v, diag);
	if (r == 0)
		r = verb_reading_open_as(&s->v, &rights, diag);
	if (r == 0)
		people_open(&s->people, s->v.dossier);
	return r;
}

int
people_verb_finish(struct people_verb *s, int r, const struct diag *diag)
{
	int status = verb_reading_finish(&s->v, r, diag);
	people_done(&s->people);
	return status;
}

const char *
people_verb_value(const struct people_verb *s, size_t from, const char *name_cstr)
{
	size_t len = strlen(name_cstr);
	for (size_t i = from; i < s->v.options.word_count; i++)
		if (strncmp(s->v.options.words[i], name_cstr, len) == 0 && s->v.options.words[i][len] == '=')
			return s->v.options.words[i] + len + 1;
	return NULL;
}

const char *
people_verb_odd(const struct people_verb *s, size_t from, const char *const *names)
{
	for (size_t i = from; i < s->v.options.word_count; i++) {
		const char *word_cstr = s->v.options.words[i];
		size_t len = bytes_find(bytes_of_cstr(word_cstr), '='), n = 0;
		while (names[n] != NULL &&
		    !(word_cstr[len] == '=' && strlen(names[n]) == len && strncmp(names[n], word_cstr, len) == 0))
			n++;
		if (names[n] == NULL)
			return word_cstr;
	}
	return NULL;
}

void
people_verb_say(const char *text_cstr, size_t width)
{
	char escaped[ESCAPED_MAX];
	size_t len = terminal_escape(bytes_of_cstr(text_cstr), escaped, sizeof(escaped)), shown = 0;
	for (size_t i = 0; i < len; i++)
		shown += ((uint8_t)escaped[i] & 0xc0) != 0x80;
	printf("%s%*s", escaped, shown < width ? (int)(width - shown) : 0, "");
}
