/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Transactions of SMB: a request with its response, from the one to the other. */
#include "inspect/l7_smb_state.h"

#include "inspect/eve_smb.h"
#include "proto/ntlmssp.h"
#include "proto/smb2.h"

static void
describe(const void *context, struct json *json)
{
	const struct l7_smb_quote *quote = context;
	eve_smb_write(json, quote->smb, quote->tx);
}

struct l7_tx
l7_smb_tx_quote(struct l7_smb_quote *quote, const struct l7_smb *s, const struct l7_smb_tx *tx)
{
	*quote = (struct l7_smb_quote){s, tx};
	return (struct l7_tx){.id = tx->id - 1, .describe = describe, .context = quote};
}

void
l7_smb_tx_event(struct l7_smb_turn *t, const char *name_cstr)
{
	if (t->in != NULL)
		sink_anomaly(t->sink, t->in, APP_SMB, bytes_of_cstr(name_cstr));
}

struct l7_smb_tx *
l7_smb_tx_new(struct l7_smb_turn *t, const struct l7_smb_head *h, enum l7_smb_kind kind)
{
	struct l7_smb *s = t->smb;
	if (s->tx_count == L7_SMB_TX_MAX) {
		/* A file that passes goes on as long as there is something else to forget. */
		size_t i = 0;
		while (i < s->tx_count && s->txs[i].kind == L7_SMB_FILE)
			i++;
		if (i == s->tx_count)
			l7_smb_file_close(t, &s->txs[0].file, NULL);
		else
			l7_smb_tx_end(t, &s->txs[i]);
	}
	struct l7_smb_tx *tx = &s->txs[s->tx_count++];
	*tx = (struct l7_smb_tx){.id = ++s->next_id,
	    .message_id = h->message_id,
	    .session_id = h->session_id,
	    .tree_id = h->tree_id,
	    .command = h->command,
	    .version = h->version,
	    .kind = (uint8_t)kind,
	    .has_request = true};
	return tx;
}

struct l7_smb_tx *
l7_smb_tx_find(struct l7_smb *s, const struct l7_smb_head *h)
{
	for (size_t i = 0; i < s->tx_count; i++) {
		struct l7_smb_tx *tx = &s->txs[i];
		if (tx->message_id == h->message_id && tx->version == h->version && tx->command == h->command &&
		    tx->kind != L7_SMB_FILE && tx->kind != L7_SMB_CALL)
			return tx;
	}
	return NULL;
}

struct l7_smb_tx *
l7_smb_tx_of_id(struct l7_smb *s, uint64_t id)
{
	for (size_t i = 0; i < s->tx_count; i++)
		if (s->txs[i].id == id)
			return &s->txs[i];
	return NULL;
}

void
l7_smb_tx_keep(struct l7_smb *s, struct l7_smb_tx *tx, size_t which, struct bytes text, bool wide)
{
	l7_texts_drop(&s->texts, tx->text[which]);
	tx->text[which] = wide ? l7_texts_keep_wide(&s->texts, text) : l7_texts_keep(&s->texts, text);
}

static void
put_text(struct view_set *v, enum view view, const struct l7_smb *s, uint8_t text)
{
	if (text != 0)
		view_set_put(v, view, l7_texts_at(&s->texts, text));
}

void
l7_smb_tx_show(struct l7_smb_turn *t, const struct l7_smb_tx *tx, enum l7_side side, bool is_end)
{
	if (t->in == NULL)
		return;
	struct l7_smb_quote quote;
	struct l7_tx about = l7_smb_tx_quote(&quote, t->smb, tx);
	struct l7_input in = *t->in;
	in.side = side;
	struct view_set *v = sink_views(t->sink, &in, &about);
	if (v == NULL)
		return;
	view_set_put_number(v, VIEW_SMB_VERSION, tx->version);
	if (side == L7_CLIENT && tx->kind == L7_SMB_TREE && is_end)
		put_text(v, tx->u.tree.is_pipe ? VIEW_SMB_NAMED_PIPE : VIEW_SMB_SHARE, t->smb, tx->text[L7_SMB_NAME]);
	if (side == L7_CLIENT && tx->kind == L7_SMB_SETUP && tx->u.setup.has_ntlm) {
		put_text(v, VIEW_SMB_NTLMSSP_USER, t->smb, tx->text[L7_SMB_USER]);
		put_text(v, VIEW_SMB_NTLMSSP_DOMAIN, t->smb, tx->text[L7_SMB_DOMAIN]);
	}
	sink_show(t->sink, is_end);
}

