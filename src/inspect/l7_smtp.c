/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_smtp.h"

#include "inspect/l7_login.h"
#include "inspect/l7_smtp_mail.h"
#include "inspect/sink.h"
#include "proto/textline.h"

enum {
	AWAITED_MAX = 48,  /* replies; a client that pipelines more is not followed */
	PARTIAL_MAX = 512, /* of a line that goes on in the next chunk */
};

enum mode { MODE_COMMANDS, MODE_DATA, MODE_CHUNK };
enum awaited {
	AWAITED_OTHER,
	AWAITED_STARTTLS,
	AWAITED_AUTH,
	AWAITED_DATA,
	AWAITED_RESET, /* RSET, and HELO where a mail was begun: the mail is given up when the server agrees */
	AWAITED_MAIL,  /* the answer to a whole mail */
};

struct state {
	uint64_t chunk_left; /* of BDAT (RFC 3030) */
	struct l7_login login;
	struct l7_login_auth auth;
	uint16_t partial_len;
	uint8_t mode;
	bool chunk_is_last;
	bool inside_line[2]; /* the start of this line was read */
	bool discards[2];    /* and nobody reads the rest of it */
	bool greeted, unfollowed, unwelcomed;
	bool reset_asked;
	bool inside_reply; /* "250-" came, "250 " did not */
	bool tls_asked;    /* nothing more of the client is read before the answer (RFC 3207 4) */
	uint8_t awaited_count;
	uint8_t awaited[AWAITED_MAX]; /* enum awaited, oldest first */
	uint8_t partial[PARTIAL_MAX];
	struct l7_smtp_mail mail;
};
_Static_assert(sizeof(struct state) <= L7_STATE_MAX, "the state of a flow");

/* What a step needs everywhere. */
struct talk {
	struct state *s;
	const struct l7_input *in;
	struct sink *sink;
};

static void
anomaly(const struct talk *t, struct bytes event_name)
{
	l7_smtp_mail_anomaly(&t->s->mail, t->in, t->sink, event_name);
}

static struct l7_input
as_client(const struct talk *t)
{
	struct l7_input in = *t->in;
	in.side = L7_CLIENT;
	return in;
}

/* The mail is over for both sides. */
static void
finish_mail(const struct talk *t)
{
	struct l7_input in = as_client(t);
	l7_smtp_mail_over(&t->s->mail, &in, t->sink);
	l7_smtp_mail_say(&t->s->mail, t->in->flow, t->sink);
	t->s->reset_asked = false;
}

/* ---- Replies that are waited for ---- */

static void
await(const struct talk *t, enum awaited what)
{
	struct state *s = t->s;
	if (s->awaited_count > 0) {
		enum awaited last = (enum awaited)s->awaited[s->awaited_count - 1];
		if (last == AWAITED_STARTTLS || last == AWAITED_DATA) /* RFC 2920 3.1: these end a group */
			anomaly(t, BYTES("INVALID_PIPELINED_SEQUENCE"));
	}
	if (s->awaited_count == AWAITED_MAX)
		s->unfollowed = true;
	else
		s->awaited[s->awaited_count++] = (uint8_t)what;
}

static enum awaited
answered(struct state *s)
{
	enum awaited what = (enum awaited)s->awaited[0];
	s->awaited_count--;
	memmove(s->awaited, s->awaited + 1, s->awaited_count);
	return what;
}

static void
data_refused(const struct talk *t)
{
	struct l7_input in = as_client(t);
	anomaly(t, BYTES("DATA_COMMAND_REJECTED"));
	if (t->s->mode != MODE_DATA || t->s->awaited_count > 0)
		return;
	t->s->mode = MODE_COMMANDS; /* no content follows */
	l7_smtp_mail_refused(&t->s->mail, &in, t->sink);
}

static enum l7_verdict
take_answer(const struct talk *t, uint16_t code)
{
	struct state *s = t->s;
	bool good = code / 100 == 2;
	switch (answered(s)) {
	case AWAITED_OTHER: break;
	case AWAITED_AUTH:
		s->auth.lines = 0;
		l7_login_answer(&s->login, APP_SMTP, code == 235 ? LOGIN_ACCEPTED : LOGIN_REFUSED, t->in->flow, t->sink);
		break;
	case AWAITED_DATA:
		if (code != 354)
			data_refused(t);
		break;
	case AWAITED_RESET:
		if (s->reset_asked && good)
			finish_mail(t);
		s->reset_asked = false;
		break;
	case AWAITED_MAIL:
		if (s->mail.is_over)
			finish_mail(t);
		break;
	case AWAITED_STARTTLS:
		s->tls_asked = false;
		if (code == 220)
			return L7_TLS;
		anomaly(t, BYTES("TLS_REJECTED"));
		break;
	}
	return L7_MORE;
}

