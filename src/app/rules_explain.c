/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_explain.h"

#include "app/rules_exceptions.h"
#include "app/rules_reading.h"
#include "cli/exception_view.h"
#include "core/json.h"
#include "core/terminal.h"
#include "core/text.h"
#include "detect/rules/rule_words.h"
#include "inspect/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/* Each has room for sentences: together in one frame they would be too much of the stack. */
#define APART __attribute__((noinline))

enum { LINES_MAX = 512, SENTENCE_MAX = 1400 };

/* The sentences of a rule, in the order in which they are read. */
enum section { SECTION_WHEN, SECTION_LOOK, SECTION_TOLD, SECTIONS };

struct explanation {
	size_t count;
	struct line {
		enum section section;
		bool is_place; /* what follows is looked for there */
		char text[SENTENCE_MAX];
	} lines[LINES_MAX];
};

static const char *
escaped(struct bytes text, char out[static SENTENCE_MAX])
{
	(void)terminal_escape(bytes_first(text, SENTENCE_MAX / 4 - 1), out, SENTENCE_MAX);
	return out;
}

static struct line *
add(struct explanation *e, enum section section)
{
	if (e->count == LINES_MAX)
		return NULL;
	struct line *line = &e->lines[e->count++];
	line->section = section;
	line->is_place = false;
	line->text[0] = '\0';
	return line;
}

/* A translated sentence with at most one %s in it, the value. */
static void
put(char *out, size_t size, const char *sentence_cstr, const char *value_cstr)
{
	const char *mark = strstr(sentence_cstr, "%s");
	if (mark == NULL)
		(void)snprintf(out, size, "%s", sentence_cstr);
	else
		(void)snprintf(out, size, "%.*s%s%s", (int)(mark - sentence_cstr), sentence_cstr, value_cstr, mark + 2);
	for (char *percent = strstr(out, "%%"); percent != NULL; percent = strstr(percent + 1, "%%"))
		memmove(percent, percent + 1, strlen(percent)); /* as printf(3) would */
}

/* ---- Values that are words themselves ---- */

struct word {
	const char *name_cstr, *text_cstr;
};

static const struct word flow_words[] = {{"to_server", N_("what the client sends")},
    {"from_client", N_("what the client sends")}, {"to_client", N_("what the server sends")},
    {"from_server", N_("what the server sends")}, {"established", N_("once the connection stands")},
    {"not_established", N_("while no connection stands")}, {"stateless", N_("whatever the state of the connection")},
    {"only_stream", N_("only in the stream put together")}, {"no_stream", N_("only in single packets")},
    {"only_frag", N_("only in fragments")}, {"no_frag", N_("not in fragments")}};

static const struct word bit_words[] = {{"set", N_("sets the mark %s, for other rules")},
    {"unset", N_("takes the mark %s away")}, {"toggle", N_("turns the mark %s over")},
    {"isset", N_("only when an earlier rule has set the mark %s")},
    {"isnotset", N_("only when no rule has set the mark %s")}, {"noalert", N_("it raises no alert itself")}};

static const struct word threshold_words[] = {{"limit", N_("at most %s times")},
    {"threshold", N_("each time it has held %s times")}, {"both", N_("once, when it has held %s times")},
    {"backoff", N_("ever more rarely, first after %s times")}};

static const struct word track_words[] = {{"by_src", N_("per source")}, {"by_dst", N_("per target")},
    {"by_both", N_("per source and target")}, {"by_rule", N_("for all together")}, {"by_flow", N_("per connection")},
    {"ip_src", N_("of the source")}, {"ip_dst", N_("of the target")}, {"ip_pair", N_("of both machines")}};

static const char *
say_word(const struct word *words, size_t count, struct bytes word)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_eq_nocase(word, bytes_of_cstr(words[i].name_cstr)))
			return text_of(words[i].text_cstr);
	return NULL;
}

