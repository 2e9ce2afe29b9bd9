/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_smb_state.h - what the files l7_smb*.c share: the state of a connection with SMB, and one turn of reading it. */
#ifndef INSPECT_L7_SMB_STATE_H
#define INSPECT_L7_SMB_STATE_H

#include "inspect/l7_dcerpc_calls.h"
#include "inspect/l7_login.h"
#include "inspect/l7_texts.h"
#include "inspect/sink.h"

enum {
	L7_SMB_TX_MAX = 32,
	L7_SMB_TREES_MAX = 16,
	L7_SMB_FILES_MAX = 24,
	L7_SMB_READS_MAX = 32,
	L7_SMB_DIALECTS_MAX = 12,
	L7_SMB_FRAGMENT_MAX = 6144, /* of DCERPC in a pipe: more than anybody negotiates (5840) */
	L7_SMB_NO_FILE = 255,
};

enum l7_smb_kind {
	L7_SMB_GENERIC,
	L7_SMB_NEGOTIATION,
	L7_SMB_SETUP,
	L7_SMB_TREE,
	L7_SMB_CREATION,
	L7_SMB_FILE,
	L7_SMB_RENAMING,
	L7_SMB_SET_INFO,
	L7_SMB_IOCTL,
	L7_SMB_CALL,
	L7_SMB_ENCRYPTED,
};

/* The texts of a transaction, by its kind. */
enum {
	L7_SMB_NAME = 0, /* of a file, a share; the old one */
	L7_SMB_NEW_NAME = 1,
	L7_SMB_SHARE = 1,
	L7_SMB_ASKED_SERVICE = 1,
	L7_SMB_SERVICE = 2,
	L7_SMB_DIALECTS = 0, /* of SMB 1, each with a NUL behind it */
	L7_SMB_DOMAIN = 0,
	L7_SMB_USER = 1,
	L7_SMB_HOST = 2,
	L7_SMB_REALM = 0,  /* with a ticket instead of a domain */
	L7_SMB_SNAMES = 1, /* each with a NUL behind it */
	L7_SMB_CLIENT_OS = 3,
	L7_SMB_CLIENT_LM = 4,
	L7_SMB_SERVER_OS = 5,
	L7_SMB_SERVER_LM = 6,
	L7_SMB_TX_TEXTS = 7,
};

/* SMB 1 has two bytes for a file, and the user's number with them: six. */
struct l7_smb_id {
	uint8_t len, bytes[16];
};

struct l7_smb_tx {
	uint64_t id; /* from 1 */
	uint64_t message_id, session_id;
	uint32_t tree_id, status;
	uint16_t command;
	uint8_t version, kind; /* enum l7_smb_kind */
	uint8_t text[L7_SMB_TX_TEXTS];
	bool has_status, is_dos, has_request, has_response;
	struct l7_smb_id file;
	union {
		struct {
			uint8_t client_guid[16], server_guid[16];
			bool has_client, has_server;
			uint8_t dialect_count;
			uint16_t dialects[L7_SMB_DIALECTS_MAX];
		} negotiation;
		struct {
			bool has_ntlm, has_ticket, has_version, has_client, has_server, sent;
			uint8_t major, minor, revision;
			uint16_t build;
		} setup;
		struct {
			uint8_t share_type;
			bool is_pipe;
		} tree;
		struct {
			uint64_t created, accessed, written, changed, size; /* seconds since 1970; bytes */
			uint32_t disposition;
			bool deletes, is_directory;
		} creation;
		struct {
			uint16_t function, level;
			bool deletes;
		} set_info;
		uint32_t function;
		struct l7_dcerpc_call call;
	} u;
};

struct l7_smb_tree {
	uint64_t session_id;
	uint32_t tree_id;
	uint8_t name;
	bool is_pipe, used;
};

/* What passes of a file in one direction. */
struct l7_smb_flow {
	uint64_t tx_id; /* 0: nothing passes */
	uint64_t next;  /* offset of the byte that comes next */
	uint32_t content;
};

struct l7_smb_file {
	bool used, is_pipe, is_dcerpc;
	uint32_t age;
	struct l7_smb_id id;
	uint8_t name;
	struct l7_smb_flow flow[2]; /* written by the client, read by it */
};

/* A read that was asked for. */
struct l7_smb_read {
	bool used;
	uint64_t message_id, offset;
	struct l7_smb_id id;
};

/* Where one side is, inside a frame. */
struct l7_smb_side {
	uint32_t frame_left;   /* bytes of the frame that are not read yet */
	uint32_t message_left; /* bytes of the message that nobody reads */
	uint32_t data_left;    /* bytes of a file that come first */
	uint8_t file;          /* whose they are; L7_SMB_NO_FILE */
	bool lost;             /* where the next frame begins is not known */
	uint64_t lost_data;    /* bytes of the file that will never come, not yet told */
	/* Of DCERPC, less than a fragment. */
	uint8_t pipe;
	uint16_t held;
	uint8_t fragment[L7_SMB_FRAGMENT_MAX];
};

struct l7_smb {
	uint64_t next_id;
	uint32_t age;
	uint16_t dialect; /* of version 2 and 3; 0: not known */
	uint8_t dialect1; /* text: of version 1 */
	bool encrypted_told;
	uint32_t max_read, max_write;
	struct l7_login login;
	uint8_t tx_count;
	struct l7_smb_tx txs[L7_SMB_TX_MAX];
	struct l7_smb_tree trees[L7_SMB_TREES_MAX];
	struct l7_smb_file files[L7_SMB_FILES_MAX];
	struct l7_smb_read reads[L7_SMB_READS_MAX];
	struct l7_dcerpc_bindings bindings;
	struct l7_smb_side sides[2];
	struct l7_texts texts;
};

