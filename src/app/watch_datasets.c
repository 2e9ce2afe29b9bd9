/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/watch_datasets.h"

#include "app/rules_wire.h"
#include "core/cursor.h"
#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_ROOM = 4096 + RULES_FILES_SAVE_NAME + 8, BYTES_MAX = 256 << 20 };

void
watch_datasets_begin(struct watch_datasets *d, const struct watch_rules *rules, struct watch_report *report)
{
	*d = (struct watch_datasets){.fd = -1, .count = rules->files.save_count};
	memcpy(d->names, rules->files.saves, sizeof(d->names));
	(void)snprintf(d->folder_cstr, sizeof(d->folder_cstr), "%s", rules->state_cstr);
	if (d->count > 0 && d->folder_cstr[0] == '\0')
		watch_report_notice(report, NULL, _("what rules add to data sets is not kept: there is no folder for it"));
}

static void
path_of(const struct watch_datasets *d, const char *end_cstr, char out[static PATH_ROOM])
{
	(void)snprintf(out, PATH_ROOM, "%s/%s%s", d->folder_cstr, d->names[d->at], end_cstr);
}

static void
drop(struct watch_datasets *d, int error)
{
	char path[PATH_ROOM];
	path_of(d, ".new", path);
	if (d->error == 0)
		d->error = error;
	if (d->fd >= 0) {
		close(d->fd);
		(void)unlink(path);
	}
	d->fd = -1;
}

static void
open_one(struct watch_datasets *d, struct bytes name)
{
	char path[PATH_ROOM], *slash;
	for (d->at = 0; d->at < d->count && !bytes_eq(name, bytes_of_cstr(d->names[d->at])); d->at++) {}
	if (d->at == d->count || d->folder_cstr[0] == '\0')
		return;
	(void)snprintf(path, sizeof(path), "%s", d->folder_cstr);
	slash = strrchr(path, '/'); /* DOSSIER/rules and DOSSIER/rules/data: the dossier is there */
	if (slash != NULL && slash != path) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
	(void)mkdir(path, 0700);
	path_of(d, ".new", path);
	d->bytes = 0;
	d->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (d->fd < 0)
		drop(d, errno);
}

static void
write_piece(struct watch_datasets *d, struct bytes piece)
{
	d->bytes += piece.len;
	while (d->fd >= 0 && piece.len > 0) {
		ssize_t n = d->bytes > BYTES_MAX ? -1 : write(d->fd, piece.at, piece.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			drop(d, d->bytes > BYTES_MAX ? EFBIG : errno);
		else
			piece = bytes_after(piece, (size_t)n);
	}
}

/* Whole, or as it was before. */
static void
close_one(struct watch_datasets *d)
{
	char from[PATH_ROOM], to[PATH_ROOM];
	if (d->fd < 0)
		return;
	path_of(d, ".new", from);
	path_of(d, "", to);
	if (fsync(d->fd) < 0 || rename(from, to) < 0)
		drop(d, errno);
	else
		close(d->fd);
	d->fd = -1;
}

void
watch_datasets_take(struct watch_datasets *d, struct bytes body)
{
	struct cursor c = cursor_of(body);
	uint8_t flags = cursor_u8(&c);
	struct bytes name = cursor_take(&c, cursor_be16(&c));
	if (!cursor_ok(&c))
		return;
	if ((flags & RULES_WIRE_FIRST) != 0) {
		if (d->fd >= 0)
			drop(d, EPROTO);
		open_one(d, name);
	}
	write_piece(d, cursor_take(&c, c.left));
	if ((flags & RULES_WIRE_LAST) != 0)
		close_one(d);
}

void
watch_datasets_end(struct watch_datasets *d, struct watch_report *report)
{
	char text[256];
	if (d->fd >= 0)
		drop(d, EPROTO);
	if (d->error == 0)
		return;
	(void)snprintf(text, sizeof(text), _("a data set could not be kept: %s"), text_error(d->error));
	watch_report_notice(report, d->folder_cstr, text);
	d->error = 0;
}
