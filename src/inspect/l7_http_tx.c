/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_http_tx.h"

#include "inspect/eve_http.h"
#include "inspect/l7_http_body.h"
#include "inspect/l7_http_login.h"

/* Bytes of each text at most; the store may be fuller. */
static const uint16_t part_max[L7_HTTP_TX_PARTS] = {
    [L7_HTTP_TX_METHOD] = 32,
    [L7_HTTP_TX_PROTOCOL] = 16,
    [L7_HTTP_TX_HOST] = 255,
    [L7_HTTP_TX_URL] = 2048,
    [L7_HTTP_TX_AGENT] = 512,
    [L7_HTTP_TX_REFERER] = 1024,
    [L7_HTTP_TX_USER] = 64,
};

/* What is said of a request. */
struct said {
	struct bytes part[L7_HTTP_TX_PARTS];
	uint64_t body;
	uint32_t id, head;
	int32_t port;
	enum l7_http_tx_login login;
};

static size_t
text_of(const struct l7_http_tx *tx, size_t which)
{
	size_t length = 0;
	for (size_t part = 0; part < L7_HTTP_TX_PARTS; part++)
		length += tx->waiting[which].len[part];
	return length;
}

static struct said
said_of(const struct l7_http_tx *tx, size_t which)
{
	const struct l7_http_tx_request *request = &tx->waiting[which];
	struct said view = {.body = request->body,
	    .id = request->id,
	    .head = request->head,
	    .port = request->port,
	    .login = (enum l7_http_tx_login)request->login};
	size_t at = 0;
	for (size_t i = 0; i < which; i++)
		at += text_of(tx, i);
	for (size_t part = 0; part < L7_HTTP_TX_PARTS; part++) {
		view.part[part] = (struct bytes){tx->text + at, request->len[part]};
		at += request->len[part];
	}
	return view;
}

/* Appends to the newest request; room for its user name is kept free. */
static void
keep(struct l7_http_tx *tx, struct l7_http_tx_request *request, size_t part, struct bytes value)
{
	size_t room = sizeof(tx->text) - tx->text_len;
	if (part != L7_HTTP_TX_USER)
		room = room > part_max[L7_HTTP_TX_USER] ? room - part_max[L7_HTTP_TX_USER] : 0;
	size_t length = http1_unfold(tx->text + tx->text_len, room < part_max[part] ? room : part_max[part], value);
	request->len[part] = (uint16_t)length;
	tx->text_len = (uint16_t)(tx->text_len + length);
}

static void
pop(struct l7_http_tx *tx)
{
	size_t length = text_of(tx, 0);
	tx->text_len = (uint16_t)(tx->text_len - length);
	memmove(tx->text, tx->text + length, tx->text_len);
	tx->count--;
	memmove(tx->waiting, tx->waiting + 1, tx->count * sizeof(tx->waiting[0]));
	if (tx->count == 0)
		tx->newest_kept = false;
}

/* Lower case, without the dots at its end: two spellings of one host are one host. */
static struct bytes
normal_host(uint8_t *out, size_t size, struct bytes host)
{
	while (host.len > 0 && host.at[host.len - 1] == '.')
		host.len--;
	size_t length = http1_unfold(out, size, host);
	for (size_t i = 0; i < length; i++)
		out[i] = bytes_lower(out[i]);
	return (struct bytes){out, length};
}

/* The path alone: a query may hold what must not be kept. */
static struct bytes
path_of(struct bytes url)
{
	if (bytes_start_with(url, BYTES("http://")) || bytes_start_with(url, BYTES("https://"))) {
		struct bytes after = bytes_after(url, bytes_find_all(url, BYTES("//")) + 2);
		url = bytes_after(after, bytes_find(after, '/'));
	}
	return bytes_first(url, bytes_find(url, '?'));
}

static enum login_outcome
outcome_of(enum l7_http_tx_login login, uint16_t status)
{
	if (status == 401 || status == 403 || status == 407)
		return LOGIN_REFUSED;
	/* The answer to a form is a page for people: its status says nothing. */
	if (login != L7_HTTP_TX_FORM && (status / 100 == 2 || status / 100 == 3))
		return LOGIN_ACCEPTED;
	return LOGIN_SENT;
}

