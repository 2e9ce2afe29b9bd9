/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keywords of one packet's headers that are no plain number. User guide: "IP Keywords", "TCP keywords", "ICMP keywords",
 * "IP Reputation Keyword". */
#include "detect/rules/rule_keywords.h"

#include <errno.h>

static struct rule_mask *
new_mask(struct rule_parser *p)
{
	if (p->rule.mask_count == RULE_NUMBERS_MAX) {
		(void)rule_parser_refuse(p, _("%d of them are allowed in a rule"), RULE_NUMBERS_MAX);
		return NULL;
	}
	struct rule_mask *m = &p->masks[p->rule.mask_count++];
	*m = (struct rule_mask){0};
	return m;
}

/* Letters, with + * or ! among them wherever they stand. */
static int
letters(
    struct rule_parser *p, struct bytes text, const char *names_cstr, const uint8_t *bits, uint8_t *out, struct rule_mask *m)
{
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.at[i];
		const char *hit = strchr(names_cstr, bytes_lower(c));
		if (m != NULL && (c == '+' || c == '*' || c == '!')) {
			if (m->how != RULE_MASK_EXACT)
				return rule_parser_refuse(p, "%s", _("one of + * ! at most was expected"));
			m->how = c == '+' ? RULE_MASK_ALL : c == '*' ? RULE_MASK_ANY : RULE_MASK_NOT;
		} else if (c == ' ') {
			continue;
		} else if (c == '0' && strchr(names_cstr, 'f') != NULL) {
			continue; /* no flag at all */
		} else if (hit == NULL || c == '\0') {
			return rule_parser_refuse(
			    p, _("\"%c\" is none of the letters %s"), c >= 0x20 && c < 0x7f ? c : '?', names_cstr);
		} else {
			*out |= bits[hit - names_cstr];
		}
	}
	return 0;
}

/* flags:[+*!]FSRPAUCE[,mask] */
RULE_KEYWORD(rule_keyword_packet_flags)
{
	static const uint8_t bits[] = {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x80, 0x40, 0x80, 0x40};
	static const char names[] = "fsrpauce12";
	struct rule_mask *m = new_mask(p);
	struct bytes wanted, ignored;
	if (m == NULL)
		return -EINVAL;
	m->what = RULE_TCP_FLAGS;
	if (!rule_text_split(&value, ',', &wanted))
		return rule_parser_refuse(p, "%s", _("letters such as S or SA were expected"));
	int r = letters(p, wanted, names, bits, &m->bits, m);
	if (r == 0 && rule_text_split(&value, ',', &ignored))
		r = letters(p, ignored, names, bits, &m->ignored, NULL);
	return r;
}

RULE_KEYWORD(rule_keyword_packet_fragbits)
{
	static const uint8_t bits[] = {0x20, 0x40, 0x80};
	struct rule_mask *m = new_mask(p);
	if (m == NULL)
		return -EINVAL;
	m->what = RULE_FRAGMENT_BITS;
	return letters(p, value, "mdr", bits, &m->bits, m);
}

RULE_KEYWORD(rule_keyword_packet_fragoffset)
{
	struct rule_number *n = rule_parser_add_number(p, RULE_FIELD_FRAGMENT_OFFSET);
	struct rule_value low, high;
	if (n == NULL)
		return -EINVAL;
	int r = rule_parser_comparison(p, value, 65535, &n->compare, &low, &high);
	n->low = low.number;
	n->high = high.number;
	return r;
}

RULE_KEYWORD(rule_keyword_packet_ipopts)
{
	/* The number of the option, RFC 791 3.1 and IANA "IP Option Numbers". */
	static const struct {
		const char *name_cstr;
		uint32_t bits;
	} options[] = {{"rr", 1 << 7}, {"lsrr", 1 << 3}, {"eol", 1 << 0}, {"nop", 1 << 1}, {"ts", 1 << 4}, {"sec", 1 << 2},
	    {"esec", 1 << 5}, {"ssrr", 1 << 9}, {"satid", 1 << 8}, {"cipso", 1 << 6}, {"rtralt", 1 << 20}, {"qs", 1 << 25},
	    {"any", UINT32_MAX}};
	for (size_t i = 0; i < LENGTH_OF(options); i++) {
		if (!bytes_eq_nocase(value, bytes_of_cstr(options[i].name_cstr)))
			continue;
		struct rule_word *w = rule_parser_add_word(p, RULE_WORD_IP_OPTION);
		if (w == NULL)
			return -EINVAL;
		w->number = options[i].bits;
		return 0;
	}
	return rule_parser_refuse(
	    p, "%s", _("one of rr lsrr eol nop ts sec esec ssrr satid cipso rtralt qs any was expected"));
}

