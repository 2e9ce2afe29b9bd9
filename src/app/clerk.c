/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/clerk.h"

#include "app/law_clocks.h"
#include "core/auto.h"
#include "desk/desk.h"
#include "desk/desk_error.h"
#include "desk/desk_settings.h"
#include "desk/desk_table.h"
#include "dossier/dossier_case.h"
#include "dossier/dossier_lines.h"
#include "dossier/dossier_reading.h"
#include "dossier/dossier_setting.h"
#include "people/people_account.h"
#include "record/order.h"
#include "sandbox/channel.h"
#include "sandbox/memory_file.h"
#include "sandbox/sandbox.h"

#include <poll.h>
#include <sys/stat.h>
#include <time.h>

enum {
	ARENA_BYTES = 256 << 20 /* of addresses; pages come when they are used */,
	ROOM = 16 << 20,
	KEPT_BYTES = 2 << 20,
	FOLDER_MAX = 480,
	BUSY_SECONDS = 2,
	LOOK_MS = 1000, /* how often it looks whether somebody else wrote */
	HEALTH_SECONDS = 30
};

#define ZONES "/usr/share/zoneinfo"

struct clerk {
	enum language language; /* until somebody has signed in */
	char folder_cstr[FOLDER_MAX];
	struct arena data, law, arena; /* what ships; the clocks; one order */
	struct vocabulary vocabulary;
	const struct clocks *clocks;
	struct zone *zone;
	struct people people;
	struct dossier *dossier;
	int64_t seq;       /* of the last line of the journal that the console was told of */
	uint64_t told_s;   /* when it last heard of the health of sensors; monotonic */
	int64_t looked_ms; /* whether somebody else wrote; monotonic */
	struct arena room; /* of the JSON of an answer: written into, not taken from */
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2], out[CHANNEL_MESSAGE_MAX];
};

