/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_dcerpc_calls.h"

static void
add(struct l7_dcerpc_bindings *b, const struct dcerpc_interface *i, bool is_first)
{
	if (b->count == L7_DCERPC_BOUND_MAX) {
		memmove(b->all, b->all + 1, sizeof(b->all) - sizeof(b->all[0]));
		b->count--;
		b->unanswered = b->unanswered > 0 ? b->unanswered - 1 : 0;
	}
	struct l7_dcerpc_bound *bound = &b->all[b->count++];
	*bound = (struct l7_dcerpc_bound){.minor = i->minor, .context = i->context};
	bound->seen.version = i->version;
	bound->seen.is_first_fragment = is_first;
	memcpy(bound->seen.uuid, i->uuid, sizeof(bound->seen.uuid));
}

enum parse
l7_dcerpc_calls_bind(struct l7_dcerpc_bindings *b, const struct dcerpc_fragment *f, struct bytes body)
{
	struct cursor items;
	struct dcerpc_interface i;
	uint8_t count;
	enum parse parsed = dcerpc_parse_bind(body, &items, &count);
	if (parsed != PARSE_OK)
		return PARSE_BAD;
	b->unanswered = b->count;
	while (count-- > 0) {
		if (!dcerpc_next_interface(&items, f->little, &i))
			return PARSE_BAD;
		add(b, &i, (f->flags & DCERPC_FIRST_FRAGMENT) != 0);
	}
	return PARSE_OK;
}

enum parse
l7_dcerpc_calls_answer(struct l7_dcerpc_bindings *b, const struct dcerpc_fragment *f, struct bytes body)
{
	struct cursor items;
	struct dcerpc_result result;
	uint8_t count;
	enum parse parsed = dcerpc_parse_bind_ack(body, f->little, &items, &count);
	if (parsed != PARSE_OK)
		return PARSE_BAD;
	/* C706 12.6.4.4: the results are in the order in which the interfaces were asked for. */
	while (count-- > 0) {
		if (!dcerpc_next_result(&items, f->little, &result))
			return PARSE_BAD;
		if (b->unanswered == b->count)
			break;
		struct l7_dcerpc_bound *bound = &b->all[b->unanswered++];
		bound->acked = true;
		bound->result = result.result;
		bound->reason = result.reason;
	}
	return PARSE_OK;
}

void
l7_dcerpc_calls_show(struct view_set *v, const struct l7_dcerpc_bindings *b, const struct l7_dcerpc_call *call)
{
	if (!call->has_request || call->request != DCERPC_REQUEST)
		return;
	view_set_put_number(v, VIEW_DCERPC_OPNUM, call->opnum);
	for (size_t i = 0; i < b->count; i++) {
		const struct l7_dcerpc_bound *bound = &b->all[i];
		if (bound->acked && bound->result == 0 && bound->context == call->context)
			view_set_put(
			    v, VIEW_DCERPC_INTERFACE, (struct bytes){(const uint8_t *)&bound->seen, sizeof(bound->seen)});
	}
}
