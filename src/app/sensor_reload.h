/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/sensor_reload.h - the next generation of rules of a live sensor: made by a thread of its own while packets are read, and taken
 * between two chunks. When it fails, the one at work goes on.
 */
#ifndef APP_SENSOR_RELOAD_H
#define APP_SENSOR_RELOAD_H

#include "core/bytes.h"

struct sensor;
struct sensor_reload;

/* The parent's RULES: the thread begins. It owns fd. */
void sensor_reload_begin(struct sensor *s, int fd, uint64_t size);
/* The parent's SEARCHES; owns fd. */
void sensor_reload_searches(struct sensor *s, int fd, uint64_t size);
/* Between two chunks, all workers stand still: asks, takes, tells. */
void sensor_reload_step(struct sensor *s);
void sensor_reload_free(struct sensor_reload *reload);

#endif
