/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keywords of the flow and of what is remembered between packets: flow, flowbits, xbits, hostbits, flowint, stream_size,
 * threshold, detection_filter, tag. User guide: "Flow Keywords", "Xbits Keyword", "Thresholding Keywords", "Tag Keyword". */
#include "detect/rules/rule_keywords.h"

#include <errno.h>

RULE_KEYWORD(rule_keyword_flow_flow)
{
	static const struct {
		const char *word_cstr;
		uint16_t flag, against;
	} words[] = {
	    {"to_server", RULE_FLOW_TO_SERVER, RULE_FLOW_TO_CLIENT},
	    {"from_client", RULE_FLOW_TO_SERVER, RULE_FLOW_TO_CLIENT},
	    {"to_client", RULE_FLOW_TO_CLIENT, RULE_FLOW_TO_SERVER},
	    {"from_server", RULE_FLOW_TO_CLIENT, RULE_FLOW_TO_SERVER},
	    {"established", RULE_FLOW_ESTABLISHED, RULE_FLOW_NOT_ESTABLISHED | RULE_FLOW_STATELESS},
	    {"not_established", RULE_FLOW_NOT_ESTABLISHED, RULE_FLOW_ESTABLISHED | RULE_FLOW_STATELESS},
	    {"stateless", RULE_FLOW_STATELESS, RULE_FLOW_ESTABLISHED | RULE_FLOW_NOT_ESTABLISHED},
	    {"only_stream", RULE_FLOW_ONLY_STREAM, RULE_FLOW_NO_STREAM},
	    {"no_stream", RULE_FLOW_NO_STREAM, RULE_FLOW_ONLY_STREAM},
	    {"only_frag", RULE_FLOW_ONLY_FRAGMENTS, RULE_FLOW_NO_FRAGMENTS},
	    {"no_frag", RULE_FLOW_NO_FRAGMENTS, RULE_FLOW_ONLY_FRAGMENTS},
	};
	struct bytes part;
	while (rule_text_split(&value, ',', &part)) {
		size_t i = 0;
		while (i < LENGTH_OF(words) && !bytes_eq_nocase(part, bytes_of_cstr(words[i].word_cstr)))
			i++;
		if (i == LENGTH_OF(words))
			return rule_parser_refuse(p,
			    _("\"%.*s\" is not known: to_server, to_client, established, stateless ... was expected"),
			    part.len > 40 ? 40 : (int)part.len, (const char *)part.at);
		if ((p->rule.flow_flags & words[i].against) != 0)
			return rule_parser_refuse(p, _("%s contradicts what was said before"), words[i].word_cstr);
		if ((p->rule.flow_flags & words[i].flag) != 0)
			return rule_parser_refuse(p, _("%s was said before"), words[i].word_cstr);
		p->rule.flow_flags |= words[i].flag;
	}
	return 0;
}

static const char *const bit_commands[] = {"set", "unset", "toggle", "isset", "isnotset", NULL};

static struct rule_bit *
new_bit(struct rule_parser *p, struct bytes command)
{
	int at = rule_parser_word(command, bit_commands);
	if (at < 0) {
		(void)rule_parser_refuse(p, "%s", _("one of set, unset, toggle, isset, isnotset was expected"));
		return NULL;
	}
	if (p->rule.bit_count == RULE_STATES_MAX) {
		(void)rule_parser_refuse(p, _("%d of them are allowed in a rule"), RULE_STATES_MAX);
		return NULL;
	}
	struct rule_bit *bit = &p->bits[p->rule.bit_count++];
	*bit = (struct rule_bit){.command = (enum rule_bit_command)at};
	return bit;
}

