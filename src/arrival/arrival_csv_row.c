/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_csv_row.h"

#include "arrival/arrival_flow.h"
#include "arrival/arrival_json.h"
#include "arrival/arrival_word.h"
#include "core/text.h"
#include "core/zone.h"
#include "record/alert_text.h"

#include <errno.h>
#include <stdio.h>

enum { TCP = 6, UDP = 17, SYN = 0x02, CONFIDENCE = 60 };
static const int64_t second_ns = INT64_C(1000000000);

static uint64_t
number(struct bytes text, uint64_t max)
{
	uint64_t value;
	return arrival_word_number(text, max, &value) ? value : 0;
}

/* "tcp", "TCP", "6". */
static uint8_t
protocol(struct bytes text)
{
	static const struct {
		const char *name_cstr;
		uint8_t value;
	} names[] = {{"tcp", TCP}, {"udp", UDP}, {"icmp", 1}, {"icmpv6", 58}, {"sctp", 132}, {"gre", 47}, {"esp", 50}};
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (bytes_eq_nocase(text, bytes_of_cstr(names[i].name_cstr)))
			return names[i].value;
	uint64_t value;
	return arrival_word_number(text, UINT8_MAX, &value) ? (uint8_t)value : text.len == 0 ? TCP : 0;
}

/* "03/11/2026 08:15[:02]": the day first, as in French; also with dots or dashes. As "2026-11-03 08:15:02". */
static bool
turn_date(struct bytes text, char out[static 24])
{
	uint64_t day, month, year;
	if (text.len < 10 || (text.at[2] != '/' && text.at[2] != '.' && text.at[2] != '-') || text.at[5] != text.at[2])
		return false;
	if (!arrival_word_number(bytes_first(text, 2), 31, &day) ||
	    !arrival_word_number(bytes_first(bytes_after(text, 3), 2), 12, &month) ||
	    !arrival_word_number(bytes_first(bytes_after(text, 6), 4), 2261, &year))
		return false;
	struct bytes clock = bytes_trim(bytes_after(text, 10));
	if (clock.len > 8)
		return false;
	(void)snprintf(out, 24, "%04u-%02u-%02u %.*s%s", (unsigned)year, (unsigned)month, (unsigned)day, (int)clock.len,
	    clock.len > 0 ? (const char *)clock.at : "",
	    clock.len == 0       ? "00:00:00"
	        : clock.len == 5 ? ":00"
	                         : "");
	return true;
}

/* With an offset or Z, seconds since 1970, or what a clock on the wall showed. */
static bool
read_time(struct bytes text, const struct zone *zone, int64_t *out_ns)
{
	char turned[24];
	uint64_t seconds;
	int64_t moments[2];
	if (text.len >= 9 && arrival_word_number(text, UINT64_C(9200000000), &seconds)) {
		*out_ns = (int64_t)seconds * second_ns;
		return true;
	}
	if (turn_date(text, turned))
		text = bytes_of_cstr(turned);
	if (!arrival_json_read_time(text, out_ns))
		return false;
	struct bytes tail = bytes_after(text, 19);
	if (bytes_find(tail, 'Z') < tail.len || bytes_find(tail, '+') < tail.len || bytes_find(tail, '-') < tail.len)
		return true;
	struct civil wall = civil_of(*out_ns / second_ns);
	(void)zone_moments(zone, &wall, moments);
	if (moments[0] < 0)
		return false;
	*out_ns = moments[0] * second_ns + *out_ns % second_ns;
	return true;
}

/* ---- machines ---- */

static void
add_service(
    struct machine *m, uint64_t port, uint8_t ip_proto, struct bytes name, struct bytes product, struct bytes version)
{
	struct machine_service *s;
	if (port == 0 || !machine_add_service(m, (uint16_t)port, ip_proto, &s))
		return;
	machine_copy_text(s->name_cstr, sizeof(s->name_cstr), name);
	machine_copy_text(s->product_cstr, sizeof(s->product_cstr), product);
	machine_copy_text(s->version_cstr, sizeof(s->version_cstr), version);
}

/* "22/tcp ssh, 80 http, 161/udp" */
static bool
read_services(struct machine *m, struct bytes list)
{
	while (list.len > 0) {
		size_t end = 0;
		while (end < list.len && list.at[end] != ',' && list.at[end] != ';' && list.at[end] != '\n')
			end++;
		struct bytes item = bytes_trim(bytes_first(list, end)), number_text = arrival_word_next(&item, ' ');
		list = bytes_after(list, end + 1);
		uint64_t port;
		struct bytes transport = number_text, digits = arrival_word_next(&transport, '/');
		if (digits.len == 0)
			continue;
		uint8_t ip_proto = protocol(transport);
		if (!arrival_word_number(digits, UINT16_MAX, &port) || port == 0 || ip_proto == 0)
			return false;
		add_service(m, port, ip_proto, item, (struct bytes){0}, (struct bytes){0});
	}
	return true;
}

