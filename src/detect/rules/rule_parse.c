/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_parse.h"

#include "core/cursor.h"
#include "detect/rules/rule_field_name.h"
#include "detect/rules/rule_keywords.h"
#include "detect/rules/rule_protocols.h"
#include "detect/rules/rule_ranges.h"
#include "detect/rules/rule_suggest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { RULE_TEXT_MAX = 65536 };

struct rule_parser *
rule_parse_new(void)
{
	return calloc(1, sizeof(struct rule_parser));
}

void
rule_parse_free(struct rule_parser *parser)
{
	free(parser);
}

static int
clip(struct bytes b)
{
	return b.len > 60 ? 60 : (int)b.len;
}

/* ---- The header: action protocol source ports direction target ports ---- */

/* A word of the header: brackets may have spaces inside. */
static bool
header_word(struct bytes *left, struct bytes *out)
{
	*left = rule_text_trim(*left);
	size_t n = 0, depth = 0;
	for (; n < left->len; n++) {
		uint8_t c = left->at[n];
		if (c == '[')
			depth++;
		else if (c == ']' && depth > 0)
			depth--;
		else if (depth == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\\'))
			break;
	}
	*out = bytes_first(*left, n);
	*left = bytes_after(*left, n);
	return n > 0;
}

static int
read_action(struct rule_parser *p, struct bytes word)
{
	static const struct {
		const char *word_cstr;
		enum rule_action action;
	} actions[] = {{"alert", RULE_ALERT}, {"pass", RULE_PASS}, {"drop", RULE_DROP}, {"reject", RULE_REJECT},
	    {"rejectsrc", RULE_REJECT_SRC}, {"rejectdst", RULE_REJECT_DST}, {"rejectboth", RULE_REJECT_BOTH},
	    {"config", RULE_CONFIG}};
	for (size_t i = 0; i < LENGTH_OF(actions); i++)
		if (bytes_eq_nocase(word, bytes_of_cstr(actions[i].word_cstr))) {
			p->rule.action = actions[i].action;
			return 0;
		}
	return rule_parser_refuse(p, _("\"%.*s\" is no action: alert, pass, drop, reject or config was expected"),
	    clip(word), (const char *)word.at);
}

static int
read_protocol(struct rule_parser *p, struct bytes word)
{
	size_t colon = bytes_find(word, ':');
	struct bytes name = bytes_first(word, colon);
	const struct rule_protocol *protocol = rule_protocols_find(name);
	if (protocol == NULL)
		return rule_parser_refuse(p,
		    _("\"%.*s\" is no protocol: tcp, udp, icmp, ip, http, tls, dns ... was expected"), clip(name),
		    (const char *)name.at);
	p->rule.ip_protos = protocol->ip_protos;
	p->rule.app_cstr = protocol->app_cstr;
	/* A hook ("http1:request_line") says when the rule may be tried; here every one is when what it looks at comes. */
	struct bytes hook = bytes_after(word, colon < word.len ? colon + 1 : word.len);
	if (bytes_eq(hook, BYTES("flow_start")) && protocol->app_cstr == NULL)
		p->rule.flow_flags |= RULE_FLOW_AT_START;
	else
		p->rule.has_hook = hook.len > 0 && !bytes_eq(hook, BYTES("all"));
	if (protocol->app_cstr != NULL && !protocol->is_read)
		return rule_parser_cannot(p, _("beffroi does not read %s yet"), protocol->name_cstr);
	return 0;
}

static int
read_direction(struct rule_parser *p, struct bytes word)
{
	if (bytes_eq(word, BYTES("->")))
		p->rule.direction = RULE_ONE_WAY;
	else if (bytes_eq(word, BYTES("<>")))
		p->rule.direction = RULE_BOTH_WAYS;
	else if (bytes_eq(word, BYTES("=>")))
		p->rule.direction = RULE_TRANSACTION;
	else
		return rule_parser_refuse(
		    p, _("\"%.*s\" was given, -> or <> was expected"), clip(word), (const char *)word.at);
	return 0;
}

static int
read_header(struct rule_parser *p, const struct rule_vars *vars, struct bytes header, const uint8_t *start)
{
	struct bytes words[7];
	for (size_t i = 0; i < LENGTH_OF(words); i++) {
		bool there = header_word(&header, &words[i]);
		if (there && i == 0 && read_action(p, words[0]) < 0)
			return -EINVAL;
		if (!there) {
			p->at = (size_t)(header.at == NULL ? 0 : header.at - start);
			return rule_parser_refuse(p, "%s",
			    _("the header is not whole: ACTION PROTOCOL ADDRESS PORT -> ADDRESS PORT was expected before the options"));
		}
	}
	if (rule_text_trim(header).len > 0) {
		p->at = (size_t)(rule_text_trim(header).at - start);
		return rule_parser_refuse(p, "%s", _("more words than ACTION PROTOCOL ADDRESS PORT -> ADDRESS PORT"));
	}
	int late = 0, r = 0;
	p->at = (size_t)(words[1].at - start);
	r = read_protocol(p, words[1]);
	struct diag known = *p->diag;
	if (r == -ENOTSUP) /* what is wrong further on is told first */
		late = r, r = 0;
	struct rule *rule = &p->rule;
	for (size_t i = 2; i < LENGTH_OF(words) && r == 0; i++) {
		p->at = (size_t)(words[i].at - start);
		switch (i) {
		case 2: r = rule_ranges_nets(p->arena, vars, words[i], &rule->source, p->diag); break;
		case 3: r = rule_ranges_ports(p->arena, vars, words[i], &rule->source_ports, p->diag); break;
		case 4: r = read_direction(p, words[i]); break;
		case 5: r = rule_ranges_nets(p->arena, vars, words[i], &rule->target, p->diag); break;
		default: r = rule_ranges_ports(p->arena, vars, words[i], &rule->target_ports, p->diag); break;
		}
	}
	if (r == 0 && late != 0) {
		*p->diag = known;
		p->at = (size_t)(words[1].at - start);
		r = late;
	}
	return r;
}

/* ---- Options ---- */

static int
enter_view(struct rule_parser *p, enum view view, bool older, struct bytes value)
{
	uint8_t sides = bytes_eq(value, BYTES("to_server")) ? VIEW_FROM_CLIENT
	    : bytes_eq(value, BYTES("to_client"))           ? VIEW_FROM_SERVER
	                                                    : 0;
	if (value.len > 0 && sides == 0)
		return rule_parser_refuse(p, "%s", _("it takes no value, or to_server or to_client"));
	/* Older names that changed the content before them; some (file_data, dns_query, tls_...) stood before it as today. */
	static const char *const modifiers[] = {"http_uri", "http_raw_uri", "http_method", "http_client_body",
	    "http_server_body", "http_header", "http_raw_header", "http_cookie", "http_user_agent", "http_host",
	    "http_raw_host", "http_stat_code", "http_stat_msg", NULL};
	if (older && rule_parser_word(bytes_of_cstr(view_of(view)->older_cstr), modifiers) >= 0)
		return rule_parser_move_last(p, view);
	int r = sides == 0 ? rule_parser_enter(p, view) : rule_parser_enter_side(p, view, sides);
	p->is_sticky = r == 0;
	return r;
}

/* The view where a number of a transaction is shown; VIEWS: it is none, or not shown. */
static enum view
view_of_number(enum rule_field field)
{
	static const struct {
		enum rule_field field;
		enum view view;
	} shown[] = {
	    {RULE_FIELD_DNS_OPCODE, VIEW_DNS_OPCODE},
	    {RULE_FIELD_TLS_CERT_CHAIN_LENGTH, VIEW_TLS_CHAIN_LENGTH},
	    {RULE_FIELD_NTP_VERSION, VIEW_NTP_VERSION},
	    {RULE_FIELD_NTP_MODE, VIEW_NTP_MODE},
	    {RULE_FIELD_NTP_STRATUM, VIEW_NTP_STRATUM},
	    {RULE_FIELD_DHCP_LEASE_TIME, VIEW_DHCP_LEASE_TIME},
	    {RULE_FIELD_DHCP_RENEWAL_TIME, VIEW_DHCP_RENEWAL_TIME},
	    {RULE_FIELD_DHCP_REBINDING_TIME, VIEW_DHCP_REBINDING_TIME},
	    {RULE_FIELD_LDAP_REQUEST_OPERATION, VIEW_LDAP_REQUEST_OPERATION},
	    {RULE_FIELD_LDAP_RESPONSES_OPERATION, VIEW_LDAP_RESPONSES_OPERATION},
	    {RULE_FIELD_LDAP_RESPONSES_COUNT, VIEW_LDAP_RESPONSES_COUNT},
	    {RULE_FIELD_LDAP_RESULT_CODE, VIEW_LDAP_RESULT_CODE},
	    {RULE_FIELD_DNS_RCODE, VIEW_DNS_RCODE},
	    {RULE_FIELD_DNS_RRTYPE, VIEW_DNS_RRTYPE},
	    {RULE_FIELD_FTP_DYNAMIC_PORT, VIEW_FTP_DYNAMIC_PORT},
	    {RULE_FIELD_MQTT_PROTOCOL_VERSION, VIEW_MQTT_PROTOCOL_VERSION},
	    {RULE_FIELD_MQTT_QOS, VIEW_MQTT_QOS},
	    {RULE_FIELD_MQTT_REASON_CODE, VIEW_MQTT_REASON_CODE},
	    {RULE_FIELD_DCERPC_OPNUM, VIEW_DCERPC_OPNUM},
	    {RULE_FIELD_SMB_VERSION, VIEW_SMB_VERSION},
	    {RULE_FIELD_SNMP_VERSION, VIEW_SNMP_VERSION},
	    {RULE_FIELD_SNMP_PDU_TYPE, VIEW_SNMP_PDU_TYPE},
	    {RULE_FIELD_SNMP_TRAP_TYPE, VIEW_SNMP_TRAP_TYPE},
	    {RULE_FIELD_KRB5_MESSAGE_TYPE, VIEW_KRB5_MESSAGE_TYPE},
	    {RULE_FIELD_KRB5_ERROR_CODE, VIEW_KRB5_ERROR_CODE},
	};
	for (size_t i = 0; i < LENGTH_OF(shown); i++)
		if (shown[i].field == field)
			return shown[i].view;
	return VIEWS;
}

/* Of which answers of several: "success,0", "success,-1", "success,all". True: it was said. */
static bool
take_index(enum rule_field field, struct bytes *value, struct rule_numbers *out)
{
	size_t comma = bytes_find(*value, ',');
	struct bytes word = rule_text_trim(bytes_after(*value, comma + 1));
	if ((field != RULE_FIELD_LDAP_RESPONSES_OPERATION && field != RULE_FIELD_LDAP_RESULT_CODE) || comma == value->len)
		return false;
	bool negative = word.len > 0 && word.at[0] == '-';
	struct cursor c = cursor_of(bytes_after(word, negative));
	int index = 0;
	bool is_number = c.left > 0 && c.left < 4;
	while (is_number && c.left > 0) {
		uint8_t digit = cursor_u8(&c);
		is_number = digit >= '0' && digit <= '9';
		index = index * 10 + digit - '0';
	}
	if (!is_number && !bytes_eq(word, BYTES("all")) && !bytes_eq(word, BYTES("any")))
		return false;
	out->which = is_number ? RULE_NUMBERS_AT : bytes_eq(word, BYTES("all")) ? RULE_NUMBERS_ALL : RULE_NUMBERS_ANY;
	out->index = (int16_t)(negative ? -index : index);
	*value = rule_text_trim(bytes_first(*value, comma));
	return true;
}

/* "4", ">3", "1,5,20-30": any of them. */
static int
read_numbers(struct rule_parser *p, enum rule_field field, struct bytes value)
{
	size_t count = 1;
	struct rule_numbers numbers = {.field = field};
	(void)take_index(field, &value, &numbers);
	for (size_t i = 0; i < value.len; i++)
		count += value.at[i] == ',';
	struct rule_comparison *any = arena_new(p->arena, struct rule_comparison, count);
	if (any == NULL || count > UINT16_MAX)
		return diag_say(p->diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	struct bytes part;
	for (size_t i = 0; i < count; i++) {
		struct rule_value low = {.variable = -1}, high = {.variable = -1};
		(void)rule_text_split(&value, ',', &part);
		int r = 0;
		if (!rule_field_name_find(field, part, &any[i].compare, &low.number))
			r = rule_parser_comparison(
			    p, part, rule_keyword_table_field_kind(field)->max, &any[i].compare, &low, &high);
		if (r == 0 && (low.variable >= 0 || high.variable >= 0))
			r = rule_parser_refuse(p, "%s", _("a number was expected"));
		if (r < 0)
			return r;
		any[i].low = low.number;
		any[i].high = high.number;
	}
	struct rule_match *m = rule_parser_match_in(p, view_of_number(field), RULE_NUMBERS);
	if (m == NULL)
		return -EINVAL;
	numbers.count = (uint16_t)count;
	numbers.any = any;
	m->u.numbers = numbers;
	return 0;
}

static int
read_number(struct rule_parser *p, enum rule_field field, struct bytes value)
{
	if (view_of_number(field) != VIEWS)
		return read_numbers(p, field, value);
	struct rule_number *n = rule_parser_add_number(p, field);
	struct rule_value low, high;
	if (n == NULL)
		return -EINVAL;
	int r = rule_parser_comparison(p, value, rule_keyword_table_field_kind(field)->max, &n->compare, &low, &high);
	if (r == 0 && (low.variable >= 0 || high.variable >= 0))
		return rule_parser_refuse(p, "%s", _("a number was expected"));
	n->low = low.number;
	n->high = high.number;
	const char *protocol_cstr = rule_keyword_table_field_kind(field)->protocol_cstr;
	const struct rule_protocol *protocol = protocol_cstr == NULL ? NULL
	                                                             : rule_protocols_find(bytes_of_cstr(protocol_cstr));
	if (r == 0 && protocol != NULL && !protocol->is_read)
		return rule_parser_cannot(p, _("beffroi does not read %s yet"), protocol_cstr);
	return r;
}

static int
read_option(struct rule_parser *p, struct bytes name, struct bytes value, bool has_value)
{
	char name_cstr[64];
	bool older = false;
	/* The commonest first: no name is in two of these. */
	const struct rule_keyword *keyword = rule_keyword_table_find(name);
	enum view view = keyword != NULL ? VIEWS : view_find(name, &older);
	enum rule_field field = keyword != NULL || view != VIEWS ? RULE_FIELDS : rule_keyword_table_field(name);
	if (view != VIEWS) {
		p->keyword_cstr = older ? view_of(view)->older_cstr : view_of(view)->name_cstr;
		int r = enter_view(p, view, older, value);
		const char *protocol_cstr = view_of(view)->protocol_cstr;
		const struct rule_protocol *protocol = protocol_cstr == NULL
		    ? NULL
		    : rule_protocols_find(bytes_of_cstr(protocol_cstr));
		return r == 0 && protocol != NULL && !protocol->is_read
		    ? rule_parser_cannot(p, _("beffroi does not read %s yet"), protocol_cstr)
		    : r;
	}
	if (keyword != NULL) {
		p->keyword_cstr = keyword->name_cstr;
		if (keyword->need == RULE_TAKES_ONE && value.len == 0)
			return rule_parser_refuse(p, "%s", _("its value is missing"));
		if (keyword->need == RULE_TAKES_NONE && has_value)
			return rule_parser_refuse(p, "%s", _("it takes no value"));
		return keyword->parse(p, value);
	}
	if (field != RULE_FIELDS) {
		p->keyword_cstr = rule_keyword_table_field_kind(field)->name_cstr;
		return value.len == 0 ? rule_parser_refuse(p, "%s", _("its value is missing"))
		                      : read_number(p, field, value);
	}
	p->keyword_cstr = NULL;
	const char *near_cstr = rule_suggest(name);
	(void)snprintf(name_cstr, sizeof(name_cstr), "%.*s", clip(name), (const char *)name.at);
	return near_cstr == NULL
	    ? rule_parser_refuse(p, _("there is no keyword \"%s\""), name_cstr)
	    : rule_parser_refuse(p, _("there is no keyword \"%s\": did you mean %s?"), name_cstr, near_cstr);
}

/* The end of an option: its semicolon, unless a backslash stands before it. Quotes do not count: expressions have some of their
 * own. left.len when there is none. */
static size_t
option_end(struct bytes left)
{
	for (size_t i = 0; i < left.len; i++)
		if (left.at[i] == ';' && (i == 0 || left.at[i - 1] != '\\'))
			return i;
	return left.len;
}

/* What can be used of a rule is known when all of it was read: an error further on is told before "not yet". */
static int
read_options(struct rule_parser *p, struct bytes left, const uint8_t *start)
{
	int late = 0;
	size_t late_at = 0;
	struct diag known = {0};
	for (left = rule_text_trim(left); left.len > 0; left = rule_text_trim(left)) {
		size_t end = option_end(left);
		struct bytes option = rule_text_trim(bytes_first(left, end));
		p->keyword_cstr = NULL;
		p->at = (size_t)(left.at - start);
		if (end == left.len)
			return rule_parser_refuse(
			    p, _("\"%.*s\" does not end: its semicolon is missing"), clip(option), (const char *)option.at);
		left = bytes_after(left, end + 1);
		if (option.len == 0)
			continue;
		size_t colon = bytes_find(option, ':');
		int r = read_option(p, rule_text_trim(bytes_first(option, colon)),
		    rule_text_trim(bytes_after(option, colon + 1)), colon < option.len);
		if (r == -ENOTSUP && late == 0) {
			late = r;
			late_at = p->at;
			known = *p->diag;
		} else if (r < 0 && r != -ENOTSUP) {
			return r;
		}
	}
	if (late != 0) {
		*p->diag = known;
		p->at = late_at;
	}
	return late;
}

/* ---- What must hold of the whole ---- */

/* Numbers in hexadecimal digits: rules write them in either case. */
static bool
has_no_case(enum view view)
{
	return view == VIEW_TLS_CERT_FINGERPRINT || view == VIEW_TLS_CERT_SERIAL || view == VIEW_JA3_HASH ||
	    view == VIEW_JA3S_HASH || view == VIEW_SSH_HASSH || view == VIEW_SSH_HASSH_SERVER;
}

static int
check(struct rule_parser *p)
{
	struct rule *r = &p->rule;
	for (size_t i = 0; i < r->match_count; i++)
		if (p->matches[i].kind == RULE_CONTENT && has_no_case(p->buffers[p->matches[i].buffer].view))
			p->matches[i].u.content.nocase = true;
	uint8_t sides = VIEW_FROM_CLIENT | VIEW_FROM_SERVER;
	p->keyword_cstr = NULL;
	if (r->sid == 0)
		return rule_parser_refuse(p, "%s", _("the rule has no sid: every rule needs a number of its own"));
	for (size_t i = 0; i < r->match_count; i++) {
		const struct view_kind *view = view_of(p->buffers[p->matches[i].buffer].view);
		uint8_t said = p->buffers[p->matches[i].buffer].sides, its_sides = said != 0 ? said : view->sides;
		const char *name_cstr = view->name_cstr[0] != '\0' ? view->name_cstr : view->protocol_cstr; /* of a number */
		p->at = p->matches[i].at;
		if (r->app_cstr != NULL && view->protocol_cstr != NULL && strcmp(r->app_cstr, view->protocol_cstr) != 0 &&
		    !(strncmp(r->app_cstr, "http", 4) == 0 && strncmp(view->protocol_cstr, "http", 4) == 0) &&
		    !(strcmp(r->app_cstr, "quic") == 0 && strcmp(view->protocol_cstr, "tls") == 0) &&
		    !(strcmp(r->app_cstr, "smb") == 0 && strcmp(view->protocol_cstr, "dcerpc") == 0) &&
		    !(strcmp(r->app_cstr, "dns") == 0 && strstr(view->protocol_cstr, "dns") != NULL))
			return rule_parser_refuse(
			    p, _("the rule is for %s, but %s belongs to %s"), r->app_cstr, name_cstr, view->protocol_cstr);
		if (view->protocol_cstr != NULL && (r->ip_protos & (RULE_ICMP | RULE_SCTP | RULE_IGMP)) != 0)
			return rule_parser_refuse(
			    p, _("%s belongs to %s, which this protocol never carries"), name_cstr, view->protocol_cstr);
		if (r->direction != RULE_TRANSACTION) {
			if ((sides & its_sides) == 0)
				return rule_parser_refuse(p, "%s",
				    _("it looks into the request and into the response: one rule looks into one of them (or use => in the header)"));
			sides &= its_sides;
		}
	}
	if (r->direction != RULE_TRANSACTION) {
		bool wrong_way = ((r->flow_flags & RULE_FLOW_TO_SERVER) != 0 && sides == VIEW_FROM_SERVER) ||
		    ((r->flow_flags & RULE_FLOW_TO_CLIENT) != 0 && sides == VIEW_FROM_CLIENT);
		if (wrong_way)
			return rule_parser_refuse(p, "%s", _("its flow goes the other way than the buffers it looks into"));
		/* A rule that looks into what one side says only needs that side. */
		if ((r->flow_flags & (RULE_FLOW_TO_SERVER | RULE_FLOW_TO_CLIENT)) == 0 && sides == VIEW_FROM_CLIENT)
			r->flow_flags |= RULE_FLOW_TO_SERVER;
		if ((r->flow_flags & (RULE_FLOW_TO_SERVER | RULE_FLOW_TO_CLIENT)) == 0 && sides == VIEW_FROM_SERVER)
			r->flow_flags |= RULE_FLOW_TO_CLIENT;
	}
	return 0;
}

/* Into the arena: as long as the rule is. */
static void *
keep(struct arena *arena, const void *list, size_t count, size_t size, bool *full)
{
	if (count == 0)
		return NULL;
	void *room = arena_take(arena, count, size);
	if (room == NULL)
		*full = true;
	else
		memcpy(room, list, count * size);
	return room;
}

static struct rule *
settle(struct rule_parser *p)
{
	bool full = false;
	struct rule *r = keep(p->arena, &p->rule, 1, sizeof(p->rule), &full);
	if (r == NULL)
		return NULL;
#define KEEP(list, count) keep(p->arena, p->list, count, sizeof(*p->list), &full)
	r->buffers = KEEP(buffers, r->buffer_count);
	r->matches = KEEP(matches, r->match_count);
	r->numbers = KEEP(numbers, r->number_count);
	r->masks = KEEP(masks, r->mask_count);
	r->words = KEEP(words, r->word_count);
	r->bits = KEEP(bits, r->bit_count);
	r->flow_ints = KEEP(flow_ints, r->flow_int_count);
	r->events = KEEP(events, r->event_count);
	r->thresholds = KEEP(thresholds, r->threshold_count);
	r->references = KEEP(references, r->reference_count);
	r->metadata = KEEP(metadata, r->metadata_count);
#undef KEEP
	if (r->store != NULL)
		r->store = keep(p->arena, &p->store, 1, sizeof(p->store), &full);
	if (r->tag != NULL)
		r->tag = keep(p->arena, &p->tag, 1, sizeof(p->tag), &full);
	return full ? NULL : r;
}

int
rule_parse_needs(struct bytes text, size_t *at, struct diag *diag)
{
	const struct bytes wanted = BYTES("requires:");
	size_t open = bytes_find(text, '(');
	for (struct bytes left = bytes_after(text, open + 1); left.len > 0;) {
		left = rule_text_trim(left);
		struct bytes option = bytes_first(left, option_end(left));
		*at = (size_t)(left.at - text.at);
		int r = !bytes_start_with(option, wanted) ? 0
		                                          : rule_keyword_meta_needs(bytes_after(option, wanted.len), diag);
		if (r < 0)
			return r;
		left = bytes_after(left, option.len + 1);
	}
	return 0;
}

int
rule_parse(struct rule_parser *p, struct arena *arena, const struct rule_vars *vars, const struct rule_text *text,
    struct rule **out, const char **partly, size_t *at, uint32_t *sid_out, struct diag *diag)
{
	p->arena = arena;
	p->diag = diag;
	p->keyword_cstr = NULL;
	p->at = 0;
	p->current = 0;
	p->is_sticky = false;
	p->last_content = RULE_NO_MATCH;
	p->partly_cstr = NULL;
	p->rule = (struct rule){.gid = 1, .priority = 3, .line = text->line, .text = text->text};
	struct bytes body = text->text;
	size_t open = bytes_find(body, '(');
	int r = 0, late = 0;
	struct diag known = {0};
	size_t known_at = 0;
	if (body.len > RULE_TEXT_MAX)
		r = rule_parser_refuse(p, _("the rule has more than %d bytes"), RULE_TEXT_MAX);
	if (r == 0)
		r = read_header(p, vars, bytes_first(body, open), body.at);
	if (r == -ENOTSUP) {
		late = r;
		known = *diag;
		known_at = p->at;
		r = 0;
	}
	if (r == 0 && (open == body.len || body.at[body.len - 1] != ')')) {
		p->at = body.len;
		r = rule_parser_refuse(p, "%s", _("the options are not whole: they stand between ( and ) at the end"));
	}
	if (r == 0)
		r = read_options(p, (struct bytes){body.at + open + 1, body.len - open - 2}, body.at);
	if (r == 0)
		r = check(p);
	if (late != 0 && (r == 0 || r == -ENOTSUP)) {
		r = late;
		*diag = known;
		p->at = known_at;
	}
	*at = p->at;
	*sid_out = p->rule.sid;
	if (r < 0)
		return r;
	struct rule *rule = settle(p);
	if (rule == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	*partly = p->partly_cstr;
	*out = rule;
	return 0;
}