RULE_KEYWORD(rule_keyword_flow_flowbits)
{
	struct bytes command, name;
	if (!rule_text_split(&value, ',', &command))
		return rule_parser_refuse(p, "%s", _("a command and a name were expected"));
	if (bytes_eq(command, BYTES("noalert"))) {
		p->rule.no_alert = true;
		return 0;
	}
	struct rule_bit *bit = new_bit(p, command);
	if (bit == NULL)
		return -EINVAL;
	bit->scope = RULE_BITS_FLOW;
	value = rule_text_trim(value);
	while (rule_text_split(&value, '|', &name)) {
		if (name.len == 0 || bit->name_count == LENGTH_OF(bit->names))
			return rule_parser_refuse(p, _("from 1 to %zu names were expected"), LENGTH_OF(bit->names));
		bit->names[bit->name_count++] = name;
	}
	if (bit->name_count == 0)
		return rule_parser_refuse(p, "%s", _("a name was expected"));
	if (bit->name_count > 1 && bit->command != RULE_BIT_IS_SET && bit->command != RULE_BIT_IS_NOT_SET)
		return rule_parser_refuse(p, "%s", _("only isset and isnotset may name several"));
	return 0;
}

/* xbits:set,NAME,track ip_src|ip_dst|ip_pair|tx[,expire SECONDS] */
RULE_KEYWORD(rule_keyword_flow_xbits)
{
	static const char *const tracks[] = {"ip_src", "ip_dst", "ip_pair", "tx", NULL};
	static const enum rule_bit_scope scopes[] = {
	    RULE_BITS_SOURCE, RULE_BITS_TARGET, RULE_BITS_PAIR, RULE_BITS_TRANSACTION};
	struct bytes command, name, part, word;
	if (!rule_text_split(&value, ',', &command))
		return rule_parser_refuse(p, "%s", _("a command and a name were expected"));
	if (bytes_eq(command, BYTES("noalert"))) {
		p->rule.no_alert = true;
		return 0;
	}
	struct rule_bit *bit = new_bit(p, command);
	if (bit == NULL)
		return -EINVAL;
	if (!rule_text_split(&value, ',', &name) || name.len == 0)
		return rule_parser_refuse(p, "%s", _("a name was expected"));
	bit->names[bit->name_count++] = name;
	bit->expire_s = 30;
	bool tracked = false;
	while (rule_text_split(&value, ',', &part)) {
		(void)rule_text_word(&part, &word);
		int64_t n;
		if (bytes_eq(word, BYTES("track"))) {
			int at = rule_parser_word(part, tracks);
			if (at < 0)
				return rule_parser_refuse(p, "%s", _("track ip_src, ip_dst, ip_pair or tx was expected"));
			bit->scope = scopes[at];
			tracked = true;
		} else if (bytes_eq(word, BYTES("expire"))) {
			int r = rule_parser_number(p, part, 1, UINT32_MAX, &n);
			if (r < 0)
				return r;
			bit->expire_s = (uint32_t)n;
		} else {
			return rule_parser_refuse(p, "%s", _("track and expire are all that may follow the name"));
		}
	}
	if (!tracked)
		return rule_parser_refuse(p, "%s", _("track ip_src, ip_dst, ip_pair or tx was expected"));
	return 0;
}

/* hostbits:set,NAME[,src|dst|both] */
RULE_KEYWORD(rule_keyword_flow_hostbits)
{
	static const char *const ends[] = {"src", "dst", "both", NULL};
	struct bytes command, name, end;
	if (!rule_text_split(&value, ',', &command))
		return rule_parser_refuse(p, "%s", _("a command and a name were expected"));
	if (bytes_eq(command, BYTES("noalert"))) {
		p->rule.no_alert = true;
		return 0;
	}
	struct rule_bit *bit = new_bit(p, command);
	if (bit == NULL)
		return -EINVAL;
	bit->scope = RULE_BITS_SOURCE;
	bit->expire_s = 300;
	if (!rule_text_split(&value, ',', &name) || name.len == 0)
		return rule_parser_refuse(p, "%s", _("a name was expected"));
	bit->names[bit->name_count++] = name;
	if (rule_text_split(&value, ',', &end)) {
		int at = rule_parser_word(end, ends);
		if (at < 0 || at == 2)
			return rule_parser_refuse(p, "%s", _("src or dst was expected behind the name"));
		bit->scope = at == 0 ? RULE_BITS_SOURCE : RULE_BITS_TARGET;
	}
	return 0;
}

