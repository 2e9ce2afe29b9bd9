/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_http_body.h"

#include "core/cursor.h"
#include "core/pool.h"
#include "inspect/l7_settings.h"
#include "inspect/sink.h"
#include "proto/multipart.h"

#include <stdlib.h>

enum { NAME_MAX_BYTES = 1024 };

struct body {
	uint8_t side; /* enum l7_side */
	bool is_file, has_range, is_multipart;
	bool has_gaps;
	bool is_done; /* no one looks at what follows */
	uint8_t part_faults;
	uint32_t told;    /* enum coding_note: said already */
	uint32_t content; /* of the whole */
	uint32_t part;    /* of a part with a file name */
	uint16_t name_len;
	uint64_t decoded; /* bytes */
	uint64_t start, end, size;
	struct coding coding;
	uint8_t name[NAME_MAX_BYTES];
	struct multipart multipart;
};

/* The first bytes of the fields of a head. */
struct kept_head {
	uint16_t len;
	uint8_t from, minor;
	uint8_t fields[8188];
};

struct l7_http_body_store {
	struct pool pool, heads;
	struct coding_pool *codings;
};

/* One call; in NULL: the flow is over. */
struct call {
	struct sink *sink;
	struct body *body;
	const struct l7_input *in;
	const struct l7_flow *flow;
	const struct l7_tx *tx;
};

struct l7_http_body_store *
l7_http_body_store_new(size_t budget_bytes)
{
	struct l7_http_body_store *bodies = calloc(1, sizeof(*bodies));
	if (bodies == NULL)
		return NULL;
	bodies->codings = coding_pool_new(budget_bytes / 4 * 3);
	if (bodies->codings == NULL ||
	    pool_init(&bodies->pool, sizeof(struct body), (uint32_t)(budget_bytes / 8 / sizeof(struct body) + 1)) < 0 ||
	    pool_init(
	        &bodies->heads, sizeof(struct kept_head), (uint32_t)(budget_bytes / 8 / sizeof(struct kept_head) + 1)) < 0) {
		l7_http_body_store_free(bodies);
		return NULL;
	}
	return bodies;
}

void
l7_http_body_store_free(struct l7_http_body_store *bodies)
{
	if (bodies == NULL)
		return;
	coding_pool_free(bodies->codings);
	pool_done(&bodies->pool);
	pool_done(&bodies->heads);
	free(bodies);
}

void
l7_http_body_store_clear(struct l7_http_body_store *bodies)
{
	coding_pool_clear(bodies->codings);
	pool_clear(&bodies->pool);
	pool_clear(&bodies->heads);
}

uint32_t
l7_http_body_head_keep(struct sink *sink, const struct http1_head *head)
{
	struct l7_http_body_store *bodies = sink_http_bodies(sink);
	const struct http_settings *settings = &sink_settings(sink)->http;
	bool asked = head->from == HTTP1_FROM_SERVER ? settings->tell_response_fields : settings->tell_request_fields;
	uint32_t slot = asked && bodies != NULL ? pool_take(&bodies->heads) : POOL_NONE;
	if (slot == POOL_NONE)
		return 0;
	struct kept_head *kept = pool_at(&bodies->heads, slot);
	kept->from = head->from;
	kept->minor = head->minor;
	kept->len = sink_copy((char *)kept->fields, sizeof(kept->fields), head->fields);
	return slot + 1;
}

bool
l7_http_body_head_kept(const struct sink *sink, uint32_t handle, struct http1_head *out)
{
	if (handle == 0)
		return false;
	const struct kept_head *kept = pool_at(&sink_http_bodies(sink)->heads, handle - 1);
	*out = (struct http1_head){.from = kept->from, .minor = kept->minor, .fields = {kept->fields, kept->len}};
	return true;
}

void
l7_http_body_head_forget(struct sink *sink, uint32_t handle)
{
	if (handle != 0)
		pool_give(&sink_http_bodies(sink)->heads, handle - 1);
}

static void
complain(const struct call *call, struct bytes name)
{
	struct l7_input last = {.side = (enum l7_side)call->body->side, .flow = call->flow, .end = true};
	sink_anomaly(call->sink, call->in != NULL ? call->in : &last, APP_HTTP, name);
}

