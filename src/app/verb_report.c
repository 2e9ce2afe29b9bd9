/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The child reads the dossier, confined, and writes the document into a pipe; the parent, which touches no dossier, has it
 * converted where that was asked for, and writes the file. */
#include "app/verb_report.h"

#include "app/law_clocks.h"
#include "app/report_convert.h"
#include "app/report_file.h"
#include "app/verb_reading.h"
#include "cli/report_options.h"
#include "core/auto.h"
#include "desk/desk_report.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <time.h>

static const char help_cstr[] = N_(
    "Usage: beffroi report incident ID [--kind management|technical|notice] [options]\n"
    "       beffroi report period    [--from DAY] [--to DAY] [options]\n"
    "       beffroi report committee [--from DAY] [--to DAY] [options]\n"
    "\n"
    "Makes a document from the dossier: of one incident, a page for the management (management), everything (technical)\n"
    "or the draft of a legal notice (notice); of a period, all its figures, or two pages for a committee.\n"
    "\n"
    "  --format html|xlsx|odt|docx|pdf   (html); odt and docx need pandoc, pdf needs weasyprint\n"
    "  -o, --output FILE    (a name made from what is asked, here); - is standard output\n"
    "  --lang en|fr         of the document too (from LANG)\n"
    "  --public             without names, addresses, telephone numbers: with pseudonyms\n"
    "  --cover NAME=VALUE   organisation, reference, version, status, author, checked_by, approved_by, recipients,\n"
    "                       tlp, marking; may be given several times\n"
    "  --notice gdpr|nis2   which draft (gdpr)\n"
    "  --from, --to DAY     2026-11-01; both days included (the last 30 days)\n"
    "  --zone NAME          whose clock on the wall (Europe/Paris)\n"
    "  --clocks FILE        a table of legal clocks of your own\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  -q, --quiet          no line about what was made\n"
    "\n"
    "Beside FILE stands FILE.sha256, for sha256sum --check.\n"
    "Exit status: 0 done, 1 could not be done (no dossier, no such incident, a program is missing), 2 wrong usage.\n");

enum { ARENA_BYTES = 512 << 20 /* of addresses; pages come when they are used */, DAYS = 30 };

struct session {
	struct verb_reading v;
	struct report_options options;
	struct desk_report_request request;
	enum report_format format;
	struct arena arena, law_arena;
	struct vocabulary vocabulary;
	const struct clocks *clocks;
	struct zone *zone;
	int64_t now_s;
};

static int
find_word(const char *option_cstr, const char *given_cstr, const char *(*word)(unsigned), unsigned *out, struct diag *diag)
{
	char all[128] = "";
	for (unsigned i = 0; word(i) != NULL; i++) {
		if (strcmp(word(i), given_cstr) == 0) {
			*out = i;
			return 0;
		}
		size_t used = strlen(all);
		(void)snprintf(all + used, sizeof(all) - used, "%s%s", i == 0 ? "" : " | ", word(i));
	}
	return diag_say(diag, -EINVAL, _("%s: \"%s\" was given, %s was expected"), option_cstr, given_cstr, all);
}

static int
read_day(const struct session *s, const char *option_cstr, const char *day_cstr, int64_t *out_s, struct diag *diag)
{
	char time[CIVIL_TEXT_MAX];
	if (strlen(day_cstr) == sizeof("2026-11-01") - 1) {
		(void)snprintf(time, sizeof(time), "%s 00:00", day_cstr);
		if (zone_parse_time(s->zone, time, out_s, diag) == 0)
			return 0;
	}
	return diag_say(diag, -EINVAL, _("%s: \"%s\" was given, %s was expected"), option_cstr, day_cstr, "2026-11-01");
}

/* The midnight of the wall that many days after the one of at_s. */
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
read_period(struct session *s, struct diag *diag)
{
	struct desk_report_request *q = &s->request;
	int64_t last_s = s->now_s;
	int r = s->options.to_cstr == NULL ? 0 : read_day(s, "--to", s->options.to_cstr, &last_s, diag);
	q->to_s = midnight(s->zone, last_s, 1);
	q->from_s = midnight(s->zone, last_s, 1 - DAYS);
	if (r == 0 && s->options.from_cstr != NULL)
		r = read_day(s, "--from", s->options.from_cstr, &q->from_s, diag);
	if (r == 0 && q->from_s >= q->to_s)
		r = diag_say(diag, -EINVAL, "%s", _("--to is before --from"));
	return r;
}

