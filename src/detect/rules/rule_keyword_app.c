/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keywords of protocols, data sets and events that are neither a buffer nor a plain number. */
#include "detect/rules/rule_dataset.h"
#include "detect/rules/rule_keywords.h"

#include "detect/rules/rule_protocols.h"

#include <errno.h>

/* app-layer-protocol:[!]NAME[,MODE] */
RULE_KEYWORD(rule_keyword_app_app_layer_protocol)
{
	struct bytes name;
	if (!rule_text_split(&value, ',', &name))
		return rule_parser_refuse(p, "%s", _("the name of a protocol was expected"));
	if (name.len > 0 && name.at[0] == '!') {
		p->rule.app_protocol_negated = true;
		name = rule_text_trim(bytes_after(name, 1));
	}
	if (!bytes_eq(name, BYTES("failed")) && !bytes_eq(name, BYTES("unknown")) && rule_protocols_find(name) == NULL)
		return rule_parser_refuse(
		    p, _("there is no protocol \"%.*s\""), name.len > 40 ? 40 : (int)name.len, (const char *)name.at);
	p->rule.app_protocol = name;
	return 0;
}

static int
event(struct rule_parser *p, int layer, struct bytes name)
{
	if (name.len == 0)
		return rule_parser_refuse(p, "%s", _("the name of an event was expected"));
	if (p->rule.event_count == RULE_STATES_MAX)
		return rule_parser_refuse(p, _("%d of them are allowed in a rule"), RULE_STATES_MAX);
	struct rule_event *e = &p->events[p->rule.event_count++];
	*e = (struct rule_event){.name = name};
	e->layer = layer;
	return 0;
}

RULE_KEYWORD(rule_keyword_app_decode_event)
{
	return event(p, RULE_EVENT_DECODE, value);
}

RULE_KEYWORD(rule_keyword_app_stream_event)
{
	return event(p, RULE_EVENT_STREAM, value);
}

RULE_KEYWORD(rule_keyword_app_app_layer_event)
{
	return event(p, RULE_EVENT_APP, value);
}

/* engine-event: the older name of the two above. */
RULE_KEYWORD(rule_keyword_app_engine_event)
{
	if (bytes_start_with(value, BYTES("stream.")))
		return event(p, RULE_EVENT_STREAM, bytes_after(value, 7));
	return event(p, RULE_EVENT_DECODE, value);
}

/* ---- Data sets ---- */

static int
dataset_option(struct rule_parser *p, struct rule_dataset *d, struct bytes part)
{
	static const char *const types[] = {"string", "md5", "sha256", "ipv4", "ip", NULL};
	struct bytes word;
	(void)rule_text_word(&part, &word);
	int r = 0;
	int64_t n = 0;
	if (bytes_eq(word, BYTES("type"))) {
		int at = rule_parser_word(part, types);
		if (at < 0)
			return rule_parser_refuse(p, "%s", _("the type is one of string, md5, sha256, ipv4, ip"));
		d->type = at;
	} else if (bytes_eq(word, BYTES("load"))) {
		d->load = part;
		d->loads = true;
	} else if (bytes_eq(word, BYTES("state"))) {
		d->load = d->save = part;
	} else if (bytes_eq(word, BYTES("save"))) {
		d->save = part;
	} else if (bytes_eq(word, BYTES("hashsize"))) {
		r = rule_parser_number(p, part, 1, UINT32_MAX, &n);
	} else if (bytes_eq(word, BYTES("match"))) {
		d->of_subdomains = bytes_eq(part, BYTES("subdomain"));
		if (!d->of_subdomains)
			r = rule_parser_refuse(p, "%s", _("subdomain was expected behind match"));
	} else if (bytes_eq(word, BYTES("format"))) {
		static const char *const formats[] = {"csv", "ndjson", "json", "jsonline", NULL};
		static const int values[] = {RULE_DATASET_CSV, RULE_DATASET_NDJSON, RULE_DATASET_JSON, RULE_DATASET_NDJSON};
		int at = rule_parser_word(part, formats);
		if (at < 0)
			return rule_parser_refuse(p, "%s", _("the format is one of csv, ndjson, json"));
		d->format = values[at];
	} else if (bytes_eq(word, BYTES("value_key"))) {
		d->value_key = part;
	} else if (bytes_eq(word, BYTES("array_key"))) {
		d->array_key = part;
	} else if (bytes_eq(word, BYTES("context_key")) || bytes_eq(word, BYTES("remove_key"))) {
		p->partly_cstr = N_("alerts do not quote what the data set says of a value");
	} else if (!bytes_eq(word, BYTES("memcap"))) { /* the bounds are ours */
		r = rule_parser_refuse(
		    p, _("\"%.*s\" is not known here"), word.len > 40 ? 40 : (int)word.len, (const char *)word.at);
	}
	return r;
}

