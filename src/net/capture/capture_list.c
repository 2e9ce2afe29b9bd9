/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/capture/capture_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/auto.h"
#include "core/diag.h"
#include "net/capture/capture_inflate.h"
#include "net/capture/capture_scan.h"
#include "net/capture/capture_text.h"

enum {
	DEPTH_MAX = 8,
	FIRST_OWN_FD = 3,
	GUESS_BYTES = 12,
};

_Static_assert((int)GUESS_BYTES >= (int)CAPTURE_SCAN_GUESS_BYTES && (int)GUESS_BYTES >= (int)CAPTURE_INFLATE_GUESS_BYTES,
    "enough to tell every format");

struct entry {
	char *path_cstr;
	unsigned depth; /* of a folder below the named one */
};

struct entries {
	struct entry *at;
	size_t count, room;
};

struct capture_list {
	struct entries files;
	size_t next;
	bool has_stdin;
	struct capture_list_counts counts;
};

static int
entries_add(struct entries *entries, const char *folder_cstr, const char *name_cstr, unsigned depth)
{
	if (entries->count == entries->room) {
		size_t room = 2 * entries->room + 16;
		struct entry *grown = reallocarray(entries->at, room, sizeof(*grown));
		if (grown == NULL)
			return -ENOMEM;
		entries->at = grown;
		entries->room = room;
	}
	char *path_cstr = NULL;
	size_t len = strlen(folder_cstr);
	const char *between_cstr = len == 0 || folder_cstr[len - 1] == '/' ? "" : "/";
	if (asprintf(&path_cstr, "%s%s%s", folder_cstr, between_cstr, name_cstr) < 0)
		return -ENOMEM;
	entries->at[entries->count++] = (struct entry){.path_cstr = path_cstr, .depth = depth};
	return 0;
}

static void
entries_done(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		free(entries->at[i].path_cstr);
	free(entries->at);
}

static int
entry_compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = strverscmp(a->path_cstr, b->path_cstr);
	return order != 0 ? order : strcmp(a->path_cstr, b->path_cstr);
}

enum kind { KIND_CAPTURE, KIND_FOREIGN, KIND_UNREADABLE };

