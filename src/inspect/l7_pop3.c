/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_pop3.h"

#include "inspect/eve_pop3.h"
#include "inspect/l7_login.h"
#include "proto/textline.h"

enum {
	WAITING = 8,
	ARGUMENTS_MAX = 160,
	ANSWER_MAX = 2000, /* bytes kept of one */
};

enum kind {
	KIND_OTHER,
	KIND_LOGIN, /* its answer tells whether it was accepted */
	KIND_TLS,
	KIND_LINES, /* a good answer has more lines */
	KIND_MAIL,  /* the same, and they are a mail: nobody keeps them */
};

struct command {
	uint8_t kind, keyword_len, arguments_len;
	uint8_t keyword[16];
	uint8_t arguments[ARGUMENTS_MAX];
};

struct state {
	struct command waiting[WAITING]; /* commands without answer, oldest first */
	struct l7_login login;
	struct l7_login_auth auth;
	uint64_t next_id;
	uint32_t unkept; /* said without answer because the queue was full */
	uint16_t answer_len, header_len;
	uint8_t count;
	bool greeted;   /* or there is no greeting: a command came first */
	bool tls_asked; /* nothing more of the client is read before the answer (RFC 2595 4) */
	bool in_lines;  /* of an answer */
	bool inside_line[2];
	uint8_t answer[ANSWER_MAX]; /* the first line, then the others, each followed by LF */
};
_Static_assert(sizeof(struct state) <= 4096, "a state of the second largest size (inspect/state_pools.c)");

static void
say(struct state *s, const struct command *command, bool has_answer, bool is_ok, const struct l7_flow *flow,
    struct sink *sink)
{
	struct json *j = sink_open(sink, BYTES("pop3"), flow);
	if (j != NULL) {
		struct bytes answer = {s->answer, s->answer_len};
		json_u64(j, JSON_KEY("tx_id"), s->next_id);
		eve_pop3_write(j,
		    &(struct eve_pop3){.command = {command->keyword, command->keyword_len},
		        .arguments = {command->arguments, command->arguments_len},
		        .has_answer = has_answer,
		        .is_ok = is_ok,
		        .header = bytes_first(answer, s->header_len),
		        .data = bytes_after(answer, s->header_len)});
		sink_close(sink);
	}
	s->next_id++;
}

/* ---- Commands ---- */

static enum kind
kind_of(struct bytes keyword, struct bytes arguments)
{
	static const struct {
		const char *keyword_cstr;
		enum kind kind;
	} kinds[] = {{"PASS", KIND_LOGIN}, {"APOP", KIND_LOGIN}, {"STLS", KIND_TLS}, {"CAPA", KIND_LINES},
	    {"RETR", KIND_MAIL}, {"TOP", KIND_MAIL}};
	for (size_t i = 0; i < LENGTH_OF(kinds); i++)
		if (bytes_eq_nocase(keyword, bytes_of_cstr(kinds[i].keyword_cstr)))
			return kinds[i].kind;
	bool alone = arguments.len == 0;
	if (bytes_eq_nocase(keyword, BYTES("AUTH")))
		return alone ? KIND_LINES : KIND_LOGIN;
	if (bytes_eq_nocase(keyword, BYTES("LIST")) || bytes_eq_nocase(keyword, BYTES("UIDL")))
		return alone ? KIND_LINES : KIND_OTHER;
	return KIND_OTHER;
}

static void
wait_for(struct state *s, enum kind kind, struct bytes keyword, struct bytes arguments, const struct l7_input *in,
    struct sink *sink)
{
	struct command c = {.kind = (uint8_t)kind};
	c.keyword_len = (uint8_t)sink_copy((char *)c.keyword, sizeof(c.keyword), keyword);
	for (size_t i = 0; i < c.keyword_len; i++)
		c.keyword[i] = c.keyword[i] >= 'a' && c.keyword[i] <= 'z' ? (uint8_t)(c.keyword[i] - 32) : c.keyword[i];
	c.arguments_len = (uint8_t)sink_copy((char *)c.arguments, sizeof(c.arguments), arguments);
	if (s->count == WAITING || s->unkept > 0) {
		s->unkept++;
		say(s, &c, false, false, in->flow, sink);
		return;
	}
	s->waiting[s->count++] = c;
}

static void
take_command(struct state *s, const struct l7_input *in, struct bytes line, struct sink *sink)
{
	if (s->auth.lines > 0) { /* what is in it is a secret */
		l7_login_auth_line(&s->login, &s->auth, line);
		wait_for(s, KIND_LOGIN, BYTES("<SASL DATA>"), (struct bytes){0}, in, sink);
		return;
	}
	struct textline_command c = textline_command(line);
	enum kind kind = kind_of(c.verb, c.argument);
	struct bytes shown = c.argument;
	if (bytes_eq_nocase(c.verb, BYTES("USER"))) {
		l7_login_user(&s->login, c.argument);
	} else if (bytes_eq_nocase(c.verb, BYTES("PASS"))) {
		s->login.sent = s->login.cleartext = true;
		shown = BYTES("****");
	} else if (bytes_eq_nocase(c.verb, BYTES("APOP"))) { /* RFC 1939 7: a digest */
		struct bytes rest = c.argument;
		shown = textline_word(&rest);
		l7_login_user(&s->login, shown);
		s->login.sent = true;
		s->login.cleartext = false;
	} else if (bytes_eq_nocase(c.verb, BYTES("AUTH")) && c.argument.len > 0) {
		struct bytes initial = c.argument, mechanism = textline_word(&initial);
		l7_login_auth_begin(&s->login, &s->auth, mechanism, initial);
		shown = mechanism;
	}
	if (c.verb.len > 0)
		wait_for(s, kind, c.verb, shown, in, sink);
	s->tls_asked = kind == KIND_TLS && s->unkept == 0;
}

