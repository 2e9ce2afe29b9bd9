/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* console/console_orders.h - the queue to the clerk and back: bounded, in order, and alive when a clerk is not. */
#ifndef CONSOLE_CONSOLE_ORDERS_H
#define CONSOLE_CONSOLE_ORDERS_H

#include "console/console_state.h"

/* Puts a request into the queue: its connection is suspended until it is answered. False when the queue is full. */
MUST_USE bool console_orders_add(struct console_request *request);
/* Sends what the clerk can take. */
void console_orders_send(struct console *console);
/* An answer of the clerk. fd is taken over. False when it makes no sense: such a clerk is not listened to any more. */
MUST_USE bool console_orders_answer(struct console *console, struct bytes message, int fd);
/* The clerk is gone: what it had is answered with 503. */
void console_orders_lost(struct console *console);
/* A request that is with the clerk, or beyond; NULL: it was given up. */
struct console_request *console_orders_find(struct console *console, uint32_t id);
/* Its answer is there; or there will be none, because (static text, or one that the request holds). */
void console_orders_finish(struct console *console, struct console_request *request);
void console_orders_refuse(struct console *console, struct console_request *request, const char *text_cstr);
/* What waited too long is answered with 503; all of it when the console ends. */
void console_orders_tick(struct console *console);

#endif