static int64_t
now_ns(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Takes the same time whatever is wrong. */
static bool
is_same_secret(struct bytes a, struct bytes b)
{
	uint8_t differs = a.len != b.len || a.len == 0;
	for (size_t i = 0; i < a.len && i < b.len; i++)
		differs = (uint8_t)(differs | (a.at[i] ^ b.at[i]));
	return differs == 0;
}

/* Who asks: 1; 0: nobody, or one who is no longer. A stream that stays open, or figures that a program fetches, keep nobody in. */
static int
identify(
    struct clerk *c, const struct order *order, struct person *out, char proof[static PEOPLE_CSRF_MAX], struct diag *diag)
{
	if (order->token.len > 0)
		return people_token(&c->people, order->token, now_ns(), out, diag);
	if (order->session.len == 0)
		return 0;
	enum people_touch touch = order->operation == OPERATION_STREAM ? PEOPLE_LOOKS : PEOPLE_ACTS;
	return people_session(&c->people, order->session, touch, now_ns(), out, proof, diag);
}

/* Keeps what was written, or nothing of it. */
static int
finish(struct clerk *c, int r, struct diag *diag)
{
	if (r < 0)
		dossier_cancel(c->dossier);
	return r < 0 ? r : dossier_end(c->dossier, diag);
}

/* The reading of personal data is written down before it is answered. */
static int
note_reading(struct clerk *c, const struct desk *desk, const char *how_cstr, struct diag *diag)
{
	const char *object_cstr = desk->object_cstr[0] == '\0' ? "dossier" : desk->object_cstr;
	int r = dossier_reading_is_noted(c->dossier, object_cstr, how_cstr, diag);
	if (r != 0)
		return r < 0 ? r : 0;
	r = dossier_begin(c->dossier, diag);
	return r < 0 ? r : finish(c, dossier_reading_note(c->dossier, object_cstr, how_cstr, diag), diag);
}

static int
execute(struct clerk *c, struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	const struct operation *o = operation_of(order->operation);
	/* Nobody waits for whoever may not. */
	bool writes = o->mutates && desk_may(desk, o->right) && !desk_table_keeps_itself(order->operation);
	desk->dossier = c->dossier;
	dossier_case_sign(c->dossier, desk->who_cstr);
	int r = writes ? dossier_begin(c->dossier, diag) : 0;
	if (r < 0)
		return r;
	r = desk_run(desk, order, out, diag);
	if (r == 0 && !json_ok(out))
		r = diag_say(diag, -E2BIG, "%s", _("the answer is too large: ask for less"));
	if (writes)
		return finish(c, r, diag);
	return r == 0 && o->reads_personal ? note_reading(c, desk, o->id_cstr, diag) : r;
}

static int
send_answer(struct clerk *c, struct answer *answer)
{
	AUTO_CLOSE int fd = answer->body.len > ORDER_INLINE_MAX ? memory_file_make(answer->body) : -1;
	answer->body_len = (uint32_t)answer->body.len;
	struct writer w = writer_of(c->out, sizeof(c->out));
	order_put_answer(&w, answer);
	return fd < -1 ? fd : channel_send(CLERK_FD_CONSOLE, ORDER_ANSWER, writer_written(&w), fd);
}

/* What an operation left, or why there is none. */
static void
fill_answer(struct clerk *c, struct desk *desk, struct json *out, int r, const struct diag *diag, struct answer *answer)
{
	answer->type = BYTES("application/json");
	answer->status = desk->created ? 201 : 200;
	if (r == 0 && desk->document.content_type_cstr != NULL) {
		answer->type = bytes_of_cstr(desk->document.content_type_cstr);
		answer->file_name = bytes_of_cstr(desk->document.name_cstr);
		answer->body = desk->document.body;
		answer->conversion = desk->document.conversion;
		return;
	}
	if (r < 0) {
		*out = json_of((char *)c->room.start, c->room.size);
		desk_error_json(out, r, desk->code_cstr, text_of(diag->text_cstr), desk->refused_cstr);
		answer->status = (uint16_t)desk_error_status(r);
		answer->retry_after_s = r == -EBUSY ? BUSY_SECONDS : desk->retry_after_s;
	}
	answer->body = json_written(out);
}

/* A page of ours shows the proof that its session gave it; another site's cannot. A token is no cookie: nobody sends it unasked. */
static int
check_proof(const struct operation *o, const struct order *order, const struct desk *desk, struct diag *diag)
{
	bool needed = o->mutates && desk->person != NULL && order->token.len == 0;
	if (!needed || is_same_secret(order->csrf, bytes_of_cstr(desk->proof_cstr)))
		return 0;
	return diag_say(
	    diag, -EKEYREJECTED, "%s", _("this request does not come from a page of this program: load it again"));
}

static int
answer_order(struct clerk *c, const struct order *order)
{
	char proof[PEOPLE_CSRF_MAX] = "";
	struct person person;
	struct diag diag = {0};
	struct desk_order read;
	struct json out = json_of((char *)c->room.start, c->room.size);
	const struct operation *o = operation_of((enum operation_name)order->operation);
	arena_reset(&c->arena);
	text_speak(order->language);
	int r = identify(c, order, &person, proof, &diag);
	struct desk desk = {.arena = &c->arena,
	    .vocabulary = &c->vocabulary,
	    .clocks = c->clocks,
	    .zone = c->zone,
	    .converts = true, /* the console's parent does */
	    .people = &c->people,
	    .person = r > 0 ? &person : NULL,
	    /* A page says which language it is read in; a program says nothing, and gets that of its account. */
	    .language = r > 0 && order->token.len > 0 ? person.language : order->language,
	    .who_cstr = r > 0 ? person.name_cstr : "",
	    .proof_cstr = order->token.len > 0 ? NULL : proof,
	    .secret = order->session,
	    .client = order->client,
	    .now_ns = now_ns(),
	    .folder_cstr = ""};
	text_speak(desk.language);
	r = r < 0       ? r
	    : o == NULL ? diag_say(&diag, -ENOSYS, "%s", _("there is no such operation"))
	                : check_proof(o, order, &desk, &diag);
	if (r == 0)
		r = desk_order_read(&read, order, &c->arena, &desk.refused_cstr, &diag);
	if (r == 0)
		r = execute(c, &desk, &read, &out, &diag);
	struct answer answer = {.id = order->id,
	    .cookie = desk.cookie.what,
	    .session = bytes_of_cstr(desk.cookie.session_cstr),
	    .session_s = desk.cookie.session_s};
	fill_answer(c, &desk, &out, r, &diag, &answer);
	r = send_answer(c, &answer);
	if (c->arena.used > KEPT_BYTES || json_length(&out) > KEPT_BYTES) { /* an idle console is small */
		arena_release(&c->arena);
		arena_release(&c->room);
	}
	explicit_bzero(&desk.cookie, sizeof(desk.cookie));
	return r;
}

static int
fault(const struct diag *diag)
{
	char text[DIAG_FILE_MAX + DIAG_TEXT_MAX + 4];
	(void)snprintf(
	    text, sizeof(text), "%s%s%s", diag->file_cstr, diag->file_cstr[0] == '\0' ? "" : ": ", text_of(diag->text_cstr));
	return channel_send(CLERK_FD_PARENT, ORDER_FAULT, bytes_of_cstr(text), -1) < 0 ? 2 : 1;
}

/* The place whose clock counts, from the settings. One that this system does not know stays what it was. */
static void
use_zone(struct clerk *c)
{
	char name[DOSSIER_SETTING_MAX];
	struct diag unread = {0};
	struct zone *zone = NULL;
	if (dossier_setting_get(c->dossier, "zone", name, &unread) < 0 || name[0] == '\0' ||
	    strcmp(name, zone_name(c->zone)) == 0 || zone_open(&zone, name, &unread) < 0)
		return;
	zone_free(c->zone);
	c->zone = zone;
}

/* Whatever moved in the dossier, whoever moved it: the console tells the pages that are open. What it cannot take now it is told
 * at the next look. */
static int
tell_changes(struct clerk *c, struct diag *diag)
{
	static const struct {
		enum dossier_lines_change line;
		enum order_change change;
	} pairs[] = {{DOSSIER_LINES_INCIDENTS, ORDER_CHANGE_INCIDENTS}, {DOSSIER_LINES_ALERTS, ORDER_CHANGE_ALERTS},
	    {DOSSIER_LINES_ASSETS, ORDER_CHANGE_ASSETS}};
	struct timespec now;
	unsigned lines = 0, changes = 0;
	int64_t seq = c->seq;
	int r = dossier_lines_since(c->dossier, &seq, &lines, diag);
	if (r < 0)
		return r == -EBUSY ? 0 : r;
	for (size_t i = 0; i < LENGTH_OF(pairs); i++)
		changes |= (lines & pairs[i].line) != 0 ? pairs[i].change : 0U;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	bool due = (uint64_t)now.tv_sec - c->told_s >= HEALTH_SECONDS;
	changes |= due ? ORDER_CHANGE_HEALTH | ORDER_CHANGE_EVENTS : 0U;
	if (changes != 0) {
		struct writer w = writer_of(c->out, sizeof(c->out));
		writer_be32(&w, (uint32_t)seq);
		writer_u8(&w, (uint8_t)changes);
		r = channel_try_send(CLERK_FD_CONSOLE, ORDER_CHANGED, writer_written(&w), -1);
		if (r == -EAGAIN)
			return 0;
	}
	c->seq = seq;
	if (due)
		c->told_s = (uint64_t)now.tv_sec;
	return r;
}

static bool
is_time_to_look(struct clerk *c)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	int64_t now_ms = now.tv_sec * 1000 + now.tv_nsec / 1000000;
	if (now_ms - c->looked_ms < LOOK_MS)
		return false;
	c->looked_ms = now_ms;
	return true;
}

