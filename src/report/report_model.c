/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/report_model.h"

static const char *
text_of_number(struct doc *d, uint64_t value)
{
	return doc_format(d, "%llu", (unsigned long long)value);
}

static const char *
text_of_share(struct doc *d, const struct report_model_share *s)
{
	if (!s->is_known)
		return doc_say(d, N_("not measured"));
	return doc_keep(
	    d, doc_format(d, doc_say(d, N_("%.2f %% (%.2f to %.2f)")), 100 * s->share, 100 * s->low, 100 * s->high));
}

static const char *
text_of_value(struct doc *d, bool known, double value)
{
	return known ? doc_format(d, "%.4f", value) : doc_say(d, N_("not measured"));
}

static void
build_summary(struct doc *d, const struct report_model *m)
{
	bool deployable = m->why_not_cstr[0] == '\0';
	doc_heading(d, 1, doc_say(d, N_("What it is")));
	if (deployable)
		doc_note(d, DOC_GOOD,
		    doc_say(d, N_("It may be deployed: signed, with its data sheet, and a person answers for it.")));
	else
		doc_note(
		    d, DOC_GRAVE, doc_keep(d, doc_format(d, doc_say(d, N_("It may not be deployed: %s")), m->why_not_cstr)));
	doc_facts(d, "");
	doc_fact(d, doc_say(d, N_("File")), doc_keep_code(d, m->file_cstr));
	doc_fact(d, doc_say(d, N_("What it decides, SHA-256")), doc_keep_code(d, m->hash_cstr));
	doc_fact(d, doc_say(d, N_("Rows it reads")), doc_keep_code(d, m->schema_cstr));
	doc_fact(d, doc_say(d, N_("Trained on")),
	    doc_keep(d,
	        doc_format(d, doc_say(d, N_("%llu flows, %llu of them attacks; seed %llu")), (unsigned long long)m->rows,
	            (unsigned long long)m->positives, (unsigned long long)m->seed)));
	doc_fact(d, doc_say(d, N_("Training rows, SHA-256")), doc_keep_code(d, m->training_hash_cstr));
	doc_fact(d, doc_say(d, N_("Trees")),
	    doc_keep(d,
	        doc_format(d, doc_say(d, N_("%llu of depth %llu, %llu bytes")), (unsigned long long)m->trees,
	            (unsigned long long)m->depth, (unsigned long long)m->bytes)));
	doc_fact(d, doc_say(d, N_("Cost")),
	    doc_keep(d,
	        doc_format(d, doc_say(d, N_("%.0f ns for each flow, one by one, on the machine that made this card")),
	            m->ns_per_flow)));
	doc_fact(d, doc_say(d, N_("Approved by")), doc_keep(d, m->approver_cstr));
	doc_fact(d, doc_say(d, N_("Key")), doc_keep_code(d, m->key_cstr));
	doc_fact(d, doc_say(d, N_("Expires")), doc_keep_code(d, m->expires_cstr));
	doc_heading(d, 2, doc_say(d, N_("What it is for, and what not")));
	doc_paragraph(d, DOC_PLAIN,
	    doc_say(d,
	        N_("It scores flows between machines, for a person to look at. It never scores people, decides nothing by itself, blocks nothing, and "
	           "is not trained again by itself.")));
	doc_paragraph(d, DOC_PLAIN,
	    doc_say(d,
	        N_("Regulation (EU) 2024/1689 (AI Act): as used here it is no practice of article 5, and no system of annex III: what serves "
	           "cybersecurity alone is no safety component (recital 55). No duty of article 50 applies. Who makes it decide about people has to "
	           "classify it anew.")));
}

