/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The draft of a notice to an authority: sentences to copy, each with what it comes from; what is not known is a question. */
#include "report/report_kinds.h"
#include "report/report_words.h"

static void
deadlines(struct doc *d, const struct report_input *in)
{
	for (size_t i = 0; i < in->incident.clock_count; i++) {
		const struct report_clock *c = &in->incident.clocks[i];
		if (c->state != REPORT_CLOCK_NOT_NEEDED && c->has_due)
			doc_item(d,
			    doc_format(d, doc_say(d, N_("%s, %s%s%s: %s")), c->profile_cstr, c->step_cstr, ", ",
			        report_words_exact(d, c->due_s), report_words_clock(d, c, in->now_s)));
	}
}

void
report_notice_build(const struct report_input *in, struct doc *d)
{
	static const struct doc_column said[] = {{N_("Sentence"), 68, DOC_TEXT}, {N_("Comes from"), 32, DOC_CODE}};
	static const struct doc_column asked[] = {{N_("Question"), 68, DOC_TEXT}, {N_("Fields to fill"), 32, DOC_CODE}};
	const struct report_incident *r = &in->incident;
	size_t questions = 0;
	for (size_t i = 0; i < r->sentence_count; i++)
		questions += r->sentences[i].is_question;
	d->cover.title_cstr = doc_keep(d, r->notice_title_cstr);
	d->cover.subtitle_cstr = doc_keep(
	    d, doc_format(d, doc_say(d, N_("Draft for the incident %s")), r->file->incident.id_cstr));
	doc_note(d, questions > 0 ? DOC_WATCH : DOC_GOOD,
	    questions > 0
	        ? doc_format(d,
	              doc_say(d,
	                  N_("Questions that are still open: %zu. A first notice may be sent without their answers; they follow.")),
	              questions)
	        : doc_say(d, N_("Every question has its answer. Read it again before you send it.")));
	doc_heading(d, 1, doc_say(d, N_("Deadlines")));
	deadlines(d, in);
	if (r->clock_count == 0)
		doc_paragraph(d, DOC_QUIET, doc_say(d, N_("No legal clock runs for this incident.")));
	doc_heading(d, 1, doc_say(d, N_("What can be said")));
	doc_table(
	    d, doc_say(d, N_("Sentences to copy, each with the field or thing that it comes from")), said, LENGTH_OF(said));
	for (size_t i = 0; i < r->sentence_count; i++) {
		if (r->sentences[i].is_question)
			continue;
		doc_cell(d, r->sentences[i].text_cstr);
		doc_cell(d, r->sentences[i].cites_cstr);
	}
	if (questions == 0)
		return;
	doc_heading(d, 1, doc_say(d, N_("What is still to be answered")));
	doc_table(d, doc_say(d, N_("Questions, with the fields that answer them (beffroi incident set)")), asked,
	    LENGTH_OF(asked));
	for (size_t i = 0; i < r->sentence_count; i++) {
		if (!r->sentences[i].is_question)
			continue;
		doc_cell(d, r->sentences[i].text_cstr);
		doc_cell(d, r->sentences[i].cites_cstr);
	}
}
