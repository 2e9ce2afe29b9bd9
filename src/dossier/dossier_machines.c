/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_machines.h"

#include "core/text.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_id.h"
#include "dossier/dossier_load.h"
#include "dossier/dossier_machines_compare.h"
#include "record/asset.h"
#include "record/observation.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 512 << 20 /* of address space; what is not used costs nothing */, ROWS_MAX = 1 << 30 };

/* Services as they are read, before those of one machine are put together. */
struct port {
	struct dossier_machine *machine;
	struct dossier_machine_service service;
};

struct reading {
	struct dossier *d;
	struct diag *diag;
	struct dossier_machines *all;
	struct port *ports;
	size_t port_count, port_room;
};

static int
no_memory(const struct reading *r)
{
	return dossier_db_say(r->d, r->diag, -ENOMEM, N_("not enough memory for the dossier"));
}

/* Empty instead of NULL: the arena is full, which the caller learns at the end. */
static const char *
text(struct reading *r, struct store_statement *s, int at)
{
	struct bytes kept = arena_dup(&r->all->arena, dossier_db_bytes(s, at));
	return kept.at == NULL ? "" : (const char *)kept.at;
}

static int
by_id(const void *left, const void *right)
{
	const struct dossier_machine *a = left, *b = right;
	return strcmp(a->id_cstr, b->id_cstr);
}

static struct dossier_machine *
find_id(const struct dossier_machines *all, const char *id_cstr)
{
	struct dossier_machine wanted = {.id_cstr = id_cstr};
	return all->count == 0 ? NULL : bsearch(&wanted, all->at, all->count, sizeof(*all->at), by_id);
}

/* The machine of a row; rows come in the order of machines, so that the last one is tried first. */
static struct dossier_machine *
machine_of(const struct reading *r, struct store_statement *s, struct dossier_machine *last)
{
	char id_cstr[72];
	bool bad = false;
	dossier_db_cstr(s, 0, id_cstr, sizeof(id_cstr), &bad);
	if (last != NULL && strcmp(last->id_cstr, id_cstr) == 0)
		return last;
	return bad ? NULL : find_id(r->all, id_cstr);
}

static int
read_count(struct reading *r, size_t *out)
{
	bool bad = false;
	struct store_statement *s = dossier_db_sql(r->d, "SELECT count(*) FROM asset");
	int found = dossier_db_next(r->d, s, r->diag);
	*out = found > 0 ? (size_t)dossier_db_u64(s, 0, ROWS_MAX, &bad) : 0;
	store_reset(s);
	return found < 0 ? found : bad ? dossier_load_damaged(r->d, r->diag) : 0;
}

static void
read_machine(struct reading *r, struct store_statement *s, struct dossier_machine *m)
{
	bool bad = false;
	struct bytes mac = dossier_db_bytes(s, 2), name;
	m->id_cstr = text(r, s, 0);
	m->address_cstr = text(r, s, 1);
	if (m->address_cstr[0] == '-')
		m->address_cstr = "";
	m->has_mac = mac.len == sizeof(m->mac);
	if (m->has_mac)
		memcpy(m->mac, mac.at, sizeof(m->mac));
	char *seen_name = arena_take(&r->all->arena, 1, MACHINE_TEXT_MAX);
	name = dossier_db_bytes(s, 3);
	if (seen_name != NULL)
		machine_copy_text(seen_name, MACHINE_TEXT_MAX, name);
	m->seen_name_cstr = seen_name == NULL ? "" : seen_name;
	m->is_private = dossier_db_u64(s, 4, 1, &bad) != 0;
	m->first_ns = dossier_db_i64(s, 5);
	m->last_ns = dossier_db_i64(s, 6);
	m->packets = dossier_db_u64(s, 7, UINT64_MAX, &bad);
	m->bytes = dossier_db_u64(s, 8, UINT64_MAX, &bad);
	m->seen = m->last_ns > 0;
	for (size_t i = 0; i < MACHINE_FIELDS; i++)
		m->texts[i] = "";
}

static int
read_machines(struct reading *r)
{
	size_t room;
	int found = read_count(r, &room);
	if (found < 0)
		return found;
	r->all->at = arena_new(&r->all->arena, struct dossier_machine, room + 1);
	if (r->all->at == NULL)
		return no_memory(r);
	struct store_statement *s = dossier_db_sql(
	    r->d, "SELECT id, address, mac, name, private, first_ns, last_ns, packets, bytes FROM asset ORDER BY id");
	store_expect_many(s);
	while ((found = dossier_db_next(r->d, s, r->diag)) > 0 && r->all->count < room)
		read_machine(r, s, &r->all->at[r->all->count++]);
	store_reset(s);
	if (found < 0)
		return found;
	qsort(r->all->at, r->all->count, sizeof(*r->all->at), by_id); /* whatever the order of the database */
	return 0;
}

