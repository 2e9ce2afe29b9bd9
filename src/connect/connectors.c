/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "connect/connectors.h"

#include "core/addr.h"
#include "core/data_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { SECRET_MAX = 256, URL_MAX = 1024, TIMEOUT_S = 20, ATTEMPTS = 3 };

static const char *const kind_words[CONNECTOR_KINDS] = {[CONNECTOR_GLPI] = "glpi", [CONNECTOR_WEBHOOK] = "webhook"};
static const char *const tlp_words[] = {[CONNECTOR_CLEAR] = "CLEAR",
    [CONNECTOR_GREEN] = "GREEN",
    [CONNECTOR_AMBER] = "AMBER",
    [CONNECTOR_AMBER_STRICT] = "AMBER+STRICT",
    [CONNECTOR_RED] = "RED"};
static const char *const yes_no[] = {"no", "yes"};

enum connector_kind
connectors_kind(const char *word_cstr)
{
	enum connector_kind kind = 0;
	while (kind < CONNECTOR_KINDS && strcmp(kind_words[kind], word_cstr) != 0)
		kind++;
	return kind;
}

const char *
connectors_word(enum connector_kind kind)
{
	return kind < CONNECTOR_KINDS ? kind_words[kind] : "";
}

enum connector_tlp
connectors_tlp(const char *tlp_cstr)
{
	for (size_t i = 0; i < LENGTH_OF(tlp_words); i++)
		if (strcmp(tlp_words[i], tlp_cstr) == 0)
			return (enum connector_tlp)i;
	return tlp_cstr[0] == '\0' ? CONNECTOR_AMBER_STRICT : CONNECTOR_RED;
}

static bool
is_here(const char *host_cstr)
{
	static const struct addr here6 = {.at = {[15] = 1}};
	struct addr address;
	if (strcmp(host_cstr, "localhost") == 0)
		return true;
	if (!addr_parse(bytes_of_cstr(host_cstr), &address))
		return false;
	return addr_is_v4(&address) ? address.at[12] == 127 : addr_eq(&address, &here6);
}

/* RFC 3986 3.2.2: a name or an address of IPv4; one of IPv6 between brackets, which are left out. False when it is neither. */
static bool
take_host(struct bytes *rest, char out[static CONNECTORS_HOST_MAX])
{
	bool bracket = rest->len > 0 && rest->at[0] == '[';
	size_t skip = bracket ? 1 : 0, len = 0;
	struct bytes from = bytes_after(*rest, skip);
	while (len < from.len && from.at[len] != '/' && from.at[len] != ']' && (bracket || from.at[len] != ':')) {
		uint8_t c = from.at[len];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
		    c == '-';
		if (!plain && !(bracket && c == ':'))
			return false;
		len++;
	}
	if (len == 0 || len >= CONNECTORS_HOST_MAX || (bracket && (len == from.len || from.at[len] != ']')))
		return false;
	memcpy(out, from.at, len);
	out[len] = '\0';
	*rest = bytes_after(from, len + skip);
	struct addr address;
	return !bracket || (addr_parse(bytes_of_cstr(out), &address) && !addr_is_v4(&address));
}

static bool
take_port(struct bytes *rest, const char *usual_cstr, char out[static CONNECTORS_PORT_MAX])
{
	size_t len = 0;
	(void)snprintf(out, CONNECTORS_PORT_MAX, "%s", usual_cstr);
	if (rest->len == 0 || rest->at[0] != ':')
		return true;
	*rest = bytes_after(*rest, 1);
	while (len < rest->len && rest->at[len] >= '0' && rest->at[len] <= '9' && len < CONNECTORS_PORT_MAX)
		len++;
	if (len == 0 || len >= CONNECTORS_PORT_MAX)
		return false;
	memcpy(out, rest->at, len);
	out[len] = '\0';
	*rest = bytes_after(*rest, len);
	unsigned long port = strtoul(out, NULL, 10);
	return port > 0 && port <= UINT16_MAX;
}

bool
connectors_url(const char *url_cstr, struct connector *out)
{
	struct bytes rest = bytes_of_cstr(url_cstr);
	bool plain = bytes_start_with(rest, BYTES("http://"));
	if (rest.len > URL_MAX)
		return false;
	if (!plain && !bytes_start_with(rest, BYTES("https://")))
		return false;
	rest = bytes_after(rest, plain ? 7 : 8);
	if (!take_host(&rest, out->host_cstr) || !take_port(&rest, plain ? "80" : "443", out->port_cstr))
		return false;
	if (plain && !is_here(out->host_cstr))
		return false;
	if (rest.len > 0 && rest.at[0] != '/')
		return false;
	for (size_t i = 0; i < rest.len; i++)
		if (rest.at[i] <= ' ' || rest.at[i] >= 127 || strchr("?#@\"<>\\^`{|}", rest.at[i]) != NULL)
			return false;
	out->is_plain = plain;
	return true;
}

/* What becomes a header must not end it. */
static int
need_secret(const struct data_read *r, const struct data_tree *map, const char *key_cstr, const char **out)
{
	int e = data_read_need_word(r, map, key_cstr, out);
	size_t len = e == 0 ? strlen(*out) : 0;
	for (size_t i = 0; i < len && e == 0; i++)
		if ((*out)[i] <= ' ' || (*out)[i] >= 127 || len > SECRET_MAX)
			e = data_read_complain(
			    r, data_tree_find(map, key_cstr), _("expected a word without spaces"), key_cstr);
	return e;
}