/* RFC 5321 4.2.1 */
static bool
is_code(uint16_t code)
{
	return code >= 200 && code < 560 && code / 10 % 10 <= 5;
}

static enum l7_verdict
take_reply(const struct talk *t, struct bytes line)
{
	struct state *s = t->s;
	struct textline_reply reply = textline_reply(line);
	if (!is_code(reply.code)) {
		anomaly(t, BYTES("INVALID_REPLY"));
		return L7_MORE;
	}
	if (!reply.last)
		return L7_MORE;
	if (!s->greeted && !t->in->flow->midstream) {
		s->greeted = true;
		if (reply.code != 220)
			anomaly(t, BYTES("INVALID_REPLY"));
		return L7_MORE;
	}
	if (s->unfollowed || reply.code == 334)
		return L7_MORE;
	if (s->awaited_count == 0) {
		if (!t->in->flow->midstream && reply.code != 421) /* 421: the server closes, whatever was asked */
			anomaly(t, BYTES("UNABLE_TO_MATCH_REPLY_WITH_REQUEST"));
		return L7_MORE;
	}
	return take_answer(t, reply.code);
}

/* ---- Commands ---- */

/* "FROM:<a@b> SIZE=1" gives "<a@b>". */
static struct bytes
path_in(struct bytes argument)
{
	struct bytes path = bytes_trim(bytes_after(argument, bytes_find(argument, ':') + 1));
	return bytes_first(path, bytes_find(path, ' '));
}

/* BDAT size [LAST]: false when it is written otherwise. */
static bool
read_chunk(struct bytes argument, uint64_t *size, bool *last)
{
	struct bytes number = textline_word(&argument);
	struct cursor c = cursor_of(number);
	*size = 0;
	while (c.left > 0) {
		uint8_t b = cursor_u8(&c);
		if (b < '0' || b > '9' || *size > UINT32_MAX)
			return false;
		*size = *size * 10 + (uint64_t)(b - '0');
	}
	*last = bytes_eq_nocase(argument, BYTES("LAST"));
	return number.len > 0 && (*last || argument.len == 0);
}

static void
end_content(const struct talk *t)
{
	l7_smtp_mail_content_end(&t->s->mail, t->in, t->sink, CONTENT_COMPLETE);
	l7_smtp_mail_over(&t->s->mail, t->in, t->sink);
	t->s->mode = MODE_COMMANDS;
}

static void
flush_partial(const struct talk *t, struct bytes end)
{
	struct state *s = t->s;
	l7_smtp_mail_line(&s->mail, t->in, t->sink, (struct bytes){s->partial, s->partial_len}, end);
	s->partial_len = 0;
}

static void
chunk_ended(const struct talk *t)
{
	struct state *s = t->s;
	s->mode = MODE_COMMANDS;
	if (!s->chunk_is_last)
		return;
	if (s->partial_len > 0)
		flush_partial(t, (struct bytes){0});
	end_content(t);
}

static void
take_bdat(const struct talk *t, struct bytes argument)
{
	struct state *s = t->s;
	uint64_t size;
	bool last;
	if (!read_chunk(argument, &size, &last)) {
		anomaly(t, BYTES("INVALID_BDAT"));
		await(t, AWAITED_OTHER);
		return;
	}
	await(t, last ? AWAITED_MAIL : AWAITED_OTHER);
	if (!s->mail.has_mime && s->mail.file == 0)
		l7_smtp_mail_content(&s->mail, t->in, t->sink);
	s->chunk_left = size;
	s->chunk_is_last = last;
	s->mode = MODE_CHUNK;
	if (size == 0)
		chunk_ended(t);
}

static void
take_data(const struct talk *t)
{
	struct state *s = t->s;
	if (s->mail.has_mime || s->mail.file != 0) { /* the end of another one was not seen */
		anomaly(t, BYTES("UNPARSABLE_CONTENT"));
		l7_smtp_mail_refused(&s->mail, t->in, t->sink);
	}
	l7_smtp_mail_content(&s->mail, t->in, t->sink);
	s->mode = MODE_DATA;
	s->inside_line[L7_CLIENT] = false;
	await(t, AWAITED_DATA);
}

