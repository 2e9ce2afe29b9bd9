/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_learn_explain.h"

#include "app/learn_alert.h"
#include "app/learn_home.h"
#include "app/learn_read.h"
#include "app/learn_tell.h"
#include "cli/verb_options.h"
#include "core/auto.h"
#include "detect/learn/learn_explain.h"
#include "record/flow_vector_name.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { JSON_ROOM = 1 << 15 };

/* Codes that say much the same are told as one reason (of fv64; in the order of enum flow_code). */
static const struct {
	unsigned first, last;
	const char *word_cstr;
} groups[] = {
    {FLOW_CODE_DURATION, FLOW_CODE_DURATION, N_("how long it took")},
    {FLOW_CODE_PACKETS_OPENER, FLOW_CODE_PAYLOAD_MEAN_ANSWERER, N_("how much was sent, and by which side")},
    {FLOW_CODE_SIZE_MAX_OPENER, FLOW_CODE_SIZES_MORE, N_("the sizes of its packets")},
    {FLOW_CODE_GAP_MIN_OPENER, FLOW_CODE_SILENCE, N_("the pauses between its packets")},
    {FLOW_CODE_TCP_FLAGS_OPENER, FLOW_CODE_HANDSHAKE, N_("how the connection went")},
    {FLOW_CODE_IP_PROTOCOL, FLOW_CODE_PORT_RARITY, N_("the service it was for")},
    {FLOW_CODE_FIRST_SIZE_1, FLOW_CODE_ENTROPY, N_("its first messages")},
    {FLOW_CODE_TLS_CLIENT_RARITY, FLOW_CODE_TLS_CERTIFICATE, N_("how its encryption was set up")},
    {FLOW_CODE_SOURCE_FLOWS, FLOW_CODE_SERVICE_SOURCES, N_("what else the machine did at the time")},
    {FLOW_CODE_REGULARITY, FLOW_CODE_HOUR_HABIT, N_("how it fits the machine's habits")},
    {FLOW_CODE_DNS_FAILED, FLOW_CODE_DNS_FAILED, N_("names that could not be found")},
};

static const char *const decisions[] = {"benign", "attack", "ambiguous", "never_seen"};

struct answer {
	float contributions[FLOW_CODES], base, margin;
	float sums[LENGTH_OF(groups)];
	bool is_judged;
	struct learn_judgement judgement;
};

static void
find_answer(const struct learn_home *home, const struct flow_vector *v, struct answer *out)
{
	learn_explain(home->kept.model, v, out->contributions, &out->base);
	out->margin = learn_model_margin(home->kept.model, v);
	for (size_t i = 0; i < LENGTH_OF(groups); i++)
		for (unsigned code = groups[i].first; code <= groups[i].last; code++)
			out->sums[i] += out->contributions[code];
	out->is_judged = home->site != NULL;
	if (out->is_judged)
		learn_site_judge(home->site, LEARN_PROFILE_OPENED_HERE, v, out->margin, 0, &out->judgement);
}

