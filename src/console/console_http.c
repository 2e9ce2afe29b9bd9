/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "console/console_http.h"

#include "console/console_answers.h"
#include "console/console_orders.h"
#include "core/text.h"

#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MEMORY_PER_CONNECTION = 24576, BODY_STEP = 16384, BODY_WAITED_FOR = 1 << 20 };

static struct addr
addr_of(const struct sockaddr *from)
{
	struct addr a = {0};
	if (from != NULL && from->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)(const void *)from;
		memcpy(a.at, &in6->sin6_addr,
		    sizeof(a.at)); /* one of IPv4 is written ::ffff:a.b.c.d there, as in struct addr */
	} else if (from != NULL && from->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)(const void *)from;
		a = addr_v4((const uint8_t *)&in->sin_addr);
	}
	return a;
}

static enum MHD_Result
admit(void *context, const struct sockaddr *from, socklen_t len)
{
	struct console *console = context;
	struct addr host = addr_of(from);
	(void)len;
	if (console->peer_count < CONSOLE_LIMITS_CONNECTIONS && console_limits_admits(console->limits, &host))
		return MHD_YES;
	console->counts[CONSOLE_COUNT_TURNED]++;
	return MHD_NO;
}

static void
on_connection(void *context, struct MHD_Connection *connection, void **slot, enum MHD_ConnectionNotificationCode code)
{
	struct console *console = context;
	struct console_peer *peer = *slot;
	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (peer == NULL)
			return;
		console_limits_closed(console->limits, &peer->host);
		peer->fd = -1;
		console->peer_count--;
		return;
	}
	for (size_t i = 0; i < CONSOLE_LIMITS_CONNECTIONS && peer == NULL; i++)
		if (console->peers[i].fd < 0)
			peer = &console->peers[i];
	const union MHD_ConnectionInfo *from = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const union MHD_ConnectionInfo *fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (peer == NULL || fd == NULL) /* admit() let in no more than there are places */
		return;
	*peer = (struct console_peer){.fd = fd->connect_fd,
	    .host = addr_of(from != NULL ? from->client_addr : NULL),
	    .until_ms = console->now_ms + CONSOLE_LIMITS_HEAD_MS};
	console_limits_opened(console->limits, &peer->host);
	console->peer_count++;
	*slot = peer;
}

/* The first line of a request is there: what is asked for, as it was written. */
static void *
on_target(void *context, const char *target_cstr, struct MHD_Connection *connection)
{
	struct console *console = context;
	const union MHD_ConnectionInfo *slot = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct console_request *request = calloc(1, sizeof(*request));
	if (request == NULL || slot == NULL || slot->socket_context == NULL) {
		free(request);
		return NULL;
	}
	*request = (struct console_request){
	    .console = console, .connection = connection, .peer = slot->socket_context, .answer_fd = -1};
	request->target = strdup(target_cstr);
	request->room = malloc(CONSOLE_CALL_TARGET_MAX);
	request->peer->until_ms = console->now_ms + CONSOLE_LIMITS_HEAD_MS;
	console->counts[CONSOLE_COUNT_REQUESTS]++;
	return request;
}

static void
on_completed(void *context, struct MHD_Connection *connection, void **slot, enum MHD_RequestTerminationCode code)
{
	struct console *console = context;
	struct console_request *request = *slot;
	(void)connection;
	(void)code;
	if (request == NULL)
		return;
	/* A suspended connection never ends by itself, hence it is in no queue. */
	console->body_bytes -= request->body_len;
	request->peer->until_ms = console->now_ms + CONSOLE_LIMITS_IDLE_MS;
	if (request->answer_fd >= 0)
		close(request->answer_fd);
	/* They may hold a password, or a session. */
	if (request->body != NULL)
		explicit_bzero(request->body, request->body_len);
	if (request->message != NULL)
		explicit_bzero(request->message, request->message_len);
	free(request->target);
	free(request->room);
	free(request->body);
	free(request->message);
	free(request);
	*slot = NULL;
}

static enum MHD_Result
note_header(
    void *context, enum MHD_ValueKind kind, const char *name_cstr, size_t name_len, const char *value_cstr, size_t value_len)
{
	(void)kind;
	console_call_header(context, (struct bytes){(const uint8_t *)name_cstr, name_len},
	    (struct bytes){(const uint8_t *)value_cstr, value_cstr == NULL ? 0 : value_len});
	return MHD_YES;
}

