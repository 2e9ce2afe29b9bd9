/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* dossier/dossier_outfile.h - a file that leaves the dossier (export, backup): written once, synced, its SHA-256 known at the
 * end; and the list of all of them.
 */
#ifndef DOSSIER_DOSSIER_OUTFILE_H
#define DOSSIER_DOSSIER_OUTFILE_H

#include "core/diag.h"
#include "dossier/dossier_digest.h"
#include "dossier/dossier_tar.h"

enum { DOSSIER_PATH_MAX = 160 };

struct dossier_listed {
	char path_cstr[DOSSIER_PATH_MAX], sha256_cstr[DOSSIER_DIGEST_TEXT];
	uint64_t bytes, rows;
};

struct dossier_list {
	struct dossier_listed *files;
	size_t count, room;
};

struct dossier_outfile {
	int fd, error;
	const struct dossier_tar *tar; /* NULL: a file of its own */
	uint64_t bytes, rows, tar_at;
	struct dossier_digest digest;
	char path_cstr[DOSSIER_PATH_MAX];
};

/* A new file below the folder, with the one folder that its path may name. 0 or -errno: -EEXIST when it is there. */
MUST_USE int dossier_outfile_open(struct dossier_outfile *out, int folder_fd, const char *path_cstr);
/* The same as the next member of an archive. 0 or -errno. */
MUST_USE int dossier_outfile_open_member(struct dossier_outfile *out, const struct dossier_tar *tar, const char *path_cstr);
/* The first error is kept and told by the closing. */
void dossier_outfile_put(struct dossier_outfile *out, struct bytes data);
/* Syncs, closes and adds it to the list (may be NULL). 0 or -errno. */
MUST_USE int dossier_outfile_close(struct dossier_outfile *out, struct dossier_list *list);
/* A file of one folder into another one, under the same path. 0 or -errno. */
MUST_USE int dossier_outfile_copy(int from_fd, int to_fd, const char *path_cstr, struct dossier_list *list);
/* The same of a file that is open. tar NULL: into the folder to_fd. */
MUST_USE int dossier_outfile_copy_open(
    int from, int to_fd, const struct dossier_tar *tar, const char *path_cstr, struct dossier_list *list);
MUST_USE int dossier_outfile_add(struct dossier_list *list, const struct dossier_listed *file); /* 0 or -ENOMEM */
/* SHA256SUMS, as `sha256sum --check` reads it. 0 or -errno. */
MUST_USE int dossier_outfile_sums(int folder_fd, const struct dossier_list *list);
/* The same as a member of an archive, which joins the list. 0 or -errno. */
MUST_USE int dossier_outfile_sums_member(const struct dossier_tar *tar, struct dossier_list *list);
/* Compares the files of a folder with its SHA256SUMS, and gives out the list. 0, or a negative errno with diag, which names the
 * first file that is altered (-EBADMSG) or missing. */
MUST_USE int
dossier_outfile_check_sums(int folder_fd, const char *folder_cstr, struct dossier_list *list, struct diag *diag);
/* A path of ours: relative, no "." or ".." in it. */
bool dossier_outfile_path_ok(struct bytes path);
void dossier_outfile_free(struct dossier_list *list);

#endif