static void
observe(const struct said *view, const struct l7_http_tx_reply *reply, const struct l7_flow *flow, struct sink *sink)
{
	struct observation *o = sink_observe(sink, OBSERVATION_HTTP, flow);
	if (o != NULL) {
		struct observed_http *http = &o->http;
		http->status = reply->status;
		http->response_body = reply->body;
		http->request_body = view->body;
		http->method_len = sink_copy(http->method, sizeof(http->method), view->part[L7_HTTP_TX_METHOD]);
		http->host_len = sink_copy(http->host, sizeof(http->host), view->part[L7_HTTP_TX_HOST]);
		http->path_len = sink_copy(http->path, sizeof(http->path), path_of(view->part[L7_HTTP_TX_URL]));
		http->agent_len = sink_copy(http->agent, sizeof(http->agent), view->part[L7_HTTP_TX_AGENT]);
	}
	if (view->login == L7_HTTP_TX_NO_LOGIN)
		return;
	o = sink_observe(sink, OBSERVATION_LOGIN, flow);
	if (o == NULL)
		return;
	o->login.app = APP_HTTP;
	o->login.outcome = (uint8_t)outcome_of(view->login, reply->status);
	o->login.cleartext = view->login != L7_HTTP_TX_DIGEST;
	o->login.user_len = sink_copy(o->login.user, sizeof(o->login.user), view->part[L7_HTTP_TX_USER]);
}

static void
describe(const struct said *view, const struct l7_http_tx_reply *reply, struct json *j, const struct http1_head *heads[2])
{
	struct bytes text = {reply->text, sizeof(reply->text)};
	struct bytes after_type = bytes_after(text, reply->type_len);
	eve_http_write(j,
	    &(struct eve_http){
	        .hostname = view->part[L7_HTTP_TX_HOST],
	        .url = view->part[L7_HTTP_TX_URL],
	        .user_agent = view->part[L7_HTTP_TX_AGENT],
	        .referer = view->part[L7_HTTP_TX_REFERER],
	        .method = view->part[L7_HTTP_TX_METHOD],
	        .protocol = view->part[L7_HTTP_TX_PROTOCOL],
	        .content_type = bytes_first(text, reply->type_len),
	        .content_range = bytes_first(after_type, reply->range_len),
	        .redirect = bytes_first(bytes_after(after_type, reply->range_len), reply->redirect_len),
	        .port = view->port,
	        .request = heads[0],
	        .response = heads[1],
	        .status = reply->status,
	        .length = reply->body,
	    });
}

static void
say(const struct said *view, const struct l7_http_tx_reply *reply, const struct l7_flow *flow, struct sink *sink)
{
	struct json *j = sink_open(sink, BYTES("http"), flow);
	if (j != NULL) {
		json_u64(j, JSON_KEY("tx_id"), view->id);
		struct http1_head heads[2];
		const struct http1_head *told[2] = {l7_http_body_head_kept(sink, view->head, &heads[0]) ? &heads[0] : NULL,
		    l7_http_body_head_kept(sink, reply->head, &heads[1]) ? &heads[1] : NULL};
		describe(view, reply, j, told);
		sink_close(sink);
	}
	l7_http_body_head_forget(sink, view->head);
	l7_http_body_head_forget(sink, reply->head);
	observe(view, reply, flow, sink);
}

static const struct l7_http_tx_reply no_reply;

static const struct http1_head *no_heads[2];

static void
describe_request(const void *context, struct json *j)
{
	const struct l7_http_tx *tx = context;
	struct said view = said_of(tx, tx->count - 1u);
	describe(&view, tx->count == 1 && tx->reply.begun ? &tx->reply : &no_reply, j, no_heads);
}

static void
describe_reply(const void *context, struct json *j)
{
	const struct l7_http_tx *tx = context;
	struct said view = {.port = -1};
	if (tx->count > 0 && !tx->reply.unmatched)
		view = said_of(tx, 0);
	describe(&view, &tx->reply, j, no_heads);
}

