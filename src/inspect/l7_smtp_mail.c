/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_smtp_mail.h"

#include "inspect/eve_smtp.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"

static void
describe(const void *context, struct json *j)
{
	const struct l7_smtp_mail *mail = context;
	eve_smtp_write(j, mail);
	if (mail->has_mime)
		eve_smtp_write_email(j, mail, false);
}

static struct l7_tx
tx_of(const struct l7_smtp_mail *mail)
{
	return (struct l7_tx){.id = mail->id, .describe = describe, .context = mail};
}

void
l7_smtp_mail_anomaly(const struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink, struct bytes event_name)
{
	struct l7_tx tx = tx_of(mail);
	sink_anomaly_of(sink, in, &tx, APP_SMTP, event_name);
}

/* ---- Envelope ---- */

/* The greeting is that of all mails of a connection. */
static void
keep_only_helo(struct kept *k)
{
	struct bytes helo = kept_first(k, L7_SMTP_HELO);
	bool has = kept_has(k, L7_SMTP_HELO);
	kept_clear(k);
	if (has)
		(void)kept_put(k, L7_SMTP_HELO, helo); /* towards the front of the same room */
}

void
l7_smtp_mail_need(struct l7_smtp_mail *mail, const struct smtp_settings *settings)
{
	mail->settings = settings;
	mail->open = true;
}

bool
l7_smtp_mail_has(const struct l7_smtp_mail *mail, enum l7_smtp_kept kind)
{
	return kept_has(&mail->kept, (uint8_t)kind);
}

void
l7_smtp_mail_keep(struct l7_smtp_mail *mail, enum l7_smtp_kept kind, struct bytes text)
{
	(void)kept_put(&mail->kept, (uint8_t)kind, text);
	mail->due = true;
}

/* ---- Content ---- */

static void
say_events(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink, uint32_t events)
{
	static const struct {
		enum mime_event event;
		const char *name_cstr;
	} names[] = {
	    {MIME_INVALID_BASE64, "MIME_INVALID_BASE64"},
	    {MIME_INVALID_QP, "MIME_INVALID_QP"},
	    {MIME_LONG_LINE, "MIME_LONG_LINE"},
	    {MIME_LONG_ENC_LINE, "MIME_LONG_ENC_LINE"},
	    {MIME_LONG_HEADER_NAME, "MIME_LONG_HEADER_NAME"},
	    {MIME_LONG_HEADER_VALUE, "MIME_LONG_HEADER_VALUE"},
	    {MIME_MALFORMED_MSG, "MIME_MALFORMED_MSG"},
	    {MIME_LONG_BOUNDARY, "MIME_LONG_BOUNDARY"},
	    {MIME_LONG_FILENAME, "MIME_LONG_FILENAME"},
	};
	events &= ~mail->events_said; /* each once in a mail */
	mail->events_said |= events;
	for (size_t i = 0; i < LENGTH_OF(names) && events != 0; i++)
		if ((events & names[i].event) != 0)
			l7_smtp_mail_anomaly(mail, in, sink, bytes_of_cstr(names[i].name_cstr));
}

static void
open_file(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink, struct bytes name)
{
	struct l7_tx tx = tx_of(mail);
	mail->file = content_open(sink, in, &tx,
	    &(struct content_spec){.app = APP_SMTP, .is_file = true, .name = name, .window = mail->settings->content});
}

static void
close_file(struct l7_smtp_mail *mail, const struct l7_input *in, const struct l7_flow *flow, struct sink *sink,
    enum content_end end)
{
	struct l7_tx tx = tx_of(mail);
	content_close(sink, mail->file, in, flow, &tx, end);
	mail->file = 0;
}

static void
take_step(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink, const struct mime_step *step)
{
	struct l7_tx tx = tx_of(mail);
	if (step->events != 0)
		say_events(mail, in, sink, step->events);
	mail->due = mail->due || step->main_ended;
	if (step->opened) {
		open_file(mail, in, sink, step->name);
		if (mail->file == 0)
			mime_pass_file(&mail->mime);
	}
	if (step->data.len > 0)
		content_data(sink, mail->file, in, &tx, step->data);
	if (step->closed)
		close_file(mail, in, in->flow, sink, CONTENT_COMPLETE);
}

void
l7_smtp_mail_content(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink)
{
	mail->is_tried = true;
	mail->due = true;
	if (mail->settings->raw_extraction) {
		open_file(mail, in, sink, BYTES("rawmsg"));
	} else if (mail->settings->decode_mime) {
		mime_begin(&mail->mime);
		mail->has_mime = true;
	}
}

