/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_exception.h"

#include "desk/desk_alert.h"
#include "desk/desk_list.h"
#include "dossier/dossier_exception.h"
#include "dossier/dossier_machines.h"
#include "record/alert_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { DAYS_USUAL = 90, DAYS_MAX = 730 };
#define DAY_NS (INT64_C(86400) * 1000000000)

static const char *
state_word(const struct desk *desk, const struct exception *e)
{
	return e->ended_ns != 0 ? "ended" : desk->now_ns >= e->until_ns ? "expired" : "holds";
}

static void
members(struct desk *desk, struct json *out, const struct exception *e, uint64_t hidden)
{
	char network[EXCEPTION_NETWORK_MAX];
	json_cstr(out, JSON_KEY("id"), e->id_cstr);
	json_cstr(out, JSON_KEY("state"), state_word(desk, e));
	if (e->signature_id != 0)
		json_u64(out, JSON_KEY("sid"), e->signature_id);
	if (e->detector_cstr[0] != '\0')
		json_cstr(out, JSON_KEY("detector"), e->detector_cstr);
	if (e->prefix > 0) {
		json_cstr(out, JSON_KEY("address"), exception_network_write(e, network));
		json_cstr(out, JSON_KEY("side"), exception_side_word(e->side));
	}
	if (e->pattern_cstr[0] != '\0')
		json_cstr(out, JSON_KEY("pattern"), e->pattern_cstr);
	json_cstr(out, JSON_KEY("who"), e->who_cstr);
	json_cstr(out, JSON_KEY("why"), e->why_cstr);
	desk_json_time(out, JSON_KEY("made"), e->made_ns);
	desk_json_time(out, JSON_KEY("until"), e->until_ns);
	desk_json_time(out, JSON_KEY("ended"), e->ended_ns);
	json_u64(out, JSON_KEY("hidden"), hidden);
}

struct listing {
	struct desk *desk;
	struct json *out;
	const char *state_cstr; /* "": all */
	size_t total, limit;
};

static void
list_one(void *context, const struct exception *e, uint64_t hidden)
{
	struct listing *l = context;
	if (l->state_cstr[0] != '\0' && strcmp(l->state_cstr, state_word(l->desk, e)) != 0)
		return;
	if (l->total++ >= l->limit || json_length(l->out) > DESK_LIST_BYTES)
		return;
	json_open_object(l->out, (struct bytes){0});
	members(l->desk, l->out, e, hidden);
	json_close_object(l->out);
	desk_flush(l->desk, l->out);
}

int
desk_exception_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct listing l = {.desk = desk, .out = out, .state_cstr = desk_order_value(order, "state")};
	if (l.state_cstr[0] != '\0' && strcmp(l.state_cstr, "holds") != 0 && strcmp(l.state_cstr, "expired") != 0 &&
	    strcmp(l.state_cstr, "ended") != 0)
		return desk_refuse(desk, diag, "state", "holds | expired | ended");
	l.limit = DESK_LIST_MAX;
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("exceptions"));
	int r = dossier_exception_each(desk->dossier, list_one, &l, diag);
	json_close_array(out);
	json_u64(out, JSON_KEY("total"), l.total);
	json_close_object(out);
	return r;
}

struct hidden_alerts {
	struct desk *desk;
	struct json *out;
	const char *id_cstr;
};

static void
hidden_one(void *context, const struct kept_alert *kept)
{
	struct hidden_alerts *h = context;
	if (json_length(h->out) <= DESK_LIST_BYTES)
		desk_alert_json(h->desk, h->out, kept, h->id_cstr);
	desk_flush(h->desk, h->out);
}

int
desk_exception_of_incident(struct desk *desk, const struct incident *story, struct json *out, struct diag *diag)
{
	struct listing l = {.desk = desk, .out = out, .state_cstr = "", .limit = DESK_LIST_MAX};
	json_open_array(out, JSON_KEY("exceptions"));
	int r = story->alerts == 0
	    ? 0
	    : dossier_exception_of_incident(desk->dossier, story->id_cstr, &story->attacker, list_one, &l, diag);
	json_close_array(out);
	return r;
}

static int
tell(struct desk *desk, const char *id_cstr, bool with_alerts, struct json *out, struct diag *diag)
{
	struct exception e;
	uint64_t hidden = 0;
	int r = dossier_exception_find(desk->dossier, id_cstr, &e, diag);
	if (r == 0)
		r = dossier_exception_hidden(desk->dossier, id_cstr, &hidden, diag);
	if (r < 0)
		return r;
	(void)snprintf(desk->object_cstr, sizeof(desk->object_cstr), "%s", e.id_cstr);
	json_open_object(out, (struct bytes){0});
	json_open_object(out, JSON_KEY("exception"));
	members(desk, out, &e, hidden);
	json_close_object(out);
	if (with_alerts) {
		struct hidden_alerts h = {desk, out, id_cstr};
		json_open_array(out, JSON_KEY("alerts"));
		r = dossier_each_alert_aside(desk->dossier, id_cstr, hidden_one, &h, diag);
		json_close_array(out);
	}
	json_close_object(out);
	return r < 0 ? r : 0;
}

int
desk_exception_show(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	return tell(desk, desk_order_value(order, "id"), true, out, diag);
}

/* ---- making one ---- */

