/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_learn_card.h"

#include "app/learn_home.h"
#include "app/learn_results.h"
#include "cli/verb_options.h"
#include "core/auto.h"
#include "core/civil.h"
#include "core/json.h"
#include "detect/learn/learn_model_file.h"
#include "detect/learn/learn_seal.h"
#include "report/html.h"
#include "report/report_model.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ARENA_BYTES = 64 << 20, TEXT_ROOM = 8192, JSON_ROOM = 1 << 20, FILE_MAX = 16 << 20, HEX_ROOM = 65, NAME_SIZE = 48 };

struct card {
	const struct learn_options *o;
	struct learn_home home;
	struct arena arena;
	struct report_model model;
	char read_cstr[TEXT_ROOM], left_cstr[TEXT_ROOM], why_not_cstr[DIAG_TEXT_MAX];
	char hash_cstr[HEX_ROOM], training_cstr[HEX_ROOM], key_cstr[HEX_ROOM], expires_cstr[32];
};

static void
hex_of(const uint8_t *at, char out[static HEX_ROOM])
{
	for (unsigned i = 0; i < 32; i++)
		(void)snprintf(out + 2 * (size_t)i, 3, "%02x", at[i]);
}

/* Kept in the arena, with NUL. */
static const char *
section(struct card *c, uint32_t kind)
{
	struct bytes kept = arena_dup(&c->arena, learn_file_find(&c->home.kept.file, kind));
	return kept.len == 0 ? "" : (const char *)kept.at;
}

static void
name_codes(struct card *c)
{
	struct bytes names = learn_file_find(&c->home.kept.file, LEARN_FILE_CODES);
	uint64_t mask = learn_model_facts(c->home.kept.model)->mask;
	for (unsigned i = 0; i < FLOW_CODES; i++) {
		char *text_cstr = mask >> i & 1 ? c->read_cstr : c->left_cstr;
		size_t used = strlen(text_cstr);
		struct bytes name = {0};
		if (names.len == LEARN_MODEL_FILE_NAMES)
			name = bytes_first((struct bytes){names.at + (size_t)i * NAME_SIZE, NAME_SIZE}, NAME_SIZE - 1);
		int n = snprintf(text_cstr + used, TEXT_ROOM - used, "%s%.*s", used > 0 ? ", " : "",
		    (int)bytes_find(name, '\0'), name.len > 0 ? (const char *)name.at : "");
		if (n < 0 || (size_t)n >= TEXT_ROOM - used)
			text_cstr[used] = '\0';
	}
}

/* Of one flow, one by one; the least of several runs, since others use the machine. */
static double
cost_of(const struct learn_model *model)
{
	enum { FLOWS = 4096, RUNS = 5 };
	AUTO_FREE struct flow_vector *v = aligned_alloc(_Alignof(struct flow_vector), FLOWS * sizeof(*v));
	if (v == NULL)
		return 0;
	for (size_t i = 0; i < FLOWS; i++)
		for (unsigned k = 0; k < FLOW_CODES; k++)
			v[i].code[k] = (uint8_t)((i * 2654435761u >> (k % 24)) % 200);
	double best = 1e18;
	volatile float sink = 0;
	for (unsigned run = 0; run < RUNS; run++) {
		struct timespec a, b;
		clock_gettime(CLOCK_MONOTONIC, &a);
		for (size_t i = 0; i < FLOWS; i++)
			sink += learn_model_margin(model, &v[i]);
		clock_gettime(CLOCK_MONOTONIC, &b);
		double ns = ((double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec)) / FLOWS;
		best = ns < best ? ns : best;
	}
	return best;
}