static int
read_url(const struct data_read *r, const struct data_tree *map, struct arena *arena, struct connector *out)
{
	const char *url_cstr;
	int e = data_read_need_word(r, map, "url", &url_cstr);
	if (e == 0 && !connectors_url(url_cstr, out))
		e = data_read_complain(r, data_tree_find(map, "url"),
		    _("expected an address such as https://host/path; http only to this very machine"), "url");
	if (e < 0)
		return e;
	struct bytes url = bytes_of_cstr(url_cstr);
	while (url.len > 0 && url.at[url.len - 1] == '/')
		url.len--;
	out->url_cstr = (const char *)arena_dup(arena, url).at;
	return out->url_cstr != NULL ? 0 : -ENOMEM;
}

static int
read_optional_number(
    const struct data_read *r, const struct data_tree *map, const char *key_cstr, long max, unsigned usual, unsigned *out)
{
	long value = (long)usual;
	int e = data_tree_find(map, key_cstr) == NULL ? 0 : data_read_need_number(r, map, key_cstr, 1, max, &value);
	*out = (unsigned)value;
	return e;
}

static int
read_limits(const struct data_read *r, const struct data_tree *map, struct connector *out)
{
	unsigned most = CONNECTOR_GREEN, personal = 0;
	int e = 0;
	if (data_tree_find(map, "most") != NULL) /* RED is for those in the room */
		e = data_read_need_choice(r, map, "most", tlp_words, CONNECTOR_RED, &most);
	if (e == 0 && data_tree_find(map, "personal") != NULL)
		e = data_read_need_choice(r, map, "personal", yes_no, LENGTH_OF(yes_no), &personal);
	if (e == 0)
		e = read_optional_number(r, map, "timeout", 120, TIMEOUT_S, &out->timeout_s);
	if (e == 0)
		e = read_optional_number(r, map, "attempts", 5, ATTEMPTS, &out->attempts);
	if (e == 0)
		e = data_read_word(r, map, "ca", &out->ca_cstr);
	out->most = (enum connector_tlp)most;
	out->personal = personal == 1;
	return e;
}

/* A slip in the name of a setting must not silently leave the setting out. */
static int
refuse_unknown(const struct data_read *r, const struct data_tree *map, const char *const *names)
{
	for (const struct data_tree *t = map->first; t != NULL; t = t->next) {
		size_t i = 0;
		while (names[i] != NULL && !bytes_eq(t->key, bytes_of_cstr(names[i])))
			i++;
		if (names[i] == NULL)
			return data_read_complain(r, t, _("this word is not one of those that the file may use"),
			    t->key.at == NULL ? "" : (const char *)t->key.at);
	}
	return 0;
}

static int
read_connector(const struct data_read *r, const struct data_tree *root, struct arena *arena, enum connector_kind kind,
    struct connectors *out)
{
	static const char *const names[CONNECTOR_KINDS][10] = {
	    {"url", "ca", "most", "personal", "timeout", "attempts", "app_token", "user_token", NULL},
	    {"url", "ca", "most", "personal", "timeout", "attempts", "secret", NULL}};
	const struct data_tree *map = data_tree_find(root, kind_words[kind]);
	struct connector *c = &out->connector[kind];
	if (map == NULL)
		return 0;
	if (map->kind != DATA_MAP)
		return data_read_complain(r, map, _("expected url: and the other settings below it"), kind_words[kind]);
	*c = (struct connector){.kind = kind, .app_token_cstr = "", .user_token_cstr = "", .secret_cstr = "", .ca_cstr = ""};
	int e = refuse_unknown(r, map, names[kind]);
	if (e == 0)
		e = read_url(r, map, arena, c);
	if (e == 0)
		e = read_limits(r, map, c);
	if (e == 0 && kind == CONNECTOR_GLPI)
		e = need_secret(r, map, "app_token", &c->app_token_cstr);
	if (e == 0 && kind == CONNECTOR_GLPI)
		e = need_secret(r, map, "user_token", &c->user_token_cstr);
	if (e == 0 && kind == CONNECTOR_WEBHOOK)
		e = need_secret(r, map, "secret", &c->secret_cstr);
	out->has[kind] = e == 0;
	return e;
}

int
connectors_read(struct arena *arena, struct bytes text, const char *file_cstr, struct connectors *out, struct diag *diag)
{
	static const char *const names[] = {"glpi", "webhook", NULL};
	struct data_read r = {.file_cstr = file_cstr, .diag = diag};
	const struct data_tree *root;
	struct connectors found = {0};
	int e = data_tree_read(arena, text, file_cstr, &root, diag);
	if (e == 0 && root->kind != DATA_MAP)
		e = data_read_complain(&r, root, _("expected glpi: or webhook:"), file_cstr);
	if (e == 0)
		e = refuse_unknown(&r, root, names);
	for (enum connector_kind kind = 0; kind < CONNECTOR_KINDS && e == 0; kind++)
		e = read_connector(&r, root, arena, kind, &found);
	if (e == 0)
		*out = found;
	return e;
}
