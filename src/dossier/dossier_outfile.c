/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_outfile.h"

#include "core/auto.h"
#include "core/text.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { COPY_ROOM = 65536, SUMS_MAX = 256 << 20 };

int
dossier_outfile_open(struct dossier_outfile *out, int folder_fd, const char *path_cstr)
{
	*out = (struct dossier_outfile){.fd = -1};
	const char *slash = strchr(path_cstr, '/');
	if ((size_t)snprintf(out->path_cstr, sizeof(out->path_cstr), "%s", path_cstr) >= sizeof(out->path_cstr))
		return -ENAMETOOLONG;
	if (slash != NULL) {
		out->path_cstr[slash - path_cstr] = '\0';
		if (mkdirat(folder_fd, out->path_cstr, 0700) < 0 && errno != EEXIST)
			return -errno;
		out->path_cstr[slash - path_cstr] = '/';
	}
	out->fd = openat(folder_fd, path_cstr, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	dossier_digest_start(&out->digest);
	return out->fd < 0 ? -errno : 0;
}

int
dossier_outfile_open_member(struct dossier_outfile *out, const struct dossier_tar *tar, const char *path_cstr)
{
	*out = (struct dossier_outfile){.fd = tar->fd, .tar = tar};
	if ((size_t)snprintf(out->path_cstr, sizeof(out->path_cstr), "%s", path_cstr) >= sizeof(out->path_cstr))
		return -ENAMETOOLONG;
	dossier_digest_start(&out->digest);
	return dossier_tar_begin(tar, &out->tar_at);
}

void
dossier_outfile_put(struct dossier_outfile *out, struct bytes data)
{
	dossier_digest_add(&out->digest, data);
	out->bytes += data.len;
	while (data.len > 0 && out->error == 0) {
		ssize_t n = write(out->fd, data.at, data.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			out->error = n < 0 ? -errno : -EIO;
		else
			data = bytes_after(data, (size_t)n);
	}
}

int
dossier_outfile_add(struct dossier_list *list, const struct dossier_listed *file)
{
	if (list->count == list->room) {
		size_t room = list->room == 0 ? 64 : list->room * 2;
		void *files = reallocarray(list->files, room, sizeof(*list->files));
		if (files == NULL)
			return -ENOMEM;
		list->files = files;
		list->room = room;
	}
	list->files[list->count++] = *file;
	return 0;
}

int
dossier_outfile_close(struct dossier_outfile *out, struct dossier_list *list)
{
	struct dossier_listed file = {.bytes = out->bytes, .rows = out->rows};
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	snprintf(file.path_cstr, sizeof(file.path_cstr), "%s", out->path_cstr);
	dossier_digest_end(&out->digest, digest);
	dossier_digest_text(digest, DOSSIER_DIGEST_TEXT - 1, file.sha256_cstr);
	if (out->tar != NULL) {
		if (out->error == 0)
			out->error = dossier_tar_finish(out->tar, out->path_cstr, out->tar_at, out->bytes);
	} else {
		if (out->error == 0 && fsync(out->fd) < 0)
			out->error = -errno;
		if (close(out->fd) < 0 && out->error == 0)
			out->error = -errno;
	}
	return out->error == 0 && list != NULL ? dossier_outfile_add(list, &file) : out->error;
}

int
dossier_outfile_copy_open(
    int from, int to_fd, const struct dossier_tar *tar, const char *path_cstr, struct dossier_list *list)
{
	AUTO_FREE uint8_t *room = malloc(COPY_ROOM);
	struct dossier_outfile out;
	if (room == NULL)
		return -ENOMEM;
	int r = tar != NULL ? dossier_outfile_open_member(&out, tar, path_cstr)
	                    : dossier_outfile_open(&out, to_fd, path_cstr);
	if (r < 0)
		return r;
	ssize_t n;
	while ((n = read(from, room, COPY_ROOM)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0)
			dossier_outfile_put(&out, (struct bytes){room, (size_t)n});
	if (n < 0)
		out.error = -errno;
	r = dossier_outfile_close(&out, list);
	if (r < 0 && tar == NULL)
		(void)unlinkat(to_fd, path_cstr, 0); /* a part of it would be taken for all of it */
	return r;
}

int
dossier_outfile_copy(int from_fd, int to_fd, const char *path_cstr, struct dossier_list *list)
{
	AUTO_CLOSE int from = openat(from_fd, path_cstr, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	return from < 0 ? -errno : dossier_outfile_copy_open(from, to_fd, NULL, path_cstr, list);
}

static void
put_sums(struct dossier_outfile *out, const struct dossier_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		dossier_outfile_put(out, bytes_of_cstr(list->files[i].sha256_cstr));
		dossier_outfile_put(out, BYTES("  "));
		dossier_outfile_put(out, bytes_of_cstr(list->files[i].path_cstr));
		dossier_outfile_put(out, BYTES("\n"));
	}
}

int
dossier_outfile_sums(int folder_fd, const struct dossier_list *list)
{
	struct dossier_outfile out;
	int r = dossier_outfile_open(&out, folder_fd, "SHA256SUMS");
	if (r < 0)
		return r;
	put_sums(&out, list);
	r = dossier_outfile_close(&out, NULL);
	return r == 0 && fsync(folder_fd) < 0 ? -errno : r;
}

int
dossier_outfile_sums_member(const struct dossier_tar *tar, struct dossier_list *list)
{
	struct dossier_outfile out;
	int r = dossier_outfile_open_member(&out, tar, "SHA256SUMS");
	if (r < 0)
		return r;
	put_sums(&out, list);
	return dossier_outfile_close(&out, list);
}

bool
dossier_outfile_path_ok(struct bytes path)
{
	if (path.len == 0 || path.len >= DOSSIER_PATH_MAX || path.at[path.len - 1] == '/')
		return false;
	for (size_t i = 0; i < path.len; i++) {
		uint8_t c = path.at[i];
		bool starts = i == 0 || path.at[i - 1] == '/';
		if (c < 0x20 || c == 0x7f || (starts && (c == '/' || c == '.')))
			return false;
	}
	return true;
}

static int
check_file(int folder_fd, struct dossier_listed *file)
{
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	char text[DOSSIER_DIGEST_TEXT];
	AUTO_CLOSE int fd = openat(folder_fd, file->path_cstr, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int r = fd < 0 ? -errno : dossier_digest_file(fd, digest, &file->bytes);
	if (r < 0)
		return r;
	dossier_digest_text(digest, DOSSIER_DIGEST_TEXT - 1, text);
	return strcmp(text, file->sha256_cstr) == 0 ? 0 : -EBADMSG;
}

/* "<64 digits>  <path>" */
static bool
read_sum(struct bytes line, struct dossier_listed *out)
{
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	size_t digits = DOSSIER_DIGEST_TEXT - 1;
	*out = (struct dossier_listed){0};
	if (line.len < digits + 3 || !dossier_digest_parse(bytes_first(line, digits), digest) ||
	    !bytes_eq(bytes_first(bytes_after(line, digits), 2), BYTES("  ")))
		return false;
	struct bytes path = bytes_after(line, digits + 2);
	if (!dossier_outfile_path_ok(path))
		return false;
	memcpy(out->sha256_cstr, line.at, digits);
	memcpy(out->path_cstr, path.at, path.len);
	return true;
}

static int
read_whole(int fd, uint8_t **out, size_t *len)
{
	struct stat st;
	if (fstat(fd, &st) < 0 || st.st_size > SUMS_MAX)
		return -EFBIG;
	*len = 0;
	*out = malloc((size_t)st.st_size + 1);
	if (*out == NULL)
		return -ENOMEM;
	ssize_t n;
	while (*len < (size_t)st.st_size && (n = read(fd, *out + *len, (size_t)st.st_size - *len)) > 0)
		*len += (size_t)n;
	return 0;
}

int
dossier_outfile_check_sums(int folder_fd, const char *folder_cstr, struct dossier_list *list, struct diag *diag)
{
	AUTO_FREE uint8_t *text = NULL;
	size_t len = 0;
	unsigned line = 0;
	AUTO_CLOSE int fd = openat(folder_fd, "SHA256SUMS", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || read_whole(fd, &text, &len) < 0)
		return diag_say_at(diag, -ENOENT, folder_cstr, UINT64_MAX, "%s",
		    _("this is no backup or export, or one that did not come to its end: it has no SHA256SUMS"));
	for (struct bytes left = {text, len}; left.len > 0;) {
		struct dossier_listed file;
		size_t end = bytes_find(left, '\n');
		line++;
		if (!read_sum(bytes_first(left, end), &file)) {
			(void)diag_say_at(
			    diag, -EBADMSG, folder_cstr, UINT64_MAX, _("line %u of SHA256SUMS is not a sum"), line);
			return -EBADMSG;
		}
		int r = check_file(folder_fd, &file);
		if (r < 0)
			return diag_say_at(diag, r, folder_cstr, UINT64_MAX,
			    r == -EBADMSG ? _("%s is not the file that was written: take another copy; nothing was changed")
			                  : _("%s cannot be read: take another copy; nothing was changed"),
			    file.path_cstr);
		r = dossier_outfile_add(list, &file);
		if (r < 0)
			return diag_say(diag, r, "%s", _("not enough memory for the dossier"));
		left = bytes_after(left, end < left.len ? end + 1 : end);
	}
	return 0;
}

void
dossier_outfile_free(struct dossier_list *list)
{
	free(list->files);
	*list = (struct dossier_list){0};
}
