/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_telnet.h"

#include "core/cursor.h"
#include "inspect/l7_login.h"
#include "proto/telnet.h"

enum {
	LINE_MAX_BYTES = 80,
	BYTES_MAX = 65536, /* of the server before a login: then there is none to see */
};

enum typing { TYPING_NOTHING, TYPING_USER, TYPING_PASSWORD };

struct state {
	struct telnet telnet[2];
	struct l7_login login;
	uint32_t server_bytes;
	uint8_t typing;
	uint8_t line_len;
	uint8_t line[LINE_MAX_BYTES]; /* what the server wrote since the last line end */
};

/* A key of the client: the user's name is kept, the password only ends the attempt. */
static void
take_key(struct state *s, uint8_t key)
{
	if (s->typing == TYPING_NOTHING)
		return;
	if (key == '\r' || key == '\n') {
		if (s->typing == TYPING_PASSWORD)
			s->login.sent = s->login.cleartext = true;
		s->typing = TYPING_NOTHING;
	} else if (s->typing == TYPING_USER && (key == 8 || key == 127)) {
		s->login.user_len = (uint8_t)(s->login.user_len > 0 ? s->login.user_len - 1 : 0);
	} else if (s->typing == TYPING_USER && key >= ' ' && s->login.user_len < L7_LOGIN_USER_MAX) {
		s->login.user[s->login.user_len++] = key;
	}
}

/* False when someone is in: what follows is their work. */
static bool
judge_line(struct state *s, const struct l7_flow *flow, struct sink *sink)
{
	struct bytes line = {s->line, s->line_len};
	bool sent = s->login.sent;
	switch (telnet_meaning(line)) {
	case TELNET_NOTHING: return true;
	case TELNET_ASKS_USER:
		l7_login_answer(&s->login, APP_TELNET, LOGIN_REFUSED, flow, sink); /* asked again */
		s->typing = TYPING_USER;
		s->login.user_len = 0;
		return true;
	case TELNET_ASKS_PASSWORD:
		l7_login_answer(&s->login, APP_TELNET, LOGIN_REFUSED, flow, sink);
		s->typing = TYPING_PASSWORD;
		return true;
	case TELNET_REFUSES: l7_login_answer(&s->login, APP_TELNET, LOGIN_REFUSED, flow, sink); return true;
	case TELNET_ACCEPTS: l7_login_answer(&s->login, APP_TELNET, LOGIN_ACCEPTED, flow, sink); return !sent;
	}
	return true;
}

/* Judged at each colon, prompt sign and line end: a prompt has no line end after it. */
static bool
take_output(struct state *s, uint8_t byte, const struct l7_flow *flow, struct sink *sink)
{
	bool end = byte == '\r' || byte == '\n';
	if (!end && byte >= ' ') {
		if (s->line_len == LINE_MAX_BYTES) {
			memmove(s->line, s->line + 1, LINE_MAX_BYTES - 1);
			s->line_len--;
		}
		s->line[s->line_len++] = byte;
	}
	bool more = true;
	if ((end && s->line_len > 0 && s->line[s->line_len - 1] != ':') || byte == ':' || byte == '$' || byte == '#' ||
	    byte == '>')
		more = judge_line(s, flow, sink);
	if (end)
		s->line_len = 0;
	return more;
}

static struct l7_step
telnet_step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct cursor c = cursor_of(in->data);
	while (c.left > 0) {
		uint8_t byte = cursor_u8(&c);
		if (!telnet_is_data(&s->telnet[in->side], byte))
			continue;
		if (in->side == L7_CLIENT)
			take_key(s, byte);
		else if (!take_output(s, byte, in->flow, sink) || ++s->server_bytes > BYTES_MAX)
			return (struct l7_step){.used = in->data.len - c.left, .verdict = L7_DONE};
	}
	return (struct l7_step){.used = in->data.len, .verdict = L7_MORE};
}

static void
telnet_finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	struct state *s = state;
	l7_login_answer(&s->login, APP_TELNET, LOGIN_SENT, flow, sink);
}

static enum l7_guess
telnet_guess(const struct l7_input *in)
{
	enum telnet_look look = telnet_looks_like(in->data);
	return look == TELNET_YES ? L7_YES : look == TELNET_MAYBE ? L7_MAYBE : L7_NO;
}

const struct l7_parser l7_telnet_parser = {
    .app = APP_TELNET,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = telnet_guess,
    .step = telnet_step,
    .finish = telnet_finish,
};
