/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_ftp.h"

#include "inspect/eve_ftp.h"
#include "inspect/l7_expect.h"
#include "inspect/l7_login.h"
#include "inspect/viewer.h"
#include "proto/ftp.h"
#include "proto/textline.h"

enum {
	WAITING = 6,
	DATA_MAX = L7_EXPECT_NAME_MAX,
	REPLIES_MAX = 1000,
};

enum kind {
	KIND_OTHER,
	KIND_USER,
	KIND_PASS,
	KIND_TLS,
	KIND_PROTECTED, /* in another way */
	KIND_ACTIVE,    /* the client says where the server connects to: PORT, EPRT */
	KIND_PASSIVE,   /* the server says it: PASV, EPSV */
	KIND_TRANSFER,  /* by a connection of its own */
};

struct command {
	uint64_t id; /* of the transaction */
	uint8_t kind, verb_len, data_len;
	bool cut;
	uint16_t port; /* of the data connection */
	uint8_t verb[12];
	uint8_t data[DATA_MAX];
};

struct state {
	struct command waiting[WAITING]; /* commands without final reply, oldest first */
	struct l7_login login;
	uint64_t next_id;
	uint16_t data_port; /* where the next transfer goes, 0: not said */
	bool data_active;   /* the client listens there */
	bool discards[2];   /* the rest of a line that was too long */
	uint32_t unkept;    /* said without reply because the queue was full */
	uint16_t multiline; /* code of the reply that goes on over several lines, 0: none */
	uint16_t replies_len;
	uint8_t count;
	bool replies_cut;
	bool greeted;   /* the greeting came: it answers no command, even when that was read first */
	bool tls_asked; /* nothing more of the client is read before the answer (RFC 4217 4) */
	uint8_t replies[REPLIES_MAX];
};
_Static_assert(sizeof(struct state) <= 4096, "a state of the second largest size (inspect/state_pools.c)");

/* One transaction as events and rules have it. */
struct told {
	const struct state *s;
	const struct command *command; /* NULL: the greeting */
	struct bytes replies;
};

static const char *
mode_of(const struct command *command)
{
	if (command == NULL || (command->kind != KIND_ACTIVE && command->kind != KIND_PASSIVE))
		return NULL;
	return command->kind == KIND_ACTIVE ? "active" : "passive";
}

static void
describe(const void *context, struct json *j)
{
	const struct told *t = context;
	struct eve_ftp ftp = {.replies = t->replies, .replies_cut = t->s->replies_cut, .mode_cstr = mode_of(t->command)};
	if (t->command != NULL) {
		ftp.command = (struct bytes){t->command->verb, t->command->verb_len};
		ftp.data = (struct bytes){t->command->data, t->command->data_len};
		ftp.data_cut = t->command->cut;
		ftp.dynamic_port = t->command->port;
	}
	eve_ftp_write(j, &ftp);
}

static void
say(struct state *s, const struct command *command, struct bytes replies, const struct l7_flow *flow, struct sink *sink)
{
	struct told told = {s, command, replies};
	struct json *j = sink_open(sink, BYTES("ftp"), flow);
	if (j == NULL)
		return;
	json_u64(j, JSON_KEY("tx_id"), command == NULL ? s->next_id - 1 : command->id);
	describe(&told, j);
	sink_close(sink);
}

/* ---- Rules ---- */

static void
put_place(struct view_set *v, const struct command *command)
{
	const char *mode = mode_of(command);
	if (mode != NULL)
		view_set_put(v, VIEW_FTP_MODE, bytes_of_cstr(mode));
	if (command->port != 0)
		view_set_put_number(v, VIEW_FTP_DYNAMIC_PORT, command->port);
}

static void
show_command(struct state *s, const struct command *command, struct bytes data, bool bounces, const struct l7_input *in,
    struct sink *sink)
{
	struct told told = {s, command, {0}};
	struct l7_tx tx = {.id = command->id, .describe = describe, .context = &told};
	struct view_set *v = sink_views(sink, in, &tx);
	if (v == NULL)
		return;
	view_set_put(v, VIEW_FTP_COMMAND, (struct bytes){command->verb, command->verb_len});
	if (data.len > 0)
		view_set_put(v, VIEW_FTP_COMMAND_DATA, data);
	if (bounces)
		view_set_put(v, VIEW_FTP_BOUNCE, BYTES("yes"));
	put_place(v, command);
	sink_show(sink, true);
}

