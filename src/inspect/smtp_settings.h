/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/smtp_settings.h - what a site may set of mails. */
#ifndef INSPECT_SMTP_SETTINGS_H
#define INSPECT_SMTP_SETTINGS_H

#include "inspect/content_window.h"
#include "proto/mime.h"

/* Fields of the header that events have only when the site asks for them. */
enum smtp_custom {
#define SMTP_CUSTOM(identifier, name, how, extended) SMTP_CUSTOM_##identifier,
#include "inspect/smtp_custom_list.h"
#undef SMTP_CUSTOM
	SMTP_CUSTOM_FIELDS
};

struct smtp_settings {
	bool decode_mime;
	bool raw_extraction; /* the whole message is one file; its parts are not looked for */
	bool extended, md5_body, md5_subject;
	uint32_t custom; /* bits of enum smtp_custom */
	struct mime_settings mime;
	struct content_window content; /* of attachments */
};

#endif
