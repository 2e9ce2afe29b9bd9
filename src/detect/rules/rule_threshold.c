/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_threshold.h"

#include "core/text.h"
#include "detect/rules/rule_parser.h"
#include "detect/rules/rule_ranges.h"

#include <errno.h>

enum { OF_RULE_MAX = 16 }; /* thresholds and suppressions of one rule, each */

/* One line, read. */
struct reading {
	struct rule_set *set;
	struct diag *diag;
	int64_t gid, sid;
	struct rule_threshold threshold;
	struct rule_suppress suppress;
	bool has_networks;
};

static int
refuse(const struct reading *r, const char *sentence_cstr)
{
	return diag_say(r->diag, -EINVAL, "%s", sentence_cstr);
}

static int
number(const struct reading *r, struct bytes text, int64_t low, int64_t *out)
{
	if (!rule_text_number(text, out) || *out < low || *out > UINT32_MAX)
		return refuse(r, _("a whole number was expected"));
	return 0;
}

static int
read_track(struct reading *r, struct bytes word)
{
	static const char *const names[] = {"by_src", "by_dst", "by_both", "by_rule", "by_flow", "by_either", NULL};
	static const enum rule_track values[] = {
	    RULE_TRACK_SOURCE, RULE_TRACK_TARGET, RULE_TRACK_BOTH, RULE_TRACK_RULE, RULE_TRACK_FLOW, RULE_TRACK_EITHER};
	int at = rule_parser_word(word, names);
	if (at < 0)
		return refuse(r, _("track by_src, by_dst, by_both, by_either, by_rule or by_flow was expected"));
	r->threshold.track = r->suppress.track = values[at];
	return 0;
}

static int
read_type(struct reading *r, struct bytes word)
{
	static const char *const names[] = {"threshold", "limit", "both", "backoff", NULL};
	static const int values[] = {RULE_THRESHOLD, RULE_LIMIT, RULE_BOTH, RULE_BACKOFF};
	int at = rule_parser_word(word, names);
	if (at < 0)
		return refuse(r, _("the type is one of threshold, limit, both, backoff"));
	r->threshold.type = values[at];
	return 0;
}

static int
read_action(struct reading *r, struct bytes word)
{
	static const char *const names[] = {"alert", "pass", "drop", "reject", NULL};
	static const enum rule_action values[] = {RULE_ALERT, RULE_PASS, RULE_DROP, RULE_REJECT};
	int at = rule_parser_word(word, names);
	if (at < 0)
		return refuse(r, _("new_action is one of alert, pass, drop, reject"));
	r->threshold.new_action = values[at];
	return 0;
}

static int
read_part(struct reading *r, struct bytes part)
{
	struct bytes word;
	int64_t n;
	int e = 0;
	(void)rule_text_word(&part, &word);
	part = rule_text_trim(part);
	if (bytes_eq(word, BYTES("gen_id")))
		return number(r, part, 0, &r->gid);
	if (bytes_eq(word, BYTES("sig_id")))
		return number(r, part, 0, &r->sid);
	if (bytes_eq(word, BYTES("track")))
		return read_track(r, part);
	if (bytes_eq(word, BYTES("type")))
		return read_type(r, part);
	if (bytes_eq(word, BYTES("new_action")))
		return read_action(r, part);
	if (bytes_eq(word, BYTES("ip"))) {
		r->has_networks = true;
		return rule_ranges_nets(&r->set->arena, &r->set->vars, part, &r->suppress.nets, r->diag);
	}
	uint32_t *field = bytes_eq(word, BYTES("count")) ? &r->threshold.count
	    : bytes_eq(word, BYTES("seconds"))           ? &r->threshold.seconds
	    : bytes_eq(word, BYTES("timeout"))           ? &r->threshold.timeout
	    : bytes_eq(word, BYTES("multiplier"))        ? &r->threshold.multiplier
	                                                 : NULL;
	if (field == NULL)
		return refuse(
		    r, _("gen_id, sig_id, track, type, count, seconds, ip, new_action and timeout are what may stand here"));
	e = number(r, part, 0, &n);
	*field = e == 0 ? (uint32_t)n : 0;
	return e;
}

static bool
is_limited(const struct rule *rule)
{
	return rule->threshold_count > 0;
}

