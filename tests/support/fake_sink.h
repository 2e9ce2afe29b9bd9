/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* tests/support/fake_sink.h - a sink (inspect/sink.h) that remembers: what a protocol's glue said,
 * as text to compare. Times and packet numbers are left out, so that two cuts of the same
 * bytes can be compared.
 *
 *	struct sink *sink = fake_sink_new();
 *	...
 *	assert_string_equal(fake_sink_events(sink), "{\"event_type\":\"dns\",\"dns\":{...}}\n");
 *	fake_sink_free(sink);
 */
#ifndef TESTS_SUPPORT_FAKE_SINK_H
#define TESTS_SUPPORT_FAKE_SINK_H

#include "inspect/sink.h"

/* Aborts when memory is short: this is a test. */
struct sink *fake_sink_new(void);
void fake_sink_free(struct sink *sink);

/* From now on sink_open() and sink_observe() return NULL, as when nobody reads events. */
void fake_sink_mute(struct sink *sink);

/* All events and anomalies in order, one JSON line each, NUL-terminated:
 * {"event_type":"dns","dns":{...}}. Valid until the next call that writes. */
const char *fake_sink_events(const struct sink *sink);
size_t fake_sink_event_count(const struct sink *sink);
/* How many lines contain this text. */
size_t fake_sink_count_of(const struct sink *sink, const char *text_cstr);

/* All observations in order; valid until the next call that writes. Only kind, addresses, ports,
 * flow_id and the member of the kind are filled. */
const struct observation *fake_sink_observations(const struct sink *sink, size_t *out_count);

/* Same events and same observations? */
bool fake_sink_eq(const struct sink *a, const struct sink *b);

/* Aborts unless every sink_open() was closed. */
void fake_sink_check(const struct sink *sink);

#endif
