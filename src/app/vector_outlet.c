/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/vector_outlet.h"

#include "core/hash.h"

#include <errno.h>
#include <unistd.h>

void
vector_outlet_init(struct vector_outlet *v, int fd, uint64_t flags, uint64_t key)
{
	v->fd = fd;
	v->flags = flags;
	v->key = key;
	v->rows = 0;
	v->error = 0;
	struct writer w = writer_of(v->room, sizeof(v->room));
	flow_vector_file_put_head(&w, flags);
	v->used = writer_written(&w).len;
}

void
vector_outlet_flush(struct vector_outlet *v)
{
	size_t done = 0;
	while (v->fd >= 0 && v->error == 0 && done < v->used) {
		ssize_t n = write(v->fd, v->room + done, v->used - done);
		if (n < 0 && errno != EINTR)
			v->error = -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	v->used = 0;
}

void
vector_outlet_put(struct vector_outlet *v, const struct observation *o, const struct flow_vector *vector)
{
	if (v->fd < 0 || (o->vector.moment != FLOW_VECTOR_AT_END && (v->flags & FLOW_VECTOR_FILE_MOMENTS) == 0))
		return;
	struct flow_vector_row row = {.vector = *vector,
	    .first_ns = o->vector.first_ns,
	    .last_ns = o->vector.last_ns,
	    .flow_id = o->flow_id,
	    .source = (uint32_t)hash_16(&o->src, v->key) | 1, /* 0 is "not known" */
	    .moment = o->vector.moment,
	    .ip_proto = o->ip_proto,
	    .vlan = o->vlan,
	    .opener = o->src,
	    .answerer = o->dst,
	    .opener_port = o->src_port,
	    .answerer_port = o->dst_port};
	if (v->used > sizeof(v->room) - FLOW_VECTOR_FILE_ROW_ADDRESSED)
		vector_outlet_flush(v);
	struct writer w = writer_of(v->room + v->used, sizeof(v->room) - v->used);
	flow_vector_file_put_row(&w, &row, v->flags);
	v->used += writer_written(&w).len;
	v->rows++;
}