static void
read_field(struct reading *r, struct store_statement *s, struct dossier_machine *m)
{
	struct bytes origin = dossier_db_bytes(s, 1), name = dossier_db_bytes(s, 2);
	bool declared = bytes_eq(origin, BYTES("declared"));
	enum machine_field field = machine_field_find(name);
	if (bytes_eq(name, BYTES("declared"))) {
		m->declared = bytes_eq(dossier_db_bytes(s, 3), BYTES("yes"));
	} else if (bytes_eq(name, BYTES("value"))) {
		if (declared || m->value == 0)
			m->value = machine_value_of(dossier_db_bytes(s, 3));
	} else if (field != MACHINE_FIELDS && m->texts[field][0] == '\0') {
		m->texts[field] = text(r, s, 3); /* "declared" comes before "scanned" */
	}
	if (!declared) {
		m->scanned = true;
		int64_t at = dossier_db_i64(s, 4);
		m->scanned_ns = at > m->scanned_ns ? at : m->scanned_ns;
	}
}

static int
read_fields(struct reading *r)
{
	int found;
	struct dossier_machine *m = NULL;
	struct store_statement *s = dossier_db_sql(
	    r->d, "SELECT asset, origin, name, value, at FROM asset_field ORDER BY asset, origin");
	store_expect_many(s);
	while ((found = dossier_db_next(r->d, s, r->diag)) > 0)
		if ((m = machine_of(r, s, m)) != NULL)
			read_field(r, s, m);
	return found;
}

static struct dossier_machine_service *
add_port(struct reading *r, struct dossier_machine *m)
{
	if (r->port_count == r->port_room) {
		size_t room = r->port_room == 0 ? 1024 : 2 * r->port_room;
		struct port *more = reallocarray(r->ports, room, sizeof(*more));
		if (more == NULL)
			return NULL;
		r->ports = more;
		r->port_room = room;
	}
	struct port *p = &r->ports[r->port_count++];
	*p = (struct port){.machine = m, .service = {.name_cstr = "", .product_cstr = "", .version_cstr = ""}};
	return &p->service;
}

/* Both tables: asset, port, ip_proto, then what each has. */
static int
read_ports(struct reading *r, const char *sql_cstr, bool is_seen)
{
	int found;
	bool bad = false;
	struct dossier_machine *m = NULL;
	struct store_statement *s = dossier_db_sql(r->d, sql_cstr);
	store_expect_many(s);
	while ((found = dossier_db_next(r->d, s, r->diag)) > 0) {
		struct dossier_machine_service *p;
		if ((m = machine_of(r, s, m)) == NULL)
			continue;
		if ((p = add_port(r, m)) == NULL) {
			store_reset(s);
			return no_memory(r);
		}
		p->port = (uint16_t)dossier_db_u64(s, 1, UINT16_MAX, &bad);
		p->ip_proto = (uint8_t)dossier_db_u64(s, 2, UINT8_MAX, &bad);
		p->seen = is_seen;
		if (is_seen) {
			const char *app_cstr = observation_app_name((enum app_proto)dossier_db_app(s, 3));
			p->name_cstr = app_cstr == NULL || strcmp(app_cstr, "failed") == 0 ? "" : app_cstr;
			continue;
		}
		p->declared = bytes_eq(dossier_db_bytes(s, 3), BYTES("declared"));
		p->scanned = !p->declared;
		p->name_cstr = text(r, s, 4);
		p->product_cstr = text(r, s, 5);
		p->version_cstr = text(r, s, 6);
		int64_t at = dossier_db_i64(s, 7);
		if (p->scanned) {
			m->scanned = true;
			m->scanned_ns = at > m->scanned_ns ? at : m->scanned_ns;
		}
	}
	return found < 0 ? found : bad ? dossier_load_damaged(r->d, r->diag) : 0;
}

