/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/cases - what `beffroi incident import` reads: JSON when it begins with a brace, else a table.
 *
 * Oracles: refused as a whole with a reason, or each item is kept or told; what is kept can be written in both formats and
 * reads back the same; XML holds no markup of the input.
 */
#include "core/ensure.h"
#include "incident/case_csv.h"
#include "incident/case_export.h"
#include "incident/case_json.h"
#include "record/incident.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_BYTES = 64 << 20, INPUT_MAX = 1 << 16 };

static bool
same(const struct case_item *a, const struct case_item *b)
{
	bool alike = strcmp(a->id_cstr, b->id_cstr) == 0 && strcmp(a->kind_cstr, b->kind_cstr) == 0 &&
	    strcmp(a->incident_cstr, b->incident_cstr) == 0 && strcmp(a->by_cstr, b->by_cstr) == 0 && a->at_ns == b->at_ns &&
	    a->field_count == b->field_count;
	for (size_t i = 0; alike && i < a->field_count; i++)
		alike = strcmp(a->fields[i].name_cstr, b->fields[i].name_cstr) == 0 &&
		    strcmp(a->fields[i].value_cstr, b->fields[i].value_cstr) == 0;
	return alike;
}

/* Written, and read again: one item, the same. */
static void
check(struct arena *arena, struct case_item *items, const struct case_item *item, enum case_format format)
{
	static struct case_read again;
	struct case_file file = {.incident = *item};
	struct diag diag = {0};
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	ENSURE(out != NULL && case_export_write(out, format, &file, 0, &diag) == 0 && fclose(out) == 0);
	again = (struct case_read){.arena = arena, .items = items};
	struct bytes written = {(const uint8_t *)text, len};
	if (format == CASE_FORMAT_CSV || format == CASE_FORMAT_JSON) {
		int r = format == CASE_FORMAT_CSV ? case_csv_read(written, &again, &diag)
		                                  : case_json_read(written, &again, &diag);
		ENSURE(r == 0 && again.count == 1 && again.bad_count == 0 && same(item, &again.items[0]));
	} else {
		ENSURE(len > 0 && bytes_find(written, '\0') == len);
	}
	free(text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static struct case_item *items, *again;
	static struct case_read read;
	struct bytes text = bytes_first((struct bytes){data, size}, INPUT_MAX);
	struct diag diag = {0};
	if (items == NULL) {
		items = calloc(CASE_READ_ITEMS_MAX, sizeof(*items));
		again = calloc(4, sizeof(*again));
		ENSURE(items != NULL && again != NULL && arena_init(&arena, ARENA_BYTES) == 0);
	}
	arena_reset(&arena);
	read = (struct case_read){.arena = &arena, .items = items};
	int r = size > 0 && data[0] == '{' ? case_json_read(text, &read, &diag) : case_csv_read(text, &read, &diag);
	ENSURE(r == 0 || diag.text_cstr[0] != '\0');
	for (size_t i = 0; i < read.bad_count && i < CASE_READ_BAD_MAX; i++)
		ENSURE(read.bad[i].why_cstr[0] != '\0' && read.bad[i].line > 0);
	size_t used = arena.used;
	for (size_t i = 0; i < read.count && i < 16; i++) {
		for (enum case_format format = 0; format < CASE_FORMATS; format++) {
			check(&arena, again, &read.items[i], format);
			arena.used = used;
		}
	}
	return 0;
}
