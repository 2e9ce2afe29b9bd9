/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "record/order.h"

static uint8_t room[98304];

static struct order
sample(void)
{
	struct order o = {.id = 7,
	    .operation = 12,
	    .session = BYTES("s3cret"),
	    .csrf = BYTES("proof"),
	    .language = LANGUAGE_FR,
	    .parameter_count = 3,
	    .body = BYTES("{\"name\":\"x\"}"),
	    .body_len = 12};
	o.client.at[15] = 9;
	o.parameters[0] = (struct order_parameter){BYTES("id"), BYTES("INC-0123456789ab")};
	o.parameters[1] = (struct order_parameter){BYTES("q"), BYTES("a\0b")};
	o.parameters[2] = (struct order_parameter){BYTES("q"), BYTES("second")};
	return o;
}

static void
an_order_arrives_as_it_was_sent(void **state)
{
	(void)state;
	struct order sent = sample(), got;
	struct writer w = writer_of(room, sizeof(room));
	order_put(&w, &sent);
	assert_true(writer_ok(&w));
	struct bytes message = test_heap(writer_written(&w));
	assert_int_equal(order_get(message, &got), PARSE_OK);
	assert_int_equal(got.id, 7);
	assert_int_equal(got.operation, 12);
	assert_int_equal(got.language, LANGUAGE_FR);
	assert_true(addr_eq(&got.client, &sent.client));
	assert_bytes_equal(got.session, sent.session);
	assert_bytes_equal(got.token, sent.token);
	assert_bytes_equal(got.csrf, sent.csrf);
	assert_bytes_equal(got.body, sent.body);
	bool found;
	assert_bytes_equal(order_parameter(&got, "q", &found), BYTES("a\0b"));
	assert_true(found);
	assert_bytes_equal(order_parameter(&got, "other", &found), (struct bytes){0});
	assert_false(found);
	for (size_t len = 0; len < message.len; len++) {
		struct order unused;
		struct bytes cut = test_heap(bytes_first(message, len));
		assert_int_not_equal(order_get(cut, &unused), PARSE_OK);
		test_heap_free(cut);
	}
	test_heap_free(message);
}

static void
a_big_body_stays_out_of_the_message(void **state)
{
	(void)state;
	static uint8_t big[ORDER_INLINE_MAX + 1];
	struct answer a = {.id = 1,
	    .status = 200,
	    .type = BYTES("text/html"),
	    .file_name = BYTES("report.html"),
	    .cookie = ORDER_COOKIE_SET,
	    .session = BYTES("new"),
	    .session_s = 3600,
	    .retry_after_s = 5,
	    .conversion = {ORDER_CONVERT_PDF, LANGUAGE_FR, BYTES("Valbourg"), BYTES("TLP:AMBER"), BYTES("V1")},
	    .body = {big, sizeof(big)},
	    .body_len = sizeof(big)};
	struct answer got;
	struct writer w = writer_of(room, sizeof(room));
	order_put_answer(&w, &a);
	assert_true(w.len < 200);
	assert_int_equal(order_get_answer(writer_written(&w), &got), PARSE_OK);
	assert_int_equal(got.body_len, sizeof(big));
	assert_int_equal(got.body.len, 0);
	assert_int_equal(got.cookie, ORDER_COOKIE_SET);
	assert_bytes_equal(got.session, BYTES("new"));
	assert_bytes_equal(got.file_name, BYTES("report.html"));
	assert_int_equal(got.session_s, 3600);
	assert_int_equal(got.retry_after_s, 5);
	assert_int_equal(got.conversion.to, ORDER_CONVERT_PDF);
	assert_int_equal(got.conversion.language, LANGUAGE_FR);
	assert_bytes_equal(got.conversion.marking, BYTES("TLP:AMBER"));
	assert_bytes_equal(got.conversion.foot, BYTES("V1"));
}

/* Each row is a good order in which one thing is too much. */
static void
more_than_may_be_is_refused(void **state)
{
	(void)state;
	static const uint8_t many[9000];
	static const struct {
		const char *why_cstr;
		size_t session, parameters, value, body;
		uint32_t body_len;
	} rows[] = {
	    {"a secret is short", ORDER_SECRET_MAX + 1, 0, 0, 0, 0},
	    {"parameters are few", 0, ORDER_PARAMETERS_MAX + 1, 0, 0, 0},
	    {"a value is short", 0, 1, ORDER_QUERY_MAX + 1, 0, 0},
	    {"a body is bounded", 0, 0, 0, 0, ORDER_BODY_MAX + 1},
	    {"the body is what the length says", 0, 0, 0, 5, 4},
	    {"and no less", 0, 0, 0, 4, 5},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct writer w = writer_of(room, sizeof(room));
		struct order got;
		writer_be32(&w, 1);
		writer_be16(&w, 0);
		writer_field(&w, (struct bytes){many, rows[i].session});
		writer_field(&w, (struct bytes){0});
		writer_field(&w, (struct bytes){0});
		writer_put(&w, (struct bytes){many, 16});
		writer_u8(&w, 0);
		writer_u8(&w, (uint8_t)rows[i].parameters);
		for (size_t p = 0; p < rows[i].parameters; p++) {
			writer_field(&w, BYTES("n"));
			writer_field(&w, (struct bytes){many, rows[i].value});
		}
		writer_be32(&w, rows[i].body_len);
		writer_put(&w, (struct bytes){many, rows[i].body});
		if (order_get(writer_written(&w), &got) == PARSE_OK)
			fail_msg("%s", rows[i].why_cstr);
	}
	struct answer a = {.status = 99}, got;
	struct writer w = writer_of(room, sizeof(room));
	order_put_answer(&w, &a);
	assert_int_equal(order_get_answer(writer_written(&w), &got), PARSE_BAD); /* no status of HTTP */
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_order_arrives_as_it_was_sent),
	    cmocka_unit_test(a_big_body_stays_out_of_the_message),
	    cmocka_unit_test(more_than_may_be_is_refused),
	};
	return RUN_TESTS(tests);
}
