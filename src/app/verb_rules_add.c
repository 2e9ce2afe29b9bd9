/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_rules_add.h"

#include "app/courier_fetch.h"
#include "app/rules_store.h"
#include "cli/dossier_folder.h"
#include "core/auto.h"
#include "core/json.h"
#include "core/text.h"
#include "dossier/dossier.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	PATH_ROOM = 4096,
	KEY_MAX = 65536,
	JSON_ROOM = 1 << 18,
	MD5_DIGITS = 32,
	BESIDE_MAX = 4096 /* of a signature or an MD5 */
};

struct source {
	const char *name_cstr;
	uint8_t *bytes;
	size_t len;
	uint8_t signature[RULES_STORE_SIGNATURE];
	bool is_signed;
	const char *url_cstr; /* where it was fetched; NULL: a file */
	bool has_md5;         /* that of the server was compared */
};

struct work {
	const struct verb_options *o;
	int folder_fd;
	size_t count;
	struct source sources[VERB_OPTIONS_WORDS_MAX];
	uint8_t *key; /* PEM; NULL: none */
	size_t key_len;
	bool key_is_new;
	struct rules_store_counts counts;
	struct json *json; /* NULL: for people */
};

/* All of a file that the user names. 0, or a negative errno with diag. */
static int
read_all(const char *path_cstr, size_t most, uint8_t **out, size_t *len, struct diag *diag)
{
	struct stat st;
	AUTO_CLOSE int fd = open(path_cstr, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		return diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno));
	size_t room = S_ISREG(st.st_mode) ? (size_t)st.st_size : most;
	AUTO_FREE uint8_t *bytes = room > most || S_ISDIR(st.st_mode) ? NULL : malloc(room + 1);
	if (bytes == NULL)
		return diag_say_at(
		    diag, -EFBIG, path_cstr, UINT64_MAX, "%s", text_error(S_ISDIR(st.st_mode) ? EISDIR : EFBIG));
	size_t got = 0;
	while (got < room) {
		ssize_t n = read(fd, bytes + got, room - got);
		if (n < 0)
			return diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno));
		if (n == 0)
			break;
		got += (size_t)n;
	}
	*out = TAKE(bytes);
	*len = got;
	return 0;
}

/* SOURCE.sig beside it: 64 bytes, as openssl pkeyutl -sign -rawin writes them. */
static int
read_signature(struct source *s, const char *path_cstr, struct diag *diag)
{
	char sig_cstr[PATH_ROOM];
	uint8_t *bytes = NULL;
	size_t len = 0;
	int n = snprintf(sig_cstr, sizeof(sig_cstr), "%s.sig", path_cstr);
	if (n < 0 || (size_t)n >= sizeof(sig_cstr) || access(sig_cstr, F_OK) < 0)
		return 0;
	int r = read_all(sig_cstr, RULES_STORE_SIGNATURE + 1, &bytes, &len, diag);
	if (r == 0 && len != RULES_STORE_SIGNATURE)
		r = diag_say_at(diag, -EINVAL, sig_cstr, UINT64_MAX, "%s", _("a signature has 64 bytes"));
	if (r == 0) {
		memcpy(s->signature, bytes, len);
		s->is_signed = true;
	}
	free(bytes);
	return r;
}

/* ---- From a server ---- */

/* What stands beside it under the same name: 1, 0 when there is none, or a negative errno with diag. */
static int
fetch_beside(
    struct courier_fetch *f, const char *url_cstr, const char *end_cstr, uint8_t **bytes, size_t *len, struct diag *diag)
{
	char beside_cstr[PATH_ROOM];
	int n = snprintf(beside_cstr, sizeof(beside_cstr), "%s%s", url_cstr, end_cstr);
	return n < 0 || (size_t)n >= sizeof(beside_cstr) ? -ENAMETOOLONG
	                                                 : courier_fetch_get(f, beside_cstr, BESIDE_MAX, bytes, len, diag);
}

