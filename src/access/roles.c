/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "access/roles.h"

#include "core/data_read.h"
#include "record/person.h"

#include <errno.h>

extern const uint8_t roles_yaml[];
extern const size_t roles_yaml_len;

static const uint32_t gives_out = RIGHT_BIT(RIGHT_USER_ADMIN) | RIGHT_BIT(RIGHT_SETTINGS_WRITE);
static const uint32_t beside = RIGHT_BIT(RIGHT_SETTINGS_READ) | RIGHT_BIT(RIGHT_TOKEN_OWN);

static int
read_rights(const struct data_read *r, const struct data_tree *map, uint32_t *out)
{
	const struct data_tree *list;
	int e = data_read_need_list(r, map, "rights", &list);
	for (const struct data_tree *t = e == 0 ? list->first : NULL; t != NULL; t = t->next) {
		enum right right;
		if (t->kind != DATA_TEXT || !right_find(t->text, &right))
			return data_read_complain(r, t, _("this word is not one of those that the file may use"),
			    t->kind == DATA_TEXT ? (const char *)t->text.at : "rights");
		*out |= RIGHT_BIT(right);
	}
	return e;
}

static int
read_role(const struct data_read *r, const struct data_tree *map, struct role *out)
{
	static const char *const sees[] = {"all", "exercises"};
	unsigned seen = 0;
	int e = data_read_need_word(r, map, "role", &out->role_cstr);
	if (e == 0 && !person_name_valid(bytes_of_cstr(out->role_cstr)))
		e = data_read_complain(r, map, _("expected a name of small letters, digits and . _ -"), "role");
	if (e == 0)
		e = data_read_need_words(r, map, "name", out->name_cstr);
	if (e == 0)
		e = data_read_need_words(r, map, "tells", out->tells_cstr);
	if (e == 0)
		e = read_rights(r, map, &out->rights);
	if (e == 0 && data_tree_find(map, "sees") != NULL)
		e = data_read_need_choice(r, map, "sees", sees, LENGTH_OF(sees), &seen);
	out->exercises_only = seen == 1;
	if (e == 0 && (out->rights & gives_out) != 0 && (out->rights & ~(gives_out | beside)) != 0)
		e = data_read_complain(r, map,
		    _("who gives out rights may not read or write what they protect: make two roles of it"), out->role_cstr);
	return e;
}

int
roles_read(struct arena *arena, struct bytes text, const char *file_cstr, const struct roles **out, struct diag *diag)
{
	struct data_read r = {.file_cstr = file_cstr, .diag = diag};
	const struct data_tree *root, *list;
	int e = data_tree_read(arena, text, file_cstr, &root, diag);
	if (e < 0)
		return e;
	struct roles *roles = arena_new(arena, struct roles, 1);
	if (roles == NULL)
		return diag_say_at(
		    diag, -ENOMEM, file_cstr, UINT64_MAX, "%s", _("the file is too large for the memory it may take"));
	e = data_read_need_list(&r, root, "roles", &list);
	for (const struct data_tree *t = e == 0 ? list->first : NULL; t != NULL && e == 0; t = t->next) {
		struct role *role = &roles->role[roles->count];
		if (roles->count == ROLES_MAX)
			return data_read_complain(&r, t, _("too many entries in one file"), "roles");
		e = read_role(&r, t, role);
		if (e == 0 && roles_find(roles, role->role_cstr) != NULL)
			e = data_read_complain(&r, t, _("this name is there twice"), "role");
		roles->count += e == 0;
	}
	if (e == 0)
		*out = roles;
	return e;
}

int
roles_read_shipped(struct arena *arena, const struct roles **out, struct diag *diag)
{
	return roles_read(arena, (struct bytes){roles_yaml, roles_yaml_len}, "roles.yaml", out, diag);
}

const struct role *
roles_find(const struct roles *roles, const char *role_cstr)
{
	for (size_t i = 0; i < roles->count; i++)
		if (strcmp(roles->role[i].role_cstr, role_cstr) == 0)
			return &roles->role[i];
	return NULL;
}

bool
roles_allow(const struct roles *roles, const char *role_cstr, enum right right)
{
	const struct role *role = roles_find(roles, role_cstr);
	return role != NULL && right < RIGHT_COUNT && (role->rights & RIGHT_BIT(right)) != 0;
}
