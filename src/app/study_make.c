/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/study_make.h"

#include "app/study_folder.h"
#include "core/auto.h"
#include "dossier/dossier_digest.h"
#include "sandbox/sandbox.h"
#include "study/study_check.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

enum { SUMS_ROOM = STUDY_FILES_MAX * 400 };

/* Generated from data/study/starts/ by tools/embed. */
extern const unsigned char start_town_yaml[], start_hospital_yaml[], start_workshop_yaml[], start_school_yaml[];
extern const size_t start_town_yaml_len, start_hospital_yaml_len, start_workshop_yaml_len, start_school_yaml_len;

static int
write_new(const char *path_cstr, struct bytes text, struct diag *diag)
{
	AUTO_CLOSE int fd = open(path_cstr, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno));
	while (text.len > 0) {
		ssize_t n = write(fd, text.at, text.len);
		if (n < 0 && errno != EINTR)
			return diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno));
		text = bytes_after(text, n < 0 ? 0 : (size_t)n);
	}
	return fsync(fd) < 0 ? diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno)) : 0;
}

static int
join(char out[static PATH_MAX], const char *folder_cstr, const char *name_cstr, struct diag *diag)
{
	int n = snprintf(out, PATH_MAX, "%s/%s", folder_cstr, name_cstr);
	return n < 0 || n >= PATH_MAX
	    ? diag_say_at(diag, -ENAMETOOLONG, folder_cstr, UINT64_MAX, "%s", text_error(ENAMETOOLONG))
	    : 0;
}

int
study_make_init(struct study_session *s, struct diag *diag)
{
	const struct {
		const char *name_cstr;
		struct bytes text;
	} starts[] = {{"town", {start_town_yaml, start_town_yaml_len}},
	    {"hospital", {start_hospital_yaml, start_hospital_yaml_len}},
	    {"workshop", {start_workshop_yaml, start_workshop_yaml_len}},
	    {"school", {start_school_yaml, start_school_yaml_len}}};
	const char *folder_cstr = s->options.words[1],
	           *type_cstr = s->options.type_cstr == NULL ? "town" : s->options.type_cstr;
	char path[PATH_MAX];
	size_t i = 0;
	while (i < LENGTH_OF(starts) && strcmp(starts[i].name_cstr, type_cstr) != 0)
		i++;
	if (i == LENGTH_OF(starts)) {
		s->usage = true;
		return diag_say(diag, -EINVAL, _("%s: \"%s\" was given, %s was expected"), "--type", type_cstr,
		    "town | hospital | workshop | school");
	}
	int r = join(path, folder_cstr, "study.yaml", diag);
	if (r < 0)
		return r;
	if (mkdir(folder_cstr, 0750) < 0 && errno != EEXIST)
		return diag_say_at(diag, -errno, folder_cstr, UINT64_MAX, "%s", text_error(errno));
	r = write_new(path, starts[i].text, diag);
	if (r == 0 && s->options.json) {
		json_open_object(&s->json, (struct bytes){0});
		json_cstr(&s->json, JSON_KEY("made"), path);
		json_close_object(&s->json);
		json_newline(&s->json);
	} else if (r == 0) {
		printf(text_in(s->options.language,
		           N_("%s: a starting study; change all that is not so here, then beffroi study check %s\n")),
		    path, folder_cstr);
	}
	return r;
}

