/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_ftp.h"

#include "inspect/eve_ftp.h"
#include "inspect/l7_login.h"
#include "proto/textline.h"

enum {
	WAITING = 6,
	DATA_MAX = 104,
	REPLIES_MAX = 400,
};

enum kind { KIND_OTHER, KIND_USER, KIND_PASS, KIND_TLS, KIND_PROTECTED /* in another way */ };

struct command {
	uint8_t kind, verb_len, data_len;
	bool cut;
	uint8_t verb[12];
	uint8_t data[DATA_MAX];
};

struct state {
	struct command waiting[WAITING]; /* commands without final reply, oldest first */
	struct l7_login login;
	uint32_t next_id;
	uint32_t unkept;    /* said without reply because the queue was full */
	uint16_t multiline; /* code of the reply that goes on over several lines, 0: none */
	uint16_t replies_len;
	uint8_t count;
	bool replies_cut;
	bool greeted;   /* the greeting came: it answers no command, even when that was read first */
	bool tls_asked; /* nothing more of the client is read before the answer (RFC 4217 4) */
	uint8_t replies[REPLIES_MAX];
};
_Static_assert(sizeof(struct state) <= 1536, "a state of the smaller size (inspect/state_pools.c)");

static void
say(struct state *s, const struct command *command, struct bytes replies, const struct l7_flow *flow, struct sink *sink)
{
	struct json *j = sink_open(sink, BYTES("ftp"), flow);
	if (j != NULL) {
		struct eve_ftp ftp = {.replies = replies, .replies_cut = s->replies_cut};
		if (command != NULL) {
			ftp.command = (struct bytes){command->verb, command->verb_len};
			ftp.data = (struct bytes){command->data, command->data_len};
			ftp.data_cut = command->cut;
		}
		json_u64(j, JSON_KEY("tx_id"), s->next_id);
		eve_ftp_write(j, &ftp);
		sink_close(sink);
	}
	s->next_id++;
}

static enum kind
kind_of(struct bytes verb, struct bytes argument)
{
	if (bytes_eq_nocase(verb, BYTES("USER")))
		return KIND_USER;
	if (bytes_eq_nocase(verb, BYTES("PASS")))
		return KIND_PASS;
	if (!bytes_eq_nocase(verb, BYTES("AUTH")))
		return KIND_OTHER;
	struct bytes mechanism = bytes_first(argument, 3); /* "TLS-C" and "TLS-P" too */
	return bytes_eq_nocase(mechanism, BYTES("TLS")) || bytes_eq_nocase(mechanism, BYTES("SSL")) ? KIND_TLS
	                                                                                            : KIND_PROTECTED;
}

static void
take_command(struct state *s, struct bytes line, const struct l7_flow *flow, struct sink *sink)
{
	struct textline_command seen = textline_command(line);
	if (seen.verb.len == 0)
		return;
	struct command command = {.kind = (uint8_t)kind_of(seen.verb, seen.argument)};
	struct bytes data = command.kind == KIND_PASS ? BYTES("****") : seen.argument;
	command.verb_len = (uint8_t)sink_copy((char *)command.verb, sizeof(command.verb), seen.verb);
	for (size_t i = 0; i < command.verb_len; i++)
		command.verb[i] = command.verb[i] >= 'a' && command.verb[i] <= 'z' ? (uint8_t)(command.verb[i] - 32)
		                                                                   : command.verb[i];
	command.data_len = (uint8_t)sink_copy((char *)command.data, sizeof(command.data), data);
	command.cut = data.len > sizeof(command.data);
	if (s->count == WAITING || s->unkept > 0) {
		s->unkept++;
		say(s, &command, (struct bytes){0}, flow, sink);
		return;
	}
	s->waiting[s->count++] = command;
	s->tls_asked = command.kind == KIND_TLS;
}

/* What the answer means for the login (RFC 959 5.4). */
static void
judge_login(struct state *s, const struct command *command, uint16_t code, const struct l7_flow *flow, struct sink *sink)
{
	if (command->kind == KIND_USER) {
		l7_login_user(&s->login, (struct bytes){command->data, command->data_len});
		s->login.sent = code == 230; /* let in without a password */
		s->login.cleartext = false;
	} else if (command->kind == KIND_PASS) {
		s->login.sent = s->login.cleartext = true;
	} else {
		return;
	}
	l7_login_answer(&s->login, APP_FTP,
	    code / 100 == 2   ? LOGIN_ACCEPTED
	        : code == 332 ? LOGIN_SENT
	                      : LOGIN_REFUSED,
	    flow, sink);
}

