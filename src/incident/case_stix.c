/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "incident/case_stix.h"

#include "incident/case_export.h"
#include "incident/case_uuid.h"
#include "record/incident.h"

enum { SECOND_NS = 1000000000, ID_MAX = 80 };

/* OASIS, TLP 2.0 marking definitions for STIX 2.1. */
static const struct {
	const char *tlp_cstr, *uuid_cstr, *value_cstr;
} markings[] = {{"CLEAR", "94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"},
    {"GREEN", "bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"}, {"AMBER", "55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"},
    {"AMBER+STRICT", "939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"},
    {"RED", "e828b379-4e03-4974-9ac4-e53a884c97c1", "red"}};

struct writer_of_stix {
	struct json *j;
	const struct case_file *file;
	char created[CASE_EXPORT_TIME], modified[CASE_EXPORT_TIME], marking[ID_MAX], incident[ID_MAX];
};

/* "note--<uuid>", the same for the same name. */
static const char *
id_of(const char *type_cstr, const char *name_cstr, char out[static ID_MAX])
{
	char uuid[CASE_UUID_TEXT], name[256];
	(void)snprintf(name, sizeof(name), "%s %s", type_cstr, name_cstr);
	(void)snprintf(out, ID_MAX, "%s--%s", type_cstr, case_uuid_ours(bytes_of_cstr(name), uuid));
	return out;
}

/* What every object of ours begins with. */
static void
open_object(struct writer_of_stix *w, const char *type_cstr, const char *id_cstr)
{
	json_open_object(w->j, (struct bytes){0});
	json_cstr(w->j, JSON_KEY("type"), type_cstr);
	json_cstr(w->j, JSON_KEY("spec_version"), "2.1");
	json_cstr(w->j, JSON_KEY("id"), id_cstr);
	json_cstr(w->j, JSON_KEY("created"), w->created);
	json_cstr(w->j, JSON_KEY("modified"), w->modified);
	if (w->marking[0] != '\0') {
		json_open_array(w->j, JSON_KEY("object_marking_refs"));
		json_cstr(w->j, (struct bytes){0}, w->marking);
		json_close_array(w->j);
	}
}

static void
put_refs(struct writer_of_stix *w)
{
	json_open_array(w->j, JSON_KEY("object_refs"));
	json_cstr(w->j, (struct bytes){0}, w->incident);
	json_close_array(w->j);
}

static void
put_marking(struct writer_of_stix *w)
{
	for (size_t i = 0; i < LENGTH_OF(markings); i++) {
		if (!case_file_says(&w->file->incident, "tlp", markings[i].tlp_cstr))
			continue;
		char name[32];
		(void)snprintf(name, sizeof(name), "TLP:%s", markings[i].tlp_cstr);
		(void)snprintf(w->marking, sizeof(w->marking), "marking-definition--%s", markings[i].uuid_cstr);
		json_open_object(w->j, (struct bytes){0});
		json_cstr(w->j, JSON_KEY("type"), "marking-definition");
		json_cstr(w->j, JSON_KEY("spec_version"), "2.1");
		json_cstr(w->j, JSON_KEY("id"), w->marking);
		json_cstr(w->j, JSON_KEY("created"), "2022-10-01T00:00:00.000Z");
		json_cstr(w->j, JSON_KEY("name"), name);
		json_open_object(w->j, JSON_KEY("extensions"));
		json_open_object(w->j, JSON_KEY("extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"));
		json_cstr(w->j, JSON_KEY("extension_type"), "property-extension");
		json_cstr(w->j, JSON_KEY("tlp_2_0"), markings[i].value_cstr);
		json_close_object(w->j);
		json_close_object(w->j);
		json_close_object(w->j);
	}
}

static void
put_incident(struct writer_of_stix *w)
{
	const char *description_cstr = case_file_value(&w->file->incident, "description");
	open_object(w, "incident", w->incident);
	json_cstr(w->j, JSON_KEY("name"), case_export_title(w->file));
	json_cstr(w->j, JSON_KEY("description"), description_cstr[0] == '\0' ? NULL : description_cstr);
	json_open_array(w->j, JSON_KEY("external_references"));
	json_open_object(w->j, (struct bytes){0});
	json_cstr(w->j, JSON_KEY("source_name"), "beffroi");
	json_cstr(w->j, JSON_KEY("external_id"), w->file->incident.id_cstr);
	json_close_object(w->j);
	json_close_array(w->j);
	const char *category_cstr = case_file_value(&w->file->incident, "category");
	if (category_cstr[0] != '\0') {
		json_open_array(w->j, JSON_KEY("labels"));
		json_cstr(w->j, (struct bytes){0}, category_cstr);
		json_close_array(w->j);
	}
	json_close_object(w->j);
}

static void
put_relation(struct writer_of_stix *w, const char *target_cstr)
{
	char id[ID_MAX], name[2 * ID_MAX];
	(void)snprintf(name, sizeof(name), "%s %s", w->incident, target_cstr);
	open_object(w, "relationship", id_of("relationship", name, id));
	json_cstr(w->j, JSON_KEY("relationship_type"), "related-to");
	json_cstr(w->j, JSON_KEY("source_ref"), w->incident);
	json_cstr(w->j, JSON_KEY("target_ref"), target_cstr);
	json_close_object(w->j);
}

