/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/sensor_learning.h"

#include "app/vector_outlet.h"
#include "core/text.h"
#include "detect/learn/flow_context.h"

#include <errno.h>
#include <stdlib.h>

struct sensor_learning {
	struct flow_context *context;
	struct vector_outlet vectors;
};

int
sensor_learning_new(const struct sensor_config *config, int vectors_fd, struct sensor_learning **out, struct diag *diag)
{
	struct sensor_learning *l = calloc(1, sizeof(*l));
	if (l != NULL)
		l->context = flow_context_new(config->live ? config->hash_key : FLOW_CONTEXT_KEY);
	if (l == NULL || l->context == NULL) {
		sensor_learning_free(l);
		return diag_say(diag, -ENOMEM, _("not enough memory: try a smaller --memory"));
	}
	/* Beside addresses a pseudonym hides nothing, and the same capture then gives the same file. */
	bool addressed = (config->vector_flags & FLOW_VECTOR_FILE_ADDRESSES) != 0;
	vector_outlet_init(&l->vectors, vectors_fd, config->vector_flags, addressed ? FLOW_CONTEXT_KEY : config->hash_key);
	*out = l;
	return 0;
}

void
sensor_learning_free(struct sensor_learning *l)
{
	if (l == NULL)
		return;
	vector_outlet_flush(&l->vectors);
	flow_context_free(l->context);
	free(l);
}

int
sensor_learning_error(struct sensor_learning *l)
{
	vector_outlet_flush(&l->vectors);
	return l->vectors.error;
}

static struct flow_context_flow
flow_of(const struct observation *o)
{
	return (struct flow_context_flow){.source = o->src,
	    .target = o->dst,
	    .target_port = o->dst_port,
	    .vlan = o->vlan,
	    .ip_proto = o->ip_proto,
	    .at_end = o->vector.moment == FLOW_VECTOR_AT_END,
	    .flow_id = o->flow_id,
	    .first_ns = o->vector.first_ns,
	    .last_ns = o->vector.last_ns,
	    .upload_bytes = o->vector.bytes[0]};
}

static void
hear_vector(struct sensor_learning *l, const struct observation *o)
{
	struct flow_context_flow flow = flow_of(o);
	struct flow_vector vector;
	memcpy(vector.code, o->vector.code, sizeof(vector.code));
	flow_context_flow(l->context, &flow, &vector);
	vector_outlet_put(&l->vectors, o, &vector);
}

static void
hear_tls(struct sensor_learning *l, const struct observation *o)
{
	const struct observed_tls *t = &o->tls;
	bool expired = t->has_certificate && t->not_after_s < o->time_ns / 1000000000;
	struct bytes client = bytes_of_cstr(t->ja4[0] != '\0' ? t->ja4 : t->ja3);
	flow_context_tls(l->context, o->flow_id, client, t->name_len,
	    (uint8_t)((t->has_certificate && t->self_signed ? 1 : 0) | (expired ? 2 : 0)));
}

void
sensor_learning_hear(struct sensor_learning *l, const struct observation *o)
{
	if (o->kind == OBSERVATION_VECTOR)
		hear_vector(l, o);
	else if (o->kind == OBSERVATION_TLS)
		hear_tls(l, o);
	else if (o->kind == OBSERVATION_DNS && o->dns.answered)
		flow_context_dns(l->context, &o->src, o->vlan, o->time_ns, o->dns.rcode != 0);
}

void
sensor_learning_soon(const struct sensor_learning *l, const struct observation *o)
{
	if (o->kind != OBSERVATION_VECTOR)
		return;
	struct flow_context_flow flow = flow_of(o);
	flow_context_soon(l->context, &flow);
}
