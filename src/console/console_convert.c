/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "console/console_convert.h"

#include "console/console_orders.h"
#include "core/auto.h"
#include "core/text.h"
#include "sandbox/memory_file.h"

bool
console_convert_ask(struct console *console, struct console_request *request, const struct answer *answer, int fd)
{
	AUTO_CLOSE int file = fd >= 0 ? fd : memory_file_make(answer->body);
	struct writer w = writer_of(console->out, sizeof(console->out));
	writer_be32(&w, request->id);
	writer_be32(&w, answer->body_len);
	order_put_conversion(&w, &answer->conversion);
	if (file < 0 || !writer_ok(&w) || channel_send(CONSOLE_FD_PARENT, CONSOLE_CONVERT, writer_written(&w), file) < 0)
		return false;
	request->until_ms = console->now_ms + CONSOLE_CONVERT_MS;
	return true;
}

/* The answer that waited, with the document in the place of the HTML. */
static bool
replace(struct console *console, struct console_request *r, uint32_t len, int fd)
{
	AUTO_CLOSE int file = fd;
	AUTO_FREE uint8_t *small = NULL;
	struct answer answer;
	if (len > ORDER_ANSWER_MAX || memory_file_check(file, len) < 0 ||
	    order_get_answer((struct bytes){r->message, r->message_len}, &answer) != PARSE_OK)
		return false;
	if (len <= ORDER_INLINE_MAX && memory_file_read(file, len, &small) < 0)
		return false;
	answer.conversion = (struct conversion){.to = ORDER_CONVERT_NOT};
	answer.body = (struct bytes){small, small == NULL ? 0 : len};
	answer.body_len = len;
	struct writer w = writer_of(console->out, sizeof(console->out));
	order_put_answer(&w, &answer);
	uint8_t *message = writer_ok(&w) ? malloc(w.len) : NULL;
	if (message == NULL)
		return false;
	memcpy(message, w.start, w.len);
	free(r->message);
	r->message = message;
	r->message_len = w.len;
	if (order_get_answer((struct bytes){message, w.len}, &r->answer) != PARSE_OK)
		return false;
	if (len > ORDER_INLINE_MAX) {
		r->answer_fd = auto_take_fd(&file);
	}
	return true;
}

void
console_convert_take(struct console *console, struct bytes message, int fd)
{
	struct cursor c = cursor_of(message);
	uint32_t id = cursor_be32(&c);
	bool done = cursor_u8(&c) != 0;
	uint32_t len = done ? cursor_be32(&c) : 0;
	struct console_request *r = console_orders_find(console, id);
	if (!cursor_ok(&c) || r == NULL || !r->is_converting) { /* it came too late: the request was given up */
		if (fd >= 0)
			close(fd);
		return;
	}
	r->is_converting = false;
	if (done && fd >= 0 && replace(console, r, len, fd)) {
		console_orders_finish(console, r);
		return;
	}
	struct bytes why = cursor_rest(&c);
	(void)snprintf(
	    r->sorry, sizeof(r->sorry), "%.*s", why.len < sizeof(r->sorry) ? (int)why.len : 0, (const char *)why.at);
	console_orders_refuse(
	    console, r, r->sorry[0] != '\0' ? r->sorry : N_("the document could not be made in this format: take HTML"));
}
