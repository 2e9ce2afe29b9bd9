/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* A mail: the first byte chooses what is decoded and how long pieces of a line are, the rest is its lines. */
#include <stdlib.h>
#include <string.h>

#include "proto/ftp.h"
#include "proto/mime.h"
#include "proto/mime_param.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool condition)
{
	if (!condition)
		abort();
}

/* Bytes come only of an open file, and never more than fit. */
static void
check_step(const struct mime_step *step, bool *open)
{
	must(!step->opened || !*open);
	*open = *open || step->opened;
	must(step->data.len == 0 || *open);
	must(step->data.len <= MIME_ROOM_SIZE && step->name.len <= MIME_NAME_MAX);
	must(!step->closed || *open);
	*open = *open && !step->closed;
}

static void
read_mail(struct bytes mail, const struct mime_settings *settings, size_t piece_max)
{
	static struct mime m;
	static struct kept kept;
	static uint8_t room[MIME_ROOM_SIZE];
	size_t decoded = 0;
	bool open = false;
	mime_begin(&m);
	kept_clear(&kept);
	for (size_t total = mail.len; mail.len > 0;) {
		struct bytes window = bytes_first(mail, piece_max), end = {0};
		size_t length = bytes_find(window, '\n');
		if (length < window.len)
			end = bytes_first(bytes_after(window, length), 1);
		struct mime_step step = mime_line(&m, settings, &kept, bytes_first(window, length), end, room);
		check_step(&step, &open);
		decoded += step.data.len;
		must(decoded <= total + 16);
		mail = bytes_after(mail, length + end.len);
	}
	struct mime_step step = mime_end(&m, settings, &kept, room);
	check_step(&step, &open);
	must(!open && kept.count <= KEPT_ITEMS && kept.used <= KEPT_TEXT && m.boundaries.count <= MIME_NESTING_MAX);
	for (size_t i = 0; i < kept.count; i++)
		must(kept.items[i].at + kept.items[i].len <= kept.used && kept.items[i].kind < MIME_KINDS);
}

static void
read_values(struct bytes text)
{
	uint8_t out[64];
	size_t length;
	struct ftp_place place;
	if (mime_param_find(text, BYTES("name"), out, sizeof(out), &length))
		must(length <= text.len);
	must(mime_param_words(text, out, sizeof(out)) <= sizeof(out));
	for (struct bytes rest = text, address; mime_next_address(&rest, &address);)
		must(address.len <= text.len);
	(void)ftp_port(text, &place);
	(void)ftp_eprt(text, &place);
	(void)ftp_passive(text, &place);
	(void)ftp_extended_passive(text, &place);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	struct mime_settings settings = {.base64 = (data[0] & 1) == 0,
	    .quoted_printable = (data[0] & 2) == 0,
	    .body_md5 = (data[0] & 4) != 0,
	    .header_value_depth = (data[0] & 8) != 0 ? 20 : 2000,
	    .urls = {.enabled = true, .with_scheme = (data[0] & 16) != 0, .scheme_count = 2, .schemes = {"http", "ftp"}}};
	/* The exact size: the sanitizer sees a read past it. */
	uint8_t *copy = malloc(size);
	if (copy == NULL)
		return 0;
	memcpy(copy, data, size);
	struct bytes mail = {copy + 1, size - 1};
	read_mail(mail, &settings, MIME_PIECE_MAX);
	read_mail(mail, &settings, (size_t)(data[0] >> 5) * 7 + 1);
	read_values(mail);
	free(copy);
	return 0;
}
