/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/eve_smtp.h"

#include "inspect/l7_smtp_mail.h"

enum how { HOW_FIRST, HOW_ADDRESSES, HOW_ALL };

struct field {
	uint8_t kind;
	uint8_t how;
	bool is_extended;
	struct bytes key;
};

static void
write_text(struct json *j, const struct kept *k, uint8_t kind, struct bytes key)
{
	if (kept_has(k, kind))
		json_text(j, key, kept_first(k, kind));
}

static void
write_all(struct json *j, const struct kept *k, uint8_t kind, struct bytes key)
{
	size_t from = 0;
	if (!kept_has(k, kind))
		return;
	json_open_array(j, key);
	for (struct bytes text; kept_next(k, kind, &from, &text);)
		json_text(j, (struct bytes){0}, text);
	json_close_array(j);
}

/* The last one first: as Suricata does, so that numbers in rules and searches mean the same. */
static void
write_urls(struct json *j, const struct kept *k)
{
	if (!kept_has(k, MIME_URL))
		return;
	json_open_array(j, JSON_KEY("url"));
	for (size_t i = k->count; i > 0; i--)
		if (k->items[i - 1].kind == MIME_URL)
			json_text(j, (struct bytes){0}, (struct bytes){k->text + k->items[i - 1].at, k->items[i - 1].len});
	json_close_array(j);
}

static void
write_addresses(struct json *j, const struct kept *k, uint8_t kind, struct bytes key)
{
	struct bytes rest = kept_first(k, kind);
	if (bytes_trim(rest).len == 0)
		return;
	json_open_array(j, key);
	for (struct bytes address; mime_next_address(&rest, &address);)
		json_text(j, (struct bytes){0}, address);
	json_close_array(j);
}

void
eve_smtp_write(struct json *j, const struct l7_smtp_mail *mail)
{
	json_open_object(j, JSON_KEY("smtp"));
	write_text(j, &mail->kept, L7_SMTP_HELO, JSON_KEY("helo"));
	write_text(j, &mail->kept, L7_SMTP_FROM, JSON_KEY("mail_from"));
	write_all(j, &mail->kept, L7_SMTP_RCPT, JSON_KEY("rcpt_to"));
	json_close_object(j);
}

static void
write_md5(struct json *j, struct bytes key, const uint8_t md5[static DIGEST_MD5_SIZE])
{
	json_hex(j, key, (struct bytes){md5, DIGEST_MD5_SIZE}, '\0');
}

static void
write_chosen(struct json *j, const struct l7_smtp_mail *mail)
{
	static const struct field fields[SMTP_CUSTOM_FIELDS] = {
#define SMTP_CUSTOM(identifier, name, how, extended) \
	{MIME_##identifier, HOW_##how, extended, {(const uint8_t *)",\"" name "\":", sizeof(name) + 3}},
#include "inspect/smtp_custom_list.h"
#undef SMTP_CUSTOM
	};
	const struct smtp_settings *s = mail->settings;
	for (size_t i = 0; i < LENGTH_OF(fields); i++) {
		const struct field *f = &fields[i];
		if ((s->custom >> i & 1) == 0 && !(s->extended && f->is_extended))
			continue;
		switch ((enum how)f->how) {
		case HOW_FIRST: write_text(j, &mail->kept, f->kind, f->key); break;
		case HOW_ADDRESSES: write_addresses(j, &mail->kept, f->kind, f->key); break;
		case HOW_ALL: write_all(j, &mail->kept, f->kind, f->key); break;
		}
	}
	if (s->md5_body && mail->mime.has_body_md5)
		write_md5(j, JSON_KEY("body_md5"), mail->mime.body_md5);
	if (s->md5_subject && kept_has(&mail->kept, MIME_SUBJECT)) {
		uint8_t md5[DIGEST_MD5_SIZE];
		digest_md5(kept_first(&mail->kept, MIME_SUBJECT), md5);
		write_md5(j, JSON_KEY("subject_md5"), md5);
	}
}

void
eve_smtp_write_email(struct json *j, const struct l7_smtp_mail *mail, bool with_chosen)
{
	const struct kept *k = &mail->kept;
	json_open_object(j, JSON_KEY("email"));
	write_text(j, k, MIME_FROM, JSON_KEY("from"));
	write_addresses(j, k, MIME_TO, JSON_KEY("to"));
	write_addresses(j, k, MIME_CC, JSON_KEY("cc"));
	json_cstr(j, JSON_KEY("status"),
	    mail->is_over              ? "PARSE_DONE"
	        : mail->mime.main_done ? "BODY_STARTED"
	                               : "HEADER_STARTED");
	write_all(j, k, MIME_ATTACHMENT, JSON_KEY("attachment"));
	write_urls(j, k);
	if (with_chosen)
		write_chosen(j, mail);
	json_close_object(j);
}
