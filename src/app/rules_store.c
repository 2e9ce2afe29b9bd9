/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_store.h"

#include "core/auto.h"
#include "core/hash.h"
#include "core/tar_read.h"
#include "core/text.h"
#include "detect/rules/rule_select.h"
#include "net/capture/capture_inflate.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	UNPACKED_MAX = 512 << 20,
	ARENA_BYTES = 1 << 30, /* of addresses; pages come when they are used */
	RULES_MAX = 200000,
	PATH_ROOM = 128,
};

struct one {
	uint32_t sid, rev;
	size_t order;
	struct bytes text;
	bool is_on, is_changed;
};

struct making {
	struct arena arena;
	struct rule_select *select;
	struct one *rules;
	size_t count;
	struct rules_store_counts counts;
	struct diag *diag;
};

static int
fail(struct diag *diag, const char *name_cstr, int error)
{
	return diag_say_at(diag, -error, name_cstr, UINT64_MAX, "%s", text_error(error));
}

/* ---- Files ---- */

static int
read_at(int folder_fd, const char *path_cstr, uint8_t **out, size_t *len, struct diag *diag)
{
	struct stat st;
	AUTO_CLOSE int fd = openat(folder_fd, path_cstr, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &st) < 0)
		return errno == ENOENT ? -ENOENT : fail(diag, path_cstr, errno);
	if (!S_ISREG(st.st_mode) || st.st_size > RULES_STORE_SOURCE_MAX)
		return fail(diag, path_cstr, EFBIG);
	AUTO_FREE uint8_t *bytes = malloc((size_t)st.st_size + 1);
	size_t got = 0;
	while (bytes != NULL && got < (size_t)st.st_size) {
		ssize_t n = read(fd, bytes + got, (size_t)st.st_size - got);
		if (n < 0)
			return fail(diag, path_cstr, errno);
		if (n == 0)
			break;
		got += (size_t)n;
	}
	if (bytes == NULL)
		return fail(diag, path_cstr, ENOMEM);
	*out = TAKE(bytes);
	*len = got;
	return 0;
}

