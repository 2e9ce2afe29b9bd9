/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What is asked and ordered at the desk, without anybody who carries it there. */
#include "dossier_samples.h"

#include "core/json_value.h"
#include "desk/desk_error.h"
#include "desk/desk_table.h"
#include "dossier/dossier_case.h"

extern const unsigned char clocks_yaml[];
extern const size_t clocks_yaml_len;

enum { ROOM = 1 << 20, ARENA_BYTES = 64 << 20 };

static struct fixture *f;
static struct dossier *dossier;
static struct arena arena, data;
static struct vocabulary vocabulary;
static const struct clocks *clocks;
static struct zone *zone;
static struct person alice, bob, eve;
static struct desk desk;
static char answer[ROOM];
static struct json written;
static struct diag diag;
static struct json_value_list list;

static void
be(struct person *person, const char *name_cstr)
{
	(void)snprintf(person->name_cstr, sizeof(person->name_cstr), "%s", name_cstr);
	person->rights = UINT32_MAX;
}

static int
begin(void **state)
{
	int r = set_up(state);
	f = *state;
	dossier = open_ok(f, DOSSIER_WRITE);
	be(&alice, "alice");
	be(&bob, "bob");
	be(&eve, "eve");
	eve.exercises_only = true;
	assert_int_equal(arena_init(&arena, ARENA_BYTES) + arena_init(&data, ARENA_BYTES), 0);
	assert_int_equal(vocabulary_read(&data, &vocabulary, &diag), 0);
	assert_int_equal(clocks_read(&data, (struct bytes){clocks_yaml, clocks_yaml_len}, "clocks.yaml", &clocks, &diag), 0);
	assert_int_equal(zone_open(&zone, "UTC", &diag), 0);
	return r;
}

static int
end(void **state)
{
	struct diag unread = {0};
	assert_int_equal(dossier_close(dossier, &unread), 0);
	arena_done(&arena);
	arena_done(&data);
	zone_free(zone);
	json_value_list_done(&list);
	return tear_down(state);
}

/* One order of a person: inputs, then fields, as "name=value" up to a NULL each. The answer, or NULL: it was refused. */
static const struct json_value *
ask(const struct person *person, enum operation_name name, const char *const *inputs, const char *const *fields)
{
	static int64_t now_ns = INT64_C(1772532000000000000); /* 2026-03-03 10:00 */
	struct desk_order order;
	struct json out = json_of(answer, sizeof(answer));
	const struct json_value *document = NULL;
	size_t wrong_at;
	arena_reset(&arena);
	diag = (struct diag){0};
	desk = (struct desk){.dossier = dossier,
	    .arena = &arena,
	    .vocabulary = &vocabulary,
	    .clocks = clocks,
	    .zone = zone,
	    .now_ns = now_ns += 1000000000,
	    .person = person,
	    .who_cstr = person == NULL ? "" : person->name_cstr,
	    .folder_cstr = ""};
	assert_true(desk_order_init(&order, name, &arena));
	for (size_t i = 0; inputs != NULL && inputs[i] != NULL; i++) {
		const char *equal = strchr(inputs[i], '=');
		assert_true(
		    desk_order_add(&order, desk_text(&desk, "%.*s", (int)(equal - inputs[i]), inputs[i]), equal + 1));
	}
	for (size_t i = 0; fields != NULL && fields[i] != NULL; i++) {
		const char *equal = strchr(fields[i], '=');
		order.fields[order.field_count++] = (struct desk_input){
		    desk_text(&desk, "%.*s", (int)(equal - fields[i]), fields[i]), equal + 1};
	}
	dossier_case_sign(dossier, desk.who_cstr);
	assert_int_equal(dossier_begin(dossier, &diag), 0);
	int r = desk_run(&desk, &order, &out, &diag);
	if (r < 0) {
		dossier_cancel(dossier);
		errno = -r;
		return NULL;
	}
	assert_int_equal(dossier_end(dossier, &diag), 0);
	assert_true(json_ok(&out));
	written = out;
	if (desk.document.content_type_cstr == NULL)
		assert_int_equal(json_value_read(&list, json_written(&out), &document, &wrong_at), 0);
	return desk.document.content_type_cstr == NULL ? document : (const struct json_value *)&desk;
}

