/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_rules_run.h"

#include "app/rules_account.h"
#include "app/rules_run.h"
#include "app/watch_rules.h"
#include "core/json.h"
#include "core/terminal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHOWN = 20, ROOM = 1 << 16, TEXT_MAX = 512 };

struct work {
	const struct verb_options *o;
	struct watch_rules *rules;
	struct rules_run *run;
	struct rules_run_answer answer;
	struct json json;
	char *room;
};

static int
begin(struct work *w, const struct verb_options *o, struct diag *diag)
{
	/* Otherwise stdio asks what standard output is when it is first written to, which the sandbox does not let it do. */
	static char out[ROOM];
	(void)setvbuf(stdout, out, _IOFBF, sizeof(out));
	*w = (struct work){.o = o};
	struct watch_options *options = calloc(1, sizeof(*options));
	w->room = malloc(ROOM);
	if (options == NULL || w->room == NULL) {
		free(options);
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	}
	options->language = o->language;
	options->suricata_yaml_cstr = o->suricata_yaml_cstr;
	options->rules_alone = true;
	for (size_t i = 1; i < o->word_count && options->rules_count < LENGTH_OF(options->rules); i++)
		options->rules[options->rules_count++] = o->words[i];
	w->json = json_of(w->room, ROOM);
	w->rules = watch_rules_read(options, diag);
	free(options);
	if (w->rules == NULL)
		return -EINVAL;
	return rules_run(&w->rules->files, &w->rules->said, o->captures, o->capture_count, &w->run, &w->answer, diag);
}

static void
flush(struct work *w)
{
	if (json_length(&w->json) > ROOM / 2) {
		(void)fwrite(w->json.start, 1, json_length(&w->json), stdout);
		w->json.at = w->json.start; /* the comma state goes on */
	}
}

static void
end(struct work *w)
{
	if (w->o->json && w->run != NULL)
		(void)fwrite(w->json.start, 1, json_length(&w->json), stdout);
	if (w->answer.fault_count > 0)
		verb_options_complain(w->o->language, &w->answer.fault);
	rules_run_free(w->run);
	watch_rules_free(w->rules);
	free(w->room);
}

static void
say_message(const struct rule *r)
{
	char text[TEXT_MAX];
	(void)terminal_escape(bytes_first(r->msg, TEXT_MAX / 4 - 1), text, sizeof(text));
	printf("%s\n", text);
}

/* ---- stats ---- */

static const struct rule_profile *sorting; /* qsort has no context */

static int
by_cost(const void *a, const void *b)
{
	const size_t *x = a, *y = b;
	uint64_t p = sorting[*x].ns, q = sorting[*y].ns;
	return p != q ? (p < q ? 1 : -1) : *x < *y ? -1 : *x > *y;
}

static void
stats_json(struct work *w, const size_t *order, size_t count)
{
	struct json *j = &w->json;
	const struct rules_run_answer *a = &w->answer;
	json_open_object(j, (struct bytes){0});
	json_u64(j, JSON_KEY("packets"), a->packets);
	json_u64(j, JSON_KEY("scanned_bytes"), a->counters.scanned_bytes);
	json_open_array(j, JSON_KEY("rules"));
	for (size_t i = 0; i < count; i++) {
		const struct rule *r = a->program->signatures[order[i]].rule;
		json_open_object(j, (struct bytes){0});
		json_u64(j, JSON_KEY("sid"), r->sid);
		json_text(j, JSON_KEY("msg"), r->msg.at == NULL ? BYTES("") : r->msg);
		json_u64(j, JSON_KEY("ns"), a->profile[order[i]].ns);
		json_u64(j, JSON_KEY("checks"), a->profile[order[i]].checks);
		json_u64(j, JSON_KEY("matches"), a->profile[order[i]].matches);
		json_u64(j, JSON_KEY("alerts"), a->told[order[i]].alerts);
		json_close_object(j);
		flush(w);
	}
	json_close_array(j);
	json_close_object(j);
	json_newline(j);
}

