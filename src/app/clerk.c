/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/clerk.h"

#include "app/law_clocks.h"
#include "core/auto.h"
#include "desk/desk.h"
#include "desk/desk_error.h"
#include "dossier/dossier_case.h"
#include "dossier/dossier_digest.h"
#include "dossier/dossier_reading.h"
#include "record/order.h"
#include "sandbox/channel.h"
#include "sandbox/memory_file.h"
#include "sandbox/sandbox.h"

#include <poll.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>

enum {
	ARENA_BYTES = 256 << 20 /* of addresses; pages come when they are used */,
	ROOM = 16 << 20,
	PROOF_DIGITS = 32,
	SECRET_DIGITS = 64,
	FOLDER_MAX = 480,
	BUSY_SECONDS = 2
};

#define ZONE "Europe/Paris"

struct clerk {
	enum language language; /* until somebody has signed in */
	char folder_cstr[FOLDER_MAX];
	char link_cstr[SECRET_DIGITS + 1],
	    owner_cstr[SECRET_DIGITS + 1]; /* the one-time link, and the session that it gives */
	struct arena data, law, arena;     /* what ships; the clocks; one order */
	struct vocabulary vocabulary;
	const struct clocks *clocks;
	struct zone *zone;
	struct dossier *dossier;
	char *room; /* of the JSON of an answer */
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

/* What a page of ours knows and another site's does not: made from the secret of the session, which it does not give away. */
static void
proof_of(struct bytes secret, char out[static PROOF_DIGITS + 1])
{
	static const char label[] = "beffroi forgery proof";
	uint8_t text[sizeof(label) + ORDER_SECRET_MAX], digest[DOSSIER_DIGEST_SIZE];
	memcpy(text, label, sizeof(label));
	if (secret.len > 0)
		memcpy(text + sizeof(label), secret.at, secret.len);
	dossier_digest_sha256((struct bytes){text, sizeof(label) + secret.len}, digest);
	dossier_digest_text(digest, PROOF_DIGITS, out);
}

/* Who asks. Nobody is signed in when the secret is none, or no longer one. */
static void
identify(const struct clerk *c, const struct order *order, struct desk *desk)
{
	if (!is_same_secret(order->session, bytes_of_cstr(c->owner_cstr)))
		return;
	desk->signed_in = true;
	desk->is_owner = true;
	desk->who_cstr = "owner";
	desk->display_cstr = "owner";
	desk->role_cstr = "owner";
	desk->rights = UINT32_MAX;
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
	bool writes = o->mutates && desk_may(desk, o->right); /* nobody waits for whoever may not */
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
make_secret(char out[static SECRET_DIGITS + 1], struct diag *diag)
{
	uint8_t random[SECRET_DIGITS / 2];
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return diag_say(diag, -EIO, "%s", _("the system gives no random numbers"));
	dossier_digest_text(random, SECRET_DIGITS, out);
	return 0;
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
		return;
	}
	if (r < 0) {
		*out = json_of(c->room, ROOM);
		desk_error_json(out, r, text_of(diag->text_cstr), desk->refused_cstr);
		answer->status = (uint16_t)desk_error_status(r);
		answer->retry_after_s = r == -EBUSY ? BUSY_SECONDS : 0;
	}
	answer->body = json_written(out);
}

/* The link that was printed at the start: it works once. */
static int
follow_link(struct clerk *c, const struct desk_order *order, struct json *out, struct diag *diag, struct answer *answer)
{
	if (!is_same_secret(bytes_of_cstr(desk_order_value(order, "token")), bytes_of_cstr(c->link_cstr)))
		return diag_say(diag, -EACCES, "%s", _("this link was used already, or is not one of this console"));
	c->link_cstr[0] = '\0';
	int r = make_secret(c->owner_cstr, diag);
	answer->cookie = ORDER_COOKIE_SET;
	answer->session = bytes_of_cstr(c->owner_cstr);
	json_open_object(out, (struct bytes){0});
	json_close_object(out);
	return r;
}

static int
answer_order(struct clerk *c, const struct order *order)
{
	char proof[PROOF_DIGITS + 1];
	struct diag diag = {0};
	struct desk_order read;
	struct json out = json_of(c->room, ROOM);
	struct answer answer = {.id = order->id};
	struct desk desk = {.arena = &c->arena,
	    .vocabulary = &c->vocabulary,
	    .clocks = c->clocks,
	    .zone = c->zone,
	    .language = order->language,
	    .now_ns = now_ns(),
	    .who_cstr = "",
	    .display_cstr = "",
	    .role_cstr = "",
	    .folder_cstr = ""};
	const struct operation *o = operation_of((enum operation_name)order->operation);
	arena_reset(&c->arena);
	identify(c, order, &desk);
	text_speak(desk.language);
	proof_of(order->session, proof);
	desk.proof_cstr = order->session.len > 0 ? proof : NULL;
	int r = o == NULL ? diag_say(&diag, -ENOSYS, "%s", _("there is no such operation")) : 0;
	if (r == 0 && o->mutates && desk.signed_in && order->token.len == 0 &&
	    !is_same_secret(order->csrf, bytes_of_cstr(proof)))
		r = diag_say(
		    &diag, -EKEYREJECTED, "%s", _("this request does not come from a page of this program: load it again"));
	if (r == 0)
		r = desk_order_read(&read, order, &c->arena, &desk.refused_cstr, &diag);
	if (r == 0 && read.operation == OPERATION_SESSION_LINK)
		r = follow_link(c, &read, &out, &diag, &answer);
	else if (r == 0)
		r = execute(c, &desk, &read, &out, &diag);
	fill_answer(c, &desk, &out, r, &diag, &answer);
	return send_answer(c, &answer);
}

static int
fault(const struct diag *diag)
{
	char text[DIAG_FILE_MAX + DIAG_TEXT_MAX + 4];
	(void)snprintf(
	    text, sizeof(text), "%s%s%s", diag->file_cstr, diag->file_cstr[0] == '\0' ? "" : ": ", text_of(diag->text_cstr));
	return channel_send(CLERK_FD_PARENT, ORDER_FAULT, bytes_of_cstr(text), -1) < 0 ? 2 : 1;
}

/* All that is read from elsewhere comes first; then the sandbox; then the dossier, which is made when there is none. */
static int
configure(struct clerk *c, struct diag *diag)
{
	struct channel_message m;
	if (channel_receive(CLERK_FD_PARENT, c->buffer, sizeof(c->buffer), &m) <= 0 || m.type != ORDER_CONFIG ||
	    m.body.len < 2 || m.body.len > FOLDER_MAX)
		return diag_say(diag, -EBADMSG, "%s", _("the clerk got no configuration"));
	c->language = m.body.at[0] == 'F' ? LANGUAGE_FR : LANGUAGE_EN;
	(void)snprintf(c->folder_cstr, sizeof(c->folder_cstr), "%.*s", (int)m.body.len - 1, (const char *)m.body.at + 1);
	text_speak(c->language);
	c->room = malloc(ROOM);
	int r = c->room == NULL || arena_init(&c->data, ARENA_BYTES) < 0 || arena_init(&c->arena, ARENA_BYTES) < 0
	    ? diag_say(diag, -ENOMEM, "%s", _("not enough memory"))
	    : vocabulary_read(&c->data, &c->vocabulary, diag);
	if (r == 0)
		r = law_clocks_read(&c->law, NULL, &c->clocks, diag);
	if (r == 0)
		r = zone_open(&c->zone, ZONE, diag);
	if (r == 0)
		r = dossier_reach(&c->dossier, c->folder_cstr, diag);
	if (r == 0)
		r = sandbox_enter(SANDBOX_CLERK, dossier_is_remote(c->folder_cstr) ? NULL : c->folder_cstr, diag);
	if (r >= 0)
		r = dossier_enter(c->dossier, DOSSIER_WRITE, diag);
	return r < 0 ? r : make_secret(c->link_cstr, diag);
}

/* 1: go on; 0: the end. */
static int
serve_one(struct clerk *c, struct diag *diag)
{
	struct pollfd ends[] = {{.fd = CLERK_FD_PARENT, .events = POLLIN}, {.fd = CLERK_FD_CONSOLE, .events = POLLIN}};
	struct channel_message m;
	struct order order;
	if (poll(ends, LENGTH_OF(ends), -1) < 0)
		return errno == EINTR ? 1 : -errno;
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
	int r = configure(c, &diag);
	if (r < 0)
		return fault(&diag);
	r = channel_send(CLERK_FD_PARENT, ORDER_READY, bytes_of_cstr(c->link_cstr), -1);
	if (r == 0)
		do
			r = serve_one(c, &diag);
		while (r > 0);
	if (r < 0 && diag.text_cstr[0] != '\0')
		(void)fault(&diag);
	int closed = dossier_close(c->dossier, &diag);
	zone_free(c->zone);
	arena_done(&c->data);
	arena_done(&c->law);
	arena_done(&c->arena);
	free(c->room);
	free(c);
	return r < 0 || closed < 0 ? 1 : 0;
}
