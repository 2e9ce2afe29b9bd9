/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/events_view.h"

#include "core/auto.h"
#include "core/hash.h"
#include "core/text.h"
#include "dossier/events_day.h"

#include <errno.h>

enum { HOSTS_OF_DAY = 256, HOSTS_ROOM = 16384, STEPS_USUAL = 300 };

static const int64_t second_ns = INT64_C(1000000000);

struct reading {
	struct events_view *view;
	struct events_host *hosts; /* a hash table */
	size_t host_count;
	int64_t to_ns;
};

static int
no_memory(struct diag *diag)
{
	return diag_say(diag, -ENOMEM, "%s", _("not enough memory for the dossier"));
}

static uint64_t
value(struct store_statement *s, int at)
{
	int64_t n = store_i64(s, at);
	return n < 0 ? 0 : (uint64_t)n;
}

static struct events_traffic
traffic_of(struct store_statement *s, int at)
{
	return (struct events_traffic){.flows = value(s, at), .bytes = {value(s, at + 1), value(s, at + 2)}};
}

/* Unsigned, so that a file which lies wraps around and does no more. */
static void
add(struct events_traffic *to, const struct events_traffic *more)
{
	to->flows += more->flows;
	to->bytes[0] += more->bytes[0];
	to->bytes[1] += more->bytes[1];
}

static uint64_t
sum(const struct events_traffic *t)
{
	return t->bytes[0] + t->bytes[1];
}

static bool
take_name(struct bytes text, char *out, size_t size)
{
	if (text.len == 0 || text.len >= size || bytes_find(text, '\0') != text.len)
		return false;
	memcpy(out, text.at, text.len);
	out[text.len] = '\0';
	return true;
}

static size_t
app_of(struct events_view *v, const char *name_cstr)
{
	size_t i = 0;
	while (i < v->app_count && strcmp(v->apps[i].name_cstr, name_cstr) != 0)
		i++;
	if (i < v->app_count)
		return i;
	if (i >= EVENTS_VIEW_APPS - 1) {
		i = EVENTS_VIEW_APPS - 1;
		name_cstr = "other";
	}
	v->app_count = i + 1;
	memcpy(v->apps[i].name_cstr, name_cstr, strlen(name_cstr) + 1);
	return i;
}

static int
read_traffic(struct reading *r, struct events_day *day, struct diag *diag)
{
	struct events_view *v = r->view;
	char name[EVENTS_APP_MAX + 1];
	struct store_statement *s = events_day_sql(
	    day, "SELECT slot, app, flows, bytes_out, bytes_in FROM @traffic ORDER BY slot, app");
	int more;
	while ((more = events_day_next(day, s, diag)) > 0) {
		int64_t slot = store_i64(s, 0), at_ns = day->number * EVENTS_DAY_NS + slot * EVENTS_SLOT_SECONDS * second_ns;
		if (slot < 0 || slot >= EVENTS_SLOTS || at_ns < v->from_ns || at_ns >= r->to_ns ||
		    !take_name(store_bytes(s, 1), name, sizeof(name)))
			continue;
		struct events_traffic t = traffic_of(s, 2);
		size_t app = app_of(v, name), step = (size_t)((at_ns - v->from_ns) / v->step_ns);
		if (step >= v->steps)
			continue;
		add(&v->traffic[step * EVENTS_VIEW_APPS + app], &t);
		add(&v->apps[app].all, &t);
	}
	return more;
}

static int
read_types(struct reading *r, struct events_day *day, struct diag *diag)
{
	struct events_view *v = r->view;
	char name[EVENTS_TYPE_MAX + 1];
	struct store_statement *s = events_day_sql(day, "SELECT name, events FROM @type ORDER BY events DESC, name");
	int more;
	while ((more = events_day_next(day, s, diag)) > 0) {
		size_t i = 0;
		if (!take_name(store_bytes(s, 0), name, sizeof(name)))
			continue;
		while (i < v->type_count && strcmp(v->types[i].name_cstr, name) != 0)
			i++;
		v->events += value(s, 1);
		if (i == EVENTS_COUNTS_TYPES)
			continue;
		if (i == v->type_count) {
			memcpy(v->types[i].name_cstr, name, sizeof(name));
			v->type_count++;
		}
		v->types[i].events += value(s, 1);
	}
	return more;
}

