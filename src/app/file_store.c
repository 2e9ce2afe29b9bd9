/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/file_store.h"

#include "core/auto.h"
#include "core/cursor.h"
#include "core/text.h"
#include "proto/digest_stream.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_SIZE = 24, HASH_TEXT = 2 * DIGEST_SHA256_SIZE };

struct file_store {
	int folder, coming; /* descriptors: FOLDER, FOLDER/tmp */
	struct file_store_limits limits;
	struct file_store_counts counts;
	uint64_t coming_bytes, coming_files;
};

static int
open_folder(int below, const char *name_cstr)
{
	if (mkdirat(below, name_cstr, 0700) < 0 && errno != EEXIST)
		return -errno;
	int fd = openat(below, name_cstr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* All that has not come whole: of a run before that broke off, too. */
static void
empty_coming(int coming)
{
	int copy = openat(coming, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = copy < 0 ? NULL : fdopendir(copy);
	if (folder == NULL) {
		if (copy >= 0)
			close(copy);
		return;
	}
	for (const struct dirent *e; (e = readdir(folder)) != NULL;)
		if (e->d_name[0] == 'f')
			(void)unlinkat(coming, e->d_name, 0);
	(void)closedir(folder);
}

int
file_store_open(struct file_store **out, const char *folder_cstr, const struct file_store_limits *limits, struct diag *diag)
{
	struct file_store *s = calloc(1, sizeof(*s));
	if (s == NULL)
		return diag_say(diag, -ENOMEM, "%s", text_error(ENOMEM));
	s->limits = *limits;
	s->folder = open_folder(AT_FDCWD, folder_cstr);
	s->coming = s->folder < 0 ? s->folder : open_folder(s->folder, "tmp");
	if (s->coming < 0) {
		int r = s->coming;
		if (s->folder >= 0)
			close(s->folder);
		free(s);
		return diag_say_at(diag, r, folder_cstr, UINT64_MAX, _("files cannot be kept there: %s"), text_error(-r));
	}
	empty_coming(s->coming);
	*out = s;
	return 0;
}

void
file_store_close(struct file_store *s)
{
	if (s == NULL)
		return;
	empty_coming(s->coming);
	close(s->coming);
	close(s->folder);
	free(s);
}

struct file_store_counts
file_store_count(const struct file_store *s)
{
	return s->counts;
}

static void
name_of(uint64_t number, char name[static NAME_SIZE])
{
	(void)snprintf(name, NAME_SIZE, "f%llu", (unsigned long long)number);
}

static void
note(struct file_store *s, int error)
{
	if (s->counts.error == 0)
		s->counts.error = error;
}

static bool
write_all(int fd, struct bytes data)
{
	while (data.len > 0) {
		ssize_t n = write(fd, data.at, data.len);
		if (n < 0 && errno != EINTR)
			return false;
		data = bytes_after(data, n < 0 ? 0 : (size_t)n);
	}
	return true;
}

/* What is refused here comes to its end shorter than it should be, and is refused there. */
void
file_store_put(struct file_store *s, struct bytes message)
{
	struct cursor c = cursor_of(message);
	char name[NAME_SIZE];
	name_of(cursor_be64(&c), name);
	if (!cursor_ok(&c) || c.left == 0)
		return;
	AUTO_CLOSE int fd = openat(s->coming, name, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
	bool is_new = fd < 0 && errno == ENOENT;
	if (s->limits.bytes - s->counts.bytes < s->coming_bytes + c.left ||
	    (is_new && s->counts.kept + s->coming_files >= s->limits.files))
		return;
	if (is_new)
		fd = openat(s->coming, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	s->coming_files += is_new && fd >= 0;
	if (fd < 0 || !write_all(fd, (struct bytes){c.at, c.left}))
		note(s, errno);
	else
		s->coming_bytes += c.left;
}

/* It leaves those that are coming. */
static void
settle(struct file_store *s, uint64_t size)
{
	s->coming_bytes -= size < s->coming_bytes ? size : s->coming_bytes;
	s->coming_files -= s->coming_files > 0;
}

static bool
digest_file(int fd, char text[static HASH_TEXT + 1])
{
	uint8_t block[8192], unused[DIGEST_SHA1_SIZE], sha256[DIGEST_SHA256_SIZE];
	struct digest_stream digest;
	digest_stream_begin(&digest, DIGEST_STREAM_SHA256);
	for (;;) {
		ssize_t n = read(fd, block, sizeof(block));
		if (n < 0 && errno != EINTR)
			return false;
		if (n == 0)
			break;
		digest_stream_add(&digest, (struct bytes){block, n < 0 ? 0 : (size_t)n});
	}
	digest_stream_end(&digest, unused, unused, sha256);
	text[digest_hex((struct bytes){sha256, sizeof(sha256)}, '\0', text)] = '\0';
	return true;
}

/* False: there is no place for it. */
static bool
move_in(struct file_store *s, const char *name_cstr, const char *hash_cstr, uint64_t size)
{
	char folder[3] = {hash_cstr[0], hash_cstr[1], '\0'};
	AUTO_CLOSE int place = open_folder(s->folder, folder);
	if (place < 0) {
		note(s, -place);
		return false;
	}
	if (renameat2(s->coming, name_cstr, place, hash_cstr, RENAME_NOREPLACE) == 0) {
		s->counts.kept++;
		s->counts.bytes += size;
		return true;
	}
	if (errno != EEXIST) {
		note(s, errno);
		return false;
	}
	s->counts.known++;
	(void)utimensat(place, hash_cstr, NULL, AT_SYMLINK_NOFOLLOW); /* it was seen again */
	return unlinkat(s->coming, name_cstr, 0) == 0;
}

void
file_store_keep(struct file_store *s, struct bytes message)
{
	struct cursor c = cursor_of(message);
	char name[NAME_SIZE], hash[HASH_TEXT + 1], said[HASH_TEXT + 1] = "";
	name_of(cursor_be64(&c), name);
	uint64_t size = cursor_be64(&c);
	struct bytes sha256 = cursor_take(&c, DIGEST_SHA256_SIZE);
	struct stat st = {0};
	AUTO_CLOSE int fd = openat(s->coming, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool whole = cursor_ok(&c) && fd >= 0 && fstat(fd, &st) == 0 && (uint64_t)st.st_size == size;
	if (fd >= 0)
		settle(s, (uint64_t)st.st_size);
	if (whole)
		said[digest_hex(sha256, '\0', said)] = '\0';
	if (whole && digest_file(fd, hash) && strcmp(hash, said) == 0 && move_in(s, name, hash, size))
		return;
	s->counts.refused++;
	(void)unlinkat(s->coming, name, 0);
}

void
file_store_drop(struct file_store *s, struct bytes message)
{
	struct cursor c = cursor_of(message);
	char name[NAME_SIZE];
	struct stat st;
	name_of(cursor_be64(&c), name);
	if (!cursor_ok(&c) || fstatat(s->coming, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return;
	settle(s, (uint64_t)st.st_size);
	(void)unlinkat(s->coming, name, 0);
}
