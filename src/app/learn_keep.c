/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/learn_keep.h"

#include "core/auto.h"
#include "core/text.h"
#include "detect/learn/learn_model_file.h"
#include "detect/learn/learn_seal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, READ_STEP = 1 << 16 };

static int
complain(struct diag *diag, int error, const char *path_cstr)
{
	return diag_say_at(diag, -error, path_cstr, UINT64_MAX, "%s", text_error(error));
}

int
learn_keep_read(const char *path_cstr, size_t most, uint8_t **out, size_t *len, struct diag *diag)
{
	AUTO_CLOSE int fd = open(path_cstr, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return complain(diag, errno, path_cstr);
	AUTO_FREE uint8_t *bytes = NULL;
	size_t got = 0, room = 0;
	for (;;) {
		if (got == room) {
			if (room > most)
				return complain(diag, EFBIG, path_cstr);
			room = room == 0 ? READ_STEP : room * 2;
			uint8_t *larger = realloc(bytes, room);
			if (larger == NULL)
				return complain(diag, ENOMEM, path_cstr);
			bytes = larger;
		}
		ssize_t n = read(fd, bytes + got, room - got);
		if (n < 0)
			return complain(diag, errno, path_cstr);
		if (n == 0)
			break;
		got += (size_t)n;
	}
	if (got > most)
		return complain(diag, EFBIG, path_cstr);
	*out = TAKE(bytes);
	*len = got;
	return 0;
}

int
learn_keep_load(const char *path_cstr, struct learn_kept *out, struct diag *diag)
{
	struct learn_kept kept = {0};
	int r = learn_keep_read(path_cstr, LEARN_FILE_MAX, &kept.bytes, &kept.len, diag);
	if (r < 0)
		return r;
	r = learn_file_read((struct bytes){kept.bytes, kept.len}, &kept.file, diag);
	if (r == 0)
		r = learn_model_file_read(&kept.file, &kept.model, diag);
	if (r == -ENOMEM)
		r = complain(diag, ENOMEM, path_cstr);
	else if (r < 0 && diag != NULL)
		(void)snprintf(diag->file_cstr, sizeof(diag->file_cstr), "%s", path_cstr);
	if (r < 0)
		learn_keep_done(&kept);
	else
		*out = kept;
	return r;
}

void
learn_keep_done(struct learn_kept *kept)
{
	learn_model_free(kept->model);
	free(kept->bytes);
	*kept = (struct learn_kept){0};
}

static int
write_all(int fd, struct bytes bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.at, bytes.len);
		if (n < 0)
			return -errno;
		bytes = bytes_after(bytes, (size_t)n);
	}
	return fsync(fd) < 0 ? -errno : 0;
}

int
learn_keep_write(const char *path_cstr, struct bytes bytes, struct diag *diag)
{
	char beside_cstr[PATH_ROOM];
	int n = snprintf(beside_cstr, sizeof(beside_cstr), "%s.new", path_cstr);
	if (n < 0 || (size_t)n >= sizeof(beside_cstr))
		return complain(diag, ENAMETOOLONG, path_cstr);
	AUTO_CLOSE int fd = open(beside_cstr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return complain(diag, errno, beside_cstr);
	int r = write_all(fd, bytes);
	if (r == 0 && rename(beside_cstr, path_cstr) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlink(beside_cstr); /* what went wrong is told; half a file helps nobody */
		return complain(diag, -r, path_cstr);
	}
	return 0;
}

int
learn_keep_save(const char *path_cstr, const struct learn_file *file, struct bytes pem, struct diag *diag)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	int r = learn_file_write(file, &bytes, &len);
	if (r < 0)
		return complain(diag, -r, path_cstr);
	if (pem.len > 0)
		r = learn_seal_sign(pem, &bytes, &len, diag);
	if (r == 0)
		r = learn_keep_write(path_cstr, (struct bytes){bytes, len}, diag);
	free(bytes);
	return r;
}