static void
keep_reply(struct state *s, struct bytes line)
{
	size_t room = sizeof(s->replies) - s->replies_len;
	size_t fits = room > 1 ? bytes_first(line, room - 1).len : 0;
	s->replies_cut = s->replies_cut || fits < line.len || room < 2;
	if (room < 2)
		return;
	if (fits > 0)
		memcpy(s->replies + s->replies_len, line.at, fits);
	s->replies[s->replies_len + fits] = '\n';
	s->replies_len = (uint16_t)(s->replies_len + fits + 1);
}

/* RFC 4217 4, RFC 2228 3. */
static enum l7_verdict
protection_begins(struct state *s, enum kind kind, uint16_t code)
{
	bool begins = code == 234 || code == 334;
	if (kind == KIND_TLS)
		s->tls_asked = false;
	else if (kind != KIND_PROTECTED)
		return L7_MORE;
	return !begins ? L7_MORE : kind == KIND_TLS ? L7_TLS : L7_DONE;
}

/* RFC 959 4.2: "123-" opens a reply that "123 " closes. */
static enum l7_verdict
take_reply(struct state *s, struct bytes line, const struct l7_flow *flow, struct sink *sink)
{
	struct textline_reply reply = textline_reply(line);
	keep_reply(s, line);
	if (s->multiline != 0 && (reply.code != s->multiline || !reply.last))
		return L7_MORE;
	s->multiline = reply.last || reply.code == 0 ? 0 : reply.code;
	if (s->multiline != 0 || reply.code / 100 <= 1) /* none, or preliminary: the final one follows */
		return L7_MORE;
	struct bytes replies = {s->replies, s->replies_len};
	enum l7_verdict verdict = L7_MORE;
	bool greeting = !s->greeted && !flow->midstream && reply.code == 220;
	s->greeted = true;
	if (s->count > 0 && !greeting) {
		const struct command *command = &s->waiting[0];
		judge_login(s, command, reply.code, flow, sink);
		say(s, command, replies, flow, sink);
		verdict = protection_begins(s, (enum kind)command->kind, reply.code);
		s->count--;
		memmove(s->waiting, s->waiting + 1, s->count * sizeof(s->waiting[0]));
	} else if (s->unkept > 0 && !greeting) {
		s->unkept--;
	} else {
		say(s, NULL, replies, flow, sink);
	}
	s->replies_len = 0;
	s->replies_cut = false;
	return verdict;
}

static struct l7_step
ftp_step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct l7_step step = {.verdict = L7_MORE};
	bool waits = s->tls_asked;
	while (step.verdict == L7_MORE && !step.wake && (in->side == L7_SERVER || !s->tls_asked)) {
		struct bytes line;
		size_t used;
		enum parse parsed = textline_take(bytes_after(in->data, step.used), &used, &line);
		if (parsed == PARSE_SHORT)
			break;
		if (parsed == PARSE_BAD) {
			sink_anomaly(sink, in, APP_FTP,
			    in->side == L7_CLIENT ? BYTES("request_command_too_long") : BYTES("response_command_too_long"));
			step.verdict = L7_SIDE_DONE;
			return step;
		}
		step.used += used;
		if (in->side == L7_CLIENT)
			take_command(s, line, in->flow, sink);
		else
			step.verdict = take_reply(s, line, in->flow, sink);
		step.wake = waits && !s->tls_asked;
	}
	return step;
}

static void
ftp_finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *s = state;
	for (size_t i = 0; i < s->count; i++) {
		struct bytes replies = {s->replies, i == 0 ? s->replies_len : 0}; /* begun and not ended */
		say(s, &s->waiting[i], replies, flow, sink);
		if (s->waiting[i].kind == KIND_USER)
			l7_login_user(&s->login, (struct bytes){s->waiting[i].data, s->waiting[i].data_len});
		s->login.sent = s->login.cleartext = s->waiting[i].kind == KIND_PASS;
		l7_login_answer(&s->login, APP_FTP, LOGIN_SENT, flow, sink);
	}
	s->count = 0;
}

static enum l7_guess
ftp_guess(const struct l7_input *in)
{
	enum textline_look look = textline_looks_like_ftp(in->data);
	return look == TEXTLINE_YES ? L7_YES : look == TEXTLINE_MAYBE ? L7_MAYBE : L7_NO;
}

const struct l7_parser l7_ftp_parser = {
    .app = APP_FTP,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = ftp_guess,
    .sender = l7_login_sender_of_reply,
    .step = ftp_step,
    .finish = ftp_finish,
};