static int
read_cover(struct doc_cover *cover, const struct report_options *o, struct diag *diag)
{
	const struct {
		const char *name_cstr, **value;
	} names[] = {{"organisation", &cover->organisation_cstr}, {"reference", &cover->reference_cstr},
	    {"version", &cover->version_cstr}, {"status", &cover->status_cstr}, {"author", &cover->author_cstr},
	    {"checked_by", &cover->checked_by_cstr}, {"approved_by", &cover->approved_by_cstr},
	    {"recipients", &cover->recipients_cstr}, {"tlp", &cover->tlp_cstr}, {"marking", &cover->marking_cstr}};
	for (size_t i = 0; i < o->cover_count; i++) {
		const char *given_cstr = o->cover[i], *equal = strchr(given_cstr, '=');
		size_t n = (size_t)(equal - given_cstr), k = 0;
		while (k < LENGTH_OF(names) &&
		    !bytes_eq(bytes_of_cstr(names[k].name_cstr), (struct bytes){(const uint8_t *)given_cstr, n}))
			k++;
		if (k == LENGTH_OF(names))
			return diag_say(
			    diag, -EINVAL, _("--cover: there is no \"%.*s\" on a cover: see --help"), (int)n, given_cstr);
		*names[k].value = equal + 1;
	}
	return 0;
}

static int
understand(struct session *s, struct diag *diag)
{
	const struct report_options *o = &s->options;
	struct desk_report_request *q = &s->request;
	unsigned kind = REPORT_MANAGEMENT, format = REPORT_HTML;
	bool of_incident = o->what_cstr != NULL && strcmp(o->what_cstr, "incident") == 0;
	const char *kind_cstr = of_incident ? o->kind_cstr : o->what_cstr;
	if (kind_cstr == NULL || (o->incident_cstr != NULL) != of_incident ||
	    (!of_incident && strcmp(kind_cstr, "period") != 0 && strcmp(kind_cstr, "committee") != 0))
		return diag_say(diag, -EINVAL, "%s",
		    _("say of what: beffroi report incident ID, beffroi report period, or beffroi report committee"));
	int r = find_word("--kind", kind_cstr, report_kind_word, &kind, diag);
	if (r == 0 && of_incident && kind > REPORT_NOTICE)
		r = diag_say(diag, -EINVAL, _("%s: \"%s\" was given, %s was expected"), "--kind", kind_cstr,
		    "management | technical | notice");
	if (r == 0)
		r = find_word("--format", o->format_cstr, report_format_word, &format, diag);
	*q = (struct desk_report_request){.kind = (enum report_kind)kind,
	    .language = o->language,
	    .is_public = o->is_public,
	    .incident_cstr = o->incident_cstr,
	    .notice_cstr = o->notice_cstr};
	s->format = (enum report_format)format;
	if (r == 0)
		r = read_cover(&q->cover, o, diag);
	if (r == 0)
		r = zone_open(&s->zone, o->zone_cstr, diag);
	return r < 0 ? r : read_period(s, diag);
}

static int
hand_over(int fd, struct bytes data, struct diag *diag)
{
	while (data.len > 0) {
		ssize_t n = write(fd, data.at, data.len);
		if (n < 0 && errno != EINTR)
			return diag_say(diag, -errno, "%s", text_error(errno));
		data = bytes_after(data, n < 0 ? 0 : (size_t)n);
	}
	return 0;
}