/* "type limit, track by_src": what stands behind "type". */
static struct bytes
named(struct bytes value, const char *name_cstr)
{
	struct bytes part, word, want = bytes_of_cstr(name_cstr);
	while (rule_text_split(&value, ',', &part)) {
		struct bytes rest = part;
		if (rule_text_word(&rest, &word) && bytes_eq_nocase(word, want))
			return rule_text_trim(rest);
	}
	return (struct bytes){0};
}

static APART void
explain_flow(struct explanation *e, struct bytes value)
{
	char room[SENTENCE_MAX];
	struct bytes part;
	while (rule_text_split(&value, ',', &part)) {
		const char *said_cstr = say_word(flow_words, LENGTH_OF(flow_words), part);
		struct line *line = add(e, SECTION_WHEN);
		if (line != NULL)
			(void)snprintf(
			    line->text, sizeof(line->text), "%s", said_cstr != NULL ? said_cstr : escaped(part, room));
	}
}

static APART void
explain_bits(struct explanation *e, struct bytes value)
{
	char room[SENTENCE_MAX], said[SENTENCE_MAX];
	struct bytes command, name;
	struct bytes left = value;
	(void)rule_text_split(&left, ',', &command);
	bool asks = bytes_eq_nocase(command, BYTES("isset")) || bytes_eq_nocase(command, BYTES("isnotset"));
	const char *said_cstr = say_word(bit_words, LENGTH_OF(bit_words), command),
	           *track_cstr = say_word(track_words, LENGTH_OF(track_words), named(value, "track"));
	struct line *line = add(e, asks ? SECTION_WHEN : SECTION_TOLD);
	if (!rule_text_split(&left, ',', &name))
		name = (struct bytes){0};
	if (line == NULL)
		return;
	put(said, sizeof(said), said_cstr != NULL ? said_cstr : "%s", escaped(said_cstr != NULL ? name : value, room));
	(void)snprintf(line->text, sizeof(line->text), "%.1000s%s%s", said, track_cstr != NULL ? " " : "",
	    track_cstr != NULL ? track_cstr : "");
}

static APART void
explain_threshold(struct explanation *e, struct bytes value, bool filter)
{
	char count[SENTENCE_MAX], seconds[SENTENCE_MAX], often[SENTENCE_MAX];
	const char *type_cstr = filter ? _("only when it has held more than %s times")
	                               : say_word(threshold_words, LENGTH_OF(threshold_words), named(value, "type"));
	const char *track_cstr = say_word(track_words, LENGTH_OF(track_words), named(value, "track"));
	struct line *line = add(e, SECTION_TOLD);
	if (line == NULL)
		return;
	put(often, sizeof(often), type_cstr != NULL ? type_cstr : "%s", escaped(named(value, "count"), count));
	(void)snprintf(line->text, sizeof(line->text), _("%.500s in %.100s seconds, %s"), often,
	    escaped(named(value, "seconds"), seconds), track_cstr != NULL ? track_cstr : "?");
}

/* ---- One option ---- */

/* Words of the old manner, that say of the content before them where it is. */
static bool
is_modifier(struct bytes name)
{
	static const char *const names[] = {"http_client_body", "http_cookie", "http_header", "http_host", "http_method",
	    "http_raw_header", "http_raw_host", "http_raw_uri", "http_server_body", "http_stat_code", "http_stat_msg",
	    "http_uri", "http_user_agent"};
	for (size_t i = 0; i < LENGTH_OF(names); i++)
		if (bytes_eq(name, bytes_of_cstr(names[i])))
			return true;
	return false;
}

static void
append(struct explanation *e, const char *text_cstr)
{
	struct line *line = e->count == 0 ? NULL : &e->lines[e->count - 1];
	size_t len = line == NULL ? 0 : strlen(line->text);
	if (line != NULL && text_cstr[0] != '\0')
		(void)snprintf(line->text + len, sizeof(line->text) - len, ", %s", text_cstr);
}