static void
fill(struct card *c)
{
	const struct learn_facts *facts = learn_model_facts(c->home.kept.model);
	const struct learn_forest *f = learn_model_forest(c->home.kept.model);
	struct report_model *m = &c->model;
	struct diag why = {0};
	m->now_s = (int64_t)time(NULL);
	if (learn_seal_deployable(&c->home.kept.file, facts, m->now_s, &why) < 0)
		(void)snprintf(c->why_not_cstr, sizeof(c->why_not_cstr), "%s", why.text_cstr);
	hex_of(c->home.hash, c->hash_cstr);
	hex_of(facts->training_hash, c->training_cstr);
	if (c->home.kept.file.covered.len > 0)
		learn_seal_fingerprint(c->home.kept.file.key, c->key_cstr);
	if (facts->expires_s > 0) {
		struct civil day = civil_of(facts->expires_s);
		(void)snprintf(c->expires_cstr, sizeof(c->expires_cstr), "%04d-%02d-%02d", day.year, day.month, day.day);
	}
	name_codes(c);
	m->file_cstr = c->o->model_cstr != NULL ? c->o->model_cstr : c->o->files.at[0];
	m->hash_cstr = c->hash_cstr;
	m->training_hash_cstr = c->training_cstr;
	m->schema_cstr = facts->schema;
	m->settings_cstr = section(c, LEARN_FILE_SETTINGS);
	m->sheet_cstr = section(c, LEARN_FILE_SHEET);
	m->key_cstr = c->key_cstr;
	m->expires_cstr = c->expires_cstr;
	m->why_not_cstr = c->why_not_cstr;
	m->codes_read_cstr = c->read_cstr;
	m->codes_left_cstr = c->left_cstr;
	struct bytes approval = learn_file_find(&c->home.kept.file, LEARN_FILE_APPROVAL);
	struct bytes name = arena_dup(&c->arena, bytes_first(approval, bytes_find(approval, '\n')));
	m->approver_cstr = name.len == 0 ? "" : (const char *)name.at;
	m->rows = facts->rows;
	m->positives = facts->positives;
	m->seed = facts->seed;
	m->trees = f->trees;
	m->depth = f->depth;
	m->bytes = c->home.kept.len;
	m->ns_per_flow = cost_of(c->home.kept.model);
	if (c->home.site != NULL) {
		m->has_site = true;
		m->target = c->home.site->target;
		m->epsilon = c->home.site->conformal.epsilon;
		m->benign_most = (double)c->home.site->conformal.all.benign_most;
		m->attack_least = (double)c->home.site->conformal.all.attack_least;
		m->calibrated_on = c->home.site->choice.counted;
	}
}

static int
read_measured(struct card *c, struct diag *diag)
{
	int r = 0;
	if (c->o->results_cstr != NULL) {
		AUTO_FREE uint8_t *bytes = NULL;
		size_t len;
		r = learn_keep_read(c->o->results_cstr, FILE_MAX, &bytes, &len, diag);
		if (r == 0)
			r = learn_results_read(&c->arena, (struct bytes){bytes, len}, c->o->results_cstr, &c->model, diag);
	}
	if (r == 0 && c->o->stress_cstr != NULL) {
		AUTO_FREE uint8_t *bytes = NULL;
		size_t len;
		r = learn_keep_read(c->o->stress_cstr, FILE_MAX, &bytes, &len, diag);
		if (r == 0)
			r = learn_results_stress((struct bytes){bytes, len}, c->o->stress_cstr, &c->model.stress, diag);
	}
	return r;
}

static int
write_html(struct card *c, struct diag *diag)
{
	struct zone *zone = NULL;
	int r = zone_open(&zone, "UTC", diag);
	if (r < 0)
		return r;
	struct doc d;
	struct markup page = {0};
	report_model_build(&c->model, c->o->language, zone, &c->arena, &d);
	html_write(&d, &page, HTML_WHOLE);
	if (!doc_ok(&d) || !markup_ok(&page))
		r = diag_say(diag, -E2BIG, text_in(c->o->language, N_("the card is too big")));
	else
		r = learn_keep_write(c->o->out_cstr, markup_written(&page), diag);
	markup_free(&page);
	zone_free(zone);
	return r;
}

static void
say_share(struct json *j, struct bytes key, const struct report_model_share *s)
{
	if (!s->is_known) {
		json_none(j, key);
		return;
	}
	json_open_array(j, key);
	json_double(j, (struct bytes){0}, s->share, 6);
	json_double(j, (struct bytes){0}, s->low, 6);
	json_double(j, (struct bytes){0}, s->high, 6);
	json_close_array(j);
}

static void
say_measured(struct json *j, const struct report_model *m)
{
	json_open_array(j, JSON_KEY("splits"));
	for (size_t i = 0; i < m->split_count; i++) {
		const struct report_model_split *s = &m->splits[i];
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("split"), s->kind_cstr);
		json_cstr(j, JSON_KEY("left_out"), s->name_cstr);
		json_cstr(j, JSON_KEY("hash"), s->hash_cstr);
		json_u64(j, JSON_KEY("rows"), s->rows);
		json_u64(j, JSON_KEY("attacks"), s->attacks);
		if (s->has_pr_auc)
			json_double(j, JSON_KEY("pr_auc"), s->pr_auc, 6);
		say_share(j, JSON_KEY("false_alarms_frozen"), &s->frozen_alarms);
		say_share(j, JSON_KEY("found_frozen"), &s->frozen_found);
		say_share(j, JSON_KEY("false_alarms_site"), &s->site_alarms);
		say_share(j, JSON_KEY("found_site"), &s->site_found);
		say_share(j, JSON_KEY("decided"), &s->decided);
		say_share(j, JSON_KEY("wrong_decided"), &s->wrong);
		json_close_object(j);
	}
	json_close_array(j);
	json_open_array(j, JSON_KEY("families"));
	for (size_t i = 0; i < m->family_count; i++) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("family"), m->families[i].name_cstr);
		json_cstr(j, JSON_KEY("split"), m->families[i].split_cstr);
		json_u64(j, JSON_KEY("rows"), m->families[i].found.of);
		say_share(j, JSON_KEY("found"), &m->families[i].found);
		json_close_object(j);
	}
	json_close_array(j);
	if (!m->stress.is_known) {
		json_none(j, JSON_KEY("stress"));
		return;
	}
	json_open_object(j, JSON_KEY("stress"));
	json_u64(j, JSON_KEY("backdoor_trials"), m->stress.trials);
	json_u64(j, JSON_KEY("backdoors_found"), m->stress.backdoors_found);
	json_double(j, JSON_KEY("pr_auc"), m->stress.clean, 6);
	json_double(j, JSON_KEY("pr_auc_noise_10"), m->stress.noise[2], 6);
	json_close_object(j);
}