/* NAME.md5, as md5sum(1) writes it: the transfer was whole. Who sent it is told by the certificate, or by a signature. */
static int
check_md5(struct source *s, struct bytes said, struct diag *diag)
{
	uint8_t digest[EVP_MAX_MD_SIZE];
	char text[MD5_DIGITS + 1];
	unsigned len = 0;
	if (EVP_Digest(s->bytes, s->len, digest, &len, EVP_md5(), NULL) != 1)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	for (unsigned i = 0; i < len && i < MD5_DIGITS / 2; i++)
		(void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
	s->has_md5 = bytes_eq_nocase(bytes_first(bytes_trim(said), MD5_DIGITS), bytes_of_cstr(text));
	return s->has_md5
	    ? 0
	    : diag_say_at(diag, -EBADMSG, s->url_cstr, UINT64_MAX, "%s",
	          _("its MD5 is not the one beside it: it did not arrive whole, or is being changed; try again"));
}

static int
fetch_checks(struct courier_fetch *f, struct source *s, struct diag *diag)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	int r = fetch_beside(f, s->url_cstr, ".sig", &bytes, &len, diag);
	if (r > 0 && len == RULES_STORE_SIGNATURE) {
		memcpy(s->signature, bytes, len);
		s->is_signed = true;
	}
	free(bytes);
	bytes = NULL;
	r = r < 0 ? r : fetch_beside(f, s->url_cstr, ".md5", &bytes, &len, diag);
	if (r > 0)
		r = check_md5(s, (struct bytes){bytes, len}, diag);
	free(bytes);
	return r < 0 ? r : 0;
}

static int
fetch(struct source *s, const char *ca_cstr, struct diag *diag)
{
	struct courier_fetch f;
	int r = courier_fetch_start(&f, s->url_cstr, ca_cstr, diag);
	if (r == 0)
		r = courier_fetch_get(&f, s->url_cstr, RULES_STORE_SOURCE_MAX, &s->bytes, &s->len, diag);
	if (r == 0)
		r = diag_say_at(
		    diag, -ENOENT, s->url_cstr, UINT64_MAX, "%s", _("the server has no such file: is the address right?"));
	if (r > 0)
		r = fetch_checks(&f, s, diag);
	courier_fetch_end(&f);
	return r;
}

static int
read_sources(struct work *w, struct diag *diag)
{
	int r = 0;
	for (size_t i = 1; i < w->o->word_count && r == 0; i++) {
		const char *path_cstr = w->o->words[i], *slash_cstr = strrchr(path_cstr, '/');
		struct source *s = &w->sources[w->count++];
		s->name_cstr = slash_cstr == NULL ? path_cstr : slash_cstr + 1;
		s->url_cstr = strstr(path_cstr, "://") != NULL ? path_cstr : NULL;
		if (s->url_cstr != NULL) {
			r = fetch(s, w->o->ca_cstr, diag);
			continue;
		}
		r = read_all(path_cstr, RULES_STORE_SOURCE_MAX, &s->bytes, &s->len, diag);
		if (r == 0)
			r = read_signature(s, path_cstr, diag);
	}
	return r;
}

/* The folder rules/ of the dossier, of the user's home when the dossier is a server; then nothing but it. */
static int
enter(struct work *w, struct diag *diag)
{
	char folder[PATH_ROOM - 8], path[PATH_ROOM], key[PATH_ROOM + 16];
	int r = dossier_folder_make(w->o->dossier_cstr, w->o->language, folder, sizeof(folder), diag);
	if (r == 0 && dossier_is_remote(folder))
		r = dossier_folder_home(w->o->language, folder, sizeof(folder), diag);
	if (r < 0)
		return r;
	(void)snprintf(path, sizeof(path), "%s/rules", folder);
	(void)umask(077);
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return diag_say_at(diag, -errno, path, UINT64_MAX, "%s", text_error(errno));
	w->folder_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (w->folder_fd < 0)
		return diag_say_at(diag, -errno, path, UINT64_MAX, "%s", text_error(errno));
	(void)snprintf(key, sizeof(key), "%s/key.pem", path);
	w->key_is_new = w->o->key_cstr != NULL;
	if (w->key_is_new || access(key, F_OK) == 0)
		r = read_all(w->key_is_new ? w->o->key_cstr : key, KEY_MAX, &w->key, &w->key_len, diag);
	if (r < 0)
		return r;
	r = sandbox_enter(SANDBOX_KEEPER, path, diag);
	return r < 0 ? r : 0;
}