static void
build_data(struct doc *d, const struct report_model *m)
{
	doc_heading(d, 1, doc_say(d, N_("Data: origin, licence, dates, labels")));
	if (m->sheet_cstr[0] == '\0')
		doc_note(d, DOC_GRAVE, doc_say(d, N_("There is no data sheet: nobody can say what it learned from.")));
	for (const char *at = m->sheet_cstr; *at != '\0';) {
		size_t len = 0;
		while (at[len] != '\0' && at[len] != '\n')
			len++;
		if (len > 0)
			doc_paragraph(d, DOC_PLAIN, doc_keep_bytes(d, (struct bytes){(const uint8_t *)at, len}));
		at += len + (at[len] == '\n');
	}
	doc_heading(d, 2, doc_say(d, N_("What it reads, and what it does not")));
	doc_facts(d, "");
	doc_fact(d, doc_say(d, N_("Codes it may read")), doc_keep(d, m->codes_read_cstr));
	doc_fact(d, doc_say(d, N_("Codes left out")), doc_keep(d, m->codes_left_cstr));
	doc_fact(d, doc_say(d, N_("Never part of it")),
	    doc_say(d, N_("addresses, source ports, names, absolute times, lifetimes and windows of packets")));
	doc_fact(d, doc_say(d, N_("Settings")), doc_keep(d, m->settings_cstr));
}

static void
build_splits(struct doc *d, const struct report_model *m)
{
	static const struct doc_column columns[] = {{N_("Left out"), 22, DOC_TEXT}, {N_("Flows"), 8, DOC_NUMBER},
	    {N_("Attacks"), 8, DOC_NUMBER}, {N_("PR-AUC"), 10, DOC_TEXT}, {N_("One code, linear"), 12, DOC_TEXT},
	    {N_("False alarms, threshold frozen"), 10, DOC_TEXT}, {N_("Found"), 10, DOC_TEXT},
	    {N_("False alarms, threshold of the site"), 10, DOC_TEXT}, {N_("Found"), 10, DOC_TEXT}};
	doc_heading(d, 1, doc_say(d, N_("What it is worth")));
	if (m->split_count == 0) {
		doc_note(d, DOC_GRAVE,
		    doc_say(d, N_("Nothing was measured: beffroi learn evaluate ... --format json, and --results here.")));
		return;
	}
	doc_table(
	    d, doc_say(d, N_("On flows it was not trained on; intervals are exact, of 95 %")), columns, LENGTH_OF(columns));
	for (size_t i = 0; i < m->split_count; i++) {
		const struct report_model_split *s = &m->splits[i];
		doc_cell(d, doc_keep(d, doc_format(d, "%s %s", s->kind_cstr, s->name_cstr)));
		doc_cell_note(d, doc_keep_code(d, s->hash_cstr));
		doc_cell_number(d, s->rows);
		doc_cell_number(d, s->attacks);
		doc_cell(d, text_of_value(d, s->has_pr_auc, s->pr_auc));
		doc_cell_note(d, doc_keep(d, doc_format(d, doc_say(d, N_("by chance %.4f")), s->base_rate)));
		doc_cell(d,
		    s->has_baselines ? doc_format(d, "%.4f, %.4f", s->one_code, s->logistic)
		                     : doc_say(d, N_("not measured")));
		doc_cell(d, text_of_share(d, &s->frozen_alarms));
		doc_cell(d, text_of_share(d, &s->frozen_found));
		doc_cell(d, text_of_share(d, &s->site_alarms));
		doc_cell(d, text_of_share(d, &s->site_found));
	}
	static const struct doc_column decided[] = {
	    {N_("Left out"), 40, DOC_TEXT}, {N_("Decided"), 30, DOC_TEXT}, {N_("Wrong among them"), 30, DOC_TEXT}};
	doc_table(d, doc_say(d, N_("To decide, or to say \"never seen this\"")), decided, LENGTH_OF(decided));
	for (size_t i = 0; i < m->split_count; i++) {
		doc_cell(d, doc_keep(d, doc_format(d, "%s %s", m->splits[i].kind_cstr, m->splits[i].name_cstr)));
		doc_cell(d, text_of_share(d, &m->splits[i].decided));
		doc_cell(d, text_of_share(d, &m->splits[i].wrong));
	}
}