/* Of a second one the first is believed, as the server does, who refuses the other. */
static void
take_once(const struct talk *t, enum l7_smtp_kept kind, struct bytes text)
{
	if (l7_smtp_mail_has(&t->s->mail, kind))
		anomaly(t, BYTES("DUPLICATE_FIELDS"));
	else
		l7_smtp_mail_keep(&t->s->mail, kind, text);
}

static bool
mail_is_begun(const struct l7_smtp_mail *mail)
{
	return mail->open && !mail->is_over && (mail->is_tried || l7_smtp_mail_has(mail, L7_SMTP_FROM));
}

static void
take_reset(const struct talk *t)
{
	t->s->reset_asked = mail_is_begun(&t->s->mail);
	await(t, AWAITED_RESET);
}

/* The transaction that a command belongs to: one that the client is done with is not it, but for those who say nothing new. */
static void
begin_command(const struct talk *t, struct bytes verb)
{
	struct state *s = t->s;
	if (s->mail.is_over) {
		if (bytes_eq_nocase(verb, BYTES("RSET")) || bytes_eq_nocase(verb, BYTES("QUIT")))
			return;
		l7_smtp_mail_say(&s->mail, t->in->flow, t->sink); /* its answer comes later than another one begins */
	} else if (s->reset_asked && (bytes_eq_nocase(verb, BYTES("MAIL")) || bytes_eq_nocase(verb, BYTES("DATA")))) {
		finish_mail(t); /* sent on without waiting for the answer */
	}
	bool ends = !s->mail.open && s->mail.id > 0 &&
	    (bytes_eq_nocase(verb, BYTES("RSET")) || bytes_eq_nocase(verb, BYTES("QUIT")));
	if (!ends)
		l7_smtp_mail_need(&s->mail, &sink_settings(t->sink)->smtp);
}

static void
take_command(const struct talk *t, struct bytes line)
{
	struct state *s = t->s;
	struct textline_command c = textline_command(line);
	if (!s->greeted && !s->unwelcomed && !t->in->flow->midstream) {
		s->unwelcomed = true;
		anomaly(t, BYTES("NO_SERVER_WELCOME_MESSAGE"));
	}
	begin_command(t, c.verb);
	if (bytes_eq_nocase(c.verb, BYTES("DATA"))) {
		take_data(t);
	} else if (bytes_eq_nocase(c.verb, BYTES("BDAT"))) {
		take_bdat(t, c.argument);
	} else if (bytes_eq_nocase(c.verb, BYTES("RSET"))) {
		take_reset(t);
	} else if (bytes_eq_nocase(c.verb, BYTES("EHLO")) || bytes_eq_nocase(c.verb, BYTES("HELO")) ||
	    bytes_eq_nocase(c.verb, BYTES("LHLO"))) {
		take_once(t, L7_SMTP_HELO, bytes_first(c.argument, bytes_find(c.argument, ' ')));
		take_reset(t);
	} else if (bytes_eq_nocase(c.verb, BYTES("AUTH"))) {
		struct bytes initial = c.argument, mechanism = textline_word(&initial);
		await(t, AWAITED_AUTH);
		l7_login_auth_begin(&s->login, &s->auth, mechanism, initial);
	} else if (bytes_eq_nocase(c.verb, BYTES("STARTTLS"))) {
		await(t, AWAITED_STARTTLS);
		s->tls_asked = !s->unfollowed;
	} else {
		if (bytes_eq_nocase(c.verb, BYTES("MAIL")))
			take_once(t, L7_SMTP_FROM, path_in(c.argument));
		else if (bytes_eq_nocase(c.verb, BYTES("RCPT")))
			l7_smtp_mail_keep(&s->mail, L7_SMTP_RCPT, path_in(c.argument));
		await(t, AWAITED_OTHER);
	}
}

/* ---- Lines ---- */

/* RFC 5321 4.5.2: a line with one dot ends the content, and of several dots the first is taken off. */
static size_t
take_content(const struct talk *t, struct bytes rest)
{
	struct state *s = t->s;
	struct textline_piece p = textline_piece(rest, t->in->end);
	if (p.used == 0)
		return 0;
	bool starts = !s->inside_line[L7_CLIENT];
	s->inside_line[L7_CLIENT] = p.end.len == 0;
	if (starts && p.end.len > 0 && bytes_eq(p.text, BYTES("."))) {
		end_content(t);
		await(t, AWAITED_MAIL);
		return p.used;
	}
	if (starts && p.text.len > 0 && p.text.at[0] == '.')
		p.text = bytes_after(p.text, 1);
	l7_smtp_mail_line(&s->mail, t->in, t->sink, p.text, p.end);
	return p.used;
}

