/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_cache.h"

#include "core/auto.h"
#include "core/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const char suffix_cstr[] = ".hs";
enum { NAME_LEN = 2 * RULE_SEARCH_KEY + 3, FILES_MAX = 1 << 16 };

static void
name_of(const uint8_t key[static RULE_SEARCH_KEY], char out[static NAME_LEN + 1])
{
	for (size_t i = 0; i < RULE_SEARCH_KEY; i++)
		(void)snprintf(out + 2 * i, 3, "%02x", key[i]);
	memcpy(out + NAME_LEN - 3, suffix_cstr, sizeof(suffix_cstr));
}

void
rules_cache_place(const char *given_cstr, const char *dossier_cstr, char *out, size_t size)
{
	const char *cache_cstr = getenv("XDG_CACHE_HOME"), *home_cstr = getenv("HOME");
	int n = 0;
	out[0] = '\0';
	if (given_cstr != NULL)
		n = snprintf(out, size, "%s", strcmp(given_cstr, "none") == 0 ? "" : given_cstr);
	else if (dossier_cstr[0] != '\0')
		n = snprintf(out, size, "%s/rules-cache", dossier_cstr);
	else if (cache_cstr != NULL && cache_cstr[0] == '/')
		n = snprintf(out, size, "%s/beffroi/rules", cache_cstr);
	else if (home_cstr != NULL && home_cstr[0] == '/')
		n = snprintf(out, size, "%s/.cache/beffroi/rules", home_cstr);
	if (n < 0 || (size_t)n >= size)
		out[0] = '\0';
}

/* mkdir -p. */
static int
make_folder(const char *folder_cstr)
{
	char path[4096];
	if (snprintf(path, sizeof(path), "%s", folder_cstr) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return mkdir(path, 0700) < 0 && errno != EEXIST ? -errno : 0;
}

int
rules_cache_open(struct rules_cache *cache, const char *folder_cstr, uint64_t bytes_max, struct diag *diag)
{
	*cache = (struct rules_cache){.folder = -1, .bytes_max = bytes_max};
	struct stat st;
	int r = make_folder(folder_cstr);
	AUTO_CLOSE int folder = r < 0 ? -1 : open(folder_cstr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r == 0 && (folder < 0 || fstat(folder, &st) < 0))
		r = -errno;
	if (r < 0)
		return diag_say_at(
		    diag, r, folder_cstr, UINT64_MAX, _("compiled rules cannot be kept there: %s"), text_error(-r));
	if (st.st_uid != geteuid() || (st.st_mode & 022) != 0)
		return diag_say_at(diag, -EPERM, folder_cstr, UINT64_MAX, "%s",
		    _("compiled rules are not kept there: others may write in this folder"));
	cache->folder = auto_take_fd(&folder);
	return 0;
}

void
rules_cache_close(struct rules_cache *cache)
{
	if (cache->folder >= 0)
		close(cache->folder);
	cache->folder = -1;
}

static int
read_whole(int fd, uint8_t **out, size_t *len)
{
	struct stat st;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > RULES_CACHE_BYTES_MAX)
		return -EBADMSG;
	size_t size = (size_t)st.st_size;
	AUTO_FREE uint8_t *bytes = malloc(size + 1);
	if (bytes == NULL)
		return -ENOMEM;
	for (size_t at = 0; at < size;) {
		ssize_t n = read(fd, bytes + at, size - at);
		if (n <= 0)
			return n < 0 ? -errno : -EBADMSG;
		at += (size_t)n;
	}
	*out = TAKE(bytes);
	*len = size;
	return 0;
}

bool
rules_cache_get(struct rules_cache *cache, const uint8_t key[static RULE_SEARCH_KEY], uint8_t **out, size_t *len)
{
	char name_cstr[NAME_LEN + 1];
	name_of(key, name_cstr);
	AUTO_CLOSE int fd = cache->folder < 0
	    ? -1
	    : openat(cache->folder, name_cstr, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0) {
		cache->missing++;
		return false;
	}
	AUTO_FREE uint8_t *bytes = NULL;
	size_t size = 0;
	struct rule_search_entry entry;
	int r = read_whole(fd, &bytes, &size);
	struct cursor c = cursor_of((struct bytes){bytes, size});
	if (r < 0 || rule_search_read(&c, &entry) != PARSE_OK || c.left > 0 ||
	    memcmp(entry.key, key, RULE_SEARCH_KEY) != 0) {
		(void)unlinkat(cache->folder, name_cstr, 0);
		cache->damaged++;
		return false;
	}
	(void)futimens(fd, NULL); /* it was used now */
	cache->found++;
	*out = TAKE(bytes);
	*len = size;
	return true;
}

static int
write_whole(int fd, struct bytes b)
{
	while (b.len > 0) {
		ssize_t n = write(fd, b.at, b.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		b = bytes_after(b, (size_t)n);
	}
	return 0;
}

void
rules_cache_put(struct rules_cache *cache, const struct rule_search_entry *entry)
{
	char name_cstr[NAME_LEN + 1], new_cstr[NAME_LEN + 32];
	if (cache->folder < 0)
		return;
	name_of(entry->key, name_cstr);
	(void)snprintf(new_cstr, sizeof(new_cstr), "%s.%ld", name_cstr, (long)getpid());
	AUTO_CLOSE int fd = openat(cache->folder, new_cstr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	int r = fd < 0 ? -errno : write_whole(fd, entry->whole);
	if (r == 0 && renameat(cache->folder, new_cstr, cache->folder, name_cstr) < 0)
		r = -errno;
	if (r < 0 && fd >= 0)
		(void)unlinkat(cache->folder, new_cstr, 0);
	cache->failed += r < 0;
}

struct cached {
	int64_t used_ns;
	uint64_t bytes;
	char name_cstr[256];
};

static int
oldest_first(const void *a, const void *b)
{
	const struct cached *x = a, *y = b;
	return x->used_ns < y->used_ns ? -1 : x->used_ns > y->used_ns;
}

/* Its own names only, and what was left half written. */
static bool
is_ours(const char *name_cstr)
{
	return strlen(name_cstr) >= NAME_LEN && strlen(name_cstr) < NAME_LEN + 31 &&
	    strspn(name_cstr, "0123456789abcdef") == NAME_LEN - 3 && strncmp(name_cstr + NAME_LEN - 3, suffix_cstr, 3) == 0;
}

void
rules_cache_trim(struct rules_cache *cache)
{
	int fd = cache->folder < 0 ? -1 : openat(cache->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	AUTO_FREE struct cached *files = calloc(FILES_MAX, sizeof(*files));
	size_t count = 0;
	uint64_t bytes = 0;
	if (folder == NULL || files == NULL) {
		if (folder != NULL)
			(void)closedir(folder);
		else if (fd >= 0)
			close(fd);
		return;
	}
	for (const struct dirent *entry; count < FILES_MAX && (entry = readdir(folder)) != NULL;) {
		struct stat st;
		if (!is_ours(entry->d_name) || fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		files[count].used_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
		files[count].bytes = (uint64_t)st.st_size;
		(void)snprintf(files[count].name_cstr, sizeof(files[count].name_cstr), "%s", entry->d_name);
		bytes += files[count++].bytes;
	}
	qsort(files, count, sizeof(*files), oldest_first);
	for (size_t i = 0; i < count && bytes > cache->bytes_max; i++)
		if (unlinkat(fd, files[i].name_cstr, 0) == 0)
			bytes -= files[i].bytes;
	(void)closedir(folder);
}
