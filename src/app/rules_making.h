/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_making.h - the parent's part in making a generation of rules: it keeps the cache, starts the compiler for what the
 * cache has not, watches over its time, and hands the sensor what was made (rules_wire.h).
 */
#ifndef APP_RULES_MAKING_H
#define APP_RULES_MAKING_H

#include "app/messages.h"
#include "app/rules_cache.h"
#include "app/rules_wire.h"
#include "app/watch_rules.h"
#include "core/diag.h"
#include "sandbox/channel.h"

#include <sys/types.h>

struct watch_report;

struct rules_making {
	const struct watch_options *options;
	struct watch_report *report; /* hears what went wrong */
	int sensor_end;
	struct rules_cache cache;
	/* The generation being made. */
	int bundle_fd; /* -1: none */
	size_t bundle_bytes;
	size_t wanted_count, have_count, failed_count;
	uint8_t (*wanted)[RULE_SEARCH_KEY];
	uint8_t *states;           /* of each: see rules_making.c */
	int entries_fd;            /* the memory file of what there is */
	uint64_t compiled_from;    /* where in it the compiler began */
	pid_t compiler_pid;        /* 0: none */
	int compiler_end;          /* -1: none */
	int64_t compiler_until_ms; /* then it is stopped */
	unsigned compilers;        /* started for this generation */
	bool searching;            /* the compiler is at: */
	uint8_t at[RULE_SEARCH_KEY];
	char why_cstr[MESSAGES_TEXT_MAX]; /* it ended */
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
	uint8_t out[CHANNEL_MESSAGE_MAX];
};

/* dossier_cstr: its folder; empty: none. NULL: no memory. */
MUST_USE struct rules_making *
rules_making_new(const struct watch_options *options, const char *dossier_cstr, struct watch_report *report);
void rules_making_free(struct rules_making *making);
/* The next generation, whose bundle rules_making_send() sends. 0 or a negative errno with diag. */
MUST_USE int rules_making_begin(struct rules_making *making, const struct watch_rules *rules, struct diag *diag);
/* To the sensor. 0 or a negative errno. */
MUST_USE int rules_making_send(struct rules_making *making, int sensor_end);
/* The sensor's SEARCHES_WANTED. */
void rules_making_wanted(struct rules_making *making, struct bytes body);
/* A generation is on its way: bundle sent, databases not yet handed over. */
bool rules_making_is_busy(const struct rules_making *making);
/* What to wait for: the compiler's end, -1 when there is none, and for how long, -1 for ever. */
int rules_making_fd(const struct rules_making *making);
int rules_making_wait_ms(const struct rules_making *making);
/* It can be read, or its time is over. */
void rules_making_go_on(struct rules_making *making, bool readable);

#endif
