/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/report_file.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_digest.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

enum { DRAIN_STEP = 1 << 16 };

static bool
is_standard(const struct report_file *f)
{
	return f->path_cstr != NULL && strcmp(f->path_cstr, "-") == 0;
}

int
report_file_prepare(
    struct report_file *f, const char *what_cstr, const char *id_cstr, const char *kind_cstr, struct diag *diag)
{
	int n;
	if (is_standard(f))
		return 0;
	if (f->path_cstr != NULL)
		n = snprintf(f->name_cstr, sizeof(f->name_cstr), "%s", f->path_cstr);
	else if (id_cstr != NULL)
		n = snprintf(f->name_cstr, sizeof(f->name_cstr), "%s-%s-%s.%s", what_cstr, id_cstr, kind_cstr,
		    report_format_word(f->format));
	else
		n = snprintf(f->name_cstr, sizeof(f->name_cstr), "%s.%s", what_cstr, report_format_word(f->format));
	if (n < 0 || (size_t)n >= sizeof(f->name_cstr) - sizeof(".sha256") ||
	    (f->path_cstr == NULL && strchr(f->name_cstr, '/') != NULL))
		return diag_say(
		    diag, -EINVAL, "%s", _("the name of the file is too long, or has a slash in it: give one with -o"));
	if (access(f->name_cstr, F_OK) == 0)
		return diag_say_at(diag, -EEXIST, f->name_cstr, UINT64_MAX, "%s",
		    _("there is something in this file already: give a new one"));
	return 0;
}

int
report_file_drain(int fd, char **out, size_t *len, struct diag *diag)
{
	AUTO_FREE char *room = NULL;
	size_t used = 0, size = 0;
	for (;;) {
		if (size - used < DRAIN_STEP) {
			size_t more = size == 0 ? DRAIN_STEP * 4 : size * 2;
			char *bigger = used > REPORT_FILE_BYTES_MAX ? NULL : realloc(room, more);
			if (bigger == NULL)
				return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
			room = bigger;
			size = more;
		}
		ssize_t n = read(fd, room + used, size - used);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return diag_say(diag, -errno, "%s", text_error(errno));
		if (n == 0)
			break;
		used += (size_t)n;
	}
	*out = TAKE(room);
	*len = used;
	return 0;
}

static int
write_all(int fd, struct bytes data)
{
	while (data.len > 0) {
		ssize_t n = write(fd, data.at, data.len);
		if (n < 0 && errno != EINTR)
			return -errno;
		data = bytes_after(data, n < 0 ? 0 : (size_t)n);
	}
	return 0;
}

/* A new file, whole or not at all. */
static int
write_new(const char *name_cstr, struct bytes data, struct diag *diag)
{
	AUTO_CLOSE int fd = open(name_cstr, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return diag_say_at(diag, -errno, name_cstr, UINT64_MAX, "%s", text_error(errno));
	int r = write_all(fd, data);
	if (r == 0 && fsync(fd) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlink(name_cstr);
		return diag_say_at(diag, r, name_cstr, UINT64_MAX, "%s", text_error(-r));
	}
	return 0;
}

/* "SHA-256  name", for sha256sum --check beside the file. */
static int
write_sum(const char *name_cstr, struct bytes document, struct diag *diag)
{
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	char text[DOSSIER_DIGEST_TEXT], line[REPORT_FILE_NAME_MAX + 80], sum_name[REPORT_FILE_NAME_MAX + 16];
	const char *slash = strrchr(name_cstr, '/');
	dossier_digest_sha256(document, digest);
	dossier_digest_text(digest, DOSSIER_DIGEST_TEXT - 1, text);
	int n = snprintf(line, sizeof(line), "%s  %s\n", text, slash == NULL ? name_cstr : slash + 1);
	(void)snprintf(sum_name, sizeof(sum_name), "%s.sha256", name_cstr);
	(void)unlink(sum_name); /* of a document that is there no longer */
	return write_new(sum_name, (struct bytes){(const uint8_t *)line, (size_t)n}, diag);
}

int
report_file_write(struct report_file *f, struct bytes document, struct diag *diag)
{
	if (is_standard(f)) {
		int error = write_all(STDOUT_FILENO, document);
		return error == 0 ? 0 : diag_say(diag, error, "%s", text_error(-error));
	}
	int r = write_new(f->name_cstr, document, diag);
	if (r == 0)
		r = write_sum(f->name_cstr, document, diag);
	if (r == 0 && !f->quiet)
		fprintf(stderr, _("beffroi: %s: %zu bytes, with its SHA-256 beside it\n"), f->name_cstr, document.len);
	return r;
}