static int
read_machine(const struct bytes *v, struct machine *m, struct diag *diag)
{
	static const struct {
		enum arrival_csv_column column;
		enum machine_field field;
	} texts[] = {{CSV_NAME, MACHINE_NAME}, {CSV_KIND, MACHINE_KIND}, {CSV_OWNER, MACHINE_OWNER},
	    {CSV_LOCATION, MACHINE_LOCATION}, {CSV_SYSTEM, MACHINE_SYSTEM}, {CSV_VENDOR, MACHINE_VENDOR},
	    {CSV_MODEL, MACHINE_MODEL}, {CSV_SERIAL, MACHINE_SERIAL}, {CSV_NOTE, MACHINE_NOTE}};
	memset(m, 0, sizeof(*m));
	m->origin = MACHINE_DECLARED;
	if (v[CSV_ADDRESS].len > 0 && !addr_parse(v[CSV_ADDRESS], &m->address))
		return diag_say(diag, -EINVAL, _("\"%.*s\": an IP address was expected"),
		    (int)(v[CSV_ADDRESS].len < 64 ? v[CSV_ADDRESS].len : 64), (const char *)v[CSV_ADDRESS].at);
	m->has_mac = v[CSV_MAC].len > 0;
	if (m->has_mac && !machine_mac_parse(v[CSV_MAC], m->mac))
		return diag_say(diag, -EINVAL, "%s", _("a MAC address like 00:11:22:aa:bb:cc was expected"));
	for (size_t i = 0; i < LENGTH_OF(texts); i++)
		machine_set_text(m, texts[i].field, v[texts[i].column]);
	m->value = machine_value_of(v[CSV_VALUE]);
	if (v[CSV_VALUE].len > 0 && m->value == 0)
		return diag_say(
		    diag, -EINVAL, "%s", _("a value from 1 to 4 was expected: minor, significant, serious, critical"));
	if (!read_services(m, v[CSV_SERVICES]))
		return diag_say(diag, -EINVAL, "%s", _("services like \"22/tcp ssh, 80/tcp http\" were expected"));
	uint8_t ip_proto = protocol(v[CSV_PROTOCOL]);
	if (v[CSV_PORT].len > 0 && ip_proto == 0)
		return diag_say(diag, -EINVAL, "%s", _("services like \"22/tcp ssh, 80/tcp http\" were expected"));
	add_service(m, number(v[CSV_PORT], UINT16_MAX), ip_proto, v[CSV_SERVICE], v[CSV_PRODUCT], v[CSV_VERSION]);
	if (addr_is_zero(&m->address) && !m->has_mac && m->texts[MACHINE_NAME][0] == '\0')
		return diag_say(diag, -EINVAL, "%s", _("a machine has an address, a MAC or a name"));
	return ARRIVAL_CSV_MACHINE;
}

/* ---- alerts and flows ---- */

static int
read_ends(const struct bytes *v, const struct zone *zone, struct observation *o, bool both, struct diag *diag)
{
	bool has_source = addr_parse(v[CSV_SOURCE], &o->src), has_target = addr_parse(v[CSV_TARGET], &o->dst);
	if (!read_time(v[CSV_TIME], zone, &o->time_ns))
		return diag_say(diag, -EINVAL, "%s",
		    _("a time was expected, like 2026-11-03 08:15:02, 03/11/2026 08:15, with an offset, or seconds since 1970"));
	if ((v[CSV_SOURCE].len > 0 && !has_source) || (v[CSV_TARGET].len > 0 && !has_target) ||
	    (both && !(has_source && has_target)) || (!has_source && !has_target))
		return diag_say(diag, -EINVAL, "%s", _("an IP address was expected as source, and as target"));
	o->src_port = (uint16_t)number(v[CSV_SOURCE_PORT], UINT16_MAX);
	o->dst_port = (uint16_t)number(v[CSV_TARGET_PORT].len > 0 ? v[CSV_TARGET_PORT] : v[CSV_PORT], UINT16_MAX);
	o->ip_proto = protocol(v[CSV_PROTOCOL]);
	return 0;
}

/* A number follows Suricata's priorities, 1 the gravest; our own words are taken too. */
static uint8_t
severity_of(struct bytes text)
{
	static const uint8_t priorities[] = {SEVERITY_SERIOUS, SEVERITY_SERIOUS, SEVERITY_SIGNIFICANT, SEVERITY_MINOR};
	uint64_t priority;
	if (arrival_word_number(text, UINT32_MAX, &priority))
		return priorities[priority < LENGTH_OF(priorities) ? priority : LENGTH_OF(priorities) - 1];
	uint8_t value = machine_value_of(text);
	return value != 0 ? value : SEVERITY_SIGNIFICANT;
}

