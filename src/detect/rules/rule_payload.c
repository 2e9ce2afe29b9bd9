/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_payload.h"

#include "core/auto.h"
#include "core/hash.h"
#include "detect/rules/rule_place.h"

#include <stdlib.h>

enum { MANY = 48 /* rules; each such protocol takes the memory of those of all once more */ };

static size_t
slot_of(uint8_t ip_proto, bool from_server, enum rule_place_kind place, uint16_t number)
{
	uint64_t key = ((uint64_t)ip_proto * 2 + from_server) * RULE_PLACES + place;
	return hash_u64(key << 16 | number, 0) % RULE_PAYLOAD_SLOTS;
}

const struct rule_group *
rule_payload_group(
    const struct rule_program *p, uint8_t ip_proto, bool from_server, enum rule_place_kind place, uint16_t number)
{
	uint8_t side = from_server ? VIEW_FROM_SERVER : VIEW_FROM_CLIENT;
	for (size_t at = slot_of(ip_proto, from_server, place, number); p->payload_slots[at] != 0;
	     at = (at + 1) % RULE_PAYLOAD_SLOTS) {
		const struct rule_group *g = &p->groups[p->payload_slots[at] - 1];
		if (g->number == number && g->place == place && g->ip_proto == ip_proto && g->side == side)
			return g;
	}
	return NULL;
}

int
rule_payload_index(struct rule_maker *m)
{
	struct rule_program *p = m->program;
	size_t count = 0;
	for (size_t i = 0; i < p->group_count; i++) {
		const struct rule_group *g = &p->groups[i];
		bool server = g->side == VIEW_FROM_SERVER, is_changed = g->buffer->transform_count > 0;
		int e = 0;
		if (g->buffer->view != VIEW_PAYLOAD)
			continue;
		if (is_changed)
			e = rule_place_append(m, &p->changed_payload[server], (uint32_t)i);
		if (e < 0)
			return e;
		if (is_changed)
			continue;
		if (++count > RULE_PAYLOAD_SLOTS / 2 || i >= UINT16_MAX)
			return diag_say(m->diag, -E2BIG, "%s", _("rules of more than 4096 ports"));
		size_t at = slot_of(g->ip_proto, server, g->place, g->number);
		while (p->payload_slots[at] != 0)
			at = (at + 1) % RULE_PAYLOAD_SLOTS;
		p->payload_slots[at] = (uint16_t)(i + 1);
	}
	return 0;
}

int
rule_payload_add_any(struct rule_maker *m)
{
	struct rule_program *p = m->program;
	size_t before = m->pattern_count, room = before;
	AUTO_FREE uint32_t *own = calloc(p->group_count + 1, sizeof(*own));
	if (own == NULL)
		return rule_maker_no_memory(m);
	for (size_t i = 0; i < before; i++)
		own[m->patterns[i].group]++;
	for (size_t i = 0; i < p->group_count; i++)
		p->groups[i].has_any = p->groups[i].place == RULE_PLACE_APP && p->groups[i].ip_proto == 6 && own[i] >= MANY;
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < before; i++) {
			const struct rule_group *any = &p->groups[m->patterns[i].group];
			if (any->place != RULE_PLACE_ANY || any->buffer->view != VIEW_PAYLOAD ||
			    any->buffer->transform_count > 0)
				continue;
			for (size_t k = 0; k < p->group_count; k++) {
				const struct rule_group *app = &p->groups[k];
				if (!app->has_any || app->side != any->side || app->ip_proto != any->ip_proto)
					continue;
				if (pass == 0) {
					room++;
					continue;
				}
				m->patterns[m->pattern_count] = m->patterns[i];
				m->patterns[m->pattern_count++].group = (uint32_t)k;
			}
		}
		struct rule_maker_pattern *more = pass == 0 ? realloc(m->patterns, (room + 1) * sizeof(*more)) : NULL;
		if (pass == 0 && more == NULL)
			return rule_maker_no_memory(m);
		m->patterns = pass == 0 ? more : m->patterns;
	}
	return 0;
}

uint16_t
rule_payload_app_number(const char *app_cstr)
{
	if (strcmp(app_cstr, "dcerpc") == 0) /* in pipes of SMB too */
		return 0;
	if (strncmp(app_cstr, "http", 4) == 0 && strcmp(app_cstr, "http2") != 0)
		app_cstr = "http";
	return (uint16_t)(hash_bytes(bytes_of_cstr(app_cstr), 0) | 1);
}
