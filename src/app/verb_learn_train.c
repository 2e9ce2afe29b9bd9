/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_learn_train.h"

#include "app/learn_keep.h"
#include "app/learn_read.h"
#include "cli/verb_options.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/text.h"
#include "detect/learn/learn_model_file.h"
#include "detect/learn/learn_train.h"
#include "record/flow_numbers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { JSON_ROOM = 8192, SETTINGS_ROOM = 512 };

struct work {
	const struct learn_options *o;
	struct learn_settings settings;
	bool shows; /* progress: a person watches */
};

/* What others' records of a flow can know, with the context that the sensor itself reckons from any record. */
#define CONTEXT                                                                            \
	(FLOW_KNOWN_CONTEXT &                                                              \
	    ~(FLOW_KNOWN(FLOW_CODE_TLS_CLIENT_RARITY) | FLOW_KNOWN(FLOW_CODE_DNS_FAILED) | \
	        FLOW_KNOWN(FLOW_CODE_HOUR_HABIT)))
#define COUNTED                                                                                             \
	(FLOW_KNOWN_RANGE(FLOW_CODE_DURATION, FLOW_CODE_BYTES_ANSWERER) | FLOW_KNOWN(FLOW_CODE_ASYMMETRY) | \
	    FLOW_KNOWN_RANGE(FLOW_CODE_TCP_FLAGS_OPENER, FLOW_CODE_STATE) |                                 \
	    FLOW_KNOWN_RANGE(FLOW_CODE_IP_PROTOCOL, FLOW_CODE_SERVICE))

static const struct {
	const char *name_cstr;
	uint64_t mask;
} sources[] = {{"zeek-conn", FLOW_KNOWN_ZEEK | CONTEXT}, {"eve-flow", COUNTED | CONTEXT}, {"netflow", COUNTED | CONTEXT}};

/* "0-7,35". 0 when it is no such list. */
static uint64_t
mask_of(const char *text_cstr)
{
	uint64_t mask = 0;
	for (;;) {
		char *end;
		unsigned long from = strtoul(text_cstr, &end, 10), to = from;
		if (end == text_cstr || text_cstr[0] < '0' || text_cstr[0] > '9')
			return 0;
		if (*end == '-') {
			text_cstr = end + 1;
			to = strtoul(text_cstr, &end, 10);
			if (end == text_cstr || text_cstr[0] < '0' || text_cstr[0] > '9')
				return 0;
		}
		if (to < from || to >= FLOW_CODES)
			return 0;
		mask |= FLOW_KNOWN_RANGE(from, to);
		if (*end == '\0')
			return mask;
		if (*end != ',')
			return 0;
		text_cstr = end + 1;
	}
}

static int
codes_of(const struct learn_options *o, uint64_t *out, struct diag *diag)
{
	for (size_t i = 0; i < LENGTH_OF(sources); i++)
		if (strcmp(o->codes_cstr, sources[i].name_cstr) == 0) {
			*out = sources[i].mask;
			return 0;
		}
	*out = mask_of(o->codes_cstr);
	if (*out == 0)
		return diag_say(diag, -EINVAL, text_in(o->language, N_("%s: \"%s\" was given, %s was expected")), "--codes",
		    o->codes_cstr, "zeek-conn | eve-flow | netflow | 0-7,35...");
	return 0;
}

