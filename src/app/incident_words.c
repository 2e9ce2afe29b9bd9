/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/incident_words.h"

#include <errno.h>

bool
incident_words_split(struct incident_session *s, const char *word_cstr, struct desk_input *out)
{
	size_t n = strspn(word_cstr, "abcdefghijklmnopqrstuvwxyz_0123456789");
	if (n == 0 || word_cstr[n] != '=')
		return false;
	out->name_cstr = desk_text(&s->desk, "%.*s", (int)n, word_cstr);
	out->value_cstr = word_cstr + n + 1;
	return true;
}

int
incident_words_read(
    struct incident_session *s, const struct case_kind *kind, size_t from, struct desk_order *order, struct diag *diag)
{
	const struct verb_options *o = &s->v.options;
	bool has_text = false;
	for (size_t i = from; i < o->word_count; i++) {
		struct desk_input given = {kind->main_cstr, o->words[i]};
		bool named = incident_words_split(s, o->words[i], &given);
		if ((!named && has_text) || order->field_count == DESK_ORDER_FIELDS_MAX)
			return diag_say(diag, -EINVAL,
			    _("\"%.60s\" is one word too many: put a text in quotes, and other fields as NAME=VALUE"),
			    o->words[i]);
		has_text = has_text || !named;
		order->fields[order->field_count++] = given;
	}
	return 0;
}