/* ---- Answers ---- */

static void
keep(struct state *s, struct bytes text)
{
	s->answer_len = (uint16_t)(s->answer_len +
	    sink_copy((char *)s->answer + s->answer_len, sizeof(s->answer) - s->answer_len, text));
}

static void
answered(struct state *s, bool is_ok, const struct l7_input *in, struct sink *sink)
{
	say(s, &s->waiting[0], true, is_ok, in->flow, sink);
	s->count--;
	memmove(s->waiting, s->waiting + 1, s->count * sizeof(s->waiting[0]));
	s->answer_len = s->header_len = 0;
	s->in_lines = false;
}

static enum l7_verdict
take_status(struct state *s, const struct l7_input *in, struct bytes line, struct sink *sink)
{
	bool good = bytes_start_with(line, BYTES("+OK")), refused = bytes_start_with(line, BYTES("-ERR"));
	bool goes_on = !good && bytes_start_with(line, BYTES("+")); /* RFC 5034 4: an exchange goes on */
	if (!good && !refused && !goes_on)
		return L7_MORE;
	bool greeting = !s->greeted && s->count + s->unkept == 0 && !in->flow->midstream;
	s->greeted = true;
	if (greeting)
		return L7_MORE;
	if (s->count == 0) {
		if (s->unkept > 0)
			s->unkept--;
		return L7_MORE;
	}
	enum kind kind = (enum kind)s->waiting[0].kind;
	keep(s, bytes_trim(bytes_after(line, good ? 3 : refused ? 4 : 1)));
	s->header_len = s->answer_len;
	if (kind == KIND_LOGIN && !goes_on) {
		s->auth.lines = 0;
		l7_login_answer(&s->login, APP_POP3, good ? LOGIN_ACCEPTED : LOGIN_REFUSED, in->flow, sink);
	}
	if (kind == KIND_TLS)
		s->tls_asked = false;
	if (good && (kind == KIND_LINES || kind == KIND_MAIL))
		s->in_lines = true;
	else
		answered(s, !refused, in, sink);
	return good && kind == KIND_TLS ? L7_TLS : L7_MORE;
}

static size_t
take_line(struct state *s, const struct l7_input *in, struct bytes rest, struct sink *sink, enum l7_verdict *verdict)
{
	struct textline_piece p = textline_piece(rest, s->inside_line[in->side]);
	if (p.used == 0)
		return 0;
	bool starts = !s->inside_line[in->side];
	s->inside_line[in->side] = p.end.len == 0;
	if (!starts)
		return p.used; /* the rest of a line that is too long */
	if (in->side == L7_CLIENT) {
		take_command(s, in, p.text, sink);
	} else if (!s->in_lines) {
		*verdict = take_status(s, in, p.text, sink);
	} else if (bytes_eq(p.text, BYTES("."))) {
		answered(s, true, in, sink);
	} else if (s->waiting[0].kind == KIND_LINES && s->answer_len + p.text.len < sizeof(s->answer)) {
		keep(s, bytes_after(p.text, bytes_start_with(p.text, BYTES("..")) ? 1 : 0));
		keep(s, BYTES("\n"));
	}
	return p.used;
}

static struct l7_step
pop3_step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct l7_step step = {.verdict = L7_MORE};
	bool waits = s->tls_asked;
	while (
	    step.verdict == L7_MORE && !step.wake && step.used < in->data.len && (in->side == L7_SERVER || !s->tls_asked)) {
		size_t used = take_line(s, in, bytes_after(in->data, step.used), sink, &step.verdict);
		if (used == 0)
			break;
		step.used += used;
		step.wake = waits && !s->tls_asked;
	}
	return step;
}

static void
pop3_finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *s = state;
	for (size_t i = 0; i < s->count; i++) {
		say(s, &s->waiting[i], s->in_lines && i == 0, s->in_lines, flow, sink);
		s->answer_len = s->header_len = 0;
	}
	s->count = 0;
	l7_login_answer(&s->login, APP_POP3, LOGIN_SENT, flow, sink);
}

static enum l7_guess
pop3_guess(const struct l7_input *in)
{
	enum textline_look look = in->side == L7_SERVER ? textline_looks_like_pop3(in->data)
	                                                : textline_looks_like_pop3_client(in->data);
	return look == TEXTLINE_YES ? L7_YES : look == TEXTLINE_MAYBE ? L7_MAYBE : L7_NO;
}

const struct l7_parser l7_pop3_parser = {
    .app = APP_POP3,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = pop3_guess,
    .step = pop3_step,
    .finish = pop3_finish,
};
