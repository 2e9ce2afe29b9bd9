/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/data_tree.h"

#include "core/text.h"

#include <errno.h>
#include <yaml.h>

struct reader {
	struct arena *arena;
	const char *file_cstr;
	struct diag *diag;
	size_t nodes, depth;
	struct data_tree *open[DATA_TREE_DEPTH_MAX]; /* lists and maps that are not closed yet */
	struct data_tree *last[DATA_TREE_DEPTH_MAX]; /* the latest child of each */
	struct bytes key;                            /* of the entry whose value comes next */
	unsigned key_line, key_column;
	bool has_key;
	struct data_tree *root;
};

static int
refuse(const struct reader *r, yaml_mark_t at, int error, const char *sentence_cstr)
{
	error = diag_say_at(r->diag, error, r->file_cstr, UINT64_MAX, "%s", sentence_cstr);
	if (r->diag != NULL) {
		r->diag->line = (unsigned)at.line + 1;
		r->diag->column = (unsigned)at.column + 1;
	}
	return error;
}

static bool
is_key(struct bytes word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!(bytes_lower(word.at[i]) >= 'a' && bytes_lower(word.at[i]) <= 'z') &&
		    !(word.at[i] >= '0' && word.at[i] <= '9') && word.at[i] != '_' && word.at[i] != '-' &&
		    word.at[i] != '.' && word.at[i] < 0x80 /* letters of other languages: libyaml takes valid UTF-8 only */)
			return false;
	return word.len > 0 && word.len < 64;
}

static int
add(struct reader *r, const yaml_event_t *event, enum data_kind kind, struct bytes text)
{
	yaml_mark_t at = event->start_mark;
	if (r->nodes++ == DATA_TREE_NODES_MAX)
		return refuse(r, at, -E2BIG, _("too many entries in one file"));
	struct data_tree *node = arena_new(r->arena, struct data_tree, 1);
	if (node == NULL)
		return refuse(r, at, -ENOMEM, _("the file is too large for the memory it may take"));
	*node = (struct data_tree){.kind = kind,
	    .line = (unsigned)at.line + 1,
	    .column = (unsigned)at.column + 1,
	    .key_line = r->key_line,
	    .key_column = r->key_column,
	    .key = r->key,
	    .text = text};
	r->has_key = false;
	r->key = (struct bytes){0};
	if (r->depth == 0) {
		r->root = node;
	} else {
		struct data_tree **last = &r->last[r->depth - 1];
		if (*last == NULL)
			r->open[r->depth - 1]->first = node;
		else
			(*last)->next = node;
		*last = node;
	}
	if (kind == DATA_TEXT)
		return 0;
	if (r->depth == DATA_TREE_DEPTH_MAX)
		return refuse(r, at, -E2BIG, _("lists and maps are nested too deep"));
	r->open[r->depth] = node;
	r->last[r->depth++] = NULL;
	return 0;
}

static int
take_text(struct reader *r, const yaml_event_t *event)
{
	yaml_mark_t at = event->start_mark;
	struct bytes value = {event->data.scalar.value, event->data.scalar.length};
	bool wants_key = r->depth > 0 && r->open[r->depth - 1]->kind == DATA_MAP && !r->has_key;
	if (event->data.scalar.anchor != NULL || event->data.scalar.tag != NULL)
		return refuse(r, at, -EINVAL, _("anchors (&) and tags (!) are not used in these files"));
	if (bytes_find(value, '\0') != value.len)
		return refuse(r, at, -EINVAL, _("a text cannot hold the byte zero"));
	if (wants_key && !is_key(value))
		return refuse(r, at, -EINVAL, _("expected a key of letters, digits, - and _ before the colon"));
	struct bytes kept = arena_dup(r->arena, value);
	if (kept.at == NULL)
		return refuse(r, at, -ENOMEM, _("the file is too large for the memory it may take"));
	if (wants_key) {
		r->key = kept;
		r->key_line = (unsigned)at.line + 1;
		r->key_column = (unsigned)at.column + 1;
		r->has_key = true;
		return 0;
	}
	return add(r, event, DATA_TEXT, kept);
}