/* flowint:NAME,+,1  =,0  >,5  isset  isnotset */
RULE_KEYWORD(rule_keyword_flow_flowint)
{
	static const struct {
		const char *sign_cstr;
		int command;
		enum rule_compare compare;
	} signs[] = {
	    {"+", RULE_INT_ADD, 0},
	    {"-", RULE_INT_SUBTRACT, 0},
	    {"=", RULE_INT_SET, 0},
	    {"<", RULE_INT_COMPARE, RULE_LESS},
	    {">", RULE_INT_COMPARE, RULE_GREATER},
	    {"<=", RULE_INT_COMPARE, RULE_LESS_EQUAL},
	    {">=", RULE_INT_COMPARE, RULE_GREATER_EQUAL},
	    {"==", RULE_INT_COMPARE, RULE_EQUAL},
	    {"!=", RULE_INT_COMPARE, RULE_NOT_EQUAL},
	    {"isset", RULE_INT_IS_SET, 0},
	    {"notset", RULE_INT_IS_NOT_SET, 0},
	    {"isnotset", RULE_INT_IS_NOT_SET, 0},
	};
	struct bytes name, sign, operand;
	if (!rule_text_split(&value, ',', &name) || !rule_text_split(&value, ',', &sign) || name.len == 0)
		return rule_parser_refuse(p, "%s", _("a name and an operator were expected, such as count,+,1"));
	size_t i = 0;
	while (i < LENGTH_OF(signs) && !bytes_eq_nocase(sign, bytes_of_cstr(signs[i].sign_cstr)))
		i++;
	if (i == LENGTH_OF(signs))
		return rule_parser_refuse(p, "%s", _("the operator is one of + - = < > <= >= == != isset isnotset"));
	if (p->rule.flow_int_count == RULE_STATES_MAX)
		return rule_parser_refuse(p, _("%d of them are allowed in a rule"), RULE_STATES_MAX);
	struct rule_flow_int *f = &p->flow_ints[p->rule.flow_int_count++];
	*f = (struct rule_flow_int){.name = name, .compare = signs[i].compare};
	f->command = signs[i].command;
	if (f->command == RULE_INT_IS_SET || f->command == RULE_INT_IS_NOT_SET)
		return 0;
	if (!rule_text_split(&value, ',', &operand) || operand.len == 0)
		return rule_parser_refuse(p, "%s", _("a number or a name was expected behind the operator"));
	if (operand.at[0] >= '0' && operand.at[0] <= '9')
		return rule_parser_number(p, operand, 0, UINT32_MAX, &f->number);
	f->other = operand;
	return 0;
}

static const char *const tracks[] = {"by_src", "by_dst", "by_both", "by_rule", "by_flow", NULL};
static const enum rule_track track_values[] = {
    RULE_TRACK_SOURCE, RULE_TRACK_TARGET, RULE_TRACK_BOTH, RULE_TRACK_RULE, RULE_TRACK_FLOW};

