/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/dossier_moves.h"

#include "cli/dossier_folder.h"
#include "core/auto.h"
#include "core/json.h"
#include "core/text.h"
#include "dossier/dossier_restore.h"
#include "dossier/dossier_verify.h"

#include <fcntl.h>
#include <sys/stat.h>

/* What was carried, told. */
static void
tell(struct verb_reading *v, const char *sentence_cstr, const struct dossier_moved *moved, const char *other_cstr)
{
	if (v->json != NULL) {
		json_open_object(v->json, (struct bytes){0});
		json_cstr(v->json, JSON_KEY("dossier"), v->folder_cstr);
		json_cstr(v->json, JSON_KEY("folder"), other_cstr);
		json_u64(v->json, JSON_KEY("objects"), moved->objects);
		json_u64(v->json, JSON_KEY("lines"), moved->lines);
		json_u64(v->json, JSON_KEY("files"), moved->files);
		json_u64(v->json, JSON_KEY("bytes"), moved->bytes);
		json_close_object(v->json);
		json_newline(v->json);
		return;
	}
	fputs(text_in(v->options.language, sentence_cstr), stdout);
	fprintf(stdout,
	    text_in(v->options.language, N_("  objects: %llu, lines of the journal: %llu, files: %llu, bytes: %llu\n")),
	    (unsigned long long)moved->objects, (unsigned long long)moved->lines, (unsigned long long)moved->files,
	    (unsigned long long)moved->bytes);
}

/* A folder to write into: made when it is not there, and empty. */
static int
make_empty(const char *folder_cstr, struct diag *diag)
{
	if (mkdir(folder_cstr, 0700) < 0 && errno != EEXIST)
		return diag_say_at(
		    diag, -errno, folder_cstr, UINT64_MAX, _("this folder cannot be made: %s"), text_error(errno));
	AUTO_CLOSE int fd = open(folder_cstr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return diag_say_at(diag, -errno, folder_cstr, UINT64_MAX, "%s", text_error(errno));
	return dossier_restore_is_empty(fd) ? 0
	                                    : diag_say_at(diag, -ENOTEMPTY, folder_cstr, UINT64_MAX, "%s",
	                                          _("there is something in this folder already: give an empty one"));
}

static int
open_other(const char *folder_cstr, struct diag *diag)
{
	int fd = open(folder_cstr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 ? fd : diag_say_at(diag, -errno, folder_cstr, UINT64_MAX, "%s", text_error(errno));
}

/* In a hidden name beside its own until it is whole would need rights on the folder above: SHA256SUMS, written last, says it. */
static int
carry_away(struct verb_reading *v, const char *other_cstr, bool backup, struct diag *diag)
{
	struct dossier_moved moved;
	int r = make_empty(other_cstr, diag);
	if (r == 0)
		r = verb_reading_open_as(
		    v, &(struct verb_rights){.mode = DOSSIER_READ, .other_cstr = other_cstr, .writes_other = true}, diag);
	AUTO_CLOSE int fd = r < 0 ? -1 : open_other(other_cstr, diag);
	if (fd < 0)
		return r < 0 ? r : fd;
	r = backup ? dossier_export_backup(v->dossier, fd, other_cstr, &moved, diag)
	           : dossier_export(v->dossier, fd, other_cstr, &moved, diag);
	if (r < 0)
		return r;
	tell(v,
	    backup ? N_("A copy was made. Check it with: sha256sum --check SHA256SUMS\n")
	           : N_("Everything was written out. Check it with: sha256sum --check SHA256SUMS\n"),
	    &moved, other_cstr);
	return 0;
}

int
dossier_moves_export(struct verb_reading *v, const char *other_cstr, struct diag *diag)
{
	return carry_away(v, other_cstr, false, diag);
}

/* What the server's own programs do better. */
static int
refuse_remote(const struct verb_reading *v, const char *sentence_cstr, struct diag *diag)
{
	char place_cstr[VERB_READING_FOLDER_MAX], label_cstr[VERB_READING_FOLDER_MAX];
	int r = dossier_folder_find(v->options.dossier_cstr, v->options.language, place_cstr, sizeof(place_cstr), diag);
	if (r < 0 || !dossier_is_remote(place_cstr))
		return r;
	dossier_describe(place_cstr, label_cstr, sizeof(label_cstr));
	return diag_say_at(diag, -EOPNOTSUPP, label_cstr, UINT64_MAX, "%s", text_of(sentence_cstr));
}

int
dossier_moves_backup(struct verb_reading *v, const char *other_cstr, struct diag *diag)
{
	int r = refuse_remote(
	    v, N_("copies of a dossier on a server are made with pg_dump; beffroi dossier export writes it out too"), diag);
	if (r < 0)
		return r;
	return carry_away(v, other_cstr, true, diag);
}

static void
tell_line(void *context, const struct diag *line)
{
	const struct verb_reading *v = context;
	fprintf(stderr, text_in(v->options.language, N_("beffroi: %s, line %u: %s\n")), line->file_cstr, line->line,
	    line->text_cstr);
}

int
dossier_moves_import(struct verb_reading *v, const char *other_cstr, struct diag *diag)
{
	struct dossier_moved moved;
	int r = verb_reading_open_as(
	    v, &(struct verb_rights){.mode = DOSSIER_WRITE, .makes = true, .other_cstr = other_cstr}, diag);
	AUTO_CLOSE int fd = r < 0 ? -1 : open_other(other_cstr, diag);
	if (fd < 0)
		return r < 0 ? r : fd;
	dossier_act_as(v->dossier, "dossier import");
	r = dossier_import(v->dossier, fd, other_cstr, &moved, tell_line, v, diag);
	if (r == 0)
		tell(v, N_("Everything was read in, and holds.\n"), &moved, other_cstr);
	return r;
}

int
dossier_moves_restore(struct verb_reading *v, const char *other_cstr, struct diag *diag)
{
	struct dossier_moved moved;
	struct dossier_verdict verdict;
	int r = refuse_remote(v,
	    N_("a copy is put back on a server with pg_restore or psql; beffroi dossier import reads an export in"), diag);
	if (r < 0)
		return r;
	r = verb_reading_enter(
	    v, &(struct verb_rights){.mode = DOSSIER_READ, .makes = true, .other_cstr = other_cstr}, diag);
	AUTO_CLOSE int from = r < 0 ? -1 : open_other(other_cstr, diag);
	AUTO_CLOSE int to = from < 0 ? -1 : open_other(v->folder_cstr, diag);
	if (to < 0)
		return r < 0 ? r : from < 0 ? from : to;
	r = dossier_restore(to, v->folder_cstr, from, other_cstr, &moved, diag);
	if (r == 0)
		r = dossier_enter(v->dossier, DOSSIER_READ, diag);
	if (r == 0)
		r = dossier_verify(v->dossier, NULL, &verdict, NULL, NULL, diag);
	if (r < 0)
		return r;
	moved.objects = verdict.objects;
	moved.lines = verdict.lines;
	tell(v, N_("The copy was put back, and holds.\n"), &moved, other_cstr);
	return 0;
}
