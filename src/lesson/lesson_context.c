/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "lesson/lesson_context.h"

#include "detect/learn/flow_context.h"
#include "lesson/lesson_flow.h"

#include <errno.h>
#include <stdlib.h>

struct moment {
	int64_t end_ns;
	size_t row;
};

static int
compare(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;
	if (x->end_ns != y->end_ns)
		return x->end_ns < y->end_ns ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* What a table does not tell has no context either: names and handshakes, and what rests on a code that is not known. */
static void
forget(struct flow_vector *v)
{
	static const struct {
		uint8_t code, needs;
	} codes[] = {{FLOW_CODE_TLS_CLIENT_RARITY, FLOW_CODE_RECORD}, {FLOW_CODE_TLS_SUITES, FLOW_CODE_RECORD},
	    {FLOW_CODE_TLS_NAME_LENGTH, FLOW_CODE_RECORD}, {FLOW_CODE_TLS_CERTIFICATE, FLOW_CODE_RECORD},
	    {FLOW_CODE_DNS_FAILED, FLOW_CODE_RECORD}, {FLOW_CODE_SOURCE_FAILED, FLOW_CODE_STATE},
	    {FLOW_CODE_SOURCE_UPLOAD, FLOW_CODE_BYTES_OPENER}, {FLOW_CODE_SERVICE_NEW, FLOW_CODE_SERVICE}};
	for (size_t i = 0; i < LENGTH_OF(codes); i++)
		if (codes[i].needs == FLOW_CODE_RECORD || v->code[codes[i].needs] == FLOW_CODE_MISSING)
			v->code[codes[i].code] = FLOW_CODE_MISSING;
}

int
lesson_context_fill(struct lesson *l, size_t first_row)
{
	size_t rows = l->table->rows - first_row, count = 0;
	bool ordered = true;
	struct moment *moments = malloc((rows + 1) * sizeof(*moments));
	struct flow_context *context = flow_context_new(FLOW_CONTEXT_KEY);
	if (moments == NULL || context == NULL) {
		free(moments);
		flow_context_free(context);
		return -ENOMEM;
	}
	for (size_t i = first_row; i < l->table->rows; i++)
		if (l->ends[i].known) {
			moments[count] = (struct moment){.end_ns = l->ends[i].end_ns, .row = i};
			ordered = ordered && (count == 0 || moments[count - 1].end_ns <= moments[count].end_ns);
			count++;
		}
	if (!ordered)
		qsort(moments, count, sizeof(*moments), compare);
	for (size_t i = 0; i < count; i++) {
		const struct lesson_ends *e = &l->ends[moments[i].row];
		struct flow_vector *v = &l->table->vectors[moments[i].row];
		const struct flow_context_flow flow = {.source = e->source,
		    .target = e->target,
		    .target_port = e->target_port,
		    .ip_proto = e->ip_proto,
		    .at_end = true,
		    .first_ns = e->start_ns,
		    .last_ns = e->end_ns,
		    .upload_bytes = e->upload_bytes};
		flow_context_flow(context, &flow, v);
		forget(v);
	}
	free(moments);
	flow_context_free(context);
	return 0;
}