static APART void
explain_words(struct explanation *e, struct bytes name, const struct rule_words *words, struct bytes value, bool negated)
{
	char room[SENTENCE_MAX], said[SENTENCE_MAX];
	const char *text_cstr = text_of(words->text_cstr), *value_cstr = escaped(value, room);
	struct line *line;
	switch (words->kind) {
	case RULE_WORDS_ABOUT: return;
	case RULE_WORDS_PART:
		put(said, sizeof(said), text_cstr, value_cstr);
		append(e, said);
		return;
	case RULE_WORDS_PLACE:
		if (is_modifier(name)) {
			put(said, sizeof(said), _("in %s"), text_cstr);
			append(e, said);
		} else if ((line = add(e, SECTION_LOOK)) != NULL) {
			line->is_place = true;
			put(line->text, sizeof(line->text), _("In %s:"), text_cstr);
		}
		return;
	case RULE_WORDS_WHEN:
	case RULE_WORDS_NUMBER:
	case RULE_WORDS_STEP:
	case RULE_WORDS_TOLD: break;
	}
	line = add(e,
	    words->kind == RULE_WORDS_STEP       ? SECTION_LOOK
	        : words->kind == RULE_WORDS_TOLD ? SECTION_TOLD
	                                         : SECTION_WHEN);
	if (line == NULL)
		return;
	if (words->kind == RULE_WORDS_NUMBER)
		(void)snprintf(said, sizeof(said), "%s: %.1000s", text_cstr, value_cstr);
	else
		put(said, sizeof(said), text_cstr, value_cstr);
	put(line->text, sizeof(line->text), negated ? _("NOT: %s") : "%s", said);
}

static APART void
explain_option(struct explanation *e, struct bytes name, struct bytes value, bool negated)
{
	const struct rule_words *words = rule_words_find(name);
	bool is_bits = bytes_eq(name, BYTES("flowbits")) || bytes_eq(name, BYTES("xbits")) ||
	    bytes_eq(name, BYTES("hostbits"));
	bool is_filter = bytes_eq(name, BYTES("detection_filter"));
	struct rule_words own = {.kind = RULE_WORDS_WHEN, .text_cstr = "%s"};
	char room[SENTENCE_MAX], said[SENTENCE_MAX];
	if (bytes_eq(name, BYTES("flow"))) {
		explain_flow(e, value);
	} else if (is_bits) {
		explain_bits(e, value);
	} else if (is_filter || bytes_eq(name, BYTES("threshold"))) {
		explain_threshold(e, value, is_filter);
	} else if (words != NULL) {
		explain_words(e, name, words, value, negated);
	} else { /* no words for it: as it stands */
		(void)snprintf(said, sizeof(said), "%.500s: %.1000s", escaped(name, room), "");
		size_t len = strlen(said);
		(void)snprintf(said + len, sizeof(said) - len, "%s", escaped(value, room));
		explain_words(e, name, &own, bytes_of_cstr(said), false);
	}
}

/* ---- The whole ---- */

/* An end of the rule: "any" has words. */
static void
say_end(struct bytes net, struct bytes port, char out[static SENTENCE_MAX])
{
	char nets[SENTENCE_MAX], ports[SENTENCE_MAX];
	bool any_net = bytes_eq(net, BYTES("any")), any_port = bytes_eq(port, BYTES("any"));
	const char *who_cstr = any_net ? _("any machine") : escaped(net, nets);
	if (any_port)
		(void)snprintf(out, SENTENCE_MAX, "%.900s", who_cstr);
	else
		(void)snprintf(out, SENTENCE_MAX, _("%.900s, port %.500s"), who_cstr, escaped(port, ports));
}