/* The child: all that touches the dossier. Its exit status is the verb's. */
static int
read_and_write(struct session *s, int fd)
{
	struct diag diag = {.offset = UINT64_MAX};
	struct report_input in;
	struct report_document made = {.len = 0};
	int r = arena_init(&s->arena, ARENA_BYTES) < 0 ? diag_say(&diag, -ENOMEM, "%s", _("not enough memory")) : 0;
	if (r == 0)
		r = vocabulary_read(&s->arena, &s->vocabulary, &diag);
	if (r == 0)
		r = law_clocks_read(&s->law_arena, s->options.clocks_cstr, &s->clocks, &diag);
	s->v.options = (struct verb_options){
	    .language = s->options.language, .format_cstr = "text", .dossier_cstr = s->options.dossier_cstr};
	if (r == 0)
		r = verb_reading_open(&s->v, &diag);
	if (r == 0) {
		const struct desk_report_source from = {.dossier = s->v.dossier,
		    .arena = &s->arena,
		    .vocabulary = &s->vocabulary,
		    .clocks = s->clocks,
		    .zone = s->zone,
		    .now_s = s->now_s};
		r = desk_report_read(&from, &s->request, &in, &diag);
	}
	if (r == 0)
		r = report_make(s->request.kind, s->format, &in, &made, &diag);
	if (r == 0)
		r = hand_over(fd, (struct bytes){(const uint8_t *)&made.margins, sizeof(made.margins)}, &diag);
	if (r == 0)
		r = hand_over(fd, (struct bytes){(const uint8_t *)made.at, made.len}, &diag);
	free(made.at);
	int status = verb_reading_finish(&s->v, r, &diag);
	zone_free(s->zone);
	arena_done(&s->arena);
	arena_done(&s->law_arena);
	return r == -EINVAL && status == VERB_EXIT_FAILED ? VERB_EXIT_USAGE : status;
}

/* Starts the child; out: what it wrote, margins first. The verb's exit status. */
static int
read_in_child(struct session *s, char **out, size_t *len, struct diag *diag)
{
	int ends[2], status = 0;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return diag_say(diag, -errno, "%s", text_error(errno));
	(void)fflush(NULL);
	pid_t pid = fork();
	if (pid < 0) {
		int error = errno;
		close(ends[0]);
		close(ends[1]);
		return diag_say(diag, -error, "%s", text_error(error));
	}
	if (pid == 0) {
		close(ends[0]);
		exit(read_and_write(s, ends[1]));
	}
	close(ends[1]);
	int r = report_file_drain(ends[0], out, len, diag);
	close(ends[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (r < 0)
		return r;
	return WIFEXITED(status) ? WEXITSTATUS(status) : VERB_EXIT_FAILED;
}

/* What the child handed over becomes the file. */
static int
finish(struct session *s, struct report_file *file, struct bytes given, struct diag *diag)
{
	struct report_margins margins;
	AUTO_FREE char *converted = NULL;
	if (given.len <= sizeof(margins))
		return diag_say(diag, -EBADMSG, "%s", _("the document is empty"));
	memcpy(&margins, given.at, sizeof(margins));
	/* The child may have been taken over by what the dossier holds: its texts end where they must. */
	margins.left_cstr[REPORT_MARGIN_MAX - 1] = margins.marking_cstr[REPORT_MARGIN_MAX -
	    1] = margins.foot_cstr[REPORT_MARGIN_MAX - 1] = '\0';
	struct bytes document = bytes_after(given, sizeof(margins));
	if (s->format >= REPORT_ODT) {
		size_t len = 0;
		int r = report_convert(s->format, s->options.language, &margins, document, &converted, &len, diag);
		if (r < 0)
			return r;
		document = (struct bytes){(const uint8_t *)converted, len};
	}
	return report_file_write(file, document, diag);
}

int
verb_report_main(int argc, char **argv)
{
	static struct session s;
	struct diag diag = {.offset = UINT64_MAX};
	struct report_options *o = &s.options;
	AUTO_FREE char *document = NULL;
	size_t len = 0;
	int r = report_options_parse(argc, argv, o, &diag);
	if (r < 0) {
		verb_options_complain(text_spoken(), &diag);
		return VERB_EXIT_USAGE;
	}
	if (o->help) {
		fputs(text_in(o->language, help_cstr), stdout);
		return VERB_EXIT_DONE;
	}
	s.now_s = (int64_t)time(NULL);
	r = understand(&s, &diag);
	if (r == 0)
		r = report_convert_check(s.format, &diag);
	struct report_file file = {.format = s.format, .path_cstr = o->output_cstr, .quiet = o->quiet};
	if (r == 0)
		r = report_file_prepare(&file, o->what_cstr, o->incident_cstr, report_kind_word(s.request.kind), &diag);
	if (r == 0)
		r = read_in_child(&s, &document, &len, &diag);
	if (r > 0) {
		zone_free(s.zone);
		return r; /* the child has told why */
	}
	if (r == 0)
		r = finish(&s, &file, (struct bytes){(const uint8_t *)document, len}, &diag);
	zone_free(s.zone);
	if (r < 0)
		verb_options_complain(o->language, &diag);
	return r == 0 ? VERB_EXIT_DONE : r == -EINVAL ? VERB_EXIT_USAGE : VERB_EXIT_FAILED;
}
