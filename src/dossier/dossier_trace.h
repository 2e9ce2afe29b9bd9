/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_trace.h - the chain of an object, both ways: what it leads to, and what leads to it. */
#ifndef DOSSIER_DOSSIER_TRACE_H
#define DOSSIER_DOSSIER_TRACE_H

#include "dossier/dossier.h"

enum { DOSSIER_TRACE_NODES_MAX = 2000, DOSSIER_TRACE_DEPTH_MAX = 24 };

struct dossier_node {
	char id_cstr[128], kind_cstr[24];
	char relation_cstr[48]; /* to the node above it; empty for the first */
	char why_cstr[128];     /* of the link */
	char label[128];        /* a few words of its own, from outside: to be escaped */
	size_t label_len;
	unsigned depth;
	bool leads_to; /* the link goes from this node to the one above it */
	bool again;    /* shown already: its own links are not repeated */
};

/* id_cstr: whole, or a beginning that only one object has. Each node before those below it; first what the object leads to,
 * then what leads to it. *cut: there are more than DOSSIER_TRACE_NODES_MAX. 0, or a negative errno with diag. */
MUST_USE int dossier_trace(struct dossier *d, const char *id_cstr,
    void (*each)(void *context, const struct dossier_node *node), void *context, bool *cut, struct diag *diag);

#endif