static int
take(struct reader *r, const yaml_event_t *event)
{
	yaml_mark_t at = event->start_mark;
	bool wants_key = r->depth > 0 && r->open[r->depth - 1]->kind == DATA_MAP && !r->has_key;
	switch (event->type) {
	case YAML_SCALAR_EVENT: return take_text(r, event);
	case YAML_ALIAS_EVENT: return refuse(r, at, -EINVAL, _("aliases (*) are not used in these files"));
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		if (wants_key)
			return refuse(r, at, -EINVAL, _("expected a key of letters, digits, - and _ before the colon"));
		if (event->type == YAML_MAPPING_START_EVENT
		        ? event->data.mapping_start.anchor != NULL || event->data.mapping_start.tag != NULL
		        : event->data.sequence_start.anchor != NULL || event->data.sequence_start.tag != NULL)
			return refuse(r, at, -EINVAL, _("anchors (&) and tags (!) are not used in these files"));
		return add(r, event, event->type == YAML_MAPPING_START_EVENT ? DATA_MAP : DATA_LIST, (struct bytes){0});
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT: r->depth--; return 0;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_STREAM_END_EVENT:
	case YAML_DOCUMENT_START_EVENT:
	case YAML_DOCUMENT_END_EVENT: return 0;
	}
	return 0;
}

static int
read_all(struct reader *r, yaml_parser_t *parser)
{
	yaml_event_t event;
	for (;;) {
		if (yaml_parser_parse(parser, &event) == 0) {
			bool in_memory = parser->error == YAML_MEMORY_ERROR;
			yaml_mark_t at = parser->error == YAML_READER_ERROR ? parser->mark : parser->problem_mark;
			return refuse(r, at, in_memory ? -ENOMEM : -EINVAL,
			    in_memory ? _("not enough memory")
			              : _("this is not YAML: look at the indentation, colons and quotes there"));
		}
		bool ends = event.type == YAML_DOCUMENT_END_EVENT || event.type == YAML_STREAM_END_EVENT;
		int e = take(r, &event);
		yaml_event_delete(&event);
		if (e < 0 || ends)
			return e;
	}
}

int
data_tree_read(
    struct arena *arena, struct bytes text, const char *file_cstr, const struct data_tree **out, struct diag *diag)
{
	struct reader r = {.arena = arena, .file_cstr = file_cstr, .diag = diag};
	yaml_parser_t parser;
	if (text.len > DATA_TREE_BYTES_MAX)
		return refuse(&r, (yaml_mark_t){0}, -EFBIG, _("the file is too large for the memory it may take"));
	if (yaml_parser_initialize(&parser) == 0)
		return refuse(&r, (yaml_mark_t){0}, -ENOMEM, _("not enough memory"));
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, text.at, text.len);
	int e = read_all(&r, &parser);
	yaml_parser_delete(&parser);
	if (e == 0 && r.root == NULL)
		e = refuse(&r, (yaml_mark_t){0}, -EINVAL, _("the file is empty"));
	if (e == 0)
		*out = r.root;
	return e;
}

const struct data_tree *
data_tree_find(const struct data_tree *map, const char *key_cstr)
{
	if (map == NULL || map->kind != DATA_MAP)
		return NULL;
	struct bytes key = bytes_of_cstr(key_cstr);
	for (const struct data_tree *node = map->first; node != NULL; node = node->next)
		if (bytes_eq(node->key, key))
			return node;
	return NULL;
}

const char *
data_tree_cstr(const struct data_tree *map, const char *key_cstr)
{
	const struct data_tree *node = data_tree_find(map, key_cstr);
	return node == NULL || node->kind != DATA_TEXT ? NULL : (const char *)node->text.at;
}
