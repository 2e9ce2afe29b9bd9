/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_machines.h - all machines of a dossier, put together: seen, scanned, declared, and where these disagree.
 *
 * One reading of a few tables, then pure functions over memory: ten thousand machines are read in a tenth of a second, and a page
 * or a search is a walk. All texts live as long as the struct.
 */
#ifndef DOSSIER_DOSSIER_MACHINES_H
#define DOSSIER_DOSSIER_MACHINES_H

#include "core/arena.h"
#include "core/diag.h"
#include "record/machine.h"

struct dossier;

enum dossier_machine_difference {    /* ORed */
	MACHINE_UNKNOWN = 1,         /* seen, and on no list, in a dossier that has one */
	MACHINE_NEVER_SEEN = 2,      /* declared, and neither seen nor scanned */
	MACHINE_SERVICE_UNKNOWN = 4, /* it answers on a port that is not among those declared of it */
	MACHINE_SERVICE_SILENT = 8,  /* a port that is declared, and was neither seen nor scanned */
};

struct dossier_machine_service {
	uint16_t port;
	uint8_t ip_proto;
	bool seen, scanned, declared;
	const char *name_cstr, *product_cstr, *version_cstr; /* empty: not known */
};

struct dossier_machine {
	const char *id_cstr, *address_cstr; /* the address is empty where there is none */
	uint8_t mac[6];
	bool has_mac, is_private;
	bool seen, scanned, declared;
	int64_t first_ns, last_ns, scanned_ns; /* 0: never */
	uint64_t packets, bytes;
	const char *texts[MACHINE_FIELDS]; /* the best that is said: declared, else scanned, else seen; empty: nothing */
	const char *seen_name_cstr;
	uint8_t value; /* enum severity of its loss; 0: not said */
	struct dossier_machine_service *services;
	size_t service_count;              /* of it and of those that were merged into it; sorted by port */
	struct dossier_machine *same_as;   /* shown with that one; NULL: by itself */
	struct dossier_machine *next_same; /* of the one it is shown with: the others, in order of their ids */
	struct dossier_machine *lease_of;  /* has the same MAC, later: the same machine, perhaps */
	bool lease_is_sure;                /* their times do not overlap, and nobody said that they differ */
	unsigned differences;
	unsigned incidents; /* that it is attacker or victim of */
};

struct dossier_machines {
	struct arena arena;
	struct dossier_machine *at; /* in order of ids */
	size_t count;
	bool any_declared;
};

/* 0 or a negative errno with diag. */
MUST_USE int dossier_machines_read(struct dossier *dossier, struct dossier_machines **out, struct diag *diag);
void dossier_machines_free(struct dossier_machines *machines);

/* By id, address, or a name that one machine alone has; NULL: none. */
const struct dossier_machine *dossier_machines_find(const struct dossier_machines *machines, const char *name_cstr);

enum dossier_machines_order { MACHINES_BY_LAST_SEEN, MACHINES_BY_ADDRESS };

struct dossier_machines_query {
	const char *text_cstr;  /* in any field, whatever its case; NULL: all */
	unsigned differences;   /* one of these; 0: all */
	const char *after_cstr; /* the id that the page before ended with; NULL: the first page */
	size_t limit;
	enum dossier_machines_order order;
};
/* Merged ones are part of theirs. Fills out with at most query->limit; returns how many. *total: without the limit. */
size_t dossier_machines_list(const struct dossier_machines *machines, const struct dossier_machines_query *query,
    const struct dossier_machine **out, size_t *total);

/* Who did what to whom, of those alerts that two machines are the ends of: for a map. Both by index into machines->at, or
 * SIZE_MAX for an address that is no machine of ours. 0 or a negative errno with diag. */
struct dossier_machines_arrow {
	size_t source, target;
	const char *source_cstr, *target_cstr; /* addresses */
	uint64_t alerts;
	uint8_t severity; /* the gravest */
};
MUST_USE int dossier_machines_arrows(struct dossier *dossier, struct dossier_machines *machines,
    struct dossier_machines_arrow **out, size_t *count, struct diag *diag);

#endif
