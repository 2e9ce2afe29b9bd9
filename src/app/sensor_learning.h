/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/sensor_learning.h - the sensor's side of learning: the context of flows, their vectors as a file, and what a model says of them.
 *
 * Hears the observations of all workers in their one order, so that codes and decisions do not depend on the number of workers.
 */
#ifndef APP_SENSOR_LEARNING_H
#define APP_SENSOR_LEARNING_H

#include "app/messages.h"
#include "core/diag.h"
#include "detect/learn/flow_judge.h"
#include "inspect/sink_later.h"
#include "record/observation.h"

struct sensor_learning;

/* vectors_fd: of the file of vectors, borrowed; -1: none is wanted. 0, or -ENOMEM with diag. */
MUST_USE int
sensor_learning_new(const struct sensor_config *config, int vectors_fd, struct sensor_learning **out, struct diag *diag);
void sensor_learning_free(struct sensor_learning *learning); /* flushes */

void sensor_learning_hear(struct sensor_learning *learning, const struct observation *o);
/* Will be heard shortly: for prefetching. */
void sensor_learning_soon(const struct sensor_learning *learning, const struct observation *o);
/* Judges flows from now on by the model in the memory file of a MODEL message (its body, its descriptor). 0, or a negative errno
 * with diag: it is not used. */
struct sensor_learning_options {
	struct alert_out out;
	bool (*is_suspected)(void *context, uint64_t flow_id); /* a rule or a detector holds something against it */
	void *context;
	bool keeps_verdicts;
};
MUST_USE int sensor_learning_use(struct sensor_learning *learning, struct bytes body, int fd,
    const struct sensor_learning_options *options, struct diag *diag);
/* All of a chunk was heard: what waits is judged. What the site has to tell, one text at a time, in the language of this process; NULL: no more. */
void sensor_learning_chunk(struct sensor_learning *learning);
const char *sensor_learning_notice(struct sensor_learning *learning);
/* Whether the model reads the entropy of first bytes, which costs more than the rest. */
bool sensor_learning_reads_entropy(const struct sensor_learning *learning);
/* What the model said of a flow, as fields of its event; their length, 0: nothing. */
size_t
sensor_learning_verdict(const struct sensor_learning *learning, uint64_t flow_id, char out[static SINK_LATER_MORE_MAX]);
/* Zeroes without a model. */
struct flow_judge_counters sensor_learning_count(const struct sensor_learning *learning);
const char *sensor_learning_model(const struct sensor_learning *learning); /* its short name; NULL: none is used */
/* The events of flows are written: what was said of them is forgotten. */
void sensor_learning_forget(struct sensor_learning *learning);
/* 0, or the -errno because of which the file of vectors is not whole. */
int sensor_learning_error(struct sensor_learning *learning);

#endif
