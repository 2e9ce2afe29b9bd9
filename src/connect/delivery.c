/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "connect/delivery.h"

#include "core/json_value.h"
#include "core/text.h"

#include <errno.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

enum { SECRET_MIN = 24, SECRET_BYTES = 64, SIGNATURE_MAX = 64, WORD_MAX = 120, TOKEN_MAX = 512, FIRST_WAIT_S = 1 };

struct talk {
	const struct connector *connector;
	const struct delivery_carrier *carrier;
	struct diag *diag;
	unsigned attempts;
	struct json_value_list values;
	struct delivery_request request;
};

/* Which answers let a request be made again: all, or only those that say that it was not taken. */
enum repeat { REPEAT_ALWAYS, REPEAT_IF_NOT_TAKEN };

static void header(struct delivery_request *r, const char *format, ...) PRINTF_LIKE(2, 3);

static void
header(struct delivery_request *r, const char *format, ...)
{
	va_list list;
	if (r->header_count == DELIVERY_HEADERS_MAX)
		return;
	va_start(list, format);
	(void)vsnprintf(r->header_cstr[r->header_count++], DELIVERY_HEADER_MAX, format, list);
	va_end(list);
}

/* Letters, digits and marks that can do no harm anywhere: what a stranger's server says is quoted, not obeyed. */
static void
quote(struct bytes from, char out[static WORD_MAX])
{
	size_t n = 0;
	for (size_t i = 0; i < from.len && n < WORD_MAX - 1; i++)
		out[n++] = from.at[i] >= ' ' && from.at[i] < 127 ? (char)from.at[i] : '?';
	out[n] = '\0';
}

/* GLPI: ["ERROR_...", "why"]; others: {"error": "..."}, {"message": "..."}. */
static void
reason_of(struct talk *t, struct bytes body, char out[static WORD_MAX])
{
	const struct json_value *v = NULL;
	size_t wrong_at;
	out[0] = '\0';
	if (json_value_read(&t->values, body, &v, &wrong_at) < 0)
		return;
	struct bytes word = json_value_text(json_value_at(v, 0));
	if (word.len == 0)
		word = json_value_text(json_value_get(v, BYTES("message")));
	if (word.len == 0)
		word = json_value_text(json_value_get(v, BYTES("error")));
	quote(word, out);
}

static int
refused(struct talk *t, const struct delivery_answer *a)
{
	char reason[WORD_MAX];
	reason_of(t, a->body, reason);
	const char *dash_cstr = reason[0] == '\0' ? "" : ": ";
	if (a->status >= 300 && a->status < 400)
		return diag_say(t->diag, -EREMOTE,
		    _("%s sends us elsewhere (%u), where secrets are not carried: write its final address into connectors.yaml"),
		    t->connector->host_cstr, a->status);
	if (a->status == 401 || a->status == 403)
		return diag_say(t->diag, -EACCES, _("%s refuses the token or secret of connectors.yaml (%u)%s%s"),
		    t->connector->host_cstr, a->status, dash_cstr, reason);
	if (a->status == 404)
		return diag_say(t->diag, -ENOENT,
		    _("%s has nothing at this address (404): look at url in connectors.yaml%s%s"), t->connector->host_cstr,
		    dash_cstr, reason);
	return diag_say(t->diag, -EREMOTEIO, _("%s answered %u%s%s"), t->connector->host_cstr, a->status, dash_cstr, reason);
}

static bool
is_good(const struct delivery_answer *a)
{
	return a->status >= 200 && a->status < 300 && a->status != 207; /* GLPI: 207 is "not all of it" */
}

/* 429 and 503 say that nothing was done (RFC 6585 4, RFC 9110 15.6.4); the others of the server's faults leave it open. */
static bool
is_worth_another(enum delivery_fault fault, const struct delivery_answer *a, enum repeat repeat)
{
	if (fault != DELIVERY_ANSWERED)
		return fault == DELIVERY_NOT_SENT || (fault == DELIVERY_LOST && repeat == REPEAT_ALWAYS);
	return a->status == 429 || a->status == 503 || (a->status >= 500 && repeat == REPEAT_ALWAYS);
}

/* 0 and a good answer, or a negative errno with diag. */
static int
ask(struct talk *t, enum repeat repeat, struct delivery_answer *out)
{
	unsigned wait_s = FIRST_WAIT_S;
	for (unsigned attempt = 1;; attempt++) {
		enum delivery_fault fault = t->carrier->exchange(t->carrier->context, &t->request, out, t->diag);
		t->attempts++;
		if (fault == DELIVERY_ANSWERED && is_good(out))
			return 0;
		if (attempt == t->connector->attempts || !is_worth_another(fault, out, repeat))
			return fault == DELIVERY_ANSWERED ? refused(t, out)
			    : fault == DELIVERY_NOT_SENT  ? -EHOSTUNREACH
			    : fault == DELIVERY_LOST      ? -ETIMEDOUT
			                                  : -EPROTO;
		unsigned asked_s = fault == DELIVERY_ANSWERED ? out->retry_after_s : 0;
		unsigned pause_s = asked_s > wait_s ? asked_s : wait_s;
		t->carrier->pause(t->carrier->context, pause_s < DELIVERY_WAIT_S_MAX ? pause_s : DELIVERY_WAIT_S_MAX);
		wait_s *= 2;
	}
}