/* dataset:isset,NAME[,type string][,load FILE] */
RULE_KEYWORD(rule_keyword_app_dataset)
{
	static const char *const commands[] = {"isset", "isnotset", "set", "unset", NULL};
	struct rule_dataset d = {0};
	struct bytes command, part;
	int at = rule_text_split(&value, ',', &command) ? rule_parser_word(command, commands) : -1;
	if (at < 0)
		return rule_parser_refuse(p, "%s", _("one of isset, isnotset, set, unset was expected"));
	d.command = at;
	if (!rule_text_split(&value, ',', &d.name) || d.name.len == 0)
		return rule_parser_refuse(p, "%s", _("a name was expected"));
	int r = 0;
	while (r == 0 && rule_text_split(&value, ',', &part))
		r = dataset_option(p, &d, part);
	if (r < 0)
		return r;
	if (d.save.len > 0 && !rule_dataset_is_file(d.save))
		return rule_parser_refuse(p, "%s", _("the name of a file to keep it in was expected, without a folder"));
	if (d.format != RULE_DATASET_CSV && d.value_key.len == 0)
		return rule_parser_refuse(p, "%s", _("value_key is needed: which member of the objects is the value"));
	if (!p->is_sticky)
		return rule_parser_refuse(p, "%s", _("it looks a buffer up: name one before it"));
	struct rule_match *m = rule_parser_match(p, RULE_DATASET);
	if (m == NULL)
		return -EINVAL;
	m->u.dataset = d;
	return 0;
}

/* datarep:NAME,OPERATOR,VALUE[,load FILE][,type ...] */
RULE_KEYWORD(rule_keyword_app_datarep)
{
	static const struct {
		const char *sign_cstr;
		enum rule_compare compare;
	} signs[] = {{"<", RULE_LESS}, {">", RULE_GREATER}, {"==", RULE_EQUAL}};
	struct rule_dataset d = {0};
	struct bytes sign, number, part;
	if (!rule_text_split(&value, ',', &d.name) || !rule_text_split(&value, ',', &sign) ||
	    !rule_text_split(&value, ',', &number))
		return rule_parser_refuse(p, "%s", _("a name, an operator and a number were expected"));
	size_t i = 0;
	while (i < LENGTH_OF(signs) && !bytes_eq(sign, bytes_of_cstr(signs[i].sign_cstr)))
		i++;
	if (i == LENGTH_OF(signs))
		return rule_parser_refuse(p, "%s", _("the operator is one of < > =="));
	d.compare = signs[i].compare;
	int r = rule_parser_number(p, number, 0, 65535, &d.reputation);
	while (r == 0 && rule_text_split(&value, ',', &part))
		r = dataset_option(p, &d, part);
	if (r < 0)
		return r;
	if (!p->is_sticky)
		return rule_parser_refuse(p, "%s", _("it looks a buffer up: name one before it"));
	struct rule_match *m = rule_parser_match(p, RULE_DATAREP);
	if (m == NULL)
		return -EINVAL;
	m->u.dataset = d;
	return 0;
}

/* ---- TLS, FTP, SMB ---- */

/* One of these words, as the whole of what a view shows. */
int
rule_keyword_app_word_in(struct rule_parser *p, enum view view, const char *const *words, struct bytes value)
{
	int at = rule_parser_word(value, words);
	if (at < 0)
		return rule_parser_refuse(
		    p, _("\"%.*s\" is not known here"), value.len > 40 ? 40 : (int)value.len, (const char *)value.at);
	struct rule_content content = rule_parser_content(bytes_of_cstr(words[at]), false);
	content.nocase = content.starts = content.ends = true;
	return rule_parser_add_content(p, view, &content);
}

RULE_KEYWORD(rule_keyword_app_ftpbounce)
{
	static const char *const words[] = {"yes", NULL};
	(void)value;
	return rule_keyword_app_word_in(p, VIEW_FTP_BOUNCE, words, BYTES("yes"));
}

