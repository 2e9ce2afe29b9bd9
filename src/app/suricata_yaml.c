/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/suricata_yaml.h"

#include "core/auto.h"
#include "core/flat_yaml.h"
#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { INCLUDES_MAX = 64, PATH_MAX_LEN = 4096 };

struct reading {
	struct flat *flat;
	const char *first_cstr; /* the file that includes are looked for beside */
	unsigned files;
};

static int
read_whole(const char *path_cstr, uint8_t **out, size_t *len, struct diag *diag)
{
	AUTO_CLOSE int fd = open(path_cstr, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	AUTO_FREE uint8_t *room = fd < 0 ? NULL : malloc(FLAT_YAML_BYTES_MAX + 1);
	ssize_t n = fd < 0 || room == NULL ? -1 : 0;
	size_t have = 0;
	while (n >= 0 && have <= FLAT_YAML_BYTES_MAX) {
		n = read(fd, room + have, FLAT_YAML_BYTES_MAX + 1 - have);
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	if (n < 0)
		return diag_say_at(diag, -(errno != 0 ? errno : ENOMEM), path_cstr, UINT64_MAX, "%s",
		    text_error(errno != 0 ? errno : ENOMEM));
	*out = TAKE(room);
	*len = have;
	return 0;
}

static int include(void *context, struct bytes prefix, struct bytes name, struct diag *diag);

static int
read_file(struct reading *reading, struct bytes prefix, const char *path_cstr, struct diag *diag)
{
	AUTO_FREE uint8_t *text = NULL;
	size_t len;
	if (reading->files++ == INCLUDES_MAX)
		return diag_say_at(
		    diag, -ELOOP, path_cstr, UINT64_MAX, _("more than %d files include each other"), INCLUDES_MAX);
	int r = read_whole(path_cstr, &text, &len, diag);
	return r < 0 ? r
	             : flat_yaml_read(reading->flat, prefix, (struct bytes){text, len}, path_cstr, include, reading, diag);
}

static int
include(void *context, struct bytes prefix, struct bytes name, struct diag *diag)
{
	struct reading *reading = context;
	const char *slash_cstr = strrchr(reading->first_cstr, '/');
	bool is_absolute = name.len > 0 && name.at[0] == '/';
	int folder = slash_cstr == NULL || is_absolute ? 0 : (int)(slash_cstr + 1 - reading->first_cstr);
	char path[PATH_MAX_LEN];
	if (name.len >= sizeof(path) || bytes_find(name, '\0') < name.len ||
	    snprintf(path, sizeof(path), "%.*s%.*s", folder, reading->first_cstr, (int)name.len, (const char *)name.at) >=
	        (int)sizeof(path))
		return diag_say(diag, -ENAMETOOLONG, "%s", text_error(ENAMETOOLONG));
	return read_file(reading, prefix, path, diag);
}

int
suricata_yaml_read(struct flat *flat, const char *path_cstr, struct diag *diag)
{
	struct reading reading = {.flat = flat, .first_cstr = path_cstr};
	return read_file(&reading, (struct bytes){0}, path_cstr, diag);
}

int
suricata_yaml_set(struct flat *flat, const char *setting_cstr, struct diag *diag)
{
	struct bytes text = bytes_of_cstr(setting_cstr);
	size_t equals = bytes_find(text, '=');
	int r = flat_set(flat, bytes_trim(bytes_first(text, equals)), bytes_trim(bytes_after(text, equals + 1)));
	return r < 0 ? diag_say(diag, r, _("--set: \"%s\" is too long, or there are too many"), setting_cstr) : 0;
}

int
suricata_yaml_vars(const struct flat *flat, struct rule_vars *vars, struct diag *diag)
{
	for (size_t i = 0; i < flat->count; i++) {
		const struct flat_pair *pair = &flat->pairs[i];
		bool is_var = flat_matches(pair->key, "vars.address-groups.*") ||
		    flat_matches(pair->key, "vars.port-groups.*");
		if (is_var && !rule_vars_set(vars, flat_part(pair->key, 2), pair->value))
			return diag_say(diag, -E2BIG, _("more than %d variables"), RULE_VARS_MAX);
	}
	return 0;
}
