/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_evidence.h"

#include "core/text.h"
#include "dossier/dossier_file.h"
#include "dossier/dossier_object.h"

#include <errno.h>
#include <stdio.h>

static int
fail(struct dossier *d, int error, struct diag *diag)
{
	d->broken = true;
	if (d->is_remote)
		return dossier_db_fail(d, diag);
	if (error == -ENOSPC || error == -EDQUOT || error == -EFBIG)
		return dossier_db_say(d, diag, -ENOSPC,
		    N_("the disk is full: make room and run again; what the dossier had before is intact"));
	return dossier_db_say(
	    d, diag, error, N_("a proof could not be written into the folder evidence/: check its rights and the disk"));
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
	int r = dossier_file_write(d, path_cstr, pcap);
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
	int r = dossier_file_sync(d);
	return r < 0 ? fail(d, r, diag) : 0;
}
