/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/ssh.h - what SSH says in clear: identification lines (RFC 4253 4.2) and SSH_MSG_KEXINIT
 * (7.1), with the HASSH fingerprint of it. */
#ifndef PROTO_SSH_H
#define PROTO_SSH_H

#include "core/cursor.h"

enum {
	SSH_LINE_MAX = 1024,    /* bytes of one line before the keys; a longer one is PARSE_BAD */
	SSH_PACKET_MAX = 35000, /* RFC 4253 6.1 */
	SSH_HASSH_HEX = 32,
};

struct ssh_line {
	bool identification;             /* false: one of the lines a server may send before it */
	struct bytes protocol, software; /* "2.0", "OpenSSH_9.2p1"; comments are left out */
};

/* One line at the front of the stream. BAD: too long, or "SSH-" without its two dashes. */
MUST_USE enum parse ssh_line(struct bytes stream, size_t *used, struct ssh_line *out);

enum ssh_list {
	SSH_KEX,
	SSH_HOST_KEY,
	SSH_CIPHER_TO_SERVER,
	SSH_CIPHER_TO_CLIENT,
	SSH_MAC_TO_SERVER,
	SSH_MAC_TO_CLIENT,
	SSH_COMPRESSION_TO_SERVER,
	SSH_COMPRESSION_TO_CLIENT,
	SSH_LANGUAGE_TO_SERVER,
	SSH_LANGUAGE_TO_CLIENT,
	SSH_LISTS
};

struct ssh_packet {
	uint8_t type;         /* 20: KEXINIT */
	struct bytes payload; /* after the type */
};

/* One packet in clear (RFC 4253 6), without MAC. */
MUST_USE enum parse ssh_packet(struct bytes stream, size_t *used, struct ssh_packet *out);

struct ssh_kexinit {
	struct bytes lists[SSH_LISTS];
};

MUST_USE enum parse ssh_kexinit(struct bytes payload, struct ssh_kexinit *out);

enum ssh_sender { SSH_CLIENT, SSH_SERVER };

/* The string whose MD5 is the HASSH: "kex;ciphers;macs;compressions" of what the sender offers to send.
 * Returns its whole length; nothing is written past size. */
size_t ssh_hassh_text(const struct ssh_kexinit *kexinit, enum ssh_sender sender, uint8_t *out, size_t size);

#endif