/* An incident of two addresses of one machine is one. */
static int
read_incidents(struct reading *r)
{
	int found;
	bool bad = false;
	char last_cstr[72] = "", incident_cstr[72];
	size_t number = 0, *counted = calloc(r->all->count + 1, sizeof(*counted));
	if (counted == NULL)
		return no_memory(r);
	struct store_statement *s = dossier_db_sql(
	    r->d, "SELECT DISTINCT target, source FROM link WHERE relation IN ('comes-from', 'concerns') ORDER BY source");
	store_expect_many(s);
	while ((found = dossier_db_next(r->d, s, r->diag)) > 0) {
		struct dossier_machine *m = machine_of(r, s, NULL);
		dossier_db_cstr(s, 1, incident_cstr, sizeof(incident_cstr), &bad);
		if (m == NULL)
			continue;
		if (strcmp(last_cstr, incident_cstr) != 0)
			number++;
		memcpy(last_cstr, incident_cstr, sizeof(last_cstr));
		m = m->same_as != NULL ? m->same_as : m;
		m->incidents += counted[m - r->all->at] != number;
		counted[m - r->all->at] = number;
	}
	free(counted);
	return found < 0 ? found : bad ? dossier_load_damaged(r->d, r->diag) : 0;
}

/* ---- one machine, several addresses ---- */

/* Which are one, and, in the second reading, which are surely two. */
static int
read_links(struct reading *r, const char *sql_cstr, bool same)
{
	int found;
	struct store_statement *s = dossier_db_sql(r->d, sql_cstr);
	while ((found = dossier_db_next(r->d, s, r->diag)) > 0) {
		char other_cstr[72];
		bool bad = false;
		struct dossier_machine *m = machine_of(r, s, NULL);
		dossier_db_cstr(s, 1, other_cstr, sizeof(other_cstr), &bad);
		struct dossier_machine *other = bad ? NULL : find_id(r->all, other_cstr);
		if (m == NULL || other == NULL || m == other)
			continue;
		if (same && m->same_as == NULL && other->same_as == NULL)
			m->same_as = other;
		if (!same && m->lease_of == other)
			m->lease_of = NULL;
		if (!same && other->lease_of == m)
			other->lease_of = NULL;
	}
	return found;
}

static void
chain_same(struct dossier_machines *all)
{
	for (size_t i = all->count; i > 0; i--) { /* from behind, so that the chain is in order */
		struct dossier_machine *m = &all->at[i - 1], *master = m->same_as;
		if (master == NULL)
			continue;
		if (master->same_as != NULL) { /* a circle, or a chain: nobody wrote that here */
			m->same_as = NULL;
			continue;
		}
		m->next_same = master->next_same;
		master->next_same = m;
	}
}

/* ---- what follows from all that ---- */

static int
by_machine(const void *left, const void *right)
{
	const struct port *a = left, *b = right;
	if (a->machine != b->machine)
		return a->machine < b->machine ? -1 : 1;
	if (a->service.port != b->service.port)
		return a->service.port < b->service.port ? -1 : 1;
	if (a->service.ip_proto != b->service.ip_proto)
		return a->service.ip_proto < b->service.ip_proto ? -1 : 1;
	return a->service.declared != b->service.declared ? (a->service.declared ? -1 : 1)
	                                                  : a->service.seen - b->service.seen;
}

static void
add_words(struct dossier_machine_service *known, const struct dossier_machine_service *more)
{
	known->seen |= more->seen;
	known->scanned |= more->scanned;
	known->declared |= more->declared;
	if (known->name_cstr[0] == '\0')
		known->name_cstr = more->name_cstr;
	/* A version is what a scan read, rather than what a list says. */
	if (more->product_cstr[0] != '\0' && (more->scanned || known->product_cstr[0] == '\0')) {
		known->product_cstr = more->product_cstr;
		known->version_cstr = more->version_cstr;
	}
}

static int
gather_services(struct reading *r)
{
	struct dossier_machine_service *room = arena_new(&r->all->arena, struct dossier_machine_service, r->port_count + 1);
	size_t used = 0;
	if (room == NULL)
		return no_memory(r);
	for (size_t i = 0; i < r->port_count; i++)
		if (r->ports[i].machine->same_as != NULL)
			r->ports[i].machine = r->ports[i].machine->same_as;
	if (r->port_count > 0)
		qsort(r->ports, r->port_count, sizeof(*r->ports), by_machine);
	for (size_t i = 0; i < r->port_count; i++) {
		struct dossier_machine *m = r->ports[i].machine;
		const struct dossier_machine_service *p = &r->ports[i].service;
		struct dossier_machine_service *last = m->service_count > 0 ? &m->services[m->service_count - 1] : NULL;
		if (last != NULL && last->port == p->port && last->ip_proto == p->ip_proto) {
			add_words(last, p);
			continue;
		}
		if (m->service_count == 0)
			m->services = &room[used];
		m->services[m->service_count++] = *p;
		used++;
	}
	return 0;
}