/* One call of step() or finish(): `in` is NULL when the flow is over. */
struct l7_smb_turn {
	struct l7_smb *smb;
	const struct l7_input *in;
	const struct l7_flow *flow;
	struct sink *sink;
};

/* What the header of a message says of it, in either version. */
struct l7_smb_head {
	uint64_t message_id, session_id;
	uint32_t tree_id, status;
	uint16_t command;
	uint8_t version;
	bool response, wide, is_dos;
};

/* l7_smb_tx.c */
struct l7_smb_tx *l7_smb_tx_new(struct l7_smb_turn *t, const struct l7_smb_head *h, enum l7_smb_kind kind);
/* The one whose request has this number; NULL: none. */
struct l7_smb_tx *l7_smb_tx_find(struct l7_smb *s, const struct l7_smb_head *h);
struct l7_smb_tx *l7_smb_tx_of_id(struct l7_smb *s, uint64_t id);
/* Its response is here: rules see both sides' last, the event is written, it is forgotten. */
void l7_smb_tx_answer(struct l7_smb_turn *t, struct l7_smb_tx *tx, const struct l7_smb_head *h);
void l7_smb_tx_end(struct l7_smb_turn *t, struct l7_smb_tx *tx);
/* Rules see what is known of one side. */
void l7_smb_tx_show(struct l7_smb_turn *t, const struct l7_smb_tx *tx, enum l7_side side, bool is_end);
void l7_smb_tx_keep(struct l7_smb *s, struct l7_smb_tx *tx, size_t which, struct bytes text, bool wide);
void l7_smb_tx_event(struct l7_smb_turn *t, const char *name_cstr);
/* As alerts, files and events quote it. The room of `quote` is the caller's. */
struct l7_smb_quote {
	const struct l7_smb *smb;
	const struct l7_smb_tx *tx;
};
struct l7_tx l7_smb_tx_quote(struct l7_smb_quote *quote, const struct l7_smb *s, const struct l7_smb_tx *tx);
/* Session setups of both versions. */
void l7_smb_tx_setup_request(struct l7_smb_turn *t, struct l7_smb_tx *tx, struct bytes blob);
void l7_smb_tx_setup_response(struct l7_smb_turn *t, struct l7_smb_tx *tx, const struct l7_smb_head *h);

/* l7_smb_file.c */
/* name: a text of the transaction. */
void l7_smb_file_tree(struct l7_smb *s, const struct l7_smb_head *h, uint8_t name, bool is_pipe);
void l7_smb_file_no_tree(struct l7_smb *s, const struct l7_smb_head *h);
const struct l7_smb_tree *l7_smb_file_tree_of(const struct l7_smb *s, const struct l7_smb_head *h);
struct l7_smb_file *l7_smb_file_of(struct l7_smb_turn *t, const struct l7_smb_id *id, bool make);
void l7_smb_file_name(struct l7_smb_turn *t, const struct l7_smb_head *h, const struct l7_smb_id *id, uint8_t name);
void l7_smb_file_asked(struct l7_smb *s, const struct l7_smb_head *h, const struct l7_smb_id *id, uint64_t offset);
const struct l7_smb_read *l7_smb_file_asked_of(const struct l7_smb *s, const struct l7_smb_head *h);
void l7_smb_file_answered(struct l7_smb *s, const struct l7_smb_head *h);
/* A write, or the answer to a read: its data follow, or are a pipe's and waited for. Bytes that are finished with; 0: more must come. */
struct l7_smb_data {
	struct l7_smb_id id;
	uint64_t offset;
	uint32_t at, length; /* in the message */
	bool is_broken;      /* set: they are not in it */
};
size_t l7_smb_file_take(
    struct l7_smb_turn *t, const struct l7_smb_head *h, struct bytes message, size_t length, struct l7_smb_data *data);
/* Nothing more of a message interests, of which `here` is here. */
size_t l7_smb_file_pass_over(struct l7_smb_turn *t, struct bytes here, size_t length);
/* Bytes of a file begin to pass: the number of the file, or L7_SMB_NO_FILE when nobody reads them. */
uint8_t l7_smb_file_begin(struct l7_smb_turn *t, const struct l7_smb_head *h, const struct l7_smb_id *id, uint64_t offset);
void l7_smb_file_data(struct l7_smb_turn *t, uint8_t file, struct bytes data);
void l7_smb_file_lost(struct l7_smb_turn *t, uint8_t file, uint64_t lost);
void l7_smb_file_close(struct l7_smb_turn *t, const struct l7_smb_id *id, const struct l7_smb_head *h);
void l7_smb_file_end(struct l7_smb_turn *t); /* of the flow: closes all */

/* l7_smb_pipe.c: data of a pipe, in either direction. */
bool l7_smb_pipe_is(struct l7_smb_turn *t, const struct l7_smb_head *h, const struct l7_smb_id *id, struct bytes data);
void l7_smb_pipe_data(struct l7_smb_turn *t, const struct l7_smb_head *h, const struct l7_smb_id *id, struct bytes data);

/* l7_smb_v1.c, l7_smb_v2.c. `message` is whole, or cut where it is longer than is read at once. How many bytes of it are finished with;
 * 0: more are needed. What follows of it is in the side's data_left. False in *good: it is broken. */
enum { L7_SMB_MESSAGE_MAX = 32768 };
size_t l7_smb_v1_message(struct l7_smb_turn *t, struct bytes message, size_t length, bool *good);
size_t l7_smb_v2_message(struct l7_smb_turn *t, struct bytes message, size_t length, bool *good);

#endif
