/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/textline.h - the lines, commands and replies that FTP, SMTP, POP3 and IMAP have in common. */
#ifndef PROTO_TEXTLINE_H
#define PROTO_TEXTLINE_H

#include "core/cursor.h"

enum { TEXTLINE_MAX = 4096 }; /* bytes of a line with its end; a longer one is PARSE_BAD */

/* One line without its end (CR LF, or LF alone). */
MUST_USE enum parse textline_take(struct bytes stream, size_t *used, struct bytes *line);

/* A line, or, of a longer one, TEXTLINE_MAX bytes of it: the same wherever the network cuts. no_more: what is there is all. */
struct textline_piece {
	struct bytes text, end; /* an empty end: the line goes on */
	size_t used;            /* 0: more bytes must come */
};
struct textline_piece textline_piece(struct bytes stream, bool no_more);

struct textline_command {
	struct bytes verb, argument; /* the argument without the blanks before it */
};
struct textline_command textline_command(struct bytes line);

struct textline_reply {
	uint16_t code; /* three digits (RFC 5321 4.2, RFC 959 4.2); 0 when the line has none */
	bool last;     /* no "-" after the code: the reply ends here */
	struct bytes text;
};
struct textline_reply textline_reply(struct bytes line);

/* The next word up to a space, taken from the front of *rest. */
struct bytes textline_word(struct bytes *rest);

/* By content: a reply of FTP or SMTP's greeting; a command of each. */
enum textline_look { TEXTLINE_NO, TEXTLINE_MAYBE, TEXTLINE_YES };
enum textline_look textline_looks_like_ftp(struct bytes client_or_server);
enum textline_look textline_looks_like_smtp(struct bytes client_or_server);
enum textline_look textline_looks_like_pop3(struct bytes server);
enum textline_look textline_looks_like_pop3_client(struct bytes client); /* where there is no greeting */
enum textline_look textline_looks_like_imap(struct bytes client_or_server);

#endif