void
l7_smb_tx_end(struct l7_smb_turn *t, struct l7_smb_tx *tx)
{
	struct l7_smb *s = t->smb;
	struct json *j = sink_open(t->sink, BYTES("smb"), t->flow);
	if (j != NULL) {
		eve_smb_write(j, s, tx);
		sink_close(t->sink);
	}
	for (size_t i = 0; i < L7_SMB_TX_TEXTS; i++)
		l7_texts_drop(&s->texts, tx->text[i]);
	s->tx_count--;
	memmove(tx, tx + 1, (size_t)(s->txs + s->tx_count - tx) * sizeof(*tx));
}

void
l7_smb_tx_answer(struct l7_smb_turn *t, struct l7_smb_tx *tx, const struct l7_smb_head *h)
{
	tx->has_status = true;
	tx->status = h->status;
	tx->is_dos = h->is_dos;
	tx->has_response = true;
	if (tx->kind == L7_SMB_SETUP)
		tx->session_id = h->session_id;
	if (tx->kind == L7_SMB_TREE) {
		tx->tree_id = h->tree_id;
		l7_smb_tx_show(t, tx, L7_CLIENT, true); /* only now is it known what was connected to */
	}
	l7_smb_tx_show(t, tx, L7_SERVER, true);
	l7_smb_tx_end(t, tx);
}

/* ---- Who logs in ---- */

void
l7_smb_tx_setup_request(struct l7_smb_turn *t, struct l7_smb_tx *tx, struct bytes blob)
{
	struct l7_smb *s = t->smb;
	struct ntlmssp n;
	struct ntlmssp_ticket ticket;
	if (ntlmssp_parse(blob, &n) == PARSE_OK) {
		if (n.type != NTLMSSP_AUTHENTICATE)
			return;
		l7_smb_tx_keep(s, tx, L7_SMB_DOMAIN, n.domain, n.wide);
		l7_smb_tx_keep(s, tx, L7_SMB_USER, n.user, n.wide);
		l7_smb_tx_keep(s, tx, L7_SMB_HOST, n.host, n.wide);
		tx->u.setup.has_ntlm = true;
		tx->u.setup.has_version = n.has_version;
		tx->u.setup.major = n.major;
		tx->u.setup.minor = n.minor;
		tx->u.setup.build = n.build;
		tx->u.setup.revision = n.revision;
		tx->u.setup.sent = n.user.len > 0; /* else it is nobody in particular */
		l7_login_user(&s->login, l7_texts_at(&s->texts, tx->text[L7_SMB_USER]));
	} else if (ntlmssp_parse_ticket(blob, &ticket) == PARSE_OK) {
		uint8_t names[L7_TEXTS_ONE_MAX];
		size_t len = 0;
		for (size_t i = 0; i < ticket.name_count && ticket.names[i].len + 1 < sizeof(names) - len; i++) {
			if (ticket.names[i].len > 0)
				memcpy(names + len, ticket.names[i].at, ticket.names[i].len);
			len += ticket.names[i].len;
			names[len++] = '\0';
		}
		l7_smb_tx_keep(s, tx, L7_SMB_REALM, ticket.realm, false);
		l7_smb_tx_keep(s, tx, L7_SMB_SNAMES, (struct bytes){names, len}, false);
		tx->u.setup.has_ticket = true;
		tx->u.setup.sent = true;
		l7_login_user(&s->login, (struct bytes){0}); /* whose ticket it is, is encrypted */
	} else if (bytes_find_all(blob, BYTES("NTLMSSP\0")) < blob.len) {
		l7_smb_tx_event(t, "malformed_ntlmssp_request");
	}
}

void
l7_smb_tx_setup_response(struct l7_smb_turn *t, struct l7_smb_tx *tx, const struct l7_smb_head *h)
{
	enum { MORE_PROCESSING = (int)0xc0000016 };
	if (h->status != (uint32_t)MORE_PROCESSING && tx->u.setup.sent) {
		t->smb->login.sent = true;
		l7_login_answer(&t->smb->login, APP_SMB, h->status == 0 ? LOGIN_ACCEPTED : LOGIN_REFUSED, t->flow, t->sink);
	}
	l7_smb_tx_answer(t, tx, h);
}