#define IN(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *
id_of(const struct json_value *document, char out[static 64])
{
	assert_non_null(document);
	struct bytes id = json_value_text(json_value_get(document, BYTES("id")));
	(void)snprintf(out, 64, "%.*s", (int)id.len, (const char *)id.at);
	return out;
}

static const char *
open_one(const struct person *person, const char *title_cstr, const char *more_cstr, char out[static 64])
{
	char title[256];
	(void)snprintf(title, sizeof(title), "title=%s", title_cstr);
	return id_of(ask(person, OPERATION_INCIDENT_OPEN, IN(title, "seen=2026-03-03T09:00:00Z"),
	                 more_cstr == NULL ? NULL : IN(more_cstr)),
	    out);
}

static const char *
input(const char *name_cstr, const char *value_cstr)
{
	static char room[8][512];
	static unsigned next;
	char *text = room[next++ % 8];
	(void)snprintf(text, sizeof(room[0]), "%s=%s", name_cstr, value_cstr);
	return text;
}

static void
each_operation_of_the_table_has_a_function_but_those_of_the_console(void **state)
{
	(void)state;
	for (size_t i = 0; i < OPERATION_COUNT; i++) {
		bool of_console = i == OPERATION_HEALTH || i == OPERATION_OPENAPI;
		if ((desk_table_find((enum operation_name)i) == NULL) != of_console)
			fail_msg("%s", operation_of((enum operation_name)i)->id_cstr);
	}
	assert_null(desk_table_find(OPERATION_COUNT));
}

static void
nobody_and_nobody_without_the_right_is_answered(void **state)
{
	(void)state;
	for (size_t i = 0; i < OPERATION_COUNT; i++) {
		const struct operation *o = operation_of((enum operation_name)i);
		struct person person = {.name_cstr = "x"};
		if (o->right == RIGHT_ANYBODY || o->right == RIGHT_SIGNED_IN)
			continue;
		person.rights = UINT32_MAX & ~RIGHT_BIT(o->right);
		if (ask(NULL, (enum operation_name)i, NULL, NULL) != NULL || errno != ENOKEY)
			fail_msg("%s: nobody", o->id_cstr);
		if (ask(&person, (enum operation_name)i, NULL, NULL) != NULL || errno != EACCES)
			fail_msg("%s: without its right", o->id_cstr);
		person.rights = UINT32_MAX;
		person.must_set_password = true;
		if (ask(&person, (enum operation_name)i, NULL, NULL) != NULL || errno != EACCES)
			fail_msg("%s: without a password", o->id_cstr);
	}
}

static void
an_order_of_a_stranger_is_read_or_refused_with_its_reason(void **state)
{
	(void)state;
	static const struct {
		enum operation_name operation;
		const char *body_cstr;
		int error;
		const char *refused_cstr, *why_cstr;
	} cases[] = {
	    {OPERATION_INCIDENT_OPEN, "{\"title\":\"x\",\"fields\":{\"cost\":12,\"attack\":true,\"tlp\":null}}", 0, NULL,
	        "numbers and truths are texts"},
	    {OPERATION_INCIDENT_OPEN, "", 0, NULL, "nothing at all is an order without inputs"},
	    {OPERATION_INCIDENT_OPEN, "{}", 0, NULL, "so is an empty object"},
	    {OPERATION_INCIDENT_OPEN, "[]", -EPROTO, NULL, "a list is no object"},
	    {OPERATION_INCIDENT_OPEN, "{\"title\":", -EPROTO, NULL, "JSON that is cut"},
	    {OPERATION_INCIDENT_OPEN, "{\"title\":\"a\\u0000b\"}", -EPROTO, NULL, "a NUL would hide the rest"},
	    {OPERATION_INCIDENT_OPEN, "{\"title\":\"\xff\"}", -EPROTO, NULL, "bytes that are no UTF-8"},
	    {OPERATION_INCIDENT_OPEN, "{\"who\":\"root\"}", -EINVAL, "who", "an input that the row does not name"},
	    {OPERATION_INCIDENT_OPEN, "{\"id\":\"INC-1\"}", -EINVAL, "id", "a part of another path"},
	    {OPERATION_INCIDENT_SHOW, "{\"id\":\"INC-1\"}", -EINVAL, "id", "a part of the path is not taken from the body"},
	    {OPERATION_INCIDENT_OPEN, "{\"title\":{}}", -EINVAL, "title", "an object for a text"},
	    {OPERATION_INCIDENT_OPEN, "{\"title\":1.5}", -EINVAL, "title", "a fraction"},
	    {OPERATION_INCIDENT_OPEN, "{\"fields\":[]}", -EINVAL, "fields", "a list for an object"},
	    {OPERATION_INCIDENT_OPEN, "{\"fields\":{\"a\":[]}}", -EINVAL, "a", "a list inside of it"},
	    {OPERATION_INCIDENT_SPLIT, "{\"things\":\"x\"}", -EINVAL, "things", "a text for a list"},
	    {OPERATION_INCIDENT_SPLIT, "{\"things\":[[]]}", -EINVAL, "things", "a list in a list"},
	};
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		struct bytes body = test_heap(bytes_of_cstr(cases[i].body_cstr));
		struct order order = {
		    .operation = (uint16_t)cases[i].operation, .body = body, .body_len = (uint32_t)body.len};
		struct desk_order read;
		const char *refused_cstr = NULL;
		arena_reset(&arena);
		int r = desk_order_read(&read, &order, &arena, &refused_cstr, &diag);
		bool same = refused_cstr == NULL || cases[i].refused_cstr == NULL
		    ? refused_cstr == cases[i].refused_cstr
		    : strcmp(refused_cstr, cases[i].refused_cstr) == 0;
		if (r != cases[i].error || !same)
			fail_msg("%s: %d %s", cases[i].why_cstr, r, refused_cstr == NULL ? "-" : refused_cstr);
		test_heap_free(body);
	}
}