/* vlan.id: COMPARISON[,LAYER]: 0 to 2 from outside, -1 to -3 from inside, any, all */
RULE_KEYWORD(rule_keyword_packet_vlan_id)
{
	struct bytes number;
	struct rule_value low, high;
	int64_t layer = RULE_LAYER_ANY;
	struct rule_word *w = rule_parser_add_word(p, RULE_WORD_VLAN_ID);
	if (w == NULL)
		return -EINVAL;
	if (!rule_text_split(&value, ',', &number))
		return rule_parser_refuse(p, "%s", _("a number was expected"));
	int r = rule_parser_comparison(p, number, 4095, &w->compare, &low, &high);
	value = rule_text_trim(value);
	if (r == 0 && bytes_eq(value, BYTES("all")))
		layer = RULE_LAYER_ALL;
	else if (r == 0 && value.len > 0 && !bytes_eq(value, BYTES("any")))
		r = rule_parser_number(p, value, -3, 2, &layer);
	if (r < 0)
		return r;
	w->number = low.number;
	w->high = high.number;
	w->layer = (int8_t)layer;
	return 0;
}

RULE_KEYWORD(rule_keyword_packet_sameip)
{
	(void)value;
	return rule_parser_add_word(p, RULE_WORD_SAME_IP) == NULL ? -EINVAL : 0;
}

/* ip_proto:[!<>]NAME|NUMBER */
RULE_KEYWORD(rule_keyword_packet_ip_proto)
{
	static const struct {
		const char *name_cstr;
		int64_t number;
	} names[] = {{"icmp", 1}, {"igmp", 2}, {"ipip", 4}, {"tcp", 6}, {"egp", 8}, {"igp", 9}, {"udp", 17}, {"ipv6", 41},
	    {"gre", 47}, {"esp", 50}, {"ah", 51}, {"icmpv6", 58}, {"ipv6-icmp", 58}, {"eigrp", 88}, {"ospf", 89},
	    {"pim", 103}, {"vrrp", 112}, {"sctp", 132}};
	struct rule_number *n = rule_parser_add_number(p, RULE_FIELD_IP_PROTO);
	if (n == NULL)
		return -EINVAL;
	n->compare = RULE_EQUAL;
	uint8_t sign = value.len > 0 ? value.at[0] : 0;
	if (sign == '!' || sign == '<' || sign == '>') {
		n->compare = sign == '!' ? RULE_NOT_EQUAL : sign == '<' ? RULE_LESS : RULE_GREATER;
		value = rule_text_trim(bytes_after(value, 1));
	}
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (bytes_eq_nocase(value, bytes_of_cstr(names[i].name_cstr))) {
			n->low = names[i].number;
			return 0;
		}
	return rule_parser_number(p, value, 0, 255, &n->low);
}

/* ipv4-csum:valid|invalid and its like */
RULE_KEYWORD(rule_keyword_packet_checksum)
{
	bool wrong = bytes_eq_nocase(value, BYTES("invalid")) || bytes_eq_nocase(value, BYTES("\"invalid\""));
	if (!wrong && !bytes_eq_nocase(value, BYTES("valid")) && !bytes_eq_nocase(value, BYTES("\"valid\"")))
		return rule_parser_refuse(p, "%s", _("valid or invalid was expected"));
	struct rule_word *w = rule_parser_add_word(p, RULE_WORD_CHECKSUM);
	if (w == NULL)
		return -EINVAL;
	struct bytes name = bytes_of_cstr(p->keyword_cstr);
	w->text = bytes_first(name, bytes_find(name, '-'));
	w->negated = wrong;
	return 0;
}

