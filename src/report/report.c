/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "report/report.h"

#include "record/incident.h"
#include "report/html.h"
#include "report/report_kinds.h"
#include "report/sheet.h"
#include "report/veil.h"

#include <errno.h>
#include <stdio.h>

enum { ARENA_BYTES = 512 << 20 /* of addresses; pages come when they are used */ };

static const struct {
	const char *word_cstr, *code_cstr;
	void (*build)(const struct report_input *in, struct doc *d);
} kinds[REPORT_KINDS] = {
    [REPORT_MANAGEMENT] = {"management", "INC", report_management_build},
    [REPORT_TECHNICAL] = {"technical", "INC", report_technical_build},
    [REPORT_NOTICE] = {"notice", "NOT", report_notice_build},
    [REPORT_PERIOD] = {"period", "PER", report_period_build},
    [REPORT_COMMITTEE] = {"committee", "COM", report_committee_build},
};

static const char *const formats[REPORT_FORMATS] = {
    [REPORT_HTML] = "html", [REPORT_XLSX] = "xlsx", [REPORT_ODT] = "odt", [REPORT_DOCX] = "docx", [REPORT_PDF] = "pdf"};

const char *
report_kind_word(unsigned kind)
{
	return kind < REPORT_KINDS ? kinds[kind].word_cstr : NULL;
}

const char *
report_format_word(unsigned format)
{
	return format < REPORT_FORMATS ? formats[format] : NULL;
}

const char *
report_kind_code(enum report_kind kind)
{
	return kinds[kind].code_cstr;
}

static bool
is_field_of_person(const char *name_cstr)
{
	static const char *const names[] = {"reporter", "owner", "recorded_by", "aware_by", "taken_by", "from", "to",
	    "effect_by", "contact", "controller", "restricted_to"};
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (strcmp(names[i], name_cstr) == 0)
			return true;
	return false;
}

/* Several people in one field: "Anne Dubois, Karim Haddad; Lea". */
static void
hide_people(struct veil *v, const char *text_cstr)
{
	struct bytes left = bytes_of_cstr(text_cstr);
	while (left.len > 0) {
		size_t n = 0;
		while (n < left.len && left.at[n] != ',' && left.at[n] != ';' && left.at[n] != '/' && left.at[n] != '\n')
			n++;
		veil_person(v, bytes_first(left, n));
		left = bytes_after(left, n + 1);
	}
}

static void
hide_item(struct veil *v, const struct case_item *item)
{
	hide_people(v, item->by_cstr);
	for (size_t i = 0; i < item->field_count; i++)
		if (is_field_of_person(item->fields[i].name_cstr))
			hide_people(v, item->fields[i].value_cstr);
}

static void
hide_alert(struct veil *v, const struct alert *alert)
{
	veil_person(v, alert_fact_find(alert, "user"));
	veil_machine(v, &alert->source, (struct bytes){0});
	veil_machine(v, &alert->target, (struct bytes){0});
}

/* Everybody and everything that the record names. The machines of the incident come first, so that they have the low numbers. */
static void
hide_all(struct veil *v, const struct report_input *in)
{
	const struct case_file *file = in->incident.file;
	if (file != NULL) {
		for (size_t i = 0; file->story != NULL && i < file->story->part_count; i++)
			hide_alert(v, &file->story->parts[i].strongest);
		hide_item(v, &file->incident);
		for (size_t i = 0; i < file->item_count; i++)
			hide_item(v, &file->items[i]);
	}
	for (size_t i = 0; i < in->incident.alert_count; i++)
		hide_alert(v, &in->incident.alerts[i].alert);
	for (size_t i = 0; i < in->asset_count; i++)
		veil_machine(
		    v, &in->assets[i].address, (struct bytes){(const uint8_t *)in->assets[i].name, in->assets[i].name_len});
	for (size_t i = 0; i < in->period.incident_count; i++)
		hide_people(v, in->period.incidents[i].owner_cstr);
	for (size_t i = 0; i < in->period.due_count; i++)
		hide_people(v, in->period.due[i].owner_cstr);
	hide_people(v, in->cover.author_cstr);
	hide_people(v, in->cover.checked_by_cstr);
	hide_people(v, in->cover.approved_by_cstr);
	hide_people(v, in->cover.recipients_cstr);
}

int
report_build(enum report_kind kind, const struct report_input *in, struct arena *arena, struct doc *out, struct diag *diag)
{
	struct veil *veil = NULL;
	struct doc_cover cover = in->cover;
	if (in->is_public) {
		veil = arena_new(arena, struct veil, 1);
		if (veil == NULL || veil_start(veil, arena, in->language) < 0)
			return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
		hide_all(veil, in);
		cover.author_cstr = cover.checked_by_cstr = cover.approved_by_cstr = cover.recipients_cstr = "";
		cover.tlp_cstr = "CLEAR";
		cover.marking_cstr = text_in(in->language, N_("Public version"));
	}
	doc_start(out, arena, in->language, in->zone, veil, &cover);
	kinds[kind].build(in, out);
	if (veil != NULL && veil->full)
		return diag_say(
		    diag, -E2BIG, "%s", _("there are more names than a public version can hide: it was not made"));
	if (!doc_ok(out))
		return diag_say(
		    diag, -E2BIG, "%s", _("the document is too big: choose a shorter period, or fewer incidents"));
	return 0;
}

static void
fill_margins(const struct doc *d, struct report_margins *out)
{
	const struct doc_cover *c = &d->cover;
	(void)snprintf(out->left_cstr, sizeof(out->left_cstr), "%s", c->organisation_cstr);
	(void)snprintf(
	    out->foot_cstr, sizeof(out->foot_cstr), "%s  v%s  %s", c->reference_cstr, c->version_cstr, c->status_cstr);
	(void)doc_marking(d, out->marking_cstr, sizeof(out->marking_cstr));
}

int
report_make(enum report_kind kind, enum report_format format, const struct report_input *in, struct report_document *out,
    struct diag *diag)
{
	static struct zip book; /* 40 kB; one thread makes documents */
	struct arena arena;
	struct doc d;
	struct markup page = {0};
	book = (struct zip){.count = 0};
	if (arena_init(&arena, ARENA_BYTES) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	struct report_document made = {.len = 0};
	int r = report_build(kind, in, &arena, &d, diag);
	bool is_book = format == REPORT_XLSX, fits = true;
	if (r == 0 && is_book) {
		fits = sheet_write(&d, &book);
	} else if (r == 0) {
		html_write(&d, &page, format == REPORT_ODT || format == REPORT_DOCX ? HTML_FOR_PANDOC : HTML_WHOLE);
		fits = markup_ok(&page);
	}
	if (r == 0)
		fill_margins(&d, &made.margins);
	arena_done(&arena);
	if (r == 0 && !fits)
		r = diag_say(diag, -E2BIG, "%s", _("the document is too big: choose a shorter period, or fewer incidents"));
	if (r < 0) {
		markup_free(&page);
		zip_free(&book);
		return r;
	}
	made.at = is_book ? (char *)book.at : page.at;
	made.len = is_book ? book.len : page.len;
	*out = made;
	return 0;
}
