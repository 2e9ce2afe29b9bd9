/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/observe.h - observations out of nothing, for the tests of behaviour detectors.
 *
 *	struct observe *w = observe_new();
 *	struct observation o = observe_syn("10.0.0.1", "10.0.0.2", 445, OBSERVE_S(3));
 *	observe_feed(w, &o);
 *	assert_int_equal(observe_said(w, "scan-horizontal"), 1);
 *
 * The thresholds are those of the file that ships (data/tuning/behaviour.ini), or changed by observe_new_with().
 */
#ifndef TESTS_SUPPORT_OBSERVE_H
#define TESTS_SUPPORT_OBSERVE_H

#include "detect/behaviour/behaviour.h"
#include "record/alert.h"
#include "record/observation.h"

enum { OBSERVE_ALERTS_MAX = 256, OBSERVE_MEMORY = 8 << 20 };
#define OBSERVE_MS(ms) (INT64_C(1772524800000000000) + (int64_t)(ms)*1000000) /* 2026-03-03 08:00:00 UTC and a bit */
#define OBSERVE_S(s) OBSERVE_MS((int64_t)(s)*1000)

struct observe;

struct observe *observe_new(void);
/* The same with lines of tuning over the shipped ones. */
struct observe *observe_new_with(const char *tuning_cstr, size_t memory_bytes);
void observe_free(struct observe *w);
/* A threshold of the shipped file. */
uint64_t observe_tuning(const char *detector_cstr, const char *name_cstr);

/* Flows that are over. `first_ns` is also the time of their last packet where nothing else is said. */
struct observation
observe_syn(const char *src_cstr, const char *dst_cstr, uint16_t port, int64_t first_ns); /* nobody answered */
struct observation observe_refused(const char *src_cstr, const char *dst_cstr, uint16_t port, int64_t first_ns);
struct observation
observe_session(const char *src_cstr, const char *dst_cstr, uint16_t port, int64_t first_ns, uint32_t packets_sent,
    uint64_t bytes_sent, uint32_t packets_answered, uint64_t bytes_answered); /* packets and bytes with data */
struct observation observe_datagrams(const char *src_cstr, const char *dst_cstr, uint16_t port, int64_t first_ns,
    uint64_t sent, uint64_t answered, uint64_t bytes_each);
struct observation observe_login(const char *src_cstr, const char *dst_cstr, enum app_proto app, enum login_outcome outcome,
    const char *user_cstr, int64_t time_ns);
struct addr observe_addr(const char *text_cstr);

/* Hands it to the detectors; its packet number counts up. */
void observe_feed(struct observe *w, const struct observation *o);
/* The capture is over. */
void observe_finish(struct observe *w);

/* Alerts of a detector so far, and the last one (a failed test when there is none). */
size_t observe_said(const struct observe *w, const char *detector_cstr);
const struct alert *observe_last(const struct observe *w, const char *detector_cstr);
/* Of all detectors. */
size_t observe_said_in_all(const struct observe *w);

#endif