static void
statuses_and_words_of_refusals_are_those_described(void **state)
{
	(void)state;
	assert_int_equal(desk_error_status(-EINVAL), 422);
	assert_int_equal(desk_error_status(-EPERM), 422);
	assert_int_equal(desk_error_status(-ENOENT), 404);
	assert_int_equal(desk_error_status(-EBUSY), 409);
	assert_int_equal(desk_error_status(-EPROTO), 400);
	assert_int_equal(desk_error_status(-EIO), 500);
	assert_int_equal(desk_error_status(-EBADMSG), 500); /* a dossier that is damaged: nobody asked wrongly */
	struct json out = json_of(answer, sizeof(answer));
	desk_error_json(&out, -EACCES, NULL, "a \"quoted\" <b>text</b>", NULL);
	assert_bytes_equal(
	    json_written(&out), BYTES("{\"error\":{\"code\":\"forbidden\",\"text\":\"a \\\"quoted\\\" <b>text</b>\"}}"));
}

static void
an_incident_is_opened_worked_on_and_closed_by_the_rules(void **state)
{
	(void)state;
	char inc[64], cause[64], proof[64];
	open_one(&alice, "Mail", NULL, inc);
	const char *id = input("id", inc);
	assert_null(ask(&alice, OPERATION_INCIDENT_SET, IN(id), IN("state=closed")));
	assert_int_equal(errno, EPERM);
	assert_null(ask(&alice, OPERATION_INCIDENT_SET, IN(id), IN("severity=9")));
	assert_int_equal(errno, EINVAL);
	assert_string_equal(desk.refused_cstr, "severity");
	assert_non_null(ask(&alice, OPERATION_INCIDENT_SET, IN(id), IN("state=qualified", "severity=serious")));
	id_of(ask(&alice, OPERATION_ITEM_ADD, IN(id, "kind=cause"), IN("text=No filter for macros", "root=yes")), cause);
	assert_null(ask(&alice, OPERATION_INCIDENT_CLOSE, IN(id), NULL)); /* without its proof */
	id_of(ask(&alice, OPERATION_ITEM_ADD, IN(id, "kind=proof"), IN("title=The message")), proof);
	assert_non_null(ask(&alice, OPERATION_ITEM_SET, IN(input("id", cause)), IN(input("proof", proof))));
	assert_non_null(ask(&alice, OPERATION_ITEM_ADD, IN(id, "kind=action"), IN("title=Filter", input("cause", cause))));
	assert_non_null(ask(&alice, OPERATION_INCIDENT_CLOSE, IN(id, "why=done"), NULL));
	assert_null(ask(&alice, OPERATION_INCIDENT_REOPEN, IN(id), NULL));
	assert_string_equal(desk.refused_cstr, "why");
	assert_non_null(ask(&alice, OPERATION_INCIDENT_REOPEN, IN(id, "why=again"), NULL));
}

