/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/clocks - a table of legal clocks of the reader's own (YAML), and deadlines reckoned with it.
 *
 * Oracles: refused with a line of the file and a reason, or every profile has steps, each with its texts in both languages,
 * and every deadline is at or after what it counts from.
 */
#include "core/ensure.h"
#include "study/deadline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_profile(const struct clocks *clocks, const struct clock_profile *profile, const struct zone *zone)
{
	struct deadline out[CLOCKS_STEPS_MAX];
	struct deadline_event event = {"awareness", 1792836000};
	ENSURE(profile->step_count >= 1 && profile->step_count <= CLOCKS_STEPS_MAX);
	ENSURE(deadline_compute(clocks, profile, zone, &event, 1, out) == profile->step_count);
	for (size_t i = 0; i < profile->step_count; i++) {
		for (size_t language = 0; language < CLOCKS_LANGUAGES; language++)
			ENSURE(out[i].step->name.cstr[language][0] != '\0' && out[i].step->tell.cstr[language][0] != '\0');
		ENSURE(out[i].kind != DEADLINE_AT || out[i].at_s >= out[i].from_s);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static struct zone *utc;
	struct diag diag = {0};
	const struct clocks *clocks = NULL;
	if (utc == NULL)
		ENSURE(arena_init(&arena, 16 << 20) == 0 && zone_open(&utc, "UTC", &diag) == 0);
	arena_reset(&arena);
	int r = clocks_read(&arena, (struct bytes){data, size}, "mine.yaml", &clocks, &diag);
	if (r < 0) {
		ENSURE(clocks == NULL && diag.text_cstr[0] != '\0' && strcmp(diag.file_cstr, "mine.yaml") == 0);
		return 0;
	}
	for (size_t i = 0; i < clocks->profile_count; i++)
		check_profile(clocks, &clocks->profiles[i], utc);
	return 0;
}