/* Chunks are cut anywhere: what a line lacks comes with the next one. */
static size_t
take_chunk(const struct talk *t, struct bytes rest)
{
	struct state *s = t->s;
	struct bytes part = bytes_first(rest, s->chunk_left < rest.len ? (size_t)s->chunk_left : rest.len);
	size_t length = bytes_find(part, '\n'), room = sizeof(s->partial) - s->partial_len;
	bool whole = length < part.len && length + 1 <= room;
	part = bytes_first(part, whole ? length + 1 : room);
	memcpy(s->partial + s->partial_len, part.at, part.len);
	s->partial_len = (uint16_t)(s->partial_len + part.len);
	s->chunk_left -= part.len;
	if (whole) {
		struct bytes held = {s->partial, s->partial_len};
		struct textline_piece p = textline_piece(held, true);
		s->partial_len = 0;
		l7_smtp_mail_line(&s->mail, t->in, t->sink, p.text, p.end);
	} else if (s->partial_len == sizeof(s->partial)) {
		/* The last byte may be the first of two that end the line. */
		uint8_t last = s->partial[--s->partial_len];
		flush_partial(t, (struct bytes){0});
		s->partial[s->partial_len++] = last;
	}
	if (s->chunk_left == 0)
		chunk_ended(t);
	return part.len;
}

/* A command or reply. What is beyond TEXTLINE_MAX is passed over. */
static size_t
take_line(const struct talk *t, struct bytes rest, enum l7_verdict *verdict)
{
	struct state *s = t->s;
	enum l7_side side = t->in->side;
	struct textline_piece p = textline_piece(rest, s->discards[side]);
	if (p.used == 0)
		return 0;
	bool discarded = s->discards[side];
	s->discards[side] = p.end.len == 0;
	if (discarded)
		return p.used;
	if (p.end.len == 0)
		anomaly(t, BYTES("TRUNCATED_LINE"));
	if (side == L7_SERVER)
		*verdict = take_reply(t, p.text);
	else if (s->auth.lines > 0)
		l7_login_auth_line(&s->login, &s->auth, p.text);
	else
		take_command(t, p.text);
	return p.used;
}

static struct l7_step
smtp_step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct talk t = {state, in, sink};
	struct state *s = t.s;
	struct l7_step step = {.verdict = L7_MORE};
	bool waits = s->tls_asked;
	while (
	    step.verdict == L7_MORE && !step.wake && step.used < in->data.len && (in->side == L7_SERVER || !s->tls_asked)) {
		struct bytes rest = bytes_after(in->data, step.used);
		size_t used;
		if (in->side == L7_CLIENT && s->mode != MODE_COMMANDS)
			used = s->mode == MODE_DATA ? take_content(&t, rest) : take_chunk(&t, rest);
		else
			used = take_line(&t, rest, &step.verdict);
		if (used == 0)
			break;
		step.used += used;
		step.wake = waits && !s->tls_asked;
	}
	if (in->side == L7_CLIENT)
		l7_smtp_mail_show(&s->mail, in, sink);
	return step;
}

static void
smtp_finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *s = state;
	struct l7_input in = {.side = L7_CLIENT, .end = true, .flow = flow};
	struct talk t = {s, &in, sink};
	if (s->mail.open)
		finish_mail(&t);
	l7_login_answer(&s->login, APP_SMTP, LOGIN_SENT, flow, sink);
}

/* Within content one goes on; elsewhere it is not known what was asked or answered. */
static bool
smtp_gap(void *state, enum l7_side side, uint64_t lost)
{
	struct state *s = state;
	if (side != L7_CLIENT || s->mode == MODE_COMMANDS || (s->mode == MODE_CHUNK && lost >= s->chunk_left))
		return false;
	if (s->mode == MODE_CHUNK)
		s->chunk_left -= lost;
	else
		s->inside_line[side] = true;
	s->mail.lost += lost;
	return true;
}

static enum l7_guess
smtp_guess(const struct l7_input *in)
{
	enum textline_look look = textline_looks_like_smtp(in->data);
	return look == TEXTLINE_YES ? L7_YES : look == TEXTLINE_MAYBE ? L7_MAYBE : L7_NO;
}

const struct l7_parser l7_smtp_parser = {
    .app = APP_SMTP,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = smtp_guess,
    .sender = l7_login_sender_of_reply,
    .step = smtp_step,
    .gap = smtp_gap,
    .finish = smtp_finish,
};
