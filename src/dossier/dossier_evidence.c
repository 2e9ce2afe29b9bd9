/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_evidence.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_object.h"

#include <fcntl.h>
#include <sys/stat.h>

static int
fail(struct dossier *d, int error, struct diag *diag)
{
	d->broken = true;
	if (error == -ENOSPC || error == -EDQUOT || error == -EFBIG)
		return dossier_db_say(d, diag, -ENOSPC,
		    N_("the disk is full: make room and run again; what the dossier had before is intact"));
	return dossier_db_say(
	    d, diag, error, N_("a proof could not be written into the folder evidence/: check its rights and the disk"));
}

static int
write_all(int fd, struct bytes data)
{
	while (data.len > 0) {
		ssize_t n = write(fd, data.at, data.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		data = bytes_after(data, (size_t)n);
	}
	return fsync(fd) < 0 ? -errno : 0;
}

static int
write_file(struct dossier *d, const char *path_cstr, struct bytes pcap)
{
	static const char temporary_cstr[] = "evidence/.being-written";
	struct stat st;
	if (fstatat(d->folder_fd, path_cstr, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	    (uint64_t)st.st_size == pcap.len)
		return 0;
	if (mkdirat(d->folder_fd, "evidence", 0700) < 0 && errno != EEXIST)
		return -errno;
	(void)unlinkat(d->folder_fd, temporary_cstr, 0); /* left by a run that was stopped; there is one writer */
	AUTO_CLOSE int fd = openat(d->folder_fd, temporary_cstr, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	int r = write_all(fd, pcap);
	if (r == 0 && renameat(d->folder_fd, temporary_cstr, d->folder_fd, path_cstr) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(d->folder_fd, temporary_cstr, 0);
	else
		d->has_new_files = true;
	return r;
}

int
dossier_evidence_keep(struct dossier *d, struct bytes pcap, char id[static DOSSIER_ID_MAX], struct diag *diag)
{
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	char sha256_cstr[DOSSIER_DIGEST_TEXT], path_cstr[96];
	dossier_digest_sha256(pcap, digest);
	dossier_digest_text(digest, DOSSIER_DIGEST_TEXT - 1, sha256_cstr);
	snprintf(path_cstr, sizeof(path_cstr), "evidence/%s.pcap", sha256_cstr);
	dossier_id_evidence(sha256_cstr, id);
	int r = write_file(d, path_cstr, pcap);
	if (r < 0)
		return fail(d, r, diag);
	r = dossier_object_add(d, id, "evidence", diag);
	if (r < 0)
		return r;
	struct store_statement *s = dossier_db_statement(d, SQL_EVIDENCE_ADD);
	dossier_db_bind_cstr(s, 1, id);
	dossier_db_bind_cstr(s, 2, sha256_cstr);
	dossier_db_bind_cstr(s, 3, path_cstr);
	dossier_db_bind_u64(s, 4, pcap.len);
	return dossier_db_run(d, s, diag);
}

int
dossier_evidence_sync(struct dossier *d, struct diag *diag)
{
	if (!d->has_new_files)
		return 0;
	d->has_new_files = false;
	AUTO_CLOSE int fd = openat(d->folder_fd, "evidence", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		return fail(d, -errno, diag);
	return 0;
}