/* ---- What a head says of its body ---- */

/* Digits at the front of the cursor. */
static bool
take_number(struct cursor *c, uint64_t *out)
{
	uint64_t value = 0;
	size_t digits = 0;
	while (c->left > 0 && c->at[0] >= '0' && c->at[0] <= '9' && digits < 19) {
		value = value * 10 + (uint64_t)(cursor_u8(c) - '0');
		digits++;
	}
	*out = value;
	return digits > 0 && digits < 19;
}

/* RFC 9110 14.4: "bytes 0-99/1234"; the size may be '*'. */
static bool
read_range(struct body *body, struct bytes value)
{
	struct cursor c = cursor_of(value);
	if (!bytes_eq_nocase(cursor_take(&c, 5), BYTES("bytes")))
		return false;
	while (c.left > 0 && c.at[0] == ' ')
		cursor_take(&c, 1);
	if (!take_number(&c, &body->start) || cursor_u8(&c) != '-' || !take_number(&c, &body->end) || cursor_u8(&c) != '/' ||
	    body->end < body->start)
		return false;
	if (c.left == 1 && c.at[0] == '*')
		return true;
	return take_number(&c, &body->size);
}

static void
name_it(const struct call *call, const struct http1_head *head, struct bytes target)
{
	struct body *body = call->body;
	struct bytes name = {0};
	if (head->from == HTTP1_FROM_SERVER)
		name = multipart_parameter(head->known[HTTP1_CONTENT_DISPOSITION], BYTES("filename"));
	if (name.len == 0) {
		static const struct http1_uri_rules as_usual;
		struct http1_uri uri = http1_uri_split(target);
		name = uri.path;
		if (name.len <= L7_SCRATCH_SIZE)
			name = (struct bytes){call->in->scratch, http1_uri_path(name, call->in->scratch, &as_usual)};
	}
	if (name.len > NAME_MAX_BYTES)
		complain(call, BYTES("FILE_NAME_TOO_LONG"));
	name = bytes_first(name, NAME_MAX_BYTES);
	if (name.len > 0)
		memcpy(body->name, name.at, name.len);
	body->name_len = (uint16_t)name.len;
}

/* The codings in the order in which they are undone, as far as the site wants them. */
static size_t
layers_of(const struct call *call, const struct http1_head *head, uint8_t kinds[CODING_LAYERS_MAX])
{
	static const uint8_t kind_of[] = {[HTTP1_CODING_GZIP] = CODING_GZIP,
	    [HTTP1_CODING_DEFLATE] = CODING_DEFLATE,
	    [HTTP1_CODING_BROTLI] = CODING_BROTLI,
	    [HTTP1_CODING_LZMA] = CODING_LZMA};
	const struct http_settings *settings = &sink_settings(call->sink)->http;
	size_t most = settings->coding_layers, lzma = 0, count = 0, listed = head->coding_count;
	if ((head->notes & HTTP1_ODD_CONTENT_CODING) != 0)
		complain(call, BYTES("ABNORMAL_CE_HEADER"));
	if (most > 0 && listed > 1 && listed > most) {
		complain(call, BYTES("TOO_MANY_ENCODING_LAYERS"));
		listed = most;
	}
	for (size_t i = listed; i > 0 && count < CODING_LAYERS_MAX; i--) {
		uint8_t coding = head->codings[i - 1];
		if (coding == HTTP1_CODING_OTHER)
			continue;
		if (coding == HTTP1_CODING_LZMA && (!settings->with_lzma || ++lzma > settings->lzma_layers))
			continue;
		kinds[count++] = kind_of[coding];
	}
	return count;
}

