/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/sensor_learning.h"

#include "app/vector_outlet.h"
#include "core/auto.h"
#include "core/text.h"
#include "detect/learn/flow_context.h"
#include "detect/learn/learn_file.h"
#include "detect/learn/learn_site_file.h"
#include "sandbox/memory_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct sensor_learning {
	struct flow_context *context;
	struct learn_model *model; /* NULL: vectors alone are wanted */
	struct learn_site *site;
	struct flow_judge *judge;
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
	flow_judge_free(l->judge);
	learn_model_free(l->model);
	free(l->site);
	flow_context_free(l->context);
	free(l);
}

/* Model and site lie one after the other; both are read as hostile. */
static int
read_model(struct sensor_learning *l, struct bytes model, struct bytes site, struct diag *diag)
{
	l->site = malloc(sizeof(*l->site));
	if (l->site == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory: try a smaller --memory"));
	flow_judge_site_default(l->site);
	int r = learn_model_read(model, &l->model, diag);
	if (r == 0 && site.len > 0)
		r = learn_site_file_read(site, "", l->site, diag);
	return r;
}

int
sensor_learning_use(
    struct sensor_learning *l, struct bytes body, int fd, const struct sensor_learning_options *o, struct diag *diag)
{
	struct flow_judge_options judge = {
	    .out = o->out, .is_suspected = o->is_suspected, .context = o->context, .keeps_verdicts = o->keeps_verdicts};
	struct cursor c = cursor_of(body);
	uint64_t model_len = cursor_be64(&c), site_len = cursor_be64(&c);
	struct bytes name = cursor_take(&c, sizeof(judge.model_cstr) - 1);
	AUTO_FREE uint8_t *bytes = NULL;
	if (!cursor_ok(&c) || model_len > LEARN_FILE_MAX || site_len > LEARN_FILE_MAX ||
	    memory_file_read(fd, model_len + site_len, &bytes) < 0)
		return diag_say(diag, -EBADMSG, _("the sensor got no model"));
	memcpy(judge.model_cstr, name.at, name.len);
	int r = read_model(l, (struct bytes){bytes, model_len}, (struct bytes){bytes + model_len, site_len}, diag);
	if (r < 0)
		return r;
	judge.model = l->model;
	judge.site = l->site;
	l->judge = flow_judge_new(&judge);
	return l->judge == NULL ? diag_say(diag, -ENOMEM, _("not enough memory: try a smaller --memory")) : 0;
}

bool
sensor_learning_reads_entropy(const struct sensor_learning *l)
{
	return l->judge != NULL && (learn_model_facts(l->model)->mask >> FLOW_CODE_ENTROPY & 1) != 0;
}

void
sensor_learning_chunk(struct sensor_learning *l)
{
	if (l->judge != NULL)
		flow_judge_flush(l->judge);
}

void
sensor_learning_forget(struct sensor_learning *l)
{
	if (l->judge != NULL)
		flow_judge_forget(l->judge);
}

const char *
sensor_learning_notice(struct sensor_learning *l)
{
	static const struct {
		uint32_t bit;
		const char *text_cstr;
	} texts[] = {{LEARN_SITE_CALIBRATED, N_("model: its threshold is now that of this site's own traffic")},
	    {LEARN_SITE_NORMAL_ADOPTED, N_("model: what is usual here is known now, or was renewed")},
	    {LEARN_SITE_NORMAL_CHANGED,
	        N_("model: traffic is no longer like that which it was fitted to here; `beffroi learn calibrate` fits it again")},
	    {LEARN_SITE_SCORES_CHANGED,
	        N_("model: its scores have moved as a whole; what it says is less sure until it is calibrated again")},
	    {LEARN_SITE_SILENCE_CHANGED, N_("model: it now says \"never seen this\" more, or less, often than before")}};
	for (size_t i = 0; l->judge != NULL && i < LENGTH_OF(texts); i++)
		if ((l->site->notices & texts[i].bit) != 0) {
			l->site->notices &= ~texts[i].bit;
			return text_of(texts[i].text_cstr);
		}
	return NULL;
}

size_t
sensor_learning_verdict(const struct sensor_learning *l, uint64_t flow_id, char out[static SINK_LATER_MORE_MAX])
{
	float margin;
	enum flow_judge_word word;
	if (l->judge == NULL || !flow_judge_verdict(l->judge, flow_id, &margin, &word))
		return 0;
	int n = snprintf(out, SINK_LATER_MORE_MAX, ",\"model\":{\"score\":%.4f,\"decision\":\"%s\",\"version\":\"%s\"}",
	    (double)learn_model_probability(margin), flow_judge_word_cstr(word), flow_judge_model_cstr(l->judge));
	return n > 0 && n < SINK_LATER_MORE_MAX ? (size_t)n : 0;
}

struct flow_judge_counters
sensor_learning_count(const struct sensor_learning *l)
{
	return l->judge == NULL ? (struct flow_judge_counters){0} : flow_judge_count(l->judge);
}

const char *
sensor_learning_model(const struct sensor_learning *l)
{
	return l->judge == NULL ? NULL : flow_judge_model_cstr(l->judge);
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
	if (l->judge != NULL)
		flow_judge_hear(l->judge, o, &vector);
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
