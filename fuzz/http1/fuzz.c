/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* HTTP/1: heads and chunk lines by themselves, then a conversation cut in two ways. */
#include "../l7_script.h"

#include "inspect/l7_http.h"
#include "proto/http1.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool condition)
{
	if (!condition)
		abort();
}

static void
must_be_inside(struct bytes part, struct bytes whole)
{
	must(part.len == 0 || (part.at >= whole.at && part.len <= whole.len && part.at + part.len <= whole.at + whole.len));
}

static void
check_head(struct bytes b, const struct http1_head *head, size_t used)
{
	must(used > 0 && used <= b.len && used <= HTTP1_HEAD_MAX && head->field_count <= HTTP1_FIELDS_MAX);
	must_be_inside(head->method, b);
	must_be_inside(head->target, b);
	must_be_inside(head->fields, b);
	for (size_t i = 0; i < HTTP1_FIELD_COUNT; i++)
		must_be_inside(head->known[i], head->fields);
	must_be_inside(http1_authority_of_target(head), head->target);
	struct http1_field_line field;
	size_t lines = 0, at = 0;
	while (http1_fields_next(head, &at, &field)) {
		must_be_inside(field.value, head->fields);
		lines++;
	}
	must(lines >= head->field_count);
	must(at == head->fields.len);
}

/* What is complete needed its last byte, and needs nothing after it. */
static void
check_request(struct bytes b)
{
	struct http1_head head, again;
	size_t used, used_again;
	if (http1_request(b, HTTP1_MAY_GO_ON, &used, &head) != PARSE_OK)
		return;
	check_head(b, &head, used);
	(void)http1_request_framing(&head);
	if (head.protocol.len == 0) /* the line after it told that it is HTTP/0.9 */
		return;
	must(http1_request(bytes_first(b, used - 1), HTTP1_MAY_GO_ON, &used_again, &again) == PARSE_SHORT);
	must(http1_request(bytes_first(b, used), HTTP1_MAY_GO_ON, &used_again, &again) == PARSE_OK && used_again == used);
	must(http1_may_be_complete(bytes_first(b, used), used - 1));
}

static void
check_response(struct bytes b)
{
	struct http1_head head;
	size_t used;
	(void)http1_response_start(b, HTTP1_MAY_GO_ON, &used);
	if (http1_response(b, HTTP1_MAY_GO_ON, &used, &head) != PARSE_OK)
		return;
	check_head(b, &head, used);
	must(head.status == 0 || (head.status >= 100 && head.status <= 999));
	(void)http1_response_framing(&head, BYTES("GET"), true);
}

static void
check_chunk(struct bytes b)
{
	size_t used, used_again;
	struct http1_chunk chunk, again;
	if (http1_chunk(b, &used, &chunk) != PARSE_OK)
		return;
	must(used <= b.len && chunk.size <= INT32_MAX);
	must(http1_chunk(bytes_first(b, used - 1), &used_again, &again) == PARSE_SHORT);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes b = {data, size};
	check_request(bytes_after(b, 1));
	check_response(bytes_after(b, 1));
	check_chunk(bytes_after(b, 1));
	(void)http1_look_request(b);
	(void)http1_look_response(b);
	l7_script_check(&l7_http_parser, b);
	return 0;
}
