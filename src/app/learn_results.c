/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_results.h"

#include "core/json_value.h"
#include "core/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double
number_of(const struct json_value *v)
{
	char text[64];
	if (!json_value_is(v, JSON_VALUE_INTEGER) && !json_value_is(v, JSON_VALUE_REAL))
		return NAN;
	size_t len = v->text.len < sizeof(text) - 1 ? v->text.len : sizeof(text) - 1;
	memcpy(text, v->text.at, len);
	text[len] = '\0';
	return strtod(text, NULL);
}

static uint64_t
count_of(const struct json_value *v)
{
	return json_value_is(v, JSON_VALUE_INTEGER) && v->integer >= 0 ? (uint64_t)v->integer : 0;
}

static const char *
kept_text(struct arena *arena, const struct json_value *v)
{
	struct bytes kept = arena_dup(arena, json_value_text(v));
	return kept.len == 0 ? "" : (const char *)kept.at;
}

static struct report_model_share
share_of(const struct json_value *object, struct bytes share, struct bytes interval, struct bytes of)
{
	struct report_model_share s = {
	    .share = number_of(json_value_get(object, share)), .of = count_of(json_value_get(object, of))};
	const struct json_value *i = json_value_get(object, interval);
	s.low = number_of(json_value_at(i, 0));
	s.high = number_of(json_value_at(i, 1));
	s.is_known = isfinite(s.share) && isfinite(s.low) && isfinite(s.high);
	return s;
}

static void
read_split(struct arena *arena, const struct json_value *v, struct report_model_split *out)
{
	const struct json_value *thresholds = json_value_get(v, BYTES("thresholds")),
	                        *frozen = json_value_get(thresholds, BYTES("frozen"));
	const struct json_value *site = json_value_get(thresholds, BYTES("site")),
	                        *decided = json_value_get(v, BYTES("decided"));
	if (!json_value_is(decided, JSON_VALUE_OBJECT))
		decided = json_value_get(v, BYTES("decided_site"));
	const struct json_value *baselines = json_value_get(v, BYTES("baselines"));
	struct report_model_split s = {.kind_cstr = kept_text(arena, json_value_get(v, BYTES("split"))),
	    .name_cstr = kept_text(arena, json_value_get(v, BYTES("left_out"))),
	    .hash_cstr = kept_text(arena, json_value_get(v, BYTES("split_hash"))),
	    .rows = count_of(json_value_get(v, BYTES("rows"))),
	    .attacks = count_of(json_value_get(v, BYTES("positives"))),
	    .pr_auc = number_of(json_value_get(v, BYTES("pr_auc"))),
	    .base_rate = number_of(json_value_get(v, BYTES("base_rate")))};
	s.has_pr_auc = isfinite(s.pr_auc) && isfinite(s.base_rate);
	s.one_code = number_of(json_value_get(json_value_get(baselines, BYTES("one_code")), BYTES("pr_auc")));
	s.logistic = number_of(json_value_get(json_value_get(baselines, BYTES("logistic")), BYTES("pr_auc")));
	s.has_baselines = isfinite(s.one_code) && isfinite(s.logistic);
	s.frozen_alarms = share_of(frozen, BYTES("fpr"), BYTES("fpr_interval"), BYTES("benign"));
	s.frozen_found = share_of(frozen, BYTES("recall"), BYTES("recall_interval"), BYTES("attacks"));
	s.site_alarms = share_of(site, BYTES("fpr"), BYTES("fpr_interval"), BYTES("benign"));
	s.site_found = share_of(site, BYTES("recall"), BYTES("recall_interval"), BYTES("attacks"));
	s.wrong = share_of(decided, BYTES("error_decided"), BYTES("error_interval"), BYTES("decided"));
	s.decided.share = number_of(json_value_get(decided, BYTES("coverage")));
	s.decided.of = count_of(json_value_get(decided, BYTES("flows")));
	s.decided.is_known = isfinite(s.decided.share);
	if (s.decided.is_known) {
		s.decided.low = s.decided.high = s.decided.share;
	}
	*out = s;
}