int
verb_learn_train_settings(const struct learn_options *o, struct learn_settings *out, struct diag *diag)
{
	static const char *const modes[] = {"auto", "symmetric", "levels"};
	learn_train_defaults(out);
	if (o->mode_cstr != NULL) {
		size_t mode = 0;
		while (mode < LENGTH_OF(modes) && strcmp(o->mode_cstr, modes[mode]) != 0)
			mode++;
		if (mode == LENGTH_OF(modes))
			return diag_say(diag, -EINVAL, text_in(o->language, N_("%s: \"%s\" was given, %s was expected")),
			    "--mode", o->mode_cstr, "auto | symmetric | levels");
		out->mode = (enum learn_mode)mode;
	}
	if (o->trees > 0)
		out->trees = o->trees > LEARN_TREES_MAX ? LEARN_TREES_MAX + 1 : (unsigned)o->trees;
	if (o->depth > 0)
		out->depth = o->depth > LEARN_DEPTH_MAX ? LEARN_DEPTH_MAX + 1 : (unsigned)o->depth;
	if (o->seed > 0)
		out->seed = o->seed;
	if (o->positive_weight_cstr != NULL) {
		char *end;
		out->positive_weight = strtod(o->positive_weight_cstr, &end);
		if (end == o->positive_weight_cstr || *end != '\0' ||
		    !(out->positive_weight >= 0.001 && out->positive_weight <= 1000))
			return diag_say(diag, -EINVAL, text_in(o->language, N_("%s: \"%s\" was given, %s was expected")),
			    "--positive-weight", o->positive_weight_cstr, "0.001..1000");
	}
	if (o->codes_cstr != NULL) {
		int r = codes_of(o, &out->mask, diag);
		if (r < 0)
			return r;
	}
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	out->threads = o->threads > 0 ? (unsigned)(o->threads > 64 ? 64 : o->threads)
	    : processors > 0          ? (unsigned)processors
	                              : 1;
	return 0;
}

static bool
show_progress(void *context, unsigned done, unsigned of)
{
	const struct work *w = context;
	if (w->shows)
		fprintf(stderr, "\r%s %u/%u%s", text_in(w->o->language, N_("tree")), done, of, done == of ? "\n" : "");
	return true;
}

static int
save(const struct work *w, const struct learn_table *t, const struct learn_model *model, struct diag *diag)
{
	char text[SETTINGS_ROOM];
	const struct learn_settings *s = &w->settings;
	const struct learn_forest *f = learn_model_forest(model);
	int n = snprintf(text, sizeof(text),
	    "growth: %s\ntrees: %u\ndepth: %u\nrate: %g\nl2: %g\nweight_min: %g\nsample: %g\npositive_weight: %g\nseed: %llu\nmapping: %s\n",
	    f->growth == LEARN_SYMMETRIC ? "symmetric" : "levels", f->trees, f->depth, s->rate, s->l2, s->weight_min,
	    s->sample, s->positive_weight, (unsigned long long)s->seed, w->o->mapping_cstr);
	struct learn_file file = {0};
	uint8_t *room = NULL;
	int r = learn_model_file_put(model, &file, &room);
	if (r == 0)
		r = learn_file_put(
		    &file, LEARN_FILE_CODES, (struct bytes){(const uint8_t *)t->code_names, sizeof(t->code_names)});
	if (r == 0)
		r = learn_file_put(
		    &file, LEARN_FILE_SETTINGS, (struct bytes){(const uint8_t *)text, (size_t)(n < 0 ? 0 : n)});
	if (r == 0)
		r = learn_keep_save(w->o->out_cstr, &file, (struct bytes){0}, diag);
	free(room);
	return r;
}

static int
tell(const struct work *w, const struct learn_model *model, double seconds)
{
	const struct learn_facts *facts = learn_model_facts(model);
	const struct learn_forest *f = learn_model_forest(model);
	const char *growth_cstr = f->growth == LEARN_SYMMETRIC ? "symmetric" : "levels";
	if (!w->o->json) {
		printf(text_in(w->o->language,
		           N_("%s: %u trees (%s, depth %u) of %llu rows, %llu of them attacks, in %.1f s\n")),
		    w->o->out_cstr, f->trees, growth_cstr, f->depth, (unsigned long long)facts->rows,
		    (unsigned long long)facts->positives, seconds);
		return 0;
	}
	char room[JSON_ROOM];
	struct json j = json_of(room, sizeof(room));
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("model"), w->o->out_cstr);
	json_cstr(&j, JSON_KEY("growth"), growth_cstr);
	json_u64(&j, JSON_KEY("trees"), f->trees);
	json_u64(&j, JSON_KEY("depth"), f->depth);
	json_u64(&j, JSON_KEY("rows"), facts->rows);
	json_u64(&j, JSON_KEY("positives"), facts->positives);
	json_u64(&j, JSON_KEY("seed"), facts->seed);
	json_hex(&j, JSON_KEY("training_hash"), (struct bytes){facts->training_hash, LEARN_HASH}, 0);
	json_double(&j, JSON_KEY("seconds"), seconds, 3);
	json_close_object(&j);
	json_newline(&j);
	return json_ok(&j) && fwrite(room, 1, json_length(&j), stdout) == json_length(&j) ? 0 : -EIO;
}

