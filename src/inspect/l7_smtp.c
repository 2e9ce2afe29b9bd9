/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_smtp.h"

#include "inspect/eve_smtp.h"
#include "inspect/l7_login.h"
#include "proto/textline.h"

enum {
	AWAITED_MAX = 48, /* replies; a client that pipelines more is not followed */
	HELO_MAX = 255,
	TEXT_MAX = 900, /* sender and recipients */
	RCPT_MAX = 16,
};

enum mode { MODE_COMMANDS, MODE_DATA, MODE_CHUNK };
enum awaited { AWAITED_OTHER, AWAITED_STARTTLS, AWAITED_AUTH, AWAITED_DATA };

struct state {
	uint64_t chunk_left; /* of BDAT (RFC 3030) */
	struct l7_login login;
	struct l7_login_auth auth;
	uint32_t next_id;
	uint16_t from_len, rcpt_len[RCPT_MAX], text_len;
	uint8_t mode, helo_len, rcpt_count;
	bool inside_line; /* MODE_DATA: the start of this line was seen */
	bool said;        /* something was said since HELO */
	bool greeted, unfollowed;
	bool tls_asked; /* nothing more of the client is read before the answer (RFC 3207 4) */
	uint8_t awaited_count;
	uint8_t awaited[AWAITED_MAX]; /* enum awaited, oldest first */
	uint8_t helo[HELO_MAX], text[TEXT_MAX];
};
_Static_assert(sizeof(struct state) <= 1536, "a state of the smaller size (inspect/state_pools.c)");

static void
say(struct state *s, const struct l7_flow *flow, struct sink *sink)
{
	if (s->from_len == 0 && (s->said || s->helo_len == 0))
		return;
	struct json *j = sink_open(sink, BYTES("smtp"), flow);
	if (j != NULL) {
		struct bytes rcpt[RCPT_MAX], text = {s->text, s->text_len};
		size_t at = s->from_len;
		for (size_t i = 0; i < s->rcpt_count; i++) {
			rcpt[i] = bytes_first(bytes_after(text, at), s->rcpt_len[i]);
			at += s->rcpt_len[i];
		}
		json_u64(j, JSON_KEY("tx_id"), s->next_id);
		eve_smtp_write(j,
		    &(struct eve_smtp){.helo = {s->helo, s->helo_len},
		        .mail_from = bytes_first(text, s->from_len),
		        .rcpt_to = rcpt,
		        .rcpt_to_count = s->rcpt_count});
		sink_close(sink);
	}
	s->next_id++;
	s->said = true;
	s->from_len = s->text_len = 0;
	s->rcpt_count = 0;
}

static void
await(struct state *s, enum awaited what)
{
	if (s->awaited_count == AWAITED_MAX)
		s->unfollowed = true;
	else
		s->awaited[s->awaited_count++] = (uint8_t)what;
}

/* "FROM:<a@b> SIZE=1" gives "<a@b>". */
static struct bytes
path_in(struct bytes argument)
{
	struct bytes path = bytes_trim(bytes_after(argument, bytes_find(argument, ':') + 1));
	return bytes_first(path, bytes_find(path, ' '));
}

static uint16_t
keep(struct state *s, struct bytes value)
{
	size_t room = sizeof(s->text) - s->text_len;
	uint16_t kept = sink_copy((char *)s->text + s->text_len, room, value);
	s->text_len = (uint16_t)(s->text_len + kept);
	return kept;
}

/* BDAT size [LAST] */
static void
start_chunk(struct state *s, struct bytes argument)
{
	struct cursor c = cursor_of(textline_word(&argument));
	uint64_t size = 0;
	for (uint8_t b = cursor_u8(&c); cursor_ok(&c) && b >= '0' && b <= '9' && size < UINT32_MAX; b = cursor_u8(&c))
		size = size * 10 + (uint64_t)(b - '0');
	s->chunk_left = size;
	s->mode = size > 0 ? MODE_CHUNK : MODE_COMMANDS;
}

static void
take_command(struct state *s, struct bytes line, const struct l7_flow *flow, struct sink *sink)
{
	struct textline_command c = textline_command(line);
	enum awaited what = AWAITED_OTHER;
	if (bytes_eq_nocase(c.verb, BYTES("EHLO")) || bytes_eq_nocase(c.verb, BYTES("HELO")) ||
	    bytes_eq_nocase(c.verb, BYTES("LHLO"))) {
		if (s->from_len > 0)
			say(s, flow, sink);
		s->helo_len = (uint8_t)sink_copy((char *)s->helo, sizeof(s->helo), c.argument);
	} else if (bytes_eq_nocase(c.verb, BYTES("MAIL"))) {
		if (s->from_len > 0)
			say(s, flow, sink);
		s->text_len = s->rcpt_count = 0;
		s->from_len = keep(s, path_in(c.argument));
	} else if (bytes_eq_nocase(c.verb, BYTES("RCPT"))) {
		if (s->rcpt_count < RCPT_MAX && s->from_len > 0)
			s->rcpt_len[s->rcpt_count++] = keep(s, path_in(c.argument));
	} else if (bytes_eq_nocase(c.verb, BYTES("RSET")) || bytes_eq_nocase(c.verb, BYTES("QUIT"))) {
		say(s, flow, sink);
	} else if (bytes_eq_nocase(c.verb, BYTES("DATA"))) {
		s->mode = MODE_DATA;
		what = AWAITED_DATA;
	} else if (bytes_eq_nocase(c.verb, BYTES("BDAT"))) {
		start_chunk(s, c.argument);
	} else if (bytes_eq_nocase(c.verb, BYTES("STARTTLS"))) {
		what = AWAITED_STARTTLS;
	} else if (bytes_eq_nocase(c.verb, BYTES("AUTH"))) {
		struct bytes initial = c.argument, mechanism = textline_word(&initial);
		l7_login_auth_begin(&s->login, &s->auth, mechanism, initial);
		what = AWAITED_AUTH;
	}
	await(s, what);
	s->tls_asked = what == AWAITED_STARTTLS && !s->unfollowed;
}

