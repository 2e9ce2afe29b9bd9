/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_export.h - all of a dossier in open formats, and back. beffroi-dossier(5) is its documentation.
 *
 *	<kind>.jsonl    one object a line, its rows as members     link.jsonl, journal.jsonl
 *	csv/<table>.csv the same for spreadsheets                  evidence/, events/   the files
 *	manifest.json   what is there, and the head of the journal
 *	SHA256SUMS      for sha256sum --check
 *
 * The same dossier gives the same bytes, whenever and wherever: what was imported exports as what it came from.
 */
#ifndef DOSSIER_DOSSIER_EXPORT_H
#define DOSSIER_DOSSIER_EXPORT_H

#include "dossier/dossier.h"
#include "dossier/dossier_outfile.h"

struct dossier_moved {
	uint64_t objects, lines, files, bytes;
};

/* Into a folder that is empty. 0 or a negative errno with diag. */
MUST_USE int dossier_export(struct dossier *d, int to_fd, const char *to_cstr, struct dossier_moved *out, struct diag *diag);
/* The same as members of an archive: of all, or of incidents and what is linked to them. `list`: what was written, for the
 * caller to free (dossier_outfile_free). */
struct dossier_selection {
	const char (*incidents)[INCIDENT_ID_MAX];
	size_t count; /* 0: all */
};
MUST_USE int dossier_export_archive(struct dossier *d, const struct dossier_selection *what, const struct dossier_tar *tar,
    const char *to_cstr, struct dossier_list *list, struct dossier_moved *out, struct diag *diag);
/* Into a dossier that is empty; all or nothing. each(): a line that is not right, its file and number in diag. */
MUST_USE int dossier_import(struct dossier *d, int from_fd, const char *from_cstr, struct dossier_moved *out,
    void (*each)(void *context, const struct diag *line), void *context, struct diag *diag);
/* A copy of the dossier that is one too: restored by copying it back. Into a folder that is empty. The one who writes may
 * go on. */
MUST_USE int
dossier_export_backup(struct dossier *d, int to_fd, const char *to_cstr, struct dossier_moved *out, struct diag *diag);
/* The database alone, as a file of that path, which must not be there. 0 or a negative errno with diag. */
MUST_USE int dossier_export_copy_database(struct dossier *d, const char *path_cstr, struct diag *diag);
/* Files of evidence and events that the dossier knows, in the order of their paths. 0 or the first negative answer of each. */
MUST_USE int dossier_export_each_file(struct dossier *d,
    int (*each)(void *context, const char *path_cstr, struct diag *diag), void *context, struct diag *diag);

/* An object as a line of its <kind>.jsonl. 0 or a negative errno with diag. */
struct dossier_kind;
struct json;
MUST_USE int dossier_export_line(
    struct dossier *d, const struct dossier_kind *kind, const char *id_cstr, struct json *j, struct diag *diag);

#endif
