/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_list.h"

#include "app/rules_exceptions.h"
#include "app/rules_reading.h"
#include "core/json.h"
#include "core/terminal.h"
#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROOM = 1 << 16, TEXT_MAX = 1024 };

static bool
has_nocase(struct bytes text, struct bytes wanted)
{
	for (size_t i = 0; wanted.len <= text.len && i <= text.len - wanted.len; i++)
		if (bytes_eq_nocase(bytes_first(bytes_after(text, i), wanted.len), wanted))
			return true;
	return false;
}

static bool
is_wanted(const struct verb_options *o, const struct rules_read *rule)
{
	char sid[16];
	(void)snprintf(sid, sizeof(sid), "%u", rule->sid);
	if (o->type_cstr != NULL &&
	    !bytes_eq_nocase(rule_outline_value(&rule->outline, "classtype"), bytes_of_cstr(o->type_cstr)))
		return false;
	return o->search_cstr == NULL || strcmp(o->search_cstr, sid) == 0 ||
	    has_nocase(rule->text.text, bytes_of_cstr(o->search_cstr));
}

static struct bytes
value_of(const struct rules_read *rule, const char *name_cstr)
{
	return rule_outline_value(&rule->outline, name_cstr);
}

static void
write_json(struct json *j, const struct rules_read *rule, const struct rules_exceptions *exceptions)
{
	const struct rules_exception *x = rules_exceptions_next(exceptions, NULL, rule->sid, value_of(rule, "msg"));
	json_open_object(j, (struct bytes){0});
	json_u64(j, JSON_KEY("sid"), rule->sid);
	json_text(j, JSON_KEY("rev"), value_of(rule, "rev"));
	json_text(j, JSON_KEY("action"), rule->outline.action);
	json_text(j, JSON_KEY("message"), value_of(rule, "msg"));
	json_text(j, JSON_KEY("classtype"), value_of(rule, "classtype"));
	json_cstr(j, JSON_KEY("state"), rules_reading_word(rule->state));
	if (rule->reason_cstr[0] != '\0')
		json_cstr(j, JSON_KEY("reason"), rule->reason_cstr);
	json_cstr(j, JSON_KEY("file"), rule->file_cstr);
	json_u64(j, JSON_KEY("line"), rule->text.line);
	if (x != NULL)
		json_open_array(j, JSON_KEY("exceptions"));
	for (const struct rules_exception *i = x; i != NULL;
	     i = rules_exceptions_next(exceptions, i, rule->sid, value_of(rule, "msg")))
		json_cstr(j, (struct bytes){0}, i->e.id_cstr);
	if (x != NULL)
		json_close_array(j);
	json_close_object(j);
}

static void
show(const struct rules_read *rule, const struct rules_exceptions *exceptions)
{
	char message[TEXT_MAX], action[64], rev[32], reason[TEXT_MAX];
	(void)terminal_escape(value_of(rule, "msg"), message, sizeof(message));
	(void)terminal_escape(rule->outline.action, action, sizeof(action));
	(void)terminal_escape(value_of(rule, "rev"), rev, sizeof(rev));
	(void)terminal_escape(bytes_of_cstr(rule->reason_cstr), reason, sizeof(reason));
	bool tells_why = rule->state != RULES_USED && rule->state != RULES_OFF;
	printf("%10u  %3s  %-6s  %-10s  %s%s%s%s", rule->sid, rev, action, rules_reading_say(rule->state), message,
	    tells_why ? " (" : "", tells_why ? reason : "", tells_why ? ")" : "");
	for (const struct rules_exception *x = NULL;
	     (x = rules_exceptions_next(exceptions, x, rule->sid, value_of(rule, "msg"))) != NULL;)
		printf("  [%s %s]", _("exception"), x->e.id_cstr);
	fputc('\n', stdout);
}

static void
flush(struct json *j)
{
	(void)fwrite(j->start, 1, json_length(j), stdout);
	j->at = j->start; /* the comma state goes on */
}

int
rules_list_run(const struct verb_options *o, struct diag *diag)
{
	struct rules_reading reading;
	struct rules_read rule;
	struct rules_exceptions exceptions = {0};
	uint64_t found = 0, shown = 0, limit = o->has_limit && o->limit > 0 ? o->limit : UINT64_MAX;
	int r = rules_reading_open(&reading, &o->words[1], o->word_count - 1, diag);
	if (r == 0)
		r = rules_exceptions_read(o, &exceptions, diag);
	char *room = r < 0 ? NULL : malloc(ROOM);
	if (r == 0 && room == NULL)
		r = diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	struct json j = json_of(room, room == NULL ? 0 : ROOM);
	if (r == 0 && o->json) {
		json_open_object(&j, (struct bytes){0});
		json_open_array(&j, JSON_KEY("rules"));
	}
	while (r == 0 && rules_reading_next(&reading, &rule)) {
		if (!is_wanted(o, &rule))
			continue;
		if (++found > limit)
			continue;
		shown++;
		if (o->json)
			write_json(&j, &rule, &exceptions);
		else
			show(&rule, &exceptions);
		if (o->json && json_length(&j) > ROOM / 2)
			flush(&j);
	}
	if (r == 0 && o->json) {
		json_close_array(&j);
		json_u64(&j, JSON_KEY("found"), found);
		json_close_object(&j);
		json_newline(&j);
		flush(&j);
	} else if (r == 0) {
		printf(text_plural(o->language, found, N_("%llu rule\n"), N_("%llu rules\n")), (unsigned long long)found);
		if (shown < found)
			printf(_("shown: %llu; --limit 0 shows all\n"), (unsigned long long)shown);
	}
	free(room);
	rules_exceptions_free(&exceptions);
	rules_reading_close(&reading);
	return r;
}
