/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/events_find.h - finds events again: the latest day first, in each the last that came first.
 *
 * Filters tell which blocks may hold what is searched; only those are inflated, and each line is then looked at. A call works
 * as long as it may, tells how far it came, and where the next one goes on. Events that arrive meanwhile disturb nothing.
 */
#ifndef DOSSIER_EVENTS_FIND_H
#define DOSSIER_EVENTS_FIND_H

#include "core/diag.h"
#include "dossier/events_line.h"

struct dossier;

enum { EVENTS_CURSOR_MAX = 40 };

struct events_search {
	struct bytes text;      /* words, all of which are in the event, see events_words.h; empty: all events */
	const char *type_cstr;  /* "dns"; NULL: all */
	int64_t from_ns, to_ns; /* to_ns 0: no end; not included */
	const char *after_cstr; /* the `next` of a call before; NULL: from the latest on */
	size_t limit;           /* events; 0: as many as there are */
	size_t bytes_max;       /* of them; 0: no limit; one is given in any case */
	unsigned blocks_max;    /* inflated; 0: no limit */
	int64_t budget_ns;      /* time; 0: no limit */
};

struct events_found {
	uint64_t events, blocks /* inflated */, filters /* asked */;
	bool complete;                     /* there is no more */
	int64_t searched_to;               /* how far back, in time */
	char next_cstr[EVENTS_CURSOR_MAX]; /* empty when complete */
};

/* each: a line, without its end, valid during the call. 0; -EINVAL with diag: what is searched makes no sense; another negative
 * errno with diag. A block that is damaged is -EBADMSG. */
MUST_USE int events_find(struct dossier *dossier, const struct events_search *search,
    void (*each)(void *context, struct bytes line), void *context, struct events_found *out, struct diag *diag);

#endif
