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

/* name: under which it is kept. */
static int
read_one(
    struct rules_files *files, enum rules_file_kind kind, const char *path_cstr, const char *name_cstr, struct diag *diag)
{
	if (is_there(files, name_cstr))
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
	char *copy_cstr = strdup(name_cstr);
	if (copy_cstr == NULL)
		return fail(diag, path_cstr, ENOMEM);
	files->files[files->count].kind = kind;
	files->files[files->count].path_cstr = copy_cstr;
	files->files[files->count].bytes = TAKE(bytes);
	files->files[files->count++].len = len;
	return 0;
}

/* A name that a rule gives leads no farther than the folder it is looked for in. */
static bool
stays_inside(struct bytes name)
{
	if (name.len == 0 || name.at[0] == '/' || bytes_find(name, '\0') < name.len)
		return false;
	while (name.len > 0) {
		struct bytes part = bytes_first(name, bytes_find(name, '/'));
		if (bytes_eq(part, BYTES("..")))
			return false;
		name = bytes_after(name, part.len + 1);
	}
	return true;
}

void
rules_files_note_save(struct rules_files *files, struct bytes name)
{
	if (!rule_dataset_is_file(name) || files->save_count == RULES_FILES_SAVES)
		return;
	for (size_t i = 0; i < files->save_count; i++)
		if (bytes_eq(name, bytes_of_cstr(files->saves[i])))
			return;
	(void)snprintf(
	    files->saves[files->save_count++], RULES_FILES_SAVE_NAME, "%.*s", (int)name.len, (const char *)name.at);
}

/* The folder of the settings first, then that of the rules. One that is not there is missed by the rule that names it, and told then. */
static int
read_list(struct rules_files *files, const char *rules_cstr, struct bytes name, struct diag *diag)
{
	char path[4096], name_cstr[1024];
	const char *slash_cstr = strrchr(rules_cstr, '/');
	struct bytes own = bytes_first(
	    bytes_of_cstr(rules_cstr), slash_cstr == NULL ? 0 : (size_t)(slash_cstr - rules_cstr));
	bool is_kept = false;
	for (size_t i = 0; i < files->save_count; i++)
		is_kept = is_kept || bytes_eq(name, bytes_of_cstr(files->saves[i]));
	struct bytes folders[] = {
	    is_kept ? files->state_folder : (struct bytes){0}, files->folder, own.len > 0 ? own : BYTES(".")};
	if (!stays_inside(name) || name.len >= sizeof(name_cstr))
		return 0;
	(void)snprintf(name_cstr, sizeof(name_cstr), "%.*s", (int)name.len, (const char *)name.at);
	for (size_t i = 0; i < LENGTH_OF(folders); i++) {
		int n = snprintf(path, sizeof(path), "%.*s/%s", (int)folders[i].len, (const char *)folders[i].at, name_cstr);
		if (folders[i].len > 0 && n > 0 && n < (int)sizeof(path) && access(path, R_OK) == 0)
			return read_one(files, RULES_FILE_LIST, path, name_cstr, diag);
	}
	return 0;
}

int
rules_files_read_list(struct rules_files *files, struct bytes name, struct diag *diag)
{
	return read_list(files, "", name, diag);
}

/* Behind "dataset:": "set, NAME, type string, load FILE". */
static int
read_dataset(struct rules_files *files, const char *rules_cstr, struct bytes value, struct diag *diag)
{
	static const struct bytes words[] = {BYTES("load "), BYTES("state ")};
	int r = 0;
	for (struct bytes left = value; left.len > 0; left = bytes_after(left, bytes_find(left, ',') + 1)) {
		struct bytes part = bytes_trim(bytes_first(left, bytes_find(left, ',')));
		if (bytes_start_with(part, BYTES("state ")) || bytes_start_with(part, BYTES("save ")))
			rules_files_note_save(files, bytes_trim(bytes_after(part, bytes_find(part, ' '))));
	}
	for (; value.len > 0 && r == 0; value = bytes_after(value, bytes_find(value, ',') + 1)) {
		struct bytes part = bytes_trim(bytes_first(value, bytes_find(value, ',')));
		for (size_t i = 0; i < LENGTH_OF(words) && r == 0; i++)
			if (bytes_start_with(part, words[i]))
				r = read_list(files, rules_cstr, bytes_trim(bytes_after(part, words[i].len)), diag);
	}
	return r;
}

