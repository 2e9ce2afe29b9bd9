/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/case_misp.h"

#include "core/civil.h"
#include "incident/case_export.h"
#include "incident/case_uuid.h"
#include "incident/lifecycle.h"
#include "record/incident.h"

enum { SECOND_NS = 1000000000 };

static void
put_uuid(struct json *j, const char *what_cstr, const char *name_cstr)
{
	char name[512], uuid[CASE_UUID_TEXT];
	(void)snprintf(name, sizeof(name), "misp %s %s", what_cstr, name_cstr);
	json_cstr(j, JSON_KEY("uuid"), case_uuid_ours(bytes_of_cstr(name), uuid));
}

/* MISP writes numbers as texts. */
static void
put_number(struct json *j, struct bytes key, int64_t value)
{
	char text[24];
	(void)snprintf(text, sizeof(text), "%lld", (long long)value);
	json_cstr(j, key, text);
}

static void
put_attribute(struct json *j, const struct case_file *file, const char *type_cstr, const char *category_cstr,
    const char *name_cstr, const char *value_cstr, bool is_indicator)
{
	char name[256];
	(void)snprintf(name, sizeof(name), "%s %s %s", file->incident.id_cstr, type_cstr, name_cstr);
	json_open_object(j, (struct bytes){0});
	put_uuid(j, "attribute", name);
	json_cstr(j, JSON_KEY("type"), type_cstr);
	json_cstr(j, JSON_KEY("category"), category_cstr);
	json_cstr(j, JSON_KEY("value"), value_cstr);
	json_bool(j, JSON_KEY("to_ids"), is_indicator);
	json_cstr(j, JSON_KEY("distribution"), "0");
	json_close_object(j);
}

static void
put_address(struct json *j, const struct case_file *file, const struct addr *address, const char *type_cstr)
{
	char text[ADDR_TEXT_MAX];
	(void)addr_write(address, text);
	/* An address inside is nobody else's indicator. */
	put_attribute(j, file, type_cstr, "Network activity", text, text,
	    strcmp(type_cstr, "ip-src") == 0 && !addr_is_private(address));
}

static void
put_tag(struct json *j, const char *name_cstr)
{
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("name"), name_cstr);
	json_close_object(j);
}

static void
put_technique(void *context, const char *technique_cstr)
{
	char name[64];
	(void)snprintf(name, sizeof(name), "mitre-attack:technique=\"%s\"", technique_cstr);
	put_tag(context, name);
}

static void
put_tags(struct json *j, const struct case_file *file)
{
	char name[160];
	const char *tlp_cstr = case_file_value(&file->incident, "tlp"), *pap_cstr = case_file_value(&file->incident, "pap");
	struct bytes category = bytes_of_cstr(case_file_value(&file->incident, "category"));
	json_open_array(j, JSON_KEY("Tag"));
	if (tlp_cstr[0] != '\0') {
		size_t n = (size_t)snprintf(name, sizeof(name), "tlp:%s", tlp_cstr);
		for (size_t i = 4; i < n; i++)
			name[i] = (char)bytes_lower((uint8_t)name[i]);
		put_tag(j, name);
	}
	if (pap_cstr[0] != '\0') {
		(void)snprintf(name, sizeof(name), "PAP:%s", pap_cstr);
		put_tag(j, name);
	}
	size_t dot = bytes_find(category, '.');
	if (dot < category.len) {
		(void)snprintf(name, sizeof(name), "rsit:%.*s=\"%.60s\"", (int)(dot < 60 ? dot : 60),
		    (const char *)category.at, (const char *)category.at + dot + 1);
		put_tag(j, name);
	}
	case_export_techniques(file, put_technique, j);
	json_close_array(j);
}

static void
put_attributes(struct json *j, const struct case_file *file)
{
	const char *description_cstr = case_file_value(&file->incident, "description");
	json_open_array(j, JSON_KEY("Attribute"));
	if (file->story != NULL && file->story->alerts > 0) {
		put_address(j, file, &file->story->attacker, "ip-src");
		for (size_t i = 0; i < file->story->victim_count; i++)
			put_address(j, file, &file->story->victims[i], "ip-dst");
	}
	if (description_cstr[0] != '\0')
		put_attribute(j, file, "text", "Other", "description", description_cstr, false);
	for (size_t i = 0; i < file->item_count; i++) {
		const struct case_item *item = &file->items[i];
		const char *sha256_cstr = case_file_value(item, "sha256"), *text_cstr = case_file_value(item, "text");
		if (strlen(sha256_cstr) == 64)
			put_attribute(j, file, "sha256", "External analysis", item->id_cstr, sha256_cstr, false);
		if (text_cstr[0] != '\0')
			put_attribute(j, file, "text", "Internal reference", item->id_cstr, text_cstr, false);
	}
	json_close_array(j);
}

void
case_misp_write(struct json *j, const struct case_file *file)
{
	static const char *const levels[] = {"4", "4", "3", "2", "1"}; /* of MISP: 1 is high, 4 undefined; G1 to G4 */
	const struct case_item *i = &file->incident;
	const char *severity_cstr = case_file_value(i, "severity");
	unsigned severity = severity_cstr[0] >= '1' && severity_cstr[0] <= '4' ? (unsigned)(severity_cstr[0] - '0') : 0;
	int64_t at_s = i->at_ns / SECOND_NS;
	char date[CIVIL_TEXT_MAX];
	if (!case_file_time(i, "happened", &at_s))
		(void)case_file_time(i, "seen", &at_s);
	(void)civil_write(at_s, 0, CIVIL_UTC, date);
	date[10] = '\0';
	bool is_new = strcmp(lifecycle_state(i)->state_cstr, "new") == 0;
	json_open_object(j, (struct bytes){0});
	json_open_object(j, JSON_KEY("Event"));
	put_uuid(j, "event", i->id_cstr);
	json_cstr(j, JSON_KEY("info"), case_export_title(file));
	json_cstr(j, JSON_KEY("date"), date);
	put_number(j, JSON_KEY("timestamp"), i->at_ns / SECOND_NS);
	json_cstr(j, JSON_KEY("threat_level_id"), levels[severity]);
	json_cstr(j, JSON_KEY("analysis"), lifecycle_is_over(i) ? "2" : is_new ? "0" : "1");
	json_cstr(j, JSON_KEY("distribution"), "0");
	json_bool(j, JSON_KEY("published"), false);
	put_attributes(j, file);
	put_tags(j, file);
	json_close_object(j);
	json_close_object(j);
}
