/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_http.h - HTTP/1: one event and one observation per request with its response, logins
 * seen in clear, and what is wrong in the messages. */
#ifndef INSPECT_L7_HTTP_H
#define INSPECT_L7_HTTP_H

#include "inspect/l7.h"

extern const struct l7_parser l7_http_parser;

#endif
