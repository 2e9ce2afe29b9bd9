/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_proof.h"

#include "core/auto.h"
#include "core/text.h"
#include "dossier/dossier_digest.h"
#include "dossier/dossier_file.h"

#include <sys/stat.h>

static int
read_all(int fd, uint8_t *room, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = read(fd, room + at, len - at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		at += (size_t)n;
	}
	return 0;
}

/* "evidence/<sha256>.pcap" */
static bool
is_what_it_was(const char *path_cstr, struct bytes content)
{
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	char text[DOSSIER_DIGEST_TEXT];
	dossier_digest_sha256(content, digest);
	dossier_digest_text(digest, DOSSIER_DIGEST_TEXT - 1, text);
	return strstr(path_cstr, text) != NULL;
}

int
dossier_proof_read(struct dossier *d, const char *path_cstr, uint8_t **out, size_t *len, struct diag *diag)
{
	struct stat st;
	AUTO_CLOSE int fd = dossier_file_open(d, path_cstr);
	if (fd < 0)
		return dossier_db_say(
		    d, diag, fd, N_("the file of this proof is not there: beffroi dossier verify tells more"));
	if (fstat(fd, &st) < 0 || st.st_size < 0 || st.st_size > DOSSIER_PROOF_BYTES_MAX)
		return dossier_db_say(d, diag, -E2BIG, N_("this proof is too large to be shown here"));
	AUTO_FREE uint8_t *room = malloc((size_t)st.st_size + 1);
	int r = room == NULL ? -ENOMEM : read_all(fd, room, (size_t)st.st_size);
	if (r < 0)
		return dossier_db_say(d, diag, r, N_("the file of this proof cannot be read"));
	if (!is_what_it_was(path_cstr, (struct bytes){room, (size_t)st.st_size}))
		return dossier_db_say(d, diag, -EBADMSG,
		    N_("the file of this proof is not the one that was kept: beffroi dossier verify tells more"));
	*len = (size_t)st.st_size;
	*out = TAKE(room);
	return 0;
}