/* Whole or not at all. */
static int
write_at(int folder_fd, const char *path_cstr, struct bytes text, struct diag *diag)
{
	char new_cstr[PATH_ROOM + 8];
	(void)snprintf(new_cstr, sizeof(new_cstr), "%s.new", path_cstr);
	AUTO_CLOSE int fd = openat(folder_fd, new_cstr, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fail(diag, path_cstr, errno);
	int error = 0;
	for (size_t at = 0; at < text.len && error == 0;) {
		ssize_t n = write(fd, text.at + at, text.len - at);
		if (n < 0)
			error = errno;
		else
			at += (size_t)n;
	}
	if (error == 0 && (fsync(fd) < 0 || renameat(folder_fd, new_cstr, folder_fd, path_cstr) < 0))
		error = errno;
	if (error == 0)
		return 0;
	(void)unlinkat(folder_fd, new_cstr, 0);
	return fail(diag, path_cstr, error);
}

/* A name that is a file of ours, and nothing else. */
static bool
is_name(const char *name_cstr)
{
	size_t len = strlen(name_cstr);
	for (size_t i = 0; i < len; i++) {
		char c = name_cstr[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
		    c == '_' || c == '.';
		if (!plain)
			return false;
	}
	return len > 0 && len < RULES_STORE_NAME_MAX && name_cstr[0] != '.';
}

/* ---- What a source holds ---- */

static int
unpack(struct bytes packed, uint8_t **out, size_t *len, struct diag *diag)
{
	enum { MEMORY = 96 << 20, STEP = 1 << 20 };
	enum capture_packing packing = capture_inflate_guess(packed);
	struct capture_inflate *inflate = capture_inflate_new(packing, MEMORY);
	AUTO_FREE uint8_t *room = NULL;
	size_t size = 0, used = 0;
	long n = inflate == NULL ? -ENOMEM : 1;
	while (n > 0) {
		if (size - used < STEP) {
			uint8_t *more = size >= UNPACKED_MAX ? NULL : realloc(room, size = size == 0 ? 8 * STEP : size * 2);
			if (more == NULL) {
				n = size >= UNPACKED_MAX ? -EFBIG : -ENOMEM;
				break;
			}
			room = more;
		}
		n = capture_inflate_step(inflate, &packed, CAPTURE_INFLATE_LAST, room + used, size - used);
		if (n > 0)
			used += (size_t)n;
	}
	capture_inflate_free(inflate);
	if (n < 0)
		return diag_say(diag, (int)n, "%s",
		    n == -EFBIG ? _("it becomes larger than 512 MB when it is unpacked") : _("it is packed, and damaged"));
	*out = TAKE(room);
	*len = used;
	return 0;
}

static bool
ends_in(struct bytes name, struct bytes end)
{
	return name.len >= end.len && bytes_eq(bytes_after(name, name.len - end.len), end);
}

static struct bytes
last_part(struct bytes name)
{
	size_t at = name.len;
	while (at > 0 && name.at[at - 1] != '/')
		at--;
	return bytes_after(name, at);
}

/* Each file of rules in a source that was unpacked: a tar archive, or the file itself. */
static int
each_file(
    struct bytes source, struct bytes name, int (*each)(void *context, struct bytes name, struct bytes text), void *context)
{
	struct cursor archive = cursor_of(source);
	struct tar_read_member member;
	enum parse parsed = tar_read_next(&archive, &member);
	if (parsed == PARSE_BAD)
		return each(context, name, source);
	int r = 0;
	for (; parsed == PARSE_OK && r == 0; parsed = tar_read_next(&archive, &member))
		if (ends_in(member.name, BYTES(".rules")))
			r = each(context, last_part(member.name), member.data);
	return r;
}

static uint32_t
rev_of(struct bytes line)
{
	for (size_t at = 0; at + 4 < line.len; at++)
		if (bytes_start_with(bytes_after(line, at), BYTES("rev:")) &&
		    (at == 0 || line.at[at - 1] == ' ' || line.at[at - 1] == ';')) {
			uint32_t rev = 0;
			for (size_t i = at + 4; i < line.len && line.at[i] >= '0' && line.at[i] <= '9' && rev < 100000000;
			     i++)
				rev = rev * 10 + (uint32_t)(line.at[i] - '0');
			return rev;
		}
	return 0;
}

static int
take_rules(void *context, struct bytes name, struct bytes text)
{
	struct making *m = context;
	m->counts.files++;
	while (text.len > 0) {
		struct rule_select_line line;
		struct bytes raw = bytes_first(text, bytes_find(text, '\n'));
		text = bytes_after(text, raw.len + 1);
		if (raw.len > RULE_SELECT_LINE_MAX || !rule_select_is_rule(raw, &line))
			continue;
		if (m->count == RULES_MAX)
			return diag_say(m->diag, -E2BIG, _("more than %d rules"), RULES_MAX);
		if (m->select != NULL && rule_select_apply(m->select, &m->arena, name, &line) < 0)
			return diag_say(m->diag, -ENOMEM, "%s", _("not enough memory for these rules"));
		m->rules[m->count] = (struct one){
		    line.sid, rev_of(line.text), m->count, arena_dup(&m->arena, line.text), line.is_on, line.is_changed};
		if (m->rules[m->count++].text.at == NULL)
			return diag_say(m->diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	}
	return 0;
}

static int
take_source(struct making *m, const char *name_cstr, struct bytes source)
{
	uint8_t *room = NULL;
	size_t len;
	if (capture_inflate_guess(source) != CAPTURE_PACKING_PLAIN) {
		int r = unpack(source, &room, &len, m->diag);
		if (r < 0)
			return r;
		source = (struct bytes){room, len};
	}
	m->counts.sources++;
	int r = each_file(source, bytes_of_cstr(name_cstr), take_rules, m);
	free(room);
	return r;
}

static int
begin(struct making *m, struct diag *diag)
{
	*m = (struct making){.diag = diag};
	m->rules = calloc(RULES_MAX, sizeof(*m->rules));
	if (m->rules == NULL || arena_init(&m->arena, ARENA_BYTES) < 0) {
		free(m->rules);
		m->rules = NULL;
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	}
	return 0;
}

static void
end(struct making *m)
{
	rule_select_free(m->select);
	if (m->rules != NULL)
		arena_done(&m->arena);
	free(m->rules);
}

int
rules_store_put(int folder_fd, const char *name_cstr, struct bytes source, struct diag *diag)
{
	struct making m;
	char path_cstr[PATH_ROOM];
	if (!is_name(name_cstr))
		return diag_say(
		    diag, -EINVAL, _("\"%.60s\" is no name: letters, digits, - _ and . were expected"), name_cstr);
	int r = begin(&m, diag);
	if (r == 0)
		r = take_source(&m, name_cstr, source);
	if (r == 0 && m.count == 0)
		r = diag_say_at(diag, -EINVAL, name_cstr, UINT64_MAX, "%s", _("there is no rule in it"));
	end(&m);
	if (r < 0)
		return r;
	if (mkdirat(folder_fd, "sources", 0700) < 0 && errno != EEXIST)
		return fail(diag, "sources", errno);
	(void)snprintf(path_cstr, sizeof(path_cstr), "sources/%s", name_cstr);
	return write_at(folder_fd, path_cstr, source, diag);
}

int
rules_store_remove(int folder_fd, const char *name_cstr, struct diag *diag)
{
	char path_cstr[PATH_ROOM];
	(void)snprintf(path_cstr, sizeof(path_cstr), "sources/%.64s", name_cstr);
	if (!is_name(name_cstr) || unlinkat(folder_fd, path_cstr, 0) < 0)
		return diag_say(
		    diag, -ENOENT, _("there is no source \"%.60s\": beffroi rules sources lists them"), name_cstr);
	return 0;
}

static int
is_source(const struct dirent *e)
{
	return is_name(e->d_name) && !ends_in(bytes_of_cstr(e->d_name), BYTES(".new"));
}

void
rules_store_each(int folder_fd, void (*each)(void *context, const char *name_cstr, uint64_t bytes), void *context)
{
	struct dirent **found = NULL;
	int count = scandirat(folder_fd, "sources", &found, is_source, alphasort);
	for (int i = 0; i < count; i++) {
		char path_cstr[PATH_ROOM];
		struct stat st;
		(void)snprintf(path_cstr, sizeof(path_cstr), "sources/%.64s", found[i]->d_name);
		if (fstatat(folder_fd, path_cstr, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
			each(context, found[i]->d_name, (uint64_t)st.st_size);
		free(found[i]);
	}
	free(found);
}

/* ---- What the site chooses ---- */

static const struct {
	const char *file_cstr;
	enum rule_select_what what;
} choices[] = {
    {"enable.conf", RULE_SELECT_ENABLE}, {"disable.conf", RULE_SELECT_DISABLE}, {"modify.conf", RULE_SELECT_MODIFY}};

int
rules_store_choose(int folder_fd, const char *file_cstr, const char *line_cstr, struct diag *diag)
{
	struct rule_select *select = rule_select_new();
	int r = select == NULL ? diag_say(diag, -ENOMEM, "%s", _("not enough memory")) : 0;
	for (size_t i = 0; i < LENGTH_OF(choices) && r == 0; i++)
		if (strcmp(choices[i].file_cstr, file_cstr) == 0)
			r = rule_select_read(select, choices[i].what, line_cstr, bytes_of_cstr(line_cstr), diag);
	rule_select_free(select);
	if (r < 0)
		return r;
	uint8_t *before = NULL;
	size_t len = 0;
	r = read_at(folder_fd, file_cstr, &before, &len, diag);
	if (r == -ENOENT)
		r = 0;
	AUTO_FREE uint8_t *old = before;
	size_t line_len = strlen(line_cstr);
	AUTO_FREE uint8_t *text = r < 0 ? NULL : malloc(len + line_len + 2);
	if (r == 0 && text == NULL)
		r = diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (r < 0)
		return r;
	size_t at = 0;
	if (len > 0) {
		memcpy(text, old, len);
		at = len;
		if (text[at - 1] != '\n')
			text[at++] = '\n';
	}
	memcpy(text + at, line_cstr, line_len);
	text[at + line_len] = '\n';
	return write_at(folder_fd, file_cstr, (struct bytes){text, at + line_len + 1}, diag);
}

static int
read_choices(struct making *m, int folder_fd)
{
	m->select = rule_select_new();
	int r = m->select == NULL ? diag_say(m->diag, -ENOMEM, "%s", _("not enough memory")) : 0;
	for (size_t i = 0; i < LENGTH_OF(choices) && r == 0; i++) {
		uint8_t *text = NULL;
		size_t len = 0;
		r = read_at(folder_fd, choices[i].file_cstr, &text, &len, m->diag);
		if (r == 0)
			r = rule_select_read(
			    m->select, choices[i].what, choices[i].file_cstr, (struct bytes){text, len}, m->diag);
		else if (r == -ENOENT)
			r = 0;
		free(text);
	}
	return r;
}

/* ---- What is in force ---- */

struct walk {
	struct making *m;
	int folder_fd, result;
};

static void
read_source(void *context, const char *name_cstr, uint64_t size)
{
	struct walk *w = context;
	char path_cstr[PATH_ROOM];
	uint8_t *bytes = NULL;
	size_t len = 0;
	(void)size;
	(void)snprintf(path_cstr, sizeof(path_cstr), "sources/%s", name_cstr);
	if (w->result < 0)
		return;
	w->result = read_at(w->folder_fd, path_cstr, &bytes, &len, w->m->diag);
	if (w->result == 0)
		w->result = take_source(w->m, name_cstr, (struct bytes){bytes, len});
	free(bytes);
}

static int
by_number(const void *a, const void *b)
{
	const struct one *x = a, *y = b;
	if (x->sid != y->sid)
		return x->sid < y->sid ? -1 : 1;
	if (x->rev != y->rev)
		return x->rev > y->rev ? -1 : 1; /* the newest first */
	return x->order < y->order ? -1 : x->order > y->order;
}

/* The numbers in force before, counted against those of now; both in order. */
static void
compare(struct making *m, struct bytes before)
{
	size_t at = 0;
	uint64_t kept = 0, had = 0;
	while (before.len > 0) {
		struct rule_select_line line;
		struct bytes raw = bytes_first(before, bytes_find(before, '\n'));
		before = bytes_after(before, raw.len + 1);
		if (!rule_select_is_rule(raw, &line) || !line.is_on)
			continue;
		had++;
		while (at < m->count && m->rules[at].sid < line.sid)
			at++;
		kept += at < m->count && m->rules[at].sid == line.sid && m->rules[at].is_on;
	}
	m->counts.removed = had - kept;
	m->counts.added = m->counts.on - kept;
}

static int
write_active(struct making *m, int folder_fd)
{
	static const char head_cstr[] =
	    "# Made by beffroi rules from sources/ with enable.conf, disable.conf and modify.conf: change those, not this.\n";
	size_t room = sizeof(head_cstr), at = sizeof(head_cstr) - 1;
	for (size_t i = 0; i < m->count; i++)
		room += m->rules[i].text.len + 3;
	AUTO_FREE uint8_t *text = malloc(room);
	if (text == NULL)
		return diag_say(m->diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	memcpy(text, head_cstr, at);
	for (size_t i = 0; i < m->count; i++) {
		const struct one *one = &m->rules[i];
		if (!one->is_on) {
			text[at++] = '#';
			text[at++] = ' ';
		}
		memcpy(text + at, one->text.at, one->text.len);
		at += one->text.len;
		text[at++] = '\n';
	}
	return write_at(folder_fd, "active.rules", (struct bytes){text, at}, m->diag);
}

int
rules_store_make(int folder_fd, struct rules_store_counts *out, struct diag *diag)
{
	struct making m;
	struct walk walk = {.m = &m, .folder_fd = folder_fd};
	uint8_t *before = NULL;
	size_t before_len = 0;
	int r = begin(&m, diag);
	if (r == 0)
		r = read_choices(&m, folder_fd);
	if (r == 0) {
		rules_store_each(folder_fd, read_source, &walk);
		r = walk.result;
	}
	if (r == 0)
		r = read_at(folder_fd, "active.rules", &before, &before_len, diag);
	if (r == -ENOENT)
		r = 0;
	if (r == 0) {
		qsort(m.rules, m.count, sizeof(*m.rules), by_number);
		size_t kept = 0;
		for (size_t i = 0; i < m.count; i++) {
			if (kept > 0 && m.rules[kept - 1].sid == m.rules[i].sid) {
				m.counts.same++;
				continue;
			}
			m.rules[kept++] = m.rules[i];
			m.counts.on += m.rules[kept - 1].is_on;
			m.counts.changed += m.rules[kept - 1].is_changed;
		}
		m.count = kept;
		m.counts.rules = kept;
		m.counts.off = kept - m.counts.on;
		compare(&m, (struct bytes){before, before_len});
		r = write_active(&m, folder_fd);
		*out = m.counts;
	}
	free(before);
	end(&m);
	return r;
}

/* ---- Signatures ---- */

int
rules_store_keep_key(int folder_fd, struct bytes pem, struct diag *diag)
{
	return write_at(folder_fd, "key.pem", pem, diag);
}

int
rules_store_verify(struct bytes pem, struct bytes source, struct bytes signature, struct diag *diag)
{
	BIO *bio = BIO_new_mem_buf(pem.at, (int)(pem.len < 65536 ? pem.len : 0));
	EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_key = key != NULL && EVP_PKEY_get_id(key) == EVP_PKEY_ED25519;
	bool fits = is_key && context != NULL && signature.len == RULES_STORE_SIGNATURE &&
	    EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
	    EVP_DigestVerify(context, signature.at, signature.len, source.at, source.len) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	BIO_free(bio);
	if (!is_key)
		return diag_say(diag, -EINVAL, "%s",
		    _("this is no public ed25519 key in PEM: openssl genpkey -algorithm ed25519 makes one"));
	return fits
	    ? 0
	    : diag_say(diag, -EKEYREJECTED, "%s",
	          _("the signature does not fit: this is not what the holder of the key signed; nothing was changed"));
}
