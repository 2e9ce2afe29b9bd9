/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_event.h"

#include "app/verb_reading.h"
#include "core/json.h"
#include "core/json_value.h"
#include "core/terminal.h"
#include "core/timestamp.h"
#include "core/zone.h"
#include "dossier/events_find.h"
#include "dossier/events_view.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

enum { LIMIT_USUAL = 100, DETAIL_MAX = 400, HOSTS_TOLD = 20, APPS_TOLD = 20, WEEK_S = 7 * 86400 };

static const char help_cstr[] = N_(
    "Usage: beffroi event list [options]\n"
    "       beffroi event traffic [options]\n"
    "       beffroi event days\n"
    "\n"
    "The events of the network that the dossier keeps: flows, DNS, TLS, HTTP and others.\n"
    "\n"
    "  list      the latest ones, or those that have all the words searched\n"
    "  traffic   what they add up to: applications, machines\n"
    "  days      which days are kept, and how much room each takes\n"
    "\n"
    "  --search TEXT        addresses, names (example.com finds www.example.com), ports, words\n"
    "  --type TYPE          dns, flow, http, tls, alert...\n"
    "  --from TIME          2026-03-03, or \"2026-03-03 08:00\"; traffic: a week ago\n"
    "  --to TIME            until then\n"
    "  --limit N            so many (100); 0: all\n"
    "  --after PLACE        go on where the list before ended\n"
    "  --step TIME          traffic: of each line, such as 1h or 1d\n"
    "  --zone ZONE          of the times given (Europe/Paris)\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done, 2 wrong usage.\n");

struct event {
	struct verb_reading v;
	int64_t from_ns, to_ns; /* 0: not given */
	struct json_value_list values;
};

static const int64_t second_ns = INT64_C(1000000000);

/* A day alone is its beginning. */
static int
read_time(const struct zone *zone, const char *text_cstr, int64_t *out_ns, struct diag *diag)
{
	char whole[64];
	int64_t s;
	if (text_cstr == NULL)
		return 0;
	(void)snprintf(whole, sizeof(whole), "%.40s%s", text_cstr, strlen(text_cstr) == 10 ? " 00:00" : "");
	int r = zone_parse_time(zone, whole, &s, diag);
	if (r == 0 && (s < 1 || s > INT64_C(9000000000)))
		r = diag_say(diag, -EINVAL, "%s", _("a time between 1970 and 2255 was expected"));
	if (r == 0)
		*out_ns = s * second_ns;
	return r;
}

static int
read_times(struct event *e, struct diag *diag)
{
	const struct verb_options *o = &e->v.options;
	struct zone *zone = NULL;
	if (o->from_cstr == NULL && o->to_cstr == NULL)
		return 0;
	int r = zone_open(&zone, o->zone_cstr, diag);
	if (r == 0)
		r = read_time(zone, o->from_cstr, &e->from_ns, diag);
	if (r == 0)
		r = read_time(zone, o->to_cstr, &e->to_ns, diag);
	zone_free(zone);
	return r;
}

/* ---- list ---- */

static struct bytes
text_in_event(const struct json_value *event, struct bytes object, struct bytes key)
{
	return json_value_text(json_value_get(json_value_get(event, object), key));
}

/* What tells most about an event of its type. */
static struct bytes
detail_of(const struct json_value *event)
{
	static const struct {
		const char *object_cstr, *key_cstr;
	} places[] = {{"alert", "signature"}, {"dns", "rrname"}, {"tls", "sni"}, {"http", "hostname"}, {"quic", "sni"},
	    {"anomaly", "event"}, {"fileinfo", "filename"}, {"smtp", "mail_from"}, {"ftp", "command"}, {"dhcp", "hostname"}};
	for (size_t i = 0; i < LENGTH_OF(places); i++) {
		struct bytes text = text_in_event(
		    event, bytes_of_cstr(places[i].object_cstr), bytes_of_cstr(places[i].key_cstr));
		if (text.len > 0)
			return text;
	}
	const struct json_value *queries = json_value_get(json_value_get(event, BYTES("dns")), BYTES("queries"));
	struct bytes name = json_value_text(json_value_get(json_value_at(queries, 0), BYTES("rrname")));
	return name.len > 0 ? name : json_value_text(json_value_get(event, BYTES("app_proto")));
}

static void
write_end(const struct json_value *event, struct bytes ip, struct bytes port, char *out, size_t size)
{
	const struct json_value *number = json_value_get(event, port);
	char address[128];
	(void)terminal_escape(bytes_first(json_value_text(json_value_get(event, ip)), 60), address, sizeof(address));
	if (json_value_is(number, JSON_VALUE_INTEGER))
		(void)snprintf(out, size, "%s:%lld", address, (long long)number->integer);
	else
		(void)snprintf(out, size, "%s", address);
}

