/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/wire.h"

#include "record/observation.h"

static void
put_addr(struct writer *w, const struct addr *a)
{
	writer_put(w, (struct bytes){a->at, sizeof(a->at)});
}

static struct addr
get_addr(struct cursor *c)
{
	struct addr a = {0};
	struct bytes b = cursor_take(c, sizeof(a.at));
	if (b.len == sizeof(a.at))
		memcpy(a.at, b.at, sizeof(a.at));
	return a;
}

void
wire_get_cstr(struct cursor *c, char *out, size_t size)
{
	struct bytes b = cursor_take(c, cursor_be16(c));
	if (b.len >= size || bytes_find(b, '\0') != b.len) {
		cursor_stop(c, PARSE_BAD);
		return;
	}
	if (b.len > 0)
		memcpy(out, b.at, b.len);
	out[b.len] = '\0';
}

static size_t
get_text(struct cursor *c, char *out, size_t size)
{
	struct bytes b = cursor_take(c, cursor_be16(c));
	if (b.len > size) {
		cursor_stop(c, PARSE_BAD);
		return 0;
	}
	if (b.len > 0)
		memcpy(out, b.at, b.len);
	return b.len;
}

void
wire_put_alert(struct writer *w, const struct alert *a)
{
	writer_field(w, bytes_of_cstr(a->detector_cstr));
	writer_be32(w, a->signature_id);
	writer_u8(w, a->severity);
	writer_u8(w, a->confidence);
	writer_u8(w, a->stage);
	writer_u8(w, a->ip_proto);
	writer_field(w, bytes_of_cstr(a->technique_cstr));
	writer_be64(w, (uint64_t)a->first_ns);
	writer_be64(w, (uint64_t)a->last_ns);
	writer_be64(w, a->number);
	writer_be64(w, a->flow_id);
	put_addr(w, &a->source);
	put_addr(w, &a->target);
	writer_be32(w, a->targets);
	writer_be16(w, a->source_port);
	writer_be16(w, a->target_port);
	writer_be16(w, a->vlan);
	writer_u8(w, a->app);
	writer_be64(w, a->count);
	writer_u8(w, a->fact_count);
	for (size_t i = 0; i < a->fact_count; i++) {
		writer_field(w, bytes_of_cstr(a->facts[i].name_cstr));
		writer_field(w, (struct bytes){(const uint8_t *)a->facts[i].value, a->facts[i].value_len});
	}
}

static void
check_range(struct cursor *c, unsigned value, unsigned low, unsigned high)
{
	if (value < low || value > high)
		cursor_stop(c, PARSE_BAD);
}

enum parse
wire_get_alert(struct cursor *c, wire_known_detector *known, struct alert *out)
{
	struct alert a = {0};
	a.detector_cstr = known(cursor_take(c, cursor_be16(c)));
	if (a.detector_cstr == NULL)
		cursor_stop(c, PARSE_BAD);
	a.signature_id = cursor_be32(c);
	a.severity = cursor_u8(c);
	a.confidence = cursor_u8(c);
	a.stage = cursor_u8(c);
	a.ip_proto = cursor_u8(c);
	wire_get_cstr(c, a.technique_cstr, sizeof(a.technique_cstr));
	a.first_ns = (int64_t)cursor_be64(c);
	a.last_ns = (int64_t)cursor_be64(c);
	a.number = cursor_be64(c);
	a.flow_id = cursor_be64(c);
	a.source = get_addr(c);
	a.target = get_addr(c);
	a.targets = cursor_be32(c);
	a.source_port = cursor_be16(c);
	a.target_port = cursor_be16(c);
	a.vlan = cursor_be16(c);
	a.app = cursor_u8(c);
	a.count = cursor_be64(c);
	a.fact_count = cursor_u8(c);
	if (cursor_ok(c)) {
		check_range(c, a.severity, SEVERITY_MINOR, SEVERITY_CRITICAL);
		check_range(c, a.confidence, 0, 100);
		check_range(c, a.stage, 0, STAGE_HYGIENE);
		check_range(c, a.app, 0, APP_COUNT - 1);
		check_range(c, a.fact_count, 0, ALERT_FACTS_MAX);
	}
	for (size_t i = 0; i < a.fact_count && cursor_ok(c); i++) {
		wire_get_cstr(c, a.facts[i].name_cstr, sizeof(a.facts[i].name_cstr));
		a.facts[i].value_len = (uint16_t)get_text(c, a.facts[i].value, sizeof(a.facts[i].value));
	}
	if (cursor_ok(c))
		*out = a;
	return c->state;
}