static void
show_replies(
    struct state *s, const struct command *command, struct bytes replies, const struct l7_input *in, struct sink *sink)
{
	struct told told = {s, command, replies};
	struct l7_tx tx = {.id = command == NULL ? s->next_id - 1 : command->id, .describe = describe, .context = &told};
	struct view_set *v = sink_views(sink, in, &tx);
	if (v == NULL)
		return;
	for (struct bytes rest = replies; rest.len > 0; rest = bytes_after(rest, bytes_find(rest, '\n') + 1)) {
		struct bytes line = bytes_first(rest, bytes_find(rest, '\n'));
		struct textline_reply reply = textline_reply(line);
		if (reply.code > 0)
			view_set_put(v, VIEW_FTP_COMPLETION_CODE, bytes_first(line, 3));
		view_set_put(v, VIEW_FTP_REPLY, reply.text);
	}
	view_set_put(v, VIEW_FTP_REPLY_RECEIVED, replies.len > 0 ? BYTES("yes") : BYTES("no"));
	if (command != NULL)
		put_place(v, command);
	sink_show(sink, true);
}

/* ---- The data connection ---- */

/* True when it would go to another machine than the one that asks for it (RFC 2577 3). */
static bool
take_place(struct state *s, struct command *command, struct bytes argument, const struct l7_flow *flow)
{
	struct ftp_place place;
	bool known = bytes_eq((struct bytes){command->verb, command->verb_len}, BYTES("EPRT")) ? ftp_eprt(argument, &place)
	                                                                                       : ftp_port(argument, &place);
	if (!known)
		return false;
	command->port = s->data_port = place.port;
	s->data_active = true;
	return place.has_addr && !addr_eq(&place.addr, &flow->client);
}

static void
take_passive_place(struct state *s, struct command *command, uint16_t code, struct bytes text)
{
	struct ftp_place place;
	if (command->kind != KIND_PASSIVE || !(code == 229 ? ftp_extended_passive(text, &place) : ftp_passive(text, &place)))
		return;
	command->port = s->data_port = place.port;
	s->data_active = false;
}

/* Between these two machines, whatever address was said: who is sent elsewhere is another matter. */
static void
expect_transfer(struct state *s, const struct command *command, const struct l7_flow *flow, struct sink *sink)
{
	if (s->data_port == 0)
		return;
	struct l7_expected e = {.listener = s->data_active ? flow->client : flow->server,
	    .other = s->data_active ? flow->server : flow->client,
	    .port = s->data_port};
	struct bytes verb = {command->verb, command->verb_len};
	bool lists = bytes_eq(verb, BYTES("LIST")) || bytes_eq(verb, BYTES("NLST")) || bytes_eq(verb, BYTES("MLSD"));
	e.command_len = (uint8_t)sink_copy((char *)e.command, sizeof(e.command), verb);
	if (!lists)
		e.name_len = (uint8_t)sink_copy(
		    (char *)e.name, sizeof(e.name), (struct bytes){command->data, command->data_len});
	l7_expect_add(sink_expect(sink), &e, flow->time_ns);
	s->data_port = 0;
}

/* ---- Commands ---- */

