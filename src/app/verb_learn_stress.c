/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_learn_stress.h"

#include "app/learn_read.h"
#include "app/verb_learn_train.h"
#include "cli/verb_options.h"
#include "core/auto.h"
#include "core/json.h"
#include "detect/learn/learn_stress.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { JSON_ROOM = 16384, TRIALS = 8 };

static void
say_point(struct json *j, const struct learn_stress_point *p)
{
	json_double(j, JSON_KEY("pr_auc"), p->pr_auc, 6);
	if (p->has_recall)
		json_double(j, JSON_KEY("recall_at_1e-2"), p->recall, 6);
	else
		json_none(j, JSON_KEY("recall_at_1e-2"));
}

static void
say_points(struct json *j, struct bytes key, const struct learn_stress_point *p, size_t count)
{
	json_open_array(j, key);
	for (size_t i = 0; i < count; i++) {
		json_open_object(j, (struct bytes){0});
		json_double(j, JSON_KEY("amount"), p[i].amount, 4);
		say_point(j, &p[i]);
		json_close_object(j);
	}
	json_close_array(j);
}

static int
tell_json(const struct learn_table *t, const struct learn_stress *s)
{
	AUTO_FREE char *room = malloc(JSON_ROOM);
	if (room == NULL)
		return -ENOMEM;
	struct json j = json_of(room, JSON_ROOM);
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("schema"), t->schema);
	json_open_object(&j, JSON_KEY("clean"));
	say_point(&j, &s->clean);
	json_close_object(&j);
	say_points(&j, JSON_KEY("label_noise"), s->noise, LEARN_STRESS_STEPS);
	json_open_object(&j, JSON_KEY("backdoor"));
	json_u64(&j, JSON_KEY("trials"), s->trials);
	json_u64(&j, JSON_KEY("found"), s->found);
	json_u64(&j, JSON_KEY("false_pairs"), s->false_pairs);
	json_u64(&j, JSON_KEY("clean_pairs"), s->clean_pairs);
	json_close_object(&j);
	if (!s->knows_flows) {
		json_none(&j, JSON_KEY("evasion"));
		json_none(&j, JSON_KEY("packet_loss"));
		json_none(&j, JSON_KEY("sources"));
	} else {
		json_open_object(&j, JSON_KEY("evasion"));
		json_u64(&j, JSON_KEY("attacks"), s->tried);
		json_u64(&j, JSON_KEY("still_found"), s->kept);
		json_u64(&j, JSON_KEY("still_found_hardened"), s->kept_hardened);
		json_open_object(&j, JSON_KEY("hardened"));
		say_point(&j, &s->hardened);
		json_close_object(&j);
		json_close_object(&j);
		say_points(&j, JSON_KEY("packet_loss"), s->loss, LEARN_STRESS_STEPS);
		json_open_array(&j, JSON_KEY("sources"));
		for (unsigned i = 0; i < LEARN_STRESS_SOURCES; i++) {
			json_open_object(&j, (struct bytes){0});
			json_cstr(&j, JSON_KEY("source"), learn_stress_source(i));
			say_point(&j, &s->sources[i]);
			json_close_object(&j);
		}
		json_close_array(&j);
	}
	json_close_object(&j);
	json_newline(&j);
	return json_ok(&j) && fwrite(room, 1, json_length(&j), stdout) == json_length(&j) ? 0 : -EIO;
}

static void
tell_point(enum language language, const char *what_cstr, double amount, const struct learn_stress_point *p)
{
	char what[96];
	(void)snprintf(what, sizeof(what), "%s%s", text_in(language, what_cstr), "");
	if (amount > 0)
		(void)snprintf(what, sizeof(what), "%s %.0f%%", text_in(language, what_cstr), 100 * amount);
	if (p->has_recall)
		printf(text_in(language, N_("  %-36s PR-AUC %.4f, found at one false alarm in 100: %.2f%%\n")), what,
		    p->pr_auc, 100 * p->recall);
	else
		printf(text_in(language, N_("  %-36s PR-AUC %.4f\n")), what, p->pr_auc);
}