/* ---- Webhook: standardwebhooks.com, version 1 ---- */

static int
sign(struct talk *t, const struct delivery_parcel *parcel, char out[static SIGNATURE_MAX])
{
	static const char prefix_cstr[] = "whsec_";
	const char *secret_cstr = t->connector->secret_cstr;
	uint8_t key[SECRET_BYTES], mac[crypto_auth_hmacsha256_BYTES];
	char head[DELIVERY_ID_MAX + 32];
	size_t len = 0;
	crypto_auth_hmacsha256_state state;
	bool named = strncmp(secret_cstr, prefix_cstr, strlen(prefix_cstr)) == 0;
	const char *text_cstr = named ? secret_cstr + strlen(prefix_cstr) : secret_cstr;
	if (sodium_base642bin(
	        key, sizeof(key), text_cstr, strlen(text_cstr), NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL) < 0 ||
	    len < SECRET_MIN)
		return diag_say(t->diag, -EINVAL, "%s",
		    _("secret in connectors.yaml: whsec_ and 24 to 64 bytes in base64 were expected"));
	(void)snprintf(head, sizeof(head), "%s.%lld.", parcel->id_cstr, (long long)parcel->now_s);
	(void)crypto_auth_hmacsha256_init(&state, key, len);
	(void)crypto_auth_hmacsha256_update(&state, (const uint8_t *)head, strlen(head));
	(void)crypto_auth_hmacsha256_update(&state, parcel->body.at, parcel->body.len);
	(void)crypto_auth_hmacsha256_final(&state, mac);
	(void)sodium_bin2base64(out, SIGNATURE_MAX, mac, sizeof(mac), sodium_base64_VARIANT_ORIGINAL);
	sodium_memzero(key, sizeof(key));
	sodium_memzero(&state, sizeof(state));
	return 0;
}

static int
prepare_webhook(struct talk *t, const struct delivery_parcel *parcel)
{
	char signature[SIGNATURE_MAX];
	struct delivery_request *r = &t->request;
	*r = (struct delivery_request){.method_cstr = "POST", .body = parcel->body};
	(void)snprintf(r->url_cstr, sizeof(r->url_cstr), "%s", t->connector->url_cstr);
	int e = sign(t, parcel, signature);
	if (e < 0)
		return e;
	header(r, "Content-Type: application/json");
	header(r, "webhook-id: %s", parcel->id_cstr);
	header(r, "webhook-timestamp: %lld", (long long)parcel->now_s);
	header(r, "webhook-signature: v1,%s", signature);
	return 0;
}

static int
send_webhook(struct talk *t, const struct delivery_parcel *parcel, struct delivery_receipt *out)
{
	struct delivery_answer a;
	const struct json_value *v = NULL;
	size_t wrong_at;
	int r = prepare_webhook(t, parcel);
	if (r == 0)
		r = ask(t, REPEAT_ALWAYS, &a);
	if (r < 0)
		return r;
	/* Its own name for it, if it says one. */
	if (json_value_read(&t->values, a.body, &v, &wrong_at) == 0) {
		char word[WORD_MAX];
		quote(json_value_text(json_value_get(v, BYTES("reference"))), word);
		(void)snprintf(out->reference_cstr, sizeof(out->reference_cstr), "%.*s", DELIVERY_REFERENCE_MAX - 1, word);
	}
	return 0;
}

/* ---- GLPI: its REST API, apirest.md ---- */

static void
glpi_request(struct talk *t, const char *method_cstr, const char *what_cstr, const char *session_cstr, struct bytes body)
{
	struct delivery_request *r = &t->request;
	*r = (struct delivery_request){.method_cstr = method_cstr, .body = body};
	(void)snprintf(r->url_cstr, sizeof(r->url_cstr), "%s/%s", t->connector->url_cstr, what_cstr);
	header(r, "App-Token: %s", t->connector->app_token_cstr);
	if (session_cstr == NULL)
		header(r, "Authorization: user_token %s", t->connector->user_token_cstr);
	else
		header(r, "Session-Token: %s", session_cstr);
	if (body.len > 0)
		header(r, "Content-Type: application/json");
}

/* A word that can stand in a header. */
static bool
take_token(struct bytes text, char out[static TOKEN_MAX])
{
	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] <= ' ' || text.at[i] >= 127)
			return false;
	if (text.len == 0 || text.len >= TOKEN_MAX)
		return false;
	memcpy(out, text.at, text.len);
	out[text.len] = '\0';
	return true;
}

static int
no_glpi(struct talk *t)
{
	return diag_say(t->diag, -EPROTO, _("%s does not answer as GLPI's REST API does: look at url in connectors.yaml"),
	    t->connector->host_cstr);
}

