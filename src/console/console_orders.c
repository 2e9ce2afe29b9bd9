/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "console/console_orders.h"

#include "console/console_convert.h"
#include "core/auto.h"
#include "core/ensure.h"
#include "core/text.h"
#include "sandbox/memory_file.h"

#include <microhttpd.h>

/* Out of the queue, and back to libmicrohttpd, which asks for the answer. */
static void
give_back(struct console *console, struct console_request *request)
{
	struct console_request **at = &console->orders;
	while (*at != NULL && *at != request)
		at = &(*at)->next;
	ENSURE(*at == request);
	*at = request->next;
	console->order_count--;
	console->sent_count -= request->state == CONSOLE_REQUEST_SENT;
	request->state = CONSOLE_REQUEST_ANSWERED;
	MHD_resume_connection(request->connection);
}

/* There will be no answer of the clerk. */
static void
give_up(struct console *console, struct console_request *request, const char *text_cstr)
{
	request->verdict.kind = CONSOLE_REFUSED;
	request->verdict.status = 503;
	request->verdict.code_cstr = "busy";
	request->verdict.text_cstr = text_cstr;
	give_back(console, request);
}

bool
console_orders_add(struct console_request *request)
{
	struct console *console = request->console;
	if (console->order_count >= CONSOLE_ORDERS_MAX || console->ending)
		return false;
	request->id = request->verdict.order.id = console->next_id++;
	request->verdict.order.body = (struct bytes){request->body, request->body_len};
	request->verdict.order.body_len = (uint32_t)request->body_len;
	struct writer w = writer_of(console->out, sizeof(console->out));
	order_put(&w, &request->verdict.order);
	request->message = writer_ok(&w) ? malloc(w.len) : NULL;
	if (request->message == NULL)
		return false;
	memcpy(request->message, w.start, w.len);
	request->message_len = w.len;
	request->state = CONSOLE_REQUEST_QUEUED;
	request->until_ms = console->now_ms + CONSOLE_ORDER_QUEUE_MS;
	request->peer->until_ms = INT64_MAX; /* ours to end */
	struct console_request **at = &console->orders;
	while (*at != NULL)
		at = &(*at)->next;
	*at = request;
	request->next = NULL;
	console->order_count++;
	MHD_suspend_connection(request->connection);
	console_orders_send(console);
	return true;
}

/* 0, -EAGAIN, or another negative errno. */
static int
send_one(struct console *console, struct console_request *request)
{
	AUTO_CLOSE int file = -1;
	if (request->body_len > ORDER_INLINE_MAX) {
		file = memory_file_make((struct bytes){request->body, request->body_len});
		if (file < 0)
			return file;
	}
	return channel_try_send(console->clerk, ORDER_ASK, (struct bytes){request->message, request->message_len}, file);
}

void
console_orders_send(struct console *console)
{
	console->clerk_is_full = false;
	struct console_request *next;
	for (struct console_request *r = console->orders; r != NULL; r = next) {
		next = r->next;
		if (r->state != CONSOLE_REQUEST_QUEUED)
			continue;
		if (console->clerk < 0 || console->sent_count >= CONSOLE_ORDERS_SENT_MAX)
			return;
		int sent = send_one(console, r);
		if (sent == -EAGAIN) {
			console->clerk_is_full = true;
			return;
		}
		if (sent == -EPIPE || sent == -ECONNRESET)
			return; /* its end is told by the poll */
		if (sent < 0) {
			give_up(console, r, N_("the console lacks memory or descriptors: try again"));
			continue;
		}
		r->state = CONSOLE_REQUEST_SENT;
		r->until_ms = console->now_ms + CONSOLE_LIMITS_ORDER_MS;
		console->sent_count++;
	}
}

bool
console_orders_answer(struct console *console, struct bytes message, int fd)
{
	AUTO_CLOSE int file = fd;
	struct answer answer;
	if (order_get_answer(message, &answer) != PARSE_OK)
		return false;
	bool apart = answer.body_len > ORDER_INLINE_MAX;
	if (apart != (file >= 0) || (apart && memory_file_check(file, answer.body_len) < 0))
		return false;
	struct console_request *r = console_orders_find(console, answer.id);
	if (r == NULL)
		return true; /* it came too late: the request was given up */
	uint8_t *copy = malloc(message.len);
	if (copy == NULL) {
		give_up(console, r, N_("the console lacks memory or descriptors: try again"));
		return true;
	}
	memcpy(copy, message.at, message.len);
	explicit_bzero(r->message, r->message_len);
	free(r->message);
	r->message = copy;
	r->message_len = message.len;
	if (order_get_answer((struct bytes){copy, message.len}, &r->answer) != PARSE_OK)
		return false; /* it was read above */
	if (r->answer.conversion.to != ORDER_CONVERT_NOT) {
		r->is_converting = console_convert_ask(console, r, &r->answer, auto_take_fd(&file));
		if (!r->is_converting)
			give_up(console, r, N_("the document could not be made in this format: take HTML"));
		return true;
	}
	r->answer_fd = auto_take_fd(&file);
	console_orders_finish(console, r);
	return true;
}

struct console_request *
console_orders_find(struct console *console, uint32_t id)
{
	struct console_request *r = console->orders;
	while (r != NULL && (r->state != CONSOLE_REQUEST_SENT || r->id != id))
		r = r->next;
	return r;
}

void
console_orders_finish(struct console *console, struct console_request *request)
{
	give_back(console, request);
	console_orders_send(console);
}

void
console_orders_refuse(struct console *console, struct console_request *request, const char *text_cstr)
{
	give_up(console, request, text_cstr);
	console_orders_send(console);
}

void
console_orders_lost(struct console *console)
{
	close(console->clerk);
	console->clerk = -1;
	struct console_request *next;
	for (struct console_request *r = console->orders; r != NULL; r = next) {
		next = r->next;
		if (r->state == CONSOLE_REQUEST_SENT && !r->is_converting)
			give_up(console, r,
			    N_("the part of the program that reads the dossier ended, and is started again: look whether your change is there, then try again"));
	}
}

void
console_orders_tick(struct console *console)
{
	struct console_request *next;
	for (struct console_request *r = console->orders; r != NULL; r = next) {
		next = r->next;
		if (console->ending)
			give_up(console, r, N_("the console is being stopped"));
		else if (console->now_ms > r->until_ms)
			give_up(console, r, N_("the answer takes too long: try again later"));
	}
}
