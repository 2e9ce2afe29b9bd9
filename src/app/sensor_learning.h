/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/sensor_learning.h - the sensor's side of learning: the context of flows, their vectors as a file, and what a model says of them.
 *
 * Hears the observations of all workers in their one order, so that codes and decisions do not depend on the number of workers.
 */
#ifndef APP_SENSOR_LEARNING_H
#define APP_SENSOR_LEARNING_H

#include "app/messages.h"
#include "core/diag.h"
#include "record/observation.h"

struct sensor_learning;

/* vectors_fd: of the file of vectors, borrowed; -1: none is wanted. 0, or -ENOMEM with diag. */
MUST_USE int
sensor_learning_new(const struct sensor_config *config, int vectors_fd, struct sensor_learning **out, struct diag *diag);
void sensor_learning_free(struct sensor_learning *learning); /* flushes */

void sensor_learning_hear(struct sensor_learning *learning, const struct observation *o);
/* Will be heard shortly: for prefetching. */
void sensor_learning_soon(const struct sensor_learning *learning, const struct observation *o);
/* 0, or the -errno because of which the file of vectors is not whole. */
int sensor_learning_error(struct sensor_learning *learning);

#endif
