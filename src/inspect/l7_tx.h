/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_tx.h - one transaction (a request with its response, a mail, a command) as alerts and files quote it. */
#ifndef INSPECT_L7_TX_H
#define INSPECT_L7_TX_H

#include "core/json.h"

struct l7_tx {
	uint64_t id; /* counted from 0 in each flow: EVE's tx_id */
	/* Writes the protocol's own key and object ("http":{...}) of what is known so far, into an event that is open: the
	 * alert of a rule that holds in this transaction, the event of a file that passed in it. NULL: nothing is said. */
	void (*describe)(const void *context, struct json *json);
	const void *context; /* borrowed for the call it is given to */
};

#endif
