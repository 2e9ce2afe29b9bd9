/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "console/console_call.h"

#include "core/text.h"

static const struct {
	const char *name_cstr;
	enum console_header header;
} known[] = {
    {"host", CONSOLE_HEADER_HOST},
    {"origin", CONSOLE_HEADER_ORIGIN},
    {"sec-fetch-site", CONSOLE_HEADER_FETCH_SITE},
    {"cookie", CONSOLE_HEADER_COOKIE},
    {"authorization", CONSOLE_HEADER_AUTHORIZATION},
    {"x-csrf-token", CONSOLE_HEADER_CSRF},
    {"accept-language", CONSOLE_HEADER_LANGUAGE},
    {"accept-encoding", CONSOLE_HEADER_ENCODING},
    {"if-none-match", CONSOLE_HEADER_NONE_MATCH},
    {"content-type", CONSOLE_HEADER_TYPE},
    {"content-length", CONSOLE_HEADER_LENGTH},
    {"transfer-encoding", CONSOLE_HEADER_TRANSFER},
};

void
console_call_header(struct console_call *call, struct bytes name, struct bytes value)
{
	for (size_t i = 0; i < LENGTH_OF(known); i++) {
		if (!bytes_eq_nocase(name, bytes_of_cstr(known[i].name_cstr)))
			continue;
		call->headers[known[i].header] = bytes_trim(value);
		if (call->header_counts[known[i].header] < UINT8_MAX)
			call->header_counts[known[i].header]++;
		return;
	}
}

/* The part before `mark`, which is taken with it from *rest; all of it when there is none. */
static struct bytes
split(struct bytes *rest, uint8_t mark)
{
	struct bytes part = bytes_first(*rest, bytes_find(*rest, mark));
	*rest = bytes_after(*rest, part.len + 1);
	return part;
}

/* The weight of a member of a list, "fr;q=0.8": in thousandths (RFC 9110 12.4.2). */
static unsigned
weight_of(struct bytes parameters)
{
	while (parameters.len > 0) {
		struct bytes p = bytes_trim(split(&parameters, ';'));
		if (!bytes_start_with(p, BYTES("q=")) && !bytes_start_with(p, BYTES("Q=")))
			continue;
		struct cursor c = cursor_of(bytes_after(p, 2));
		unsigned value = cursor_u8(&c) == '1' ? 1000 : 0, scale = 100;
		if (cursor_u8(&c) != '.')
			return value;
		for (; scale > 0 && c.left > 0 && value < 1000; scale /= 10) {
			uint8_t digit = cursor_u8(&c);
			value += digit >= '0' && digit <= '9' ? (unsigned)(digit - '0') * scale : 0;
		}
		return value;
	}
	return 1000;
}

bool
console_call_accepts(struct bytes list, struct bytes word)
{
	while (list.len > 0) {
		struct bytes member = split(&list, ','), name = bytes_trim(split(&member, ';'));
		if (bytes_eq_nocase(name, word))
			return weight_of(member) > 0;
	}
	return false;
}

bool
console_call_matches(struct bytes list, struct bytes tag)
{
	while (list.len > 0) {
		struct bytes member = bytes_trim(split(&list, ','));
		if (bytes_start_with(member, BYTES("W/")))
			member = bytes_after(member, 2); /* compared weakly: RFC 9110 13.1.2 */
		if (member.len == tag.len + 2 && bytes_eq(bytes_first(bytes_after(member, 1), tag.len), tag))
			return true;
	}
	return false;
}

static enum language
preferred_language(struct bytes list)
{
	unsigned french = 0, english = 0;
	while (list.len > 0) {
		struct bytes member = split(&list, ','), name = bytes_trim(split(&member, ';'));
		unsigned weight = weight_of(member);
		struct bytes main_part = split(&name, '-');
		if (bytes_eq_nocase(main_part, BYTES("fr")) && weight > french)
			french = weight;
		if (bytes_eq_nocase(main_part, BYTES("en")) && weight > english)
			english = weight;
	}
	return french > english ? LANGUAGE_FR : LANGUAGE_EN;
}