uint32_t
l7_http_body_open(struct sink *sink, const struct l7_input *in, const struct http1_head *head, struct bytes target)
{
	struct l7_http_body_store *bodies = sink_http_bodies(sink);
	if (bodies == NULL || !content_is_wanted(sink, APP_HTTP))
		return 0;
	uint32_t slot = pool_take(&bodies->pool);
	if (slot == POOL_NONE)
		return 0;
	struct body *body = pool_at(&bodies->pool, slot);
	struct call call = {.sink = sink, .body = body, .in = in, .flow = in->flow};
	uint8_t kinds[CODING_LAYERS_MAX];
	memset(body, 0, offsetof(struct body, name));
	body->side = (uint8_t)in->side;
	bool posted = bytes_eq(head->method, BYTES("POST"));
	struct bytes boundary = posted ? multipart_boundary(head->known[HTTP1_CONTENT_TYPE]) : (struct bytes){0};
	body->is_multipart = boundary.len > 0;
	body->is_file = in->side == L7_SERVER || (posted && !body->is_multipart) || bytes_eq(head->method, BYTES("PUT"));
	if (body->is_multipart)
		multipart_init(&body->multipart, boundary);
	if (body->is_file)
		name_it(&call, head, target);
	if (in->side == L7_SERVER && head->known[HTTP1_CONTENT_RANGE].len > 0) {
		body->has_range = read_range(body, head->known[HTTP1_CONTENT_RANGE]);
		if (!body->has_range)
			complain(&call, BYTES("RANGE_INVALID"));
		if (body->start == 0 && body->size > 0 && body->end == body->size - 1)
			body->has_range = false; /* it is the whole file */
	}
	const struct coding_limits *limits = &sink_settings(sink)->http.coding;
	coding_open(bodies->codings, &body->coding, kinds, layers_of(&call, head, kinds), limits);
	return slot + 1;
}

/* ---- Bytes ---- */

static const struct content_window *
window_of(const struct call *call)
{
	const struct l7_settings *settings = sink_settings(call->sink);
	return call->body->side == L7_SERVER ? &settings->http_response : &settings->http_request;
}

static void
close_part(const struct call *call, enum content_end end)
{
	content_close(call->sink, call->body->part, call->in, call->flow, call->tx, end);
	call->body->part = 0;
}

static void
part_fault(const struct call *call, uint8_t bit, struct bytes name)
{
	if ((call->body->part_faults & bit) == 0)
		complain(call, name);
	call->body->part_faults |= bit;
}

static void
take_parts(const struct call *call, struct bytes data)
{
	struct body *body = call->body;
	struct bytes out;
	for (enum multipart_what what = multipart_next(&body->multipart, &data, &out); what != MULTIPART_NEED;
	     what = multipart_next(&body->multipart, &data, &out)) {
		switch (what) {
		case MULTIPART_BEGIN:
			close_part(call, CONTENT_TRUNCATED);
			if (out.len > NAME_MAX_BYTES)
				part_fault(call, 1, BYTES("FILE_NAME_TOO_LONG"));
			if (out.len > 0)
				body->part = content_open(call->sink, call->in, call->tx,
				    &(const struct content_spec){.app = APP_HTTP,
				        .is_file = true,
				        .name = out,
				        .view = VIEW_PAYLOAD,
				        .window = *window_of(call)});
			break;
		case MULTIPART_DATA: content_data(call->sink, body->part, call->in, call->tx, out); break;
		case MULTIPART_CLOSE: close_part(call, CONTENT_COMPLETE); break;
		case MULTIPART_BAD_HEAD:
			close_part(call, CONTENT_TRUNCATED);
			part_fault(call, 2, BYTES("MULTIPART_INVALID_HEADER"));
			break;
		case MULTIPART_NEED: break;
		}
	}
}

/* At the first bytes: an empty body is no file. */
static void
open_content(const struct call *call)
{
	struct body *body = call->body;
	const struct content_window *window = window_of(call);
	if (body->content == 0 && body->decoded == 0)
		body->content = content_open(call->sink, call->in, call->tx,
		    &(const struct content_spec){.app = APP_HTTP,
		        .is_file = body->is_file,
		        .name = {body->name, body->name_len},
		        .view = body->side == L7_SERVER ? VIEW_HTTP_RESPONSE_BODY : VIEW_HTTP_REQUEST_BODY,
		        .start = body->start,
		        .has_range = body->has_range,
		        .end = body->end,
		        .size = body->size,
		        .window = *window});
}

