/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "dossier/dossier_handover.h"

#include "core/auto.h"
#include "core/civil.h"
#include "core/json.h"
#include "core/text.h"
#include "dossier/dossier_db.h"
#include "dossier/dossier_journal.h"
#include "dossier/dossier_key.h"
#include "dossier/dossier_verify.h"

enum { SECOND_NS = 1000000000 };

extern const unsigned char handover_howto[];
extern const size_t handover_howto_len;

struct handover {
	struct dossier *d;
	const struct dossier_selection *what;
	const char *file_cstr;
	struct dossier_tar tar;
	struct dossier_key key;
	struct dossier_list export, others;
	struct dossier_handover *out;
	char manifest_cstr[DOSSIER_DIGEST_TEXT]; /* its SHA-256 */
};

static int
fail(const struct handover *h, int error, struct diag *diag)
{
	if (error == -ENOSPC || error == -EDQUOT || error == -EFBIG)
		return diag_say_at(diag, error, h->file_cstr, UINT64_MAX, "%s",
		    _("the disk is full there: make room, or take another folder"));
	return diag_say_at(
	    diag, error, h->file_cstr, UINT64_MAX, _("it could not be written there: %s"), text_error(-error));
}

/* What is altered is handed over too, a court may ask for just that; ABOUT says it. */
static int
look(struct handover *h, struct diag *diag)
{
	struct dossier_verdict verdict = {0};
	int r = dossier_verify(h->d, NULL, &verdict, NULL, NULL, diag);
	h->out->findings = verdict.findings;
	return r < 0 && verdict.findings == 0 ? r : 0;
}

static int
member(struct handover *h, const char *path_cstr, struct bytes content, struct dossier_list *list, struct diag *diag)
{
	struct dossier_outfile file;
	int r = dossier_outfile_open_member(&file, &h->tar, path_cstr);
	if (r == 0) {
		dossier_outfile_put(&file, content);
		r = dossier_outfile_close(&file, list);
	}
	return r < 0 ? fail(h, r, diag) : 0;
}

/* What `write` prints, as a member of the archive. */
static int
printed(struct handover *h, const char *path_cstr, void (*write)(const struct handover *h, FILE *out), char **text,
    size_t *len, struct diag *diag)
{
	FILE *out = open_memstream(text, len);
	if (out == NULL)
		return fail(h, -ENOMEM, diag);
	write(h, out);
	bool whole = ferror(out) == 0;
	if (fclose(out) != 0 || !whole)
		return fail(h, -ENOMEM, diag);
	return member(h, path_cstr, (struct bytes){(const uint8_t *)*text, *len}, &h->others, diag);
}

static void
write_about(const struct handover *h, FILE *out)
{
	char made[CIVIL_TEXT_MAX];
	fprintf(out, "beffroi-handover: 1\nmade: %s\njournal-head: %lld:%s\nkey-sha256: %s\n",
	    civil_write(h->out->made_s, 0, CIVIL_UTC, made), (long long)h->out->seq, h->out->head_cstr, h->out->key_cstr);
	fprintf(out, "verified: %s\nfindings: %llu\n", h->out->findings == 0 ? "intact" : "altered",
	    (unsigned long long)h->out->findings);
	if (h->what->count == 0)
		fputs("holds: everything\n", out);
	for (size_t i = 0; i < h->what->count; i++)
		fprintf(out, "holds: %s\n", h->what->incidents[i]);
	for (size_t i = 0; i < h->export.count; i++)
		fprintf(out, "bytes: %llu %s%s\n", (unsigned long long)h->export.files[i].bytes, "export/",
		    h->export.files[i].path_cstr);
}

static void
write_manifest(const struct handover *h, FILE *out)
{
	for (size_t i = 0; i < h->export.count; i++)
		fprintf(out, "%s  export/%s\n", h->export.files[i].sha256_cstr, h->export.files[i].path_cstr);
	for (size_t i = 0; i < h->others.count; i++)
		fprintf(out, "%s  %s\n", h->others.files[i].sha256_cstr, h->others.files[i].path_cstr);
}

