/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_learn_show.h"

#include "app/learn_keep.h"
#include "cli/verb_options.h"
#include "core/civil.h"
#include "core/json.h"
#include "detect/learn/learn_model_file.h"
#include "detect/learn/learn_seal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	JSON_ROOM = 1 << 20,
	SHEET_MAX = 1 << 18,
	PEM_MAX = 65536,
	NAME_MAX_BYTES = 200,
	NAME_SIZE = 48,
	DAY_S = 86400,
	YEAR_DAYS = 365
};

struct shown {
	struct learn_kept kept;
	char key_cstr[65]; /* "" : nobody signed */
	bool deployable;
	struct diag why_not;
	uint32_t tests[FLOW_CODES]; /* how many ask each code */
	uint8_t hash[LEARN_HASH];
};

static int
look(const struct learn_options *o, struct shown *s, struct diag *diag)
{
	if (o->files.count != 1)
		return diag_say(diag, -EINVAL, "%s", text_in(o->language, N_("say which model: beffroi learn show MODEL")));
	int r = learn_keep_load(o->files.at[0], &s->kept, diag);
	if (r < 0)
		return r;
	if (s->kept.file.covered.len > 0)
		learn_seal_fingerprint(s->kept.file.key, s->key_cstr);
	s->deployable = learn_seal_deployable(
	                    &s->kept.file, learn_model_facts(s->kept.model), (int64_t)time(NULL), &s->why_not) == 0;
	const struct learn_forest *f = learn_model_forest(s->kept.model);
	for (size_t i = 0; i < f->trees * learn_model_tests(f->growth, f->depth); i++)
		if (f->planes[i] >= LEARN_PLANE_TURNED || f->limits[i] != LEARN_LIMIT_NEVER)
			s->tests[f->planes[i] % FLOW_CODES]++;
	return 0;
}

/* What a code is called; "" when the file does not say. Borrowed from it. */
static struct bytes
name_of(const struct shown *s, unsigned code)
{
	struct bytes names = learn_file_find(&s->kept.file, LEARN_FILE_CODES);
	if (names.len != LEARN_MODEL_FILE_NAMES)
		return (struct bytes){0};
	struct bytes name = {names.at + code * NAME_SIZE, NAME_SIZE};
	return bytes_first(name, bytes_find(name, '\0'));
}

static int
print_json(const struct shown *s)
{
	static char room[JSON_ROOM];
	const struct learn_facts *facts = learn_model_facts(s->kept.model);
	const struct learn_forest *f = learn_model_forest(s->kept.model);
	struct json j = json_of(room, sizeof(room));
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("schema"), facts->schema);
	json_cstr(&j, JSON_KEY("growth"), f->growth == LEARN_SYMMETRIC ? "symmetric" : "levels");
	json_u64(&j, JSON_KEY("trees"), f->trees);
	json_u64(&j, JSON_KEY("depth"), f->depth);
	json_u64(&j, JSON_KEY("rows"), facts->rows);
	json_u64(&j, JSON_KEY("positives"), facts->positives);
	json_u64(&j, JSON_KEY("seed"), facts->seed);
	json_hex(&j, JSON_KEY("training_hash"), (struct bytes){facts->training_hash, LEARN_HASH}, 0);
	json_hex(&j, JSON_KEY("schema_hash"), (struct bytes){facts->schema_hash, LEARN_HASH}, 0);
	if (facts->expires_s != 0)
		json_time(&j, JSON_KEY("expires"), facts->expires_s * INT64_C(1000000000));
	json_cstr(&j, JSON_KEY("key"), s->key_cstr[0] == '\0' ? NULL : s->key_cstr);
	json_bool(&j, JSON_KEY("deployable"), s->deployable);
	json_cstr(&j, JSON_KEY("why_not"), s->deployable ? NULL : s->why_not.text_cstr);
	struct bytes approval = learn_file_find(&s->kept.file, LEARN_FILE_APPROVAL);
	if (approval.len > 0)
		json_text(&j, JSON_KEY("approver"), bytes_first(approval, bytes_find(approval, '\n')));
	struct bytes settings = learn_file_find(&s->kept.file, LEARN_FILE_SETTINGS);
	if (settings.len > 0)
		json_text(&j, JSON_KEY("settings"), settings);
	json_open_array(&j, JSON_KEY("codes"));
	for (unsigned code = 0; code < FLOW_CODES; code++) {
		if (s->tests[code] == 0)
			continue;
		json_open_object(&j, (struct bytes){0});
		json_u64(&j, JSON_KEY("code"), code);
		json_text(&j, JSON_KEY("name"), name_of(s, code));
		json_u64(&j, JSON_KEY("tests"), s->tests[code]);
		json_close_object(&j);
	}
	json_close_array(&j);
	json_close_object(&j);
	json_newline(&j);
	return json_ok(&j) && fwrite(room, 1, json_length(&j), stdout) == json_length(&j) ? 0 : -EIO;
}

