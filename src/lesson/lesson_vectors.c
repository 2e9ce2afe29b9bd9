/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson_vectors.h"

#include "core/text.h"
#include "detect/learn/learn_table_file.h"
#include "lesson/lesson_flow.h"
#include "lesson/lesson_origin.h"
#include "record/flow_vector_file.h"

#include <errno.h>

const struct lesson_mapping lesson_vectors_fv64 = {.name_cstr = "fv64",
    .schema_cstr = "fv64",
    .about_cstr = N_("vectors: of watch --flow-vectors, with --labels; or a set of learn dataset --out"),
    .form = LESSON_BINARY};

static int
damaged(struct lesson *l, struct diag *diag)
{
	return diag_say_at(diag, -EBADMSG, l->file_cstr, l->account.bytes - l->file_bytes,
	    _("vectors (of watch --flow-vectors, or a set) were expected; this is none, of another version, or damaged"));
}

static int
add(struct lesson *l, const struct learn_row *row, struct diag *diag)
{
	if (l->account.rows == l->limits.rows)
		return diag_say_at(diag, -E2BIG, l->file_cstr, UINT64_MAX,
		    _("more than %llu rows: give fewer files, or raise --max-rows"), (unsigned long long)l->limits.rows);
	if (learn_table_add(l->table, row) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	l->account.rows++;
	l->account.unlabelled += row->label == LEARN_UNKNOWN;
	return 0;
}

/* ---- vectors of the sensor ---- */

static int
take_vectors(struct lesson *l, struct bytes *rest, struct diag *diag)
{
	struct cursor c = cursor_of(*rest);
	while (c.left >= l->vectors.head.row_size) {
		struct flow_vector_row v;
		struct learn_row row = {.label = LEARN_UNKNOWN, .group = l->group};
		if (flow_vector_file_row(&c, &l->vectors.head, &v) != PARSE_OK)
			return damaged(l, diag);
		const struct lesson_ends ends = {.source = v.opener,
		    .target = v.answerer,
		    .start_ns = v.first_ns,
		    .end_ns = v.last_ns,
		    .source_port = v.opener_port,
		    .target_port = v.answerer_port,
		    .ip_proto = v.ip_proto,
		    .known = (l->vectors.head.flags & FLOW_VECTOR_FILE_ADDRESSES) != 0};
		if (ends.known)
			l->account.personal |= LESSON_PERSONAL_ADDRESS;
		row.vector = v.vector;
		row.time_ns = v.first_ns;
		int r = lesson_origin_keep(l, &ends, &row);
		if (r == 0 && row.host == 0)
			row.host = v.source;
		r = r < 0 ? diag_say(diag, r, "%s", _("not enough memory")) : add(l, &row, diag);
		if (r < 0)
			return r;
	}
	*rest = bytes_after(*rest, rest->len - c.left);
	return 0;
}

/* ---- sets ---- */

/* The names of a file, as numbers of this table's names. */
static int
take_names(struct lesson *l, struct cursor *c, struct diag *diag)
{
	const struct learn_table_head *h = &l->vectors.set;
	for (size_t i = 0; i < (size_t)h->families + h->groups + h->codes; i++) {
		struct bytes name;
		bool family = i < h->families, group = !family && i < (size_t)h->families + h->groups;
		if (learn_table_file_name(c, &name) != PARSE_OK || ((family || group) && name.len == 0))
			return damaged(l, diag);
		size_t at = family ? i : group ? i - h->families : i - h->families - h->groups;
		if (!family && !group) {
			memset(l->table->code_names[at], 0, LEARN_NAME_SIZE);
			if (name.len > 0)
				memcpy(l->table->code_names[at], name.at, name.len);
			continue;
		}
		int index = family ? learn_table_family(l->table, name) : learn_table_group(l->table, name);
		if (index < 0)
			return diag_say_at(diag, index, l->file_cstr, UINT64_MAX,
			    _("more than %u kinds of attacks, or files, together"), LEARN_NAMES_MAX);
		(family ? l->vectors.families : l->vectors.groups)[at] = (uint16_t)index;
	}
	return 0;
}

static int
take_schema(struct lesson *l, struct diag *diag)
{
	const char *schema_cstr = l->vectors.set.schema;
	if (l->table->rows > 0 && strcmp(l->table->schema, schema_cstr) != 0)
		return diag_say_at(diag, -EINVAL, l->file_cstr, UINT64_MAX,
		    _("this set has the codes of %s, and what was read before those of %s: they cannot be one table"),
		    schema_cstr, l->table->schema);
	memcpy(l->table->schema, schema_cstr, sizeof(l->table->schema));
	return 0;
}

static int
take_set(struct lesson *l, struct bytes *rest, struct diag *diag)
{
	struct cursor c = cursor_of(*rest);
	while (c.left >= LEARN_TABLE_FILE_ROW) {
		struct learn_row row;
		if (l->vectors.rows == l->vectors.set.rows || learn_table_file_row(&c, &l->vectors.set, &row) != PARSE_OK)
			return damaged(l, diag);
		l->vectors.rows++;
		row.family = l->vectors.families[row.family];
		row.group = l->vectors.groups[row.group];
		int r = add(l, &row, diag);
		if (r < 0)
			return r;
	}
	*rest = bytes_after(*rest, rest->len - c.left);
	return 0;
}

/* 1: it is known what the file is; 0: more bytes are wanted. */
static int
take_head(struct lesson *l, struct bytes *rest, struct diag *diag)
{
	if (learn_table_file_is(*rest)) {
		enum parse said = learn_table_file_head(*rest, &l->vectors.set);
		if (said == PARSE_SHORT ||
		    (said == PARSE_OK && rest->len - LEARN_TABLE_FILE_HEAD < l->vectors.set.names_bytes))
			return 0;
		struct cursor names = cursor_of(bytes_after(*rest, LEARN_TABLE_FILE_HEAD));
		int r = said == PARSE_OK ? take_schema(l, diag) : damaged(l, diag);
		if (r == 0)
			r = take_names(l, &names, diag);
		l->vectors.kind = LESSON_VECTORS_SET;
		*rest = bytes_after(*rest, LEARN_TABLE_FILE_HEAD + l->vectors.set.names_bytes);
		return r < 0 ? r : 1;
	}
	enum parse said = flow_vector_file_head(*rest, &l->vectors.head);
	if (said == PARSE_SHORT)
		return 0;
	if (said != PARSE_OK)
		return damaged(l, diag);
	if (l->table->rows > 0 && strcmp(l->table->schema, "fv64") != 0)
		return damaged(l, diag);
	l->vectors.kind = LESSON_VECTORS_SENSOR;
	*rest = bytes_after(*rest, FLOW_VECTOR_FILE_HEAD);
	int r = lesson_group(l, diag);
	return r < 0 ? r : 1;
}

int
lesson_vectors_take(struct lesson *l, struct bytes *rest, struct diag *diag)
{
	size_t before = rest->len;
	int r = l->vectors.kind == LESSON_VECTORS_NONE ? take_head(l, rest, diag) : 1;
	if (r > 0)
		r = l->vectors.kind == LESSON_VECTORS_SET ? take_set(l, rest, diag) : take_vectors(l, rest, diag);
	l->account.bytes += before - rest->len;
	if (r == 0 && l->account.bytes > l->limits.bytes)
		r = diag_say_at(diag, -E2BIG, l->file_cstr, UINT64_MAX, _("more than %llu MB of text: give fewer files"),
		    (unsigned long long)(l->limits.bytes >> 20));
	return r;
}

int
lesson_vectors_end(struct lesson *l, size_t left, struct diag *diag)
{
	bool whole = left == 0 && l->vectors.kind != LESSON_VECTORS_NONE &&
	    (l->vectors.kind != LESSON_VECTORS_SET || l->vectors.rows == l->vectors.set.rows);
	if (whole)
		return 0;
	return left > 0 && l->vectors.kind == LESSON_VECTORS_NONE
	    ? damaged(l, diag)
	    : diag_say_at(diag, -EPIPE, l->file_cstr, UINT64_MAX, "%s", _("the file ends in its middle"));
}
