/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Messages of SMB 2 and 3. */
#include "inspect/l7_smb_state.h"

#include "inspect/l7_settings.h"
#include "proto/smb2.h"

static const uint32_t PENDING = 0x103, BUFFER_OVERFLOW = 0x80000005;

/* A message as it is being read. */
struct look {
	struct l7_smb_turn *t;
	const struct l7_smb_head *h;
	struct bytes message;
	bool bad;
};

static bool
fine(struct look *l, enum parse parsed)
{
	l->bad |= parsed != PARSE_OK;
	return parsed == PARSE_OK;
}

static struct l7_smb_id
id_of(struct bytes b)
{
	struct l7_smb_id id = {.len = SMB2_ID_SIZE};
	memcpy(id.bytes, b.at, SMB2_ID_SIZE);
	return id;
}

/* Of the file itself, or of the one that the message before it in a compound opened ([MS-SMB2] 3.2.4.1.4). */
static struct bytes
name_of(struct l7_smb_turn *t, const struct l7_smb_head *h, const struct l7_smb_id *id)
{
	struct l7_smb *s = t->smb;
	const struct l7_smb_file *f = l7_smb_file_of(t, id, false);
	if (f != NULL)
		return l7_texts_at(&s->texts, f->name);
	for (size_t i = 0; i < s->tx_count; i++)
		if (s->txs[i].kind == L7_SMB_CREATION && s->txs[i].message_id + 1 == h->message_id)
			return l7_texts_at(&s->texts, s->txs[i].text[L7_SMB_NAME]);
	return BYTES("<unknown>");
}

/* ---- Requests ---- */

static void
negotiate(struct look *l)
{
	struct smb2_negotiate n;
	if (!fine(l, smb2_parse_negotiate(l->message, &n)))
		return;
	struct l7_smb_tx *tx = l7_smb_tx_new(l->t, l->h, L7_SMB_NEGOTIATION);
	memcpy(tx->u.negotiation.client_guid, n.guid.at, sizeof(tx->u.negotiation.client_guid));
	tx->u.negotiation.has_client = true;
	struct cursor c = cursor_of(n.dialects);
	while (c.left >= 2 && tx->u.negotiation.dialect_count < L7_SMB_DIALECTS_MAX)
		tx->u.negotiation.dialects[tx->u.negotiation.dialect_count++] = cursor_le16(&c);
}

static void
set_up(struct look *l)
{
	struct bytes blob;
	struct l7_smb_tx *tx = l7_smb_tx_new(l->t, l->h, L7_SMB_SETUP);
	if (fine(l, smb2_parse_setup(l->message, false, &blob)))
		l7_smb_tx_setup_request(l->t, tx, blob);
}

static void
connect_tree(struct look *l)
{
	struct bytes path;
	if (!fine(l, smb2_parse_tree_connect(l->message, &path)))
		return;
	/* "\\server\share": one backslash is enough. */
	if (path.len > 2)
		path = bytes_after(path, 2);
	struct l7_smb_tx *tx = l7_smb_tx_new(l->t, l->h, L7_SMB_TREE);
	l7_smb_tx_keep(l->t->smb, tx, L7_SMB_NAME, path, true);
}

static void
create(struct look *l)
{
	enum { DIRECTORY = 1, DELETE_ON_CLOSE = 0x1000 };
	struct smb2_create r;
	if (!fine(l, smb2_parse_create(l->message, &r)))
		return;
	struct l7_smb_tx *tx = l7_smb_tx_new(l->t, l->h, L7_SMB_CREATION);
	l7_smb_tx_keep(l->t->smb, tx, L7_SMB_NAME, r.name, true);
	tx->u.creation.disposition = r.disposition;
	tx->u.creation.deletes = (r.options & DELETE_ON_CLOSE) != 0;
	tx->u.creation.is_directory = (r.options & DIRECTORY) != 0;
}

static void
ioctl(struct look *l)
{
	struct smb2_ioctl r = {0};
	bool ok = fine(l, smb2_parse_ioctl(l->message, false, &r));
	if (ok && r.function == SMB2_PIPE_TRANSCEIVE) {
		struct l7_smb_id id = id_of(r.id);
		if (l7_smb_pipe_is(l->t, l->h, &id, r.data)) {
			l7_smb_file_asked(l->t->smb, l->h, &id, 0); /* its answer is data of the same pipe */
			l7_smb_pipe_data(l->t, l->h, &id, r.data);
			return;
		}
	}
	struct l7_smb_tx *tx = l7_smb_tx_new(l->t, l->h, L7_SMB_IOCTL);
	tx->u.function = r.function;
}

