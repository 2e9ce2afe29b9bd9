/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Messages of SMB 1. */
#include "inspect/l7_smb_state.h"

#include "proto/smb1.h"

static const uint32_t BUFFER_OVERFLOW = 0x80000005;

/* One block of a message as it is being read. */
struct look {
	struct l7_smb_turn *t;
	const struct smb1 *m;
	const struct smb1_block *block;
	struct l7_smb_head head; /* with the command of this block */
	struct bytes message;
	bool bad;
};

static bool
fine(struct look *l, enum parse parsed)
{
	l->bad |= parsed != PARSE_OK;
	return parsed == PARSE_OK;
}

/* The user's number too: those of files are of a session. */
static struct l7_smb_id
id_of(const struct look *l, uint16_t id)
{
	uint16_t user = l->m->user_id;
	return (struct l7_smb_id){
	    .len = 6, .bytes = {(uint8_t)id, (uint8_t)(id >> 8), 0, 0, (uint8_t)(user >> 8), (uint8_t)user}};
}

/* ---- Requests ---- */

static void
negotiate(struct look *l)
{
	uint8_t text[L7_TEXTS_ONE_MAX];
	size_t len = 0;
	struct bytes dialect;
	struct cursor c = cursor_of(l->block->data);
	struct l7_smb_tx *tx = l7_smb_tx_new(l->t, &l->head, L7_SMB_NEGOTIATION);
	while (smb1_next_dialect(&c, &dialect) && dialect.len + 1 < sizeof(text) - len) {
		if (dialect.len > 0)
			memcpy(text + len, dialect.at, dialect.len);
		len += dialect.len;
		text[len++] = '\0';
	}
	if (len == 0)
		l7_smb_tx_event(l->t, "negotiate_malformed_dialects");
	l7_smb_tx_keep(l->t->smb, tx, L7_SMB_DIALECTS, (struct bytes){text, len}, false);
}

static void
set_up(struct look *l)
{
	struct smb1_setup setup;
	struct l7_smb *s = l->t->smb;
	struct l7_smb_tx *tx = l7_smb_tx_new(l->t, &l->head, L7_SMB_SETUP);
	if (!fine(l, smb1_parse_setup(l->m, l->block, &setup)))
		return;
	l7_smb_tx_keep(s, tx, L7_SMB_CLIENT_OS, setup.native_os, l->m->wide);
	l7_smb_tx_keep(s, tx, L7_SMB_CLIENT_LM, setup.native_lm, l->m->wide);
	tx->u.setup.has_client = true;
	if (setup.blob.len > 0)
		l7_smb_tx_setup_request(l->t, tx, setup.blob);
	if (setup.user.len > 0) {
		uint8_t user = l->m->wide ? l7_texts_keep_wide(&s->texts, setup.user) : l7_texts_keep(&s->texts, setup.user);
		l7_login_user(&s->login, l7_texts_at(&s->texts, user));
		l7_texts_drop(&s->texts, user);
		tx->u.setup.sent = true;
	}
}

static void
connect_tree(struct look *l)
{
	struct smb1_tree tree;
	if (!fine(l, smb1_parse_tree(l->m, l->block, &tree)))
		return;
	struct l7_smb_tx *tx = l7_smb_tx_new(l->t, &l->head, L7_SMB_TREE);
	size_t backslash = l->m->wide ? 2 : 1;
	if (tree.path.len > backslash && tree.path.at[0] == '\\')
		tree.path = bytes_after(tree.path, backslash); /* "\\server\share": one is enough */
	l7_smb_tx_keep(l->t->smb, tx, L7_SMB_NAME, tree.path, l->m->wide);
	l7_smb_tx_keep(l->t->smb, tx, L7_SMB_ASKED_SERVICE, tree.service, false);
}

static void
create(struct look *l)
{
	enum { DIRECTORY = 1, DELETE_ON_CLOSE = 0x1000 };
	struct smb1_create r;
	if (!fine(l, smb1_parse_create(l->m, l->block, &r)))
		return;
	struct l7_smb_tx *tx = l7_smb_tx_new(l->t, &l->head, L7_SMB_CREATION);
	l7_smb_tx_keep(l->t->smb, tx, L7_SMB_NAME, r.name, l->m->wide);
	tx->u.creation.disposition = r.disposition;
	tx->u.creation.deletes = (r.options & DELETE_ON_CLOSE) != 0;
	tx->u.creation.is_directory = (r.options & DIRECTORY) != 0;
}