static int
read_hosts(struct reading *r, struct events_day *day, struct diag *diag)
{
	struct store_statement *s = events_day_sql(day,
	    "SELECT address, flows, bytes_out, bytes_in FROM @host ORDER BY bytes_out + bytes_in DESC, address LIMIT ?1");
	int more;
	store_bind_i64(s, 1, HOSTS_OF_DAY);
	while ((more = events_day_next(day, s, diag)) > 0) {
		struct bytes address = store_bytes(s, 0);
		if (address.len != sizeof(struct addr) || r->host_count >= HOSTS_ROOM / 2)
			continue;
		struct addr a = addr_v6(address.at);
		size_t at = hash_16(a.at, 0) % HOSTS_ROOM;
		while (r->hosts[at].used && !addr_eq(&r->hosts[at].address, &a))
			at = (at + 1) % HOSTS_ROOM;
		struct events_traffic t = traffic_of(s, 1);
		r->host_count += !r->hosts[at].used;
		r->hosts[at].used = true;
		r->hosts[at].address = a;
		add(&r->hosts[at].traffic, &t);
	}
	return more;
}

static int
read_days(struct reading *r, struct dossier *d, struct diag *diag)
{
	AUTO_FREE int64_t *days = NULL;
	size_t count;
	int result = events_day_list(d, &days, &count, diag);
	for (size_t i = count; i-- > 0 && result == 0;) {
		struct events_day day;
		int64_t begins_ns = days[i] * EVENTS_DAY_NS;
		if (begins_ns >= r->to_ns || r->view->from_ns - begins_ns >= EVENTS_DAY_NS)
			continue;
		result = events_day_open(&day, d, days[i], false, diag);
		if (result == -ENOENT) {
			result = 0;
			continue;
		}
		if (result == 0)
			result = read_traffic(r, &day, diag);
		if (result == 0)
			result = read_types(r, &day, diag);
		if (result == 0)
			result = read_hosts(r, &day, diag);
		if (day.d != NULL)
			events_day_close(&day);
	}
	return result;
}

static int
host_order(const void *left, const void *right)
{
	const struct events_host *a = left, *b = right;
	if (a->used != b->used)
		return a->used ? -1 : 1;
	if (sum(&a->traffic) != sum(&b->traffic))
		return sum(&a->traffic) > sum(&b->traffic) ? -1 : 1;
	return addr_compare(&a->address, &b->address);
}

/* The largest applications first, and their columns with them. */
static void
order_apps(struct events_view *v)
{
	for (size_t i = 0; i + 1 < v->app_count; i++) {
		size_t best = i;
		for (size_t k = i + 1; k < v->app_count; k++)
			if (sum(&v->apps[k].all) > sum(&v->apps[best].all))
				best = k;
		__typeof__(v->apps[0]) app = v->apps[i];
		v->apps[i] = v->apps[best];
		v->apps[best] = app;
		for (size_t step = 0; step < v->steps && best != i; step++) {
			struct events_traffic *row = &v->traffic[step * EVENTS_VIEW_APPS], t = row[i];
			row[i] = row[best];
			row[best] = t;
		}
	}
}

