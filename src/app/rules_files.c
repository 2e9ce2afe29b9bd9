/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_files.h"

#include "core/auto.h"
#include "core/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char classes_cstr[] = "classification.config";

static int
fail(struct diag *diag, const char *path_cstr, int error)
{
	return diag_say_at(diag, -error, path_cstr, UINT64_MAX, "%s", text_error(error));
}

static bool
is_there(const struct rules_files *files, const char *path_cstr)
{
	for (size_t i = 0; i < files->count; i++)
		if (strcmp(files->files[i].path_cstr, path_cstr) == 0)
			return true;
	return false;
}

int
rules_files_read_as(struct rules_files *files, enum rules_file_kind kind, const char *path_cstr, struct diag *diag)
{
	if (is_there(files, path_cstr))
		return 0;
	if (files->count == RULES_FILES_MAX)
		return diag_say_at(diag, -E2BIG, path_cstr, UINT64_MAX, _("more than %d rule files"), RULES_FILES_MAX);
	AUTO_CLOSE int fd = open(path_cstr, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	if (fd < 0 || fstat(fd, &st) < 0)
		return fail(diag, path_cstr, errno);
	size_t room = S_ISREG(st.st_mode) ? (size_t)st.st_size : RULES_FILE_BYTES_MAX, len = 0;
	if (room > RULES_FILE_BYTES_MAX)
		return diag_say_at(diag, -EFBIG, path_cstr, UINT64_MAX, _("a rule file may have %d MB at most"),
		    RULES_FILE_BYTES_MAX >> 20);
	AUTO_FREE uint8_t *bytes = malloc(room + 1);
	if (bytes == NULL)
		return fail(diag, path_cstr, ENOMEM);
	while (len < room) {
		ssize_t n = read(fd, bytes + len, room - len);
		if (n < 0)
			return fail(diag, path_cstr, errno);
		if (n == 0)
			break;
		len += (size_t)n;
	}
	char *copy_cstr = strdup(path_cstr);
	if (copy_cstr == NULL)
		return fail(diag, path_cstr, ENOMEM);
	files->files[files->count].kind = kind;
	files->files[files->count].path_cstr = copy_cstr;
	files->files[files->count].bytes = TAKE(bytes);
	files->files[files->count++].len = len;
	return 0;
}

static int
is_rule_file(const struct dirent *entry)
{
	const char *dot_cstr = strrchr(entry->d_name, '.');
	return dot_cstr != NULL && strcmp(dot_cstr, ".rules") == 0;
}

static int
read_folder(struct rules_files *files, const char *path_cstr, struct diag *diag)
{
	struct dirent **entries;
	int count = scandir(path_cstr, &entries, is_rule_file, alphasort), r = 0;
	if (count < 0)
		return fail(diag, path_cstr, errno);
	for (int i = 0; i < count; i++) {
		char name[4096];
		if (r == 0 && snprintf(name, sizeof(name), "%s/%s", path_cstr, entries[i]->d_name) >= (int)sizeof(name))
			r = fail(diag, path_cstr, ENAMETOOLONG);
		if (r == 0)
			r = rules_files_read_as(files, RULES_FILE_RULES, name, diag);
		free(entries[i]);
	}
	free(entries);
	if (r == 0 && count == 0)
		r = diag_say_at(diag, -ENOENT, path_cstr, UINT64_MAX, "%s", _("no file in this folder ends in .rules"));
	return r;
}

int
rules_files_read(struct rules_files *files, const char *path_cstr, struct diag *diag)
{
	struct stat st;
	char beside[4096];
	if (stat(path_cstr, &st) < 0)
		return fail(diag, path_cstr, errno);
	bool is_folder = S_ISDIR(st.st_mode);
	int r = is_folder ? read_folder(files, path_cstr, diag)
	                  : rules_files_read_as(files, RULES_FILE_RULES, path_cstr, diag);
	const char *slash_cstr = strrchr(path_cstr, '/');
	int folder_len = is_folder ? (int)strlen(path_cstr) : slash_cstr == NULL ? 0 : (int)(slash_cstr - path_cstr);
	const char *join_cstr = folder_len == 0 && !is_folder ? "" : "/";
	if (r == 0 &&
	    snprintf(beside, sizeof(beside), "%.*s%s%s", folder_len, path_cstr, join_cstr, classes_cstr) <
	        (int)sizeof(beside) &&
	    access(beside, R_OK) == 0)
		r = rules_files_read_as(files, RULES_FILE_CLASSES, beside, diag);
	return r;
}

int
rules_files_load_one(
    struct rule_set *set, enum rules_file_kind kind, const char *path_cstr, struct bytes file, struct diag *diag)
{
	switch (kind) {
	case RULES_FILE_RULES: return rule_set_read(set, path_cstr, file, diag);
	case RULES_FILE_CLASSES: return rule_set_read_classes(set, path_cstr, file, diag);
	case RULES_FILE_REFERENCES:
	case RULES_FILE_THRESHOLDS:
	case RULES_FILE_KINDS: return 0;
	}
	return 0;
}

/* Rules last: what they name is known then. */
int
rules_files_load(const struct rules_files *files, struct rule_set *set, struct diag *diag)
{
	int r = 0;
	for (int kind = RULES_FILE_KINDS - 1; kind >= 0; kind--)
		for (size_t i = 0; i < files->count && r == 0; i++)
			if (files->files[i].kind == (enum rules_file_kind)kind)
				r = rules_files_load_one(set, files->files[i].kind, files->files[i].path_cstr,
				    (struct bytes){files->files[i].bytes, files->files[i].len}, diag);
	return r;
}

void
rules_files_free(struct rules_files *files)
{
	for (size_t i = 0; i < files->count; i++) {
		free(files->files[i].path_cstr);
		free(files->files[i].bytes);
	}
	files->count = 0;
}