/* Rows to learn from, and every fifth for the choice between growths: whole groups where there are enough, for rows of one capture
 * resemble each other. */
static void
part_rows(const struct learn_table *t, uint32_t *rows, size_t *chosen, uint32_t *others, size_t *other_count)
{
	enum { GROUPS_ENOUGH = 10, EVERY = 5 };
	bool by_group = t->group_names.count >= GROUPS_ENOUGH;
	*chosen = *other_count = 0;
	for (size_t i = 0; i < t->rows; i++)
		if (hash_u64(by_group ? t->groups[i] : i, 1) % EVERY == 0)
			others[(*other_count)++] = (uint32_t)i;
		else
			rows[(*chosen)++] = (uint32_t)i;
}

/* Which growth is better on rows that it has not seen. */
static int
choose_mode(struct work *w, const struct learn_table *t, uint32_t *rows, struct diag *diag)
{
	uint32_t *others = calloc(t->rows + 1, sizeof(*others));
	if (others == NULL)
		return -ENOMEM;
	size_t count, other_count;
	struct learn_model *model = NULL;
	struct learn_progress progress = {w, show_progress};
	part_rows(t, rows, &count, others, &other_count);
	int r = learn_train(t, (struct learn_rows){rows, count}, (struct learn_rows){others, other_count}, &w->settings,
	    &progress, &model, diag);
	free(others);
	if (r == -EINVAL) { /* one part has one class only: no choice can be made of it */
		w->settings.mode = LEARN_MODE_LEVELS;
		return 0;
	}
	if (r == 0)
		w->settings.mode = learn_model_forest(model)->growth == LEARN_SYMMETRIC ? LEARN_MODE_SYMMETRIC
		                                                                        : LEARN_MODE_LEVELS;
	if (w->settings.mode == LEARN_MODE_SYMMETRIC && w->settings.depth > LEARN_SYMMETRIC_DEPTH_MAX)
		w->settings.depth = LEARN_SYMMETRIC_DEPTH_MAX;
	learn_model_free(model);
	return r;
}

static int
train(struct work *w, const struct learn_table *t, struct diag *diag)
{
	uint32_t *rows = calloc(t->rows + 1, sizeof(*rows));
	if (rows == NULL)
		return -ENOMEM;
	struct timespec before, after;
	struct learn_model *model = NULL;
	struct learn_progress progress = {w, show_progress};
	(void)clock_gettime(CLOCK_MONOTONIC, &before);
	int r = w->settings.mode == LEARN_MODE_AUTO ? choose_mode(w, t, rows, diag) : 0;
	for (size_t i = 0; i < t->rows; i++)
		rows[i] = (uint32_t)i;
	if (r == 0)
		r = learn_train(
		    t, (struct learn_rows){rows, t->rows}, (struct learn_rows){0}, &w->settings, &progress, &model, diag);
	(void)clock_gettime(CLOCK_MONOTONIC, &after);
	free(rows);
	if (r == 0)
		r = save(w, t, model, diag);
	if (r == 0)
		r = tell(w, model, (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec) / 1e9);
	learn_model_free(model);
	return r;
}

int
verb_learn_train_run(const struct learn_options *o, struct diag *diag)
{
	struct work w = {.o = o, .shows = isatty(STDERR_FILENO) != 0};
	static struct lesson_account account; /* names of all that was wrong: too large for a stack */
	struct learn_table *table = NULL;
	if (o->out_cstr == NULL)
		return diag_say(diag, -EINVAL, "%s", text_in(o->language, N_("say where the model goes: --out MODEL")));
	int r = verb_learn_train_settings(o, &w.settings, diag);
	if (r < 0)
		return r;
	r = learn_read(&o->files, o->mapping_cstr, o->rows_max, &table, &account, diag);
	uint64_t wrong = learn_read_tell(&account, o->language);
	if (r == 0)
		r = train(&w, table, diag);
	learn_table_free(table);
	if (r == -ENOMEM)
		r = diag_say(diag, r, "%s", text_in(o->language, N_("not enough memory")));
	return r < 0 ? r : wrong > 0 ? VERB_EXIT_PARTLY : VERB_EXIT_DONE;
}