static int
read_all(struct reading *r)
{
	int found = read_machines(r);
	if (found == 0)
		found = read_fields(r);
	if (found == 0)
		found = read_ports(r, "SELECT asset, port, ip_proto, app FROM asset_service ORDER BY asset", true);
	if (found == 0)
		found = read_ports(r,
		    "SELECT asset, port, ip_proto, origin, name, product, version, at FROM asset_port ORDER BY asset",
		    false);
	if (found == 0)
		found = read_links(
		    r, "SELECT source, target FROM link WHERE relation = 'same-as' ORDER BY source, target", true);
	if (found < 0)
		return found;
	chain_same(r->all);
	found = read_incidents(r);
	if (found == 0)
		found = dossier_machines_compare_leases(r->all) < 0 ? no_memory(r) : 0;
	if (found == 0)
		found = read_links(
		    r, "SELECT source, target FROM link WHERE relation = 'differs-from' ORDER BY source, target", false);
	if (found == 0)
		found = gather_services(r);
	if (found < 0)
		return found;
	dossier_machines_compare_all(r->all);
	return 0;
}

int
dossier_machines_read(struct dossier *d, struct dossier_machines **out, struct diag *diag)
{
	struct reading r = {.d = d, .diag = diag, .all = calloc(1, sizeof(*r.all))};
	if (r.all == NULL || arena_init(&r.all->arena, ARENA_BYTES) < 0) {
		free(r.all);
		return no_memory(&r);
	}
	int found = read_all(&r);
	free(r.ports);
	if (found < 0) {
		dossier_machines_free(r.all);
		return found;
	}
	*out = r.all;
	return 0;
}

void
dossier_machines_free(struct dossier_machines *all)
{
	if (all == NULL)
		return;
	arena_done(&all->arena);
	free(all);
}

/* ---- looking ---- */

const struct dossier_machine *
dossier_machines_find(const struct dossier_machines *all, const char *name_cstr)
{
	char id_cstr[80];
	const struct dossier_machine *found = NULL;
	struct bytes name = bytes_of_cstr(name_cstr);
	(void)snprintf(id_cstr, sizeof(id_cstr), "%s%s", bytes_start_with(name, BYTES("AST-")) ? "" : "AST-", name_cstr);
	const struct dossier_machine *m = find_id(all, id_cstr);
	for (size_t i = 0; i < all->count && m == NULL; i++) {
		const struct dossier_machine *one = &all->at[i];
		if (one->same_as != NULL || !bytes_eq_nocase(name, bytes_of_cstr(one->texts[MACHINE_NAME])))
			continue;
		if (found != NULL)
			return NULL; /* which one? */
		found = one;
	}
	return m != NULL ? m : found;
}

static bool
has_text(const char *where_cstr, struct bytes wanted)
{
	struct bytes where = bytes_of_cstr(where_cstr);
	for (size_t i = 0; i + wanted.len <= where.len; i++)
		if (bytes_eq_nocase(bytes_first(bytes_after(where, i), wanted.len), wanted))
			return true;
	return false;
}

static bool
matches(const struct dossier_machine *m, const struct dossier_machines_query *q)
{
	if (m->same_as != NULL || (q->differences != 0 && (m->differences & q->differences) == 0))
		return false;
	if (q->text_cstr == NULL || q->text_cstr[0] == '\0')
		return true;
	struct bytes wanted = bytes_of_cstr(q->text_cstr);
	uint8_t mac[6];
	if (m->has_mac && machine_mac_parse(wanted, mac) && memcmp(mac, m->mac, sizeof(mac)) == 0)
		return true;
	for (const struct dossier_machine *one = m; one != NULL; one = one->next_same)
		if (has_text(one->address_cstr, wanted) || has_text(one->seen_name_cstr, wanted))
			return true;
	for (size_t i = 0; i < MACHINE_FIELDS; i++)
		if (has_text(m->texts[i], wanted))
			return true;
	for (size_t i = 0; i < m->service_count; i++)
		if (has_text(m->services[i].name_cstr, wanted) || has_text(m->services[i].product_cstr, wanted) ||
		    has_text(m->services[i].version_cstr, wanted))
			return true;
	return false;
}

