/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* DCERPC in named pipes: fragments come in one message of SMB, or over several; a call may have many. */
#include "inspect/l7_smb_state.h"

/* Pipes that only DCERPC is spoken in ([MS-RPCE] 2.1.1.2 and the protocols above it). */
static bool
is_known_pipe(struct bytes name)
{
	static const char *const names[] = {"svcctl", "srvsvc", "atsvc", "lsarpc", "lsass", "samr", "spoolss", "winreg",
	    "netlogon", "wkssvc", "browser", "epmapper", "eventlog", "protected_storage", "efsrpc", "netdfs", "initshutdown",
	    "ntsvcs", "scerpc"};
	if (name.len > 0 && name.at[0] == '\\')
		name = bytes_after(name, 1);
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (bytes_eq_nocase(name, bytes_of_cstr(names[i])))
			return true;
	return false;
}

bool
l7_smb_pipe_is(struct l7_smb_turn *t, const struct l7_smb_head *h, const struct l7_smb_id *id, struct bytes data)
{
	struct l7_smb_file *f = l7_smb_file_of(t, id, false);
	const struct l7_smb_tree *tree = l7_smb_file_tree_of(t->smb, h);
	struct dcerpc_fragment fragment;
	bool knows_share = tree != NULL || (f != NULL && f->is_pipe);
	if (f != NULL && f->is_dcerpc)
		return true;
	if (knows_share && tree != NULL && !tree->is_pipe)
		return false;
	bool is = (f != NULL && is_known_pipe(l7_texts_at(&t->smb->texts, f->name))) ||
	    dcerpc_parse_fragment(data, &fragment) == PARSE_OK;
	if (is) {
		f = l7_smb_file_of(t, id, true);
		f->is_pipe = f->is_dcerpc = true;
	}
	return is;
}

static struct l7_smb_tx *
call_of(struct l7_smb *s, const struct l7_smb_id *id, uint32_t call_id, bool from_client)
{
	for (size_t i = 0; i < s->tx_count; i++) {
		struct l7_smb_tx *tx = &s->txs[i];
		if (tx->kind != L7_SMB_CALL || tx->u.call.call_id != call_id || tx->file.len != id->len ||
		    memcmp(tx->file.bytes, id->bytes, id->len) != 0)
			continue;
		if (from_client ? !tx->u.call.has_request : !tx->u.call.has_response)
			return tx;
	}
	return NULL;
}

static void
show(struct l7_smb_turn *t, const struct l7_smb_tx *tx, const struct dcerpc_fragment *f, struct bytes stub, uint64_t offset)
{
	struct l7_smb_quote quote;
	struct l7_tx about = l7_smb_tx_quote(&quote, t->smb, tx);
	struct view_set *v = sink_views(t->sink, t->in, &about);
	bool last = (f->flags & DCERPC_LAST_FRAGMENT) != 0;
	if (v == NULL)
		return;
	v->dce_little = f->little;
	view_set_put_number(v, VIEW_SMB_VERSION, tx->version);
	l7_dcerpc_calls_show(v, &t->smb->bindings, &tx->u.call);
	if (f->type == DCERPC_REQUEST || f->type == DCERPC_RESPONSE)
		view_set_put_window(v, VIEW_DCERPC_STUB_DATA, stub, offset, !last);
	sink_show(t->sink, last);
}

/* One fragment. `body`: what is here of it behind its header; `length`: what it has. */
static void
take_request(struct l7_smb_turn *t, const struct l7_smb_head *h, const struct l7_smb_id *id, const struct dcerpc_fragment *f,
    struct bytes body, size_t length)
{
	struct l7_smb *s = t->smb;
	struct dcerpc_request r = {0};
	bool is_call = f->type == DCERPC_REQUEST, last = (f->flags & DCERPC_LAST_FRAGMENT) != 0 || !is_call;
	if (f->type != DCERPC_BIND && f->type != DCERPC_ALTER_CONTEXT && !is_call)
		return;
	if (is_call && dcerpc_parse_request(body, f->little, &r) != PARSE_OK) {
		l7_smb_tx_event(t, "malformed_data");
		return;
	}
	struct l7_smb_tx *tx = call_of(s, id, f->call_id, true);
	if (tx == NULL) {
		tx = l7_smb_tx_new(t, h, L7_SMB_CALL);
		tx->file = *id;
		tx->u.call.call_id = f->call_id;
		tx->u.call.request = f->type;
		tx->u.call.opnum = r.opnum;
		tx->u.call.context = r.context;
	}
	tx->message_id = h->message_id;
	if (!is_call && l7_dcerpc_calls_bind(&s->bindings, f, body) != PARSE_OK)
		l7_smb_tx_event(t, "malformed_data");
	uint32_t offset = tx->u.call.request_bytes;
	if (is_call) {
		tx->u.call.request_fragments++;
		tx->u.call.request_bytes += (uint32_t)(length - (body.len - r.stub.len));
	}
	tx->u.call.has_request = true; /* for what rules are shown of it */
	show(t, tx, f, r.stub, offset);
	tx->u.call.has_request = last;
}