static void
refuse(struct console_verdict *v, unsigned status, const char *code_cstr, const char *text_cstr)
{
	v->kind = CONSOLE_REFUSED;
	v->status = status;
	v->code_cstr = code_cstr;
	v->text_cstr = text_cstr;
}

static bool
is_address(struct bytes host)
{
	struct addr unused;
	if (host.len > 2 && host.at[0] == '[' && host.at[host.len - 1] == ']')
		host = bytes_after(bytes_first(host, host.len - 1), 1);
	return addr_parse(host, &unused);
}

/* "name:8443" -> "name"; "[::1]:8443" -> "[::1]". False when the port is no port. */
static bool
split_port(struct bytes *host)
{
	size_t from = host->len > 0 && host->at[0] == '[' ? bytes_find(*host, ']') : 0;
	struct bytes tail = bytes_after(*host, from);
	size_t colon = bytes_find(tail, ':');
	struct bytes port = bytes_after(tail, colon + 1);
	for (size_t i = 0; i < port.len; i++)
		if (port.at[i] < '0' || port.at[i] > '9')
			return false;
	*host = bytes_first(*host, from + colon);
	return port.len <= 5;
}

/* A page that made its own name point here, so that its scripts may read what we answer, asks under that name. */
static bool
is_our_name(struct bytes host, const struct console_names *names)
{
	if (!split_port(&host) || host.len == 0)
		return false;
	if (host.at[host.len - 1] == '.') /* the root of DNS may be written */
		host.len--;
	for (size_t i = 0; i < names->count; i++)
		if (bytes_eq_nocase(host, bytes_of_cstr(names->names[i])))
			return true;
	return names->addresses && is_address(host);
}

/* Of a cross-site page's request a browser says so (Fetch standard, 3.2), or says its origin. */
static bool
is_from_elsewhere(const struct console_call *call, bool tls)
{
	struct bytes site = call->headers[CONSOLE_HEADER_FETCH_SITE], origin = call->headers[CONSOLE_HEADER_ORIGIN];
	if (site.len > 0 && !bytes_eq(site, BYTES("same-origin")) && !bytes_eq(site, BYTES("none")))
		return true;
	struct bytes scheme = tls ? BYTES("https://") : BYTES("http://");
	return call->header_counts[CONSOLE_HEADER_ORIGIN] > 0 &&
	    !(bytes_start_with(origin, scheme) &&
	        bytes_eq_nocase(bytes_after(origin, scheme.len), call->headers[CONSOLE_HEADER_HOST]));
}

static struct bytes
cookie_of(struct bytes list, struct bytes wanted)
{
	while (list.len > 0) {
		struct bytes value = bytes_trim(split(&list, ';')), name = split(&value, '=');
		if (bytes_eq(name, wanted) && value.len <= ORDER_SECRET_MAX)
			return value;
	}
	return (struct bytes){0};
}

static struct bytes
bearer_of(struct bytes authorization)
{
	if (!bytes_eq_nocase(bytes_first(authorization, 7), BYTES("Bearer ")))
		return (struct bytes){0};
	struct bytes token = bytes_trim(bytes_after(authorization, 7));
	return token.len <= ORDER_SECRET_MAX ? token : (struct bytes){0};
}

/* RFC 3986 2.1, into the writer. False when a percent sign is not followed by two digits. */
static bool
decode(struct bytes text, bool plus_is_space, struct writer *w, struct bytes *out)
{
	size_t from = w->len;
	struct cursor c = cursor_of(text);
	while (c.left > 0) {
		uint8_t byte = cursor_u8(&c);
		if (byte == '%') {
			int high = bytes_hex_digit(cursor_u8(&c)), low = bytes_hex_digit(cursor_u8(&c));
			if (!cursor_ok(&c) || high < 0 || low < 0)
				return false;
			byte = (uint8_t)(high << 4 | low);
		} else if (byte == '+' && plus_is_space) {
			byte = ' ';
		}
		writer_u8(w, byte);
	}
	*out = bytes_after(writer_written(w), from);
	return writer_ok(w);
}

static bool
add_parameter(struct order *o, struct bytes name, struct bytes value, bool plus_is_space, struct writer *w)
{
	if (o->parameter_count == ORDER_PARAMETERS_MAX)
		return false;
	struct order_parameter *p = &o->parameters[o->parameter_count++];
	return decode(name, plus_is_space, w, &p->name) && decode(value, plus_is_space, w, &p->value);
}

