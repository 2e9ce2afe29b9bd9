/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_smtp_mail.h - one mail of an SMTP conversation: its envelope and what is in it, as events, rules and files have it.
 *
 * The dialogue (inspect/l7_smtp.c) says what happens to it; each mail is a transaction, and so is what comes before and after one.
 */
#ifndef INSPECT_L7_SMTP_MAIL_H
#define INSPECT_L7_SMTP_MAIL_H

#include "core/kept.h"
#include "inspect/l7.h"
#include "inspect/l7_settings.h"
#include "proto/mime.h"

struct sink;

/* What is kept of the envelope, beside enum mime_kept. */
enum l7_smtp_kept { L7_SMTP_HELO = MIME_KINDS, L7_SMTP_FROM, L7_SMTP_RCPT };

struct l7_smtp_mail {
	struct kept kept;
	struct mime mime;
	uint64_t id; /* of the transaction */
	uint32_t file;
	uint32_t events_said;
	bool open;     /* there is a transaction */
	bool is_tried; /* its content was announced */
	bool has_mime; /* what is in it is known, or is being read */
	bool is_over;  /* the client has said all of it; the server's answer is waited for */
	bool due;      /* rules have not seen all that is known */
	uint64_t lost; /* bytes of the content, before what comes next */
	const struct smtp_settings *settings;
};

/* The transaction of what the client says now: another one when the last is over. */
void l7_smtp_mail_need(struct l7_smtp_mail *mail, const struct smtp_settings *settings);
bool l7_smtp_mail_has(const struct l7_smtp_mail *mail, enum l7_smtp_kept kind);
void l7_smtp_mail_keep(struct l7_smtp_mail *mail, enum l7_smtp_kept kind, struct bytes text);

/* Its content: begins, comes line by line (an empty end: the line goes on), ends as a whole or cut. */
void l7_smtp_mail_content(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink);
void l7_smtp_mail_line(
    struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink, struct bytes text, struct bytes end);
void l7_smtp_mail_content_end(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink, enum content_end end);
/* The server refused the content before it came. */
void l7_smtp_mail_refused(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink);

/* Rules see what is new of it. */
void l7_smtp_mail_show(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink);
/* The client has said all: rules see the end. */
void l7_smtp_mail_over(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink);
/* The event; what is said once is over. */
void l7_smtp_mail_say(struct l7_smtp_mail *mail, const struct l7_flow *flow, struct sink *sink);

/* By Suricata's name. */
void
l7_smtp_mail_anomaly(const struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink, struct bytes event_name);

#endif
