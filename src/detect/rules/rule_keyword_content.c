/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* Keywords that look for bytes: content with its modifiers, pcre, buffers and transforms. User guide: "Payload Keywords",
 * "Prefiltering Keywords", "Transformations". */
#include "detect/rules/rule_keywords.h"

#include <errno.h>

RULE_KEYWORD(rule_keyword_content_content)
{
	bool negated;
	struct bytes text, bytes;
	int r = rule_parser_unquote(p, value, &negated, &text);
	if (r == 0)
		r = rule_parser_content_bytes(p, text, &bytes);
	if (r < 0)
		return r;
	if (bytes.len == 0)
		return rule_parser_refuse(p, "%s", _("nothing is looked for: give at least one byte"));
	if (bytes.len > RULE_CONTENT_MAX)
		return rule_parser_refuse(
		    p, _("%zu bytes were given, %d at most can be looked for"), bytes.len, RULE_CONTENT_MAX);
	struct rule_match *m = rule_parser_match(p, RULE_CONTENT);
	if (m == NULL)
		return -EINVAL;
	m->u.content = rule_parser_content(bytes, negated);
	p->last_content = p->rule.match_count - 1;
	return 0;
}

/* uricontent:"x" is content:"x"; http_uri. */
RULE_KEYWORD(rule_keyword_content_uricontent)
{
	int r = rule_keyword_content_content(p, value);
	return r < 0 ? r : rule_parser_move_last(p, VIEW_HTTP_URI);
}

RULE_KEYWORD(rule_keyword_content_nocase)
{
	(void)value;
	struct rule_content *c = rule_parser_last(p);
	if (c == NULL)
		return -EINVAL;
	if (c->nocase)
		return rule_parser_refuse(p, "%s", _("it was said of this content already"));
	c->nocase = true;
	return 0;
}

RULE_KEYWORD(rule_keyword_content_rawbytes)
{
	(void)value;
	return rule_parser_last(p) == NULL ? -EINVAL : 0;
}

static int
position(struct rule_parser *p, struct bytes value, int64_t low, bool relative, size_t has_offset, size_t value_offset)
{
	struct rule_content *c = rule_parser_last(p);
	if (c == NULL)
		return -EINVAL;
	bool *has = (bool *)((uint8_t *)c + has_offset);
	if (*has)
		return rule_parser_refuse(p, "%s", _("it was said of this content already"));
	if (relative ? c->has_depth || c->has_offset : c->has_distance || c->has_within)
		return rule_parser_refuse(p, "%s",
		    _("offset and depth count from the start, distance and within from the match before: not both for one content"));
	if (c->starts)
		return rule_parser_refuse(p, "%s", _("it cannot be given beside startswith"));
	int r = rule_parser_value(p, value, low, 1048576, (struct rule_value *)((uint8_t *)c + value_offset));
	*has = r == 0;
	return r;
}

