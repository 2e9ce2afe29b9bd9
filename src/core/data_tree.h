/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* core/data_tree.h - what ships as data and people may write themselves: YAML (libyaml), as a tree of maps, lists and texts.
 *
 * A part of YAML is enough: anchors, aliases, tags and keys that are no plain words are refused, since no data of ours needs
 * them and a short file could claim to be endless. Bounded in size, depth and number of nodes.
 */
#ifndef CORE_DATA_TREE_H
#define CORE_DATA_TREE_H

#include "core/arena.h"
#include "core/diag.h"

enum { DATA_TREE_BYTES_MAX = 4 << 20, DATA_TREE_DEPTH_MAX = 12, DATA_TREE_NODES_MAX = 160000 };

enum data_kind { DATA_TEXT, DATA_LIST, DATA_MAP };

struct data_tree {
	enum data_kind kind;
	unsigned line, column;         /* of the value, from 1; columns count characters */
	unsigned key_line, key_column; /* of the key of an entry of a map */
	struct bytes key;              /* of an entry of a map */
	struct bytes text;             /* of a text; ends in NUL, and has none inside */
	const struct data_tree *first; /* of a list or map */
	const struct data_tree *next;  /* sibling */
};

/* The first document of a file. The tree lives in the arena. 0, or a negative errno with diag (file, line, what was expected). */
MUST_USE int data_tree_read(
    struct arena *arena, struct bytes text, const char *file_cstr, const struct data_tree **out, struct diag *diag);
/* NULL when there is none, or `map` is NULL or no map. */
const struct data_tree *data_tree_find(const struct data_tree *map, const char *key_cstr);
/* The text of an entry; NULL when there is none. */
const char *data_tree_cstr(const struct data_tree *map, const char *key_cstr);

#endif