static void
set_info(struct look *l)
{
	struct smb2_set_info r;
	if (!fine(l, smb2_parse_set_info(l->message, &r)) || (!r.is_rename && !r.is_disposition))
		return;
	struct l7_smb_id id = id_of(r.id);
	struct l7_smb *s = l->t->smb;
	struct bytes old = name_of(l->t, l->h, &id);
	uint8_t name = l7_texts_keep(&s->texts, old); /* what it points to may go */
	struct l7_smb_tx *tx = l7_smb_tx_new(l->t, l->h, r.is_rename ? L7_SMB_RENAMING : L7_SMB_SET_INFO);
	tx->text[L7_SMB_NAME] = name;
	tx->file = id;
	if (r.is_rename) {
		l7_smb_tx_keep(s, tx, L7_SMB_NEW_NAME, r.new_name, true);
	} else {
		tx->u.set_info.function = r.type;
		tx->u.set_info.level = r.class;
		tx->u.set_info.deletes = r.deletes;
	}
}

static void
ask_read(struct look *l)
{
	struct smb2_access a;
	const struct l7_smb *s = l->t->smb;
	const struct l7_settings *set = sink_settings(l->t->sink);
	if (!fine(l, smb2_parse_read(l->message, &a)))
		return;
	if ((s->max_read != 0 && a.length > s->max_read) || (set->smb_max_read != 0 && a.length > set->smb_max_read)) {
		l7_smb_tx_event(l->t, "read_request_too_large");
		return;
	}
	struct l7_smb_id id = id_of(a.id);
	l7_smb_file_asked(l->t->smb, l->h, &id, a.offset);
}

static void
close_file(struct look *l)
{
	struct bytes b;
	if (!fine(l, smb2_parse_close(l->message, &b)))
		return;
	struct l7_smb_id id = id_of(b);
	l7_smb_file_close(l->t, &id, l->h);
	(void)l7_smb_tx_new(l->t, l->h, L7_SMB_GENERIC);
}

static void
request(struct look *l)
{
	struct l7_smb *s = l->t->smb;
	uint64_t before = s->next_id;
	switch (l->h->command) {
	case SMB2_NEGOTIATE: negotiate(l); break;
	case SMB2_SESSION_SETUP: set_up(l); break;
	case SMB2_TREE_CONNECT: connect_tree(l); break;
	case SMB2_CREATE: create(l); break;
	case SMB2_IOCTL: ioctl(l); break;
	case SMB2_SET_INFO: set_info(l); break;
	case SMB2_READ: ask_read(l); break;
	case SMB2_CLOSE: close_file(l); break;
	case SMB2_TREE_DISCONNECT: l7_smb_file_no_tree(s, l->h); break;
	default: break;
	}
	bool quiet = l->h->command == SMB2_READ || l->h->command == SMB2_WRITE || l->h->command == SMB2_GET_INFO ||
	    l->h->command == SMB2_SET_INFO || l->h->command == SMB2_IOCTL || l->h->command == SMB2_CANCEL;
	if (s->next_id == before && !quiet)
		(void)l7_smb_tx_new(l->t, l->h, L7_SMB_GENERIC);
	/* Every transaction that this began; a call has been shown already. */
	for (size_t i = 0; i < s->tx_count; i++)
		if (s->txs[i].id > before && s->txs[i].kind != L7_SMB_CALL && s->txs[i].kind != L7_SMB_FILE)
			l7_smb_tx_show(l->t, &s->txs[i], L7_CLIENT, s->txs[i].kind != L7_SMB_TREE);
}

/* ---- Responses ---- */

static uint64_t
seconds_of(uint64_t filetime)
{
	const uint64_t epoch = UINT64_C(116444736000000000); /* 1970 in units of 100 ns since 1601 */
	return filetime < epoch ? 0 : (filetime - epoch) / 10000000;
}

