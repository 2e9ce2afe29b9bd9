/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/flat_yaml.h"

#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <yaml.h>

struct reader {
	struct flat *flat;
	yaml_parser_t parser;
	const char *file_cstr;
	flat_yaml_include *include;
	void *context;
	struct diag *diag;
	uint8_t path[FLAT_KEY_MAX + 1]; /* of what is being read */
	size_t path_len;
	unsigned depth;
};

static int
refuse(const struct reader *r, size_t line, int error, const char *sentence_cstr)
{
	error = diag_say_at(r->diag, error, r->file_cstr, UINT64_MAX, "%s", sentence_cstr);
	if (r->diag != NULL)
		r->diag->line = (unsigned)line;
	return error;
}

static int
next(struct reader *r, yaml_event_t *event)
{
	const yaml_parser_t *p = &r->parser;
	if (yaml_parser_parse(&r->parser, event) != 0)
		return 0;
	size_t line = (p->error == YAML_READER_ERROR ? p->mark.line : p->problem_mark.line) + 1;
	return refuse(r, line, p->error == YAML_MEMORY_ERROR ? -ENOMEM : -EINVAL,
	    p->error == YAML_MEMORY_ERROR ? _("not enough memory")
	                                  : _("this is not YAML: look at the indentation, colons and quotes there"));
}

static struct bytes
word_of(const yaml_event_t *event)
{
	return (struct bytes){event->data.scalar.value, event->data.scalar.length};
}

static struct bytes
path_of(const struct reader *r)
{
	return (struct bytes){r->path, r->path_len};
}

/* One part more. */
static int
go_down(struct reader *r, struct bytes part, size_t line)
{
	size_t dot = r->path_len > 0;
	if (part.len == 0 || part.len > FLAT_KEY_MAX - r->path_len - dot)
		return refuse(r, line, -EINVAL, _("this key is empty or too long"));
	if (dot == 1)
		r->path[r->path_len] = '.';
	memcpy(r->path + r->path_len + dot, part.at, part.len);
	r->path_len += dot + part.len;
	return 0;
}

static bool
are_variables(const struct reader *r)
{
	return bytes_eq(path_of(r), BYTES("vars.address-groups")) || bytes_eq(path_of(r), BYTES("vars.port-groups"));
}

static int
set(struct reader *r, struct bytes value, size_t line)
{
	int e = flat_set(r->flat, path_of(r), value);
	return e == 0     ? 0
	    : e == -E2BIG ? refuse(r, line, e, _("too many entries in one file"))
	                  : refuse(r, line, e, _("this setting is too long, or no text"));
}

static int read_value(struct reader *r, const yaml_event_t *event);

/* Each file that an `include:` names. */
static int
read_include(struct reader *r)
{
	yaml_event_t event;
	int e = next(r, &event);
	if (e < 0)
		return e;
	bool is_list = event.type == YAML_SEQUENCE_START_EVENT;
	size_t line = event.start_mark.line + 1;
	if (!is_list)
		e = event.type != YAML_SCALAR_EVENT ? refuse(r, line, -EINVAL, _("include: expects the name of a file"))
		                                    : r->include(r->context, path_of(r), word_of(&event), r->diag);
	yaml_event_delete(&event);
	while (e == 0 && is_list && (e = next(r, &event)) == 0) {
		bool ends = event.type == YAML_SEQUENCE_END_EVENT;
		if (!ends)
			e = event.type != YAML_SCALAR_EVENT
			    ? refuse(r, line, -EINVAL, _("include: expects the name of a file"))
			    : r->include(r->context, path_of(r), word_of(&event), r->diag);
		yaml_event_delete(&event);
		if (ends)
			break;
	}
	return e;
}

/* A key of a map, with its value. */
static int
read_entry(struct reader *r, const yaml_event_t *key)
{
	size_t line = key->start_mark.line + 1, len = r->path_len;
	if (key->type != YAML_SCALAR_EVENT || key->data.scalar.anchor != NULL)
		return refuse(r, line, -EINVAL, _("expected a key before the colon"));
	if (bytes_eq(word_of(key), BYTES("include")))
		return read_include(r);
	bool variables = are_variables(r);
	yaml_event_t event;
	int e = go_down(r, word_of(key), line);
	if (e < 0)
		return e;
	for (size_t i = len; i < r->path_len && !variables; i++)
		if (r->path[i] == '_')
			r->path[i] = '-';
	flat_drop(r->flat, path_of(r));
	e = next(r, &event);
	if (e == 0 && event.type == YAML_SCALAR_EVENT && event.data.scalar.tag != NULL &&
	    strcmp((const char *)event.data.scalar.tag, "!include") == 0)
		e = r->include(r->context, path_of(r), word_of(&event), r->diag);
	else if (e == 0)
		e = read_value(r, &event);
	if (event.type != YAML_NO_EVENT)
		yaml_event_delete(&event);
	r->path_len = len;
	return e;
}