static void
rename_file(struct look *l)
{
	struct smb1_names names;
	if (!fine(l, smb1_parse_rename(l->m, l->block, &names)))
		return;
	struct l7_smb_tx *tx = l7_smb_tx_new(l->t, &l->head, L7_SMB_RENAMING);
	l7_smb_tx_keep(l->t->smb, tx, L7_SMB_NAME, names.old_name, l->m->wide);
	l7_smb_tx_keep(l->t->smb, tx, L7_SMB_NEW_NAME, names.new_name, l->m->wide);
}

static void
set_info(struct look *l)
{
	struct smb1_trans trans;
	struct smb1_set_info info;
	struct l7_smb *s = l->t->smb;
	if (!fine(l, smb1_parse_trans(l->message, l->m, l->block, &trans)) ||
	    (trans.function != SMB1_SET_PATH && trans.function != SMB1_SET_FILE) ||
	    !fine(l, smb1_parse_set_info(l->m, &trans, &info)) || (!info.is_rename && !info.is_disposition))
		return;
	struct l7_smb_tx *tx = l7_smb_tx_new(l->t, &l->head, info.is_rename ? L7_SMB_RENAMING : L7_SMB_SET_INFO);
	uint64_t tx_id = tx->id;
	if (info.function == SMB1_SET_FILE) {
		struct l7_smb_id id = id_of(l, info.id);
		const struct l7_smb_file *f = l7_smb_file_of(l->t, &id, false);
		tx = l7_smb_tx_of_id(s, tx_id);
		tx->file = id;
		l7_smb_tx_keep(s, tx, L7_SMB_NAME, f != NULL ? l7_texts_at(&s->texts, f->name) : BYTES("<unknown>"), false);
	} else {
		l7_smb_tx_keep(s, tx, L7_SMB_NAME, info.name, l->m->wide);
	}
	if (info.is_rename) {
		l7_smb_tx_keep(s, tx, L7_SMB_NEW_NAME, info.new_name, l->m->wide);
	} else {
		tx->u.set_info.function = info.function;
		tx->u.set_info.level = info.level;
		tx->u.set_info.deletes = info.deletes;
	}
}

static void
transact(struct look *l)
{
	struct smb1_trans trans;
	if (!fine(l, smb1_parse_trans(l->message, l->m, l->block, &trans)) || trans.function != SMB1_TRANSACT_PIPE)
		return;
	struct l7_smb_id id = id_of(l, trans.id);
	if (!l7_smb_pipe_is(l->t, &l->head, &id, trans.data))
		return;
	l7_smb_file_asked(l->t->smb, &l->head, &id, 0);
	l7_smb_pipe_data(l->t, &l->head, &id, trans.data);
}

static void
ask_read(struct look *l)
{
	struct smb1_access a;
	if (!fine(l, smb1_parse_access(l->m, (uint8_t)l->head.command, l->block, &a)))
		return;
	struct l7_smb_id id = id_of(l, a.id);
	l7_smb_file_asked(l->t->smb, &l->head, &id, a.offset);
}

static void
close_file(struct look *l)
{
	uint16_t number;
	if (!fine(l, smb1_parse_close(l->block, &number)))
		return;
	struct l7_smb_id id = id_of(l, number);
	l7_smb_file_close(l->t, &id, &l->head);
}

static void
request(struct look *l)
{
	struct l7_smb *s = l->t->smb;
	uint64_t before = s->next_id;
	uint16_t command = l->head.command;
	switch (command) {
	case SMB1_NEGOTIATE: negotiate(l); break;
	case SMB1_SESSION_SETUP_ANDX: set_up(l); break;
	case SMB1_TREE_CONNECT_ANDX: connect_tree(l); break;
	case SMB1_NT_CREATE_ANDX: create(l); break;
	case SMB1_RENAME: rename_file(l); break;
	case SMB1_TRANS2: set_info(l); break;
	case SMB1_TRANS: transact(l); break;
	case SMB1_READ:
	case SMB1_READ_ANDX: ask_read(l); break;
	case SMB1_CLOSE: close_file(l); break;
	case SMB1_TREE_DISCONNECT: l7_smb_file_no_tree(s, &l->head); break;
	default: break;
	}
	bool quiet = command == SMB1_READ_ANDX || command == SMB1_WRITE_ANDX || command == SMB1_TRANS ||
	    command == SMB1_TRANS2;
	if (s->next_id == before && !quiet)
		(void)l7_smb_tx_new(l->t, &l->head, L7_SMB_GENERIC);
	for (size_t i = 0; i < s->tx_count; i++)
		if (s->txs[i].id > before && s->txs[i].kind != L7_SMB_CALL && s->txs[i].kind != L7_SMB_FILE)
			l7_smb_tx_show(l->t, &s->txs[i], L7_CLIENT, s->txs[i].kind != L7_SMB_TREE);
}