/* All that is read from elsewhere comes first; then the sandbox; then the dossier, which is made when there is none. */
static int
configure(struct clerk *c, char link[static PEOPLE_SECRET_MAX], struct diag *diag)
{
	struct channel_message m;
	if (channel_receive(CLERK_FD_PARENT, c->buffer, sizeof(c->buffer), &m) <= 0 || m.type != ORDER_CONFIG ||
	    m.body.len < 2 || m.body.len > FOLDER_MAX)
		return diag_say(diag, -EBADMSG, "%s", _("the clerk got no configuration"));
	c->language = m.body.at[0] == 'F' ? LANGUAGE_FR : LANGUAGE_EN;
	(void)snprintf(c->folder_cstr, sizeof(c->folder_cstr), "%.*s", (int)m.body.len - 1, (const char *)m.body.at + 1);
	text_speak(c->language);
	int r = arena_init(&c->room, ROOM) < 0 || arena_init(&c->data, ARENA_BYTES) < 0 ||
	        arena_init(&c->arena, ARENA_BYTES) < 0
	    ? diag_say(diag, -ENOMEM, "%s", _("not enough memory"))
	    : vocabulary_read(&c->data, &c->vocabulary, diag);
	if (r == 0)
		r = law_clocks_read(&c->law, NULL, &c->clocks, diag);
	if (r == 0)
		r = zone_open(&c->zone, DESK_SETTINGS_ZONE, diag);
	if (r == 0)
		r = people_init(&c->people, diag);
	if (r == 0)
		r = dossier_reach(&c->dossier, c->folder_cstr, diag);
	if (r == 0)
		r = sandbox_enter_beside(SANDBOX_CLERK, dossier_is_remote(c->folder_cstr) ? NULL : c->folder_cstr,
		    access(ZONES, R_OK) == 0 ? ZONES : NULL, false, diag);
	if (r >= 0)
		r = dossier_enter(c->dossier, DOSSIER_WRITE, diag);
	if (r < 0)
		return r;
	people_open(&c->people, c->dossier);
	use_zone(c);
	unsigned unread;
	c->seq = -1;
	r = dossier_lines_since(c->dossier, &c->seq, &unread, diag);
	if (r < 0)
		return r;
	return people_account_first(&c->people, now_ns(), link, diag); /* "" once somebody has a password */
}

