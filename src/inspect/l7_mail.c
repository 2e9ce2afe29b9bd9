/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_mail.h"

#include "inspect/l7_login.h"
#include "proto/textline.h"

enum {
	TAG_MAX = 16,
};

enum awaited { AWAITED_OTHER, AWAITED_LOGIN, AWAITED_TLS };

struct imap {
	struct l7_login login;
	struct l7_login_auth auth;
	uint64_t literal_left; /* bytes of a literal (RFC 3501 4.3) */
	uint8_t awaited;       /* of the command with this tag */
	uint8_t tag_len;
	uint8_t tag[TAG_MAX];
	bool literal_is_user;
	bool continued; /* the next line is the rest of a command */
	bool tls_asked; /* nothing more of the client is read before the answer (RFC 3501 6.2.1) */
};

/* What each protocol does with its lines. */
struct lines {
	void (*client)(void *state, struct bytes line);
	enum l7_verdict (*server)(void *state, const struct l7_input *in, struct bytes line, struct sink *sink);
};

static struct l7_step
each_line(void *state, const struct l7_input *in, struct bytes data, struct sink *sink, const struct lines *lines,
    const uint64_t *stop, const bool *tls_asked)
{
	struct l7_step step = {.verdict = L7_MORE};
	bool waits = *tls_asked;
	while (step.verdict == L7_MORE && !step.wake && *stop == 0 && (in->side == L7_SERVER || !*tls_asked)) {
		struct bytes line;
		size_t used;
		enum parse parsed = textline_take(bytes_after(data, step.used), &used, &line);
		if (parsed == PARSE_SHORT)
			break;
		if (parsed == PARSE_BAD) {
			step.verdict = L7_SIDE_DONE;
			break;
		}
		step.used += used;
		if (in->side == L7_CLIENT)
			lines->client(state, line);
		else
			step.verdict = lines->server(state, in, line, sink);
		step.wake = waits && !*tls_asked;
	}
	return step;
}

static const uint64_t never;

/* "{12}" or "{12+}" at the end of a line; 0 when there is none. */
static uint64_t
literal_at_end(struct bytes line)
{
	size_t open = line.len;
	while (open > 0 && line.at[open - 1] != '{')
		open--;
	struct cursor c = cursor_of(bytes_after(line, open));
	if (open == 0 || line.at[line.len - 1] != '}' || c.left > 12)
		return 0;
	uint64_t size = 0;
	for (uint8_t b = cursor_u8(&c); cursor_ok(&c) && b >= '0' && b <= '9'; b = cursor_u8(&c))
		size = size * 10 + (uint64_t)(b - '0');
	return size;
}

/* An atom or a quoted string (RFC 3501 4.3); escapes inside are left as they are. */
static struct bytes
astring(struct bytes argument)
{
	if (!bytes_start_with(argument, BYTES("\"")))
		return bytes_first(argument, bytes_find(argument, ' '));
	struct bytes rest = bytes_after(argument, 1);
	return bytes_first(rest, bytes_find(rest, '"'));
}

static void
imap_command(void *state, struct bytes line)
{
	struct imap *s = state;
	if (s->auth.lines > 0) {
		l7_login_auth_line(&s->login, &s->auth, line);
		return;
	}
	bool rest_of_command = s->continued;
	s->literal_left = literal_at_end(line);
	s->continued = s->literal_left > 0;
	s->literal_is_user = false;
	if (rest_of_command)
		return;
	struct textline_command c = textline_command(line); /* the tag is its verb */
	struct bytes rest = c.argument, verb = textline_word(&rest);
	enum awaited what = AWAITED_OTHER;
	if (bytes_eq_nocase(verb, BYTES("LOGIN"))) {
		what = AWAITED_LOGIN;
		s->literal_is_user = bytes_start_with(rest, BYTES("{"));
		l7_login_user(&s->login, s->literal_is_user ? (struct bytes){0} : astring(rest));
		s->login.sent = s->login.cleartext = true;
	} else if (bytes_eq_nocase(verb, BYTES("AUTHENTICATE"))) {
		struct bytes mechanism = textline_word(&rest);
		what = AWAITED_LOGIN;
		l7_login_auth_begin(&s->login, &s->auth, mechanism, rest);
	} else if (bytes_eq_nocase(verb, BYTES("STARTTLS"))) {
		what = AWAITED_TLS;
	}
	if (what == AWAITED_OTHER)
		return;
	s->awaited = (uint8_t)what;
	s->tag_len = (uint8_t)sink_copy((char *)s->tag, sizeof(s->tag), c.verb);
	s->tls_asked = what == AWAITED_TLS && c.verb.len <= sizeof(s->tag); /* a longer tag will not be known again */
}