static void
a_refusal_keeps_nothing_of_the_order(void **state)
{
	(void)state;
	char inc[64];
	open_one(&alice, "Mail", NULL, inc);
	assert_null(
	    ask(&alice, OPERATION_INCIDENT_SPLIT, IN(input("id", inc), "title=Half", "things=TSK-000000000000"), NULL));
	const struct json_value *all = ask(&alice, OPERATION_INCIDENT_LIST, NULL, NULL);
	assert_int_equal(json_value_get(all, BYTES("total"))->integer, 1); /* the new incident is not there */
}

static void
a_list_goes_on_where_it_was_whatever_comes_meanwhile(void **state)
{
	(void)state;
	char inc[64], next[128], seen[40][24];
	size_t count = 0;
	for (int i = 0; i < 12; i++)
		open_one(&alice, "One of many", i % 2 == 0 ? "severity=4" : "severity=1", inc);
	next[0] = '\0';
	do {
		const struct json_value *page = ask(
		    &alice, OPERATION_INCIDENT_LIST, IN("limit=5", input("after", next)), NULL);
		const struct json_value *incidents = json_value_get(page, BYTES("incidents"));
		for (size_t i = 0; i < json_value_length(incidents); i++) {
			struct bytes id = json_value_text(json_value_get(json_value_at(incidents, i), BYTES("id")));
			(void)snprintf(seen[count++], sizeof(seen[0]), "%.*s", (int)id.len, (const char *)id.at);
		}
		struct bytes after = json_value_text(json_value_get(page, BYTES("next")));
		(void)snprintf(next, sizeof(next), "%.*s", (int)after.len, after.len > 0 ? (const char *)after.at : "");
		open_one(&bob, "Meanwhile", "severity=4", inc); /* comes before what was seen */
	} while (next[0] != '\0');
	assert_int_equal(count, 12);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(seen[i], seen[k]);
}

static void
who_may_not_know_gets_the_answer_for_what_is_not_there(void **state)
{
	(void)state;
	char inc[64], comment[64], other[64], text[DIAG_TEXT_MAX], mask[64];
	open_one(&alice, "Hush", "restricted_to=alice", inc);
	id_of(ask(&alice, OPERATION_ITEM_ADD, IN(input("id", inc), "kind=comment"), IN("text=hush")), comment);
	open_one(&bob, "Other", NULL, other);
	static const enum operation_name operations[] = {OPERATION_INCIDENT_SHOW, OPERATION_INCIDENT_TIMELINE,
	    OPERATION_INCIDENT_CAUSES, OPERATION_INCIDENT_CLOCKS, OPERATION_INCIDENT_SIMILAR, OPERATION_INCIDENT_CHAIN,
	    OPERATION_INCIDENT_PLAYBOOK, OPERATION_INCIDENT_CLOSE, OPERATION_TRACE, OPERATION_ALERT_OPEN};
	for (size_t i = 0; i < LENGTH_OF(operations); i++) {
		assert_null(ask(&bob, operations[i], IN("id=INC-000000000000", "why=x", "name=phishing"), NULL));
		assert_int_equal(errno, ENOENT);
		(void)snprintf(text, sizeof(text), "%s", diag.text_cstr);
		assert_null(ask(&bob, operations[i], IN(input("id", inc), "why=x", "name=phishing"), NULL));
		assert_int_equal(errno, ENOENT);
		char *named = strstr(diag.text_cstr, inc);
		assert_non_null(named);
		memcpy(named, "INC-000000000000", 16);
		assert_string_equal(diag.text_cstr, text);
	}
	assert_null(ask(&bob, OPERATION_ITEM_SET, IN(input("id", comment)), IN("text=x")));
	assert_null(ask(&bob, OPERATION_INCIDENT_MERGE, IN(input("id", other), input("other", inc)), NULL));
	assert_null(ask(&bob, OPERATION_ITEM_ADD, IN(input("id", other), "kind=relation"), IN(input("other", inc))));
	(void)snprintf(mask, sizeof(mask), "%.8s", inc);
	assert_null(ask(&bob, OPERATION_INCIDENT_SHOW, IN(input("id", mask)), NULL));
	assert_null(ask(&alice, OPERATION_INCIDENT_SHOW, IN(input("id", mask)), NULL)); /* nobody shortens from outside */
	assert_non_null(ask(&bob, OPERATION_INCIDENT_LIST, NULL, NULL));
	assert_null(strstr(answer, inc));
	assert_non_null(ask(&bob, OPERATION_TODAY, NULL, NULL));
	assert_null(strstr(answer, "Hush"));
	assert_non_null(ask(&bob, OPERATION_JOURNAL, IN("limit=200"), NULL));
	assert_null(strstr(answer, "Hush"));
	assert_non_null(ask(&alice, OPERATION_INCIDENT_SHOW, IN(input("id", inc)), NULL));
}

