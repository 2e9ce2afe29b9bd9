/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/reporter.h"

#include "app/report_convert.h"
#include "core/auto.h"
#include "record/order.h"
#include "sandbox/channel.h"
#include "sandbox/memory_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];

static void
copy_margin(char out[static REPORT_MARGIN_MAX], struct bytes text)
{
	(void)snprintf(out, REPORT_MARGIN_MAX, "%.*s", text.len < REPORT_MARGIN_MAX ? (int)text.len : REPORT_MARGIN_MAX - 1,
	    (const char *)text.at);
}

static int
make(char **out, size_t *out_len, struct diag *diag)
{
	static const enum report_format formats[] = {[ORDER_CONVERT_NOT] = REPORT_HTML,
	    [ORDER_CONVERT_ODT] = REPORT_ODT,
	    [ORDER_CONVERT_DOCX] = REPORT_DOCX,
	    [ORDER_CONVERT_PDF] = REPORT_PDF};
	struct channel_message m;
	if (channel_receive(REPORTER_FD_PARENT, buffer, sizeof(buffer), &m) <= 0 || m.type != REPORTER_MAKE || m.fd < 0)
		return diag_say(diag, -EBADMSG, "%s", _("the reporter got nothing to do"));
	AUTO_CLOSE int file = m.fd;
	AUTO_FREE uint8_t *html = NULL;
	struct conversion conversion;
	struct report_margins margins;
	struct cursor c = cursor_of(m.body);
	uint32_t len = cursor_be32(&c);
	order_get_conversion(&c, &conversion);
	if (!cursor_ok(&c) || conversion.to == ORDER_CONVERT_NOT || memory_file_read(file, len, &html) < 0)
		return diag_say(diag, -EBADMSG, "%s", _("the reporter got nothing to do"));
	text_speak(conversion.language);
	copy_margin(margins.left_cstr, conversion.left);
	copy_margin(margins.marking_cstr, conversion.marking);
	copy_margin(margins.foot_cstr, conversion.foot);
	int r = report_convert_check(formats[conversion.to], diag);
	return r < 0 ? r
	             : report_convert(formats[conversion.to], conversion.language, &margins, (struct bytes){html, len}, out,
	                   out_len, diag);
}

int
reporter_main(void)
{
	struct diag diag = {.offset = UINT64_MAX};
	AUTO_FREE char *made = NULL;
	size_t len = 0;
	uint8_t head[4];
	int r = make(&made, &len, &diag);
	AUTO_CLOSE int file = r < 0 ? -1 : memory_file_make((struct bytes){(const uint8_t *)made, len});
	if (r == 0 && (file < 0 || len > ORDER_ANSWER_MAX))
		r = diag_say(&diag, -EFBIG, "%s", _("the document is too large"));
	if (r < 0)
		return channel_send(REPORTER_FD_PARENT, REPORTER_FAULT, bytes_of_cstr(diag.text_cstr), -1) < 0 ? 2 : 1;
	struct writer w = writer_of(head, sizeof(head));
	writer_be32(&w, (uint32_t)len);
	return channel_send(REPORTER_FD_PARENT, REPORTER_MADE, writer_written(&w), file) < 0 ? 2 : 0;
}