static void
refuse(struct console_request *request, unsigned status, const char *code_cstr, const char *text_cstr)
{
	request->verdict.kind = CONSOLE_REFUSED;
	request->verdict.status = status;
	request->verdict.code_cstr = code_cstr;
	request->verdict.text_cstr = text_cstr;
}

/* A host that asks too much is told when to come again. */
static void
slow_down(struct console_request *request)
{
	struct console *console = request->console;
	const struct console_verdict *v = &request->verdict;
	bool signs_in = v->kind == CONSOLE_ORDER &&
	    (v->order.operation == OPERATION_SESSION_OPEN || v->order.operation == OPERATION_SESSION_LINK);
	unsigned wait_s = console_limits_take(console->limits, signs_in ? CONSOLE_LIMITS_SIGN_IN : CONSOLE_LIMITS_REQUEST,
	    &request->peer->host, console->now_ms);
	if (wait_s == 0)
		return;
	console->counts[CONSOLE_COUNT_SLOWED]++;
	refuse(request, MHD_HTTP_TOO_MANY_REQUESTS, "too-many", N_("too many requests from this machine: wait a little"));
	request->answer.retry_after_s = wait_s;
}

static enum MHD_Result
answer(struct console_request *request)
{
	request->state = CONSOLE_REQUEST_ANSWERED;
	request->peer->until_ms = request->console->now_ms + CONSOLE_LIMITS_SEND_MS;
	return console_answers_send(request) ? MHD_YES : MHD_NO;
}

/* Whether to read what follows the head before a refusal is sent. libmicrohttpd ends the connection after an answer that
 * did not wait for the body, and a client that is still sending may then lose the answer (RFC 9112 9.6). Only a body whose
 * end is certain, and near, is waited for. */
static bool
waits_for_body(const struct console_call *call)
{
	struct bytes digits = call->headers[CONSOLE_HEADER_LENGTH];
	size_t len = 0;
	if (call->header_counts[CONSOLE_HEADER_TRANSFER] > 0 || call->header_counts[CONSOLE_HEADER_LENGTH] > 1)
		return false;
	for (size_t i = 0; i < digits.len && len <= BODY_WAITED_FOR; i++) {
		if (digits.at[i] < '0' || digits.at[i] > '9')
			return false;
		len = len * 10 + (size_t)(digits.at[i] - '0');
	}
	return len <= BODY_WAITED_FOR;
}

/* The head is complete. */
static enum MHD_Result
on_head(struct console_request *request, const char *method_cstr)
{
	struct console *console = request->console;
	if (request->target == NULL || request->room == NULL)
		return MHD_NO;
	request->call.method = bytes_of_cstr(method_cstr);
	request->call.target = bytes_of_cstr(request->target);
	request->call.client = request->peer->host;
	(void)MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND, note_header, &request->call);
	console_call_judge(&request->call, &console->config.names, request->room, &request->verdict);
	slow_down(request);
	request->state = CONSOLE_REQUEST_BODY;
	request->peer->until_ms = console->now_ms + CONSOLE_LIMITS_BODY_MS;
	if (request->verdict.kind != CONSOLE_ORDER)
		return waits_for_body(&request->call) ? MHD_YES : answer(request);
	if (request->verdict.has_body && console->body_bytes >= CONSOLE_BODIES_MAX) {
		refuse(
		    request, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", N_("the console lacks memory or descriptors: try again"));
		return answer(request);
	}
	return MHD_YES;
}

static void
take_body(struct console_request *request, const char *at, size_t len)
{
	struct console *console = request->console;
	if (request->verdict.kind != CONSOLE_ORDER)
		return; /* refused, or a page: read, and forgotten */
	size_t room = (request->body_len + BODY_STEP - 1) / BODY_STEP * BODY_STEP;
	if (len > ORDER_BODY_MAX - request->body_len) {
		refuse(request, MHD_HTTP_CONTENT_TOO_LARGE, "too-big", N_("a request has at most 256 kB"));
		return;
	}
	if (len > CONSOLE_BODIES_MAX - console->body_bytes) {
		refuse(
		    request, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", N_("the console lacks memory or descriptors: try again"));
		return;
	}
	if (request->body_len + len > room) {
		size_t wanted = (request->body_len + len + BODY_STEP - 1) / BODY_STEP * BODY_STEP;
		uint8_t *grown = realloc(request->body, wanted);
		if (grown == NULL) {
			refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "busy",
			    N_("the console lacks memory or descriptors: try again"));
			return;
		}
		request->body = grown;
	}
	memcpy(request->body + request->body_len, at, len);
	request->body_len += len;
	console->body_bytes += len;
}