/* 1: go on; 0: the end. */
static int
serve_one(struct clerk *c, struct diag *diag)
{
	struct pollfd ends[] = {{.fd = CLERK_FD_PARENT, .events = POLLIN}, {.fd = CLERK_FD_CONSOLE, .events = POLLIN}};
	struct channel_message m;
	struct order order;
	int ready = poll(ends, LENGTH_OF(ends), LOOK_MS);
	if (ready < 0)
		return errno == EINTR ? 1 : -errno;
	if (is_time_to_look(c)) { /* however many orders there are */
		int told = tell_changes(c, diag);
		if (told < 0)
			return told;
	}
	if (ready == 0)
		return 1;
	if (ends[0].revents != 0)
		return 0; /* END, or nobody there any more */
	int r = channel_receive(CLERK_FD_CONSOLE, c->buffer, sizeof(c->buffer), &m);
	if (r <= 0)
		return r;
	AUTO_CLOSE int file = m.fd;
	if (m.type != ORDER_ASK || order_get(m.body, &order) != PARSE_OK)
		return diag_say(diag, -EBADMSG, "%s", _("the console said something that makes no sense"));
	AUTO_FREE uint8_t *body = NULL;
	if (order.body_len > order.body.len) {
		r = memory_file_read(file, order.body_len, &body);
		order.body = (struct bytes){body, order.body_len};
	}
	if (r < 0)
		return diag_say(diag, r, "%s", _("the console said something that makes no sense"));
	r = answer_order(c, &order);
	if (r == 0 && order.operation == OPERATION_SETTINGS_SET)
		use_zone(c);
	if (r == 0 && order.operation < OPERATION_COUNT && operation_of((enum operation_name)order.operation)->mutates)
		r = tell_changes(c, diag);
	return r < 0 ? r : 1;
}

int
clerk_main(void)
{
	struct clerk *c = calloc(1, sizeof(*c));
	struct diag diag = {.offset = UINT64_MAX};
	if (c == NULL)
		return 1;
	(void)umask(077);
	char link[PEOPLE_SECRET_MAX] = "";
	int r = configure(c, link, &diag);
	if (r < 0)
		return fault(&diag);
	r = channel_send(CLERK_FD_PARENT, ORDER_READY, bytes_of_cstr(link), -1);
	if (r == 0)
		do
			r = serve_one(c, &diag);
		while (r > 0);
	if (r < 0 && diag.text_cstr[0] != '\0')
		(void)fault(&diag);
	if (c->people.dossier != NULL && people_close(&c->people, &diag) < 0 && r >= 0)
		(void)fault(&diag);
	int closed = dossier_close(c->dossier, &diag);
	people_done(&c->people);
	zone_free(c->zone);
	arena_done(&c->data);
	arena_done(&c->law);
	arena_done(&c->arena);
	arena_done(&c->room);
	free(c);
	return r < 0 || closed < 0 ? 1 : 0;
}