static void
negotiated(struct look *l, struct l7_smb_tx *tx)
{
	struct smb2_negotiate n;
	struct l7_smb *s = l->t->smb;
	if (l->h->status == 0 && fine(l, smb2_parse_negotiate_response(l->message, &n))) {
		const struct l7_settings *set = sink_settings(l->t->sink);
		s->dialect = n.dialect;
		s->max_read = n.max_read;
		s->max_write = n.max_write;
		if (set->smb_max_read != 0 && n.max_read > set->smb_max_read)
			l7_smb_tx_event(l->t, "negotiate_max_read_size_too_large");
		if (set->smb_max_write != 0 && n.max_write > set->smb_max_write)
			l7_smb_tx_event(l->t, "negotiate_max_write_size_too_large");
		/* [MS-SMB2] 3.3.5.3: the answer to a negotiation that began with version 1. */
		for (size_t i = 0; i < s->tx_count && tx == NULL; i++)
			if (s->txs[i].kind == L7_SMB_NEGOTIATION)
				tx = &s->txs[i];
		if (tx != NULL) {
			memcpy(tx->u.negotiation.server_guid, n.guid.at, sizeof(tx->u.negotiation.server_guid));
			tx->u.negotiation.has_server = true;
		}
	}
	if (tx != NULL)
		l7_smb_tx_answer(l->t, tx, l->h);
}

static void
created(struct look *l, struct l7_smb_tx *tx)
{
	struct smb2_created r;
	if (l->h->status == 0 && fine(l, smb2_parse_create_response(l->message, &r))) {
		struct l7_smb_id id = id_of(r.id);
		uint64_t tx_id = tx->id;
		l7_smb_file_name(l->t, l->h, &id, tx->text[L7_SMB_NAME]);
		tx = l7_smb_tx_of_id(l->t->smb, tx_id); /* a file whose number is used again was closed before it */
		if (tx == NULL)
			return;
		tx->file = id;
		tx->u.creation.created = seconds_of(r.created);
		tx->u.creation.accessed = seconds_of(r.accessed);
		tx->u.creation.written = seconds_of(r.written);
		tx->u.creation.changed = seconds_of(r.changed);
		tx->u.creation.size = r.size;
	}
	l7_smb_tx_answer(l->t, tx, l->h);
}

static void
connected(struct look *l, struct l7_smb_tx *tx)
{
	uint8_t type;
	if (l->h->status == 0 && fine(l, smb2_parse_tree_connect_response(l->message, &type))) {
		tx->u.tree.share_type = type;
		tx->u.tree.is_pipe = type == SMB2_SHARE_PIPE;
		l7_smb_file_tree(l->t->smb, l->h, tx->text[L7_SMB_NAME], tx->u.tree.is_pipe);
	}
	l7_smb_tx_answer(l->t, tx, l->h);
}

static void
ioctl_answered(struct look *l)
{
	struct smb2_ioctl r;
	const struct l7_smb_read *asked = l7_smb_file_asked_of(l->t->smb, l->h);
	if (asked == NULL)
		return;
	struct l7_smb_id id = asked->id;
	l7_smb_file_answered(l->t->smb, l->h);
	if ((l->h->status == 0 || l->h->status == BUFFER_OVERFLOW) && fine(l, smb2_parse_ioctl(l->message, true, &r)))
		l7_smb_pipe_data(l->t, l->h, &id, r.data);
}

static void
response(struct look *l)
{
	struct l7_smb_tx *tx = l7_smb_tx_find(l->t->smb, l->h);
	if (l->h->status == PENDING) /* the answer comes later */
		return;
	if (l->h->command == SMB2_NEGOTIATE) {
		negotiated(l, tx);
		return;
	}
	if (l->h->command == SMB2_IOCTL && tx == NULL) {
		ioctl_answered(l);
		return;
	}
	if (tx == NULL)
		return;
	switch ((enum l7_smb_kind)tx->kind) {
	case L7_SMB_SETUP: l7_smb_tx_setup_response(l->t, tx, l->h); break;
	case L7_SMB_TREE: connected(l, tx); break;
	case L7_SMB_CREATION: created(l, tx); break;
	case L7_SMB_GENERIC:
	case L7_SMB_NEGOTIATION:
	case L7_SMB_FILE:
	case L7_SMB_RENAMING:
	case L7_SMB_SET_INFO:
	case L7_SMB_IOCTL:
	case L7_SMB_CALL:
	case L7_SMB_ENCRYPTED: l7_smb_tx_answer(l->t, tx, l->h); break;
	}
}