void
l7_smtp_mail_line(
    struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink, struct bytes text, struct bytes end)
{
	struct l7_tx tx = tx_of(mail);
	if (mail->lost > 0)
		content_gap(sink, mail->file, mail->lost);
	mail->lost = 0;
	if (mail->has_mime) {
		struct mime_step step = mime_line(&mail->mime, &mail->settings->mime, &mail->kept, text, end, in->scratch);
		take_step(mail, in, sink, &step);
	} else if (mail->file != 0) {
		content_data(sink, mail->file, in, &tx, text);
		content_data(sink, mail->file, in, &tx, end);
	}
}

void
l7_smtp_mail_content_end(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink, enum content_end end)
{
	if (mail->has_mime && end == CONTENT_COMPLETE) {
		struct mime_step step = mime_end(&mail->mime, &mail->settings->mime, &mail->kept, in->scratch);
		take_step(mail, in, sink, &step);
	}
	close_file(mail, in, in->flow, sink, end);
}

void
l7_smtp_mail_refused(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink)
{
	close_file(mail, in, in->flow, sink, CONTENT_TRUNCATED);
	mail->has_mime = false;
}

/* ---- What is said ---- */

static void
put_all(struct view_set *v, enum view view, const struct kept *k, uint8_t kind)
{
	size_t from = 0;
	for (struct bytes text; kept_next(k, kind, &from, &text);) {
		view_set_put(v, view, text);
		if (!view_of(view)->many)
			return;
	}
}

static void
show(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink, bool is_end)
{
	static const struct {
		uint16_t view;
		uint8_t kind;
	} views[] = {
	    {VIEW_SMTP_HELO, L7_SMTP_HELO},
	    {VIEW_SMTP_MAIL_FROM, L7_SMTP_FROM},
	    {VIEW_SMTP_RCPT_TO, L7_SMTP_RCPT},
	    {VIEW_EMAIL_FROM, MIME_FROM},
	    {VIEW_EMAIL_TO, MIME_TO},
	    {VIEW_EMAIL_CC, MIME_CC},
	    {VIEW_EMAIL_SUBJECT, MIME_SUBJECT},
	    {VIEW_EMAIL_DATE, MIME_DATE},
	    {VIEW_EMAIL_MESSAGE_ID, MIME_MESSAGE_ID},
	    {VIEW_EMAIL_X_MAILER, MIME_X_MAILER},
	    {VIEW_EMAIL_RECEIVED, MIME_RECEIVED},
	    {VIEW_EMAIL_URL, MIME_URL},
	};
	struct l7_tx tx = tx_of(mail);
	char md5[2 * DIGEST_MD5_SIZE];
	struct view_set *v = sink_views(sink, in, &tx);
	mail->due = false;
	if (v == NULL)
		return;
	for (size_t i = 0; i < LENGTH_OF(views); i++)
		if (views[i].kind >= MIME_KINDS || mail->mime.main_done)
			put_all(v, (enum view)views[i].view, &mail->kept, views[i].kind);
	if (mail->mime.has_body_md5) {
		digest_hex((struct bytes){mail->mime.body_md5, DIGEST_MD5_SIZE}, '\0', md5);
		view_set_put(v, VIEW_EMAIL_BODY_MD5, (struct bytes){(const uint8_t *)md5, sizeof(md5)});
	}
	sink_show(sink, is_end);
}

void
l7_smtp_mail_show(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink)
{
	if (mail->open && mail->due && !mail->is_over)
		show(mail, in, sink, false);
}

void
l7_smtp_mail_over(struct l7_smtp_mail *mail, const struct l7_input *in, struct sink *sink)
{
	if (!mail->open || mail->is_over)
		return;
	mail->is_over = true;
	show(mail, in, sink, true);
}

void
l7_smtp_mail_say(struct l7_smtp_mail *mail, const struct l7_flow *flow, struct sink *sink)
{
	if (!mail->open)
		return;
	close_file(mail, NULL, flow, sink, CONTENT_TRUNCATED);
	struct json *j = mail->kept.count == 0 && !mail->is_tried ? NULL : sink_open(sink, BYTES("smtp"), flow);
	if (j != NULL) {
		json_u64(j, JSON_KEY("tx_id"), mail->id);
		eve_smtp_write(j, mail);
		if (mail->has_mime)
			eve_smtp_write_email(j, mail, true);
		sink_close(sink);
	}
	keep_only_helo(&mail->kept);
	mail->id++;
	mail->events_said = 0;
	mail->lost = 0;
	mail->open = mail->is_tried = mail->has_mime = mail->is_over = mail->due = false;
	mail->mime.main_done = mail->mime.has_body_md5 = false;
}
