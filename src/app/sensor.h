/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/sensor.h - the role that reads packets. It opens nothing: captures, events and messages come and go by
 * descriptors it was given (app/messages.h). */
#ifndef APP_SENSOR_H
#define APP_SENSOR_H

/* The whole life of the process; returns its exit status. */
int sensor_main(void);

#endif