static void
take(void *context, struct bytes decoded)
{
	const struct call *call = context;
	struct body *body = call->body;
	const struct content_window *window = window_of(call);
	open_content(call);
	body->decoded += decoded.len;
	content_data(call->sink, body->content, call->in, call->tx, decoded);
	if (body->is_multipart)
		take_parts(call, decoded);
	bool goes_on = content_goes_on(call->sink, body->content) || content_goes_on(call->sink, body->part);
	if (window->limit_ends_file && window->limit_bytes > 0 && body->decoded > window->limit_bytes && !goes_on) {
		body->is_done = true; /* what a bomb makes of the rest is spared */
		body->coding.is_over = true;
	}
}

static void
tell_notes(const struct call *call)
{
	static const struct {
		uint32_t note;
		struct bytes name;
	} names[] = {{CODING_DAMAGED, {(const uint8_t *)"GZIP_DECOMPRESSION_FAILED", 25}},
	    {CODING_BOMB, {(const uint8_t *)"COMPRESSION_BOMB", 16}},
	    {CODING_LZMA_LIMIT, {(const uint8_t *)"LZMA_MEMLIMIT_REACHED", 21}}};
	struct body *body = call->body;
	uint32_t fresh = body->coding.notes & ~body->told;
	for (size_t i = 0; i < LENGTH_OF(names) && fresh != 0; i++)
		if ((fresh & names[i].note) != 0)
			complain(call, names[i].name);
	body->told |= fresh;
}

static struct body *
body_at(struct sink *sink, uint32_t handle)
{
	struct l7_http_body_store *bodies = sink_http_bodies(sink);
	return handle == 0 || bodies == NULL ? NULL : pool_at(&bodies->pool, handle - 1);
}

void
l7_http_body_data(struct sink *sink, uint32_t handle, const struct l7_input *in, const struct l7_tx *tx, struct bytes data)
{
	struct body *body = body_at(sink, handle);
	if (body == NULL || body->is_done || data.len == 0)
		return;
	struct call call = {.sink = sink, .body = body, .in = in, .flow = in->flow, .tx = tx};
	coding_add(sink_http_bodies(sink)->codings, &body->coding, data, &sink_settings(sink)->http.coding,
	    &(const struct coding_taker){take, &call});
	tell_notes(&call);
}

void
l7_http_body_gap(struct sink *sink, uint32_t handle, const struct l7_input *in, const struct l7_tx *tx, uint64_t lost)
{
	struct body *body = body_at(sink, handle);
	if (body == NULL || body->is_done || lost == 0)
		return;
	struct call call = {.sink = sink, .body = body, .in = in, .flow = in->flow, .tx = tx};
	body->has_gaps = true;
	if (body->coding.count > 0 || body->is_multipart)
		body->is_done = true; /* nothing after it can be read */
	if (body->coding.count > 0)
		return;
	open_content(&call);
	body->decoded += lost;
	content_gap(sink, body->content, lost);
}

void
l7_http_body_close(struct sink *sink, uint32_t handle, const struct l7_input *in, const struct l7_flow *flow,
    const struct l7_tx *tx, enum content_end end)
{
	struct body *body = body_at(sink, handle);
	if (body == NULL)
		return;
	struct call call = {.sink = sink, .body = body, .in = in, .flow = flow, .tx = tx};
	struct l7_http_body_store *bodies = sink_http_bodies(sink);
	struct l7_input last = {.side = (enum l7_side)body->side, .flow = flow, .end = true};
	if (in == NULL)
		call.in = &last;
	if (!body->is_done)
		coding_end(bodies->codings, &body->coding, &sink_settings(sink)->http.coding,
		    &(const struct coding_taker){take, &call});
	tell_notes(&call);
	call.in = in;
	if (body->part != 0) {
		part_fault(&call, 4, BYTES("MULTIPART_GENERIC_ERROR"));
		close_part(&call, CONTENT_TRUNCATED);
	}
	content_close(sink, body->content, in, flow, tx, body->has_gaps ? CONTENT_TRUNCATED : end);
	coding_close(bodies->codings, &body->coding);
	pool_give(&bodies->pool, handle - 1);
}