static int
begin_session(struct talk *t, char session[static TOKEN_MAX])
{
	struct delivery_answer a;
	const struct json_value *v = NULL;
	size_t wrong_at;
	glpi_request(t, "GET", "initSession", NULL, (struct bytes){0});
	int r = ask(t, REPEAT_ALWAYS, &a);
	if (r < 0)
		return r;
	if (json_value_read(&t->values, a.body, &v, &wrong_at) < 0 ||
	    !take_token(json_value_text(json_value_get(v, BYTES("session_token"))), session))
		return no_glpi(t);
	return 0;
}

static int
put_ticket(struct talk *t, const char *session_cstr, const struct delivery_parcel *parcel, struct delivery_receipt *out)
{
	char what[DELIVERY_REFERENCE_MAX + 8];
	struct delivery_answer a;
	const struct json_value *v = NULL;
	size_t wrong_at;
	bool is_new = parcel->known_cstr[0] == '\0';
	(void)snprintf(what, sizeof(what), "Ticket%s%s", is_new ? "" : "/", parcel->known_cstr);
	glpi_request(t, is_new ? "POST" : "PUT", what, session_cstr, parcel->body);
	int r = ask(t, is_new ? REPEAT_IF_NOT_TAKEN : REPEAT_ALWAYS, &a);
	if ((r == -ETIMEDOUT || r == -EPROTO) && is_new)
		return diag_say(t->diag, r,
		    _("%s did not say what became of the ticket: look whether it is there before you send again"),
		    t->connector->host_cstr);
	if (r == -ENOENT && !is_new)
		return diag_say(t->diag, r,
		    _("ticket %s is no longer in GLPI: beffroi incident set ID ticket= sends a new one"),
		    parcel->known_cstr);
	if (r < 0)
		return r;
	if (!is_new) {
		(void)snprintf(out->reference_cstr, sizeof(out->reference_cstr), "%s", parcel->known_cstr);
		return 0;
	}
	if (json_value_read(&t->values, a.body, &v, &wrong_at) < 0)
		return no_glpi(t);
	const struct json_value *id = json_value_get(v, BYTES("id"));
	if (!json_value_is(id, JSON_VALUE_INTEGER) || id->integer <= 0)
		return no_glpi(t);
	(void)snprintf(out->reference_cstr, sizeof(out->reference_cstr), "%lld", (long long)id->integer);
	out->is_new = true;
	return 0;
}

static int
send_glpi(struct talk *t, const struct delivery_parcel *parcel, struct delivery_receipt *out)
{
	char session[TOKEN_MAX];
	struct delivery_answer ignored;
	struct diag unsaid;
	for (const char *c = parcel->known_cstr; *c != '\0'; c++)
		if (*c < '0' || *c > '9')
			return diag_say(t->diag, -EINVAL, "%s", _("ticket: the number that GLPI gave was expected"));
	int r = begin_session(t, session);
	if (r < 0)
		return r;
	r = put_ticket(t, session, parcel, out);
	/* Said once; a session that stays open ends by itself. */
	glpi_request(t, "GET", "killSession", session, (struct bytes){0});
	(void)t->carrier->exchange(t->carrier->context, &t->request, &ignored, &unsaid);
	sodium_memzero(session, sizeof(session));
	return r;
}

int
delivery_send(const struct connector *connector, const struct delivery_carrier *carrier,
    const struct delivery_parcel *parcel, struct delivery_receipt *out, struct diag *diag)
{
	struct talk t = {.connector = connector, .carrier = carrier, .diag = diag};
	struct delivery_receipt receipt = {0};
	int r = connector->kind == CONNECTOR_GLPI ? send_glpi(&t, parcel, &receipt) : send_webhook(&t, parcel, &receipt);
	receipt.attempts = t.attempts;
	json_value_list_done(&t.values);
	sodium_memzero(&t.request, sizeof(t.request));
	if (r == 0)
		*out = receipt;
	return r;
}

static void
blank(struct delivery_request *r, const char *name_cstr, const char *instead_cstr)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (strncmp(r->header_cstr[i], name_cstr, strlen(name_cstr)) == 0)
			(void)snprintf(r->header_cstr[i], DELIVERY_HEADER_MAX, "%s%s", name_cstr, instead_cstr);
}

int
delivery_preview(
    const struct connector *connector, const struct delivery_parcel *parcel, struct delivery_request *out, struct diag *diag)
{
	struct talk t = {.connector = connector, .diag = diag};
	char what[DELIVERY_REFERENCE_MAX + 8];
	int r = 0;
	if (connector->kind == CONNECTOR_WEBHOOK) {
		r = prepare_webhook(&t, parcel);
	} else {
		(void)snprintf(
		    what, sizeof(what), "Ticket%s%s", parcel->known_cstr[0] == '\0' ? "" : "/", parcel->known_cstr);
		glpi_request(&t, parcel->known_cstr[0] == '\0' ? "POST" : "PUT", what, "...", parcel->body);
		blank(&t.request, "App-Token: ", "...");
	}
	blank(&t.request, "webhook-signature: ", "v1,...");
	if (r == 0)
		*out = t.request;
	return r;
}