static enum l7_verdict
take_reply(struct state *s, struct bytes line, const struct l7_flow *flow, struct sink *sink)
{
	struct textline_reply reply = textline_reply(line);
	if (reply.code == 0 || !reply.last)
		return L7_MORE;
	if (!s->greeted && !flow->midstream) {
		s->greeted = true;
		return L7_MORE;
	}
	if (s->awaited_count == 0 || s->unfollowed || reply.code == 334)
		return L7_MORE;
	enum awaited what = (enum awaited)s->awaited[0];
	if (what == AWAITED_DATA && reply.code == 354) {
		s->awaited[0] = AWAITED_OTHER; /* the reply to the content */
		return L7_MORE;
	}
	s->awaited_count--;
	memmove(s->awaited, s->awaited + 1, s->awaited_count);
	if (what == AWAITED_DATA && s->mode == MODE_DATA && s->awaited_count == 0)
		s->mode = MODE_COMMANDS; /* refused: no content follows */
	if (what == AWAITED_AUTH) {
		s->auth.lines = 0;
		l7_login_answer(&s->login, APP_SMTP, reply.code == 235 ? LOGIN_ACCEPTED : LOGIN_REFUSED, flow, sink);
	}
	if (what != AWAITED_STARTTLS)
		return L7_MORE;
	s->tls_asked = false;
	return reply.code == 220 ? L7_TLS : L7_MORE;
}

/* RFC 5321 4.1.1.4: a line with one dot ends the content. Long lines are passed over in pieces. */
static size_t
pass_content(struct state *s, const struct l7_input *in, struct bytes rest, struct sink *sink)
{
	size_t length = bytes_find(rest, '\n');
	bool whole = length < rest.len, dot = !s->inside_line && rest.len > 0 && rest.at[0] == '.';
	if (!whole) {
		if (dot && rest.len < 3) /* it may be the last line */
			return 0;
		s->inside_line = true;
		return rest.len;
	}
	struct bytes line = bytes_first(rest, length);
	s->inside_line = false;
	if (dot && (bytes_eq(line, BYTES(".\r")) || bytes_eq(line, BYTES(".")))) {
		s->mode = MODE_COMMANDS;
		say(s, in->flow, sink);
	}
	return length + 1;
}

static size_t
pass_chunk(struct state *s, struct bytes rest)
{
	size_t n = rest.len < s->chunk_left ? rest.len : (size_t)s->chunk_left;
	s->chunk_left -= n;
	if (s->chunk_left == 0)
		s->mode = MODE_COMMANDS;
	return n;
}

static struct l7_step
smtp_step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct l7_step step = {.verdict = L7_MORE};
	bool waits = s->tls_asked;
	while (
	    step.verdict == L7_MORE && !step.wake && step.used < in->data.len && (in->side == L7_SERVER || !s->tls_asked)) {
		struct bytes rest = bytes_after(in->data, step.used), line;
		size_t used = 0;
		if (in->side == L7_CLIENT && s->mode != MODE_COMMANDS) {
			used = s->mode == MODE_DATA ? pass_content(s, in, rest, sink) : pass_chunk(s, rest);
			if (used == 0)
				break;
			step.used += used;
			continue;
		}
		enum parse parsed = textline_take(rest, &used, &line);
		if (parsed == PARSE_SHORT)
			break;
		if (parsed == PARSE_BAD) {
			sink_anomaly(sink, in, APP_SMTP,
			    in->side == L7_CLIENT ? BYTES("MAX_COMMAND_LINE_LEN_EXCEEDED")
			                          : BYTES("MAX_REPLY_LINE_LEN_EXCEEDED"));
			step.verdict = L7_SIDE_DONE;
			break;
		}
		step.used += used;
		if (in->side == L7_SERVER)
			step.verdict = take_reply(s, line, in->flow, sink);
		else if (s->auth.lines > 0)
			l7_login_auth_line(&s->login, &s->auth, line);
		else
			take_command(s, line, in->flow, sink);
		step.wake = waits && !s->tls_asked;
	}
	return step;
}

static void
smtp_finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *s = state;
	say(s, flow, sink);
	l7_login_answer(&s->login, APP_SMTP, LOGIN_SENT, flow, sink);
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
    .finish = smtp_finish,
};