/* ---- Responses ---- */

static void
negotiated(struct look *l, struct l7_smb_tx *tx)
{
	struct smb1_negotiated n;
	struct l7_smb *s = l->t->smb;
	struct bytes dialects = l7_texts_at(&s->texts, tx->text[L7_SMB_DIALECTS]);
	if (fine(l, smb1_parse_negotiated(l->block, &n))) {
		for (uint16_t i = 0; i < n.dialect && dialects.len > 0; i++)
			dialects = bytes_after(dialects, bytes_find(dialects, '\0') + 1);
		uint8_t before = s->dialect1;
		s->dialect1 = l7_texts_keep(&s->texts, bytes_first(dialects, bytes_find(dialects, '\0')));
		l7_texts_drop(&s->texts, before);
		if (n.guid.len > 0) {
			memcpy(tx->u.negotiation.server_guid, n.guid.at, sizeof(tx->u.negotiation.server_guid));
			tx->u.negotiation.has_server = true;
		}
	}
	l7_smb_tx_answer(l->t, tx, &l->head);
}

static void
was_set_up(struct look *l, struct l7_smb_tx *tx)
{
	struct smb1_setup setup;
	if (l->block->words.len > 0 && fine(l, smb1_parse_setup(l->m, l->block, &setup))) {
		l7_smb_tx_keep(l->t->smb, tx, L7_SMB_SERVER_OS, setup.native_os, l->m->wide);
		l7_smb_tx_keep(l->t->smb, tx, L7_SMB_SERVER_LM, setup.native_lm, l->m->wide);
		tx->u.setup.has_server = true;
	}
	l7_smb_tx_setup_response(l->t, tx, &l->head);
}

static void
connected(struct look *l, struct l7_smb_tx *tx)
{
	struct smb1_tree tree;
	struct l7_smb *s = l->t->smb;
	if (l->block->words.len > 0 && fine(l, smb1_parse_tree(l->m, l->block, &tree))) {
		l7_smb_tx_keep(s, tx, L7_SMB_SERVICE, tree.service, false);
		tx->u.tree.is_pipe = bytes_eq(tree.service, BYTES("IPC"));
		l7_smb_file_tree(s, &l->head, tx->text[L7_SMB_NAME], tx->u.tree.is_pipe);
	}
	l7_smb_tx_answer(l->t, tx, &l->head);
}

static uint64_t
seconds_of(uint64_t filetime)
{
	const uint64_t epoch = UINT64_C(116444736000000000);
	return filetime < epoch ? 0 : (filetime - epoch) / 10000000;
}

static void
created(struct look *l, struct l7_smb_tx *tx)
{
	struct smb1_create r;
	struct l7_smb *s = l->t->smb;
	if (l->head.status == 0 && fine(l, smb1_parse_create(l->m, l->block, &r))) {
		struct l7_smb_id id = id_of(l, r.id);
		uint64_t tx_id = tx->id;
		l7_smb_file_name(l->t, &l->head, &id, tx->text[L7_SMB_NAME]);
		tx = l7_smb_tx_of_id(s, tx_id);
		if (tx == NULL)
			return;
		tx->file = id;
		tx->u.creation.created = seconds_of(r.created);
		tx->u.creation.accessed = seconds_of(r.accessed);
		tx->u.creation.written = seconds_of(r.written);
		tx->u.creation.changed = seconds_of(r.changed);
		tx->u.creation.size = r.size;
	}
	l7_smb_tx_answer(l->t, tx, &l->head);
}

static void
transacted(struct look *l)
{
	struct smb1_trans trans;
	const struct l7_smb_read *asked = l7_smb_file_asked_of(l->t->smb, &l->head);
	if (asked == NULL)
		return;
	struct l7_smb_id id = asked->id;
	l7_smb_file_answered(l->t->smb, &l->head);
	if (l->block->words.len > 0 && fine(l, smb1_parse_trans(l->message, l->m, l->block, &trans)))
		l7_smb_pipe_data(l->t, &l->head, &id, trans.data);
}