static int
tell_json(const struct learn_options *o, const struct learn_table *t, const struct flow_vector *v, const struct answer *a)
{
	AUTO_FREE char *room = malloc(JSON_ROOM);
	if (room == NULL)
		return -ENOMEM;
	struct json j = json_of(room, JSON_ROOM);
	json_open_object(&j, (struct bytes){0});
	json_u64(&j, JSON_KEY("row"), o->row);
	json_double(&j, JSON_KEY("base"), (double)a->base, 6);
	json_double(&j, JSON_KEY("margin"), (double)a->margin, 6);
	json_double(&j, JSON_KEY("score"), (double)learn_model_probability(a->margin), 6);
	if (a->is_judged) {
		json_cstr(&j, JSON_KEY("decision"), decisions[a->judgement.decision]);
		if (a->judgement.confidence.word != LEARN_CONFIDENCE_UNMEASURED)
			json_double(&j, JSON_KEY("measured_share"), a->judgement.confidence.share / 10000.0, 4);
		json_u64(&j, JSON_KEY("measured_on"), a->judgement.confidence.counted);
	}
	json_open_array(&j, JSON_KEY("contributions"));
	for (unsigned i = 0; i < FLOW_CODES; i++) {
		json_open_object(&j, (struct bytes){0});
		json_u64(&j, JSON_KEY("code"), i);
		json_cstr(&j, JSON_KEY("name"), t->code_names[i]);
		if (v->code[i] == FLOW_CODE_MISSING)
			json_none(&j, JSON_KEY("value"));
		else
			json_u64(&j, JSON_KEY("value"), v->code[i]);
		json_double(&j, JSON_KEY("contribution"), (double)a->contributions[i], 6);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_open_array(&j, JSON_KEY("reasons"));
	for (size_t i = 0; i < LENGTH_OF(groups) && strcmp(t->schema, "fv64") == 0; i++) {
		json_open_object(&j, (struct bytes){0});
		json_cstr(&j, JSON_KEY("about"), text_in(o->language, groups[i].word_cstr));
		json_double(&j, JSON_KEY("contribution"), (double)a->sums[i], 6);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	json_newline(&j);
	return json_ok(&j) && fwrite(room, 1, json_length(&j), stdout) == json_length(&j) ? 0 : -EIO;
}

/* The index of the largest left, by size; -1 when none is worth a word. */
static int
take_largest(float *values, size_t count)
{
	int best = -1;
	for (size_t i = 0; i < count; i++)
		if (fabsf(values[i]) >= 0.05f && (best < 0 || fabsf(values[i]) > fabsf(values[best])))
			best = (int)i;
	return best;
}

static void
tell_people(const struct learn_options *o, const struct learn_table *t, struct answer *a)
{
	enum { REASONS = 3 };
	enum language language = o->language;
	static const char *const words[] = {
	    N_("as benign flows are"), N_("as attacks are"), N_("like both: not decided"), N_("never seen: not decided")};
	printf(text_in(language, N_("row %llu: score %.3f (margin %+.2f, of which %+.2f before anything is known)\n")),
	    (unsigned long long)o->row, (double)learn_model_probability(a->margin), (double)a->margin, (double)a->base);
	if (a->is_judged)
		printf("  %s\n", text_in(language, words[a->judgement.decision]));
	if (a->is_judged && a->judgement.confidence.word != LEARN_CONFIDENCE_UNMEASURED)
		printf(text_in(language,
		           N_("  of 100 flows with such a score, %.0f were attacks, where it was measured (on %u flows)\n")),
		    a->judgement.confidence.share / 100.0, a->judgement.confidence.counted);
	bool grouped = strcmp(t->schema, "fv64") == 0;
	float *values = grouped ? a->sums : a->contributions;
	for (unsigned i = 0; i < REASONS; i++) {
		int best = take_largest(values, grouped ? LENGTH_OF(groups) : FLOW_CODES);
		if (best < 0)
			break;
		printf(text_in(language,
		           values[best] > 0 ? N_("  speaks for an attack (%+.2f): %s\n")
		                            : N_("  speaks against it (%+.2f): %s\n")),
		    (double)values[best], grouped ? text_in(language, groups[best].word_cstr) : t->code_names[best]);
		values[best] = 0;
	}
}

/* The flow of an alert, as a table of one row. */
static int
explain_alert(const struct learn_options *given, struct diag *diag)
{
	AUTO_FREE char *model = malloc(LEARN_ALERT_PATH_MAX);
	AUTO_FREE struct learn_options *o = malloc(sizeof(*o));
	AUTO_FREE struct learn_table *names = calloc(1, sizeof(*names));
	struct learn_home home = {0};
	struct flow_vector v;
	if (model == NULL || o == NULL || names == NULL)
		return diag_say(diag, -ENOMEM, "%s", text_error(ENOMEM));
	(void)snprintf(names->schema, sizeof(names->schema), "fv64");
	for (unsigned i = 0; i < FLOW_CODES; i++)
		(void)snprintf(names->code_names[i], sizeof(names->code_names[i]), "%s", flow_vector_name(i));
	int r = learn_alert_read(given, given->alert_cstr, &v, model, diag);
	if (r < 0)
		return r;
	*o = *given;
	o->model_cstr = model;
	o->row = 1;
	r = learn_home_load(o, &home, diag);
	if (r == 0)
		r = learn_home_fits(&home, o, names, diag);
	if (r == 0) {
		struct answer a = {0};
		find_answer(&home, &v, &a);
		if (o->json)
			r = tell_json(o, names, &v, &a);
		else
			tell_people(o, names, &a);
	}
	learn_home_done(&home);
	return r < 0 ? r : VERB_EXIT_DONE;
}

int
verb_learn_explain_run(const struct learn_options *o, struct diag *diag)
{
	if (o->alert_cstr != NULL)
		return explain_alert(o, diag);
	if (o->model_cstr == NULL || o->files.count == 0 || o->row == 0)
		return diag_say(diag, -EINVAL,
		    text_in(o->language, N_("say which model, table and row: --model MODEL --data FILE --row N, from 1")));
	struct lesson_account account = {0};
	struct learn_table *table = NULL;
	struct learn_home home = {0};
	int r = learn_read(
	    &o->files, o->mapping_cstr != NULL ? o->mapping_cstr : "fv64", o->rows_max, &table, &account, diag);
	uint64_t wrong = learn_read_tell(&account, o->language);
	if (r == 0)
		r = learn_home_load(o, &home, diag);
	if (r == 0)
		r = learn_home_fits(&home, o, table, diag);
	if (r == 0 && o->row > table->rows)
		r = diag_say(diag, -ERANGE, text_in(o->language, N_("row %llu was asked for, and there are %zu")),
		    (unsigned long long)o->row, table->rows);
	if (r == 0) {
		struct answer a = {0};
		const struct flow_vector *v = &table->vectors[o->row - 1];
		find_answer(&home, v, &a);
		if (o->json)
			r = tell_json(o, table, v, &a);
		else
			tell_people(o, table, &a);
	}
	learn_home_done(&home);
	learn_table_free(table);
	return r < 0 ? r : wrong > 0 ? VERB_EXIT_PARTLY : VERB_EXIT_DONE;
}
