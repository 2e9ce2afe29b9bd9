/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/suricata_yaml.h"

#include "core/auto.h"
#include "core/data_tree.h"
#include "core/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static const char *const groups[] = {"address-groups", "port-groups"};

static int
read_whole(struct arena *arena, const char *path_cstr, struct bytes *out, struct diag *diag)
{
	AUTO_CLOSE int fd = open(path_cstr, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	uint8_t *room = fd < 0 ? NULL : arena_take(arena, DATA_TREE_BYTES_MAX, 1);
	size_t len = 0;
	ssize_t n = fd < 0 || room == NULL ? -1 : 0;
	while (n >= 0 && len < DATA_TREE_BYTES_MAX) {
		n = read(fd, room + len, DATA_TREE_BYTES_MAX - len);
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	if (n < 0)
		return diag_say_at(diag, -(errno != 0 ? errno : ENOMEM), path_cstr, UINT64_MAX, "%s",
		    text_error(errno != 0 ? errno : ENOMEM));
	*out = (struct bytes){room, len};
	return 0;
}

static bool
is_blank(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] != ' ' && text.at[i] != '\t' && text.at[i] != '\r' && text.at[i] != '\n')
			return false;
	return true;
}

int
suricata_yaml_read(struct arena *arena, const char *path_cstr, struct rule_vars *vars, struct diag *diag)
{
	struct bytes text;
	const struct data_tree *root;
	int r = read_whole(arena, path_cstr, &text, diag);
	if (r < 0 || is_blank(text))
		return r;
	r = data_tree_read(arena, text, path_cstr, &root, diag);
	if (r < 0)
		return r;
	const struct data_tree *all = data_tree_find(root, "vars");
	for (size_t i = 0; i < LENGTH_OF(groups); i++) {
		const struct data_tree *group = data_tree_find(all, groups[i]);
		for (const struct data_tree *v = group == NULL ? NULL : group->first; v != NULL; v = v->next)
			if (v->kind == DATA_TEXT && !rule_vars_set(vars, v->key, v->text))
				return diag_say_at(
				    diag, -E2BIG, path_cstr, UINT64_MAX, _("more than %d variables"), RULE_VARS_MAX);
	}
	return 0;
}

int
suricata_yaml_set(struct rule_vars *vars, const char *setting_cstr, struct diag *diag)
{
	struct bytes text = bytes_of_cstr(setting_cstr);
	size_t equals = bytes_find(text, '=');
	struct bytes key = bytes_first(text, equals), value = bytes_after(text, equals + 1);
	for (size_t i = 0; i < LENGTH_OF(groups); i++) {
		struct bytes group = bytes_of_cstr(groups[i]), rest = bytes_after(key, 5);
		if (!bytes_start_with(key, BYTES("vars.")) || !bytes_start_with(rest, group) || rest.len <= group.len + 1)
			continue;
		if (!rule_vars_set(vars, bytes_after(rest, group.len + 1), value))
			return diag_say(diag, -E2BIG, _("more than %d variables"), RULE_VARS_MAX);
	}
	return 0;
}
