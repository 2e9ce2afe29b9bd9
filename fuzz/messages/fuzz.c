/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/messages - what the roles say to each other, as a captured one could say it. The first byte says which message.
 *
 * Oracles: texts end; what is believed, written and read again, is the same; no prefix of it is believed.
 */
#include "app/learn_wire.h"
#include "app/messages.h"
#include "core/ensure.h"
#include "record/order.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	CONFIG,
	FAULT,
	SUMMARY,
	PROGRESS,
	FRAMES,
	ORDER,
	ANSWER,
	TABLE_CONFIG,
	TABLE_FAULT,
	TABLE_ACCOUNT,
	KINDS,
	ROOM = 262144
};

/* Reads the body and writes it again; false when it was refused. */
static bool
again(unsigned kind, struct bytes body, struct writer *w)
{
	struct sensor_config config;
	struct fault fault;
	struct progress progress;
	struct frame frame;
	struct cursor c = cursor_of(body);
	uint64_t fields[SUMMARY_FIELDS];
	if (kind == CONFIG) {
		if (messages_get_config(body, &config) != PARSE_OK)
			return false;
		messages_put_config(w, &config);
	} else if (kind == FAULT) {
		if (messages_get_fault(body, &fault) != PARSE_OK)
			return false;
		ENSURE(memchr(fault.file_cstr, '\0', sizeof(fault.file_cstr)) != NULL &&
		    memchr(fault.text_cstr, '\0', sizeof(fault.text_cstr)) != NULL);
		messages_put_fault(w, &fault);
	} else if (kind == PROGRESS) {
		if (messages_get_progress(body, &progress) != PARSE_OK)
			return false;
		messages_put_progress(w, &progress);
	} else if (kind == FRAMES) {
		do {
			if (messages_get_frame(&c, &frame) != PARSE_OK)
				return false;
			ENSURE(frame.data.len <= body.len && frame.data.len <= frame.wire_len);
			messages_put_frame(w, &frame);
		} while (c.left > 0);
	} else if (kind == ORDER) {
		struct order order;
		if (order_get(body, &order) != PARSE_OK)
			return false;
		ENSURE(order.parameter_count <= ORDER_PARAMETERS_MAX && order.body.len <= ORDER_INLINE_MAX);
		order_put(w, &order);
	} else if (kind == ANSWER) {
		struct answer answer;
		if (order_get_answer(body, &answer) != PARSE_OK)
			return false;
		order_put_answer(w, &answer);
	} else if (kind == TABLE_CONFIG) {
		struct learn_reader_config table;
		if (learn_wire_get_config(body, &table) != PARSE_OK)
			return false;
		learn_wire_put_config(w, &table);
	} else if (kind == TABLE_FAULT) {
		struct diag diag;
		if (learn_wire_get_fault(body, &diag) != PARSE_OK)
			return false;
		learn_wire_put_fault(w, &diag);
	} else if (kind == TABLE_ACCOUNT) {
		static struct lesson_account account;
		if (learn_wire_get_account(body, &account) != PARSE_OK)
			return false;
		learn_wire_put_account(w, &account);
	} else {
		if (messages_get_summary(body, fields) != PARSE_OK)
			return false;
		messages_put_summary(w, fields);
	}
	ENSURE(writer_ok(w));
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t first[ROOM], second[ROOM], scratch[ROOM];
	if (size < 1)
		return 0;
	unsigned kind = data[0] % KINDS;
	struct writer once = writer_of(first, ROOM), twice = writer_of(second, ROOM);
	if (!again(kind, (struct bytes){data + 1, size - 1}, &once))
		return 0;
	ENSURE(again(kind, writer_written(&once), &twice));
	ENSURE(bytes_eq(writer_written(&once), writer_written(&twice)));
	for (size_t len = 0; len < once.len; len += 1 + once.len / 64) {
		struct writer unused = writer_of(scratch, ROOM);
		ENSURE(!again(kind, bytes_first(writer_written(&once), len), &unused) || kind == FRAMES); /* fewer frames */
	}
	return 0;
}