/* The version, when it can be frozen: no error, and what it changes is said. */
static int
check_version(struct study *study, const char **version_cstr, const char *folder_cstr, struct diag *diag)
{
	const struct study_figure *figures = study_reckon(study);
	if (figures == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	study_check(study, figures);
	study_problem_sort(study);
	if (study->error_count > 0)
		return diag_say_at(diag, -EINVAL, folder_cstr, UINT64_MAX,
		    _("this study has %zu errors: beffroi study check tells them"), study->error_count);
	*version_cstr = study_get_text(study->frame, "version", LANGUAGE_EN);
	for (const struct data_tree *c = study_get_first(study->frame, "changes"); c != NULL; c = c->next)
		if (strcmp(study_get_text(c, "version", LANGUAGE_EN), *version_cstr) == 0)
			return 0;
	return diag_say_at(diag, -EINVAL, study->files[study->frame_file].name_cstr, UINT64_MAX,
	    _("say under changes what is new in version %s, and in which workshops"), *version_cstr);
}

/* "SHA-256  name", as sha256sum --check reads it. */
static int
copy_files(const struct study_folder *folder, const char *place_cstr, struct diag *diag)
{
	static char sums[SUMS_ROOM];
	size_t used = 0;
	char path[PATH_MAX], text[DOSSIER_DIGEST_TEXT];
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	int r = 0;
	for (size_t i = 0; i < folder->count && r == 0;
	     i++) { /* the scales that ship too: the ratings were made with these */
		const char *slash = strrchr(folder->sources[i].name_cstr, '/');
		const char *name_cstr = i == 0 ? "scales-that-ship.yaml.txt"
		    : slash == NULL            ? folder->sources[i].name_cstr
		                               : slash + 1;
		r = join(path, place_cstr, name_cstr, diag);
		if (r == 0)
			r = write_new(path, folder->sources[i].text, diag);
		dossier_digest_sha256(folder->sources[i].text, digest);
		dossier_digest_text(digest, DOSSIER_DIGEST_TEXT - 1, text);
		int n = snprintf(sums + used, sizeof(sums) - used, "%s  %s\n", text, name_cstr);
		if (n < 0 || (size_t)n >= sizeof(sums) - used)
			return diag_say(diag, -E2BIG, "%s", _("the answer is too big"));
		used += (size_t)n;
	}
	if (r == 0)
		r = join(path, place_cstr, "SHA256SUMS", diag);
	return r < 0 ? r : write_new(path, (struct bytes){(const uint8_t *)sums, used}, diag);
}

int
study_make_freeze(struct study_session *s, struct diag *diag)
{
	struct study_folder folder;
	struct study *study = NULL;
	const char *folder_cstr = s->options.words[1], *version_cstr = "";
	char frozen[PATH_MAX], place[PATH_MAX];
	struct stat about;
	if (stat(folder_cstr, &about) == 0 && !S_ISDIR(about.st_mode))
		return diag_say_at(diag, -ENOTDIR, folder_cstr, UINT64_MAX, "%s", text_error(ENOTDIR));
	int r = study_folder_read(s, folder_cstr, &folder, diag);
	if (r == 0)
		r = sandbox_enter(SANDBOX_KEEPER, folder_cstr, diag);
	if (r >= 0)
		r = study_read(&s->arena, folder.sources, folder.count, &study, diag);
	if (r == 0)
		r = check_version(study, &version_cstr, folder_cstr, diag);
	if (r == 0)
		r = join(frozen, folder_cstr, "frozen", diag);
	if (r == 0)
		r = join(place, frozen, version_cstr, diag); /* x.y: the check let no slash pass */
	if (r < 0)
		return r;
	if (mkdir(frozen, 0750) < 0 && errno != EEXIST)
		return diag_say_at(diag, -errno, frozen, UINT64_MAX, "%s", text_error(errno));
	if (mkdir(place, 0750) < 0)
		return diag_say_at(diag, -errno, place, UINT64_MAX, "%s",
		    errno == EEXIST ? _("this version is frozen already: raise the version, then freeze again")
		                    : text_error(errno));
	r = copy_files(&folder, place, diag);
	if (r == 0 && s->options.json) {
		json_open_object(&s->json, (struct bytes){0});
		json_cstr(&s->json, JSON_KEY("version"), version_cstr);
		json_cstr(&s->json, JSON_KEY("frozen"), place);
		json_close_object(&s->json);
		json_newline(&s->json);
	} else if (r == 0) {
		printf(
		    text_in(s->options.language,
		        N_("version %s is frozen in %s; sha256sum --check SHA256SUMS there tells whether it is as it was\n")),
		    version_cstr, place);
	}
	return r;
}
