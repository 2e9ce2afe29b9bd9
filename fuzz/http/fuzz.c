/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/http - requests of strangers. The first byte says how: even, the lines of one request go to what decides about it; odd, the
 * bytes go through a socket to the whole server, whose clerk is away.
 *
 * Oracles: what is let through has a name of ours, an account's secret where one is needed, the proof against forged requests where
 * it changes something, and is the same when it is written and read again; a page elsewhere gets nothing. The server always answers
 * with its protections, and is idle again afterwards.
 */
#include "console/console_call.h"
#include "console/console_http.h"
#include "console/console_orders.h"
#include "console/console_streams.h"
#include "core/ensure.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ROOM = 98304, TURNS = 40 };

static const struct console_names ours = {.names = {"localhost"}, .count = 1, .addresses = true, .tls = false};

static void
check_order(const struct console_call *call, const struct console_verdict *v)
{
	static uint8_t once[ROOM], twice[ROOM];
	const struct operation *o = operation_of((enum operation_name)v->order.operation);
	ENSURE(o != NULL);
	ENSURE(o->right == RIGHT_ANYBODY || v->order.session.len > 0 || v->order.token.len > 0);
	ENSURE(!o->mutates || v->order.token.len > 0 || v->order.csrf.len > 0);
	ENSURE(v->order.session.len == 0 || v->order.token.len == 0);
	struct bytes site = call->headers[CONSOLE_HEADER_FETCH_SITE];
	ENSURE(site.len == 0 || bytes_eq(site, BYTES("same-origin")) || bytes_eq(site, BYTES("none")));
	if (call->header_counts[CONSOLE_HEADER_ORIGIN] > 0) {
		struct bytes origin = call->headers[CONSOLE_HEADER_ORIGIN];
		ENSURE(bytes_eq_nocase(bytes_after(origin, 7), call->headers[CONSOLE_HEADER_HOST]));
	}
	ENSURE(v->order.parameter_count <= ORDER_PARAMETERS_MAX);
	struct writer w = writer_of(once, ROOM), again = writer_of(twice, ROOM);
	struct order read;
	order_put(&w, &v->order);
	ENSURE(writer_ok(&w) && order_get(writer_written(&w), &read) == PARSE_OK);
	order_put(&again, &read);
	ENSURE(bytes_eq(writer_written(&w), writer_written(&again)));
}

/* "GET /path\nName: value\n..." */
static void
judge(struct bytes text)
{
	static uint8_t room[CONSOLE_CALL_TARGET_MAX];
	struct console_call call = {0};
	struct console_verdict v;
	struct bytes line = bytes_first(text, bytes_find(text, '\n'));
	call.method = bytes_first(line, bytes_find(line, ' '));
	call.target = bytes_after(line, call.method.len + 1);
	for (text = bytes_after(text, line.len + 1); text.len > 0; text = bytes_after(text, line.len + 1)) {
		line = bytes_first(text, bytes_find(text, '\n'));
		struct bytes name = bytes_first(line, bytes_find(line, ':'));
		console_call_header(&call, name, bytes_after(line, name.len + 1));
	}
	console_call_judge(&call, &ours, room, &v);
	ENSURE(
	    v.kind != CONSOLE_REFUSED || (v.status >= 400 && v.status < 500 && v.code_cstr != NULL && v.text_cstr != NULL));
	if (v.kind != CONSOLE_REFUSED)
		ENSURE(call.header_counts[CONSOLE_HEADER_HOST] == 1 && call.target.len <= CONSOLE_CALL_TARGET_MAX);
	if (v.kind == CONSOLE_ORDER)
		check_order(&call, &v);
}

static struct sockaddr where;
static socklen_t where_len = sizeof(where);
static struct sockaddr_storage place;

static struct console *
start(void)
{
	struct console *console = calloc(1, sizeof(*console));
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(place);
	struct diag diag;
	ENSURE(console != NULL && fd >= 0);
	where.sa_family = AF_UNIX; /* an abstract name of the kernel's choice */
	ENSURE(bind(fd, &where, sizeof(sa_family_t)) == 0 && listen(fd, 8) == 0);
	ENSURE(getsockname(fd, (struct sockaddr *)(void *)&place, &len) == 0);
	where_len = len;
	console->clerk = -1;
	console->config.names = ours;
	console->now_ms = 1000;
	console->limits = console_limits_new(1);
	ENSURE(console->limits != NULL && console_http_start(console, fd, &diag) == 0);
	(void)signal(SIGPIPE, SIG_IGN);
	return console;
}

static void
check_answer(struct bytes answer)
{
	if (answer.len == 0)
		return; /* nothing that could be answered was said */
	ENSURE(bytes_start_with(answer, BYTES("HTTP/1.1 ")) || bytes_start_with(answer, BYTES("HTTP/1.0 ")));
	ENSURE(bytes_find_all(answer, BYTES("Set-Cookie:")) == answer.len);
	struct bytes status = bytes_first(bytes_after(answer, 9), 3);
	/* libmicrohttpd refuses by itself what is no HTTP or does not fit. */
	static const char *const own[] = {"100", "400", "411", "413", "414", "431", "500", "501", "505"};
	for (size_t i = 0; i < LENGTH_OF(own); i++)
		if (bytes_eq(status, bytes_of_cstr(own[i])))
			return;
	ENSURE(bytes_find_all(answer, BYTES("Content-Security-Policy: default-src 'none'")) < answer.len);
}

static void
turn(struct console *console, int client, uint8_t *answer, size_t *len)
{
	console_http_run(console);
	for (ssize_t n; *len < ROOM && (n = read(client, answer + *len, ROOM - *len)) > 0;)
		*len += (size_t)n;
}

static void
converse(struct bytes text)
{
	static struct console *console;
	static uint8_t answer[ROOM];
	size_t len = 0;
	if (console == NULL)
		console = start();
	console->now_ms += 100000; /* every bucket is full again */
	int client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	ENSURE(client >= 0 && connect(client, (const struct sockaddr *)(const void *)&place, where_len) == 0);
	for (int i = 0; i < TURNS; i++) {
		ssize_t n = text.len > 0 ? write(client, text.at, text.len) : 0;
		text = bytes_after(text, n > 0 ? (size_t)n : 0);
		turn(console, client, answer, &len);
		if (console->orders != NULL) { /* there is nobody who answers them */
			console->ending = true;
			console_orders_tick(console);
			console->ending = false;
		}
		if (text.len == 0 && i > 4 && console_http_patience(console) > 0)
			break;
	}
	check_answer((struct bytes){answer, len});
	console->now_ms += 10000000;
	console_http_tick(console); /* whatever it waits for, its time is over */
	close(client);
	for (int i = 0; i < TURNS && console->peer_count > 0; i++)
		console_http_run(console);
	ENSURE(
	    console->peer_count == 0 && console->order_count == 0 && console->body_bytes == 0 && console->streams == NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct bytes text = {data + 1, size - 1};
	if (data[0] % 2 == 0)
		judge(text);
	else
		converse(text);
	return 0;
}
