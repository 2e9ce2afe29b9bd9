/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "detect/rules/rule_reach.h"

#include "core/text.h"
#include "detect/rules/rule_eval.h"
#include "detect/rules/rule_facts.h"
#include "detect/rules/rule_parser.h"
#include "detect/rules/rule_transform.h"

#include <errno.h>
#include <stdio.h>

static int
not_shown(struct diag *diag, const char *what_cstr)
{
	return diag_say(diag, -ENOTSUP, _("beffroi does not show %s to rules yet"), what_cstr);
}

static int
judge_match(const struct rule *r, const struct rule_match *m, struct diag *diag)
{
	struct rule_pcre_code *code = NULL;
	enum view view = r->buffers[m->buffer].view;
	if (view != VIEW_BASE64_DATA && !view_is_shown(view))
		return not_shown(diag,
		    m->kind == RULE_NUMBERS ? rule_keyword_table_field_kind(m->u.numbers.field)->name_cstr
		                            : view_of(view)->name_cstr);
	int e = rule_transform_check(&r->buffers[m->buffer], diag);
	if (e < 0)
		return e;
	/* Only where the header of a message says which order it is. */
	bool reckons = m->kind == RULE_BYTE_TEST || m->kind == RULE_BYTE_JUMP || m->kind == RULE_BYTE_EXTRACT ||
	    m->kind == RULE_BYTE_MATH;
	if (reckons && (m->u.bytes.flags & RULE_DCE) != 0 && view != VIEW_DCERPC_STUB_DATA)
		return diag_say(diag, -ENOTSUP, "%s", _("dce has a meaning in dcerpc.stub_data only"));
	if (m->kind == RULE_PCRE) {
		e = rule_eval_compile(&m->u.pcre, &code, diag);
		rule_eval_free_code(code);
		return e;
	}
	return 0;
}

static bool
event_is_told(const struct rule_event *event)
{
	static const char *const before[] = {
	    [RULE_EVENT_DECODE] = "decoder.", [RULE_EVENT_STREAM] = "stream.", [RULE_EVENT_APP] = ""};
	char name[160];
	int len = snprintf(name, sizeof(name), "%s%.*s", before[event->layer], (int)bytes_first(event->name, 128).len,
	    (const char *)event->name.at);
	return len > 0 && view_event_is_told((struct bytes){(const uint8_t *)name, (size_t)len});
}

/* A transaction is told when its message is whole: it has no packet. */
static bool
asks_of_both(const struct rule *r)
{
	bool transaction = false, packet = r->mask_count > 0;
	for (size_t i = 0; i < r->match_count; i++)
		transaction |= r->buffers[r->matches[i].buffer].view > VIEW_BASE64_DATA;
	for (size_t i = 0; i < r->number_count; i++)
		packet |= r->numbers[i].field <= RULE_FIELD_VXLAN_VNI;
	for (size_t i = 0; i < r->word_count; i++)
		packet |= r->words[i].kind <= RULE_WORD_VLAN_ID;
	for (size_t i = 0; i < r->event_count; i++)
		packet |= r->events[i].layer != RULE_EVENT_APP;
	return transaction && packet;
}

int
rule_reach_judge(const struct rule *r, size_t *at, struct diag *diag)
{
	*at = 0;
	for (size_t i = 0; i < r->match_count; i++) {
		int e = judge_match(r, &r->matches[i], diag);
		if (e < 0) {
			*at = r->matches[i].at;
			return e;
		}
	}
	for (size_t i = 0; i < r->number_count; i++)
		if (!rule_facts_has_number(r->numbers[i].field))
			return not_shown(diag, rule_keyword_table_field_kind(r->numbers[i].field)->name_cstr);
	for (size_t i = 0; i < r->word_count; i++)
		if (!rule_facts_has_word(r->words[i].kind))
			return diag_say(diag, -ENOTSUP, "%s", _("beffroi does not do this yet"));
	for (size_t i = 0; i < r->event_count; i++)
		if (!event_is_told(&r->events[i]))
			return diag_say(diag, -ENOTSUP, "%s", _("it waits for an event that beffroi never tells"));
	if (asks_of_both(r))
		return diag_say(diag, -ENOTSUP, "%s", _("it asks of a packet and of what a protocol says in one rule"));
	/* With nothing to look at it would hold all the time, where its author means one moment. */
	if (r->has_hook && r->match_count == 0 && r->number_count == 0 && r->word_count == 0)
		return diag_say(
		    diag, -ENOTSUP, "%s", _("it waits for a moment of its protocol alone, which beffroi does not tell yet"));
	return 0;
}