static int
add(struct work *w, struct diag *diag)
{
	int r = 0;
	for (size_t i = 0; i < w->count && r == 0; i++) {
		const struct source *s = &w->sources[i];
		struct bytes source = {s->bytes, s->len};
		if (w->key != NULL && !s->is_signed)
			r = diag_say_at(diag, -EKEYREJECTED, s->name_cstr, UINT64_MAX, "%s",
			    _("its signature (the same name and .sig) is missing, and sources here must be signed"));
		else if (w->key != NULL)
			r = rules_store_verify((struct bytes){w->key, w->key_len}, source,
			    (struct bytes){s->signature, RULES_STORE_SIGNATURE}, diag);
	}
	if (r == 0 && w->key_is_new)
		r = rules_store_keep_key(w->folder_fd, (struct bytes){w->key, w->key_len}, diag);
	for (size_t i = 0; i < w->count && r == 0; i++)
		r = rules_store_put(
		    w->folder_fd, w->sources[i].name_cstr, (struct bytes){w->sources[i].bytes, w->sources[i].len}, diag);
	return r;
}

static int
remove_sources(struct work *w, struct diag *diag)
{
	int r = 0;
	for (size_t i = 1; i < w->o->word_count && r == 0; i++)
		r = rules_store_remove(w->folder_fd, w->o->words[i], diag);
	return r;
}

/* enable and disable: each word a choice; modify: which, what, by what. */
static int
choose(struct work *w, struct diag *diag)
{
	char file[32], line[PATH_ROOM];
	const struct verb_options *o = w->o;
	int r = 0;
	(void)snprintf(file, sizeof(file), "%.16s.conf", o->words[0]);
	if (strcmp(o->words[0], "modify") == 0) {
		int n = snprintf(line, sizeof(line), "%s \"%s\" \"%s\"", o->words[1], o->words[2], o->words[3]);
		return n < 0 || (size_t)n >= sizeof(line) || strchr(line, '\n') != NULL
		    ? diag_say(diag, -EINVAL, "%s", _("a short text on one line was expected"))
		    : rules_store_choose(w->folder_fd, file, line, diag);
	}
	for (size_t i = 1; i < o->word_count && r == 0; i++)
		r = strchr(o->words[i], '\n') != NULL
		    ? diag_say(diag, -EINVAL, "%s", _("a short text on one line was expected"))
		    : rules_store_choose(w->folder_fd, file, o->words[i], diag);
	return r;
}

static void
list_one(void *context, const char *name_cstr, uint64_t bytes)
{
	struct work *w = context;
	w->counts.sources++;
	if (w->json == NULL) {
		printf("%-32s  %llu kB\n", name_cstr, (unsigned long long)(bytes + 1023) / 1024);
		return;
	}
	json_open_object(w->json, (struct bytes){0});
	json_cstr(w->json, JSON_KEY("name"), name_cstr);
	json_u64(w->json, JSON_KEY("bytes"), bytes);
	json_close_object(w->json);
}

static int
list(struct work *w, struct diag *diag)
{
	(void)diag;
	if (w->json != NULL) {
		json_open_object(w->json, (struct bytes){0});
		json_open_array(w->json, JSON_KEY("sources"));
	}
	rules_store_each(w->folder_fd, list_one, w);
	if (w->json != NULL) {
		json_close_array(w->json);
		json_close_object(w->json);
		json_newline(w->json);
	} else if (w->counts.sources == 0) {
		fputs(_("No source: beffroi rules add FILE\n"), stdout);
	}
	return 0;
}

static const char *
check_word(const struct work *w, const struct source *s)
{
	return w->key != NULL ? "signature" : s->has_md5 ? "md5" : "";
}