static void
a_candidate_makes_exercises_of_nothing_else(void **state)
{
	(void)state;
	char real[64], mine[64];
	open_one(&alice, "Real", NULL, real);
	open_one(&eve, "Mine", NULL, mine);
	assert_null(ask(&eve, OPERATION_INCIDENT_SHOW, IN(input("id", real)), NULL));
	assert_non_null(ask(&eve, OPERATION_INCIDENT_SHOW, IN(input("id", mine)), NULL));
	assert_null(ask(&eve, OPERATION_INCIDENT_SET, IN(input("id", mine)), IN("exercise=no")));
	assert_null(ask(&eve, OPERATION_INCIDENT_SET, IN(input("id", mine)), IN("restricted_to=eve")));
	assert_null(ask(&eve, OPERATION_INCIDENT_OPEN, IN("title=x"), IN("exercise=no")));
}

static void
texts_of_people_leave_as_texts(void **state)
{
	(void)state;
	char inc[64];
	open_one(&alice, "=cmd|' /C calc'!A0", NULL, inc);
	const char *id = input("id", inc);
	assert_null(ask(&alice, OPERATION_ITEM_ADD, IN(id, "kind=comment"), IN("text=\x1b[2J")));
	assert_non_null(ask(&alice, OPERATION_ITEM_ADD, IN(id, "kind=comment"),
	    IN("text=@SUM(1)\n</script><script>alert(1)</script>\",\"x\":\"")));
	assert_non_null(ask(&alice, OPERATION_INCIDENT_SHOW, IN(id), NULL)); /* whole JSON: read by ask() */
	assert_non_null(ask(&alice, OPERATION_INCIDENT_EXPORT, IN(id, "format=csv"), NULL));
	struct bytes csv = desk.document.body;
	for (size_t i = 0; i + 1 < csv.len; i++) /* no cell begins as a formula does */
		if (csv.at[i] == '"' && (i == 0 || csv.at[i - 1] == ',' || csv.at[i - 1] == '\n'))
			assert_true(
			    csv.at[i + 1] != '=' && csv.at[i + 1] != '@' && csv.at[i + 1] != '+' && csv.at[i + 1] != '-');
	assert_non_null(ask(&alice, OPERATION_INCIDENT_EXPORT, IN(id, "format=iodef"), NULL));
	assert_true(bytes_find_all(desk.document.body, BYTES("<script>")) == desk.document.body.len);
	assert_non_null(ask(&alice, OPERATION_REPORT, IN("kind=incident-technical", id), NULL));
	assert_true(bytes_find_all(desk.document.body, BYTES("<script>")) == desk.document.body.len);
	assert_string_equal(desk.document.content_type_cstr, "text/html; charset=utf-8");
}