static const char *
say_action(struct bytes action)
{
	static const struct word words[] = {{"alert", N_("raises an alert")},
	    {"pass", N_("keeps other rules silent about it")},
	    {"drop", N_("raises an alert; a firewall would drop the packet")},
	    {"reject", N_("raises an alert; a firewall would refuse the connection")},
	    {"rejectsrc", N_("raises an alert; a firewall would refuse the connection")},
	    {"rejectdst", N_("raises an alert; a firewall would refuse the connection")},
	    {"rejectboth", N_("raises an alert; a firewall would refuse the connection")},
	    {"config", N_("changes how the traffic is treated")}};
	const char *said_cstr = say_word(words, LENGTH_OF(words), action);
	return said_cstr != NULL ? said_cstr : "?";
}

static APART void
show_section(const struct explanation *e, enum section section, const char *title_cstr)
{
	unsigned number = 0;
	bool in_place = false, told = false;
	for (size_t i = 0; i < e->count; i++) {
		const struct line *line = &e->lines[i];
		if (line->section != section)
			continue;
		if (!told)
			printf("\n%s\n", title_cstr);
		told = true;
		if (line->is_place)
			printf("  %s\n", line->text);
		else if (section == SECTION_LOOK)
			printf("  %s%u. %s\n", in_place ? "  " : "", ++number, line->text);
		else
			printf("  - %s\n", line->text);
		in_place = in_place || line->is_place;
	}
}

static APART void
show_references(const struct rule_outline *outline)
{
	struct bytes left = outline->options, name, value;
	char room[SENTENCE_MAX];
	bool negated, told = false;
	while (rule_outline_next(&left, &name, &value, &negated)) {
		if (!bytes_eq(name, BYTES("reference")))
			continue;
		if (!told)
			printf("\n%s\n", _("To read more"));
		told = true;
		printf("  - %s\n", escaped(value, room));
	}
}

static APART void
show_exceptions(const struct rules_read *rule, const struct rules_exceptions *exceptions, const struct presenter *p)
{
	struct bytes message = rule_outline_value(&rule->outline, "msg");
	const struct rules_exception *x = rules_exceptions_next(exceptions, NULL, rule->sid, message);
	if (x != NULL)
		printf("\n%s\n", _("Exceptions: such alerts are kept aside"));
	for (; x != NULL; x = rules_exceptions_next(exceptions, x, rule->sid, message))
		exception_view_lines(p, "  ", &x->e, x->hidden, exceptions->now_ns);
}

static APART void
show(const struct rules_read *rule, const struct explanation *e)
{
	const struct rule_outline *o = &rule->outline;
	char room[SENTENCE_MAX], source[SENTENCE_MAX], target[SENTENCE_MAX];
	printf("%u: %s\n", rule->sid, escaped(rule_outline_value(o, "msg"), room));
	printf("  %s:%u\n  %s%s%s\n", rule->file_cstr, rule->text.line, rules_reading_say(rule->state),
	    rule->reason_cstr[0] != '\0' ? ": " : "", escaped(bytes_of_cstr(rule->reason_cstr), room));
	printf("  %s\n", say_action(o->action));
	say_end(o->source, o->source_port, source);
	say_end(o->target, o->target_port, target);
	printf("\n%s\n  ", _("Who"));
	printf(bytes_eq(o->direction, BYTES("<>")) ? _("%s: between %s and %s\n") : _("%s: from %s to %s\n"),
	    escaped(o->protocol, room), source, target);
	show_section(e, SECTION_WHEN, _("Only when"));
	show_section(e, SECTION_LOOK, _("What it looks for, in this order"));
	show_section(e, SECTION_TOLD, _("What it remembers, and when it is told"));
	show_references(o);
}

