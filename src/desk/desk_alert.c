/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_alert.h"

#include "core/auto.h"
#include "desk/desk_guard.h"
#include "desk/desk_list.h"
#include "desk/desk_time.h"
#include "dossier/dossier_alerts.h"
#include "dossier/dossier_proof.h"
#include "incident/story_json.h"
#include "record/alert_text.h"
#include "record/observation.h"

#include <errno.h>
#include <stdio.h>

/* One takes 600 bytes at most: so many keep a page below its bound. */
enum { USUAL = 50, PAGE_MAX = 150, SENTENCE_MAX = 2048 };

/* "evidence/<sha256>.pcap" */
static void
evidence_json(struct json *out, const char *path_cstr)
{
	struct bytes name = bytes_of_cstr(path_cstr);
	size_t slash = bytes_find(name, '/');
	name = bytes_after(name, slash + 1);
	if (name.len == 0)
		return;
	json_open_object(out, JSON_KEY("evidence"));
	json_text(out, JSON_KEY("sha256"), bytes_first(name, bytes_find(name, '.')));
	json_close_object(out);
}

/* The members that lists and pages share, inside an object that is open. home: its incident, or the exception that keeps it aside. */
static void
members(struct desk *desk, struct json *out, const struct kept_alert *kept, const char *home_cstr)
{
	const struct alert *a = &kept->alert;
	bool is_aside = home_cstr != NULL && bytes_start_with(bytes_of_cstr(home_cstr), BYTES("EXC-"));
	struct bytes signature = alert_fact_find(a, "signature");
	json_cstr(out, JSON_KEY("id"), kept->id_cstr);
	desk_json_time(out, JSON_KEY("at"), a->first_ns);
	desk_json_time(out, JSON_KEY("last"), a->last_ns);
	if (signature.len > 0) /* what the authors of a rule call it */
		json_text(out, JSON_KEY("title"), signature);
	else
		json_cstr(out, JSON_KEY("title"), story_json_title(desk->language, a->detector_cstr));
	json_cstr(out, JSON_KEY("detector"), a->detector_cstr);
	json_u64(out, JSON_KEY("signature_id"), a->signature_id);
	json_cstr(out, JSON_KEY("severity"), alert_severity_word(a->severity));
	json_u64(out, JSON_KEY("confidence"), a->confidence);
	json_cstr(out, JSON_KEY("stage"), alert_stage_word(a->stage));
	if (a->technique_cstr[0] != '\0') {
		json_open_object(out, JSON_KEY("technique"));
		json_cstr(out, JSON_KEY("id"), a->technique_cstr);
		json_cstr(out, JSON_KEY("stage"), alert_stage_word(a->stage));
		json_close_object(out);
	}
	if (!addr_is_zero(&a->source))
		json_addr(out, JSON_KEY("source"), &a->source);
	if (!addr_is_zero(&a->target))
		json_addr(out, JSON_KEY("target"), &a->target);
	json_u64(out, JSON_KEY("targets"), a->targets);
	if (a->target_port != 0)
		json_u64(out, JSON_KEY("target_port"), a->target_port);
	json_u64(out, JSON_KEY("count"), a->count);
	json_cstr(out, JSON_KEY("app_proto"), observation_app_name((enum app_proto)a->app));
	json_cstr(out, JSON_KEY("incident"), home_cstr == NULL || home_cstr[0] == '\0' || is_aside ? NULL : home_cstr);
	if (is_aside)
		json_cstr(out, JSON_KEY("exception"), home_cstr);
	evidence_json(out, kept->evidence_cstr);
}

void
desk_alert_json(struct desk *desk, struct json *out, const struct kept_alert *kept, const char *home_cstr)
{
	char path[DESK_PATH_MAX];
	json_open_object(out, (struct bytes){0});
	members(desk, out, kept, home_cstr);
	if (desk->folder_cstr[0] != '\0' && kept->evidence_cstr[0] != '\0' &&
	    snprintf(path, sizeof(path), "%s/%s", desk->folder_cstr, kept->evidence_cstr) < (int)sizeof(path))
		json_cstr(out, JSON_KEY("evidence_path"), path);
	json_close_object(out);
}

struct listing {
	struct desk *desk;
	struct json *out;
};

static void
row_json(void *context, const struct dossier_alert_row *row)
{
	struct listing *l = context;
	if (row->incident_cstr[0] == '\0' || !desk_guard_hides_incident(l->desk, row->incident_cstr))
		desk_alert_json(
		    l->desk, l->out, &row->kept, row->exception_cstr[0] != '\0' ? row->exception_cstr : row->incident_cstr);
}

/* "serious": that and above. */
static int
read_severity(struct desk *desk, const struct desk_order *order, unsigned *out, struct diag *diag)
{
	const char *text_cstr = desk_order_value(order, "severity");
	for (*out = SEVERITY_MINOR; *out <= SEVERITY_CRITICAL && text_cstr[0] != '\0'; (*out)++)
		if (strcmp(text_cstr, alert_severity_word(*out)) == 0)
			return 0;
	*out = 0;
	return text_cstr[0] == '\0' ? 0 : desk_refuse(desk, diag, "severity", "minor | significant | serious | critical");
}

