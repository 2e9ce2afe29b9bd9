/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_session.h"

#include "app/incident_send.h"
#include "app/law_clocks.h"
#include "core/auto.h"
#include "core/json.h"
#include "core/terminal.h"
#include "incident/case_read.h"

#include <fcntl.h>
#include <time.h>

enum {
	ARENA_BYTES = 256 << 20 /* of addresses; pages come when they are used */,
	UNREAD_ROOM = 8 << 20,
	SECOND_NS = 1000000000
};

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
	static const struct person owner = {.rights = UINT32_MAX};
	s->desk = (struct desk){.dossier = s->v.dossier,
	    .arena = &s->arena,
	    .vocabulary = &s->vocabulary,
	    .clocks = s->clocks,
	    .zone = s->zone,
	    .language = s->v.options.language,
	    .now_ns = s->now_ns,
	    .who_cstr = s->who_cstr,
	    .folder_cstr = s->v.is_remote ? "" : s->v.folder_cstr,
	    .person = &owner,
	    .is_owner = true,
	    .flush = s->v.json == NULL ? NULL : flush,
	    .context = &s->v};
}

bool
incident_session_order(struct incident_session *s, enum operation_name operation, struct desk_order *out)
{
	return desk_order_init(out, operation, &s->arena) &&
	    (s->v.options.word_count < 2 || desk_order_add(out, "id", s->v.options.words[1]));
}

int
incident_session_answer(struct incident_session *s, const struct desk_order *order, struct diag *diag)
{
	int r = desk_run(&s->desk, order, s->v.json, diag);
	if (r == 0 && s->desk.document.content_type_cstr != NULL)
		(void)fwrite(s->desk.document.body.at, 1, s->desk.document.body.len, stdout);
	else if (r == 0)
		json_newline(s->v.json);
	return r == 0 && !json_ok(s->v.json) ? diag_say(diag, -E2BIG, "%s", _("the answer is too large: ask for less")) : r;
}

int
incident_session_do(struct incident_session *s, const struct desk_order *order, const char *sentence_cstr, struct diag *diag)
{
	if (s->v.json != NULL)
		return incident_session_answer(s, order, diag);
	AUTO_FREE char *room = malloc(UNREAD_ROOM);
	struct json unread = json_of(room, room == NULL ? 0 : UNREAD_ROOM); /* a person reads the sentence */
	int r = desk_run(&s->desk, order, &unread, diag);
	if (r == 0 && sentence_cstr != NULL)
		fprintf(stdout, "%s  %s\n", s->desk.object_cstr, text_in(s->v.options.language, sentence_cstr));
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
	if (r == 0 && door == INCIDENT_SENDS)
		r = incident_send_prepare(s, diag);
	if (r == 0 && door == INCIDENT_SHUT)
		r = verb_reading_speak(&s->v, diag);
	set_desk(s);
	if (r < 0 || door == INCIDENT_SHUT)
		return r;
	bool writes = door == INCIDENT_WRITES || (door == INCIDENT_SENDS && !o->dry_run);
	struct verb_rights rights = {.mode = writes ? DOSSIER_WRITE : DOSSIER_READ, .makes = door == INCIDENT_WRITES};
	r = verb_reading_open_as(&s->v, &rights, diag);
	set_desk(s);
	if (r < 0 || door == INCIDENT_READS)
		return r;
	dossier_case_sign(s->v.dossier, s->who_cstr);
	return door == INCIDENT_SENDS ? 0 : dossier_begin(s->v.dossier, diag);
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
