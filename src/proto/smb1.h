/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/smb1.h - SMB 1 (CIFS): MS-CIFS, MS-SMB. A message is a header of 32 bytes and one block of parameters ("words") and data, or
 * several that are chained ("AndX"). Offsets in it count from the header's first byte.
 */
#ifndef PROTO_SMB1_H
#define PROTO_SMB1_H

#include "core/cursor.h"

enum smb1_command {
	SMB1_CLOSE = 0x04,
	SMB1_RENAME = 0x07,
	SMB1_READ = 0x0a,
	SMB1_WRITE = 0x0b,
	SMB1_TRANS = 0x25,
	SMB1_ECHO = 0x2b,
	SMB1_WRITE_AND_CLOSE = 0x2c,
	SMB1_READ_ANDX = 0x2e,
	SMB1_WRITE_ANDX = 0x2f,
	SMB1_TRANS2 = 0x32,
	SMB1_TREE_DISCONNECT = 0x71,
	SMB1_NEGOTIATE = 0x72,
	SMB1_SESSION_SETUP_ANDX = 0x73,
	SMB1_LOGOFF_ANDX = 0x74,
	SMB1_TREE_CONNECT_ANDX = 0x75,
	SMB1_NT_CREATE_ANDX = 0xa2,
	SMB1_NONE = 0xff, /* no block follows */
};

enum { SMB1_HEADER_SIZE = 32 };

struct smb1 {
	uint32_t status; /* NT's, or DOS's: class in the low byte, code in the high two */
	uint16_t tree_id, user_id, process_id, multiplex_id;
	uint8_t command;
	bool response, wide /* texts are UTF-16 */, nt_status;
};
enum parse smb1_parse(struct bytes message, struct smb1 *out);

/* The block at an offset. `data` may be shorter than promised when the message is not all here (see is_cut). */
struct smb1_block {
	struct bytes words;
	struct bytes data;
	size_t data_at; /* offset of the data */
	bool is_cut;
	uint8_t next; /* command of the next block of a chain; SMB1_NONE */
	uint16_t next_at;
};
/* is_chain: the command is one of AndX. */
enum parse smb1_parse_block(struct bytes message, size_t at, bool is_chain, struct smb1_block *out);
bool smb1_is_chain(uint8_t command);

/* Dialects of a request, one after the other: false at the end. */
bool smb1_next_dialect(struct cursor *data, struct bytes *out);
struct smb1_negotiated {
	uint16_t dialect;  /* its place in the request's list */
	struct bytes guid; /* empty: none */
};
enum parse smb1_parse_negotiated(const struct smb1_block *b, struct smb1_negotiated *out);

struct smb1_setup {
	struct bytes blob, user, domain, native_os, native_lm; /* texts as they are: UTF-16 or not */
};
enum parse smb1_parse_setup(const struct smb1 *m, const struct smb1_block *b, struct smb1_setup *out);

struct smb1_tree {
	struct bytes path, service;
};
enum parse smb1_parse_tree(const struct smb1 *m, const struct smb1_block *b, struct smb1_tree *out);

struct smb1_create {
	struct bytes name;
	uint32_t disposition, options;
	/* Of a response: */
	uint16_t id;
	uint64_t created, accessed, written, changed, size;
};
enum parse smb1_parse_create(const struct smb1 *m, const struct smb1_block *b, struct smb1_create *out);

/* READ, WRITE and their like: of a response, what it brings (id and offset are not in it). */
struct smb1_access {
	uint16_t id;
	uint64_t offset;
	uint32_t length, data_at;
};
enum parse smb1_parse_access(const struct smb1 *m, uint8_t command, const struct smb1_block *b, struct smb1_access *out);
enum parse smb1_parse_close(const struct smb1_block *b, uint16_t *out_id);

struct smb1_names {
	struct bytes old_name, new_name;
};
enum parse smb1_parse_rename(const struct smb1 *m, const struct smb1_block *b, struct smb1_names *out);

/* TRANS and TRANS2. */
struct smb1_trans {
	uint16_t function; /* the first word of its setup; 0xffff: none */
	uint16_t id;       /* the second */
	struct bytes parameters, data;
};
enum { SMB1_TRANSACT_PIPE = 0x26 };
enum parse smb1_parse_trans(struct bytes message, const struct smb1 *m, const struct smb1_block *b, struct smb1_trans *out);

/* TRANS2 SET_FILE_INFORMATION (8) and SET_PATH_INFORMATION (6). */
struct smb1_set_info {
	uint16_t function, id, level;
	bool is_rename, is_disposition, deletes;
	struct bytes name, new_name;
};
enum { SMB1_SET_PATH = 6, SMB1_SET_FILE = 8 };
enum parse smb1_parse_set_info(const struct smb1 *m, const struct smb1_trans *t, struct smb1_set_info *out);

#endif