/* The lists that rules of this text name. It need not be read as rules for that: what is no rule names nothing that is there. */
static int
read_lists(struct rules_files *files, const char *rules_cstr, struct bytes text, struct diag *diag)
{
	static const struct {
		struct bytes keyword;
		bool is_dataset;
	} keywords[] = {{BYTES("filemd5:"), false}, {BYTES("filesha1:"), false}, {BYTES("filesha256:"), false},
	    {BYTES("dataset:"), true}, {BYTES("datarep:"), true}};
	int r = 0;
	for (size_t k = 0; k < LENGTH_OF(keywords); k++)
		for (struct bytes left = text; r == 0;) {
			size_t at = bytes_find_all(left, keywords[k].keyword);
			if (at >= left.len)
				break;
			left = bytes_after(left, at + keywords[k].keyword.len);
			struct bytes value = bytes_trim(bytes_first(left, bytes_find(left, ';')));
			if (keywords[k].is_dataset) {
				r = read_dataset(files, rules_cstr, value, diag);
				continue;
			}
			if (value.len > 0 && value.at[0] == '!')
				value = bytes_trim(bytes_after(value, 1));
			r = read_list(files, rules_cstr, value, diag);
		}
	return r;
}

int
rules_files_read_as(struct rules_files *files, enum rules_file_kind kind, const char *path_cstr, struct diag *diag)
{
	size_t before = files->count;
	int r = read_one(files, kind, path_cstr, path_cstr, diag);
	if (r == 0 && kind == RULES_FILE_RULES && files->count > before)
		r = read_lists(files, path_cstr, (struct bytes){files->files[before].bytes, files->files[before].len}, diag);
	return r;
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
	case RULES_FILE_LIST: return rule_set_add_list(set, bytes_of_cstr(path_cstr), file, diag);
	case RULES_FILE_CATEGORIES: return rule_set_read_categories(set, path_cstr, file, diag);
	case RULES_FILE_REPUTATIONS: return rule_set_read_reputations(set, path_cstr, file, diag);
	case RULES_FILE_THRESHOLDS: return rule_set_read_thresholds(set, path_cstr, file, diag);
	case RULES_FILE_COUNTRIES: return rule_set_read_countries(set, path_cstr, file, diag);
	case RULES_FILE_REFERENCES: return rule_set_read_references(set, path_cstr, file, diag);
	case RULES_FILE_KINDS: return 0;
	}
	return 0;
}

enum rules_file_kind
rules_files_order(size_t i)
{
	static const enum rules_file_kind order[RULES_FILE_KINDS] = {RULES_FILE_CLASSES, RULES_FILE_REFERENCES,
	    RULES_FILE_LIST, RULES_FILE_CATEGORIES, RULES_FILE_REPUTATIONS, RULES_FILE_COUNTRIES, RULES_FILE_RULES,
	    RULES_FILE_THRESHOLDS};
	return order[i];
}

int
rules_files_load(const struct rules_files *files, struct rule_set *set, struct diag *diag)
{
	int r = 0;
	for (size_t turn = 0; turn < RULES_FILE_KINDS; turn++)
		for (size_t i = 0; i < files->count && r == 0; i++)
			if (files->files[i].kind == rules_files_order(turn))
				r = rules_files_load_one(set, files->files[i].kind, files->files[i].path_cstr,
				    (struct bytes){files->files[i].bytes, files->files[i].len}, diag);
	if (r == 0)
		rule_set_close(set);
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
