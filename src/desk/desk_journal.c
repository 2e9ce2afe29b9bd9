/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_journal.h"

#include "core/json_value.h"
#include "desk/desk_guard.h"
#include "desk/desk_list.h"
#include "dossier/dossier_lines.h"
#include "dossier/dossier_verify.h"

#include <errno.h>
#include <stdlib.h>

enum { USUAL = 50, CONTENT_MAX = 2000, CONTENTS_MAX = 40000, FINDINGS_MAX = 100 };

struct listing {
	struct desk *desk;
	struct json *out;
	struct diag *diag;
	struct json_value_list values;
	int64_t last_seq;
	size_t contents; /* bytes of before and after so far */
	int error;
};

/* What a line held, as the JSON that it is; as a text when it is none, or too long. */
static void
content_json(struct listing *l, struct bytes key, struct bytes content)
{
	const struct json_value *ignored;
	size_t wrong_at;
	if (content.at == NULL)
		return;
	l->contents += content.len;
	if (content.len <= CONTENT_MAX && l->contents <= CONTENTS_MAX &&
	    json_value_read(&l->values, content, &ignored, &wrong_at) == 0)
		json_raw(l->out, key, content);
	else
		json_text(l->out, key, bytes_first(content, 60));
}

/* The content of a line is shown to whoever may read personal data, and may know of the incident. */
static bool
may_read(struct listing *l, struct bytes object)
{
	if (bytes_start_with(object, BYTES("SET-")) || bytes_start_with(object, BYTES("ACC-")))
		return true;
	return desk_may(l->desk, RIGHT_PERSONAL_READ) &&
	    !desk_guard_hides(l->desk, desk_text(l->desk, "%.*s", (int)object.len, (const char *)object.at));
}

static void
line_json(void *context, const struct dossier_lines_one *line)
{
	struct listing *l = context;
	struct json *out = l->out;
	struct arena before = *l->desk->arena;
	json_open_object(out, (struct bytes){0});
	json_i64(out, JSON_KEY("seq"), line->seq);
	desk_json_time(out, JSON_KEY("at"), line->at_ns);
	json_text(out, JSON_KEY("who"), line->who);
	json_text(out, JSON_KEY("action"), line->action);
	json_text(out, JSON_KEY("object"), line->object);
	bool shown = may_read(l, line->object);
	if (shown) {
		content_json(l, JSON_KEY("before"), line->before);
		content_json(l, JSON_KEY("after"), line->after);
	}
	json_bool(out, JSON_KEY("shown"), shown);
	json_close_object(out);
	l->last_seq = line->seq;
	*l->desk->arena = before;
}

int
desk_journal_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	const char *object_cstr = desk_order_value(order, "object"), *who_cstr = desk_order_value(order, "who"),
	           *after_cstr = desk_order_value(order, "after");
	char *end;
	struct listing l = {.desk = desk, .out = out, .diag = diag};
	struct dossier_lines_query q = {.object_cstr = object_cstr[0] == '\0' ? NULL : object_cstr,
	    .who_cstr = who_cstr[0] == '\0' ? NULL : who_cstr,
	    .before_seq = strtoll(after_cstr, &end, 10)};
	if (*end != '\0' || q.before_seq < 0)
		return desk_refuse(desk, diag, "after", _("give what \"next\" of the answer before it says"));
	int r = desk_list_limit(desk, order, USUAL, &q.limit, diag);
	if (r == 0)
		r = desk_guard_load(desk, diag);
	if (r < 0)
		return r;
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("lines"));
	r = dossier_lines_page(desk->dossier, &q, line_json, &l, diag);
	json_close_array(out);
	if (r > 0)
		json_cstr(out, JSON_KEY("next"), desk_text(desk, "%lld", (long long)l.last_seq));
	json_close_object(out);
	json_value_list_done(&l.values);
	return r < 0 ? r : 0;
}

static const char *
fault_text(enum dossier_fault fault)
{
	static const char *const texts[DOSSIER_FAULTS] = {[DOSSIER_FAULT_LINE] = N_("a line is not what was written"),
	    [DOSSIER_FAULT_MISSING] = N_("lines before this one are missing"),
	    [DOSSIER_FAULT_CHAIN] = N_("the line does not follow the one before it"),
	    [DOSSIER_FAULT_ERASED] = N_("the content of a line is gone, and no purge tells of it"),
	    [DOSSIER_FAULT_OBJECT] = N_("it is not as the journal left it"),
	    [DOSSIER_FAULT_UNTOLD] = N_("the journal knows nothing of it"),
	    [DOSSIER_FAULT_GONE] = N_("the journal knows it, and it is not there"),
	    [DOSSIER_FAULT_FILE] = N_("the file is not the one that was kept"),
	    [DOSSIER_FAULT_NO_FILE] = N_("the file is not there"),
	    [DOSSIER_FAULT_HEAD] = N_("a line that was there before is gone"),
	    [DOSSIER_FAULT_DATABASE] = N_("the database contradicts itself")};
	return fault < DOSSIER_FAULTS ? texts[fault] : "";
}

static void
finding_json(void *context, const struct dossier_finding *finding)
{
	struct listing *l = context;
	if (l->contents++ >= FINDINGS_MAX)
		return;
	json_open_object(l->out, (struct bytes){0});
	json_cstr(l->out, JSON_KEY("fault"), dossier_verify_word(finding->fault));
	json_i64(l->out, JSON_KEY("seq"), finding->seq);
	json_cstr(l->out, JSON_KEY("object"), finding->object_cstr);
	json_cstr(l->out, JSON_KEY("text"),
	    desk_text(l->desk, "%s: %s", finding->object_cstr, text_in(l->desk->language, fault_text(finding->fault))));
	json_close_object(l->out);
}

int
desk_journal_verify(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct dossier_verdict verdict = {.lines = 0};
	struct listing l = {.desk = desk, .out = out};
	(void)order;
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("findings"));
	int r = dossier_verify(desk->dossier, NULL, &verdict, finding_json, &l, diag);
	json_close_array(out);
	if (r < 0 && r != -EBADMSG)
		return r;
	json_bool(out, JSON_KEY("ok"), r == 0);
	json_u64(out, JSON_KEY("lines"), verdict.lines);
	json_u64(out, JSON_KEY("objects"), verdict.objects);
	json_u64(out, JSON_KEY("files"), verdict.files);
	json_u64(out, JSON_KEY("total"), verdict.findings);
	json_cstr(out, JSON_KEY("head"), desk_text(desk, "%lld:%s", (long long)verdict.seq, verdict.head_cstr));
	json_close_object(out);
	return 0;
}