static void
stats_text(struct work *w, const size_t *order, size_t count, size_t tried, uint64_t total_ns)
{
	const struct rules_run_answer *a = &w->answer;
	enum language language = w->o->language;
	printf(text_in(language, N_("Packets: %llu. Rules: %zu, of which tried: %zu.\n")), (unsigned long long)a->packets,
	    a->program->signature_count, tried);
	if (count == 0)
		return;
	printf("%6s  %10s  %10s  %9s  %10s  %s\n", "%", text_in(language, N_("µs")), text_in(language, N_("checks")),
	    text_in(language, N_("matches")), "sid", text_in(language, N_("message")));
	for (size_t i = 0; i < count; i++) {
		const struct rule_profile *p = &a->profile[order[i]];
		const struct rule *r = a->program->signatures[order[i]].rule;
		printf("%6.2f  %10.1f  %10llu  %9llu  %10u  ",
		    100.0 * (double)p->ns / (double)(total_ns == 0 ? 1 : total_ns), (double)p->ns / 1000,
		    (unsigned long long)p->checks, (unsigned long long)p->matches, r->sid);
		say_message(r);
	}
}

int
verb_rules_run_stats(const struct verb_options *o, struct diag *diag)
{
	struct work w;
	int r = begin(&w, o, diag);
	size_t *order = r < 0 ? NULL : calloc(w.answer.program->signature_count + 1, sizeof(*order)), tried = 0;
	if (r == 0 && order == NULL)
		r = diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (r == 0) {
		uint64_t total_ns = 0;
		for (size_t i = 0; i < w.answer.program->signature_count; i++)
			if (w.answer.profile[i].checks > 0) {
				order[tried++] = i;
				total_ns += w.answer.profile[i].ns;
			}
		sorting = w.answer.profile;
		qsort(order, tried, sizeof(*order), by_cost);
		size_t limit = o->has_limit ? (o->limit == 0 ? SIZE_MAX : o->limit) : SHOWN,
		       count = tried < limit ? tried : limit;
		if (o->json)
			stats_json(&w, order, count);
		else
			stats_text(&w, order, count, tried, total_ns);
	}
	free(order);
	end(&w);
	return r;
}

/* ---- test ---- */

enum verdict { FIRES, HELD_BACK, TRIED, NEVER_TRIED };

static enum verdict
verdict_of(const struct rules_run_answer *a, size_t i)
{
	return a->told[i].alerts > 0    ? FIRES
	    : a->profile[i].matches > 0 ? HELD_BACK
	    : a->profile[i].checks > 0  ? TRIED
	                                : NEVER_TRIED;
}

static const char *
verdict_word(enum verdict verdict)
{
	static const char *const words[] = {
	    [FIRES] = "fires", [HELD_BACK] = "held-back", [TRIED] = "almost", [NEVER_TRIED] = "never"};
	return words[verdict];
}

/* What failed where a rule came the furthest: the buffer, as rules name it, or "" */
static const char *
missed_view(const struct rules_run_answer *a, size_t i)
{
	const struct rule_signature *s = &a->program->signatures[i];
	const struct rule_profile *p = &a->profile[i];
	return p->nearest == RULE_MISS_PART && p->part < s->part_count ? view_of(s->parts[p->part].buffer->view)->name_cstr
	                                                               : "";
}

static const char *
missed_word(const struct rules_run_answer *a, size_t i)
{
	static const char *const words[] = {[RULE_MISS_NONE] = "",
	    [RULE_MISS_ENDS] = "ends",
	    [RULE_MISS_FACTS] = "header",
	    [RULE_MISS_BITS] = "bits",
	    [RULE_MISS_PART] = "buffer"};
	return a->profile[i].nearest < LENGTH_OF(words) ? words[a->profile[i].nearest] : "";
}