static int
add_manifest(struct handover *h, struct diag *diag)
{
	AUTO_FREE char *text = NULL;
	size_t len = 0;
	uint8_t signature[DOSSIER_KEY_SIGNATURE];
	int r = printed(h, "MANIFEST", write_manifest, &text, &len, diag);
	if (r < 0)
		return r;
	memcpy(h->manifest_cstr, h->others.files[h->others.count - 1].sha256_cstr, sizeof(h->manifest_cstr));
	r = dossier_key_sign(&h->key, (struct bytes){(const uint8_t *)text, len}, signature);
	return r < 0 ? fail(h, r, diag)
	             : member(h, "MANIFEST.sig", (struct bytes){signature, sizeof(signature)}, NULL, diag);
}

static int
write_archive(struct handover *h, struct diag *diag)
{
	AUTO_FREE char *about = NULL;
	size_t len = 0;
	char pem[DOSSIER_KEY_PEM_MAX];
	h->tar.folder_cstr = "handover/export";
	int r = dossier_export_archive(h->d, h->what, &h->tar, h->file_cstr, &h->export, &h->out->moved, diag);
	if (r < 0)
		return r;
	h->tar.folder_cstr = "handover";
	h->out->seq = h->d->seq;
	dossier_digest_text(h->d->head, DOSSIER_DIGEST_TEXT - 1, h->out->head_cstr);
	dossier_key_pem(&h->key, pem);
	r = printed(h, "ABOUT", write_about, &about, &len, diag);
	if (r == 0)
		r = member(h, "HOWTO.txt", (struct bytes){handover_howto, handover_howto_len}, &h->others, diag);
	if (r == 0)
		r = member(h, "key.pem", bytes_of_cstr(pem), &h->others, diag);
	if (r == 0)
		r = add_manifest(h, diag);
	if (r < 0)
		return r;
	r = dossier_tar_end(&h->tar);
	return r < 0 ? fail(h, r, diag) : 0;
}

static int
sum(struct handover *h, struct diag *diag)
{
	uint8_t digest[DOSSIER_DIGEST_SIZE];
	int r = lseek(h->tar.fd, 0, SEEK_SET) < 0 ? -errno : dossier_digest_file(h->tar.fd, digest, &h->out->bytes);
	if (r < 0)
		return fail(h, r, diag);
	dossier_digest_text(digest, DOSSIER_DIGEST_TEXT - 1, h->out->sha256_cstr);
	return 0;
}

static int
tell_journal(struct handover *h, struct diag *diag)
{
	struct json j = json_of(h->d->after, sizeof(h->d->after) - 1);
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("file"), h->file_cstr);
	json_cstr(&j, JSON_KEY("sha256"), h->out->sha256_cstr);
	json_cstr(&j, JSON_KEY("manifest_sha256"), h->manifest_cstr);
	json_cstr(&j, JSON_KEY("key_sha256"), h->out->key_cstr);
	json_u64(&j, JSON_KEY("findings"), h->out->findings);
	json_open_array(&j, JSON_KEY("incidents"));
	for (size_t i = 0; i < h->what->count; i++)
		json_cstr(&j, (struct bytes){0}, h->what->incidents[i]);
	json_close_array(&j);
	json_close_object(&j);
	if (!json_ok(&j))
		return fail(h, -ENAMETOOLONG, diag);
	h->d->after[json_length(&j)] = '\0';
	int r = dossier_db_begin(h->d, diag);
	if (r == 0)
		r = dossier_journal_add(h->d, "handover", "dossier", NULL, h->d->after, diag);
	return r == 0 ? dossier_db_commit(h->d, diag) : r;
}

int
dossier_handover(struct dossier *d, const struct dossier_selection *what, int fd, const char *file_cstr,
    struct dossier_handover *out, struct diag *diag)
{
	*out = (struct dossier_handover){.made_s = dossier_journal_now() / SECOND_NS};
	struct handover h = {
	    .d = d, .what = what, .file_cstr = file_cstr, .tar = {.fd = fd, .time_s = out->made_s}, .out = out};
	int r = dossier_key_take(d, true, &h.key, diag);
	if (r < 0)
		return r;
	dossier_key_fingerprint(&h.key, out->key_cstr);
	r = dossier_db_look(d, diag); /* what is judged is what is written out */
	if (r == 0)
		r = look(&h, diag);
	if (r == 0)
		r = write_archive(&h, diag);
	if (r == 0)
		r = sum(&h, diag);
	if (r == 0)
		r = tell_journal(&h, diag); /* one that the journal does not know is not handed over */
	if (r < 0)
		(void)!ftruncate(fd, 0);
	dossier_key_forget(&h.key);
	dossier_outfile_free(&h.export);
	dossier_outfile_free(&h.others);
	return r;
}