static void
build_failures(struct doc *d, const struct report_model *m)
{
	size_t told = 0;
	doc_heading(d, 1, doc_say(d, N_("Where it fails")));
	for (size_t i = 0; i < m->family_count; i++) {
		const struct report_model_family *f = &m->families[i];
		if (f->found.share >= 0.9)
			continue;
		doc_item(d,
		    doc_keep(d,
		        doc_format(d,
		            f->found.share < 0.5 ? doc_say(d, N_("It misses most of %s (%s): of %llu flows it found %s."))
		                                 : doc_say(d, N_("It misses some of %s (%s): of %llu flows it found %s.")),
		            f->name_cstr, f->split_cstr, (unsigned long long)f->found.of, text_of_share(d, &f->found))));
		told++;
	}
	if (m->family_count == 0)
		doc_paragraph(d, DOC_WATCH, doc_say(d, N_("Not measured by family of attacks.")));
	else if (told == 0)
		doc_paragraph(d, DOC_PLAIN,
		    doc_say(d,
		        N_("Of every family that was measured it found nine flows in ten or more. Families that were not measured may be missed altogether.")));
	doc_paragraph(d, DOC_PLAIN,
	    doc_say(d, N_("What it never saw it may miss: no figure here speaks of attacks of another kind.")));
}

static void
build_use(struct doc *d, const struct report_model *m)
{
	doc_heading(d, 1, doc_say(d, N_("Calibration, drift, and how long it holds")));
	if (m->has_site) {
		doc_facts(d, "");
		doc_fact(d, doc_say(d, N_("Target of false alarms")), doc_format(d, "%g", m->target));
		doc_fact(d, doc_say(d, N_("Benign up to a margin of")), doc_format(d, "%.2f", m->benign_most));
		doc_fact(d, doc_say(d, N_("Attack from a margin of")), doc_format(d, "%.2f", m->attack_least));
		doc_fact(d, doc_say(d, N_("Of each class at most beyond its bound")), doc_format(d, "%g", m->epsilon));
		doc_fact(d, doc_say(d, N_("Benign flows it was set on")), text_of_number(d, m->calibrated_on));
	} else {
		doc_note(d, DOC_WATCH,
		    doc_say(d,
		        N_("It has no site file: beffroi learn calibrate makes one, and without it no threshold is promised.")));
	}
	doc_item(d,
	    doc_say(d,
	        N_("A threshold holds where it was set: after the first flows at a site, thresholds rise for the services that are high there.")));
	doc_item(d,
	    doc_say(d,
	        N_("Drift is told at a stability index of 0.25 on three codes or 0.5 on one, or when the mean score or the share of silence moves.")));
	doc_item(d, doc_say(d, N_("What follows is a proposal to calibrate again. Nothing is trained silently.")));
}

static void
build_stress(struct doc *d, const struct report_model *m)
{
	const struct report_model_stress *s = &m->stress;
	doc_heading(d, 1, doc_say(d, N_("What its training stands")));
	if (!s->is_known) {
		doc_paragraph(d, DOC_WATCH,
		    doc_say(d, N_("Not measured: beffroi learn stress ... --format json, and --stress here.")));
		return;
	}
	doc_item(d,
	    doc_keep(d,
	        doc_format(d, doc_say(d, N_("Wrong labels, 1, 5, 10 of 100: PR-AUC %.4f becomes %.4f, %.4f, %.4f.")),
	            s->clean, s->noise[0], s->noise[1], s->noise[2])));
	doc_item(d,
	    doc_keep(d,
	        doc_format(d,
	            doc_say(d,
	                N_("Backdoors in half a percent of the rows: %llu of %llu found before training; %llu false ones in the rows as they are.")),
	            (unsigned long long)s->backdoors_found, (unsigned long long)s->trials,
	            (unsigned long long)s->clean_pairs)));
	if (!s->knows_flows)
		return;
	doc_item(d,
	    doc_keep(d,
	        doc_format(d,
	            doc_say(d,
	                N_("An attacker who adds packets, bytes and time: %llu of %llu attacks still found, %llu when trained on such flows too.")),
	            (unsigned long long)s->still_found, (unsigned long long)s->attacks,
	            (unsigned long long)s->still_found_hardened)));
	doc_item(d,
	    doc_keep(d,
	        doc_format(d, doc_say(d, N_("Lost packets, 1, 5, 10 of 100: PR-AUC %.4f, %.4f, %.4f.")), s->loss[0],
	            s->loss[1], s->loss[2])));
}

/* The ten pitfalls of Arp et al., "Dos and Don'ts of Machine Learning in Computer Security" (USENIX Security 2022), answered one by
 * one: from what was measured where it can be, and then with what is missing. */