static int
read_alert(const struct bytes *v, const struct zone *zone, struct arrival *out, struct diag *diag)
{
	struct observation *o = &out->observation;
	int r = read_ends(v, zone, o, false, diag);
	if (r < 0)
		return r;
	uint8_t severity = severity_of(v[CSV_SEVERITY]);
	uint64_t count = number(v[CSV_COUNT], INT32_MAX);
	struct alert *a = &out->alert;
	*a = (struct alert){.detector_cstr = alert_text_known(BYTES("other-sensor")),
	    .severity = severity,
	    .stage = severity == SEVERITY_MINOR ? STAGE_HYGIENE : STAGE_ACCESS,
	    .confidence = CONFIDENCE,
	    .signature_id = (uint32_t)number(v[CSV_RULE], UINT32_MAX),
	    .ip_proto = o->ip_proto,
	    .first_ns = o->time_ns,
	    .last_ns = o->time_ns,
	    .source = o->src,
	    .target = o->dst,
	    .source_port = o->src_port,
	    .target_port = o->dst_port,
	    .count = count > 0 ? count : 1,
	    .targets = 1,
	    .app = APP_NONE};
	if (addr_is_zero(&a->source)) {
		a->source = a->target;
		a->target = (struct addr){0};
	}
	alert_fact_text(a, "signature", v[CSV_SIGNATURE]);
	alert_fact_text(a, "category", v[CSV_CATEGORY]);
	alert_fact_text(a, "rule", v[CSV_RULE]);
	out->kind = ARRIVAL_ALERT;
	return ARRIVAL_CSV_ARRIVAL;
}

static bool
is_any(struct bytes text, const char *const *words, size_t count)
{
	char room[ARRIVAL_CSV_COLUMN_NAME_MAX];
	struct bytes word = {(const uint8_t *)room, arrival_csv_column_fold(text, room)};
	for (size_t i = 0; i < count; i++)
		if (bytes_eq(word, bytes_of_cstr(words[i])))
			return true;
	return false;
}

static int
read_flow(const struct bytes *v, const struct zone *zone, struct arrival *out, struct diag *diag)
{
	static const char *const dropped[] = {"drop", "dropped", "deny", "denied", "block", "blocked", "bloque", "refuse"};
	static const char *const rejected[] = {"reject", "rejected", "rejete"};
	struct observation *o = &out->observation;
	struct observed_flow *f = &o->flow;
	int r = read_ends(v, zone, o, true, diag);
	if (r < 0)
		return r;
	uint64_t packets = number(v[CSV_PACKETS_SENT], UINT32_MAX);
	bool refused = is_any(v[CSV_ACTION], rejected, LENGTH_OF(rejected));
	bool silent = refused || is_any(v[CSV_ACTION], dropped, LENGTH_OF(dropped));
	o->kind = OBSERVATION_FLOW_END;
	f->first_ns = o->time_ns;
	f->last_ns = o->time_ns + (int64_t)number(v[CSV_DURATION], 1000000) * second_ns;
	o->time_ns = f->last_ns;
	f->packets[0] = packets > 0 ? packets : 1;
	f->bytes[0] = number(v[CSV_BYTES_SENT], UINT64_C(1) << 62);
	f->packets[1] = silent ? 0 : number(v[CSV_PACKETS_RECEIVED], UINT32_MAX);
	f->bytes[1] = silent ? 0 : number(v[CSV_BYTES_RECEIVED], UINT64_C(1) << 62);
	if (f->packets[1] == 0 && !silent && (f->bytes[1] > 0 || v[CSV_PACKETS_RECEIVED].len == 0))
		f->packets[1] = 1; /* it was let through, and nobody counted */
	for (size_t i = 0; i < 2; i++) {
		f->payload_bytes[i] = f->bytes[i];
		f->data_packets[i] = (uint32_t)arrival_flow_data_packets(o->ip_proto, f->packets[i], f->payload_bytes[i]);
	}
	f->tcp_flags[0] = f->first_flags = o->ip_proto == TCP ? SYN : 0;
	f->state = refused ? FLOW_STATE_REFUSED : f->packets[1] == 0 ? FLOW_STATE_NEW : FLOW_STATE_ESTABLISHED;
	f->midstream = f->packets[1] > 0; /* a table tells no handshake: no service is made of it */
	f->app = APP_NONE;
	out->kind = ARRIVAL_OBSERVATION;
	return ARRIVAL_CSV_ARRIVAL;
}

int
arrival_csv_row_read(enum arrival_csv_kind kind, const struct bytes values[static CSV_COLUMNS], const struct zone *zone,
    struct arrival *arrival, struct machine *machine, struct diag *diag)
{
	struct arrival a = {.kind = ARRIVAL_NOTHING};
	bool empty = true;
	for (size_t i = 0; i < CSV_COLUMNS && empty; i++)
		empty = values[i].len == 0;
	if (empty)
		return ARRIVAL_CSV_NOTHING;
	if (kind == CSV_MACHINES)
		return read_machine(values, machine, diag);
	int r = kind == CSV_ALERTS ? read_alert(values, zone, &a, diag) : read_flow(values, zone, &a, diag);
	if (r >= 0)
		*arrival = a;
	return r;
}
