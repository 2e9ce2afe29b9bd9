/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_login.h"

#include "core/cursor.h"
#include "proto/base64.h"

enum l7_sender
l7_login_sender_of_reply(struct bytes data)
{
	struct cursor c = cursor_of(data);
	uint8_t first = cursor_u8(&c);
	return first >= '0' && first <= '9' ? L7_BY_SERVER : L7_BY_CLIENT;
}

void
l7_login_user(struct l7_login *login, struct bytes user)
{
	login->user_len = (uint8_t)sink_copy((char *)login->user, sizeof(login->user), user);
}

void
l7_login_plain(struct l7_login *login, struct bytes base64)
{
	uint8_t plain[192];
	struct bytes text = {plain, base64_decode(plain, sizeof(plain), base64)};
	text = bytes_after(text, bytes_find(text, '\0') + 1);
	l7_login_user(login, bytes_first(text, bytes_find(text, '\0')));
	explicit_bzero(plain, sizeof(plain));
}

void
l7_login_base64_user(struct l7_login *login, struct bytes base64)
{
	uint8_t plain[L7_LOGIN_USER_MAX];
	struct bytes text = {plain, base64_decode(plain, sizeof(plain), base64)};
	l7_login_user(login, bytes_first(text, bytes_find(text, ' ')));
}

enum mechanism { MECHANISM_PLAIN, MECHANISM_LOGIN_USER, MECHANISM_LOGIN_PASSWORD, MECHANISM_DIGEST, MECHANISM_OTHER };

void
l7_login_auth_begin(struct l7_login *login, struct l7_login_auth *auth, struct bytes mechanism, struct bytes initial)
{
	login->user_len = 0;
	login->sent = false;
	login->cleartext = true;
	*auth = (struct l7_login_auth){.mechanism = MECHANISM_OTHER, .lines = L7_LOGIN_LINES_UNKNOWN};
	if (bytes_eq_nocase(mechanism, BYTES("PLAIN")))
		*auth = (struct l7_login_auth){.mechanism = MECHANISM_PLAIN, .lines = 1};
	else if (bytes_eq_nocase(mechanism, BYTES("LOGIN")))
		*auth = (struct l7_login_auth){.mechanism = MECHANISM_LOGIN_USER, .lines = 2};
	else if (bytes_eq_nocase(mechanism, BYTES("CRAM-MD5")))
		*auth = (struct l7_login_auth){.mechanism = MECHANISM_DIGEST, .lines = 1};
	else
		login->sent = true;
	if (auth->mechanism >= MECHANISM_DIGEST)
		login->cleartext = false;
	if (initial.len > 0)
		l7_login_auth_line(login, auth, initial);
}

void
l7_login_auth_line(struct l7_login *login, struct l7_login_auth *auth, struct bytes line)
{
	if (bytes_eq(line, BYTES("*"))) { /* given up by the client */
		auth->lines = 0;
		return;
	}
	switch ((enum mechanism)auth->mechanism) {
	case MECHANISM_PLAIN: l7_login_plain(login, line); break;
	case MECHANISM_LOGIN_USER:
		l7_login_base64_user(login, line);
		auth->mechanism = MECHANISM_LOGIN_PASSWORD;
		break;
	case MECHANISM_DIGEST: l7_login_base64_user(login, line); break;
	case MECHANISM_LOGIN_PASSWORD:
	case MECHANISM_OTHER: break;
	}
	if (auth->lines != L7_LOGIN_LINES_UNKNOWN && auth->lines > 0 && --auth->lines == 0)
		login->sent = true;
}

void
l7_login_answer(
    struct l7_login *login, enum app_proto app, enum login_outcome outcome, const struct l7_flow *flow, struct sink *sink)
{
	if (!login->sent)
		return;
	login->sent = false;
	struct observation *o = sink_observe(sink, OBSERVATION_LOGIN, flow);
	if (o == NULL)
		return;
	o->login.app = (uint8_t)app;
	o->login.outcome = (uint8_t)outcome;
	o->login.cleartext = login->cleartext;
	o->login.user_len = sink_copy(o->login.user, sizeof(o->login.user), (struct bytes){login->user, login->user_len});
}