static enum MHD_Result
on_request(void *context, struct MHD_Connection *connection, const char *path_cstr, const char *method_cstr,
    const char *version_cstr, const char *upload, size_t *upload_len, void **slot)
{
	struct console_request *request = *slot;
	(void)context;
	(void)connection;
	(void)path_cstr;
	(void)version_cstr;
	if (request == NULL)
		return MHD_NO; /* no memory when it began */
	switch (request->state) {
	case CONSOLE_REQUEST_HEAD: return on_head(request, method_cstr);
	case CONSOLE_REQUEST_BODY:
		if (*upload_len > 0) {
			take_body(request, upload, *upload_len);
			*upload_len = 0;
			return MHD_YES;
		}
		if (request->verdict.kind != CONSOLE_ORDER)
			return answer(request);
		if (console_orders_add(request))
			return MHD_YES;
		refuse(request, MHD_HTTP_SERVICE_UNAVAILABLE, "busy", N_("too many people ask at once: try again"));
		return answer(request);
	case CONSOLE_REQUEST_QUEUED:
	case CONSOLE_REQUEST_SENT: return MHD_YES; /* suspended: it is not called */
	case CONSOLE_REQUEST_ANSWERED: return answer(request);
	}
	return MHD_NO;
}

/* libmicrohttpd's options are without const. */
static void *
given(const void *at)
{
	union {
		const void *kept;
		void *given;
	} u = {.kept = at};
	return u.given;
}

int
console_http_start(struct console *console, int listen_fd, struct diag *diag)
{
	static const char
	    priorities_cstr[] = "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-AES-128-CBC:-AES-256-CBC:-SHA1";
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_TURBO;
	struct MHD_OptionItem tls[] = {
	    {MHD_OPTION_HTTPS_MEM_CERT, 0, given(console->config.certificate.at)},
	    {MHD_OPTION_HTTPS_MEM_KEY, 0, given(console->config.key.at)},
	    {MHD_OPTION_HTTPS_PRIORITIES, 0, given(priorities_cstr)},
	    {MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
	if (console->config.tls)
		flags |= MHD_USE_TLS;
	for (size_t i = 0; i < CONSOLE_LIMITS_CONNECTIONS; i++)
		console->peers[i].fd = -1;
	console->daemon = MHD_start_daemon(flags, 0, admit, console, on_request, console, MHD_OPTION_LISTEN_SOCKET,
	    listen_fd, MHD_OPTION_NOTIFY_CONNECTION, on_connection, console, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
	    console, MHD_OPTION_URI_LOG_CALLBACK, on_target, console, MHD_OPTION_CONNECTION_LIMIT,
	    (unsigned)CONSOLE_LIMITS_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_PER_CONNECTION,
	    MHD_OPTION_CONNECTION_TIMEOUT, 0U, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
	    MHD_OPTION_ARRAY, console->config.tls ? tls : none, MHD_OPTION_END);
	if (console->daemon == NULL)
		return diag_say(diag, -EINVAL, "%s",
		    console->config.tls ? _("the web server does not start: are certificate and key a pair, in PEM?")
		                        : _("the web server does not start"));
	return 0;
}

int
console_http_descriptor(const struct console *console)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(console->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	return info == NULL ? -1 : info->epoll_fd;
}

int
console_http_patience(const struct console *console)
{
	MHD_UNSIGNED_LONG_LONG timeout_ms;
	if (MHD_get_timeout(console->daemon, &timeout_ms) != MHD_YES || timeout_ms > 1000)
		return 1000; /* the tick */
	return (int)timeout_ms;
}

void
console_http_run(struct console *console)
{
	(void)MHD_run(console->daemon);
}

void
console_http_tick(struct console *console)
{
	for (size_t i = 0; i < CONSOLE_LIMITS_CONNECTIONS; i++) {
		struct console_peer *peer = &console->peers[i];
		if (peer->fd < 0 || console->now_ms < peer->until_ms)
			continue;
		console->counts[CONSOLE_COUNT_CUT]++;
		peer->until_ms = INT64_MAX; /* once: libmicrohttpd closes it when it sees the end */
		(void)shutdown(peer->fd, SHUT_RDWR);
	}
}

void
console_http_stop(struct console *console)
{
	if (console->daemon != NULL)
		MHD_stop_daemon(console->daemon);
	console->daemon = NULL;
}