static enum kind
kind_of(struct bytes verb, struct bytes argument)
{
	if (bytes_eq_nocase(verb, BYTES("USER")))
		return KIND_USER;
	static const struct {
		const char *verb_cstr;
		enum kind kind;
	} kinds[] = {{"PASS", KIND_PASS}, {"PORT", KIND_ACTIVE}, {"EPRT", KIND_ACTIVE}, {"PASV", KIND_PASSIVE},
	    {"EPSV", KIND_PASSIVE}, {"RETR", KIND_TRANSFER}, {"STOR", KIND_TRANSFER}, {"STOU", KIND_TRANSFER},
	    {"APPE", KIND_TRANSFER}, {"LIST", KIND_TRANSFER}, {"NLST", KIND_TRANSFER}, {"MLSD", KIND_TRANSFER}};
	for (size_t i = 0; i < LENGTH_OF(kinds); i++)
		if (bytes_eq_nocase(verb, bytes_of_cstr(kinds[i].verb_cstr)))
			return kinds[i].kind;
	if (!bytes_eq_nocase(verb, BYTES("AUTH")))
		return KIND_OTHER;
	struct bytes mechanism = bytes_first(argument, 3); /* "TLS-C" and "TLS-P" too */
	return bytes_eq_nocase(mechanism, BYTES("TLS")) || bytes_eq_nocase(mechanism, BYTES("SSL")) ? KIND_TLS
	                                                                                            : KIND_PROTECTED;
}

static void
take_command(struct state *s, struct bytes line, const struct l7_input *in, struct sink *sink)
{
	struct textline_command seen = textline_command(line);
	if (seen.verb.len == 0)
		return;
	struct command command = {.id = s->next_id++, .kind = (uint8_t)kind_of(seen.verb, seen.argument)};
	struct bytes data = command.kind == KIND_PASS ? BYTES("****") : seen.argument;
	command.verb_len = (uint8_t)sink_copy((char *)command.verb, sizeof(command.verb), seen.verb);
	for (size_t i = 0; i < command.verb_len; i++)
		command.verb[i] = command.verb[i] >= 'a' && command.verb[i] <= 'z' ? (uint8_t)(command.verb[i] - 32)
		                                                                   : command.verb[i];
	command.data_len = (uint8_t)sink_copy((char *)command.data, sizeof(command.data), data);
	command.cut = data.len > sizeof(command.data);
	bool bounces = command.kind == KIND_ACTIVE && take_place(s, &command, seen.argument, in->flow);
	if (command.kind == KIND_TRANSFER)
		expect_transfer(s, &command, in->flow, sink);
	show_command(s, &command, seen.argument, bounces, in, sink);
	if (s->count == WAITING || s->unkept > 0) {
		s->unkept++;
		say(s, &command, (struct bytes){0}, in->flow, sink);
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
take_reply(struct state *s, struct bytes line, const struct l7_input *in, struct sink *sink)
{
	const struct l7_flow *flow = in->flow;
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
		struct command *command = &s->waiting[0];
		judge_login(s, command, reply.code, flow, sink);
		take_passive_place(s, command, reply.code, reply.text);
		show_replies(s, command, replies, in, sink);
		say(s, command, replies, flow, sink);
		verdict = protection_begins(s, (enum kind)command->kind, reply.code);
		s->count--;
		memmove(s->waiting, s->waiting + 1, s->count * sizeof(s->waiting[0]));
	} else if (s->unkept > 0 && !greeting) {
		s->unkept--;
	} else {
		s->next_id++;
		show_replies(s, NULL, replies, in, sink);
		say(s, NULL, replies, flow, sink);
	}
	s->replies_len = 0;
	s->replies_cut = false;
	return verdict;
}

/* What a line has beyond TEXTLINE_MAX bytes is passed over. */
static size_t
take_line(struct state *s, const struct l7_input *in, struct bytes rest, struct sink *sink, enum l7_verdict *verdict)
{
	bool discards = s->discards[in->side];
	struct textline_piece p = textline_piece(rest, discards);
	if (p.used == 0)
		return 0;
	s->discards[in->side] = p.end.len == 0;
	if (discards)
		return p.used;
	if (p.end.len == 0)
		sink_anomaly(sink, in, APP_FTP,
		    in->side == L7_CLIENT ? BYTES("request_command_too_long") : BYTES("response_command_too_long"));
	if (in->side == L7_CLIENT)
		take_command(s, p.text, in, sink);
	else
		*verdict = take_reply(s, p.text, in, sink);
	return p.used;
}

static struct l7_step
ftp_step(void *state, const struct l7_input *in, struct sink *sink)
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
