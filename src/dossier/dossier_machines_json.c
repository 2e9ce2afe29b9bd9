/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_machines_json.h"

#include "core/json.h"

#include <stdio.h>

static const struct {
	unsigned bit;
	const char *word_cstr;
} differences[] = {{MACHINE_UNKNOWN, "unknown"}, {MACHINE_NEVER_SEEN, "never-seen"},
    {MACHINE_SERVICE_UNKNOWN, "service-unknown"}, {MACHINE_SERVICE_SILENT, "service-silent"}};
static const char *const values[] = {"", "minor", "significant", "serious", "critical"};

unsigned
dossier_machines_json_difference_of(const char *word_cstr)
{
	for (size_t i = 0; i < LENGTH_OF(differences); i++)
		if (strcmp(differences[i].word_cstr, word_cstr) == 0)
			return differences[i].bit;
	return 0;
}

const char *
dossier_machines_json_value(uint8_t value)
{
	return value < LENGTH_OF(values) ? values[value] : "";
}

static void
put_text(struct json *j, struct bytes key, const char *text_cstr)
{
	if (text_cstr[0] != '\0')
		json_cstr(j, key, text_cstr);
}

static void
put_times(struct json *j, const struct dossier_machine *m)
{
	if (m->last_ns > 0) {
		json_time(j, JSON_KEY("first"), m->first_ns);
		json_time(j, JSON_KEY("last"), m->last_ns);
	}
	if (m->scanned_ns > 0)
		json_time(j, JSON_KEY("scanned_at"), m->scanned_ns);
}

static void
put_services(struct json *j, const struct dossier_machine *m)
{
	json_open_array(j, JSON_KEY("services"));
	for (size_t i = 0; i < m->service_count; i++) {
		const struct dossier_machine_service *s = &m->services[i];
		char other[8];
		(void)snprintf(other, sizeof(other), "ip%u", s->ip_proto);
		json_open_object(j, (struct bytes){0});
		json_u64(j, JSON_KEY("port"), s->port);
		json_cstr(j, JSON_KEY("transport"), s->ip_proto == 6 ? "tcp" : s->ip_proto == 17 ? "udp" : other);
		put_text(j, JSON_KEY("app_proto"), s->name_cstr);
		put_text(j, JSON_KEY("product"), s->product_cstr);
		put_text(j, JSON_KEY("version"), s->version_cstr);
		json_bool(j, JSON_KEY("seen"), s->seen);
		json_bool(j, JSON_KEY("scanned"), s->scanned);
		json_bool(j, JSON_KEY("declared"), s->declared);
		json_close_object(j);
	}
	json_close_array(j);
}

/* The addresses that it has or had, each with its times. */
static void
put_addresses(struct json *j, const struct dossier_machine *m)
{
	json_open_array(j, JSON_KEY("addresses"));
	for (const struct dossier_machine *one = m->next_same; one != NULL; one = one->next_same) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("id"), one->id_cstr);
		put_text(j, JSON_KEY("address"), one->address_cstr);
		if (one->has_mac)
			json_hex(j, JSON_KEY("mac"), (struct bytes){one->mac, sizeof(one->mac)}, ':');
		put_times(j, one);
		json_close_object(j);
	}
	json_close_array(j);
}

void
dossier_machines_json(struct json *j, struct bytes key, const struct dossier_machine *m)
{
	static const struct bytes keys[MACHINE_FIELDS] = {[MACHINE_NAME] = JSON_KEY("name"),
	    [MACHINE_KIND] = JSON_KEY("kind"),
	    [MACHINE_OWNER] = JSON_KEY("owner"),
	    [MACHINE_LOCATION] = JSON_KEY("location"),
	    [MACHINE_SYSTEM] = JSON_KEY("system"),
	    [MACHINE_VENDOR] = JSON_KEY("vendor"),
	    [MACHINE_MODEL] = JSON_KEY("model"),
	    [MACHINE_SERIAL] = JSON_KEY("serial"),
	    [MACHINE_NOTE] = JSON_KEY("note")};
	json_open_object(j, key);
	json_cstr(j, JSON_KEY("id"), m->id_cstr);
	put_text(j, JSON_KEY("address"), m->address_cstr);
	for (size_t i = 0; i < MACHINE_FIELDS; i++)
		put_text(j, keys[i], m->texts[i]);
	put_text(j, JSON_KEY("value"), dossier_machines_json_value(m->value));
	if (m->has_mac)
		json_hex(j, JSON_KEY("mac"), (struct bytes){m->mac, sizeof(m->mac)}, ':');
	json_bool(j, JSON_KEY("private"), m->is_private);
	json_bool(j, JSON_KEY("seen"), m->seen);
	json_bool(j, JSON_KEY("scanned"), m->scanned);
	json_bool(j, JSON_KEY("declared"), m->declared);
	put_times(j, m);
	json_u64(j, JSON_KEY("packets"), m->packets);
	json_u64(j, JSON_KEY("bytes"), m->bytes);
	json_u64(j, JSON_KEY("incidents"), m->incidents);
	put_services(j, m);
	put_addresses(j, m);
	if (m->same_as != NULL)
		json_cstr(j, JSON_KEY("same_as"), m->same_as->id_cstr);
	if (m->lease_of != NULL)
		json_cstr(j, JSON_KEY("same_mac_as"), m->lease_of->id_cstr);
	json_open_array(j, JSON_KEY("differences"));
	for (size_t i = 0; i < LENGTH_OF(differences); i++)
		if ((m->differences & differences[i].bit) != 0)
			json_cstr(j, (struct bytes){0}, differences[i].word_cstr);
	json_close_array(j);
	json_close_object(j);
}
