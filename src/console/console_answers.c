/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "console/console_answers.h"

#include "console/console_pages.h"
#include "console/console_streams.h"
#include "core/json.h"
#include "core/text.h"

#include <microhttpd.h>

#include <stdio.h>
#include <stdlib.h>

/* Of our own pages: scripts, styles and pictures from here, nothing from elsewhere, nothing written into a page. */
#define PAGE_POLICY                                                                                                            \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " \
	"manifest-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
/* Of documents, which quote strangers: nothing runs, nothing is fetched. Their styles are inside them. */
#define DOCUMENT_POLICY \
	"default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; frame-ancestors 'none'; sandbox"

enum { HEADER_MAX = 512, METRICS_MAX = 4096 };

static bool
add(struct MHD_Response *response, const char *name_cstr, const char *value_cstr)
{
	return MHD_add_response_header(response, name_cstr, value_cstr) == MHD_YES;
}

static bool
add_protection(struct MHD_Response *response, const struct console *console, const char *policy_cstr)
{
	return add(response, "Content-Security-Policy", policy_cstr) && add(response, "X-Content-Type-Options", "nosniff") &&
	    add(response, "Referrer-Policy", "no-referrer") && add(response, "X-Frame-Options", "DENY") &&
	    add(response, "Cross-Origin-Opener-Policy", "same-origin") &&
	    add(response, "Cross-Origin-Resource-Policy", "same-origin") &&
	    add(response, "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()") &&
	    (!console->config.strict_transport || add(response, "Strict-Transport-Security", "max-age=31536000"));
}

static bool
queue(struct console_request *request, unsigned status, struct MHD_Response *response)
{
	struct console *console = request->console;
	console->counts[CONSOLE_COUNT_2XX] += status < 400;
	console->counts[CONSOLE_COUNT_4XX] += status >= 400 && status < 500;
	console->counts[CONSOLE_COUNT_5XX] += status >= 500;
	bool done = MHD_queue_response(request->connection, status, response) == MHD_YES;
	MHD_destroy_response(response);
	return done;
}

static struct MHD_Response *
of_text(const char *text, size_t len)
{
	union { /* libmicrohttpd takes it without const, and copies it */
		const char *kept;
		void *given;
	} u = {.kept = text};
	return MHD_create_response_from_buffer(len, u.given, MHD_RESPMEM_MUST_COPY);
}

static struct MHD_Response *
of_constant(const unsigned char *at, size_t len)
{
	union {
		const unsigned char *kept;
		void *given;
	} u = {.kept = at};
	return MHD_create_response_from_buffer(len, u.given, MHD_RESPMEM_PERSISTENT);
}

static bool
add_methods(struct MHD_Response *response, unsigned methods)
{
	char text[HEADER_MAX];
	size_t at = 0;
	for (unsigned m = 0; m < OPERATION_METHODS; m++) {
		if ((methods & 1U << m) == 0)
			continue;
		const char *head_cstr = m == OPERATION_GET ? "HEAD, " : "";
		at += (size_t)snprintf(
		    text + at, sizeof(text) - at, "%s%s, ", head_cstr, operation_method_word((enum operation_method)m));
	}
	(void)snprintf(text + at, sizeof(text) - at, "OPTIONS");
	return add(response, "Allow", text);
}

static bool
add_retry(struct MHD_Response *response, unsigned seconds)
{
	char text[16];
	(void)snprintf(text, sizeof(text), "%u", seconds);
	return seconds == 0 || add(response, "Retry-After", text);
}

static bool
finish(struct console_request *request, unsigned status, struct MHD_Response *response, bool complete)
{
	if (response == NULL)
		return false;
	if (!complete) { /* no memory for a header: better no answer than one without protection */
		MHD_destroy_response(response);
		return false;
	}
	return queue(request, status, response);
}

static bool
send_refusal(struct console_request *request)
{
	const struct console_verdict *v = &request->verdict;
	char text[1024];
	const char *sentence_cstr = text_in(v->language, v->text_cstr);
	size_t len;
	if (v->is_api) {
		struct json j = json_of(text, sizeof(text));
		json_open_object(&j, (struct bytes){0});
		json_open_object(&j, JSON_KEY("error"));
		json_cstr(&j, JSON_KEY("code"), v->code_cstr);
		json_cstr(&j, JSON_KEY("text"), sentence_cstr);
		json_close_object(&j);
		json_close_object(&j);
		len = json_ok(&j) ? json_length(&j) : 0;
	} else {
		len = (size_t)snprintf(text, sizeof(text), "%s\n", sentence_cstr);
		len = len < sizeof(text) ? len : sizeof(text) - 1;
	}
	struct MHD_Response *response = of_text(text, len);
	unsigned retry_s = request->answer.retry_after_s != 0 ? request->answer.retry_after_s : v->status == 503 ? 1 : 0;
	bool complete = response != NULL && add_protection(response, request->console, PAGE_POLICY) &&
	    add(response, "Content-Type", v->is_api ? "application/json" : "text/plain; charset=utf-8") &&
	    add(response, "Cache-Control", "no-store") && add_retry(response, retry_s) &&
	    (v->status != 405 || add_methods(response, v->methods)) &&
	    (v->status != 401 || add(response, "WWW-Authenticate", "Bearer"));
	return finish(request, v->status, response, complete);
}