static void
tell_fetched(struct work *w)
{
	size_t first = 0;
	while (first < w->count && w->sources[first].url_cstr == NULL)
		first++;
	if (first == w->count)
		return;
	if (w->json != NULL)
		json_open_array(w->json, JSON_KEY("fetched"));
	for (size_t i = first; i < w->count; i++) {
		const struct source *s = &w->sources[i];
		const char *check_cstr = check_word(w, s);
		if (s->url_cstr == NULL)
			continue;
		if (w->json == NULL) {
			printf(check_cstr[0] == '\0' ? _("Fetched %s: %llu kB.\n")
			                             : _("Fetched %s: %llu kB, as its %s says.\n"),
			    s->name_cstr, (unsigned long long)(s->len + 1023) / 1024, check_cstr);
			continue;
		}
		json_open_object(w->json, (struct bytes){0});
		json_cstr(w->json, JSON_KEY("name"), s->name_cstr);
		json_cstr(w->json, JSON_KEY("url"), s->url_cstr);
		json_u64(w->json, JSON_KEY("bytes"), s->len);
		json_cstr(w->json, JSON_KEY("checked"), check_cstr);
		json_close_object(w->json);
	}
	if (w->json != NULL)
		json_close_array(w->json);
}

static void
tell(struct work *w)
{
	const struct rules_store_counts *c = &w->counts;
	if (w->json == NULL) {
		tell_fetched(w);
		printf(_("Sources: %llu, rules: %llu, of which on: %llu, off: %llu, changed here: %llu.\n"),
		    (unsigned long long)c->sources, (unsigned long long)c->rules, (unsigned long long)c->on,
		    (unsigned long long)c->off, (unsigned long long)c->changed);
		printf(
		    _("Since before: %llu more in force, %llu less. A watch that starts now reads them; beffroi reload tells one that runs.\n"),
		    (unsigned long long)c->added, (unsigned long long)c->removed);
		return;
	}
	struct json *j = w->json;
	json_open_object(j, (struct bytes){0});
	json_u64(j, JSON_KEY("sources"), c->sources);
	json_u64(j, JSON_KEY("files"), c->files);
	json_u64(j, JSON_KEY("rules"), c->rules);
	json_u64(j, JSON_KEY("on"), c->on);
	json_u64(j, JSON_KEY("off"), c->off);
	json_u64(j, JSON_KEY("changed"), c->changed);
	json_u64(j, JSON_KEY("same"), c->same);
	json_u64(j, JSON_KEY("added"), c->added);
	json_u64(j, JSON_KEY("removed"), c->removed);
	tell_fetched(w);
	json_close_object(j);
	json_newline(j);
}

int
verb_rules_add(const struct verb_options *o, struct diag *diag)
{
	static char room[JSON_ROOM];
	struct json json = json_of(room, sizeof(room));
	static struct work w; /* 8 kB */
	w = (struct work){.o = o, .folder_fd = -1, .json = o->json ? &json : NULL};
	const char *word_cstr = o->words[0];
	bool adds = strcmp(word_cstr, "add") == 0, lists = strcmp(word_cstr, "sources") == 0;
	int r = adds ? read_sources(&w, diag) : 0;
	if (r == 0)
		r = enter(&w, diag);
	if (r == 0)
		r = adds                               ? add(&w, diag)
		    : lists                            ? list(&w, diag)
		    : strcmp(word_cstr, "remove") == 0 ? remove_sources(&w, diag)
		                                       : choose(&w, diag);
	if (r == 0 && !lists)
		r = rules_store_make(w.folder_fd, &w.counts, diag);
	if (r == 0 && !lists)
		tell(&w);
	if (r == 0 && w.json != NULL)
		(void)fwrite(json.start, 1, json_length(&json), stdout);
	for (size_t i = 0; i < w.count; i++)
		free(w.sources[i].bytes);
	free(w.key);
	if (w.folder_fd >= 0)
		close(w.folder_fd);
	return r;
}