static void
what_is_due_comes_first_today(void **state)
{
	(void)state;
	char inc[64];
	open_one(&alice, "Leak", "personal_data=yes", inc);
	const char *id = input("id", inc);
	assert_non_null(ask(&alice, OPERATION_INCIDENT_SET, IN(id), IN("state=qualified")));
	assert_non_null(
	    ask(&alice, OPERATION_INCIDENT_AWARE, IN(id, "by=DPO", "why=call", "at=2026-03-01T08:00:00Z"), NULL));
	assert_non_null(ask(&alice, OPERATION_ITEM_ADD, IN(id, "kind=task"), IN("title=Late", "due=2026-03-02T08:00:00Z")));
	assert_non_null(ask(&alice, OPERATION_ITEM_ADD, IN(id, "kind=task"), IN("title=Some day")));
	open_one(&alice, "Fresh", NULL, inc);
	const struct json_value *needs = json_value_get(ask(&alice, OPERATION_TODAY, NULL, NULL), BYTES("needs"));
	static const char *const kinds[] = {"task", "clock", "inbox", "task"};
	assert_int_equal(json_value_length(needs), LENGTH_OF(kinds));
	size_t inbox = 0;
	for (size_t i = 0; i < LENGTH_OF(kinds); i++) {
		struct bytes kind = json_value_text(json_value_get(json_value_at(needs, i), BYTES("kind")));
		if (i < 2)
			assert_bytes_equal(kind, bytes_of_cstr(kinds[i]));
		inbox += bytes_eq(kind, BYTES("inbox"));
	}
	assert_int_equal(inbox, 1);
	assert_int_equal(json_value_get(json_value_at(needs, 0), BYTES("late"))->kind, JSON_VALUE_TRUE);
}

static void
an_answer_with_a_list_stays_small_whatever_people_write(void **state)
{
	(void)state;
	static char title[8000], long_title[8100];
	char inc[64];
	memset(title, 'x', sizeof(title) - 1);
	for (size_t i = 0; i + 2 < sizeof(title); i += 2) /* whole characters of two bytes */
		memcpy(title + i, "\xc3\xa9", 2);
	title[sizeof(title) - 2] = '\0';
	for (int i = 0; i < 150; i++) {
		(void)snprintf(long_title, sizeof(long_title), "title=%s", title);
		id_of(ask(&alice, OPERATION_INCIDENT_OPEN, IN(long_title), IN("techniques=T1486")), inc);
	}
	const char *id = input("id", inc);
	for (int i = 0; i < 210; i++) {
		(void)snprintf(long_title, sizeof(long_title), "text=%s", title);
		assert_non_null(ask(&alice, OPERATION_ITEM_ADD, IN(id, "kind=log"), IN(long_title)));
	}
	static const enum operation_name lists[] = {OPERATION_INCIDENT_LIST, OPERATION_INCIDENT_SIMILAR,
	    OPERATION_INCIDENT_TIMELINE, OPERATION_INCIDENT_CHAIN, OPERATION_TODAY, OPERATION_JOURNAL, OPERATION_STATISTICS};
	for (size_t i = 0; i < LENGTH_OF(lists); i++) {
		const struct operation *o = operation_of(lists[i]);
		bool limited = operation_takes(o, BYTES("limit")) != 0;
		if (ask(&alice, lists[i], limited ? IN("limit=200") : IN(id), NULL) == NULL)
			fail_msg("%s: %s", o->id_cstr, diag.text_cstr);
		if (json_length(&written) > 100000)
			fail_msg("%s: %zu bytes", o->id_cstr, json_length(&written));
	}
	assert_null(ask(&alice, OPERATION_INCIDENT_LIST, IN("limit=201"), NULL));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_operation_of_the_table_has_a_function_but_those_of_the_console),
	    cmocka_unit_test_setup_teardown(nobody_and_nobody_without_the_right_is_answered, begin, end),
	    cmocka_unit_test_setup_teardown(an_order_of_a_stranger_is_read_or_refused_with_its_reason, begin, end),
	    cmocka_unit_test(statuses_and_words_of_refusals_are_those_described),
	    cmocka_unit_test_setup_teardown(an_incident_is_opened_worked_on_and_closed_by_the_rules, begin, end),
	    cmocka_unit_test_setup_teardown(a_refusal_keeps_nothing_of_the_order, begin, end),
	    cmocka_unit_test_setup_teardown(a_list_goes_on_where_it_was_whatever_comes_meanwhile, begin, end),
	    cmocka_unit_test_setup_teardown(who_may_not_know_gets_the_answer_for_what_is_not_there, begin, end),
	    cmocka_unit_test_setup_teardown(a_candidate_makes_exercises_of_nothing_else, begin, end),
	    cmocka_unit_test_setup_teardown(texts_of_people_leave_as_texts, begin, end),
	    cmocka_unit_test_setup_teardown(what_is_due_comes_first_today, begin, end),
	    cmocka_unit_test_setup_teardown(an_answer_with_a_list_stays_small_whatever_people_write, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
