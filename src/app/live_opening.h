/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/live_opening.h - the parent opens an interface: one ring per worker, or the collector for what the ring cannot read. */
#ifndef APP_LIVE_OPENING_H
#define APP_LIVE_OPENING_H

#include "core/diag.h"

#include <sys/types.h>

struct capture_filter;

enum { LIVE_OPENING_MAX = 64 };

struct live_opening {
	int fds[LIVE_OPENING_MAX]; /* for the sensor, in this order */
	unsigned count, next;
	bool collected; /* the one descriptor is a channel from the collector */
	pid_t collector_pid;
};

/* A zeroed one. Negative errno with diag as of capture_live_socket(); then nothing is left open. */
MUST_USE int live_opening_open(struct live_opening *opening, const char *interface_cstr, unsigned workers,
    const struct capture_filter *filter, struct diag *diag);
/* The next descriptor, the caller's from now on; -1: there is none. */
int live_opening_next(struct live_opening *opening);
/* After the sensor has ended. */
void live_opening_wait(struct live_opening *opening);

#endif