static bool
send_options(struct console_request *request)
{
	struct MHD_Response *response = of_text("", 0);
	bool complete = response != NULL && add_protection(response, request->console, PAGE_POLICY) &&
	    add_methods(response, request->verdict.methods);
	return finish(request, MHD_HTTP_NO_CONTENT, response, complete);
}

static bool
send_health(struct console_request *request)
{
	bool well = request->console->clerk >= 0;
	struct MHD_Response *response = well ? of_text("ok\n", 3) : of_text("no clerk\n", 9);
	bool complete = response != NULL && add_protection(response, request->console, PAGE_POLICY) &&
	    add(response, "Content-Type", "text/plain; charset=utf-8") && add(response, "Cache-Control", "no-store");
	return finish(request, well ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE, response, complete);
}

static const struct console_page *
find_page(struct bytes path)
{
	for (size_t i = 0; i < console_pages_count; i++)
		if (bytes_eq(path, bytes_of_cstr(console_pages[i].path_cstr)))
			return &console_pages[i];
	return NULL;
}

static bool
send_file(struct console_request *request)
{
	const struct console_call *call = &request->call;
	const struct console_page *page = find_page(request->verdict.path);
	if (page == NULL) {
		request->verdict.status = MHD_HTTP_NOT_FOUND;
		request->verdict.code_cstr = "not-found";
		request->verdict.text_cstr = N_("there is nothing under this address");
		return send_refusal(request);
	}
	struct bytes tag = bytes_of_cstr(page->etag_cstr);
	bool known = console_call_matches(call->headers[CONSOLE_HEADER_NONE_MATCH], tag),
	     packed = page->gzip != NULL && console_call_accepts(call->headers[CONSOLE_HEADER_ENCODING], BYTES("gzip"));
	char quoted[HEADER_MAX];
	(void)snprintf(quoted, sizeof(quoted), "\"%s\"", page->etag_cstr);
	struct MHD_Response *response = known ? of_text("", 0)
	    : packed                          ? of_constant(page->gzip, page->gzip_len)
	                                      : of_constant(page->plain, page->plain_len);
	bool complete = response != NULL && add_protection(response, request->console, PAGE_POLICY) &&
	    add(response, "Content-Type", page->type_cstr) && add(response, "ETag", quoted) &&
	    add(response, "Vary", "Accept-Encoding") && add(response, "Cache-Control", "no-cache") &&
	    (known || !packed || add(response, "Content-Encoding", "gzip"));
	return finish(request, known ? MHD_HTTP_NOT_MODIFIED : MHD_HTTP_OK, response, complete);
}

/* A name that no header and no file system can misread. */
static bool
is_plain_name(struct bytes name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] == '\0' || strchr(allowed, name.at[i]) == NULL)
			return false;
	return name.len > 0 && name.at[0] != '.';
}

static bool
add_file_name(struct MHD_Response *response, struct bytes name)
{
	char text[HEADER_MAX];
	if (name.len == 0)
		return true;
	if (!is_plain_name(name))
		name = BYTES("document");
	(void)snprintf(text, sizeof(text), "attachment; filename=\"%.*s\"", (int)name.len, (const char *)name.at);
	return add(response, "Content-Disposition", text);
}

static bool
is_secret(struct bytes value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.at[i] <= ' ' || value.at[i] >= 0x7f || value.at[i] == ';' || value.at[i] == ',' ||
		    value.at[i] == '"')
			return false;
	return true;
}

static bool
add_cookie(struct MHD_Response *response, const struct console *console, const struct answer *a)
{
	char text[HEADER_MAX], age[32] = "";
	bool tls = console->config.tls, clear = a->cookie == ORDER_COOKIE_CLEAR;
	struct bytes value = clear ? (struct bytes){0} : a->session;
	if (a->cookie == ORDER_COOKIE_KEEP || !is_secret(value))
		return a->cookie == ORDER_COOKIE_KEEP;
	if (clear || a->session_s > 0)
		(void)snprintf(age, sizeof(age), "; Max-Age=%u", clear ? 0 : a->session_s);
	/* RFC 6265bis 4.1.3.2: a __Host- cookie comes over TLS, for this host alone, for all of its paths. */
	(void)snprintf(text, sizeof(text), "%s=%.*s; Path=/; HttpOnly; SameSite=Strict%s%s",
	    tls ? CONSOLE_COOKIE_TLS : CONSOLE_COOKIE_PLAIN, (int)value.len, value.len > 0 ? (const char *)value.at : "",
	    tls ? "; Secure" : "", age);
	return add(response, "Set-Cookie", text);
}

