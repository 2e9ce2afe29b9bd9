/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/study_orphaned.h"

#include "app/study_folder.h"
#include "core/auto.h"
#include "core/civil.h"
#include "dossier/dossier_digest.h"
#include "sandbox/sandbox.h"
#include "study/study_orphans.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <time.h>

enum { LINE_ROOM = 1024, DAY_MAX = 32 };

/* A proof is a file below the folder of the study, with the hash that is written down. */
static bool
is_as_it_was(const char *folder_cstr, const struct data_tree *proof)
{
	char path[PATH_MAX], text[DOSSIER_DIGEST_TEXT];
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	uint64_t bytes;
	struct stat about;
	const char *file_cstr = study_get_text(proof, "file", LANGUAGE_EN);
	if (file_cstr[0] == '/' || strstr(file_cstr, "..") != NULL || file_cstr[0] == '\0')
		return false;
	if (snprintf(path, sizeof(path), "%s/%s", folder_cstr, file_cstr) >= (int)sizeof(path))
		return false;
	AUTO_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0 || fstat(fd, &about) < 0 || !S_ISREG(about.st_mode) || dossier_digest_file(fd, digest, &bytes) < 0)
		return false;
	dossier_digest_text(digest, DOSSIER_DIGEST_TEXT - 1, text);
	return strcmp(text, study_get_text(proof, "sha256", LANGUAGE_EN)) == 0;
}

struct told {
	struct study_session *session;
	const struct study *study;
	size_t count;
};

static void
tell(void *context, enum study_orphan kind, size_t record, const char *word_cstr)
{
	struct told *t = context;
	enum language l = t->session->options.language;
	const struct study_record *r = &t->study->records[record];
	const char *sentence_cstr = text_in(l, study_orphans_sentence(kind));
	char line[LINE_ROOM];
	t->count++;
	if (t->session->options.json) {
		struct json *j = &t->session->json;
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("kind"), study_orphans_code(kind));
		json_cstr(j, JSON_KEY("id"), r->id_cstr);
		json_cstr(j, JSON_KEY("technique"), word_cstr[0] == '\0' ? NULL : word_cstr);
		json_cstr(j, JSON_KEY("text"), sentence_cstr);
		json_cstr(j, JSON_KEY("file"), t->study->files[r->file].name_cstr);
		json_u64(j, JSON_KEY("line"), r->tree->line);
		json_close_object(j);
		return;
	}
	(void)snprintf(line, sizeof(line), text_in(l, N_("%s%s%s: %s [%s]")), r->id_cstr, word_cstr[0] == '\0' ? "" : " ",
	    word_cstr, sentence_cstr, study_orphans_code(kind));
	fprintf(t->session->presenter.out, "%s\n", line);
}

int
study_orphaned_run(struct study_session *s, struct diag *diag)
{
	struct study_folder folder;
	struct study *study = NULL;
	struct stat about;
	char today[DAY_MAX];
	const char *folder_cstr = s->options.words[1];
	struct civil c = civil_of((int64_t)time(NULL));
	(void)snprintf(today, sizeof(today), "%04d-%02d-%02d", c.year, c.month, c.day);
	bool is_folder = stat(folder_cstr, &about) == 0 && S_ISDIR(about.st_mode);
	int r = study_folder_read(s, folder_cstr, &folder, diag);
	if (r == 0)
		r = sandbox_enter(SANDBOX_KEEPER, is_folder ? folder_cstr : NULL, diag);
	if (r >= 0)
		r = study_read(&s->arena, folder.sources, folder.count, &study, diag);
	if (r < 0)
		return r;
	if (study->error_count > 0)
		return diag_say_at(diag, -EINVAL, folder_cstr, UINT64_MAX,
		    _("this study has %zu errors: beffroi study check tells them"), study->error_count);
	bool *good = arena_new(&s->arena, bool, study->record_count);
	if (good == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	for (size_t i = 0; i < study->section_count[STUDY_PROOF]; i++) {
		size_t n = study->of_section[STUDY_PROOF][i];
		good[n] = is_folder && is_as_it_was(folder_cstr, study_tree(study, n));
	}
	struct told told = {s, study, 0};
	if (s->options.json)
		json_open_array(&s->json, (struct bytes){0});
	r = study_orphans(study, s->options.to_cstr == NULL ? today : s->options.to_cstr,
	    &(struct study_orphans_proofs){good}, tell, &told);
	if (r < 0)
		return diag_say(diag, r, "%s", _("not enough memory"));
	if (s->options.json) {
		json_close_array(&s->json);
		json_newline(&s->json);
	}
	return 0;
}