static int
add_threshold(const struct reading *r, struct rule *rule, bool replaces)
{
	struct rule_threshold *all = arena_new(&r->set->arena, struct rule_threshold, rule->threshold_count + 1u);
	uint8_t kept = 0;
	if (all == NULL || rule->threshold_count == OF_RULE_MAX)
		return -ENOMEM;
	for (size_t i = 0; i < rule->threshold_count; i++) {
		bool of_its_own = rule->thresholds[i].type != RULE_DETECTION_FILTER &&
		    rule->thresholds[i].type != RULE_RATE_FILTER;
		if (!replaces || !of_its_own)
			all[kept++] = rule->thresholds[i];
	}
	all[kept++] = r->threshold;
	rule->thresholds = all;
	rule->threshold_count = kept;
	return 0;
}

static int
add_suppress(const struct reading *r, struct rule *rule)
{
	struct rule_suppress *all = arena_new(&r->set->arena, struct rule_suppress, rule->suppress_count + 1u);
	if (all == NULL || rule->suppress_count == UINT8_MAX)
		return -ENOMEM;
	if (rule->suppress_count > 0)
		memcpy(all, rule->suppresses, rule->suppress_count * sizeof(*all));
	all[rule->suppress_count++] = r->suppress;
	rule->suppresses = all;
	return 0;
}

/* sig_id 0: each rule of gen_id; gen_id 0 too: each rule. Those that have limits of their own keep them. */
static int
apply(const struct reading *r, bool is_suppress)
{
	bool is_rate = r->threshold.type == RULE_RATE_FILTER, found = false;
	int e = 0;
	for (size_t i = 0; i < r->set->count && e == 0; i++) {
		struct rule *rule = r->set->rules[i];
		if ((r->sid != 0 && rule->sid != r->sid) || (r->gid != 0 && rule->gid != r->gid))
			continue;
		found = true;
		if (is_suppress)
			e = add_suppress(r, rule);
		else if (r->sid != 0 || !is_limited(rule))
			e = add_threshold(r, rule, !is_rate);
	}
	return e < 0 ? e : found || r->sid == 0 ? 0 : -ENOENT;
}

int
rule_threshold_line(struct rule_set *set, struct bytes line, struct diag *diag)
{
	struct reading r = {.set = set, .diag = diag, .gid = -1, .sid = -1};
	struct bytes what, part;
	(void)rule_text_word(&line, &what);
	bool is_suppress = bytes_eq(what, BYTES("suppress")), is_rate = bytes_eq(what, BYTES("rate_filter"));
	if (!is_suppress && !is_rate && !bytes_eq(what, BYTES("threshold")) && !bytes_eq(what, BYTES("event_filter")))
		return refuse(&r, _("threshold, event_filter, suppress or rate_filter was expected"));
	if (is_rate)
		r.threshold.type = RULE_RATE_FILTER;
	int e = 0;
	while (e == 0 && rule_text_split(&line, ',', &part))
		e = read_part(&r, part);
	if (e < 0)
		return e;
	if (r.gid < 0 || r.sid < 0)
		return refuse(&r, _("gen_id and sig_id are needed"));
	if (is_suppress && (r.suppress.track == RULE_TRACK_NONE) == r.has_networks)
		return refuse(&r, _("track and ip go together"));
	if (!is_suppress &&
	    (r.threshold.type == RULE_NO_THRESHOLD || r.threshold.track == RULE_TRACK_NONE ||
	        r.threshold.track == RULE_TRACK_EITHER || r.threshold.count == 0 ||
	        (r.threshold.seconds == 0 && r.threshold.type != RULE_BACKOFF) || (is_rate && r.threshold.timeout == 0)))
		return refuse(
		    &r, _("type, track, count and seconds are all needed; of a rate_filter, new_action and timeout too"));
	return apply(&r, is_suppress);
}

bool
rule_threshold_suppresses(const struct rule *rule, const struct addr *source, const struct addr *target)
{
	for (size_t i = 0; i < rule->suppress_count; i++) {
		const struct rule_suppress *s = &rule->suppresses[i];
		bool of_source = s->track != RULE_TRACK_TARGET && s->track != RULE_TRACK_NONE,
		     of_target = s->track != RULE_TRACK_SOURCE && s->track != RULE_TRACK_NONE;
		if (s->track == RULE_TRACK_NONE || (of_source && rule_ranges_have_net(&s->nets, source)) ||
		    (of_target && rule_ranges_have_net(&s->nets, target)))
			return true;
	}
	return false;
}
