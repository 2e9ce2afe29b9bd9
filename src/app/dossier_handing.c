/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/dossier_handing.h"

#include "core/auto.h"
#include "core/civil.h"
#include "core/json.h"
#include "core/text.h"
#include "dossier/dossier_handover.h"

#include <fcntl.h>
#include <sys/stat.h>

enum { FIRST_INCIDENT = 2 /* word: "handover", FILE, INC-... */ };

/* Made before the sandbox, which lets nothing be made beside the dossier. */
static int
open_file(const char *file_cstr, struct diag *diag)
{
	struct stat st;
	int fd = open(file_cstr, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return diag_say_at(diag, -errno, file_cstr, UINT64_MAX, "%s", text_error(errno));
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0)
		return fd;
	close(fd);
	return diag_say_at(
	    diag, -EEXIST, file_cstr, UINT64_MAX, "%s", _("there is something in this file already: give a new one"));
}

static int
find_incidents(struct verb_reading *v, char (*out)[INCIDENT_ID_MAX], size_t *count, struct diag *diag)
{
	AUTO_FREE struct incident *incident = malloc(sizeof(*incident));
	if (incident == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for the dossier"));
	for (size_t i = FIRST_INCIDENT; i < v->options.word_count; i++) {
		int r = dossier_find_incident(v->dossier, v->options.words[i], incident, diag);
		if (r < 0)
			return diag_say_at(diag, r, v->options.words[i], UINT64_MAX, "%s",
			    _("there is no such incident, or several begin so"));
		bool again = false;
		for (size_t k = 0; k < *count; k++)
			again |= strcmp(out[k], incident->id_cstr) == 0;
		if (!again)
			(void)snprintf(out[(*count)++], INCIDENT_ID_MAX, "%s", incident->id_cstr);
	}
	return 0;
}

static void
tell_json(
    struct verb_reading *v, const char *file_cstr, const struct dossier_selection *what, const struct dossier_handover *done)
{
	struct json *j = v->json;
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("dossier"), v->folder_cstr);
	json_cstr(j, JSON_KEY("file"), file_cstr);
	json_time(j, JSON_KEY("made"), done->made_s * 1000000000);
	json_u64(j, JSON_KEY("bytes"), done->bytes);
	json_cstr(j, JSON_KEY("sha256"), done->sha256_cstr);
	json_cstr(j, JSON_KEY("key_sha256"), done->key_cstr);
	json_u64(j, JSON_KEY("findings"), done->findings);
	json_u64(j, JSON_KEY("objects"), done->moved.objects);
	json_u64(j, JSON_KEY("files"), done->moved.files);
	json_open_array(j, JSON_KEY("incidents"));
	for (size_t i = 0; i < what->count; i++)
		json_cstr(j, (struct bytes){0}, what->incidents[i]);
	json_close_array(j);
	json_open_object(j, JSON_KEY("head"));
	json_i64(j, JSON_KEY("line"), done->seq);
	json_cstr(j, JSON_KEY("hash"), done->head_cstr);
	json_close_object(j);
	json_close_object(j);
	json_newline(j);
}

static void
tell_text(enum language language, const struct dossier_handover *done)
{
	char made[CIVIL_TEXT_MAX];
	fprintf(stdout,
	    text_in(language, N_("The archive was made and signed, %s. HOWTO.txt in it tells how to verify it.\n")),
	    civil_write(done->made_s, 0, CIVIL_UTC, made));
	fprintf(stdout, text_in(language, N_("  objects: %llu, proofs: %llu, bytes: %llu\n")),
	    (unsigned long long)done->moved.objects, (unsigned long long)done->moved.files, (unsigned long long)done->bytes);
	fprintf(stdout, text_in(language, N_("  SHA-256 of the archive: %s\n")), done->sha256_cstr);
	fprintf(stdout, text_in(language, N_("  fingerprint of the key: %s\n")), done->key_cstr);
	fputs(text_in(language, N_("  Give these two by another way than the archive: on paper, by telephone.\n")), stdout);
}

int
dossier_handing(struct verb_reading *v, const char *file_cstr, struct diag *diag)
{
	char ids[VERB_OPTIONS_WORDS_MAX][INCIDENT_ID_MAX];
	struct dossier_selection what = {.incidents = ids};
	struct dossier_handover done;
	enum language language = v->options.language;
	AUTO_CLOSE int fd = open_file(file_cstr, diag);
	if (fd < 0)
		return fd;
	int r = verb_reading_open_as(v, &(struct verb_rights){.mode = DOSSIER_WRITE}, diag);
	if (r == 0)
		r = find_incidents(v, ids, &what.count, diag);
	if (r < 0)
		return r;
	fputs(
	    text_in(language,
	        N_("beffroi: this archive holds personal data: for those only who are entitled to it; the journal keeps that it was made\n")),
	    stderr);
	dossier_act_as(v->dossier, "dossier handover");
	r = dossier_handover(v->dossier, &what, fd, file_cstr, &done, diag);
	if (r < 0)
		return r;
	if (done.findings > 0)
		fputs(
		    text_in(language,
		        N_("beffroi: this dossier is not what was written, and the archive says so: see beffroi dossier verify\n")),
		    stderr);
	if (v->json != NULL)
		tell_json(v, file_cstr, &what, &done);
	else
		tell_text(language, &done);
	return 0;
}
