/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_sensor.h - the health of sensors: one row each, written over and over; no part of what the journal seals. */
#ifndef DOSSIER_DOSSIER_SENSOR_H
#define DOSSIER_DOSSIER_SENSOR_H

#include "dossier/dossier.h"
#include "record/sensor_health.h"

extern const char dossier_sensor_tables_cstr[];

/* Committed at once. 0 or a negative errno with diag. */
MUST_USE int dossier_sensor_put(struct dossier *d, const struct sensor_health *health, struct diag *diag);
/* Those seen last first. Returns the number given out, or a negative errno with diag. */
MUST_USE int dossier_sensor_each(
    struct dossier *d, void (*each)(void *context, const struct sensor_health *health), void *context, struct diag *diag);

#endif
