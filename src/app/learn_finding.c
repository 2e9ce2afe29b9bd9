/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_finding.h"

#include <stdarg.h>
#include <stdio.h>

/* Above these, something is said. */
static const double shortcut_share = 0.95, many_duplicates = 0.2, some_share = 0.01, much_unknown = 0.2;
enum { YEARS_OLD = 5, FEW_HOSTS = 10, NAMES_TOLD = 6, MANY_ROWS = 1000 };
static const int64_t year_s = INT64_C(31556952), second_ns = INT64_C(1000000000);

struct finding {
	enum language language;
	const struct learn_subject *s;
	struct learn_findings *out;
};

__attribute__((__format__(__printf__, 4, 5))) static void
say(const struct finding *f, enum learn_finding_tone tone, const char *id_cstr, const char *format, ...)
{
	va_list arguments;
	if (f->out->count == LEARN_FINDINGS_MAX)
		return;
	struct learn_finding *one = &f->out->at[f->out->count++];
	*one = (struct learn_finding){.id_cstr = id_cstr, .tone = tone};
	va_start(arguments, format);
	(void)vsnprintf(one->text_cstr, sizeof(one->text_cstr), format, arguments);
	va_end(arguments);
}

#define TELL(f, tone, id, sentence, ...) say(f, tone, id, text_in((f)->language, sentence), ##__VA_ARGS__)
#define SAY(f, tone, id, sentence, ...) TELL(f, LEARN_FINDING_##tone, id, sentence, ##__VA_ARGS__)

static double
share(uint64_t part, uint64_t all)
{
	return all == 0 ? 0 : (double)part / (double)all;
}

/* ---- what it holds ---- */

static void
say_classes(const struct finding *f)
{
	const struct learn_relevance *w = f->s->worth;
	uint64_t benign = w->labels[LEARN_BENIGN], attacks = w->labels[LEARN_ATTACK], unknown = w->labels[LEARN_UNKNOWN];
	if (benign == 0 && attacks == 0)
		SAY(f, GRAVE, "no-labels",
		    N_("No flow has a label: nothing can be learned or measured. Give labels with --labels."));
	else if (attacks == 0)
		SAY(f, GRAVE, "one-class",
		    N_("It has normal flows only: it can teach what is usual and calibrate a threshold, not find attacks."));
	else if (benign == 0)
		SAY(f, GRAVE, "one-class",
		    N_("It has attacks only: without normal flows, no model can learn to tell them apart."));
	else if (attacks > benign / 9)
		SAY(f, WATCH, "attacks-frequent",
		    N_("Of 100 labelled flows %.0f are attacks. On a network it is less than one: precision measured here means nothing "
		       "there, and the threshold must be calibrated on the site."),
		    100 * share(attacks, attacks + benign));
	if (unknown > 0 && share(unknown, w->rows) > much_unknown)
		SAY(f, WATCH, "unknown-labels",
		    N_("%.1f %% of the flows are called neither normal nor attack. They are not learned from and not scored: counting "
		       "them as normal would teach that attacks are."),
		    100 * share(unknown, w->rows));
}

/* "a (3), b (40)..." */
static size_t
list_families(const struct finding *f, char *out, size_t size)
{
	const struct learn_relevance *w = f->s->worth;
	size_t count = 0, used = 0;
	out[0] = '\0';
	for (size_t i = 1; i < w->family_count; i++) {
		if (w->families[i].rows == 0 || w->families[i].rows >= LEARN_RELEVANCE_FEW)
			continue;
		if (count++ >= NAMES_TOLD || used >= size)
			continue;
		int n = snprintf(out + used, size - used, "%s%s (%llu)", used > 0 ? ", " : "",
		    f->s->table->family_names.name[i], (unsigned long long)w->families[i].rows);
		used += n > 0 ? (size_t)n : 0;
	}
	if (count > NAMES_TOLD && used + 3 < size)
		(void)snprintf(out + used, size - used, "...");
	return count;
}

static void
say_families(const struct finding *f)
{
	char names_cstr[320];
	size_t count = list_families(f, names_cstr, sizeof(names_cstr));
	if (count > 0)
		SAY(f, WATCH, "rare-families",
		    N_("Kinds of attacks with too few flows to learn from, or to measure (number of flows): %s"),
		    names_cstr);
}

static void
say_same(const struct finding *f)
{
	const struct learn_relevance *w = f->s->worth;
	uint64_t labelled = w->labels[LEARN_BENIGN] + w->labels[LEARN_ATTACK];
	double repeated = share(w->duplicates, labelled);
	if (repeated > many_duplicates)
		SAY(f, WATCH, "duplicates",
		    N_("%.0f %% of the labelled flows repeat another one, code for code. Rows drawn at random would put the same flow "
		       "into training and test: such a result is an illusion."),
		    100 * repeated);
	if (w->conflicts > 0)
		TELL(f, share(w->conflicts, labelled) > some_share ? LEARN_FINDING_GRAVE : LEARN_FINDING_WATCH, "conflicts",
		    N_("%llu flows look exactly like one that has the other label: there no model of these columns can be right, or "
		       "labels are wrong."),
		    (unsigned long long)w->conflicts);
}

