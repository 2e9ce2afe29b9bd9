/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_dcerpc_calls.h - what a flow of DCERPC is known to do: interfaces that were bound, calls under way. Used over TCP and in
 * the named pipes of SMB.
 */
#ifndef INSPECT_L7_DCERPC_CALLS_H
#define INSPECT_L7_DCERPC_CALLS_H

#include "inspect/viewer.h"
#include "proto/dcerpc.h"

enum { L7_DCERPC_BOUND_MAX = 16 };

struct l7_dcerpc_bound {
	struct view_dcerpc_interface seen; /* as rules are shown it */
	uint16_t minor, context, result, reason;
	bool acked;
};

struct l7_dcerpc_bindings {
	uint8_t count;
	uint8_t unanswered; /* the first one that its server has not answered */
	struct l7_dcerpc_bound all[L7_DCERPC_BOUND_MAX];
};

/* One request with its response; a bind with its answer. */
struct l7_dcerpc_call {
	uint64_t tx_id;
	uint32_t call_id, request_bytes, response_bytes; /* of stub data */
	uint16_t opnum, context, request_fragments, response_fragments;
	uint8_t request, response; /* enum dcerpc_type */
	bool has_request, has_response;
};

/* `body` is what follows the header of the fragment. The oldest interface makes room for a new one. PARSE_BAD: the list is broken. */
enum parse l7_dcerpc_calls_bind(struct l7_dcerpc_bindings *b, const struct dcerpc_fragment *f, struct bytes body);
enum parse l7_dcerpc_calls_answer(struct l7_dcerpc_bindings *b, const struct dcerpc_fragment *f, struct bytes body);

/* Opnum and accepted interfaces of a request, for rules. */
void l7_dcerpc_calls_show(struct view_set *v, const struct l7_dcerpc_bindings *b, const struct l7_dcerpc_call *call);

#endif