static int
read_sid(struct desk *desk, const char *text_cstr, uint32_t *out, struct diag *diag)
{
	char *end;
	if (text_cstr[0] == '\0')
		return 0;
	errno = 0;
	unsigned long long n = strtoull(text_cstr, &end, 10);
	if (text_cstr[0] < '0' || text_cstr[0] > '9' || *end != '\0' || errno != 0 || n == 0 || n > UINT32_MAX)
		return desk_refuse(desk, diag, "sid", _("the number of a rule or detector was expected, such as 2019401"));
	*out = (uint32_t)n;
	return 0;
}

/* An address, a network, or the name of a machine that one only has. */
static int
read_address(struct desk *desk, const char *text_cstr, struct exception *e, struct diag *diag)
{
	struct dossier_machines *all = NULL;
	if (text_cstr[0] == '\0' || exception_network_parse(bytes_of_cstr(text_cstr), &e->network, &e->prefix))
		return 0;
	int r = dossier_machines_read(desk->dossier, &all, diag);
	if (r < 0)
		return r;
	const struct dossier_machine *m = dossier_machines_find(all, text_cstr);
	bool found = m != NULL && exception_network_parse(bytes_of_cstr(m->address_cstr), &e->network, &e->prefix);
	dossier_machines_free(all);
	return found ? 0
	             : desk_refuse(desk, diag, "address",
	                   _("an address, a network such as 192.0.2.0/24, or the name of a machine was expected"));
}

static int
read_until(struct desk *desk, const char *text_cstr, struct exception *e, struct diag *diag)
{
	int64_t until_s = 0;
	e->until_ns = desk->now_ns + DAYS_USUAL * DAY_NS;
	if (text_cstr[0] == '\0')
		return 0;
	if (strlen(text_cstr) == sizeof("2027-03-01") - 1) /* a day: its first moment, here */
		text_cstr = desk_text(desk, "%sT00:00", text_cstr);
	if (zone_parse_time(desk->zone, text_cstr, &until_s, diag) < 0)
		return desk_refuse(desk, diag, "until", desk_text(desk, "%s", diag->text_cstr));
	if (until_s > INT64_MAX / 1000000000 || until_s * 1000000000 <= desk->now_ns ||
	    until_s * 1000000000 > desk->now_ns + DAYS_MAX * DAY_NS)
		return desk_refuse(desk, diag, "until",
		    _("a day in the future was expected, two years from now at most: look at it again then"));
	e->until_ns = until_s * 1000000000;
	return 0;
}

static int
read_text(
    struct desk *desk, const struct desk_order *order, const char *name_cstr, char *out, size_t size, struct diag *diag)
{
	const char *text_cstr = desk_order_value(order, name_cstr);
	if (strlen(text_cstr) >= size || strpbrk(text_cstr, "\r\n") != NULL)
		return desk_refuse(desk, diag, name_cstr, _("a short text on one line was expected"));
	(void)snprintf(out, size, "%s", text_cstr);
	return 0;
}

int
desk_exception_add(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct exception e = {.made_ns = desk->now_ns};
	const char *side_cstr = desk_order_value(order, "side");
	int r = read_sid(desk, desk_order_value(order, "sid"), &e.signature_id, diag);
	if (r == 0)
		r = read_text(desk, order, "detector", e.detector_cstr, sizeof(e.detector_cstr), diag);
	if (r == 0 && e.detector_cstr[0] != '\0' && alert_text_known(bytes_of_cstr(e.detector_cstr)) == NULL)
		r = desk_refuse(
		    desk, diag, "detector", _("the name of a detector was expected, such as beacon: see docs/features.md"));
	if (r == 0)
		r = read_address(desk, desk_order_value(order, "address"), &e, diag);
	if (r == 0 && side_cstr[0] != '\0' && !exception_side_find(bytes_of_cstr(side_cstr), &e.side))
		r = desk_refuse(desk, diag, "side", "either | source | target");
	if (r == 0)
		r = read_text(desk, order, "pattern", e.pattern_cstr, sizeof(e.pattern_cstr), diag);
	if (r == 0)
		r = read_text(desk, order, "why", e.why_cstr, sizeof(e.why_cstr), diag);
	if (r == 0)
		r = read_until(desk, desk_order_value(order, "until"), &e, diag);
	if (r < 0)
		return r;
	if (e.why_cstr[0] == '\0')
		return desk_refuse(desk, diag, "why", _("say why: who looks at it later must be able to judge"));
	if (e.signature_id == 0 && e.detector_cstr[0] == '\0' && e.prefix == 0 && e.pattern_cstr[0] == '\0')
		return desk_refuse(desk, diag, "sid", _("say what it is about: sid, detector, address or pattern"));
	(void)snprintf(e.who_cstr, sizeof(e.who_cstr), "%s", desk->who_cstr);
	(void)snprintf(e.id_cstr, sizeof(e.id_cstr), "%s", desk_new_id(desk, "EXC-", e.why_cstr));
	r = dossier_exception_add(desk->dossier, &e, diag);
	if (r < 0)
		return r;
	desk->created = true;
	return tell(desk, e.id_cstr, false, out, diag);
}

int
desk_exception_end(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	const char *id_cstr = desk_order_value(order, "id");
	int r = dossier_exception_end(desk->dossier, id_cstr, desk->now_ns, diag);
	return r < 0 ? r : tell(desk, id_cstr, false, out, diag);
}