int
desk_alert_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	const char *detector_cstr = desk_order_value(order, "detector"), *after_cstr = desk_order_value(order, "after");
	struct listing l = {desk, out};
	struct dossier_alerts_page page;
	struct dossier_alerts_query q = {.text = bytes_of_cstr(desk_order_value(order, "q")),
	    .detector_cstr = detector_cstr[0] == '\0' ? NULL : detector_cstr,
	    .after_cstr = after_cstr[0] == '\0' ? NULL : after_cstr};
	int r = desk_list_limit(desk, order, USUAL, &q.limit, diag);
	if (r == 0 && q.limit > PAGE_MAX)
		q.limit = PAGE_MAX;
	if (r == 0)
		r = read_severity(desk, order, &q.severity_min, diag);
	if (r == 0)
		r = desk_time_read(desk, order, "from", &q.from_ns, diag);
	if (r == 0)
		r = desk_time_read(desk, order, "to", &q.to_ns, diag);
	if (r == 0)
		r = desk_guard_load(desk, diag);
	if (r < 0)
		return r;
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("alerts"));
	r = dossier_alerts_page(desk->dossier, &q, row_json, &l, &page, diag);
	json_close_array(out);
	if (r < 0)
		return r;
	json_bool(out, JSON_KEY("complete"), page.complete);
	if (!page.complete) {
		json_cstr(out, JSON_KEY("next"), page.next_cstr);
		desk_json_time(out, JSON_KEY("searched_to"), page.searched_to);
	}
	json_close_object(out);
	return 0;
}

/* One that this person may know of. */
static int
load(struct desk *desk, const char *id_cstr, struct dossier_alert_row *out, struct diag *diag)
{
	int r = dossier_alerts_find(desk->dossier, id_cstr, out, diag);
	if (r == 0)
		r = desk_guard_load(desk, diag);
	if (r < 0)
		return r;
	if (out->incident_cstr[0] != '\0' && desk_guard_hides_incident(desk, out->incident_cstr))
		return diag_say(diag, -ENOENT, "%s", _("there is no such alert"));
	(void)snprintf(desk->object_cstr, sizeof(desk->object_cstr), "%s", out->kept.id_cstr);
	return 0;
}

int
desk_alert_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct dossier_alert_row row;
	char room[SENTENCE_MAX];
	int r = load(desk, desk_order_value(order, "id"), &row, diag);
	if (r < 0)
		return r;
	const struct alert *a = &row.kept.alert;
	const struct alert_text *text = alert_text_find(bytes_of_cstr(a->detector_cstr));
	json_open_object(out, (struct bytes){0});
	json_open_object(out, JSON_KEY("alert"));
	members(desk, out, &row.kept, row.exception_cstr[0] != '\0' ? row.exception_cstr : row.incident_cstr);
	const struct {
		struct bytes key;
		const char *sentence_cstr;
	} sentences[] = {{JSON_KEY("what"), text == NULL ? NULL : text->what_cstr},
	    {JSON_KEY("why"), text == NULL ? NULL : text->why_cstr},
	    {JSON_KEY("now"), text == NULL ? NULL : text->todo_cstr}};
	for (size_t i = 0; i < LENGTH_OF(sentences) && sentences[i].sentence_cstr != NULL; i++) {
		alert_text_fill(desk->language, text_in(desk->language, sentences[i].sentence_cstr), a, room, sizeof(room));
		json_cstr(out, sentences[i].key, room);
	}
	json_open_array(out, JSON_KEY("facts"));
	for (size_t i = 0; i < a->fact_count; i++) {
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("name"), a->facts[i].name_cstr);
		json_text(out, JSON_KEY("value"), (struct bytes){(const uint8_t *)a->facts[i].value, a->facts[i].value_len});
		json_close_object(out);
	}
	json_close_array(out);
	json_close_object(out);
	json_close_object(out);
	return 0;
}

int
desk_alert_evidence(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct dossier_alert_row row;
	AUTO_FREE uint8_t *content = NULL;
	size_t len = 0;
	(void)out;
	int r = load(desk, desk_order_value(order, "id"), &row, diag);
	if (r == 0 && row.kept.evidence_cstr[0] == '\0')
		r = diag_say(diag, -ENOENT, "%s", _("no packets of this alert are kept"));
	if (r == 0)
		r = dossier_proof_read(desk->dossier, row.kept.evidence_cstr, &content, &len, diag);
	if (r < 0)
		return r;
	desk->document.content_type_cstr = "application/vnd.tcpdump.pcap";
	(void)snprintf(desk->document.name_cstr, sizeof(desk->document.name_cstr), "%s.pcap", row.kept.id_cstr);
	desk->document.body = arena_dup(desk->arena, (struct bytes){content, len});
	return desk->document.body.at == NULL ? desk_no_memory(diag) : 0;
}