static enum l7_verdict
imap_reply(void *state, const struct l7_input *in, struct bytes line, struct sink *sink)
{
	struct imap *s = state;
	struct bytes rest = line, tag = textline_word(&rest), result = textline_word(&rest);
	if (s->awaited == AWAITED_OTHER || !bytes_eq(tag, (struct bytes){s->tag, s->tag_len}))
		return L7_MORE;
	bool ok = bytes_eq_nocase(result, BYTES("OK"));
	enum awaited what = (enum awaited)s->awaited;
	s->awaited = AWAITED_OTHER;
	if (what == AWAITED_LOGIN) {
		s->auth.lines = 0;
		l7_login_answer(&s->login, APP_IMAP, ok ? LOGIN_ACCEPTED : LOGIN_REFUSED, in->flow, sink);
	}
	if (what == AWAITED_TLS)
		s->tls_asked = false;
	return !ok ? L7_MORE : what == AWAITED_TLS ? L7_TLS : L7_DONE;
}

static size_t
pass_literal(struct imap *s, struct bytes rest)
{
	struct bytes part = bytes_first(rest, s->literal_left < rest.len ? (size_t)s->literal_left : rest.len);
	if (s->literal_is_user) {
		size_t room = sizeof(s->login.user) - s->login.user_len;
		s->login.user_len = (uint8_t)(s->login.user_len +
		    sink_copy((char *)s->login.user + s->login.user_len, room, part));
	}
	s->literal_left -= part.len;
	return part.len;
}

static struct l7_step
imap_step(void *state, const struct l7_input *in, struct sink *sink)
{
	static const struct lines lines = {imap_command, imap_reply};
	struct imap *s = state;
	struct l7_step step = {.verdict = L7_MORE};
	if (in->side == L7_SERVER)
		return each_line(state, in, in->data, sink, &lines, &never, &s->tls_asked);
	bool progress = true;
	while (progress && step.verdict == L7_MORE && step.used < in->data.len) {
		size_t used = pass_literal(s, bytes_after(in->data, step.used));
		struct l7_step some = each_line(
		    state, in, bytes_after(in->data, step.used + used), sink, &lines, &s->literal_left, &s->tls_asked);
		step.used += used + some.used;
		step.verdict = some.verdict;
		progress = used + some.used > 0;
	}
	return step;
}

static void
imap_finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct imap *s = state;
	l7_login_answer(&s->login, APP_IMAP, LOGIN_SENT, flow, sink);
}

static enum l7_guess
guess_of(enum textline_look look)
{
	return look == TEXTLINE_YES ? L7_YES : look == TEXTLINE_MAYBE ? L7_MAYBE : L7_NO;
}

static enum l7_sender
imap_sender(struct bytes data)
{
	return bytes_start_with(data, BYTES("*")) ? L7_BY_SERVER
	                                          : L7_BY_CLIENT; /* RFC 9051 2.2.2: a command begins with its tag */
}

static enum l7_guess
imap_guess(const struct l7_input *in)
{
	return guess_of(textline_looks_like_imap(in->data));
}

const struct l7_parser l7_mail_imap_parser = {
    .app = APP_IMAP,
    .tcp = true,
    .state_size = sizeof(struct imap),
    .guess = imap_guess,
    .sender = imap_sender,
    .step = imap_step,
    .finish = imap_finish,
};
