/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* console/console_answers.h - what leaves: status, headers, body. Every answer gets the same protections here, and nowhere else. */
#ifndef CONSOLE_CONSOLE_ANSWERS_H
#define CONSOLE_CONSOLE_ANSWERS_H

#include "console/console_state.h"

/* Answers by the verdict, or by what the clerk answered. False when libmicrohttpd could not: the connection is then closed. */
MUST_USE bool console_answers_send(struct console_request *request);

#endif
