/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_zeek_conn.h - a connection of conn.log as a flow. Its state and flags are read from conn_state and history. */
#ifndef ARRIVAL_ARRIVAL_ZEEK_CONN_H
#define ARRIVAL_ARRIVAL_ZEEK_CONN_H

#include "arrival/arrival_zeek_row.h"
#include "record/observation.h"

/* o has its ends, its protocol, and its time, which is that of the first packet and becomes that of the last. */
MUST_USE bool arrival_zeek_conn_read(const struct arrival_zeek_row *row, struct observation *o);

/* Of the column "service", whose names set_mark separates: enum app_proto; APP_NONE: none that is known. */
uint8_t arrival_zeek_conn_app(struct bytes names, uint8_t set_mark);

#endif