/* By the first bytes. */
static enum kind
kind_of(int folder_fd, const char *name_cstr)
{
	/* without waiting for a pipe or a device that took the place of the file meanwhile */
	AUTO_CLOSE int fd = openat(folder_fd, name_cstr, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return KIND_UNREADABLE;
	uint8_t bytes[GUESS_BYTES];
	ssize_t n = pread(fd, bytes, sizeof(bytes), 0);
	if (n < 0)
		return KIND_UNREADABLE;
	struct bytes head = {bytes, (size_t)n};
	if (capture_scan_guess(head) != CAPTURE_FORMAT_UNKNOWN)
		return KIND_CAPTURE;
	if (capture_inflate_guess(head) == CAPTURE_PACKING_PLAIN)
		return KIND_FOREIGN;
	return strcasestr(name_cstr, "cap") != NULL || strcasestr(name_cstr, "snoop") != NULL ? KIND_CAPTURE : KIND_FOREIGN;
}

/* One name of a folder: a folder for later, a capture, or nothing for us. */
static int
look_at(struct capture_list *list, struct entries *folders, size_t folder, int folder_fd, const char *name_cstr)
{
	struct stat st;
	unsigned depth = folders->at[folder].depth;
	const char *folder_cstr = folders->at[folder].path_cstr;
	if (fstatat(folder_fd, name_cstr, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode)) {
		if (depth < DEPTH_MAX)
			return entries_add(folders, folder_cstr, name_cstr, depth + 1);
		list->counts.too_deep++;
		return 0;
	}
	/* a link to a file is followed, a link to a folder is not: it may lead back */
	if (fstatat(folder_fd, name_cstr, &st, 0) < 0) {
		list->counts.unreadable++;
		return 0;
	}
	enum kind kind = S_ISREG(st.st_mode) ? kind_of(folder_fd, name_cstr) : KIND_FOREIGN;
	if (kind == KIND_UNREADABLE)
		list->counts.unreadable++;
	if (kind == KIND_FOREIGN)
		list->counts.foreign++;
	if (kind != KIND_CAPTURE)
		return 0;
	list->counts.bytes += (uint64_t)st.st_size;
	return entries_add(&list->files, folder_cstr, name_cstr, 0);
}

static int
list_folder(struct capture_list *list, struct entries *folders, size_t folder)
{
	DIR *dir = opendir(folders->at[folder].path_cstr);
	if (dir == NULL) {
		list->counts.unreadable++;
		return 0;
	}
	int r = 0;
	for (struct dirent *entry; r == 0 && (entry = readdir(dir)) != NULL;)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = look_at(list, folders, folder, dirfd(dir), entry->d_name);
	closedir(dir);
	return r;
}

/* The folders found on the way wait at the end of a list: no recursion. */
static int
add_folder(struct capture_list *list, const char *path_cstr, struct diag *diag)
{
	struct entries folders = {0};
	const size_t first = list->files.count;
	int r = entries_add(&folders, "", path_cstr, 0);
	for (size_t i = 0; r == 0 && i < folders.count; i++)
		r = list_folder(list, &folders, i);
	entries_done(&folders);
	if (r < 0)
		return diag_say(diag, r, _("not enough memory to list the files of %s"), path_cstr);
	if (list->files.count == first)
		return diag_say_at(diag, -ENOENT, path_cstr, UINT64_MAX,
		    _("no capture in this folder (other files: %zu, unreadable: %zu)"), list->counts.foreign,
		    list->counts.unreadable);
	qsort(list->files.at + first, list->files.count - first, sizeof(*list->files.at), entry_compare);
	return 0;
}

static int
add_path(struct capture_list *list, const char *path_cstr, struct diag *diag)
{
	struct stat st;
	if (strcmp(path_cstr, "-") == 0) {
		if (list->has_stdin)
			return diag_say(diag, -EINVAL, _("standard input (-) can be read once only: name it once"));
		list->has_stdin = true;
	} else if (stat(path_cstr, &st) < 0) {
		return diag_say_at(
		    diag, -errno, path_cstr, UINT64_MAX, _("the capture cannot be read: %s"), text_error(errno));
	} else if (S_ISDIR(st.st_mode)) {
		if (access(path_cstr, R_OK | X_OK) < 0)
			return diag_say_at(
			    diag, -errno, path_cstr, UINT64_MAX, _("the folder cannot be read: %s"), text_error(errno));
		return add_folder(list, path_cstr, diag);
	} else if (access(path_cstr, R_OK) < 0) {
		return diag_say_at(
		    diag, -errno, path_cstr, UINT64_MAX, _("the capture cannot be read: %s"), text_error(errno));
	} else if (S_ISREG(st.st_mode)) {
		list->counts.bytes += (uint64_t)st.st_size;
	}
	if (entries_add(&list->files, "", path_cstr, 0) < 0)
		return diag_say(diag, -ENOMEM, _("not enough memory to list the captures"));
	return 0;
}

int
capture_list_new(struct capture_list **out, const char *const *path_cstrs, size_t path_count, struct diag *diag)
{
	if (path_count == 0)
		return diag_say(diag, -EINVAL, _("no capture is named: give files, folders, or - for standard input"));
	struct capture_list *list = calloc(1, sizeof(*list));
	if (list == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory to list the captures"));
	for (size_t i = 0; i < path_count; i++) {
		int r = add_path(list, path_cstrs[i], diag);
		if (r < 0) {
			capture_list_free(list);
			return r;
		}
	}
	list->counts.files = list->files.count;
	*out = list;
	return 0;
}

void
capture_list_free(struct capture_list *list)
{
	if (list == NULL)
		return;
	entries_done(&list->files);
	free(list);
}

int
capture_list_next(struct capture_list *list, int *out_fd, const char **out_name_cstr, struct diag *diag)
{
	if (list->next == list->files.count)
		return 0;
	const char *path_cstr = list->files.at[list->next++].path_cstr;
	int fd = strcmp(path_cstr, "-") == 0 ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, FIRST_OWN_FD)
	                                     : open(path_cstr, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return diag_say_at(
		    diag, -errno, path_cstr, UINT64_MAX, _("the capture cannot be read: %s"), text_error(errno));
	*out_fd = fd;
	*out_name_cstr = path_cstr;
	return 1;
}

struct capture_list_counts
capture_list_counts(const struct capture_list *list)
{
	return list->counts;
}