/* `first`: the value of the map itself is its first key, as an entry of a list. */
static int
read_map(struct reader *r, bool first)
{
	yaml_event_t event;
	int e;
	while ((e = next(r, &event)) == 0) {
		bool ends = event.type == YAML_MAPPING_END_EVENT;
		if (!ends && first && event.type == YAML_SCALAR_EVENT)
			e = set(r, word_of(&event), event.start_mark.line + 1);
		first = false;
		if (!ends && e == 0)
			e = read_entry(r, &event);
		yaml_event_delete(&event);
		if (ends || e < 0)
			break;
	}
	return e;
}

static int
read_list(struct reader *r)
{
	yaml_event_t event;
	size_t len = r->path_len;
	int e;
	for (unsigned at = 0; (e = next(r, &event)) == 0; at++) {
		char number_cstr[16];
		bool ends = event.type == YAML_SEQUENCE_END_EVENT;
		(void)snprintf(number_cstr, sizeof(number_cstr), "%u", at);
		if (!ends && (e = go_down(r, bytes_of_cstr(number_cstr), event.start_mark.line + 1)) == 0)
			e = event.type == YAML_MAPPING_START_EVENT ? read_map(r, true) : read_value(r, &event);
		yaml_event_delete(&event);
		r->path_len = len;
		if (ends || e < 0)
			break;
	}
	return e;
}

static int
read_value(struct reader *r, const yaml_event_t *event)
{
	size_t line = event->start_mark.line + 1;
	int e;
	if (event->type == YAML_SCALAR_EVENT)
		return r->path_len == 0 && word_of(event).len == 0 ? 0 /* an empty document */
		    : r->path_len == 0 ? refuse(r, line, -EINVAL, _("expected a key before the colon"))
		                       : set(r, word_of(event), line);
	if (event->type != YAML_MAPPING_START_EVENT && event->type != YAML_SEQUENCE_START_EVENT)
		return refuse(r, line, -EINVAL, _("aliases (*) are not used in these files"));
	if (++r->depth > FLAT_YAML_DEPTH_MAX)
		return refuse(r, line, -E2BIG, _("lists and maps are nested too deep"));
	e = event->type == YAML_MAPPING_START_EVENT ? read_map(r, false) : read_list(r);
	r->depth--;
	return e;
}

static int
read_documents(struct reader *r)
{
	yaml_event_t event;
	int e;
	while ((e = next(r, &event)) == 0) {
		bool ends = event.type == YAML_STREAM_END_EVENT || event.type == YAML_NO_EVENT;
		if (event.type == YAML_SCALAR_EVENT || event.type == YAML_MAPPING_START_EVENT ||
		    event.type == YAML_SEQUENCE_START_EVENT)
			e = read_value(r, &event);
		yaml_event_delete(&event);
		if (ends || e < 0)
			break;
	}
	return e;
}

int
flat_yaml_read(struct flat *flat, struct bytes prefix, struct bytes text, const char *file_cstr, flat_yaml_include *include,
    void *context, struct diag *diag)
{
	struct reader r = {.flat = flat, .file_cstr = file_cstr, .include = include, .context = context, .diag = diag};
	if (text.len > FLAT_YAML_BYTES_MAX || prefix.len > FLAT_KEY_MAX)
		return refuse(&r, 1, -EFBIG, _("the file is too large for the memory it may take"));
	if (prefix.len > 0)
		memcpy(r.path, prefix.at, prefix.len);
	r.path_len = prefix.len;
	if (yaml_parser_initialize(&r.parser) == 0)
		return refuse(&r, 1, -ENOMEM, _("not enough memory"));
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&r.parser, text.at, text.len);
	int e = read_documents(&r);
	yaml_parser_delete(&r.parser);
	return e;
}