static void
response(struct look *l)
{
	struct l7_smb_tx *tx = l7_smb_tx_find(l->t->smb, &l->head);
	if (l->head.command == SMB1_TRANS) {
		transacted(l);
		return;
	}
	if (tx == NULL)
		return;
	switch ((enum l7_smb_kind)tx->kind) {
	case L7_SMB_NEGOTIATION: negotiated(l, tx); break;
	case L7_SMB_SETUP: was_set_up(l, tx); break;
	case L7_SMB_TREE: connected(l, tx); break;
	case L7_SMB_CREATION: created(l, tx); break;
	case L7_SMB_GENERIC:
	case L7_SMB_FILE:
	case L7_SMB_RENAMING:
	case L7_SMB_SET_INFO:
	case L7_SMB_IOCTL:
	case L7_SMB_CALL:
	case L7_SMB_ENCRYPTED: l7_smb_tx_answer(l->t, tx, &l->head); break;
	}
}

/* ---- Data ---- */

static bool
has_data(const struct look *l)
{
	uint16_t command = l->head.command;
	if (l->m->response)
		return (command == SMB1_READ_ANDX || command == SMB1_READ) &&
		    (l->head.status == 0 || (!l->head.is_dos && l->head.status == BUFFER_OVERFLOW));
	return command == SMB1_WRITE_ANDX || command == SMB1_WRITE || command == SMB1_WRITE_AND_CLOSE;
}

/* Bytes of the message that are finished with; 0: more must come. */
static size_t
take_data(struct look *l, size_t length)
{
	struct smb1_access a;
	struct l7_smb_turn *t = l->t;
	if (!fine(l, smb1_parse_access(l->m, (uint8_t)l->head.command, l->block, &a)))
		return l7_smb_file_pass_over(t, bytes_first(l->message, length), length);
	struct l7_smb_data data = {.id = id_of(l, a.id), .offset = a.offset, .at = a.data_at, .length = a.length};
	if (l->m->response) {
		const struct l7_smb_read *asked = l7_smb_file_asked_of(t->smb, &l->head);
		if (asked == NULL)
			return l7_smb_file_pass_over(t, bytes_first(l->message, length), length);
		data.id = asked->id;
		data.offset = asked->offset;
	}
	size_t used = l7_smb_file_take(t, &l->head, l->message, length, &data);
	l->bad |= data.is_broken;
	if (used > 0 && l->m->response)
		l7_smb_file_answered(t->smb, &l->head);
	return used;
}

size_t
l7_smb_v1_message(struct l7_smb_turn *t, struct bytes message, size_t length, bool *good)
{
	struct smb1 m;
	struct smb1_block block;
	enum parse parsed = smb1_parse(message, &m);
	*good = parsed != PARSE_BAD;
	if (parsed != PARSE_OK)
		return 0;
	struct look l = {.t = t,
	    .m = &m,
	    .block = &block,
	    .message = message,
	    .head = {.message_id = m.multiplex_id | (uint32_t)m.process_id << 16,
	        .session_id = m.user_id,
	        .tree_id = m.tree_id,
	        .status = m.status,
	        .command = m.command,
	        .version = 1,
	        .response = m.response,
	        .wide = m.wide,
	        .is_dos = !m.nt_status}};
	bool from_client = t->in->side == L7_CLIENT;
	size_t used = 0, at = SMB1_HEADER_SIZE, wanted = length < L7_SMB_MESSAGE_MAX ? length : L7_SMB_MESSAGE_MAX;
	if (m.response == from_client) {
		l7_smb_tx_event(t, from_client ? "response_to_server" : "request_to_client");
		return l7_smb_file_pass_over(t, message, length);
	}
	if (!has_data(&l) && message.len < wanted)
		return 0;
	/* Blocks of a chain follow each other: it ends where one points back. */
	while (true) {
		bool is_chain = smb1_is_chain((uint8_t)l.head.command);
		parsed = smb1_parse_block(message, at, is_chain, &block);
		if (parsed == PARSE_SHORT && message.len < wanted)
			return 0;
		if (!fine(&l, parsed))
			break;
		if (has_data(&l)) {
			used = take_data(&l, length);
			if (used == 0 && message.len < wanted)
				return 0;
		} else if (m.response) {
			response(&l);
		} else {
			request(&l);
		}
		if (used > 0 || block.next == SMB1_NONE || block.next_at <= at)
			break;
		at = block.next_at;
		l.head.command = block.next;
	}
	if (used == 0)
		used = l7_smb_file_pass_over(t, message, length);
	if (l.bad)
		l7_smb_tx_event(t, "malformed_data");
	return used;
}
