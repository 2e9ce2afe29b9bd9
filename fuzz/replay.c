/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/replay.c - runs a fuzz target over files and folders, with any compiler: so that every
 * seed and every crash ever found is an ordinary test.
 */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay_file(const char *path_cstr)
{
	FILE *f = fopen(path_cstr, "rbe");
	if (f == NULL) {
		perror(path_cstr);
		return -1;
	}
	enum { SEED_MAX = 1 << 20 };
	uint8_t *all = malloc(SEED_MAX);
	size_t size = all == NULL ? 0 : fread(all, 1, SEED_MAX, f);
	fclose(f);
	uint8_t *exact = malloc(size > 0 ? size : 1); /* exact: the sanitizer sees the first byte past it */
	if (all == NULL || exact == NULL)
		abort();
	memcpy(exact, all, size);
	free(all);
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
	return 1;
}

static int
replay_folder(const char *path_cstr)
{
	int count = 0;
	DIR *dir = opendir(path_cstr);
	if (dir == NULL)
		return 0; /* a target without regressions has no such folder */
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		char file_cstr[PATH_MAX];
		if (entry->d_name[0] == '.')
			continue;
		snprintf(file_cstr, sizeof(file_cstr), "%s/%s", path_cstr, entry->d_name);
		int replayed = replay_file(file_cstr);
		if (replayed < 0) {
			closedir(dir);
			return -1;
		}
		count += replayed;
	}
	closedir(dir);
	return count;
}

int
main(int argc, char **argv)
{
	int count = 0;
	for (int i = 1; i < argc; i++) {
		struct stat st;
		int replayed = stat(argv[i], &st) == 0 && !S_ISDIR(st.st_mode) ? replay_file(argv[i])
		                                                               : replay_folder(argv[i]);
		if (replayed < 0)
			return 1;
		count += replayed;
	}
	printf("%d inputs replayed\n", count);
	return count > 0 ? 0 : 1; /* a replay of nothing proves nothing */
}
