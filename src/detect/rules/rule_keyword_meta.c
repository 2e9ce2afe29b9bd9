/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keywords that say what a rule is: msg, sid, classtype, reference, metadata ... User guide: "Meta Keywords". */
#include "detect/rules/rule_keywords.h"

#include <errno.h>

RULE_KEYWORD(rule_keyword_meta_msg)
{
	struct bytes text;
	int r = rule_parser_unquote(p, value, NULL, &text);
	if (r < 0)
		return r;
	/* Escapes of ; and " and \ are taken off; everything else stays as it is. */
	uint8_t *room = arena_take(p->arena, text.len + 1, 1);
	size_t len = 0;
	if (room == NULL)
		return diag_say(p->diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	for (size_t i = 0; i < text.len; i++) {
		bool escape = text.at[i] == '\\' && i + 1 < text.len &&
		    (text.at[i + 1] == ';' || text.at[i + 1] == '"' || text.at[i + 1] == '\\' || text.at[i + 1] == ':');
		i += escape;
		room[len++] = text.at[i];
	}
	p->rule.msg = (struct bytes){room, len};
	return 0;
}

static int
number(struct rule_parser *p, struct bytes value, int64_t low, uint32_t *out)
{
	int64_t n;
	if (value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"')
		value = (struct bytes){value.at + 1, value.len - 2};
	int r = rule_parser_number(p, value, low, UINT32_MAX, &n);
	*out = r == 0 ? (uint32_t)n : *out;
	return r;
}

RULE_KEYWORD(rule_keyword_meta_sid)
{
	if (p->rule.sid != 0)
		return rule_parser_refuse(p, "%s", _("it stands in this rule twice"));
	return number(p, value, 1, &p->rule.sid);
}

RULE_KEYWORD(rule_keyword_meta_gid)
{
	return number(p, value, 0, &p->rule.gid);
}

RULE_KEYWORD(rule_keyword_meta_rev)
{
	return number(p, value, 0, &p->rule.rev);
}

RULE_KEYWORD(rule_keyword_meta_priority)
{
	uint32_t n = 0;
	int r = number(p, value, 1, &n);
	if (r == 0 && n > 255)
		r = rule_parser_refuse(p, "%s", _("from 1, the gravest, to 255"));
	p->rule.priority = (uint8_t)n;
	p->rule.has_priority = true;
	return r;
}

RULE_KEYWORD(rule_keyword_meta_classtype)
{
	if (p->rule.classtype.len > 0)
		return rule_parser_refuse(p, "%s", _("it stands in this rule twice"));
	p->rule.classtype = value;
	return 0;
}

RULE_KEYWORD(rule_keyword_meta_reference)
{
	struct bytes name;
	if (!rule_text_split(&value, ',', &name) || value.len == 0)
		return rule_parser_refuse(p, "%s", _("a kind and a text were expected, such as url,example.org/page"));
	if (p->rule.reference_count < RULE_PAIRS_MAX)
		p->references[p->rule.reference_count++] = (struct rule_pair){name, rule_text_trim(value)};
	return 0;
}

RULE_KEYWORD(rule_keyword_meta_metadata)
{
	struct bytes part;
	while (rule_text_split(&value, ',', &part)) {
		struct bytes word;
		if (rule_text_word(&part, &word) && p->rule.metadata_count < RULE_PAIRS_MAX)
			p->metadata[p->rule.metadata_count++] = (struct rule_pair){word, part};
	}
	return 0;
}

RULE_KEYWORD(rule_keyword_meta_target)
{
	p->rule.target_is_source = bytes_eq(value, BYTES("src_ip"));
	p->rule.target_is_target = bytes_eq(value, BYTES("dest_ip"));
	if (!p->rule.target_is_source && !p->rule.target_is_target)
		return rule_parser_refuse(p, "%s", _("src_ip or dest_ip was expected"));
	return 0;
}

RULE_KEYWORD(rule_keyword_meta_noalert)
{
	(void)value;
	p->rule.no_alert = true;
	return 0;
}

RULE_KEYWORD(rule_keyword_meta_alert)
{
	(void)value;
	p->rule.no_alert = false;
	return 0;
}

RULE_KEYWORD(rule_keyword_meta_prefilter)
{
	(void)p;
	(void)value; /* what is searched first is chosen here */
	return 0;
}

RULE_KEYWORD(rule_keyword_meta_bypass)
{
	(void)p;
	(void)value; /* nothing is bypassed: the other detectors still want the flow */
	return 0;
}

/* What only matters to a program that changes packets on their way: read, and without effect. */
RULE_KEYWORD(rule_keyword_meta_ignored)
{
	(void)p;
	(void)value;
	return 0;
}

static int
compare_version(struct bytes wanted)
{
	static const int64_t ours[] = {8, 0, 0}; /* the language that is spoken here */
	for (size_t i = 0; i < LENGTH_OF(ours); i++) {
		struct bytes part;
		int64_t n;
		if (!rule_text_split(&wanted, '.', &part) || !rule_text_number(part, &n))
			break;
		if (n != ours[i])
			return ours[i] < n ? -1 : 1;
	}
	return 0;
}

/* requires: feature NAME, keyword NAME, version >= 7 < 9. A rule whose needs are not met is left out, without reproach. */
RULE_KEYWORD(rule_keyword_meta_requires)
{
	struct bytes part, word;
	while (rule_text_split(&value, ',', &part)) {
		(void)rule_text_word(&part, &word);
		bool met = true;
		if (bytes_eq(word, BYTES("keyword"))) {
			met = rule_keyword_table_find(part) != NULL || view_find(part, NULL) != VIEWS ||
			    rule_keyword_table_field(part) != RULE_FIELDS;
		} else if (bytes_eq(word, BYTES("feature"))) {
			met = bytes_eq(part, BYTES("output::file-store")) || bytes_eq(part, BYTES("ja3")) ||
			    bytes_eq(part, BYTES("ja4")) || bytes_eq(part, BYTES("true"));
		} else if (bytes_eq(word, BYTES("version"))) {
			struct bytes sign, number_text, any;
			bool one = false;
			while (rule_text_split(&part, '|', &any)) {
				bool all = true;
				while (rule_text_word(&any, &sign)) {
					size_t n = sign.len > 1 && sign.at[1] == '=' ? 2 : 1;
					number_text = rule_text_trim(bytes_after(sign, n));
					if (number_text.len == 0 && !rule_text_word(&any, &number_text))
						return rule_parser_refuse(
						    p, "%s", _("a version such as >= 7.0 was expected"));
					int c = compare_version(number_text);
					bool ok = sign.at[0] == '>' ? (n == 2 ? c >= 0 : c > 0)
					    : sign.at[0] == '<'     ? (n == 2 ? c <= 0 : c < 0)
					                            : false;
					all &= ok;
				}
				one |= all;
			}
			met = one;
		}
		if (!met)
			return rule_parser_cannot(p, _("it asks for %.*s %.*s, which is not here"), (int)word.len,
			    (const char *)word.at, part.len > 60 ? 60 : (int)part.len, (const char *)part.at);
	}
	return 0;
}
