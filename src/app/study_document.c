/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/study_document.h"

#include "app/study_folder.h"
#include "report/html.h"
#include "report/report_study.h"
#include "report/sheet.h"

#include <errno.h>

bool
study_document_wanted(const struct study_session *s)
{
	return strcmp(s->options.format_cstr, "html") == 0 || strcmp(s->options.format_cstr, "xlsx") == 0;
}

int
study_document_prepare(struct zone **zone, struct diag *diag)
{
	return zone_open(zone, "UTC", diag); /* documents of files tell no hours */
}

static int
write_out(struct bytes document, struct diag *diag)
{
	return fwrite(document.at, 1, document.len, stdout) == document.len ? 0
	                                                                    : diag_say(diag, -EIO, "%s", text_error(EIO));
}

int
study_document_write(struct study_session *s, const struct zone *zone, const struct doc_cover *cover,
    void (*build)(void *context, struct doc *d), void *context, struct diag *diag)
{
	static struct zip book; /* 40 kB; one thread makes documents */
	struct markup page = {0};
	struct doc d;
	int r = 0;
	doc_start(&d, &s->arena, s->options.language, zone, NULL, cover);
	build(context, &d);
	bool is_book = strcmp(s->options.format_cstr, "xlsx") == 0, fits = doc_ok(&d);
	book = (struct zip){.count = 0};
	if (fits && is_book)
		fits = sheet_write(&d, &book);
	else if (fits)
		html_write(&d, &page, HTML_WHOLE);
	if (!fits || (!is_book && !markup_ok(&page)))
		r = diag_say(diag, -E2BIG, "%s", _("the answer is too big"));
	else
		r = write_out(is_book ? (struct bytes){book.at, book.len} : markup_written(&page), diag);
	markup_free(&page);
	zip_free(&book);
	return r;
}

struct content {
	const struct study *study;
	const struct study_figure *figures;
};

static void
build_study(void *context, struct doc *d)
{
	const struct content *c = context;
	report_study_build(c->study, c->figures, d);
}

static void
build_requirements(void *context, struct doc *d)
{
	const struct content *c = context;
	report_study_requirements(c->study, d);
}

int
study_document_run(struct study_session *s, struct diag *diag)
{
	const char *type_cstr = s->options.type_cstr == NULL ? "study" : s->options.type_cstr;
	bool is_study = strcmp(type_cstr, "study") == 0;
	struct study_folder folder;
	struct study *study = NULL;
	struct zone *zone = NULL;
	s->usage = !study_document_wanted(s) || (!is_study && strcmp(type_cstr, "requirements") != 0);
	if (s->usage)
		return diag_say(
		    diag, -EINVAL, "%s", _("say which document and as what: --type study|requirements --format html|xlsx"));
	int r = study_folder_read(s, s->options.words[1], &folder, diag);
	if (r == 0)
		r = study_document_prepare(&zone, diag);
	if (r == 0)
		r = study_session_confine(diag);
	if (r == 0)
		r = study_read(&s->arena, folder.sources, folder.count, &study, diag);
	struct study_figure *figures = r < 0 ? NULL : study_reckon(study);
	if (r == 0 && figures == NULL)
		r = diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (r == 0 && study->error_count > 0)
		r = diag_say_at(diag, -EINVAL, s->options.words[1], UINT64_MAX,
		    _("this study has %zu errors: beffroi study check tells them"), study->error_count);
	if (r == 0) {
		enum language l = s->options.language;
		struct content content = {study, figures};
		struct doc_cover cover = {.organisation_cstr = study_get_text(study->frame, "organisation", l),
		    .title_cstr = is_study ? text_in(l, N_("Risk study (EBIOS RM)"))
		                           : text_in(l, N_("Technical requirements")),
		    .subtitle_cstr = study_get_text(study->frame, "title", l),
		    .reference_cstr = is_study ? "D02" : "D04",
		    .version_cstr = study_get_text(study->frame, "version", l),
		    .marking_cstr = study_get_text(study->frame, "protection", l)};
		r = study_document_write(s, zone, &cover, is_study ? build_study : build_requirements, &content, diag);
	}
	zone_free(zone);
	return r;
}