static void
say_shortcuts(const struct finding *f)
{
	const struct learn_relevance *w = f->s->worth;
	char names_cstr[320] = "";
	size_t used = 0, told = 0;
	for (unsigned k = 0; k < FLOW_CODES; k++) {
		if (w->code[k].alone <= shortcut_share || told++ >= NAMES_TOLD)
			continue;
		int n = snprintf(names_cstr + used, sizeof(names_cstr) - used, "%s%s (%.1f %%)", used > 0 ? ", " : "",
		    f->s->table->code_names[k], 100 * w->code[k].alone);
		used += n > 0 && (size_t)n < sizeof(names_cstr) - used ? (size_t)n : 0;
	}
	if (told > NAMES_TOLD && used + 4 < sizeof(names_cstr))
		memcpy(names_cstr + used, "...", 4);
	if (told > 0)
		TELL(f, w->rows < MANY_ROWS ? LEARN_FINDING_WATCH : LEARN_FINDING_GRAVE, "shortcut",
		    N_("One column alone tells attacks from normal flows here: %s of both right. A model may learn the way this set was "
		       "made, and nothing else."),
		    names_cstr);
}

/* ---- where it is from ---- */

static void
say_origin(const struct finding *f)
{
	const struct learn_relevance *w = f->s->worth;
	const struct learn_table *t = f->s->table;
	bool own = strcmp(t->schema, "fv64") != 0;
	if (own)
		SAY(f, WATCH, "yard-stick",
		    N_("Its columns are its own (%s): no sensor computes them. It is a yard-stick for methods; a model of it cannot watch."),
		    t->schema);
	else
		SAY(f, GOOD, "deployable",
		    N_("Its flows have the codes that the sensor computes: %u of 64 are known, %u of them for every flow."),
		    w->codes_known, w->codes_full);
	if (t->group_names.count == 1)
		SAY(f, WATCH, "one-capture",
		    N_("All is from one file: what a model of it would do in another place cannot be measured on it."));
	if (w->hosts > 0 && w->hosts < FEW_HOSTS)
		SAY(f, WATCH, "few-machines",
		    N_("Only %llu machines opened these flows: it can teach their habits, not those of many."),
		    (unsigned long long)w->hosts);
	if (w->undated == w->rows)
		SAY(f, WATCH, "no-times",
		    N_("No flow has a time: whether a model of yesterday holds tomorrow cannot be measured on it."));
	int64_t age_s = f->s->now_s - w->last_ns / second_ns;
	if (w->last_ns / second_ns > year_s && age_s > YEARS_OLD * year_s)
		SAY(f, WATCH, "old", N_("Its traffic is %lld years old: services and attacks were other ones."),
		    (long long)(age_s / year_s));
}

static void
say_sheet(const struct finding *f)
{
	const struct learn_sheet *sheet = f->s->sheet;
	if (!sheet->given)
		SAY(f, WATCH, "no-sheet",
		    N_("It has no data sheet (--sheet): without origin and licence no model of it may be deployed."));
	else if (sheet->text[LEARN_SHEET_ORIGIN][0] == '\0' || sheet->text[LEARN_SHEET_LICENCE][0] == '\0')
		SAY(f, WATCH, "sheet-gaps",
		    N_("The data sheet does not say the origin or the licence: a model needs both to be deployed."));
	if ((f->s->account->personal & LESSON_PERSONAL_ADDRESS) != 0)
		SAY(f, WATCH, "personal-data",
		    N_("Its columns hold IP addresses, which are personal data: keep it no longer than needed. Codes have none of them%s"),
		    f->s->leaves_file ? text_in(f->language, N_(", and the set that was written has pseudonyms.")) : ".");
}

static void
say_compared(const struct finding *f)
{
	const struct learn_relevance *w = f->s->worth;
	if (!w->is_compared)
		return;
	if (w->leaked > 0)
		TELL(f, share(w->leaked, w->rows) > some_share ? LEARN_FINDING_GRAVE : LEARN_FINDING_WATCH, "leakage",
		    N_("%llu flows (%.1f %%) are in the other set too, code for code: a test on one after training on the other is too good "
		       "by as much."),
		    (unsigned long long)w->leaked, 100 * share(w->leaked, w->rows));
	if (w->is_unlike)
		SAY(f, WATCH, "unlike",
		    N_("It is not like the other set: %s differs most (PSI %.2f; 0.25 is much). A threshold of one does not hold for the other."),
		    f->s->table->code_names[w->worst], (double)w->code[w->worst].psi);
	else
		SAY(f, GOOD, "alike", N_("It is like the other set: no code differs much (PSI)."));
}

static void
say_reading(const struct finding *f)
{
	uint64_t wrong = 0;
	for (size_t i = 0; i < LESSON_WRONGS; i++)
		wrong += f->s->account->wrong[i];
	if (wrong > 0)
		TELL(f, share(wrong, wrong + f->s->worth->rows) > some_share ? LEARN_FINDING_GRAVE : LEARN_FINDING_WATCH,
		    "rows-left-out", N_("%llu rows could not be read and were left out: was it the right mapping?"),
		    (unsigned long long)wrong);
	if (f->s->account->words_new > 0)
		SAY(f, WATCH, "words-new",
		    N_("%llu cells have a word that the mapping does not know; they count as not known."),
		    (unsigned long long)f->s->account->words_new);
}

/* Stable: what was said first stays first among its like. */
static void
sort(struct learn_findings *f)
{
	for (size_t i = 1; i < f->count; i++)
		for (size_t k = i; k > 0 && f->at[k - 1].tone < f->at[k].tone; k--) {
			struct learn_finding swap = f->at[k];
			f->at[k] = f->at[k - 1];
			f->at[k - 1] = swap;
		}
}

void
learn_finding_find(enum language language, const struct learn_subject *subject, struct learn_findings *out)
{
	const struct finding f = {.language = language, .s = subject, .out = out};
	out->count = 0;
	say_classes(&f);
	say_shortcuts(&f);
	say_same(&f);
	say_compared(&f);
	say_reading(&f);
	say_families(&f);
	say_origin(&f);
	say_sheet(&f);
	sort(out);
}
