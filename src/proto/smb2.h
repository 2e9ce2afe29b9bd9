/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/smb2.h - SMB 2 and 3: MS-SMB2. A message is a header of 64 bytes and a body; offsets in it count from the header's first byte. */
#ifndef PROTO_SMB2_H
#define PROTO_SMB2_H

#include "core/cursor.h"

enum smb2_command {
	SMB2_NEGOTIATE = 0,
	SMB2_SESSION_SETUP = 1,
	SMB2_LOGOFF = 2,
	SMB2_TREE_CONNECT = 3,
	SMB2_TREE_DISCONNECT = 4,
	SMB2_CREATE = 5,
	SMB2_CLOSE = 6,
	SMB2_FLUSH = 7,
	SMB2_READ = 8,
	SMB2_WRITE = 9,
	SMB2_LOCK = 10,
	SMB2_IOCTL = 11,
	SMB2_CANCEL = 12,
	SMB2_ECHO = 13,
	SMB2_FIND = 14,
	SMB2_NOTIFY = 15,
	SMB2_GET_INFO = 16,
	SMB2_SET_INFO = 17,
	SMB2_OPLOCK_BREAK = 18,
};

enum { SMB2_HEADER_SIZE = 64, SMB2_TRANSFORM_SIZE = 52, SMB2_ID_SIZE = 16 };
/* How much of a message must be there before smb2_parse_write() and smb2_parse_read_response() can tell where its data are. */
enum { SMB2_WRITE_FIXED = SMB2_HEADER_SIZE + 48, SMB2_READ_RESPONSE_FIXED = SMB2_HEADER_SIZE + 16 };
enum { SMB2_FLAG_RESPONSE = 1, SMB2_FLAG_ASYNC = 2 };
enum { SMB2_PIPE_TRANSCEIVE = 0x0011c017 }; /* MS-FSCC 2.3 */

struct smb2 {
	uint32_t status, flags, next; /* next: where the next message of the compound begins; 0: this is the last */
	uint16_t command;
	uint64_t message_id, session_id;
	uint32_t tree_id; /* 0 in asynchronous ones, which have another number there */
};
enum parse smb2_parse(struct bytes message, struct smb2 *out);

/* All functions below read a whole message, header included, unless they say otherwise. */
struct smb2_negotiate {
	struct bytes guid;     /* of who sends it */
	struct bytes dialects; /* two bytes each, little endian */
	uint16_t dialect;      /* of a response */
	uint32_t max_read, max_write;
};
enum parse smb2_parse_negotiate(struct bytes message, struct smb2_negotiate *out);
enum parse smb2_parse_negotiate_response(struct bytes message, struct smb2_negotiate *out);

/* The security blob of a session setup, of either side. */
enum parse smb2_parse_setup(struct bytes message, bool response, struct bytes *out);

/* UTF-16. */
enum parse smb2_parse_tree_connect(struct bytes message, struct bytes *out_path);
enum { SMB2_SHARE_DISK = 1, SMB2_SHARE_PIPE = 2, SMB2_SHARE_PRINT = 3 };
enum parse smb2_parse_tree_connect_response(struct bytes message, uint8_t *out_type);

struct smb2_create {
	struct bytes name; /* UTF-16 */
	uint32_t disposition, options;
};
enum parse smb2_parse_create(struct bytes message, struct smb2_create *out);
struct smb2_created {
	uint64_t created, accessed, written, changed; /* 100 ns since 1601 */
	uint64_t size;
	struct bytes id;
};
enum parse smb2_parse_create_response(struct bytes message, struct smb2_created *out);

struct smb2_access {
	struct bytes id;
	uint64_t offset;
	uint32_t length;
	uint32_t data_at; /* where the data are in the message */
};
enum parse smb2_parse_read(struct bytes message, struct smb2_access *out);
/* `message`: its first bytes suffice. */
enum parse smb2_parse_read_response(struct bytes message, struct smb2_access *out);
enum parse smb2_parse_write(struct bytes message, struct smb2_access *out);
enum parse smb2_parse_close(struct bytes message, struct bytes *out_id);

struct smb2_ioctl {
	uint32_t function;
	struct bytes id, data;
};
enum parse smb2_parse_ioctl(struct bytes message, bool response, struct smb2_ioctl *out);

struct smb2_set_info {
	uint8_t type, class;
	struct bytes id;
	bool is_rename, is_disposition, deletes;
	struct bytes new_name; /* UTF-16 */
};
enum parse smb2_parse_set_info(struct bytes message, struct smb2_set_info *out);

/* MS-SMB2 2.2.41 */
struct smb2_transform {
	uint64_t session_id;
	uint32_t size;
};
enum parse smb2_parse_transform(struct bytes message, struct smb2_transform *out);

#endif
