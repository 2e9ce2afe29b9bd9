/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/exception_view.h"

#include "core/civil.h"
#include "core/terminal.h"

enum { ROOM = EXCEPTION_WHY_MAX * 4 + 1, SECOND_NS = 1000000000 };

static void
say(const struct presenter *p, const char *text_cstr)
{
	char room[ROOM];
	(void)terminal_escape(bytes_of_cstr(text_cstr), room, sizeof(room));
	fputs(room, p->out);
}

void
exception_view_lines(
    const struct presenter *p, const char *before_cstr, const struct exception *e, uint64_t hidden, int64_t now_ns)
{
	char network[EXCEPTION_NETWORK_MAX], until[CIVIL_TEXT_MAX];
	(void)civil_write((e->ended_ns != 0 ? e->ended_ns : e->until_ns) / SECOND_NS, 0, CIVIL_UTC, until);
	fprintf(p->out, "%s%s  %s %s  ", before_cstr, e->id_cstr,
	    text_in(p->language, exception_is_on(e, now_ns) ? N_("until") : N_("ended")), until);
	fprintf(p->out, text_plural(p->language, hidden, N_("%llu alert aside"), N_("%llu alerts aside")),
	    (unsigned long long)hidden);
	fprintf(p->out, "\n%s    ", before_cstr);
	if (e->signature_id != 0)
		fprintf(p->out, "sid=%u  ", e->signature_id);
	if (e->detector_cstr[0] != '\0')
		fprintf(p->out, "detector=%s  ", e->detector_cstr);
	if (e->prefix > 0)
		fprintf(p->out, "address=%s (%s)  ", exception_network_write(e, network), exception_side_word(e->side));
	if (e->pattern_cstr[0] != '\0') {
		fputs("pattern=", p->out);
		say(p, e->pattern_cstr);
	}
	fprintf(p->out, "\n%s    ", before_cstr);
	say(p, e->who_cstr);
	fputs(": ", p->out);
	say(p, e->why_cstr);
	fputc('\n', p->out);
}