static int
choose_step(struct events_view *v, int64_t from_ns, int64_t to_ns, int64_t step_s, struct diag *diag)
{
	static const int64_t usual_s[] = {300, 900, 3600, 10800, 21600, 86400, 7 * 86400};
	if (from_ns < 0 || to_ns <= from_ns)
		return diag_say(diag, -EINVAL, "%s", _("a time that begins before it ends was expected"));
	size_t i = 0;
	while (step_s == 0 && i + 1 < LENGTH_OF(usual_s) && (to_ns - from_ns) / (usual_s[i] * second_ns) > STEPS_USUAL)
		i++;
	if (step_s == 0)
		step_s = usual_s[i];
	step_s = (step_s < 1 ? 1 : step_s > 366 * 86400 ? 366 * 86400 : step_s) + EVENTS_SLOT_SECONDS - 1;
	v->step_ns = step_s / EVENTS_SLOT_SECONDS * EVENTS_SLOT_SECONDS * second_ns;
	v->from_ns = from_ns - from_ns % v->step_ns;
	int64_t steps = (to_ns - v->from_ns - 1) / v->step_ns + 1;
	if (steps > EVENTS_VIEW_STEPS_MAX)
		return diag_say(diag, -EINVAL, "%s", _("at most 1000 steps: ask for a shorter time or a longer step"));
	v->steps = (size_t)steps;
	return 0;
}

int
events_view_read(struct dossier *d, int64_t from_ns, int64_t to_ns, int64_t step_s, size_t hosts_max,
    struct events_view *out, struct diag *diag)
{
	struct events_view view = {0};
	struct reading r = {.view = &view, .to_ns = to_ns};
	int result = choose_step(&view, from_ns, to_ns, step_s, diag);
	if (result < 0)
		return result;
	view.traffic = calloc(view.steps * EVENTS_VIEW_APPS, sizeof(*view.traffic));
	r.hosts = calloc(HOSTS_ROOM, sizeof(*r.hosts));
	result = view.traffic == NULL || r.hosts == NULL ? no_memory(diag) : read_days(&r, d, diag);
	if (result < 0) {
		free(view.traffic);
		free(r.hosts);
		return result;
	}
	qsort(r.hosts, HOSTS_ROOM, sizeof(*r.hosts), host_order);
	order_apps(&view);
	view.hosts = r.hosts;
	view.host_count = r.host_count < hosts_max ? r.host_count : hosts_max;
	*out = view;
	return 0;
}

void
events_view_done(struct events_view *v)
{
	free(v->traffic);
	free(v->hosts);
	*v = (struct events_view){0};
}

int
events_view_end(struct dossier *d, int64_t *out_ns, struct diag *diag)
{
	AUTO_FREE int64_t *days = NULL;
	size_t count = 0;
	int r = events_day_list(d, &days, &count, diag);
	if (r == 0)
		*out_ns = count == 0 ? 0 : (days[0] + 1) * EVENTS_DAY_NS;
	return r;
}

int
events_view_days(struct dossier *d, struct events_day_info **out, size_t *count, struct diag *diag)
{
	AUTO_FREE int64_t *days = NULL;
	size_t n = 0, kept = 0;
	int r = events_day_list(d, &days, &n, diag);
	AUTO_FREE struct events_day_info *infos = calloc(n + 1, sizeof(*infos));
	if (infos == NULL)
		r = r < 0 ? r : no_memory(diag);
	for (size_t i = 0; i < n && r == 0; i++) {
		struct events_day day;
		r = events_day_open(&day, d, days[i], false, diag);
		if (r == -ENOENT) {
			r = 0;
			continue;
		}
		if (r < 0)
			break;
		struct store_statement *s = events_day_sql(
		    &day, "SELECT CAST(coalesce(sum(count), 0) AS BIGINT) FROM @block");
		r = events_day_next(&day, s, diag);
		infos[kept].events = r > 0 ? value(s, 0) : 0;
		store_reset(s);
		infos[kept].bytes = events_day_bytes(&day);
		(void)snprintf(
		    infos[kept].day_cstr, sizeof(infos[kept].day_cstr), "%.10s", day.name_cstr + sizeof("events/") - 1);
		kept++;
		r = r < 0 ? r : 0;
		events_day_close(&day);
	}
	if (r < 0)
		return r;
	*out = TAKE(infos);
	*count = kept;
	return 0;
}
