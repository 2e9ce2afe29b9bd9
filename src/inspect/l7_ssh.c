/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/l7_ssh.h"

#include "inspect/eve_ssh.h"
#include "inspect/sink.h"
#include "inspect/viewer.h"
#include "proto/digest.h"
#include "proto/ssh.h"

enum {
	KEXINIT = 20,
	LINES_MAX = 50,  /* before the identification; then it is no SSH */
	PACKETS_MAX = 4, /* before KEXINIT: SSH_MSG_IGNORE and SSH_MSG_DEBUG may come */
	HASSH_TEXT_MAX = 1100,
};

enum phase { PHASE_LINES, PHASE_PACKETS, PHASE_DONE };

struct peer {
	uint8_t phase, lines, packets;
	uint8_t protocol_len, software_len;
	uint16_t hassh_text_len;
	uint8_t protocol[16], software[128];
	char hassh[SSH_HASSH_HEX];
	bool has_hassh;
};

struct state {
	struct peer peers[2];
	bool said;
	bool kept; /* one text is kept: of the side that offered first; the other's is at hand when it is needed */
	uint8_t kept_side;
	uint8_t kept_text[HASSH_TEXT_MAX];
};
_Static_assert(sizeof(struct state) <= 1536, "a state of the smaller size (inspect/state_pools.c)");

static struct eve_ssh_peer
peer_of(const struct state *s, enum l7_side side, struct bytes fresh_text)
{
	const struct peer *p = &s->peers[side];
	struct eve_ssh_peer out = {.seen = p->protocol_len > 0,
	    .protocol = {p->protocol, p->protocol_len},
	    .software = {p->software, p->software_len}};
	if (!p->has_hassh)
		return out;
	out.hassh = (struct bytes){(const uint8_t *)p->hassh, sizeof(p->hassh)};
	out.hassh_text = s->kept && s->kept_side == side ? (struct bytes){s->kept_text, p->hassh_text_len} : fresh_text;
	return out;
}

/* A session is one transaction; alerts quote what is known of it. */
static void
describe(const void *context, struct json *j)
{
	const struct state *s = context;
	struct eve_ssh_peer client = peer_of(s, L7_CLIENT, (struct bytes){0}),
	                    server = peer_of(s, L7_SERVER, (struct bytes){0});
	eve_ssh_write(j, &client, &server);
}

/* Once per connection. */
static void
say(struct state *s, struct bytes fresh_text, const struct l7_flow *flow, struct sink *sink)
{
	if (s->said || (s->peers[L7_CLIENT].protocol_len == 0 && s->peers[L7_SERVER].protocol_len == 0))
		return;
	s->said = true;
	struct eve_ssh_peer client = peer_of(s, L7_CLIENT, fresh_text), server = peer_of(s, L7_SERVER, fresh_text);
	struct json *j = sink_open(sink, BYTES("ssh"), flow);
	if (j != NULL) {
		json_u64(j, JSON_KEY("tx_id"), 0);
		eve_ssh_write(j, &client, &server);
		sink_close(sink);
	}
	struct observation *o = sink_observe(sink, OBSERVATION_SSH, flow);
	if (o == NULL)
		return;
	o->ssh.client_len = sink_copy(o->ssh.client, sizeof(o->ssh.client), client.software);
	o->ssh.server_len = sink_copy(o->ssh.server, sizeof(o->ssh.server), server.software);
	sink_copy(o->ssh.hassh, sizeof(o->ssh.hassh) - 1, client.hassh);
	sink_copy(o->ssh.hassh_server, sizeof(o->ssh.hassh_server) - 1, server.hassh);
}

/* Returns the bytes used, 0 when more are needed. */
static size_t
take_line(struct state *s, struct bytes rest, const struct l7_input *in, struct sink *sink)
{
	struct peer *p = &s->peers[in->side];
	const struct l7_tx only_tx = {.describe = describe, .context = s};
	struct ssh_line line;
	size_t used;
	switch (ssh_line(rest, &used, &line)) {
	case PARSE_SHORT: return 0;
	case PARSE_BAD:
		sink_anomaly(sink, in, APP_SSH, rest.len >= SSH_LINE_MAX ? BYTES("long_banner") : BYTES("invalid_banner"));
		p->phase = PHASE_DONE;
		return 0;
	case PARSE_OK: break;
	}
	if (!line.identification) {
		p->phase = ++p->lines == LINES_MAX ? PHASE_DONE : PHASE_LINES;
		return used;
	}
	p->protocol_len = (uint8_t)sink_copy((char *)p->protocol, sizeof(p->protocol), line.protocol);
	p->software_len = (uint8_t)sink_copy((char *)p->software, sizeof(p->software), line.software);
	struct view_set *v = sink_views(sink, in, &only_tx);
	if (v != NULL) {
		view_set_put(v, VIEW_SSH_PROTO, line.protocol);
		view_set_put(v, VIEW_SSH_SOFTWARE, line.software);
		sink_show(sink, false);
	}
	/* Version 1 has no KEXINIT; 1.99 is version 2 (RFC 4253 5.1). */
	bool second = line.protocol.at[0] == '2' || bytes_eq(line.protocol, BYTES("1.99"));
	p->phase = second ? PHASE_PACKETS : PHASE_DONE;
	return used;
}