static void
build_pitfalls(struct doc *d, const struct report_model *m)
{
	bool whole = false, repeats = false, baselines = false, site = false;
	for (size_t i = 0; i < m->split_count; i++) {
		whole |= strcmp(m->splits[i].kind_cstr, "capture") == 0 || strcmp(m->splits[i].kind_cstr, "sets") == 0;
		repeats |= strcmp(m->splits[i].kind_cstr, "time") == 0;
		baselines |= m->splits[i].has_baselines;
		site |= m->splits[i].site_alarms.is_known;
	}
	static const struct doc_column columns[] = {{N_("Pitfall"), 28, DOC_TEXT}, {N_("Answer"), 72, DOC_TEXT}};
	doc_heading(d, 1, doc_say(d, N_("Ten pitfalls, answered")));
	doc_table(d, doc_say(d, N_("Arp et al., USENIX Security 2022")), columns, LENGTH_OF(columns));
	const struct {
		const char *pitfall_cstr, *answer_cstr;
		bool is_open;
	} rows[] = {
	    {N_("1 Sampling bias"),
	        m->sheet_cstr[0] != '\0'
	            ? N_("The data sheet says what is in the data and what is not; scores hold for that.")
	            : N_("Open: there is no data sheet."),
	        m->sheet_cstr[0] == '\0'},
	    {N_("2 Wrong labels"),
	        N_("Flows nobody labelled are a third class, neither trained on nor scored; contradicting labels are counted; see wrong labels above."),
	        !m->stress.is_known},
	    {N_("3 Data snooping"),
	        repeats ? N_("A split by time is above; rows whose codes training has are left out of the ranking.")
	                : N_("Rows whose codes training has are left out of the ranking. Open: no split by time is above."),
	        !repeats},
	    {N_("4 Shortcuts"),
	        N_("Addresses, ports of origin, times and lifetimes are no codes; evaluate --shortcuts trains without each code."),
	        false},
	    {N_("5 Parameters chosen on the test"),
	        N_("Settings are those shipped; thresholds are set on rows kept back from training, or on the first flows of a site, which are not told."),
	        false},
	    {N_("6 A weak baseline"),
	        baselines ? N_("The best rule of one code and logistic regression stand beside every figure.")
	                  : N_("Open: no baseline was measured."),
	        !baselines},
	    {N_("7 Misleading measures"),
	        N_("No accuracy: ranking with its base rate, shares with exact intervals, by family, and how much is left undecided."),
	        m->split_count == 0},
	    {N_("8 The base rate"),
	        N_("False alarms are told by benign flows, and as incidents by day and thousand machines where machines are known."),
	        m->split_count == 0},
	    {N_("9 The laboratory only"),
	        whole && site ? N_("Whole captures were left out, and thresholds set on them as at a site.")
	                      : N_("Open: no left-out capture is above."),
	        !(whole && site)},
	    {N_("10 The wrong attacker"),
	        m->stress.knows_flows
	            ? N_("Evasion by adding, backdoors and lost packets are above; they are bounds from below.")
	            : N_("Open: evasion was not measured."),
	        !m->stress.knows_flows},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		doc_cell(d, doc_say(d, rows[i].pitfall_cstr));
		doc_cell_tone(d, rows[i].is_open ? DOC_WATCH : DOC_PLAIN, doc_say(d, rows[i].answer_cstr));
	}
}

void
report_model_build(
    const struct report_model *m, enum language language, const struct zone *zone, struct arena *arena, struct doc *out)
{
	struct doc_cover cover = {.organisation_cstr = "",
	    .title_cstr = text_in(language, N_("Card of a model")),
	    .subtitle_cstr = m->file_cstr,
	    .reference_cstr = "D24",
	    .version_cstr = "",
	    .status_cstr = m->why_not_cstr[0] == '\0' ? text_in(language, N_("approved"))
	                                              : text_in(language, N_("not approved")),
	    .made_s = m->now_s,
	    .author_cstr = "beffroi learn card",
	    .checked_by_cstr = "",
	    .approved_by_cstr = m->approver_cstr,
	    .recipients_cstr = "",
	    .tlp_cstr = "",
	    .marking_cstr = ""};
	doc_start(out, arena, language, zone, NULL, &cover);
	build_summary(out, m);
	build_data(out, m);
	build_splits(out, m);
	build_failures(out, m);
	build_use(out, m);
	build_stress(out, m);
	build_pitfalls(out, m);
}
