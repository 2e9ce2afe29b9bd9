/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/behaviour/new_device.h"

#include "detect/behaviour/keyed_table.h"
#include "detect/behaviour/tuning.h"

#include <stdio.h>
#include <errno.h>

static const char name_cstr[] = "new-device";

enum { HOST_MAX = 32, MAC_TEXT = 18, ARP_REPLY = 2 };
static const int64_t hour_ns = INT64_C(3600000000000);

struct device {
	int64_t first_ns;
	bool learned, told;
	uint8_t host_len;
	char host[HOST_MAX];
};

struct state {
	struct keyed_table *devices; /* card -> device; a full table learns nothing more, but forgets nobody */
	int64_t learn_ns, begin_ns;
	int64_t hour;
	uint64_t hour_count, per_hour_max, untold;
};

static void
stop(void *state)
{
	struct state *s = state;
	keyed_table_free(s->devices);
}

static int
start(void *state, const struct tuning *tuning, size_t memory_bytes)
{
	struct state *s = state;
	s->learn_ns = (int64_t)tuning_u64(tuning, name_cstr, "learn_s") * 1000000000;
	s->per_hour_max = tuning_u64(tuning, name_cstr, "per_hour");
	s->begin_ns = INT64_MIN;
	s->devices = keyed_table_new(6, sizeof(struct device), memory_bytes);
	return s->devices == NULL ? -ENOMEM : 0;
}

static void
tell(struct state *s, struct device *d, const uint8_t mac[static 6], const struct addr *address, const struct seen *seen)
{
	const struct observation *o = seen->o;
	d->told = true;
	if (o->time_ns / hour_ns != s->hour) {
		s->hour = o->time_ns / hour_ns;
		s->hour_count = 0;
	}
	/* Somebody who makes up cards must not fill the console. */
	if (s->hour_count >= s->per_hour_max) {
		s->untold++;
		return;
	}
	s->hour_count++;
	struct alert alert;
	detector_alert(&alert, &new_device_detector, o);
	alert.first_ns = d->first_ns;
	alert.source = alert.target = *address;
	alert.source_port = alert.target_port = 0;
	alert.flow_id = 0;
	alert.ip_proto = 0;
	/* Bit 1 of the first byte: an address made up by the system, as telephones do on each network (IEEE 802c). */
	bool made_up = (mac[0] & 2) != 0;
	alert.confidence = made_up ? 60 : 85;
	char text[MAC_TEXT];
	snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5]);
	alert_fact_text(&alert, "card", bytes_of_cstr(text));
	if (d->host_len > 0)
		alert_fact_text(&alert, "name", (struct bytes){(const uint8_t *)d->host, d->host_len});
	if (s->untold > 0)
		alert_fact_u64(&alert, "untold", s->untold);
	s->untold = 0;
	seen->out->say(seen->out->context, &alert);
}

static void
note(struct state *s, const uint8_t mac[static 6], const struct addr *address, struct bytes host, bool asked,
    const struct seen *seen)
{
	static const uint8_t none[6], all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	if (memcmp(mac, none, sizeof(none)) == 0 || memcmp(mac, all, sizeof(all)) == 0 || (mac[0] & 1) != 0)
		return;
	bool is_new;
	struct device *d = keyed_table_get_if_room(s->devices, mac, &is_new);
	if (d == NULL)
		return;
	if (is_new) {
		d->first_ns = seen->o->time_ns;
		/* Who first shows up by answering a question was there before, silent: a printer, a server. */
		d->learned = asked || seen->o->time_ns - s->begin_ns < s->learn_ns;
	}
	if (d->learned || d->told)
		return;
	if (host.len > 0) {
		host = bytes_first(host, HOST_MAX);
		memcpy(d->host, host.at, host.len);
		d->host_len = (uint8_t)host.len;
	}
	if (addr_is_private(address) && !addr_is_zero(address))
		tell(s, d, mac, address, seen);
}

static void
observe(void *state, const struct seen *seen)
{
	struct state *s = state;
	const struct observation *o = seen->o;
	if (s->begin_ns == INT64_MIN)
		s->begin_ns = o->time_ns;
	if (o->kind == OBSERVATION_ARP)
		note(s, o->arp.sender_mac, &o->arp.sender_ip, (struct bytes){0}, o->arp.operation == ARP_REPLY, seen);
	else
		note(s, o->dhcp.client_mac, &o->dhcp.assigned,
		    (struct bytes){(const uint8_t *)o->dhcp.host, o->dhcp.host_len}, false, seen);
}

const struct detector new_device_detector = {
    .name_cstr = name_cstr,
    .signature_id = 9000026,
    .technique_cstr = "T1200",
    .stage = STAGE_HYGIENE,
    .severity = SEVERITY_MINOR,
    .wants = DETECTOR_WANTS(OBSERVATION_ARP) | DETECTOR_WANTS(OBSERVATION_DHCP),
    .state_size = sizeof(struct state),
    .start = start,
    .observe = observe,
    .stop = stop,
};
