/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_dataset.h"

#include "app/learn_dataset_doc.h"
#include "app/learn_dataset_tell.h"
#include "app/learn_read.h"
#include "app/learn_set_write.h"
#include "cli/verb_options.h"
#include "core/auto.h"

#include <stdio.h>
#include <time.h>

static int
tell(const struct learn_options *o, const struct learn_subject *subject, struct diag *diag)
{
	AUTO_FREE struct learn_findings *findings = calloc(1, sizeof(*findings));
	if (findings == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	learn_finding_find(o->language, subject, findings);
	if (o->format_cstr != NULL && strcmp(o->format_cstr, "html") == 0)
		return learn_dataset_doc_page(o->language, subject, findings, diag);
	int r = o->json ? learn_dataset_tell_json(subject, findings)
	                : learn_dataset_tell_people(o->language, subject, findings);
	return r < 0 ? diag_say(diag, r, "%s", text_error(-r)) : 0;
}

/* The other table, of the same mapping: what a model would be tested on, or traffic of this site. */
static int
read_other(const struct learn_options *o, struct learn_table **out, struct diag *diag)
{
	static struct lesson_account account; /* 10 kB; one thread asks */
	if (o->against.count == 0)
		return 0;
	int r = learn_read(
	    &o->against, o->mapping_cstr == NULL ? "fv64" : o->mapping_cstr, o->rows_max, out, &account, diag);
	(void)learn_read_tell(&account, o->language);
	return r;
}

static int
run(const struct learn_options *o, const struct lesson_account *account, const struct learn_table *table, struct diag *diag)
{
	AUTO_FREE struct learn_sheet *sheet = calloc(1, sizeof(*sheet));
	struct learn_table *other = NULL;
	struct learn_relevance worth = {0};
	if (sheet == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	int r = o->sheet_cstr == NULL ? 0 : learn_sheet_read(o->sheet_cstr, sheet, diag);
	if (r == 0)
		r = read_other(o, &other, diag);
	if (r == 0 && other != NULL && strcmp(other->schema, table->schema) != 0)
		r = diag_say(
		    diag, -EINVAL, _("--against has the codes of %s, the table those of %s"), other->schema, table->schema);
	if (r == 0 && learn_relevance_count(table, other, &worth) < 0)
		r = diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	learn_table_free(other);
	if (r == 0 && o->out_cstr != NULL)
		r = learn_set_write(o->out_cstr, table, diag);
	if (r == 0) {
		const struct learn_subject subject = {.table = table,
		    .worth = &worth,
		    .sheet = sheet,
		    .account = account,
		    .now_s = (int64_t)time(NULL),
		    .leaves_file = o->out_cstr != NULL};
		r = tell(o, &subject, diag);
	}
	learn_relevance_done(&worth);
	return r;
}

int
learn_dataset_run(const struct learn_options *o, struct diag *diag)
{
	static struct lesson_account account;
	struct learn_table *table = NULL;
	int r = learn_read_all(o, &table, &account, diag);
	uint64_t wrong = learn_read_tell(&account, o->language);
	if (r == 0)
		r = run(o, &account, table, diag);
	learn_table_free(table);
	return r < 0 ? r : wrong > 0 ? VERB_EXIT_PARTLY : VERB_EXIT_DONE;
}