void
wire_put_asset(struct writer *w, const struct asset *a)
{
	put_addr(w, &a->address);
	writer_put(w, (struct bytes){a->mac, sizeof(a->mac)});
	writer_u8(w, (uint8_t)(a->has_mac | a->is_private << 1));
	writer_be64(w, (uint64_t)a->first_ns);
	writer_be64(w, (uint64_t)a->last_ns);
	writer_be64(w, a->packets);
	writer_be64(w, a->bytes);
	writer_field(w, (struct bytes){(const uint8_t *)a->name, a->name_len});
	writer_u8(w, a->service_count);
	for (size_t i = 0; i < a->service_count; i++) {
		writer_be16(w, a->services[i].port);
		writer_u8(w, a->services[i].ip_proto);
		writer_u8(w, a->services[i].app);
	}
}

enum parse
wire_get_asset(struct cursor *c, struct asset *out)
{
	struct asset a = {.address = get_addr(c)};
	struct bytes mac = cursor_take(c, sizeof(a.mac));
	if (mac.len == sizeof(a.mac))
		memcpy(a.mac, mac.at, sizeof(a.mac));
	uint8_t flags = cursor_u8(c);
	a.has_mac = (flags & 1) != 0;
	a.is_private = (flags & 2) != 0;
	a.first_ns = (int64_t)cursor_be64(c);
	a.last_ns = (int64_t)cursor_be64(c);
	a.packets = cursor_be64(c);
	a.bytes = cursor_be64(c);
	a.name_len = (uint8_t)get_text(c, a.name, sizeof(a.name));
	a.service_count = cursor_u8(c);
	check_range(c, a.service_count, 0, ASSET_SERVICES_MAX);
	for (size_t i = 0; i < a.service_count && cursor_ok(c); i++) {
		a.services[i].port = cursor_be16(c);
		a.services[i].ip_proto = cursor_u8(c);
		a.services[i].app = cursor_u8(c);
		check_range(c, a.services[i].app, 0, APP_COUNT - 1);
	}
	if (cursor_ok(c))
		*out = a;
	return c->state;
}

void
wire_put_machine(struct writer *w, const struct machine *m)
{
	put_addr(w, &m->address);
	writer_put(w, (struct bytes){m->mac, sizeof(m->mac)});
	writer_u8(w, m->has_mac);
	writer_u8(w, m->origin);
	writer_u8(w, m->value);
	writer_be64(w, (uint64_t)m->at_ns);
	for (size_t i = 0; i < MACHINE_FIELDS; i++)
		writer_field(w, bytes_of_cstr(m->texts[i]));
	writer_u8(w, m->service_count);
	for (size_t i = 0; i < m->service_count; i++) {
		const struct machine_service *s = &m->services[i];
		writer_be16(w, s->port);
		writer_u8(w, s->ip_proto);
		writer_field(w, bytes_of_cstr(s->name_cstr));
		writer_field(w, bytes_of_cstr(s->product_cstr));
		writer_field(w, bytes_of_cstr(s->version_cstr));
	}
}

