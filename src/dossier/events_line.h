/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/events_line.h - what the dossier must know of an event to keep it: when, of which type, and the traffic of a flow. */
#ifndef DOSSIER_EVENTS_LINE_H
#define DOSSIER_EVENTS_LINE_H

#include "core/addr.h"
#include "core/diag.h"
#include "core/json_value.h"

enum { EVENTS_LINE_MAX = 1 << 20, EVENTS_TYPE_MAX = 32, EVENTS_APP_MAX = 16 };

struct events_line {
	int64_t time_ns;
	char type_cstr[EVENTS_TYPE_MAX + 1];
	uint64_t type; /* its bit */
	bool is_flow;
	/* of a flow */
	int64_t start_ns;                  /* not after time_ns */
	struct addr ends[2];               /* who began it, and the other one */
	uint64_t bytes[2];                 /* sent by each */
	char app_cstr[EVENTS_APP_MAX + 1]; /* "tls"; where it is not known, "tcp" */
};

/* 0, or -EINVAL with diag: it cannot be kept, and why. */
MUST_USE int events_line_read(const struct json_value *event, struct events_line *out, struct diag *diag);
/* The bit of a type, as blocks tell which types they hold. Types that we do not know share one. */
uint64_t events_line_type(struct bytes name);

#endif