static int
by_address(const void *left, const void *right)
{
	const struct dossier_machine *const *a = left, *const *b = right;
	struct addr x = {0}, y = {0};
	bool has_x = addr_parse(bytes_of_cstr((*a)->address_cstr), &x),
	     has_y = addr_parse(bytes_of_cstr((*b)->address_cstr), &y);
	if (has_x != has_y)
		return has_x ? -1 : 1;
	int c = addr_compare(&x, &y);
	return c != 0 ? c : strcmp((*a)->id_cstr, (*b)->id_cstr);
}

static int
by_last_seen(const void *left, const void *right)
{
	const struct dossier_machine *const *a = left, *const *b = right;
	if ((*a)->last_ns != (*b)->last_ns)
		return (*a)->last_ns > (*b)->last_ns ? -1 : 1;
	return by_address(left, right);
}

size_t
dossier_machines_list(const struct dossier_machines *all, const struct dossier_machines_query *q,
    const struct dossier_machine **out, size_t *total)
{
	const struct dossier_machine **found = calloc(all->count + 1, sizeof(const struct dossier_machine *));
	size_t count = 0, from = 0, given = 0;
	*total = 0;
	if (found == NULL)
		return 0;
	for (size_t i = 0; i < all->count; i++)
		if (matches(&all->at[i], q))
			found[count++] = &all->at[i];
	qsort(found, count, sizeof(const struct dossier_machine *),
	    q->order == MACHINES_BY_ADDRESS ? by_address : by_last_seen);
	for (size_t i = 0; i < count && q->after_cstr != NULL && from == 0; i++)
		if (strcmp(found[i]->id_cstr, q->after_cstr) == 0)
			from = i + 1;
	while (from + given < count && given < q->limit) {
		out[given] = found[from + given];
		given++;
	}
	*total = count;
	free(found);
	return given;
}

/* ---- the map ---- */

static size_t
index_of(const struct dossier_machines *all, const struct addr *address)
{
	char id_cstr[DOSSIER_ID_MAX];
	dossier_id_asset(address, id_cstr);
	const struct dossier_machine *m = find_id(all, id_cstr);
	if (m == NULL)
		return SIZE_MAX;
	m = m->same_as != NULL ? m->same_as : m;
	return (size_t)(m - all->at);
}

int
dossier_machines_arrows(
    struct dossier *d, struct dossier_machines *all, struct dossier_machines_arrow **out, size_t *count, struct diag *diag)
{
	enum { ARROWS_MAX = 5000 };
	struct reading r = {.d = d, .diag = diag, .all = all};
	struct dossier_machines_arrow *arrows = arena_new(&all->arena, struct dossier_machines_arrow, ARROWS_MAX);
	size_t n = 0;
	int found;
	if (arrows == NULL)
		return no_memory(&r);
	struct store_statement *s = dossier_db_rows(d,
	    "SELECT source, target, count(*), max(severity) FROM alert GROUP BY source, target ORDER BY count(*) DESC LIMIT 5000");
	while ((found = dossier_db_next(d, s, diag)) > 0 && n < ARROWS_MAX) {
		struct dossier_machines_arrow *arrow = &arrows[n];
		bool bad = false;
		struct addr source = dossier_db_addr(s, 0, &bad), target = dossier_db_addr(s, 1, &bad);
		char ends[2][ADDR_TEXT_MAX];
		arrow->alerts = dossier_db_u64(s, 2, UINT64_MAX, &bad);
		arrow->severity = (uint8_t)dossier_db_u64(s, 3, SEVERITY_CRITICAL, &bad);
		if (bad) {
			store_reset(s);
			return dossier_load_damaged(d, diag);
		}
		if (addr_is_zero(&source) || addr_is_zero(&target))
			continue;
		(void)addr_write(&source, ends[0]);
		(void)addr_write(&target, ends[1]);
		arrow->source = index_of(all, &source);
		arrow->target = index_of(all, &target);
		arrow->source_cstr = (const char *)arena_dup(&all->arena, bytes_of_cstr(ends[0])).at;
		arrow->target_cstr = (const char *)arena_dup(&all->arena, bytes_of_cstr(ends[1])).at;
		n++;
	}
	store_reset(s);
	if (found < 0)
		return found;
	*out = arrows;
	*count = n;
	return 0;
}
