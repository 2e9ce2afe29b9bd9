/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_krb5.h"

#include "inspect/eve_krb5.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"
#include "proto/recognise.h"

enum { LENGTH_SIZE = 4, MESSAGE_MAX = 60000 /* tickets with many groups have 12 KB; less than L7_WAITING_MAX */ };

struct state {
	uint32_t next_tx;
	uint8_t asked; /* type of the last request */
	bool lost[2];  /* after a gap: where the next message begins is not known */
};

struct message {
	const struct krb5 *krb5;
	uint8_t asked;
};

static void
describe(const void *context, struct json *json)
{
	const struct message *m = context;
	eve_krb5_write(json, m->krb5, m->asked);
}

static void
show(const struct message *m, uint64_t tx_id, const struct l7_input *in, struct sink *sink)
{
	const struct krb5 *k = m->krb5;
	struct l7_tx tx = {.id = tx_id, .describe = describe, .context = m};
	struct view_set *v = sink_views(sink, in, &tx);
	if (v == NULL)
		return;
	view_set_put_number(v, VIEW_KRB5_MESSAGE_TYPE, k->type);
	if (k->type == KRB5_ERROR)
		view_set_put_number(v, VIEW_KRB5_ERROR_CODE, k->error);
	/* The parts of a name are buffers of their own. */
	for (size_t i = 0; i < k->client.count && in->side == L7_SERVER; i++)
		view_set_put(v, VIEW_KRB5_CNAME, k->client.parts[i]);
	for (size_t i = 0; i < k->service.count && in->side == L7_SERVER; i++)
		view_set_put(v, VIEW_KRB5_SNAME, k->service.parts[i]);
	sink_show(sink, true);
}

static void
take(struct state *s, struct bytes bytes, const struct l7_input *in, struct sink *sink)
{
	struct krb5 k;
	if (krb5_parse(bytes, &k) != PARSE_OK) {
		sink_anomaly(sink, in, APP_KERBEROS, BYTES("malformed_data"));
		return;
	}
	struct message m = {.krb5 = &k, .asked = s->asked};
	if (in->side == L7_CLIENT)
		s->asked = k.type;
	struct json *j = sink_open(sink, BYTES("krb5"), in->flow);
	if (j != NULL) {
		describe(&m, j);
		sink_close(sink);
	}
	if (k.has_cipher && krb5_cipher_is_weak(k.cipher))
		sink_anomaly(sink, in, APP_KERBEROS, BYTES("weak_encryption"));
	show(&m, s->next_tx++, in, sink);
}

static enum l7_guess
guess_of(enum recognise_look look)
{
	return look == RECOGNISE_YES ? L7_YES : look == RECOGNISE_MAYBE ? L7_MAYBE : L7_NO;
}

static enum recognise_side
side_of(const struct l7_input *in)
{
	return in->side == L7_CLIENT ? RECOGNISE_CLIENT : RECOGNISE_SERVER;
}

/* RFC 4120 7.2.2: each message after its length, whose highest bit is reserved. */
static struct l7_step
step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct l7_step step = {.verdict = L7_MORE};
	if (s->lost[in->side] && recognise_kerberos_tcp(in->data, side_of(in)) != RECOGNISE_YES) {
		step.used = in->data.len;
		return step;
	}
	s->lost[in->side] = false;
	while (step.used < in->data.len && step.skip == 0) {
		struct bytes rest = bytes_after(in->data, step.used);
		struct cursor c = cursor_of(rest);
		uint32_t length = cursor_be32(&c);
		if (!cursor_ok(&c))
			break;
		if (length > MESSAGE_MAX) {
			sink_anomaly(sink, in, APP_KERBEROS, BYTES("malformed_data"));
			step.verdict = L7_BROKEN;
			break;
		}
		if (c.left < length)
			break;
		take(s, cursor_take(&c, length), in, sink);
		step.used += LENGTH_SIZE + length;
	}
	return step;
}

static bool
gap(void *state, enum l7_side side, uint64_t lost)
{
	(void)lost;
	((struct state *)state)->lost[side] = true;
	return true;
}

static enum l7_guess
guess(const struct l7_input *in)
{
	return guess_of(recognise_kerberos_tcp(in->data, side_of(in)));
}

static struct l7_step
step_udp(void *state, const struct l7_input *in, struct sink *sink)
{
	take(state, in->data, in, sink);
	return (struct l7_step){.used = in->data.len, .verdict = L7_MORE};
}

static enum l7_guess
guess_udp(const struct l7_input *in)
{
	return guess_of(recognise_kerberos(in->data, side_of(in)));
}

/* The number of the next message, and the type of the last request. */
static bool
reduce(const void *state, uint32_t *kept)
{
	const struct state *s = state;
	*kept = s->next_tx << 8 | s->asked;
	return true;
}

static void
resume(void *state, uint32_t kept)
{
	struct state *s = state;
	s->next_tx = kept >> 8;
	s->asked = (uint8_t)kept;
}

const struct l7_parser l7_krb5_parser = {
    .app = APP_KERBEROS,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = guess,
    .step = step,
    .gap = gap,
};

const struct l7_parser l7_krb5_udp_parser = {
    .app = APP_KERBEROS,
    .udp = true,
    .state_size = sizeof(struct state),
    .guess = guess_udp,
    .step = step_udp,
    .reduce = reduce,
    .resume = resume,
};
