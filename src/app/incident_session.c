/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_session.h"

#include "app/law_clocks.h"
#include "core/auto.h"
#include "core/json.h"
#include "core/terminal.h"
#include "dossier/dossier_digest.h"
#include "incident/case_read.h"

#include <fcntl.h>
#include <stdarg.h>
#include <time.h>

enum { ARENA_BYTES = 256 << 20 /* of addresses; pages come when they are used */, DIGITS = 12, SECOND_NS = 1000000000 };

static int
find_who(struct incident_session *s, struct diag *diag)
{
	static const struct case_field_def as = {"--as", CASE_LINE, "", NULL};
	const char *user_cstr = getenv("USER"), *who_cstr = s->v.options.as_cstr != NULL ? s->v.options.as_cstr : user_cstr;
	if (who_cstr == NULL || who_cstr[0] == '\0')
		(void)snprintf(s->who_cstr, sizeof(s->who_cstr), "uid %u", (unsigned)getuid());
	else if (strlen(who_cstr) >= sizeof(s->who_cstr) || case_fields_check(&as, who_cstr, diag) < 0)
		return diag_say(diag, -EINVAL, _("--as: a name of at most %d bytes was expected"), CASE_WHO_MAX - 1);
	else
		(void)snprintf(s->who_cstr, sizeof(s->who_cstr), "%s", who_cstr);
	return 0;
}

/* What import reads: opened while files may still be opened. "-" is standard input. */
static int
read_input(struct incident_session *s, const char *file_cstr, struct diag *diag)
{
	bool standard = strcmp(file_cstr, "-") == 0;
	AUTO_CLOSE int fd = standard ? dup(STDIN_FILENO) : open(file_cstr, O_RDONLY | O_CLOEXEC);
	uint8_t *room = fd < 0 ? NULL : malloc(CASE_READ_BYTES_MAX + 1);
	size_t len = 0;
	ssize_t n = fd < 0 || room == NULL ? -1 : 0;
	while (n >= 0 && len <= CASE_READ_BYTES_MAX) {
		n = read(fd, room + len, CASE_READ_BYTES_MAX + 1 - len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	int error = n < 0 ? (errno != 0 ? errno : ENOMEM) : len > CASE_READ_BYTES_MAX ? EFBIG : 0;
	if (error != 0) {
		free(room);
		return diag_say_at(diag, -error, file_cstr, UINT64_MAX, "%s", text_error(error));
	}
	s->input = (struct bytes){room, len};
	return 0;
}

static void
flush(struct desk *desk, struct json *out)
{
	(void)out; /* it is the one of v */
	verb_reading_flush(desk->context);
}

/* Who can read the files of the dossier may do all that is done with it. */
static void
set_desk(struct incident_session *s)
{
	s->desk = (struct desk){.dossier = s->v.dossier,
	    .arena = &s->arena,
	    .vocabulary = &s->vocabulary,
	    .clocks = s->clocks,
	    .zone = s->zone,
	    .language = s->v.options.language,
	    .now_ns = s->now_ns,
	    .who_cstr = s->who_cstr,
	    .display_cstr = s->who_cstr,
	    .role_cstr = "owner",
	    .folder_cstr = s->v.is_remote ? "" : s->v.folder_cstr,
	    .rights = UINT32_MAX,
	    .signed_in = true,
	    .is_owner = true,
	    .flush = flush,
	    .context = &s->v};
}

int
incident_session_answer(struct incident_session *s, const struct desk_order *order, struct diag *diag)
{
	int r = desk_run(&s->desk, order, s->v.json, diag);
	if (r == 0)
		json_newline(s->v.json);
	return r;
}

int
incident_session_open(struct incident_session *s, enum incident_door door, struct diag *diag)
{
	const struct verb_options *o = &s->v.options;
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	s->now_ns = (int64_t)now.tv_sec * SECOND_NS + now.tv_nsec;
	int r = find_who(s, diag);
	if (r == 0 && arena_init(&s->arena, ARENA_BYTES) < 0)
		r = diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (r == 0)
		r = vocabulary_read(&s->arena, &s->vocabulary, diag);
	if (r == 0)
		r = law_clocks_read(&s->law_arena, o->clocks_cstr, &s->clocks, diag);
	if (r == 0)
		r = zone_open(&s->zone, o->zone_cstr, diag);
	if (r == 0 && o->word_count == 2 && strcmp(o->words[0], "import") == 0)
		r = read_input(s, o->words[1], diag);
	set_desk(s);
	if (r < 0 || door == INCIDENT_SHUT)
		return r;
	struct verb_rights rights = {
	    .mode = door == INCIDENT_WRITES ? DOSSIER_WRITE : DOSSIER_READ, .makes = door == INCIDENT_WRITES};
	r = verb_reading_open_as(&s->v, &rights, diag);
	set_desk(s);
	if (r < 0 || door == INCIDENT_READS)
		return r;
	dossier_case_sign(s->v.dossier, s->who_cstr);
	return dossier_begin(s->v.dossier, diag);
}

int
incident_session_finish(struct incident_session *s, int r, const struct diag *diag)
{
	if (r < 0 && s->v.dossier != NULL)
		dossier_cancel(s->v.dossier);
	int status = verb_reading_finish(&s->v, r, diag);
	zone_free(s->zone);
	free((void *)(uintptr_t)s->input.at);
	arena_done(&s->arena);
	arena_done(&s->law_arena);
	return status;
}

int
incident_session_load(struct incident_session *s, const char *id_cstr, struct case_file *out, struct dossier_case_name *name,
    struct diag *diag)
{
	struct dossier_case_name found;
	int r = dossier_case_find(s->v.dossier, id_cstr, &found, diag);
	if (r == 0 && found.incident_cstr[0] == '\0')
		r = diag_say(diag, -ENOENT, _("%.80s belongs to no incident"), found.id_cstr);
	if (r == 0)
		r = dossier_case_load(s->v.dossier, &s->arena, found.incident_cstr, out, diag);
	if (r == 0 && name != NULL)
		*name = found;
	return r;
}

const char *
incident_session_id(struct incident_session *s, const char *prefix_cstr, const char *text_cstr)
{
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	char digits[DIGITS + 1];
	const char *all_cstr = incident_session_text(s, "%s %s %lld %llu %s", prefix_cstr, s->who_cstr, (long long)s->now_ns,
	    (unsigned long long)s->made++, text_cstr);
	dossier_digest_sha256(bytes_of_cstr(all_cstr), digest);
	dossier_digest_text(digest, DIGITS, digits);
	return incident_session_text(s, "%s%s", prefix_cstr, digits);
}

int64_t
incident_session_now_s(const struct incident_session *s)
{
	return s->now_ns / SECOND_NS;
}

const char *
incident_session_text(struct incident_session *s, const char *format, ...)
{
	va_list list, again;
	va_start(list, format);
	va_copy(again, list);
	int n = vsnprintf(NULL, 0, format, list);
	char *text = n < 0 ? NULL : arena_take(&s->arena, (size_t)n + 1, 1);
	if (text != NULL)
		(void)vsnprintf(text, (size_t)n + 1, format, again);
	va_end(again);
	va_end(list);
	return text == NULL ? "" : text;
}

void
incident_session_say(struct incident_session *s, const char *text_cstr)
{
	size_t size = strlen(text_cstr) * 4 + 1;
	char *room = arena_take(&s->arena, size, 1);
	if (room == NULL)
		return;
	(void)terminal_escape(bytes_of_cstr(text_cstr), room, size);
	fputs(room, stdout);
}