static APART void
write_json(
    const struct rules_read *rule, const struct explanation *e, const struct rules_exceptions *exceptions, struct json *j)
{
	struct bytes message = rule_outline_value(&rule->outline, "msg");
	static const char *const sections[SECTIONS] = {",\"when\":", ",\"looks_for\":", ",\"told\":"};
	json_open_object(j, (struct bytes){0});
	json_u64(j, JSON_KEY("sid"), rule->sid);
	json_text(j, JSON_KEY("message"), rule_outline_value(&rule->outline, "msg"));
	json_cstr(j, JSON_KEY("state"), rules_reading_word(rule->state));
	json_cstr(j, JSON_KEY("reason"), rule->reason_cstr);
	json_text(j, JSON_KEY("protocol"), rule->outline.protocol);
	json_text(j, JSON_KEY("source"), rule->outline.source);
	json_text(j, JSON_KEY("source_port"), rule->outline.source_port);
	json_text(j, JSON_KEY("target"), rule->outline.target);
	json_text(j, JSON_KEY("target_port"), rule->outline.target_port);
	for (size_t s = 0; s < SECTIONS; s++) {
		json_open_array(j, bytes_of_cstr(sections[s]));
		for (size_t i = 0; i < e->count; i++)
			if (e->lines[i].section == (enum section)s)
				json_cstr(j, (struct bytes){0}, e->lines[i].text);
		json_close_array(j);
	}
	json_open_array(j, JSON_KEY("exceptions"));
	for (const struct rules_exception *x = NULL;
	     (x = rules_exceptions_next(exceptions, x, rule->sid, message)) != NULL;) {
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("id"), x->e.id_cstr);
		json_bool(j, JSON_KEY("holds"), exception_is_on(&x->e, exceptions->now_ns));
		json_cstr(j, JSON_KEY("who"), x->e.who_cstr);
		json_cstr(j, JSON_KEY("why"), x->e.why_cstr);
		json_time(j, JSON_KEY("until"), x->e.ended_ns != 0 ? x->e.ended_ns : x->e.until_ns);
		json_u64(j, JSON_KEY("hidden"), x->hidden);
		json_close_object(j);
	}
	json_close_array(j);
	json_close_object(j);
	json_newline(j);
	(void)fwrite(j->start, 1, json_length(j), stdout);
}

static void
explain(const struct rules_read *rule, struct explanation *e)
{
	struct bytes left = rule->outline.options, name, value;
	bool negated;
	e->count = 0;
	while (rule_outline_next(&left, &name, &value, &negated))
		explain_option(e, name, value, negated);
}

int
rules_explain_run(const struct verb_options *o, struct diag *diag)
{
	enum { ROOM = LINES_MAX * SENTENCE_MAX + EXCEPTION_MAX * 4096 };
	static struct rules_reading reading; /* too large for the stack; a verb runs once */
	struct rules_read rule;
	struct rules_exceptions exceptions = {0};
	struct presenter presenter = present_to(stdout, o->language, o->color);
	int64_t sid;
	bool found = false;
	if (!rule_text_number(bytes_of_cstr(o->words[1]), &sid))
		return diag_say(diag, -EINVAL, _("\"%s\" is no sid: a number was expected"), o->words[1]);
	struct explanation *e = calloc(1, sizeof(*e));
	char *room = malloc(ROOM);
	int r = rules_reading_open(&reading, &o->words[2], o->word_count - 2, diag);
	if (r == 0)
		r = rules_exceptions_read(o, &exceptions, diag);
	if (r == 0 && (e == NULL || room == NULL))
		r = diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	while (r == 0 && !found && rules_reading_next(&reading, &rule)) {
		if (rule.sid != sid)
			continue;
		found = true;
		explain(&rule, e);
		struct json j = json_of(room, ROOM);
		if (o->json)
			write_json(&rule, e, &exceptions, &j);
		else
			show(&rule, e);
		if (!o->json)
			show_exceptions(&rule, &exceptions, &presenter);
	}
	if (r == 0 && !found)
		r = diag_say(diag, -ENOENT, _("there is no rule with the sid %s in it"), o->words[1]);
	free(e);
	free(room);
	rules_exceptions_free(&exceptions);
	rules_reading_close(&reading);
	return r;
}