static int
write_json(const struct card *c, struct diag *diag)
{
	const struct report_model *m = &c->model;
	AUTO_FREE char *room = malloc(JSON_ROOM);
	if (room == NULL)
		return diag_say(diag, -ENOMEM, text_in(c->o->language, N_("there is not enough memory")));
	struct json j = json_of(room, JSON_ROOM);
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("card"), "D24");
	json_cstr(&j, JSON_KEY("file"), m->file_cstr);
	json_cstr(&j, JSON_KEY("hash"), m->hash_cstr);
	json_cstr(&j, JSON_KEY("schema"), m->schema_cstr);
	json_bool(&j, JSON_KEY("deployable"), m->why_not_cstr[0] == '\0');
	json_cstr(&j, JSON_KEY("why_not"), m->why_not_cstr);
	json_cstr(&j, JSON_KEY("approver"), m->approver_cstr);
	json_cstr(&j, JSON_KEY("key"), m->key_cstr);
	json_cstr(&j, JSON_KEY("expires"), m->expires_cstr);
	json_cstr(&j, JSON_KEY("sheet"), m->sheet_cstr);
	json_cstr(&j, JSON_KEY("settings"), m->settings_cstr);
	json_cstr(&j, JSON_KEY("codes_read"), m->codes_read_cstr);
	json_cstr(&j, JSON_KEY("codes_left_out"), m->codes_left_cstr);
	json_u64(&j, JSON_KEY("rows"), m->rows);
	json_u64(&j, JSON_KEY("positives"), m->positives);
	json_u64(&j, JSON_KEY("seed"), m->seed);
	json_cstr(&j, JSON_KEY("training_hash"), m->training_hash_cstr);
	json_double(&j, JSON_KEY("ns_per_flow"), m->ns_per_flow, 1);
	json_bool(&j, JSON_KEY("has_site"), m->has_site);
	json_cstr(&j, JSON_KEY("ai_act"),
	    "no practice of article 5, no system of annex III as used here: cybersecurity alone (Regulation (EU) 2024/1689, recital 55)");
	say_measured(&j, m);
	json_close_object(&j);
	json_newline(&j);
	if (!json_ok(&j))
		return diag_say(diag, -E2BIG, text_in(c->o->language, N_("the card is too big")));
	return learn_keep_write(c->o->out_cstr, json_written(&j), diag);
}

int
verb_learn_card_run(const struct learn_options *o, struct diag *diag)
{
	const char *model_cstr = o->model_cstr != NULL ? o->model_cstr : o->files.count == 1 ? o->files.at[0] : NULL;
	size_t len = o->out_cstr == NULL ? 0 : strlen(o->out_cstr);
	bool html = len > 5 && strcmp(o->out_cstr + len - 5, ".html") == 0,
	     json = len > 5 && strcmp(o->out_cstr + len - 5, ".json") == 0;
	if (model_cstr == NULL || (!html && !json))
		return diag_say(diag, -EINVAL,
		    text_in(o->language,
		        N_("say which model, and where its card goes: beffroi learn card MODEL --out FILE.html or FILE.json")));
	AUTO_FREE struct card *c = calloc(1, sizeof(*c));
	if (c == NULL || arena_init(&c->arena, ARENA_BYTES) < 0)
		return diag_say(diag, -ENOMEM, text_in(o->language, N_("there is not enough memory")));
	static struct learn_options named;
	named = *o;
	named.model_cstr = model_cstr;
	c->o = &named;
	int r = learn_home_load(&named, &c->home, diag);
	if (r == 0)
		r = read_measured(c, diag);
	if (r == 0) {
		fill(c);
		r = html ? write_html(c, diag) : write_json(c, diag);
	}
	learn_home_done(&c->home);
	arena_done(&c->arena);
	return r < 0 ? r : VERB_EXIT_DONE;
}
