/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_database.h"

#include "inspect/l7_login.h"
#include "proto/database.h"
#include "proto/recognise.h"

struct state {
	struct l7_login login;
	bool over; /* a command that is no login came: the next answer is the last that interests */
};

struct protocol {
	enum app_proto app;
	bool cleartext; /* the password is always sent as it is */
	enum parse (*client)(struct bytes stream, size_t *used, struct database_message *out);
	enum parse (*server)(struct bytes stream, size_t *used, struct database_message *out);
};

static enum l7_verdict
take(struct state *s, const struct protocol *protocol, const struct database_message *message, const struct l7_flow *flow,
    struct sink *sink)
{
	switch (message->says) {
	case DATABASE_NOTHING: return L7_MORE;
	case DATABASE_USER:
		l7_login_user(&s->login, message->user);
		s->login.sent = true;
		s->login.cleartext = protocol->cleartext;
		return L7_MORE;
	case DATABASE_STARTS_TLS: s->login.sent = false; return L7_TLS;
	case DATABASE_ACCEPTS: l7_login_answer(&s->login, protocol->app, LOGIN_ACCEPTED, flow, sink); return L7_DONE;
	case DATABASE_REFUSES:
		l7_login_answer(&s->login, protocol->app, LOGIN_REFUSED, flow, sink);
		return s->over ? L7_DONE : L7_MORE;
	case DATABASE_OTHER: s->over = true; return s->login.sent ? L7_MORE : L7_DONE;
	}
	return L7_MORE;
}

static struct l7_step
step_of(struct state *s, const struct protocol *protocol, const struct l7_input *in, struct sink *sink)
{
	struct l7_step step = {.verdict = L7_MORE};
	while (step.verdict == L7_MORE) {
		struct bytes rest = bytes_after(in->data, step.used);
		struct database_message message;
		size_t used;
		enum parse parsed = in->side == L7_CLIENT ? protocol->client(rest, &used, &message)
		                                          : protocol->server(rest, &used, &message);
		if (parsed == PARSE_SHORT)
			break;
		if (parsed == PARSE_BAD) {
			step.verdict = L7_SIDE_DONE;
			break;
		}
		step.used += used;
		step.verdict = take(s, protocol, &message, in->flow, sink);
	}
	return step;
}

static enum l7_guess
guess_of(enum recognise_look look)
{
	return look == RECOGNISE_YES ? L7_YES : look == RECOGNISE_MAYBE ? L7_MAYBE : L7_NO;
}

#define PARSER(name, is, in_clear)                                                                                         \
	static const struct protocol name##_protocol = {is, in_clear, database_##name##_client, database_##name##_server}; \
	static enum l7_guess name##_guess(const struct l7_input *in)                                                       \
	{                                                                                                                  \
		return guess_of(recognise_##name(in->data, in->side == L7_CLIENT ? RECOGNISE_CLIENT : RECOGNISE_SERVER));  \
	}                                                                                                                  \
	static struct l7_step name##_step(void *state, const struct l7_input *in, struct sink *sink)                       \
	{                                                                                                                  \
		return step_of(state, &name##_protocol, in, sink);                                                         \
	}                                                                                                                  \
	static void name##_finish(void *state, const struct l7_flow *flow, struct sink *sink)                              \
	{                                                                                                                  \
		struct state *s = state;                                                                                   \
		l7_login_answer(&s->login, is, LOGIN_SENT, flow, sink);                                                    \
	}                                                                                                                  \
	const struct l7_parser l7_database_##name##_parser = {.app = is,                                                   \
	    .tcp = true,                                                                                                   \
	    .state_size = sizeof(struct state),                                                                            \
	    .guess = name##_guess,                                                                                         \
	    .step = name##_step,                                                                                           \
	    .finish = name##_finish};

PARSER(mysql, APP_MYSQL, false)
PARSER(redis, APP_REDIS, true)