static void
read_kexinit(struct state *s, const struct l7_input *in, struct bytes payload, struct bytes *fresh_text, struct sink *sink)
{
	struct peer *p = &s->peers[in->side];
	struct ssh_kexinit kexinit;
	const struct l7_tx only_tx = {.describe = describe, .context = s};
	uint8_t digest[DIGEST_MD5_SIZE];
	if (ssh_kexinit(payload, &kexinit) != PARSE_OK) {
		sink_anomaly(sink, in, APP_SSH, BYTES("invalid_record"));
		return;
	}
	size_t length = ssh_hassh_text(
	    &kexinit, in->side == L7_CLIENT ? SSH_CLIENT : SSH_SERVER, in->scratch, L7_SCRATCH_SIZE);
	struct bytes text = {in->scratch, length}; /* four lists of one packet: they fit */
	digest_md5(text, digest);
	digest_hex((struct bytes){digest, sizeof(digest)}, '\0', p->hassh);
	p->has_hassh = true;
	struct view_set *v = sink_views(sink, in, &only_tx);
	if (v != NULL) {
		bool client = in->side == L7_CLIENT;
		view_set_put(v, client ? VIEW_SSH_HASSH : VIEW_SSH_HASSH_SERVER,
		    (struct bytes){(const uint8_t *)p->hassh, sizeof(p->hassh)});
		view_set_put(v, client ? VIEW_SSH_HASSH_STRING : VIEW_SSH_HASSH_SERVER_STRING, text);
		sink_show(sink, false);
	}
	text = text.len <= HASSH_TEXT_MAX ? text : (struct bytes){0};
	if (s->peers[1 - in->side].has_hassh) {
		*fresh_text = text;
		return;
	}
	s->kept = true;
	s->kept_side = (uint8_t)in->side;
	p->hassh_text_len = sink_copy((char *)s->kept_text, sizeof(s->kept_text), text);
}

static size_t
take_packet(struct state *s, const struct l7_input *in, struct bytes rest, struct bytes *fresh_text, struct sink *sink)
{
	struct peer *p = &s->peers[in->side];
	struct ssh_packet packet;
	size_t used;
	switch (ssh_packet(rest, &used, &packet)) {
	case PARSE_SHORT: return 0;
	case PARSE_BAD:
		sink_anomaly(sink, in, APP_SSH, BYTES("invalid_record"));
		p->phase = PHASE_DONE;
		return 0;
	case PARSE_OK: break;
	}
	if (packet.type == KEXINIT)
		read_kexinit(s, in, packet.payload, fresh_text, sink);
	if (packet.type == KEXINIT || ++p->packets == PACKETS_MAX)
		p->phase = PHASE_DONE;
	return used;
}

static struct l7_step
ssh_step(void *state, const struct l7_input *in, struct sink *sink)
{
	struct state *s = state;
	struct peer *p = &s->peers[in->side];
	struct bytes rest = in->data, fresh_text = {0};
	size_t taken = 1;
	while (p->phase != PHASE_DONE && taken > 0 && rest.len > 0) {
		taken = p->phase == PHASE_LINES ? take_line(s, rest, in, sink) : take_packet(s, in, rest, &fresh_text, sink);
		rest = bytes_after(rest, taken);
	}
	struct l7_step step = {.used = in->data.len - rest.len, .verdict = L7_MORE};
	if (p->phase != PHASE_DONE)
		return step;
	step.verdict = L7_SIDE_DONE;
	if (s->peers[1 - in->side].phase == PHASE_DONE) {
		say(s, fresh_text, in->flow, sink);
		step.verdict = L7_DONE;
	}
	return step;
}

static void
ssh_finish(void *state, const struct l7_flow *flow, struct sink *sink)
{
	say(state, (struct bytes){0}, flow, sink);
}

static enum l7_guess
ssh_guess(const struct l7_input *in)
{
	struct bytes wanted = BYTES("SSH-");
	if (!bytes_start_with(wanted, bytes_first(in->data, wanted.len)))
		return L7_NO;
	if (in->data.len <= wanted.len)
		return L7_MAYBE;
	uint8_t version = bytes_after(in->data, wanted.len).at[0];
	return version == '1' || version == '2' ? L7_YES : L7_NO;
}

const struct l7_parser l7_ssh_parser = {
    .app = APP_SSH,
    .tcp = true,
    .state_size = sizeof(struct state),
    .guess = ssh_guess,
    .step = ssh_step,
    .finish = ssh_finish,
};
