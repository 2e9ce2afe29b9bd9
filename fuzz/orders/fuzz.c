/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/orders - what strangers write into the bodies and queries of requests, as far as the functions of the desk. The first byte
 * says which operation, the second how the rest is cut: into one input, or a JSON body.
 *
 * The desk has no dossier here: what needs one is not reached, what comes before it is. Oracles: an order is read or refused with
 * a sentence and a status that is described; it has no more than its bounds; its texts are UTF-8 that ends; memory grows no more
 * than a small multiple of the input; vocabularies and playbooks answer JSON that is whole.
 */
#include "core/ensure.h"
#include "core/json_value.h"
#include "core/utf8.h"
#include "desk/desk_error.h"
#include "desk/desk_order.h"
#include "desk/desk_playbook.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 64 << 20, INPUT_MAX = 1 << 16, AMPLIFICATION = 64, FIXED = 1 << 16, ROOM = 1 << 20 };

static void
check_text(const char *text_cstr)
{
	struct bytes left = bytes_of_cstr(text_cstr);
	while (left.len > 0) {
		size_t n = left.at[0] < 0x80 ? 1 : utf8_length(left);
		ENSURE(n > 0);
		left = bytes_after(left, n);
	}
}

static void
check_order(const struct desk_order *order)
{
	ENSURE(order->input_count <= DESK_ORDER_INPUTS_MAX && order->field_count <= DESK_ORDER_FIELDS_MAX);
	const struct operation *o = operation_of(order->operation);
	for (size_t i = 0; i < order->input_count; i++) {
		struct bytes name = bytes_of_cstr(order->inputs[i].name_cstr);
		char form = operation_takes(o, name);
		ENSURE(form == 't' || form == 'l' || strchr(o->path_cstr, '{') != NULL);
		check_text(order->inputs[i].value_cstr);
	}
	for (size_t i = 0; i < order->field_count; i++) {
		check_text(order->fields[i].name_cstr);
		check_text(order->fields[i].value_cstr);
	}
}

/* A refusal as it leaves: JSON again, whatever the stranger called his inputs. */
static void
check_refusal(int error, const char *text_cstr, const char *refused_cstr)
{
	static char room[ROOM];
	struct json out = json_of(room, sizeof(room));
	struct json_value_list list = {0};
	const struct json_value *document;
	size_t wrong_at;
	unsigned status = desk_error_status(error);
	ENSURE(text_cstr[0] != '\0' && (status == 400 || status == 413 || status == 422));
	desk_error_json(&out, error, NULL, text_cstr, refused_cstr);
	ENSURE(json_ok(&out) && json_value_read(&list, json_written(&out), &document, &wrong_at) == 0);
	ENSURE(json_value_get(json_value_get(document, BYTES("error")), BYTES("code")) != NULL);
	json_value_list_done(&list);
}

/* What needs no dossier answers whatever it is asked. */
static void
ask(struct arena *arena, const struct desk_order *order)
{
	static struct vocabulary vocabulary;
	static struct arena data;
	static char room[ROOM];
	struct json out = json_of(room, sizeof(room));
	struct diag diag = {0};
	struct json_value_list list = {0};
	const struct json_value *document;
	size_t wrong_at;
	if (data.start == NULL)
		ENSURE(arena_init(&data, 16 << 20) == 0 && vocabulary_read(&data, &vocabulary, &diag) == 0);
	struct desk desk = {.arena = arena, .vocabulary = &vocabulary, .folder_cstr = ""};
	int r = desk_playbook_show(&desk, order, &out, &diag);
	ENSURE(r == 0 || (r == -22 && diag.text_cstr[0] != '\0'));
	if (r == 0)
		ENSURE(json_ok(&out) && json_value_read(&list, json_written(&out), &document, &wrong_at) == 0);
	json_value_list_done(&list);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	if (size < 2)
		return 0;
	if (arena.start == NULL)
		ENSURE(arena_init(&arena, ARENA_BYTES) == 0);
	arena_reset(&arena);
	struct bytes rest = bytes_first((struct bytes){data + 2, size - 2}, INPUT_MAX);
	struct order order = {.operation = (uint16_t)(data[0] % OPERATION_COUNT)};
	if (data[1] % 2 == 0) {
		order.body = rest;
		order.body_len = (uint32_t)rest.len;
	} else {
		size_t cut = bytes_find(rest, '=');
		order.parameter_count = 1;
		order.parameters[0] = (struct order_parameter){bytes_first(rest, cut), bytes_after(rest, cut + 1)};
	}
	const char *refused_cstr = NULL;
	struct diag diag = {0};
	struct desk_order read;
	int r = desk_order_read(&read, &order, &arena, &refused_cstr, &diag);
	ENSURE(arena.used <= FIXED + AMPLIFICATION * rest.len);
	if (r < 0) {
		check_refusal(r, diag.text_cstr, refused_cstr);
		return 0;
	}
	check_order(&read);
	ask(&arena, &read);
	return 0;
}
