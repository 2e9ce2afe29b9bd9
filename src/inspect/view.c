/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/view.h"

static const struct view_kind kinds[VIEWS] = {
#define VIEW(identifier, name, older, protocol, sides, many) [VIEW_##identifier] = {name, older, protocol, sides, many},
#include "inspect/view_list.h"
#undef VIEW
};

const struct view_kind *
view_of(enum view view)
{
	return &kinds[view];
}

enum view
view_find(struct bytes name, bool *older)
{
	for (size_t i = 0; i < VIEWS; i++) {
		bool is_older = kinds[i].older_cstr != NULL && bytes_eq(name, bytes_of_cstr(kinds[i].older_cstr));
		if (!is_older && !bytes_eq(name, bytes_of_cstr(kinds[i].name_cstr)))
			continue;
		if (older != NULL)
			*older = is_older;
		return (enum view)i;
	}
	return VIEWS;
}