static void
line_text(void *context, struct bytes line)
{
	struct event *e = context;
	const struct json_value *event;
	char when[24] = "", type[64], from[160], to[160], detail[DETAIL_MAX * 4];
	size_t wrong_at;
	int64_t time_ns;
	if (json_value_read(&e->values, line, &event, &wrong_at) < 0)
		return;
	if (timestamp_read(json_value_text(json_value_get(event, BYTES("timestamp"))), &time_ns))
		present_time(time_ns, when);
	(void)terminal_escape(
	    bytes_first(json_value_text(json_value_get(event, BYTES("event_type"))), 16), type, sizeof(type));
	write_end(event, BYTES("src_ip"), BYTES("src_port"), from, sizeof(from));
	write_end(event, BYTES("dest_ip"), BYTES("dest_port"), to, sizeof(to));
	(void)terminal_escape(bytes_first(detail_of(event), DETAIL_MAX), detail, sizeof(detail));
	fprintf(stdout, "%s  %-8s  %s%s%s  %s\n", when, type, from, to[0] != '\0' ? " -> " : "", to, detail);
}

/* As it was kept: it is JSON already. */
static void
line_json(void *context, struct bytes line)
{
	struct event *e = context;
	json_begin(e->v.json, (struct bytes){0});
	verb_reading_flush(&e->v);
	(void)fwrite(line.at, 1, line.len, stdout);
}

static int
list(struct event *e, struct diag *diag)
{
	const struct verb_options *o = &e->v.options;
	struct json *j = e->v.json;
	struct events_found found;
	struct events_search search = {.text = o->search_cstr == NULL ? (struct bytes){0} : bytes_of_cstr(o->search_cstr),
	    .type_cstr = o->type_cstr,
	    .from_ns = e->from_ns,
	    .to_ns = e->to_ns,
	    .after_cstr = o->after_cstr,
	    .limit = o->has_limit ? o->limit : LIMIT_USUAL};
	if (j != NULL) {
		json_open_object(j, (struct bytes){0});
		json_open_array(j, JSON_KEY("events"));
	}
	int r = events_find(e->v.dossier, &search, j != NULL ? line_json : line_text, e, &found, diag);
	if (r < 0)
		return r;
	if (j != NULL) {
		json_close_array(j);
		json_bool(j, JSON_KEY("complete"), found.complete);
		if (!found.complete) {
			json_cstr(j, JSON_KEY("next"), found.next_cstr);
			json_time(j, JSON_KEY("searched_to"), found.searched_to);
		}
		json_close_object(j);
		json_newline(j);
	} else if (!found.complete) {
		fprintf(stdout, _("There may be more: --after %s\n"), found.next_cstr);
	} else if (found.events == 0) {
		fputs(_("No such event is kept.\n"), stdout);
	}
	return 0;
}

/* ---- traffic ---- */

static void
traffic_json(struct json *j, const struct events_traffic *t)
{
	json_u64(j, JSON_KEY("flows"), t->flows);
	json_u64(j, JSON_KEY("bytes_out"), t->bytes[0]);
	json_u64(j, JSON_KEY("bytes_in"), t->bytes[1]);
}

static void
view_json(struct event *e, const struct events_view *view)
{
	struct json *j = e->v.json;
	json_open_object(j, (struct bytes){0});
	json_time(j, JSON_KEY("from"), view->from_ns);
	json_u64(j, JSON_KEY("step"), (uint64_t)(view->step_ns / second_ns));
	json_u64(j, JSON_KEY("events"), view->events);
	json_open_array(j, JSON_KEY("buckets"));
	for (size_t step = 0; step < view->steps; step++) {
		json_open_object(j, (struct bytes){0});
		json_time(j, JSON_KEY("at"), view->from_ns + (int64_t)step * view->step_ns);
		json_open_object(j, JSON_KEY("apps"));
		for (size_t app = 0; app < view->app_count; app++) {
			const struct events_traffic *t = &view->traffic[step * EVENTS_VIEW_APPS + app];
			char key[EVENTS_APP_MAX + 8];
			(void)snprintf(key, sizeof(key), ",\"%s\":", view->apps[app].name_cstr);
			if (t->flows == 0 && t->bytes[0] + t->bytes[1] == 0)
				continue;
			json_open_object(j, bytes_of_cstr(key));
			traffic_json(j, t);
			json_close_object(j);
		}
		json_close_object(j);
		json_close_object(j);
		verb_reading_flush(&e->v);
	}
	json_close_array(j);
	json_open_array(j, JSON_KEY("apps"));
	for (size_t i = 0; i < view->app_count; i++) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("name"), view->apps[i].name_cstr);
		traffic_json(j, &view->apps[i].all);
		json_close_object(j);
	}
	json_close_array(j);
	json_open_array(j, JSON_KEY("hosts"));
	for (size_t i = 0; i < view->host_count; i++) {
		json_open_object(j, (struct bytes){0});
		json_addr(j, JSON_KEY("address"), &view->hosts[i].address);
		traffic_json(j, &view->hosts[i].traffic);
		json_close_object(j);
	}
	json_close_array(j);
	json_open_object(j, JSON_KEY("types"));
	for (size_t i = 0; i < view->type_count; i++) {
		char key[EVENTS_TYPE_MAX + 8];
		(void)snprintf(key, sizeof(key), ",\"%s\":", view->types[i].name_cstr);
		json_u64(j, bytes_of_cstr(key), view->types[i].events);
	}
	json_close_object(j);
	json_close_object(j);
	json_newline(j);
}

