/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/settings - a suricata.yaml that includes itself, then what was read on its way to the sensor.
 *
 * Oracles: refused with a reason; or each key is there once, within the bounds, and the pairs arrive as they were sent.
 */
#include "core/ensure.h"
#include "core/flat_yaml.h"

#include <errno.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reading {
	struct flat *flat;
	struct bytes text;
	unsigned files;
};

static int
include(void *context, struct bytes prefix, struct bytes name, struct diag *diag)
{
	struct reading *r = context;
	ENSURE(prefix.len <= FLAT_KEY_MAX);
	if (name.len == 0 || r->files++ == 3)
		return diag_say(diag, -ELOOP, "too many");
	return flat_yaml_read(r->flat, prefix, r->text, "again.yaml", include, r, diag);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena, other;
	struct flat flat, arrived;
	struct diag diag = {0};
	if (arena.start == NULL)
		ENSURE(arena_init(&arena, 64 << 20) == 0 && arena_init(&other, 64 << 20) == 0);
	arena_reset(&arena);
	arena_reset(&other);
	ENSURE(flat_init(&flat, &arena) == 0 && flat_init(&arrived, &other) == 0);
	struct reading reading = {.flat = &flat, .text = {data, size}};
	if (flat_yaml_read(&flat, (struct bytes){0}, reading.text, "site.yaml", include, &reading, &diag) < 0)
		ENSURE(diag.text_cstr[0] != '\0');
	ENSURE(flat.count <= FLAT_PAIRS_MAX);
	size_t room = flat_room(&flat);
	uint8_t *bytes = malloc(room);
	ENSURE(bytes != NULL);
	struct writer w = writer_of(bytes, room);
	flat_put(&w, &flat);
	ENSURE(writer_ok(&w) && w.len == room);
	struct cursor c = cursor_of(writer_written(&w));
	ENSURE(flat_take(&c, &arrived) == PARSE_OK && c.left == 0);
	ENSURE(arrived.count == flat.count); /* no key twice */
	for (size_t i = 0; i < flat.count; i++)
		ENSURE(bytes_eq(arrived.pairs[i].key, flat.pairs[i].key) && flat.pairs[i].key.len <= FLAT_KEY_MAX);
	free(bytes);
	return 0;
}