static bool
read_parameters(struct order *o, const struct operation_part *parts, size_t part_count, struct bytes query, uint8_t *room)
{
	struct writer w = writer_of(room, CONSOLE_CALL_TARGET_MAX);
	for (size_t i = 0; i < part_count; i++)
		if (!add_parameter(o, parts[i].name, parts[i].value, false, &w))
			return false;
	while (query.len > 0) {
		struct bytes value = split(&query, '&'), name = split(&value, '=');
		if (name.len > 0 && !add_parameter(o, name, value, true, &w))
			return false;
	}
	return true;
}

/* Whether a body follows, and whether it may: false when it was refused. */
static bool
judge_body(const struct console_call *call, bool mutates, struct console_verdict *v)
{
	bool has_length = call->header_counts[CONSOLE_HEADER_LENGTH] > 0,
	     is_chunked = call->header_counts[CONSOLE_HEADER_TRANSFER] > 0;
	uint64_t len = 0;
	struct cursor c = cursor_of(call->headers[CONSOLE_HEADER_LENGTH]);
	if (has_length && is_chunked) { /* two ends for one body: RFC 9112 6.1, request smuggling */
		refuse(v, 400, "length", N_("a request has either Content-Length or Transfer-Encoding"));
		return false;
	}
	if (is_chunked && !bytes_eq_nocase(call->headers[CONSOLE_HEADER_TRANSFER], BYTES("chunked"))) {
		refuse(v, 400, "length", N_("the only Transfer-Encoding known here is chunked"));
		return false;
	}
	while (c.left > 0 && len <= ORDER_BODY_MAX) {
		uint8_t digit = cursor_u8(&c);
		if (digit < '0' || digit > '9') {
			refuse(v, 400, "length", N_("Content-Length is no number"));
			return false;
		}
		len = len * 10 + (uint64_t)(digit - '0');
	}
	if (len > ORDER_BODY_MAX) {
		refuse(v, 413, "too-big", N_("a request has at most 256 kB"));
		return false;
	}
	v->has_body = len > 0 || is_chunked;
	if (mutates && !has_length && !is_chunked) {
		refuse(v, 411, "length-required", N_("say how long the request is: Content-Length"));
		return false;
	}
	struct bytes type = call->headers[CONSOLE_HEADER_TYPE];
	if (v->has_body && !bytes_eq_nocase(bytes_trim(split(&type, ';')), BYTES("application/json"))) {
		refuse(v, 415, "type", N_("requests are written in JSON: Content-Type: application/json"));
		return false;
	}
	return true;
}

static void
judge_order(const struct console_call *call, const struct console_names *names, const struct operation *operation,
    struct console_verdict *v)
{
	bool changes = operation->method != OPERATION_GET;
	v->order.client = call->client;
	v->order.language = v->language;
	v->order.token = bearer_of(call->headers[CONSOLE_HEADER_AUTHORIZATION]);
	if (v->order.token.len == 0)
		v->order.session = cookie_of(call->headers[CONSOLE_HEADER_COOKIE],
		    names->tls ? BYTES(CONSOLE_COOKIE_TLS) : BYTES(CONSOLE_COOKIE_PLAIN));
	v->order.csrf = bytes_first(call->headers[CONSOLE_HEADER_CSRF], ORDER_SECRET_MAX);
	if (is_from_elsewhere(call, names->tls)) {
		refuse(v, 403, "origin", N_("this request comes from a page of another site"));
		return;
	}
	if (operation->right != RIGHT_ANYBODY && v->order.token.len == 0 && v->order.session.len == 0) {
		refuse(v, 401, "sign-in", N_("sign in first"));
		return;
	}
	if (operation->mutates && v->order.token.len == 0 && v->order.csrf.len == 0) {
		refuse(v, 403, "csrf", N_("this request lacks X-CSRF-Token, the proof that the console's own page made it"));
		return;
	}
	if (judge_body(call, changes && operation->method != OPERATION_DELETE, v))
		v->kind = CONSOLE_ORDER;
}