struct l7_tx
l7_http_tx_told(const struct l7_http_tx *tx, enum l7_side side)
{
	struct l7_tx told = {.context = tx};
	if (side == L7_CLIENT) {
		told.id = tx->next_id > 0 ? tx->next_id - 1 : 0;
		told.describe = tx->newest_kept ? describe_request : NULL;
	} else {
		told.id = tx->reply.unmatched ? tx->next_id : tx->count > 0 ? tx->waiting[0].id : tx->next_id - tx->unkept;
		told.describe = describe_reply;
	}
	return told;
}

static void
say_oldest(struct l7_http_tx *tx, const struct l7_http_tx_reply *reply, const struct l7_flow *flow, struct sink *sink)
{
	struct said view = said_of(tx, 0);
	say(&view, reply, flow, sink);
	pop(tx);
}

static void
say_reply_alone(struct l7_http_tx *tx, const struct l7_flow *flow, struct sink *sink)
{
	struct said view = {.id = tx->next_id++, .port = -1};
	sink_count_transaction(sink, APP_HTTP, flow->ip_proto);
	say(&view, &tx->reply, flow, sink);
}

static void
forget_reply(struct l7_http_tx *tx)
{
	/* The text needs no clearing: its lengths say what is in it. */
	memset(&tx->reply, 0, offsetof(struct l7_http_tx_reply, text));
}

/* Says the oldest transaction when both halves are complete. */
static void
settle(struct l7_http_tx *tx, const struct l7_flow *flow, struct sink *sink)
{
	if (!tx->reply.complete)
		return;
	if (tx->reply.unmatched) {
		say_reply_alone(tx, flow, sink);
		forget_reply(tx);
	} else if (tx->count > 0 && tx->waiting[0].complete) {
		say_oldest(tx, &tx->reply, flow, sink);
		forget_reply(tx);
	} else if (tx->count == 0 && tx->unkept > 0) {
		tx->unkept--;
		l7_http_body_head_forget(sink, tx->reply.head);
		forget_reply(tx);
	}
}

void
l7_http_tx_request_head(struct l7_http_tx *tx, const struct http1_head *head, const struct l7_flow *flow, struct sink *sink)
{
	uint8_t host[256];
	struct l7_http_login login = l7_http_login_of_head(head);
	struct bytes in_target = http1_authority_of_target(head);
	struct http1_authority authority = http1_authority(in_target.len > 0 ? in_target : head->known[HTTP1_HOST]);
	struct said view = {.part = {[L7_HTTP_TX_METHOD] = head->method,
	                        [L7_HTTP_TX_PROTOCOL] = head->protocol,
	                        [L7_HTTP_TX_HOST] = normal_host(host, sizeof(host), authority.host),
	                        [L7_HTTP_TX_URL] = head->target,
	                        [L7_HTTP_TX_AGENT] = head->known[HTTP1_USER_AGENT],
	                        [L7_HTTP_TX_REFERER] = head->known[HTTP1_REFERER],
	                        [L7_HTTP_TX_USER] = {login.user, login.user_len}},
	    .id = tx->next_id++,
	    .head = l7_http_body_head_keep(sink, head),
	    .port = authority.port,
	    .login = login.kind};
	sink_count_transaction(sink, APP_HTTP, flow->ip_proto);
	tx->newest_kept = tx->count < L7_HTTP_TX_WAITING && tx->unkept == 0;
	if (!tx->newest_kept) {
		tx->unkept++;
		say(&view, &no_reply, flow, sink);
		return;
	}
	struct l7_http_tx_request *request = &tx->waiting[tx->count++];
	*request = (struct l7_http_tx_request){
	    .id = view.id, .head = view.head, .port = view.port, .login = (uint8_t)login.kind};
	for (size_t part = 0; part < L7_HTTP_TX_PARTS; part++)
		keep(tx, request, part, view.part[part]);
}

void
l7_http_tx_request_body(struct l7_http_tx *tx, uint64_t bytes)
{
	if (tx->newest_kept)
		tx->waiting[tx->count - 1].body += bytes;
}