/* ---- Data ---- */

static size_t
pass_over(const struct look *l, size_t length)
{
	return l7_smb_file_pass_over(l->t, bytes_first(l->message, length), length);
}

static size_t
take_data(struct look *l, size_t length, const struct smb2_access *a, const struct l7_smb_id *id, uint64_t offset)
{
	struct l7_smb_data data = {.id = *id, .offset = offset, .at = a->data_at, .length = a->length};
	size_t used = l7_smb_file_take(l->t, l->h, l->message, length, &data);
	l->bad |= data.is_broken;
	return used;
}

static size_t
write_data(struct look *l, size_t length)
{
	struct smb2_access a;
	const struct l7_smb *s = l->t->smb;
	const struct l7_settings *set = sink_settings(l->t->sink);
	if (l->message.len < SMB2_WRITE_FIXED && l->message.len < length)
		return 0;
	if (!fine(l, smb2_parse_write(bytes_first(l->message, length), &a)))
		return pass_over(l, length);
	if ((s->max_write != 0 && a.length > s->max_write) || (set->smb_max_write != 0 && a.length > set->smb_max_write)) {
		l7_smb_tx_event(l->t, "write_request_too_large");
		return pass_over(l, length);
	}
	struct l7_smb_id id = id_of(a.id);
	return take_data(l, length, &a, &id, a.offset);
}

static size_t
read_data(struct look *l, size_t length)
{
	struct smb2_access a;
	struct l7_smb_id id;
	const struct l7_settings *set = sink_settings(l->t->sink);
	const struct l7_smb *s = l->t->smb;
	if (l->message.len < SMB2_READ_RESPONSE_FIXED && l->message.len < length)
		return 0;
	if (!fine(l, smb2_parse_read_response(bytes_first(l->message, length), &a)))
		return pass_over(l, length);
	const struct l7_smb_read *asked = l7_smb_file_asked_of(l->t->smb, l->h);
	if (asked == NULL)
		return pass_over(l, length);
	if ((s->max_read != 0 && a.length > s->max_read) || (set->smb_max_read != 0 && a.length > set->smb_max_read)) {
		l7_smb_tx_event(l->t, "read_response_too_large");
		return pass_over(l, length);
	}
	id = asked->id;
	size_t used = take_data(l, length, &a, &id, asked->offset);
	if (used > 0)
		l7_smb_file_answered(l->t->smb, l->h);
	return used;
}

size_t
l7_smb_v2_message(struct l7_smb_turn *t, struct bytes message, size_t length, bool *good)
{
	struct smb2 m;
	enum parse parsed = smb2_parse(message, &m);
	*good = parsed != PARSE_BAD;
	if (parsed != PARSE_OK)
		return 0;
	struct l7_smb_head h = {.message_id = m.message_id,
	    .session_id = m.session_id,
	    .tree_id = m.tree_id,
	    .status = m.status,
	    .command = m.command,
	    .version = 2,
	    .response = (m.flags & SMB2_FLAG_RESPONSE) != 0,
	    .wide = true};
	bool from_client = t->in->side == L7_CLIENT;
	struct look l = {.t = t, .h = &h, .message = message};
	bool has_data = !h.response ? m.command == SMB2_WRITE
	                            : m.command == SMB2_READ && (m.status == 0 || m.status == BUFFER_OVERFLOW);
	size_t used, wanted = length < L7_SMB_MESSAGE_MAX ? length : L7_SMB_MESSAGE_MAX;
	if (h.response == from_client) {
		l7_smb_tx_event(t, from_client ? "response_to_server" : "request_to_client");
		return pass_over(&l, length);
	}
	if (has_data) {
		used = h.response ? read_data(&l, length) : write_data(&l, length);
	} else {
		if (message.len < wanted)
			return 0;
		l.message = bytes_first(message, wanted);
		if (h.response)
			response(&l);
		else
			request(&l);
		used = pass_over(&l, length);
	}
	if (l.bad)
		l7_smb_tx_event(t, "malformed_data");
	return used;
}
