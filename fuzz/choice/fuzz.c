/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/choice - a file of scenarios and criteria (YAML), and what is reckoned with it.
 *
 * Oracles: refused with a line of the file and a reason, or each score lies between the notes it is made of, the ranks are those of
 * the scores, nobody excluded wins, and a turn lies between 0 and 100 percent on its side of the weight.
 */
#include "core/ensure.h"
#include "study/choice_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_turns(const struct choice *choice, const struct choice_outcome *o)
{
	for (size_t i = 0; i < choice->criterion_count; i++) {
		const struct choice_sensitivity *s = &o->sensitivity[i];
		if (s->below.winner != CHOICE_NONE)
			ENSURE(s->below.share >= 0 && s->below.share <= s->share && s->below.winner != o->winner);
		if (s->above.winner != CHOICE_NONE)
			ENSURE(s->above.share >= s->share && s->above.share <= 100 * DECIMAL_ONE &&
			    s->above.winner != o->winner);
	}
}

static void
check_standings(const struct choice *choice, const struct choice_outcome *o)
{
	for (size_t i = 0; i < choice->scenario_count; i++) {
		const struct choice_standing *s = &o->standings[i];
		int64_t least = CHOICE_NOTE_MAX * DECIMAL_ONE, most = 0;
		for (size_t k = 0; k < choice->criterion_count; k++) {
			int64_t note = choice->scenarios[i].notes[k];
			least = note < least ? note : least;
			most = note > most ? note : most;
		}
		ENSURE(s->score >= least && s->score <= most);
		ENSURE((s->rank == 0) == (s->exclusion != CHOICE_ELIGIBLE));
		ENSURE(s->rank == 0 || o->standings[o->winner].sum >= s->sum);
	}
	ENSURE(o->winner == CHOICE_NONE || o->standings[o->winner].rank == 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena arena;
	static struct choice_outcome outcome;
	static char room[1 << 22];
	struct diag diag = {0};
	const struct choice *choice = NULL;
	if (arena.start == NULL)
		ENSURE(arena_init(&arena, 64 << 20) == 0);
	arena_reset(&arena);
	int r = choice_read(&arena, (struct bytes){data, size}, "mine.yaml", &choice, &diag);
	if (r < 0) {
		ENSURE(choice == NULL && diag.text_cstr[0] != '\0' && strcmp(diag.file_cstr, "mine.yaml") == 0);
		return 0;
	}
	choice_weigh(choice, &outcome);
	check_standings(choice, &outcome);
	check_turns(choice, &outcome);
	struct json j = json_of(room, sizeof(room));
	choice_json_write(&j, choice, &outcome, "", LANGUAGE_FR);
	return 0;
}