void
l7_http_tx_request_form(struct l7_http_tx *tx, struct bytes form)
{
	if (!tx->newest_kept || tx->waiting[tx->count - 1].login != L7_HTTP_TX_NO_LOGIN)
		return;
	struct l7_http_tx_request *request = &tx->waiting[tx->count - 1];
	struct l7_http_login login = l7_http_login_of_form(form);
	request->login = (uint8_t)login.kind;
	keep(tx, request, L7_HTTP_TX_USER, (struct bytes){login.user, login.user_len});
}

void
l7_http_tx_request_end(struct l7_http_tx *tx, const struct l7_flow *flow, struct sink *sink)
{
	if (tx->newest_kept)
		tx->waiting[tx->count - 1].complete = true;
	settle(tx, flow, sink);
}

struct bytes
l7_http_tx_method(const struct l7_http_tx *tx)
{
	return tx->count > 0 ? (struct bytes){tx->text, tx->waiting[0].len[L7_HTTP_TX_METHOD]} : (struct bytes){0};
}

struct bytes
l7_http_tx_target(const struct l7_http_tx *tx)
{
	return tx->count > 0 ? said_of(tx, 0).part[L7_HTTP_TX_URL] : (struct bytes){0};
}

bool
l7_http_tx_expects_bare_body(const struct l7_http_tx *tx)
{
	if (tx->count > 0)
		return tx->waiting[0].len[L7_HTTP_TX_PROTOCOL] == 0;
	return tx->next_id == 0;
}

/* A new response while the one before still waits for the end of its request: that end will not come first. */
static void
make_way(struct l7_http_tx *tx, const struct l7_flow *flow, struct sink *sink)
{
	if (!tx->reply.begun)
		return;
	if (tx->count > 0)
		tx->waiting[0].complete = true;
	tx->reply.unmatched = tx->reply.unmatched || (tx->count == 0 && tx->unkept == 0);
	tx->reply.complete = true;
	settle(tx, flow, sink);
}

static uint16_t
keep_reply(struct l7_http_tx_reply *reply, size_t at, size_t most, struct bytes value)
{
	size_t room = sizeof(reply->text) - at;
	return (uint16_t)http1_unfold(reply->text + at, room < most ? room : most, value);
}

void
l7_http_tx_reply_head(struct l7_http_tx *tx, const struct http1_head *head, const struct l7_flow *flow, struct sink *sink)
{
	enum { TYPE_MAX = 96, RANGE_MAX = 64 };
	make_way(tx, flow, sink);
	struct l7_http_tx_reply *reply = &tx->reply;
	reply->begun = true;
	if (head == NULL)
		return;
	reply->unmatched = tx->count == 0 && tx->unkept == 0;
	reply->status = head->status;
	reply->head = l7_http_body_head_keep(sink, head);
	struct bytes type = head->known[HTTP1_CONTENT_TYPE];
	reply->type_len = keep_reply(reply, 0, TYPE_MAX, bytes_trim(bytes_first(type, bytes_find(type, ';'))));
	reply->range_len = keep_reply(reply, reply->type_len, RANGE_MAX, head->known[HTTP1_CONTENT_RANGE]);
	if (head->status / 100 == 3)
		reply->redirect_len = keep_reply(
		    reply, (size_t)reply->type_len + reply->range_len, sizeof(reply->text), head->known[HTTP1_LOCATION]);
}

void
l7_http_tx_reply_body(struct l7_http_tx *tx, uint64_t bytes)
{
	tx->reply.body += bytes;
}

void
l7_http_tx_reply_end(struct l7_http_tx *tx, const struct l7_flow *flow, struct sink *sink)
{
	tx->reply.complete = true;
	settle(tx, flow, sink);
}

void
l7_http_tx_reply_lost(struct l7_http_tx *tx, const struct l7_flow *flow, struct sink *sink)
{
	make_way(tx, flow, sink);
	tx->unkept = 0;
	while (tx->count > 1)
		say_oldest(tx, &no_reply, flow, sink);
}

void
l7_http_tx_flush(struct l7_http_tx *tx, const struct l7_flow *flow, struct sink *sink)
{
	make_way(tx, flow, sink);
	while (tx->count > 0)
		say_oldest(tx, &no_reply, flow, sink);
	tx->unkept = 0;
}