static void
test_json(struct work *w)
{
	struct json *j = &w->json;
	const struct rules_run_answer *a = &w->answer;
	json_open_object(j, (struct bytes){0});
	json_u64(j, JSON_KEY("packets"), a->packets);
	json_u64(j, JSON_KEY("not_used"), a->set->outcomes[RULE_NOT_DONE] + a->set->outcomes[RULE_WRONG]);
	json_open_array(j, JSON_KEY("rules"));
	for (size_t i = 0; i < a->program->signature_count; i++) {
		const struct rule *r = a->program->signatures[i].rule;
		json_open_object(j, (struct bytes){0});
		json_u64(j, JSON_KEY("sid"), r->sid);
		json_text(j, JSON_KEY("msg"), r->msg.at == NULL ? BYTES("") : r->msg);
		json_cstr(j, JSON_KEY("state"), verdict_word(verdict_of(a, i)));
		json_u64(j, JSON_KEY("alerts"), a->told[i].alerts);
		if (a->told[i].alerts > 0) {
			json_u64(j, JSON_KEY("first_packet"), a->told[i].first_number);
			json_time(j, JSON_KEY("first"), a->told[i].first_ns);
		}
		json_u64(j, JSON_KEY("checks"), a->profile[i].checks);
		json_u64(j, JSON_KEY("matches"), a->profile[i].matches);
		if (verdict_of(a, i) == TRIED) {
			json_cstr(j, JSON_KEY("failed"), missed_word(a, i));
			if (a->profile[i].nearest == RULE_MISS_PART)
				json_cstr(j, JSON_KEY("buffer"), missed_view(a, i));
			json_u64(j, JSON_KEY("nearest_packet"), a->profile[i].number);
		}
		json_close_object(j);
		flush(w);
	}
	json_close_array(j);
	json_close_object(j);
	json_newline(j);
}

static void
say_miss(const struct rules_run_answer *a, size_t i, enum language language)
{
	const char *sentence_cstr = N_("another test failed");
	switch ((enum rule_miss)a->profile[i].nearest) {
	case RULE_MISS_NONE: break;
	case RULE_MISS_ENDS: sentence_cstr = N_("the addresses, ports, protocol or direction are others"); break;
	case RULE_MISS_FACTS: sentence_cstr = N_("what it asks of headers is not so"); break;
	case RULE_MISS_BITS: sentence_cstr = N_("the flowbits (or the like) that it asks for are not set so"); break;
	case RULE_MISS_PART: printf(text_in(language, N_("what it asks of %s is not so\n")), missed_view(a, i)); return;
	}
	printf("%s\n", text_in(language, sentence_cstr));
}

static void
test_one(struct work *w, size_t i)
{
	const struct rules_run_answer *a = &w->answer;
	const struct rule *r = a->program->signatures[i].rule;
	enum language language = w->o->language;
	unsigned long long alerts = a->told[i].alerts, checks = a->profile[i].checks, matches = a->profile[i].matches;
	printf("%u  ", r->sid);
	say_message(r);
	fputs("    ", stdout);
	switch (verdict_of(a, i)) {
	case FIRES:
		printf(text_plural(language, alerts, N_("fires %llu time, first at packet %llu\n"),
		           N_("fires %llu times, first at packet %llu\n")),
		    alerts, (unsigned long long)a->told[i].first_number);
		break;
	case HELD_BACK:
		printf(
		    text_plural(language, matches, N_("holds %llu time, and is not told: noalert, a threshold, or pass\n"),
		        N_("holds %llu times, and is not told: noalert, a threshold, or pass\n")),
		    matches);
		break;
	case TRIED:
		printf(text_plural(language, checks,
		           N_("tried %llu time, since its bytes were there; nearest at packet %llu: "),
		           N_("tried %llu times, since its bytes were there; nearest at packet %llu: ")),
		    checks, (unsigned long long)a->profile[i].number);
		say_miss(a, i, language);
		break;
	case NEVER_TRIED:
		fputs(text_in(language, N_("never tried: the bytes it looks for first were not where it looks\n")), stdout);
		break;
	}
}

int
verb_rules_run_test(const struct verb_options *o, struct diag *diag)
{
	struct work w;
	bool all = true;
	int r = begin(&w, o, diag);
	if (r == 0 && o->json)
		test_json(&w);
	for (size_t i = 0; r == 0 && i < w.answer.program->signature_count; i++) {
		if (!o->json)
			test_one(&w, i);
		all = all && verdict_of(&w.answer, i) == FIRES;
	}
	if (r == 0 && !o->json) {
		struct rules_account *account = calloc(1, sizeof(*account));
		if (account != NULL && rules_account_of(w.answer.set, account) == 0)
			rules_account_print(stdout, account, o->language, true, true);
		free(account);
	}
	all = all && r == 0 && w.answer.set->outcomes[RULE_NOT_DONE] + w.answer.set->outcomes[RULE_WRONG] == 0;
	end(&w);
	return r < 0 ? r : all ? 0 : 1;
}
