/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_machines_compare.h"

#include <errno.h>
#include <stdlib.h>

enum { LEASES_MAX = 8 };

static int
by_mac(const void *left, const void *right)
{
	const struct dossier_machine *const *a = left, *const *b = right;
	int c = memcmp((*a)->mac, (*b)->mac, sizeof((*a)->mac));
	if (c != 0)
		return c;
	return (*a)->last_ns != (*b)->last_ns ? ((*a)->last_ns < (*b)->last_ns ? -1 : 1)
	                                      : strcmp((*a)->id_cstr, (*b)->id_cstr);
}

/* In order of time, the last one has the address now. A MAC with many addresses is a router's or a server's of several. */
static void
propose(struct dossier_machine **group, size_t count)
{
	struct dossier_machine *latest = group[count - 1];
	for (size_t i = 0; i + 1 < count && count <= LEASES_MAX; i++) {
		group[i]->lease_of = latest;
		group[i]->lease_is_sure = group[i]->address_cstr[0] == '\0' ||
		    (group[i]->seen && latest->seen && group[i]->last_ns < group[i + 1]->first_ns);
	}
}

int
dossier_machines_compare_leases(struct dossier_machines *all)
{
	struct dossier_machine **sorted = arena_new(&all->arena, struct dossier_machine *, all->count + 1);
	size_t count = 0;
	if (sorted == NULL)
		return -ENOMEM;
	for (size_t i = 0; i < all->count; i++) {
		struct dossier_machine *m = &all->at[i];
		if (m->has_mac && m->is_private && m->same_as == NULL)
			sorted[count++] = m;
	}
	if (count > 0)
		qsort(sorted, count, sizeof(struct dossier_machine *), by_mac);
	for (size_t i = 0, end; i < count; i = end) {
		end = i + 1;
		while (end < count && memcmp(sorted[i]->mac, sorted[end]->mac, sizeof(sorted[i]->mac)) == 0)
			end++;
		if (end - i > 1)
			propose(sorted + i, end - i);
	}
	return 0;
}

/* What is said of one address is said of the machine. */
static void
gather_words(struct dossier_machine *m)
{
	for (const struct dossier_machine *other = m->next_same; other != NULL; other = other->next_same) {
		for (size_t i = 0; i < MACHINE_FIELDS; i++)
			if (m->texts[i][0] == '\0')
				m->texts[i] = other->texts[i];
		if (m->seen_name_cstr[0] == '\0')
			m->seen_name_cstr = other->seen_name_cstr;
		m->value = m->value == 0 ? other->value : m->value;
		m->declared |= other->declared;
		m->scanned |= other->scanned;
		if (other->seen) {
			m->first_ns = !m->seen || other->first_ns < m->first_ns ? other->first_ns : m->first_ns;
			m->last_ns = other->last_ns > m->last_ns ? other->last_ns : m->last_ns;
			m->packets += other->packets;
			m->bytes += other->bytes;
			m->seen = true;
		}
		if (m->address_cstr[0] == '\0')
			m->address_cstr = other->address_cstr;
	}
	if (m->texts[MACHINE_NAME][0] == '\0')
		m->texts[MACHINE_NAME] = m->seen_name_cstr;
}

static void
compare(const struct dossier_machines *all, struct dossier_machine *m)
{
	bool declares_services = false;
	if (!m->declared && m->is_private && (m->seen || m->scanned) && all->any_declared)
		m->differences |= MACHINE_UNKNOWN;
	if (m->declared && !m->seen && !m->scanned)
		m->differences |= MACHINE_NEVER_SEEN;
	for (size_t i = 0; i < m->service_count; i++)
		declares_services |= m->services[i].declared;
	for (size_t i = 0; i < m->service_count && declares_services; i++) {
		const struct dossier_machine_service *s = &m->services[i];
		if (!s->declared)
			m->differences |= MACHINE_SERVICE_UNKNOWN;
		else if (!s->seen && !s->scanned && (m->seen || m->scanned))
			m->differences |= MACHINE_SERVICE_SILENT;
	}
}

void
dossier_machines_compare_all(struct dossier_machines *all)
{
	for (size_t i = 0; i < all->count; i++) {
		all->any_declared |= all->at[i].declared;
		gather_words(&all->at[i]);
	}
	for (size_t i = 0; i < all->count; i++)
		if (all->at[i].same_as == NULL)
			compare(all, &all->at[i]);
}