static bool
is_plain(struct bytes target)
{
	for (size_t i = 0; i < target.len; i++)
		if (target.at[i] <= ' ' || target.at[i] >= 0x7f)
			return false;
	return target.len > 0 && target.at[0] == '/';
}

static bool
may_have_body(struct bytes method)
{
	return !bytes_eq(method, BYTES("GET")) && !bytes_eq(method, BYTES("HEAD")) && !bytes_eq(method, BYTES("OPTIONS"));
}

static bool
has_length(const struct console_call *call)
{
	return call->headers[CONSOLE_HEADER_LENGTH].len > 0 && !bytes_eq(call->headers[CONSOLE_HEADER_LENGTH], BYTES("0"));
}

/* What is wrong with the request whatever it asks for. */
static bool
judge_form(const struct console_call *call, const struct console_names *names, struct console_verdict *v)
{
	if (call->target.len > CONSOLE_CALL_TARGET_MAX)
		refuse(v, 414, "too-long", N_("this address is too long"));
	else if (!is_plain(call->target))
		refuse(v, 400, "address", N_("this is no address of the console"));
	else if (call->header_counts[CONSOLE_HEADER_HOST] != 1 || call->header_counts[CONSOLE_HEADER_LENGTH] > 1 ||
	    call->header_counts[CONSOLE_HEADER_TRANSFER] > 1 || call->header_counts[CONSOLE_HEADER_AUTHORIZATION] > 1)
		refuse(v, 400, "header", N_("a header is missing, or there are two of it"));
	else if (!is_our_name(call->headers[CONSOLE_HEADER_HOST], names))
		refuse(v, 421, "host", N_("the console is not known under this name: start it with --name NAME"));
	else if (!may_have_body(call->method) && (call->header_counts[CONSOLE_HEADER_TRANSFER] > 0 || has_length(call)))
		refuse(v, 400, "body", N_("a request that only asks has no body"));
	else
		return true;
	return false;
}

static void
judge_path(const struct console_call *call, const struct console_names *names, uint8_t *room, struct console_verdict *v)
{
	struct operation_part parts[OPERATION_PARTS_MAX];
	size_t part_count = 0;
	struct bytes query = call->target, path = split(&query, '?');
	v->head = bytes_eq(call->method, BYTES("HEAD"));
	bool options = bytes_eq(call->method, BYTES("OPTIONS"));
	struct bytes method = v->head ? BYTES("GET") : call->method;
	enum operation_name name = operation_route(method, path, parts, &part_count, &v->methods);
	v->is_api = name != OPERATION_COUNT || v->methods != 0 || bytes_start_with(path, BYTES("/api/"));
	if (!v->is_api && (options || bytes_eq(method, BYTES("GET")))) {
		v->methods = 1 << OPERATION_GET;
		v->kind = options ? CONSOLE_OPTIONS : CONSOLE_FILE;
		v->path = path;
		return;
	}
	if (!v->is_api)
		v->methods = 1 << OPERATION_GET;
	if (name == OPERATION_COUNT && v->methods == 0)
		refuse(v, 404, "not-found", N_("there is nothing under this address"));
	else if (options)
		v->kind = CONSOLE_OPTIONS;
	else if (name == OPERATION_COUNT)
		refuse(v, 405, "method", N_("this address does not know this method"));
	else if (name == OPERATION_HEALTH)
		v->kind = CONSOLE_HEALTH;
	else if (name == OPERATION_OPENAPI) {
		v->kind = CONSOLE_FILE;
		v->path = path;
	} else if (!read_parameters(&v->order, parts, part_count, query, room))
		refuse(v, 400, "parameters", N_("the parameters are not well written, or too many"));
	else {
		v->order.operation = (uint16_t)name;
		judge_order(call, names, operation_of(name), v);
	}
}

void
console_call_judge(
    const struct console_call *call, const struct console_names *names, uint8_t *room, struct console_verdict *out)
{
	*out = (struct console_verdict){.language = preferred_language(call->headers[CONSOLE_HEADER_LANGUAGE]),
	    .is_api = bytes_start_with(call->target, BYTES("/api/"))};
	if (judge_form(call, names, out))
		judge_path(call, names, room, out);
}