static void
tell_people(enum language language, const struct learn_stress *s)
{
	tell_point(language, N_("as it is"), 0, &s->clean);
	for (unsigned i = 0; i < LEARN_STRESS_STEPS; i++)
		tell_point(language, N_("labels turned"), s->noise[i].amount, &s->noise[i]);
	printf(
	    text_in(language,
	        N_("  backdoors in half a percent of the rows: %u of %u found before training, %u other pairs told; %u in the rows as they are\n")),
	    s->found, s->trials, s->false_pairs, s->clean_pairs);
	if (!s->knows_flows) {
		printf("%s", text_in(language, N_("  evasion, lost packets and other sources: only for rows of fv64\n")));
		return;
	}
	printf(
	    text_in(language,
	        N_("  an attacker who adds packets, bytes and time: %llu of %llu attacks still found; %llu when trained on such flows too\n")),
	    (unsigned long long)s->kept, (unsigned long long)s->tried, (unsigned long long)s->kept_hardened);
	tell_point(language, N_("    which costs on clean rows:"), 0, &s->hardened);
	for (unsigned i = 0; i < LEARN_STRESS_STEPS; i++)
		tell_point(language, N_("packets lost"), s->loss[i].amount, &s->loss[i]);
	for (unsigned i = 0; i < LEARN_STRESS_SOURCES; i++)
		tell_point(language, learn_stress_source(i), 0, &s->sources[i]);
}

int
verb_learn_stress_run(const struct learn_options *o, struct diag *diag)
{
	static struct lesson_account account;
	struct learn_table *table = NULL;
	struct learn_settings settings;
	AUTO_FREE struct learn_stress *s = calloc(1, sizeof(*s));
	int r = s == NULL ? -ENOMEM : verb_learn_train_settings(o, &settings, diag);
	if (r == 0)
		r = learn_read(&o->files, o->mapping_cstr, o->rows_max, &table, &account, diag);
	uint64_t wrong = learn_read_tell(&account, o->language);
	if (r == 0)
		r = learn_stress_run(
		    table, &settings, o->trials > 0 ? (unsigned)(o->trials > 1000 ? 1000 : o->trials) : TRIALS, s, diag);
	if (r == 0 && o->json)
		r = tell_json(table, s);
	else if (r == 0)
		tell_people(o->language, s);
	learn_table_free(table);
	return r < 0 ? r : wrong > 0 ? VERB_EXIT_PARTLY : VERB_EXIT_DONE;
}

static int
tell_pairs(const struct learn_options *o, const struct learn_table *t, const struct learn_backdoor *b)
{
	if (!o->json) {
		for (size_t i = 0; i < b->count; i++)
			printf(
			    text_in(o->language,
			        N_("%s = %u: %u rows, %u labelled benign, of which %u look like attacks: look at them before training\n")),
			    t->code_names[b->pairs[i].code], b->pairs[i].value, b->pairs[i].rows, b->pairs[i].benign,
			    b->pairs[i].odd);
		if (b->count == 0)
			printf("%s", text_in(o->language, N_("no value of a code makes what looks like attacks benign\n")));
		return 0;
	}
	char room[JSON_ROOM / 2];
	struct json j = json_of(room, sizeof(room));
	json_open_object(&j, (struct bytes){0});
	json_open_array(&j, JSON_KEY("pairs"));
	for (size_t i = 0; i < b->count; i++) {
		json_open_object(&j, (struct bytes){0});
		json_u64(&j, JSON_KEY("code"), b->pairs[i].code);
		json_cstr(&j, JSON_KEY("name"), t->code_names[b->pairs[i].code]);
		json_u64(&j, JSON_KEY("value"), b->pairs[i].value);
		json_u64(&j, JSON_KEY("rows"), b->pairs[i].rows);
		json_u64(&j, JSON_KEY("benign"), b->pairs[i].benign);
		json_u64(&j, JSON_KEY("odd"), b->pairs[i].odd);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	json_newline(&j);
	return json_ok(&j) && fwrite(room, 1, json_length(&j), stdout) == json_length(&j) ? 0 : -EIO;
}

int
verb_learn_stress_scan(const struct learn_options *o, struct diag *diag)
{
	static struct lesson_account account;
	struct learn_table *table = NULL;
	struct learn_backdoor found = {0};
	AUTO_FREE uint32_t *rows = NULL;
	int r = learn_read(&o->files, o->mapping_cstr, o->rows_max, &table, &account, diag);
	uint64_t wrong = learn_read_tell(&account, o->language);
	if (r == 0) {
		rows = malloc((table->rows + 1) * sizeof(*rows));
		r = rows == NULL ? diag_say(diag, -ENOMEM, text_in(o->language, N_("there is not enough memory"))) : 0;
	}
	for (size_t i = 0; r == 0 && i < table->rows; i++)
		rows[i] = (uint32_t)i;
	if (r == 0)
		r = learn_backdoor_scan(table, (struct learn_rows){rows, table->rows}, table->present, 1, &found, diag);
	if (r == 0)
		r = tell_pairs(o, table, &found);
	learn_table_free(table);
	return r < 0 ? r : wrong > 0 ? VERB_EXIT_PARTLY : VERB_EXIT_DONE;
}