RULE_KEYWORD(rule_keyword_app_ftpdata_command)
{
	static const char *const words[] = {"retr", "stor", "appe", "stou", "list", "nlst", "mlsd", NULL};
	return rule_keyword_app_word_in(p, VIEW_FTP_DATA_COMMAND, words, value);
}

RULE_KEYWORD(rule_keyword_app_ftp_mode)
{
	static const char *const words[] = {"active", "passive", NULL};
	return rule_keyword_app_word_in(p, VIEW_FTP_MODE, words, value);
}

RULE_KEYWORD(rule_keyword_app_ftp_reply_received)
{
	static const char *const words[] = {"yes", "no", NULL};
	return rule_keyword_app_word_in(p, VIEW_FTP_REPLY_RECEIVED, words, value);
}

/* "367abb81-9844-35f1-ad32-98f038001003" */
static bool
read_uuid(struct bytes text, uint8_t out[16])
{
	size_t at = 0;
	for (size_t i = 0; i < text.len; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash) {
			if (text.at[i] != '-')
				return false;
			continue;
		}
		int high = bytes_hex_digit(text.at[i]), low = i + 1 < text.len ? bytes_hex_digit(text.at[++i]) : -1;
		if (high < 0 || low < 0 || at == 16)
			return false;
		out[at++] = (uint8_t)(high << 4 | low);
	}
	return at == 16;
}

/* dcerpc.iface:UUID[,>VERSION][,any_frag] */
RULE_KEYWORD(rule_keyword_app_dcerpc_iface)
{
	struct rule_interface i = {0};
	struct bytes part;
	if (!rule_text_split(&value, ',', &part) || !read_uuid(rule_text_trim(part), i.uuid))
		return rule_parser_refuse(
		    p, "%s", _("the number of an interface was expected, as 367abb81-9844-35f1-ad32-98f038001003"));
	while (rule_text_split(&value, ',', &part)) {
		struct rule_value low, high;
		if (bytes_eq(part, BYTES("any_frag"))) {
			i.any_fragment = true;
			continue;
		}
		int r = rule_parser_comparison(p, part, UINT16_MAX, &i.version.compare, &low, &high);
		if (r == 0 && (low.variable >= 0 || high.variable >= 0))
			r = rule_parser_refuse(p, "%s", _("a number was expected"));
		if (r < 0)
			return r;
		i.has_version = true;
		i.version.low = low.number;
		i.version.high = high.number;
	}
	struct rule_match *m = rule_parser_match_in(p, VIEW_DCERPC_INTERFACE, RULE_DCERPC_INTERFACE);
	if (m == NULL)
		return -EINVAL;
	m->u.interface = i;
	return 0;
}

/* The certificate's subject, issuer or fingerprint as a value, as rules wrote it before there were buffers for them. */
static int
in_view(struct rule_parser *p, struct bytes value, enum view view)
{
	bool negated;
	struct bytes text, bytes;
	int r = rule_parser_unquote(p, value, &negated, &text);
	if (r == 0)
		r = rule_parser_content_bytes(p, text, &bytes);
	if (r == 0 && bytes.len == 0)
		r = rule_parser_refuse(p, "%s", _("nothing is looked for: give at least one byte"));
	if (r < 0)
		return r;
	struct rule_content content = rule_parser_content(bytes_first(bytes, RULE_CONTENT_MAX), negated);
	return rule_parser_add_content(p, view, &content);
}

RULE_KEYWORD(rule_keyword_app_tls_subject)
{
	return in_view(p, value, VIEW_TLS_CERT_SUBJECT);
}

RULE_KEYWORD(rule_keyword_app_tls_issuer)
{
	return in_view(p, value, VIEW_TLS_CERT_ISSUER);
}

RULE_KEYWORD(rule_keyword_app_tls_fingerprint)
{
	return in_view(p, value, VIEW_TLS_CERT_FINGERPRINT);
}

RULE_KEYWORD(rule_keyword_app_ssh_software)
{
	return in_view(p, value, VIEW_SSH_SOFTWARE);
}

RULE_KEYWORD(rule_keyword_app_ssh_protocol)
{
	return in_view(p, value, VIEW_SSH_PROTO);
}

/* What the language has and the program does not. */
RULE_KEYWORD(rule_keyword_app_later)
{
	(void)value;
	return rule_parser_cannot(p, "%s", _("beffroi does not do this yet"));
}

RULE_KEYWORD(rule_keyword_app_lua)
{
	(void)value;
	return rule_parser_cannot(p, "%s", _("programs inside rules are not run here"));
}