#define POSITION(field, low, relative) \
	position(p, value, low, relative, offsetof(struct rule_content, has_##field), offsetof(struct rule_content, field))

RULE_KEYWORD(rule_keyword_content_depth)
{
	int r = POSITION(depth, 0, false);
	struct rule_content *c = rule_parser_last(p);
	if (r == 0 && c->depth.variable < 0 && c->depth.number < (int64_t)c->bytes.len)
		return rule_parser_refuse(p, _("%lld bytes are looked at, but the content has %zu: it can never be there"),
		    (long long)c->depth.number, c->bytes.len);
	return r;
}

RULE_KEYWORD(rule_keyword_content_offset)
{
	return POSITION(offset, 0, false);
}

RULE_KEYWORD(rule_keyword_content_distance)
{
	return POSITION(distance, -1048576, true);
}

RULE_KEYWORD(rule_keyword_content_within)
{
	int r = POSITION(within, 0, true);
	struct rule_content *c = rule_parser_last(p);
	if (r == 0 && c->within.variable < 0 && c->within.number < (int64_t)c->bytes.len)
		return rule_parser_refuse(p, _("%lld bytes are looked at, but the content has %zu: it can never be there"),
		    (long long)c->within.number, c->bytes.len);
	return r;
}

RULE_KEYWORD(rule_keyword_content_startswith)
{
	(void)value;
	struct rule_content *c = rule_parser_last(p);
	if (c == NULL)
		return -EINVAL;
	if (c->has_depth || c->has_offset || c->has_distance || c->has_within)
		return rule_parser_refuse(p, "%s", _("it says where by itself: without depth, offset, distance and within"));
	c->starts = true;
	return 0;
}

RULE_KEYWORD(rule_keyword_content_endswith)
{
	(void)value;
	struct rule_content *c = rule_parser_last(p);
	if (c == NULL)
		return -EINVAL;
	c->ends = true;
	return 0;
}

RULE_KEYWORD(rule_keyword_content_fast_pattern)
{
	struct rule_content *c = rule_parser_last(p);
	if (c == NULL)
		return -EINVAL;
	for (size_t i = 0; i < p->rule.match_count; i++)
		if (p->matches[i].kind == RULE_CONTENT && p->matches[i].u.content.fast_pattern)
			return rule_parser_refuse(p, "%s", _("only one content of a rule can be it"));
	if (c->negated && (c->has_depth || c->has_offset || c->has_distance || c->has_within))
		return rule_parser_refuse(p, "%s", _("a content that must be absent at a place cannot be looked for first"));
	c->fast_pattern = true;
	if (value.len == 0 || bytes_eq(value, BYTES("only")))
		return 0;
	struct bytes part;
	int64_t offset, length;
	if (!rule_text_split(&value, ',', &part))
		return -EINVAL;
	int r = rule_parser_number(p, part, 0, RULE_CONTENT_MAX, &offset);
	if (r == 0)
		r = rule_parser_number(p, rule_text_trim(value), 1, RULE_CONTENT_MAX, &length);
	if (r == 0 && offset + length > (int64_t)c->bytes.len)
		r = rule_parser_refuse(p, _("the content has %zu bytes only"), c->bytes.len);
	if (r < 0)
		return r;
	c->fast_offset = (uint16_t)offset;
	c->fast_length = (uint16_t)length;
	return 0;
}

/* ---- pcre ---- */

/* Letters behind the closing slash that name a buffer, as rules did before there were sticky ones. */
static const struct {
	char letter;
	enum view view;
} pcre_views[] = {
    {'U', VIEW_HTTP_URI},
    {'I', VIEW_HTTP_URI_RAW},
    {'P', VIEW_HTTP_REQUEST_BODY},
    {'Q', VIEW_HTTP_RESPONSE_BODY},
    {'H', VIEW_HTTP_HEADER},
    {'D', VIEW_HTTP_HEADER_RAW},
    {'M', VIEW_HTTP_METHOD},
    {'C', VIEW_HTTP_COOKIE},
    {'S', VIEW_HTTP_STAT_CODE},
    {'Y', VIEW_HTTP_STAT_MSG},
    {'V', VIEW_HTTP_USER_AGENT},
    {'W', VIEW_HTTP_HOST},
    {'Z', VIEW_HTTP_HOST_RAW},
};

static int
pcre_flags(struct rule_parser *p, struct bytes flags, struct rule_pcre *out, enum view *view)
{
	for (size_t i = 0; i < flags.len; i++) {
		bool known = true;
		switch (flags.at[i]) {
		case 'i': out->nocase = true; break;
		case 's': out->dotall = true; break;
		case 'm': out->multiline = true; break;
		case 'x': out->extended = true; break;
		case 'A': out->anchored = true; break;
		case 'E': out->dollar_end_only = true; break;
		case 'G': out->ungreedy = true; break;
		case 'R': out->relative = true; break;
		case 'B':        /* as it came: it always is */
		case 'O': break; /* our own limits hold for all */
		default: known = false;
		}
		for (size_t k = 0; k < LENGTH_OF(pcre_views) && !known; k++)
			if (pcre_views[k].letter == (char)flags.at[i]) {
				if (*view != VIEWS && *view != pcre_views[k].view)
					return rule_parser_refuse(p, "%s", _("its flags name two buffers"));
				*view = pcre_views[k].view;
				known = true;
			}
		if (!known)
			return rule_parser_refuse(p, _("the flag \"%c\" is not known"),
			    flags.at[i] >= 0x20 && flags.at[i] < 0x7f ? flags.at[i] : '?');
	}
	return 0;
}

/* "flow:name, pkt:name" behind the expression: where its groups would be kept; nothing here reads them. */
/* "flow:a, pkt:b, alert:c" behind the expression: its groups in their order. */
static int
pcre_captures(struct rule_parser *p, struct bytes list, struct rule_capture *out, uint8_t *count)
{
	static const struct bytes scopes[] = {BYTES("flow:"), BYTES("pkt:"), BYTES("alert:")};
	struct bytes part;
	while (rule_text_split(&list, ',', &part)) {
		unsigned scope = 0;
		while (scope < LENGTH_OF(scopes) && !bytes_start_with(part, scopes[scope]))
			scope++;
		if (scope == LENGTH_OF(scopes))
			return rule_parser_refuse(
			    p, "%s", _("flow:NAME, pkt:NAME or alert:NAME was expected behind the expression"));
		if (*count == RULE_CAPTURES_MAX)
			return rule_parser_refuse(p, _("%d of them are allowed in a rule"), RULE_CAPTURES_MAX);
		out[*count] = (struct rule_capture){
		    .name = rule_text_trim(bytes_after(part, scopes[scope].len)), .group = (uint8_t)(*count + 1)};
		out[(*count)++].scope = scope;
	}
	return 0;
}

/* Groups whose names say it: (?P<flow_NAME>...), (?P<pkt_NAME>...), (?P<alert_NAME>...). */
static int
pcre_named_captures(struct rule_parser *p, struct bytes expression, struct rule_capture *out, uint8_t *count)
{
	static const struct bytes scopes[] = {BYTES("flow_"), BYTES("pkt_"), BYTES("alert_")}, opening = BYTES("(?P<");
	for (struct bytes left = expression;;) {
		size_t at = bytes_find_all(left, opening);
		if (at >= left.len || *count == RULE_CAPTURES_MAX)
			return 0;
		left = bytes_after(left, at + opening.len);
		struct bytes group = bytes_first(left, bytes_find(left, '>'));
		for (unsigned scope = 0; scope < LENGTH_OF(scopes); scope++) {
			if (!bytes_start_with(group, scopes[scope]))
				continue;
			struct bytes kept = arena_dup(p->arena, group);
			if (kept.at == NULL)
				return diag_say(p->diag, -ENOMEM, "%s", _("not enough memory for these rules"));
			out[*count] = (struct rule_capture){
			    .name = bytes_after(kept, scopes[scope].len), .group_cstr = (const char *)kept.at};
			out[(*count)++].scope = scope;
		}
	}
}

RULE_KEYWORD(rule_keyword_content_pcre)
{
	struct rule_pcre pcre = {0};
	enum view view = VIEWS;
	bool negated;
	struct bytes text;
	/* The expression ends at the last quote: others, and commas, may be inside. */
	size_t quote = value.len;
	while (quote > 0 && value.at[quote - 1] != '"')
		quote--;
	struct bytes first = bytes_first(value, quote), rest = rule_text_trim(bytes_after(value, quote));
	if (rest.len > 0 && rest.at[0] == ',')
		rest = bytes_after(rest, 1);
	if (quote == 0) { /* some write it without quotes */
		negated = value.len > 0 && value.at[0] == '!';
		text = negated ? rule_text_trim(bytes_after(value, 1)) : value;
		rest = (struct bytes){0};
	}
	int r = quote == 0 ? 0 : rule_parser_unquote(p, first, &negated, &text);
	if (r < 0)
		return r;
	size_t end = text.len;
	while (end > 0 && text.at[end - 1] != '/')
		end--;
	size_t start = text.len > 0 && text.at[0] == '/' ? 1 : text.len > 1 && text.at[0] == 'm' ? 2 : 0;
	if (start == 0 || end <= start)
		return rule_parser_refuse(p, "%s", _("an expression such as \"/abc/i\" was expected, between two slashes"));
	struct rule_capture captures[RULE_CAPTURES_MAX];
	pcre.expression = (struct bytes){text.at + start, end - 1 - start};
	pcre.negated = negated;
	struct bytes flags = bytes_after(text, end);
	size_t comma = bytes_find(flags, ','); /* the names stand inside of the quotes, or behind them */
	r = pcre_flags(p, bytes_first(flags, comma), &pcre, &view);
	if (r == 0)
		r = pcre_captures(p, rule_text_trim(bytes_after(flags, comma + 1)), captures, &pcre.capture_count);
	if (r == 0)
		r = pcre_captures(p, rule_text_trim(rest), captures, &pcre.capture_count);
	if (r == 0)
		r = pcre_named_captures(p, pcre.expression, captures, &pcre.capture_count);
	struct rule_capture *kept = r < 0 || pcre.capture_count == 0
	    ? NULL
	    : arena_new(p->arena, struct rule_capture, pcre.capture_count);
	if (kept != NULL)
		memcpy(kept, captures, pcre.capture_count * sizeof(*kept));
	else
		pcre.capture_count = 0;
	pcre.captures = kept;
	if (p->is_sticky) /* a buffer that was named before it counts more than one that its flags name */
		view = VIEWS;
	if (r < 0)
		return r;
	struct rule_match *m = rule_parser_match(p, RULE_PCRE);
	if (m == NULL)
		return -EINVAL;
	m->u.pcre = pcre;
	if (view == VIEWS && pcre.relative)
		rule_parser_follow(p, m);
	if (view != VIEWS) {
		int before = p->last_content;
		int current = p->current;
		if (rule_parser_enter(p, view) < 0)
			return -EINVAL;
		m->buffer = (uint8_t)p->current;
		p->current = current;
		p->last_content = before;
	}
	return 0;
}