enum parse
wire_get_machine(struct cursor *c, struct machine *out)
{
	memset(out, 0, sizeof(*out)); /* 14 kB: built in place; the caller reads it only after PARSE_OK */
	out->address = get_addr(c);
	struct bytes mac = cursor_take(c, sizeof(out->mac));
	if (mac.len == sizeof(out->mac))
		memcpy(out->mac, mac.at, sizeof(out->mac));
	out->has_mac = cursor_u8(c) != 0;
	out->origin = cursor_u8(c);
	out->value = cursor_u8(c);
	out->at_ns = (int64_t)cursor_be64(c);
	for (size_t i = 0; i < MACHINE_FIELDS && cursor_ok(c); i++)
		wire_get_cstr(c, out->texts[i], machine_field_max((enum machine_field)i));
	out->service_count = cursor_u8(c);
	if (cursor_ok(c)) {
		check_range(c, out->origin, 0, MACHINE_ORIGINS - 1);
		check_range(c, out->value, 0, SEVERITY_CRITICAL);
		check_range(c, out->service_count, 0, MACHINE_SERVICES_MAX);
	}
	for (size_t i = 0; i < out->service_count && cursor_ok(c); i++) {
		struct machine_service *s = &out->services[i];
		s->port = cursor_be16(c);
		s->ip_proto = cursor_u8(c);
		wire_get_cstr(c, s->name_cstr, sizeof(s->name_cstr));
		wire_get_cstr(c, s->product_cstr, sizeof(s->product_cstr));
		wire_get_cstr(c, s->version_cstr, sizeof(s->version_cstr));
	}
	return c->state;
}

void
wire_put_incident(struct writer *w, const struct incident *incident)
{
	writer_field(w, bytes_of_cstr(incident->id_cstr));
	put_addr(w, &incident->attacker);
	writer_be32(w, incident->victims_total);
	writer_u8(w, incident->victim_count);
	for (size_t i = 0; i < incident->victim_count; i++)
		put_addr(w, &incident->victims[i]);
	writer_be16(w, incident->stages);
	writer_u8(w, incident->severity);
	writer_u8(w, incident->confidence);
	writer_be64(w, (uint64_t)incident->first_ns);
	writer_be64(w, (uint64_t)incident->last_ns);
	writer_be64(w, incident->alerts);
	writer_u8(w, incident->part_count);
	for (size_t i = 0; i < incident->part_count; i++) {
		const struct incident_part *part = &incident->parts[i];
		wire_put_alert(w, &part->strongest);
		writer_be64(w, part->alerts);
		writer_be64(w, part->count);
		writer_be64(w, (uint64_t)part->first_ns);
		writer_be64(w, (uint64_t)part->last_ns);
	}
}

enum parse
wire_get_incident(struct cursor *c, wire_known_detector *known, struct incident *out)
{
	memset(out, 0, sizeof(*out)); /* 20 kB: built in place; the caller reads it only after PARSE_OK */
	wire_get_cstr(c, out->id_cstr, sizeof(out->id_cstr));
	out->attacker = get_addr(c);
	out->victims_total = cursor_be32(c);
	out->victim_count = cursor_u8(c);
	check_range(c, out->victim_count, 0, INCIDENT_VICTIMS_MAX);
	for (size_t i = 0; i < out->victim_count && cursor_ok(c); i++)
		out->victims[i] = get_addr(c);
	out->stages = cursor_be16(c);
	out->severity = cursor_u8(c);
	out->confidence = cursor_u8(c);
	out->first_ns = (int64_t)cursor_be64(c);
	out->last_ns = (int64_t)cursor_be64(c);
	out->alerts = cursor_be64(c);
	out->part_count = cursor_u8(c);
	if (cursor_ok(c)) {
		check_range(c, out->severity, SEVERITY_MINOR, SEVERITY_CRITICAL);
		check_range(c, out->confidence, 0, 100);
		check_range(c, out->part_count, 0, INCIDENT_PARTS_MAX);
	}
	for (size_t i = 0; i < out->part_count && cursor_ok(c); i++) {
		struct incident_part *part = &out->parts[i];
		if (wire_get_alert(c, known, &part->strongest) != PARSE_OK)
			break;
		part->alerts = cursor_be64(c);
		part->count = cursor_be64(c);
		part->first_ns = (int64_t)cursor_be64(c);
		part->last_ns = (int64_t)cursor_be64(c);
	}
	return c->state;
}