static void
put_technique(void *context, const char *technique_cstr)
{
	struct writer_of_stix *w = context;
	char id[ID_MAX];
	open_object(w, "attack-pattern", id_of("attack-pattern", technique_cstr, id));
	json_cstr(w->j, JSON_KEY("name"), technique_cstr);
	json_open_array(w->j, JSON_KEY("external_references"));
	json_open_object(w->j, (struct bytes){0});
	json_cstr(w->j, JSON_KEY("source_name"), "mitre-attack");
	json_cstr(w->j, JSON_KEY("external_id"), technique_cstr);
	json_close_object(w->j);
	json_close_array(w->j);
	json_close_object(w->j);
	put_relation(w, id);
}

/* The name of an address is that of its only property, as canonical JSON (STIX 2.1, 2.9). */
static void
address_id(const struct addr *address, char out[static ID_MAX])
{
	char text[ADDR_TEXT_MAX], name[ADDR_TEXT_MAX + 16], uuid[CASE_UUID_TEXT];
	(void)addr_write(address, text);
	(void)snprintf(name, sizeof(name), "{\"value\":\"%s\"}", text);
	(void)snprintf(out, ID_MAX, "%s--%s", addr_is_v4(address) ? "ipv4-addr" : "ipv6-addr",
	    case_uuid_stix(bytes_of_cstr(name), uuid));
}

static void
put_address(struct writer_of_stix *w, const struct addr *address)
{
	char id[ID_MAX];
	address_id(address, id);
	json_open_object(w->j, (struct bytes){0});
	json_cstr(w->j, JSON_KEY("type"), addr_is_v4(address) ? "ipv4-addr" : "ipv6-addr");
	json_cstr(w->j, JSON_KEY("spec_version"), "2.1");
	json_cstr(w->j, JSON_KEY("id"), id);
	json_addr(w->j, JSON_KEY("value"), address);
	json_close_object(w->j);
}

static void
put_observed(struct writer_of_stix *w)
{
	const struct incident *story = w->file->story;
	char id[ID_MAX], first[CASE_EXPORT_TIME], last[CASE_EXPORT_TIME];
	if (story == NULL || story->alerts == 0)
		return;
	put_address(w, &story->attacker);
	for (size_t i = 0; i < story->victim_count; i++)
		if (!addr_eq(&story->victims[i], &story->attacker))
			put_address(w, &story->victims[i]);
	open_object(w, "observed-data", id_of("observed-data", w->file->incident.id_cstr, id));
	json_cstr(w->j, JSON_KEY("first_observed"), case_export_time(story->first_ns / SECOND_NS, first));
	json_cstr(w->j, JSON_KEY("last_observed"), case_export_time(story->last_ns / SECOND_NS, last));
	json_u64(w->j, JSON_KEY("number_observed"), story->alerts > 999999999 ? 999999999 : story->alerts);
	json_open_array(w->j, JSON_KEY("object_refs"));
	for (size_t i = 0; i <= story->victim_count; i++) {
		const struct addr *a = i == 0 ? &story->attacker : &story->victims[i - 1];
		char address[ID_MAX];
		address_id(a, address);
		if (i == 0 || !addr_eq(a, &story->attacker))
			json_cstr(w->j, (struct bytes){0}, address);
	}
	json_close_array(w->j);
	json_close_object(w->j);
	put_relation(w, id);
}

static void
put_items(struct writer_of_stix *w)
{
	char id[ID_MAX];
	for (size_t i = 0; i < w->file->item_count; i++) {
		const struct case_item *item = &w->file->items[i];
		const char *text_cstr = case_file_value(item, "text");
		if (strcmp(item->kind_cstr, "action") == 0) {
			open_object(w, "course-of-action", id_of("course-of-action", item->id_cstr, id));
			json_cstr(w->j, JSON_KEY("name"), case_file_value(item, "title"));
			json_close_object(w->j);
			put_relation(w, id);
		} else if (text_cstr[0] != '\0') { /* log, comment, cause, lesson */
			open_object(w, "note", id_of("note", item->id_cstr, id));
			json_cstr(w->j, JSON_KEY("abstract"), item->kind_cstr);
			json_cstr(w->j, JSON_KEY("content"), text_cstr);
			json_open_array(w->j, JSON_KEY("authors"));
			json_cstr(w->j, (struct bytes){0}, item->by_cstr);
			json_close_array(w->j);
			put_refs(w);
			json_close_object(w->j);
		}
	}
}

void
case_stix_write(struct json *j, const struct case_file *file)
{
	struct writer_of_stix w = {.j = j, .file = file};
	char id[ID_MAX];
	int64_t last_ns = file->item_count > 0 ? file->items[file->item_count - 1].at_ns : 0;
	last_ns = last_ns < file->incident.at_ns ? file->incident.at_ns : last_ns;
	(void)case_export_time(file->incident.at_ns / SECOND_NS, w.created);
	(void)case_export_time(last_ns / SECOND_NS, w.modified);
	(void)id_of("incident", file->incident.id_cstr, w.incident);
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("type"), "bundle");
	json_cstr(j, JSON_KEY("id"), id_of("bundle", file->incident.id_cstr, id));
	json_open_array(j, JSON_KEY("objects"));
	put_marking(&w);
	put_incident(&w);
	put_observed(&w);
	case_export_techniques(file, put_technique, &w);
	put_items(&w);
	json_close_array(j);
	json_close_object(j);
}
