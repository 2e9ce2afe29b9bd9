/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_http_login.h - the user name in a request: Authorization fields and forms. Passwords are
 * passed over, never kept.
 */
#ifndef INSPECT_L7_HTTP_LOGIN_H
#define INSPECT_L7_HTTP_LOGIN_H

#include "inspect/l7_http_tx.h"

struct l7_http_login {
	enum l7_http_tx_login kind;
	size_t user_len;
	uint8_t user[64];
};

struct l7_http_login l7_http_login_of_head(const struct http1_head *head);

/* The first bytes of an application/x-www-form-urlencoded body. */
struct l7_http_login l7_http_login_of_form(struct bytes form);

/* Is the scheme one of those whose credentials are understood or deliberately not looked at? */
bool l7_http_login_known_scheme(const struct http1_head *head);

#endif