static void
print_text(const struct shown *s, enum language language)
{
	const struct learn_facts *facts = learn_model_facts(s->kept.model);
	const struct learn_forest *f = learn_model_forest(s->kept.model);
	printf(text_in(language, N_("reads %s; %u trees (%s, depth %u) of %llu rows, %llu of them attacks, seed %llu\n")),
	    facts->schema, f->trees, f->growth == LEARN_SYMMETRIC ? "symmetric" : "levels", f->depth,
	    (unsigned long long)facts->rows, (unsigned long long)facts->positives, (unsigned long long)facts->seed);
	if (s->key_cstr[0] != '\0')
		printf(text_in(language, N_("signed by the key %s\n")), s->key_cstr);
	if (s->deployable)
		fputs(text_in(language, N_("it may be deployed\n")), stdout);
	else
		printf(text_in(language, N_("it may not be deployed: %s\n")), s->why_not.text_cstr);
	fputs(text_in(language, N_("what it asks, and how often:\n")), stdout);
	bool told[FLOW_CODES] = {false};
	for (;;) {
		unsigned most = FLOW_CODES;
		for (unsigned code = 0; code < FLOW_CODES; code++)
			if (!told[code] && s->tests[code] > 0 && (most == FLOW_CODES || s->tests[code] > s->tests[most]))
				most = code;
		if (most == FLOW_CODES)
			break;
		told[most] = true;
		struct bytes name = name_of(s, most);
		printf("  %5u  %u ", s->tests[most], most);
		for (size_t i = 0; i < name.len; i++) /* the file is a stranger's: nothing of it may speak to the terminal */
			putchar(name.at[i] > ' ' && name.at[i] < 0x7f ? name.at[i] : '?');
		putchar('\n');
	}
}

int
verb_learn_show_run(const struct learn_options *o, struct diag *diag)
{
	struct shown s = {0};
	int r = look(o, &s, diag);
	if (r == 0 && o->json)
		r = print_json(&s);
	else if (r == 0)
		print_text(&s, o->language);
	learn_keep_done(&s.kept);
	return r < 0 ? r : VERB_EXIT_DONE;
}

/* "name\nmoment\n", UTC. */
static int
approval_of(const struct learn_options *o, char *out, size_t size, struct diag *diag)
{
	struct tm now;
	time_t seconds = time(NULL);
	struct bytes name = bytes_of_cstr(o->approver_cstr);
	for (size_t i = 0; i < name.len; i++)
		if (name.at[i] < ' ')
			name.len = 0;
	if (name.len < 2 || name.len > NAME_MAX_BYTES)
		return diag_say(
		    diag, -EINVAL, "%s", text_in(o->language, N_("--approver takes the name of a person, on one line")));
	char moment[32];
	if (gmtime_r(&seconds, &now) == NULL || strftime(moment, sizeof(moment), "%Y-%m-%dT%H:%M:%SZ", &now) == 0)
		return -EINVAL;
	int n = snprintf(out, size, "%s\n%s\n", o->approver_cstr, moment);
	return n > 0 && (size_t)n < size ? n : -EINVAL;
}

int
verb_learn_show_approve(const struct learn_options *o, struct diag *diag)
{
	struct learn_kept kept = {0};
	uint8_t *sheet = NULL, *pem = NULL, facts_bytes[LEARN_MODEL_FILE_FACTS];
	size_t sheet_len = 0, pem_len = 0;
	char approval[NAME_MAX_BYTES + 64];
	if (o->files.count != 1 || o->approver_cstr == NULL || o->sheet_cstr == NULL || o->key_cstr == NULL)
		return diag_say(diag, -EINVAL, "%s",
		    text_in(
		        o->language, N_("beffroi learn approve MODEL --approver NAME --sheet FILE --key PEM was expected")));
	int length = approval_of(o, approval, sizeof(approval), diag);
	int r = length < 0 ? length : learn_keep_load(o->files.at[0], &kept, diag);
	if (r == 0)
		r = learn_keep_read(o->sheet_cstr, SHEET_MAX, &sheet, &sheet_len, diag);
	if (r == 0)
		r = learn_keep_read(o->key_cstr, PEM_MAX, &pem, &pem_len, diag);
	if (r == 0 && sheet_len == 0)
		r = diag_say_at(
		    diag, -EINVAL, o->sheet_cstr, UINT64_MAX, "%s", text_in(o->language, N_("the data sheet is empty")));
	if (r == 0) {
		struct learn_facts facts = *learn_model_facts(kept.model);
		facts.expires_s = (int64_t)time(NULL) +
		    (int64_t)(o->days > 0 && o->days < 36500 ? o->days : YEAR_DAYS) * DAY_S;
		learn_model_file_facts(&facts, facts_bytes);
		r = learn_file_put(&kept.file, LEARN_FILE_FACTS, (struct bytes){facts_bytes, sizeof(facts_bytes)});
	}
	if (r == 0)
		r = learn_file_put(&kept.file, LEARN_FILE_SHEET, (struct bytes){sheet, sheet_len});
	if (r == 0)
		r = learn_file_put(
		    &kept.file, LEARN_FILE_APPROVAL, (struct bytes){(const uint8_t *)approval, (size_t)length});
	if (r == 0)
		r = learn_keep_save(
		    o->out_cstr != NULL ? o->out_cstr : o->files.at[0], &kept.file, (struct bytes){pem, pem_len}, diag);
	if (pem != NULL)
		explicit_bzero(pem, pem_len);
	free(pem);
	free(sheet);
	learn_keep_done(&kept);
	return r < 0 ? r : VERB_EXIT_DONE;
}
