/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/connect - what reaches us on the way out: connectors.yaml, the answers of a server, and what the parent and the courier say to
 * each other. The first byte says which.
 *
 * Oracles: settings that are taken have an address that is taken too; a conversation ends after a bounded number of requests, and
 * makes a ticket at most once; what is believed of an answer is plain text; a message that is believed is the same when it is written again.
 */
#include "connect/courier_wire.h"
#include "core/ensure.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SETTINGS, GLPI, HOOK, MESSAGES, KINDS, REQUESTS_MAX = 32, ROOM = 65536 };

static struct arena arena;

/* Each request takes its answer from the input: a byte for the fault, two for the status, one for the pause, two for the length. */
struct server {
	struct cursor left;
	unsigned asked, made;
};

static enum delivery_fault
exchange(void *context, const struct delivery_request *r, struct delivery_answer *out, struct diag *diag)
{
	struct server *s = context;
	ENSURE(++s->asked <= REQUESTS_MAX);
	ENSURE(r->header_count <= DELIVERY_HEADERS_MAX);
	for (size_t i = 0; i < r->header_count; i++)
		ENSURE(strpbrk(r->header_cstr[i], "\r\n") == NULL);
	unsigned fault = cursor_u8(&s->left) % 8;
	out->status = cursor_be16(&s->left);
	out->retry_after_s = cursor_u8(&s->left);
	out->body = cursor_take(&s->left, cursor_be16(&s->left));
	/* 4 to 7: an answer. What is not said clearly not to have been taken may have made a ticket. */
	enum delivery_fault said = fault > 3 ? DELIVERY_ANSWERED : (enum delivery_fault)fault;
	bool taken = said == DELIVERY_ANSWERED ? out->status != 429 && out->status != 503 : said != DELIVERY_NOT_SENT;
	s->made += strcmp(r->method_cstr, "POST") == 0 && taken;
	(void)diag_say(diag, 0, "fault");
	return said;
}

static void
pause_for(void *context, unsigned seconds)
{
	(void)context;
	ENSURE(seconds >= 1 && seconds <= DELIVERY_WAIT_S_MAX);
}

static void
converse(enum connector_kind kind, struct bytes input)
{
	struct server server = {.left = cursor_of(input)};
	struct delivery_carrier carrier = {.exchange = exchange, .pause = pause_for, .context = &server};
	struct connector to = {.kind = kind,
	    .url_cstr = "https://example.org/x",
	    .host_cstr = "example.org",
	    .app_token_cstr = "a",
	    .user_token_cstr = "u",
	    .secret_cstr = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	    .attempts = 5};
	bool knows = cursor_u8(&server.left) % 2 == 1;
	struct delivery_parcel parcel = {
	    .body = BYTES("{}"), .id_cstr = "INC-1", .known_cstr = knows ? "42" : "", .now_s = 1};
	struct delivery_receipt receipt;
	struct diag diag = {0};
	int r = delivery_send(&to, &carrier, &parcel, &receipt, &diag);
	ENSURE(kind != CONNECTOR_GLPI || server.made <= 1);
	if (r < 0)
		return;
	for (const char *c = receipt.reference_cstr; *c != '\0'; c++)
		ENSURE(*c >= ' ' && *c < 127);
	ENSURE(kind != CONNECTOR_GLPI || (receipt.reference_cstr[0] != '\0' && receipt.is_new == !knows));
}

static void
settings(struct bytes input)
{
	struct connectors found = {0};
	struct diag diag = {0};
	if (connectors_read(&arena, input, "connectors.yaml", &found, &diag) < 0) {
		ENSURE(diag.text_cstr[0] != '\0');
		return;
	}
	for (enum connector_kind kind = 0; kind < CONNECTOR_KINDS; kind++) {
		struct connector again = {0}, *c = &found.connector[kind];
		if (!found.has[kind])
			continue;
		ENSURE(connectors_url(c->url_cstr, &again));
		ENSURE(strcmp(again.host_cstr, c->host_cstr) == 0 && strcmp(again.port_cstr, c->port_cstr) == 0);
		ENSURE(c->most < CONNECTOR_RED && c->timeout_s >= 1 && c->attempts >= 1 && c->attempts <= 5);
		ENSURE(strpbrk(c->app_token_cstr, " \r\n") == NULL && strpbrk(c->user_token_cstr, " \r\n") == NULL);
	}
}

static void
messages(struct bytes input)
{
	static uint8_t room[ROOM + 64];
	struct courier_order order;
	struct delivery_receipt receipt;
	struct courier_errand errand;
	struct courier_catch got;
	struct diag diag;
	int error = 0;
	struct writer w = writer_of(room, sizeof(room));
	if (courier_wire_get_order(input, &arena, &order) == PARSE_OK) {
		courier_wire_put_order(&w, &order);
		ENSURE(writer_ok(&w) && w.len == input.len);
	} else if (courier_wire_get_receipt(input, &receipt) == PARSE_OK) {
		courier_wire_put_receipt(&w, &receipt);
		ENSURE(bytes_eq(writer_written(&w), input));
	} else if (courier_wire_get_catch(input, &got) == PARSE_OK) {
		courier_wire_put_catch(&w, &got);
		ENSURE(bytes_eq(writer_written(&w), input));
	} else if (courier_wire_get_errand(input, &arena, &errand) == PARSE_OK) {
		courier_wire_put_errand(&w, &errand);
		ENSURE(writer_ok(&w) && w.len == input.len);
	} else if (courier_wire_get_fault(input, &error, &diag) == PARSE_OK) {
		ENSURE(error < 0);
		courier_wire_put_fault(&w, error, &diag);
		ENSURE(bytes_eq(writer_written(&w), input));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1 || size > ROOM)
		return 0;
	struct bytes input = {data + 1, size - 1};
	if (arena.start == NULL && arena_init(&arena, 16 << 20) < 0)
		abort();
	arena_reset(&arena);
	switch (data[0] % KINDS) {
	case SETTINGS: settings(input); break;
	case GLPI: converse(CONNECTOR_GLPI, input); break;
	case HOOK: converse(CONNECTOR_WEBHOOK, input); break;
	default: messages(input); break;
	}
	return 0;
}