static int
read_threshold(struct rule_parser *p, struct bytes value, struct rule_threshold *t)
{
	static const char *const types[] = {"threshold", "limit", "both", "backoff", NULL};
	static const int type_values[] = {RULE_THRESHOLD, RULE_LIMIT, RULE_BOTH, RULE_BACKOFF};
	struct bytes part, word;
	int64_t n;
	int r = 0;
	while (r == 0 && rule_text_split(&value, ',', &part)) {
		(void)rule_text_word(&part, &word);
		if (bytes_eq(word, BYTES("type")) && t->type != RULE_DETECTION_FILTER) {
			int at = rule_parser_word(part, types);
			if (at < 0)
				return rule_parser_refuse(p, "%s", _("the type is one of threshold, limit, both, backoff"));
			t->type = type_values[at];
		} else if (bytes_eq(word, BYTES("track"))) {
			int at = rule_parser_word(part, tracks);
			if (at < 0)
				return rule_parser_refuse(
				    p, "%s", _("track by_src, by_dst, by_both, by_rule or by_flow was expected"));
			t->track = track_values[at];
		} else if (bytes_eq(word, BYTES("count"))) {
			r = rule_parser_number(p, part, 1, UINT32_MAX, &n);
			t->count = r == 0 ? (uint32_t)n : 0;
		} else if (bytes_eq(word, BYTES("seconds"))) {
			r = rule_parser_number(p, part, 1, UINT32_MAX, &n);
			t->seconds = r == 0 ? (uint32_t)n : 0;
		} else if (bytes_eq(word, BYTES("multiplier"))) {
			r = rule_parser_number(p, part, 1, UINT32_MAX, &n);
			t->multiplier = r == 0 ? (uint32_t)n : 0;
		} else {
			r = rule_parser_refuse(p, "%s", _("type, track, count and seconds were expected"));
		}
	}
	if (r < 0)
		return r;
	if (t->type == RULE_NO_THRESHOLD || t->track == RULE_TRACK_NONE || t->count == 0 ||
	    (t->seconds == 0 && t->type != RULE_BACKOFF))
		return rule_parser_refuse(p, "%s", _("type, track, count and seconds are all needed"));
	if (p->rule.threshold_count == 1 &&
	    (p->thresholds[0].type == RULE_DETECTION_FILTER) == (t->type == RULE_DETECTION_FILTER))
		return rule_parser_refuse(p, "%s", _("it stands in this rule twice"));
	if (p->rule.threshold_count == LENGTH_OF(p->thresholds))
		return rule_parser_refuse(p, "%s", _("it stands in this rule twice"));
	p->thresholds[p->rule.threshold_count++] = *t;
	return 0;
}

RULE_KEYWORD(rule_keyword_flow_threshold)
{
	struct rule_threshold t = {.type = RULE_NO_THRESHOLD};
	return read_threshold(p, value, &t);
}

RULE_KEYWORD(rule_keyword_flow_detection_filter)
{
	struct rule_threshold t = {.type = RULE_DETECTION_FILTER};
	return read_threshold(p, value, &t);
}

/* tag:session[,COUNT,packets|seconds|bytes]  tag:host,COUNT,METRIC,src|dst */
RULE_KEYWORD(rule_keyword_flow_tag)
{
	static const char *const metrics[] = {"packets", "seconds", "bytes", NULL};
	struct bytes what, count, metric, end;
	struct rule_tag tag = {.session = true, .count = 5};
	if (!rule_text_split(&value, ',', &what) || (!bytes_eq(what, BYTES("session")) && !bytes_eq(what, BYTES("host"))))
		return rule_parser_refuse(p, "%s", _("session or host was expected"));
	tag.session = bytes_eq(what, BYTES("session"));
	if (rule_text_split(&value, ',', &count)) {
		int64_t n;
		int r = rule_parser_number(p, count, 1, UINT32_MAX, &n);
		if (r < 0)
			return r;
		tag.count = (uint32_t)n;
		int at = rule_text_split(&value, ',', &metric) ? rule_parser_word(metric, metrics) : -1;
		if (at < 0)
			return rule_parser_refuse(p, "%s", _("packets, seconds or bytes was expected behind the number"));
		tag.metric = at;
		if (rule_text_split(&value, ',', &end))
			tag.by_source = bytes_eq(end, BYTES("src"));
	}
	p->tag = tag;
	p->rule.tag = &p->tag;
	return 0;
}
