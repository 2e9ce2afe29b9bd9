/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_login.h - what the protocols with a login share: one observation per attempt. */
#ifndef INSPECT_L7_LOGIN_H
#define INSPECT_L7_LOGIN_H

#include "inspect/sink.h"

enum { L7_LOGIN_USER_MAX = 64 };

/* The attempt under way; zero: none. */
struct l7_login {
	bool sent; /* the password went by, the answer is awaited */
	bool cleartext;
	uint8_t user_len;
	uint8_t user[L7_LOGIN_USER_MAX];
};

void l7_login_user(struct l7_login *login, struct bytes user);
/* base64 of authorisation NUL user NUL password (RFC 4616 2); only the user is kept. */
void l7_login_plain(struct l7_login *login, struct bytes base64);
/* base64 of the user, up to the first space (CRAM-MD5: "user digest"). */
void l7_login_base64_user(struct l7_login *login, struct bytes base64);
/* A SASL exchange in clear (RFC 4422): how many of the client's lines still belong to it. */
enum { L7_LOGIN_LINES_UNKNOWN = 255 }; /* until the server answers */
struct l7_login_auth {
	uint8_t mechanism;
	uint8_t lines;
};
void l7_login_auth_begin(struct l7_login *login, struct l7_login_auth *auth, struct bytes mechanism, struct bytes initial);
void l7_login_auth_line(struct l7_login *login, struct l7_login_auth *auth, struct bytes line);

/* A l7_parser.sender: replies begin with a digit (RFC 959 4.2, RFC 5321 4.2), commands do not. */
enum l7_sender l7_login_sender_of_reply(struct bytes data);

/* Says the attempt, if one is under way, and forgets that it was sent. */
void l7_login_answer(
    struct l7_login *login, enum app_proto app, enum login_outcome outcome, const struct l7_flow *flow, struct sink *sink);

#endif