/* geoip: [src|dst|both|any,]FR,DE  or !FR */
RULE_KEYWORD(rule_keyword_packet_geoip)
{
	static const char *const sides[] = {"any", "src", "dst", "both", NULL};
	static const enum rule_side values[] = {RULE_SIDE_ANY, RULE_SIDE_SOURCE, RULE_SIDE_TARGET, RULE_SIDE_BOTH};
	struct rule_word *w = rule_parser_add_word(p, RULE_WORD_GEO_IP);
	struct bytes left = value, part;
	if (w == NULL)
		return -EINVAL;
	int at = rule_text_split(&left, ',', &part) ? rule_parser_word(part, sides) : -1;
	w->side = at < 0 ? RULE_SIDE_ANY : values[at];
	left = rule_text_trim(at < 0 ? value : left);
	w->negated = left.len > 0 && left.at[0] == '!';
	w->text = left = bytes_after(left, w->negated);
	if (left.len == 0)
		return rule_parser_refuse(p, "%s", _("a country of two letters was expected, such as FR"));
	while (rule_text_split(&left, ',', &part))
		if (part.len != 2)
			return rule_parser_refuse(p, "%s", _("a country of two letters was expected, such as FR"));
	return 0;
}

static int
read_sign(struct bytes sign, enum rule_compare *out)
{
	static const struct {
		const char *sign_cstr;
		enum rule_compare compare;
	} signs[] = {{"<", RULE_LESS}, {">", RULE_GREATER}, {"=", RULE_EQUAL}, {"==", RULE_EQUAL}, {"!=", RULE_NOT_EQUAL},
	    {"<=", RULE_LESS_EQUAL}, {">=", RULE_GREATER_EQUAL}};
	for (size_t i = 0; i < LENGTH_OF(signs); i++)
		if (bytes_eq(sign, bytes_of_cstr(signs[i].sign_cstr))) {
			*out = signs[i].compare;
			return 0;
		}
	return -ENOENT;
}

/* iprep:any|src|dst|both,CATEGORY,OPERATOR,VALUE  iprep:SIDE,CATEGORY,isset|isnotset */
RULE_KEYWORD(rule_keyword_packet_iprep)
{
	static const char *const sides[] = {"any", "src", "dst", "both", NULL};
	static const enum rule_side values[] = {RULE_SIDE_ANY, RULE_SIDE_SOURCE, RULE_SIDE_TARGET, RULE_SIDE_BOTH};
	struct bytes side, category, sign;
	int at = rule_text_split(&value, ',', &side) ? rule_parser_word(side, sides) : -1;
	if (at < 0 || !rule_text_split(&value, ',', &category) || !rule_text_split(&value, ',', &sign))
		return rule_parser_refuse(
		    p, "%s", _("any, src, dst or both, a category, an operator and a number were expected"));
	struct rule_word *w = rule_parser_add_word(p, RULE_WORD_IP_REPUTATION);
	if (w == NULL)
		return -EINVAL;
	w->side = values[at];
	w->text = category;
	w->number = -1;
	w->negated = bytes_eq(sign, BYTES("isnotset"));
	if (w->negated || bytes_eq(sign, BYTES("isset")))
		return 0;
	if (read_sign(sign, &w->compare) < 0)
		return rule_parser_refuse(p, "%s", _("the operator is one of < > = != <= >="));
	return rule_parser_number(p, value, 0, 127, &w->number);
}

/* stream_size:server|client|both|either,OPERATOR,BYTES */
RULE_KEYWORD(rule_keyword_packet_stream_size)
{
	static const char *const ends[] = {"server", "client", "both", "either", NULL};
	struct bytes end, sign, size;
	if (!rule_text_split(&value, ',', &end) || rule_parser_word(end, ends) < 0 || !rule_text_split(&value, ',', &sign) ||
	    !rule_text_split(&value, ',', &size))
		return rule_parser_refuse(
		    p, "%s", _("server, client, both or either, an operator and a number were expected"));
	enum rule_compare compare;
	if (read_sign(sign, &compare) < 0)
		return rule_parser_refuse(p, "%s", _("the operator is one of < > = != <= >="));
	struct rule_word *w = rule_parser_add_word(p, RULE_WORD_STREAM_SIZE);
	if (w == NULL)
		return -EINVAL;
	w->text = end;
	w->compare = compare;
	return rule_parser_number(p, size, 0, UINT32_MAX, &w->number);
}
