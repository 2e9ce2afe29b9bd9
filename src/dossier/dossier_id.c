/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_id.h"

#include "core/ensure.h"
#include "core/writer.h"
#include "dossier/dossier_digest.h"

enum { IDENTITY_MAX = 4096, ALERT_DIGITS = 16 };

void
dossier_id_alert(const struct alert *a, char out[static DOSSIER_ID_MAX])
{
	uint8_t room[IDENTITY_MAX], digest[DOSSIER_DIGEST_SIZE];
	struct writer w = writer_of(room, sizeof(room));
	writer_field(&w, bytes_of_cstr(a->detector_cstr));
	writer_put(&w, (struct bytes){a->source.at, sizeof(a->source.at)});
	writer_put(&w, (struct bytes){a->target.at, sizeof(a->target.at)});
	writer_be16(&w, a->source_port);
	writer_be16(&w, a->target_port);
	writer_be16(&w, a->vlan);
	writer_u8(&w, a->ip_proto);
	writer_be64(&w, (uint64_t)a->first_ns);
	writer_be64(&w, (uint64_t)a->last_ns);
	writer_be32(&w, a->targets);
	writer_be64(&w, a->count);
	for (size_t i = 0; i < a->fact_count; i++) {
		writer_field(&w, bytes_of_cstr(a->facts[i].name_cstr));
		writer_field(&w, (struct bytes){(const uint8_t *)a->facts[i].value, a->facts[i].value_len});
	}
	ENSURE(writer_ok(&w));
	dossier_digest_sha256(writer_written(&w), digest);
	memcpy(out, "ALR-", 4);
	dossier_digest_text(digest, ALERT_DIGITS, out + 4);
}

void
dossier_id_asset(const struct addr *address, char out[static DOSSIER_ID_MAX])
{
	memcpy(out, "AST-", 4);
	(void)addr_write(address, out + 4);
}

void
dossier_id_evidence(const char *sha256_cstr, char out[static DOSSIER_ID_MAX])
{
	ENSURE(strlen(sha256_cstr) < DOSSIER_ID_MAX - 4);
	memcpy(out, "EVD-", 4);
	memcpy(out + 4, sha256_cstr, strlen(sha256_cstr) + 1);
}