static void
take_response(struct l7_smb_turn *t, const struct l7_smb_head *h, const struct l7_smb_id *id,
    const struct dcerpc_fragment *f, struct bytes body, size_t length)
{
	struct l7_smb *s = t->smb;
	struct l7_smb_tx *tx = call_of(s, id, f->call_id, false);
	bool answers = f->type == DCERPC_RESPONSE, last = (f->flags & DCERPC_LAST_FRAGMENT) != 0 || !answers;
	if (f->type == DCERPC_BIND_ACK || f->type == DCERPC_ALTER_CONTEXT_RESPONSE) {
		if (l7_dcerpc_calls_answer(&s->bindings, f, body) != PARSE_OK)
			l7_smb_tx_event(t, "malformed_data");
	} else if (!answers && f->type != DCERPC_FAULT && f->type != DCERPC_BIND_NAK) {
		return;
	}
	if (tx == NULL) {
		tx = l7_smb_tx_new(t, h, L7_SMB_CALL);
		tx->file = *id;
		tx->u.call.call_id = f->call_id;
	}
	uint32_t offset = tx->u.call.response_bytes;
	tx->u.call.response = f->type;
	if (answers) {
		tx->u.call.response_fragments++;
		tx->u.call.response_bytes += (uint32_t)length;
	}
	show(t, tx, f, body, offset);
	if (!last)
		return;
	tx->u.call.has_response = true;
	tx->has_status = true;
	tx->status = h->status;
	tx->is_dos = h->is_dos;
	l7_smb_tx_end(t, tx);
}

static void
take_fragment(struct l7_smb_turn *t, const struct l7_smb_head *h, const struct l7_smb_id *id,
    const struct dcerpc_fragment *f, struct bytes fragment)
{
	struct bytes body = bytes_after(fragment, DCERPC_HEADER_SIZE);
	size_t length = (size_t)f->length - DCERPC_HEADER_SIZE;
	if (t->in->side == L7_CLIENT)
		take_request(t, h, id, f, body, length);
	else
		take_response(t, h, id, f, body, length);
}

/* What waits, with what is new: whole fragments are taken, the rest is held. One that is longer than there is room is read as far as
 * it was held; what follows of it is passed over. */
void
l7_smb_pipe_data(struct l7_smb_turn *t, const struct l7_smb_head *h, const struct l7_smb_id *id, struct bytes data)
{
	struct l7_smb_side *side = &t->smb->sides[t->in->side];
	struct l7_smb_file *file = l7_smb_file_of(t, id, true);
	uint8_t number = (uint8_t)(file - t->smb->files);
	struct dcerpc_fragment f;
	if (side->pipe != number)
		side->held = 0;
	side->pipe = number;
	while (data.len > 0) {
		if (side->held == 0 && dcerpc_parse_fragment(data, &f) == PARSE_OK && f.length <= data.len) {
			take_fragment(t, h, id, &f, bytes_first(data, f.length));
			data = bytes_after(data, f.length);
			continue;
		}
		size_t wanted = DCERPC_HEADER_SIZE;
		if (dcerpc_parse_fragment((struct bytes){side->fragment, side->held}, &f) == PARSE_OK)
			wanted = f.length;
		size_t room = wanted < L7_SMB_FRAGMENT_MAX ? wanted : L7_SMB_FRAGMENT_MAX;
		struct bytes part = bytes_first(data, room - side->held);
		memcpy(side->fragment + side->held, part.at, part.len);
		side->held = (uint16_t)(side->held + part.len);
		data = bytes_after(data, part.len);
		enum parse parsed = dcerpc_parse_fragment((struct bytes){side->fragment, side->held}, &f);
		if (parsed == PARSE_BAD) {
			l7_smb_tx_event(t, "malformed_data");
			side->held = 0;
			return;
		}
		if (parsed != PARSE_OK || side->held < (f.length < L7_SMB_FRAGMENT_MAX ? f.length : L7_SMB_FRAGMENT_MAX))
			continue;
		take_fragment(t, h, id, &f, (struct bytes){side->fragment, side->held});
		data = bytes_after(data, f.length - side->held);
		side->held = 0;
	}
}