static size_t
read_families(
    struct arena *arena, const struct json_value *v, const char *split_cstr, struct report_model_family *out, size_t room)
{
	const struct json_value *families = json_value_get(v, BYTES("families"));
	size_t count = 0;
	if (!json_value_is(families, JSON_VALUE_OBJECT))
		return 0;
	for (const struct json_value *f = families + 1; f < families + families->span && count < room; f += f->span) {
		struct bytes name = arena_dup(arena, f->key);
		out[count] = (struct report_model_family){.name_cstr = name.len == 0 ? "" : (const char *)name.at,
		    .split_cstr = split_cstr,
		    .found = share_of(f, BYTES("recall"), BYTES("interval"), BYTES("rows"))};
		count += out[count].found.is_known;
	}
	return count;
}

int
learn_results_read(
    struct arena *arena, struct bytes lines, const char *file_cstr, struct report_model *out, struct diag *diag)
{
	struct report_model_split *splits = arena_new(arena, struct report_model_split, LEARN_RESULTS_SPLITS);
	struct report_model_family *families = arena_new(arena, struct report_model_family, LEARN_RESULTS_FAMILIES);
	struct json_value_list list = {0};
	size_t split_count = 0, family_count = 0;
	int r = splits == NULL || families == NULL ? diag_say(diag, -ENOMEM, _("there is not enough memory")) : 0;
	for (unsigned line = 1; lines.len > 0 && r == 0; line++) {
		size_t end = bytes_find(lines, '\n');
		struct bytes text = bytes_trim(bytes_first(lines, end));
		lines = bytes_after(lines, end + 1);
		const struct json_value *v;
		size_t wrong_at = 0;
		if (text.len == 0)
			continue;
		if (split_count == LEARN_RESULTS_SPLITS)
			break;
		if (json_value_read(&list, text, &v, &wrong_at) < 0 || !json_value_is(v, JSON_VALUE_OBJECT) ||
		    json_value_get(v, BYTES("thresholds")) == NULL) {
			r = diag_say_at(
			    diag, -EINVAL, file_cstr, UINT64_MAX, _("no line of \"beffroi learn evaluate --format json\""));
			diag->line = line;
			diag->column = (unsigned)wrong_at + 1;
			break;
		}
		read_split(arena, v, &splits[split_count]);
		family_count += read_families(arena, v,
		    splits[split_count].kind_cstr[0] == '\0' ? "model" : splits[split_count].kind_cstr,
		    families + family_count, LEARN_RESULTS_FAMILIES - family_count);
		split_count++;
	}
	json_value_list_done(&list);
	if (r < 0)
		return r;
	out->splits = splits;
	out->families = families;
	out->split_count = split_count;
	out->family_count = family_count;
	return 0;
}

int
learn_results_stress(struct bytes json, const char *file_cstr, struct report_model_stress *out, struct diag *diag)
{
	struct json_value_list list = {0};
	const struct json_value *v;
	size_t wrong_at;
	int r = json_value_read(&list, bytes_trim(json), &v, &wrong_at);
	const struct json_value *backdoor = r == 0 ? json_value_get(v, BYTES("backdoor")) : NULL;
	if (backdoor == NULL) {
		json_value_list_done(&list);
		return diag_say_at(
		    diag, -EINVAL, file_cstr, UINT64_MAX, _("not what \"beffroi learn stress --format json\" prints"));
	}
	struct report_model_stress s = {
	    .is_known = true, .clean = number_of(json_value_get(json_value_get(v, BYTES("clean")), BYTES("pr_auc")))};
	const struct json_value *evasion = json_value_get(v, BYTES("evasion"));
	for (size_t i = 0; i < LENGTH_OF(s.noise); i++) {
		s.noise[i] = number_of(
		    json_value_get(json_value_at(json_value_get(v, BYTES("label_noise")), i), BYTES("pr_auc")));
		s.loss[i] = number_of(
		    json_value_get(json_value_at(json_value_get(v, BYTES("packet_loss")), i), BYTES("pr_auc")));
	}
	s.trials = count_of(json_value_get(backdoor, BYTES("trials")));
	s.backdoors_found = count_of(json_value_get(backdoor, BYTES("found")));
	s.clean_pairs = count_of(json_value_get(backdoor, BYTES("clean_pairs")));
	s.knows_flows = json_value_is(evasion, JSON_VALUE_OBJECT);
	s.attacks = count_of(json_value_get(evasion, BYTES("attacks")));
	s.still_found = count_of(json_value_get(evasion, BYTES("still_found")));
	s.still_found_hardened = count_of(json_value_get(evasion, BYTES("still_found_hardened")));
	json_value_list_done(&list);
	*out = s;
	return 0;
}