/* What the console knows beside the clerk's figures (Prometheus text format 0.0.4). */
static struct MHD_Response *
of_metrics(const struct console *console, struct bytes clerk)
{
	static const struct {
		const char *name_cstr, *type_cstr, *help_cstr;
	} rows[] = {
	    [CONSOLE_COUNT_REQUESTS] = {"requests_total", "counter", "requests"},
	    [CONSOLE_COUNT_2XX] = {"answers_good_total", "counter", "answers below 400"},
	    [CONSOLE_COUNT_4XX] = {"answers_refused_total", "counter", "answers from 400 to 499"},
	    [CONSOLE_COUNT_5XX] = {"answers_failed_total", "counter", "answers from 500"},
	    [CONSOLE_COUNT_CUT] = {"connections_cut_total", "counter", "connections that took too long"},
	    [CONSOLE_COUNT_TURNED] = {"connections_turned_away_total", "counter", "connections of a host that had enough"},
	    [CONSOLE_COUNT_SLOWED] = {"requests_slowed_total", "counter", "requests told to come later"},
	    [CONSOLE_COUNT_CLERKS] = {"clerks_started_total", "counter", "clerks started in the life of this console"},
	};
	char *text = malloc(clerk.len + METRICS_MAX);
	if (text == NULL)
		return NULL;
	if (clerk.len > 0)
		memcpy(text, clerk.at, clerk.len);
	size_t at = clerk.len, size = clerk.len + METRICS_MAX;
	for (size_t i = 0; i < LENGTH_OF(rows); i++)
		at += (size_t)snprintf(text + at, size - at,
		    "# HELP beffroi_console_%s %s\n# TYPE beffroi_console_%s %s\nbeffroi_console_%s %llu\n",
		    rows[i].name_cstr, rows[i].help_cstr, rows[i].name_cstr, rows[i].type_cstr, rows[i].name_cstr,
		    (unsigned long long)console->counts[i]);
	at += (size_t)snprintf(text + at, size - at,
	    "# HELP beffroi_console_connections open connections\n# TYPE beffroi_console_connections gauge\n"
	    "beffroi_console_connections %zu\n"
	    "# HELP beffroi_console_streams pages that listen\n# TYPE beffroi_console_streams gauge\nbeffroi_console_streams %zu\n",
	    console->peer_count, console->stream_count);
	return MHD_create_response_from_buffer(at, text, MHD_RESPMEM_MUST_FREE);
}

static struct MHD_Response *
of_answer(struct console_request *request)
{
	struct answer *a = &request->answer;
	if (request->answer_fd < 0 && request->verdict.order.operation == OPERATION_METRICS && a->status == MHD_HTTP_OK)
		return of_metrics(request->console, a->body);
	if (request->answer_fd < 0)
		return of_text(a->body_len > 0 ? (const char *)a->body.at : "", a->body_len);
	struct MHD_Response *response = MHD_create_response_from_fd(a->body_len, request->answer_fd);
	if (response != NULL)
		request->answer_fd = -1; /* libmicrohttpd closes it */
	return response;
}

static bool
is_type(struct bytes type)
{
	for (size_t i = 0; i < type.len; i++)
		if (type.at[i] < ' ' || type.at[i] >= 0x7f)
			return false;
	return type.len > 0 && type.len <= ORDER_NAME_MAX;
}

static bool
send_answer(struct console_request *request)
{
	struct console *console = request->console;
	struct answer *a = &request->answer;
	bool listens = request->verdict.order.operation == OPERATION_STREAM && a->status == MHD_HTTP_OK;
	struct MHD_Response *response = listens
	    ? console_streams_open(request, order_parameter(&request->verdict.order, "since", NULL))
	    : of_answer(request);
	if (listens && response == NULL) {
		request->verdict.status = MHD_HTTP_SERVICE_UNAVAILABLE;
		request->verdict.code_cstr = "busy";
		request->verdict.text_cstr = N_("too many pages listen: close some");
		return send_refusal(request);
	}
	char type_cstr[ORDER_NAME_MAX + 1] = "application/octet-stream";
	if (listens)
		(void)snprintf(type_cstr, sizeof(type_cstr), "text/event-stream");
	else if (is_type(a->type))
		(void)snprintf(type_cstr, sizeof(type_cstr), "%.*s", (int)a->type.len, (const char *)a->type.at);
	request->peer->until_ms = console->now_ms +
	    (a->body_len > ORDER_INLINE_MAX ? CONSOLE_LIMITS_FILE_MS : CONSOLE_LIMITS_SEND_MS);
	bool complete = response != NULL && add_protection(response, console, DOCUMENT_POLICY) &&
	    add(response, "Content-Type", type_cstr) && add(response, "Cache-Control", "no-store") &&
	    add_file_name(response, a->file_name) && add_cookie(response, console, a) &&
	    add_retry(response, a->retry_after_s) &&
	    (a->status != MHD_HTTP_UNAUTHORIZED || add(response, "WWW-Authenticate", "Bearer"));
	return finish(request, a->status, response, complete);
}

bool
console_answers_send(struct console_request *request)
{
	switch (request->verdict.kind) {
	case CONSOLE_REFUSED: return send_refusal(request);
	case CONSOLE_OPTIONS: return send_options(request);
	case CONSOLE_HEALTH: return send_health(request);
	case CONSOLE_FILE: return send_file(request);
	case CONSOLE_ORDER: return send_answer(request);
	}
	return false;
}
