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

/* ">= 7.0.3 < 8 | >= 9": 1 met, 0 not met, -EINVAL. */
static int
version_met(struct bytes text)
{
	struct bytes any, sign;
	bool one = false;
	while (rule_text_split(&text, '|', &any)) {
		bool all = any.len > 0;
		while (rule_text_word(&any, &sign)) {
			size_t n = sign.len > 1 && sign.at[1] == '=' ? 2 : 1;
			struct bytes number = rule_text_trim(bytes_after(sign, n));
			if ((sign.at[0] != '<' && sign.at[0] != '>') || (number.len == 0 && !rule_text_word(&any, &number)))
				return -EINVAL;
			int c = compare_version(number);
			all &= sign.at[0] == '>' ? (n == 2 ? c >= 0 : c > 0) : (n == 2 ? c <= 0 : c < 0);
		}
		one |= all;
	}
	return one;
}

static bool
has_feature(struct bytes name)
{
	static const char *const features[] = {
	    "output::file-store", "rust", "http2", "libhs", "magic", "ja3", "ja4", "hyperscan", "true", NULL};
	return rule_parser_word(name, features) >= 0;
}

static bool
has_keyword(struct bytes name)
{
	return rule_keyword_table_find(name) != NULL || view_find(name, NULL) != VIEWS ||
	    rule_keyword_table_field(name) != RULE_FIELDS;
}

int
rule_keyword_meta_needs(struct bytes value, struct diag *diag)
{
	struct bytes part, word;
	while (rule_text_split(&value, ',', &part)) {
		struct bytes rest = part;
		(void)rule_text_word(&rest, &word);
		rest = rule_text_trim(rest);
		int met = bytes_eq(word, BYTES("keyword")) ? has_keyword(rest)
		    : bytes_eq(word, BYTES("feature"))     ? has_feature(rest)
		    : bytes_eq(word, BYTES("version"))     ? version_met(rest)
		                                           : 0; /* what nobody here knows is not here */
		if (met < 0)
			return diag_say(diag, -EINVAL, "requires: %s", _("a version such as >= 7.0 was expected"));
		if (met == 0)
			return diag_say(diag, -ENOTSUP, _("it asks for %.*s, which is not here"),
			    (int)bytes_first(part, 60).len, (const char *)part.at);
	}
	return 0;
}

/* requires: feature NAME, keyword NAME, version >= 7 < 9: was looked at before all else. */
RULE_KEYWORD(rule_keyword_meta_requires)
{
	(void)p;
	(void)value;
	return 0;
}