static void
traffic_line(const char *name_cstr, const struct events_traffic *t)
{
	fprintf(stdout, "  %-40s %10llu %14llu %14llu\n", name_cstr, (unsigned long long)t->flows,
	    (unsigned long long)(t->bytes[0] / 1000), (unsigned long long)(t->bytes[1] / 1000));
}

static void
view_text(const struct events_view *view)
{
	char from[24], address[ADDR_TEXT_MAX];
	present_time(view->from_ns, from);
	fprintf(stdout, _("Since %s (UTC): events: %llu\n"), from, (unsigned long long)view->events);
	fprintf(stdout, "  %-40s %10s %14s %14s\n", _("application"), _("flows"), _("kB out"), _("kB back"));
	for (size_t i = 0; i < view->app_count && i < APPS_TOLD; i++)
		traffic_line(view->apps[i].name_cstr, &view->apps[i].all);
	fprintf(stdout, "  %-40s %10s %14s %14s\n", _("machine"), _("flows"), _("kB sent"), _("kB received"));
	for (size_t i = 0; i < view->host_count; i++) {
		(void)addr_write(&view->hosts[i].address, address);
		traffic_line(address, &view->hosts[i].traffic);
	}
}

/* The time of the latest day that is kept, in seconds; now when there is none. */
static int
end_of_days(struct event *e, int64_t *out_ns, struct diag *diag)
{
	int r = events_view_end(e->v.dossier, out_ns, diag);
	if (r == 0 && *out_ns == 0)
		*out_ns = (int64_t)time(NULL) * second_ns;
	return r;
}

static int
traffic(struct event *e, struct diag *diag)
{
	struct events_view view;
	int r = 0;
	if (e->to_ns == 0)
		r = end_of_days(e, &e->to_ns, diag);
	if (e->from_ns == 0)
		e->from_ns = e->to_ns - WEEK_S * second_ns;
	if (r == 0)
		r = events_view_read(
		    e->v.dossier, e->from_ns, e->to_ns, (int64_t)e->v.options.step_s, HOSTS_TOLD, &view, diag);
	if (r < 0)
		return r;
	if (e->v.json != NULL)
		view_json(e, &view);
	else
		view_text(&view);
	events_view_done(&view);
	return 0;
}

/* ---- days ---- */

static int
days(struct event *e, struct diag *diag)
{
	struct events_day_info *infos = NULL;
	struct json *j = e->v.json;
	size_t count = 0;
	int r = events_view_days(e->v.dossier, &infos, &count, diag);
	if (r < 0)
		return r;
	if (j != NULL) {
		json_open_object(j, (struct bytes){0});
		json_open_array(j, JSON_KEY("days"));
	}
	for (size_t i = 0; i < count; i++) {
		if (j == NULL) {
			fprintf(stdout, _("%s  events: %llu, kB: %llu\n"), infos[i].day_cstr,
			    (unsigned long long)infos[i].events, (unsigned long long)(infos[i].bytes + 1023) / 1024);
			continue;
		}
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("day"), infos[i].day_cstr);
		json_u64(j, JSON_KEY("events"), infos[i].events);
		json_u64(j, JSON_KEY("bytes"), infos[i].bytes);
		json_close_object(j);
	}
	if (j != NULL) {
		json_close_array(j);
		json_close_object(j);
		json_newline(j);
	}
	free(infos);
	return 0;
}

static const struct {
	const char *word_cstr;
	int (*run)(struct event *e, struct diag *diag);
} words[] = {{"list", list}, {"traffic", traffic}, {"days", days}};

int
verb_event_main(int argc, char **argv)
{
	struct event e = {0};
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &e.v.options, &status))
		return status;
	for (size_t i = 0; i < LENGTH_OF(words) && e.v.options.word_count == 1; i++) {
		if (strcmp(e.v.options.words[0], words[i].word_cstr) != 0)
			continue;
		int r = read_times(&e, &diag);
		if (r == 0)
			r = verb_reading_open(&e.v, &diag);
		if (r == 0)
			r = words[i].run(&e, &diag);
		json_value_list_done(&e.values);
		return verb_reading_finish(&e.v, r, &diag);
	}
	return verb_options_refuse(&e.v.options, N_("say what: beffroi event list, traffic or days"));
}
