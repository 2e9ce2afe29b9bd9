/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_settings.h"

#include "dossier/dossier_retention.h"
#include "dossier/dossier_setting.h"
#include "record/case_fields.h"

#include <errno.h>
#include <stdlib.h>

/* Generated from data/law/retention.yaml by tools/embed. */
extern const unsigned char retention_yaml[];
extern const size_t retention_yaml_len;

static const struct {
	const char *name_cstr, *usual_cstr;
} settings[] = {{"organisation", ""}, {"language", "fr"}, {"zone", DESK_SETTINGS_ZONE}, {"tlp", "AMBER"}};

const char *
desk_settings_value(struct desk *desk, const char *name_cstr)
{
	char value[DOSSIER_SETTING_MAX];
	struct diag unread;
	if (desk->dossier == NULL || dossier_setting_get(desk->dossier, name_cstr, value, &unread) < 0)
		value[0] = '\0';
	for (size_t i = 0; value[0] == '\0' && i < LENGTH_OF(settings); i++)
		if (strcmp(settings[i].name_cstr, name_cstr) == 0)
			return settings[i].usual_cstr;
	return desk_text(desk, "%s", value);
}

/* What the law wants to be forgotten, and when. */
static int
retention_json(struct desk *desk, struct json *out, struct diag *diag)
{
	static const char *const labels[DOSSIER_RULES] = {[DOSSIER_RULE_EVIDENCE] = N_("Captures and other proofs"),
	    [DOSSIER_RULE_ALERT] = N_("Alerts"),
	    [DOSSIER_RULE_CASE] = N_("Files of incidents"),
	    [DOSSIER_RULE_ASSET] = N_("Machines"),
	    [DOSSIER_RULE_JOURNAL] = N_("Content of the journal"),
	    [DOSSIER_RULE_EVENTS] = N_("Events of the network")};
	struct dossier_retention *r = arena_new(desk->arena, struct dossier_retention, 1);
	if (r == NULL)
		return desk_no_memory(diag);
	int error = dossier_retention_read(
	    (struct bytes){retention_yaml, retention_yaml_len}, (struct bytes){0}, "retention.yaml", r, diag);
	json_open_array(out, JSON_KEY("retention"));
	for (unsigned i = 0; error == 0 && i < DOSSIER_RULES; i++) {
		json_open_object(out, (struct bytes){0});
		json_cstr(out, JSON_KEY("kind"), dossier_retention_word((enum dossier_rule)i));
		json_cstr(out, JSON_KEY("label"),
		    labels[i] == NULL ? dossier_retention_word((enum dossier_rule)i) : text_in(desk->language, labels[i]));
		json_u64(out, JSON_KEY("days"), r->rules[i].days);
		json_cstr(out, JSON_KEY("why"), r->rules[i].why_cstr[desk->language]);
		json_close_object(out);
	}
	json_close_array(out);
	return error;
}

int
desk_settings_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	(void)order;
	json_open_object(out, (struct bytes){0});
	json_open_object(out, JSON_KEY("settings"));
	json_cstr(out, JSON_KEY("organisation"), desk_settings_value(desk, "organisation"));
	json_cstr(out, JSON_KEY("language"), desk_settings_value(desk, "language"));
	json_cstr(out, JSON_KEY("zone"), desk_settings_value(desk, "zone"));
	json_cstr(out, JSON_KEY("tlp"), desk_settings_value(desk, "tlp"));
	json_close_object(out);
	int r = retention_json(desk, out, diag);
	json_close_object(out);
	return r;
}

static int
check(struct desk *desk, const char *name_cstr, const char *value_cstr, struct diag *diag)
{
	static const char *const languages[] = {"en", "fr", NULL};
	struct case_field_def def = {name_cstr, CASE_LINE, "", NULL};
	struct zone *zone = NULL;
	int r = 0;
	if (strcmp(name_cstr, "language") == 0)
		def = (struct case_field_def){name_cstr, CASE_WORD, "", languages};
	if (strcmp(name_cstr, "tlp") == 0) {
		def = *case_fields_find(case_fields_kind("incident"), "tlp");
	} else if (strcmp(name_cstr, "zone") == 0) {
		r = zone_open(&zone, value_cstr, diag);
		zone_free(zone);
		if (r < 0)
			r = diag_say(diag, -EINVAL, _("%s: a zone such as Europe/Paris was expected"), name_cstr);
	}
	if (r == 0)
		r = case_fields_check(&def, value_cstr, diag);
	if (r == 0 && (strlen(value_cstr) >= DOSSIER_SETTING_MAX || value_cstr[0] == '\0'))
		r = diag_say(diag, -EINVAL, _("%s: from 1 to %d bytes were expected"), name_cstr, DOSSIER_SETTING_MAX - 1);
	if (r < 0)
		desk->refused_cstr = name_cstr;
	return r;
}

int
desk_settings_set(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	int r = 0;
	for (size_t i = 0; i < LENGTH_OF(settings) && r == 0; i++) {
		const char *name_cstr = settings[i].name_cstr;
		if (!desk_order_has(order, name_cstr))
			continue;
		r = check(desk, name_cstr, desk_order_value(order, name_cstr), diag);
		if (r == 0)
			r = dossier_setting_put(desk->dossier, name_cstr, desk_order_value(order, name_cstr), diag);
	}
	return r < 0 ? r : desk_settings_show(desk, order, out, diag);
}
