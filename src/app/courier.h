/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/courier.h - the role that carries one parcel over the network: it has no dossier and, once it speaks, no file. */
#ifndef APP_COURIER_H
#define APP_COURIER_H

#include "connect/courier_wire.h"

enum { COURIER_FD_PARENT = 3 };

int courier_main(void);

/* For the parent: starts it, before the sandbox. The end of its channel, or a negative errno with diag. */
MUST_USE int courier_start(struct diag *diag);
/* Sends it off and waits for it, as long as its timeouts allow. 0, or a negative errno with diag. */
MUST_USE int courier_send(int end, const struct courier_order *order, struct delivery_receipt *out, struct diag *diag);

#endif
