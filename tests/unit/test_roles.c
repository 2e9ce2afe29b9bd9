/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "access/roles.h"
#include "record/person.h"

#include <errno.h>
#include <stdio.h>

static struct arena arena;
static const struct roles *roles;

static int
set_up(void **state)
{
	(void)state;
	struct diag diag = {0};
	assert_int_equal(arena_init(&arena, 4 << 20), 0);
	if (roles_read_shipped(&arena, &roles, &diag) < 0)
		fail_msg("line %u: %s", diag.line, diag.text_cstr);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

/* What people expect of each role, typed a second time: a slip in the data is a red line here. */
static void
each_role_may_do_what_is_written_of_it_and_nothing_else(void **state)
{
	(void)state;
	static const struct {
		const char *role_cstr, *rights_cstr;
	} rows[] = {
	    {"technician",
	        "incident.read incident.write alert.read event.read asset.read asset.write report.read report.technical "
	        "evidence.read personal.read settings.read token.own"},
	    {"expert",
	        "incident.read incident.write incident.close alert.read event.read asset.read asset.write report.read "
	        "report.technical notice.write evidence.read journal.read personal.read settings.read token.own"},
	    {"manager", "incident.read incident.close asset.read report.read notice.write"},
	    {"dpo", "incident.read incident.write report.read report.technical notice.write journal.read personal.read"},
	    {"auditor",
	        "incident.read alert.read asset.read report.read report.technical evidence.read journal.read settings.read"},
	    {"candidate", "incident.read incident.write incident.close report.read notice.write"},
	    {"admin", "settings.read settings.write user.admin token.own"},
	};
	assert_int_equal(roles->count, LENGTH_OF(rows));
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		const struct role *role = roles_find(roles, rows[i].role_cstr);
		char rights[RIGHT_SET_TEXT_MAX];
		assert_non_null(role);
		assert_string_equal(right_set_write(role->rights, rights), rows[i].rights_cstr);
		assert_int_equal(role->exercises_only, strcmp(rows[i].role_cstr, "candidate") == 0);
		for (unsigned right = 0; right < RIGHT_COUNT; right++)
			assert_int_equal(roles_allow(roles, rows[i].role_cstr, right), (role->rights >> right) & 1);
	}
	for (unsigned right = 0; right < RIGHT_COUNT; right++)
		assert_false(roles_allow(roles, "root", right));
}

static void
who_gives_out_accounts_sees_nothing_that_they_protect(void **state)
{
	(void)state;
	for (size_t i = 0; i < roles->count; i++) {
		const struct role *role = &roles->role[i];
		uint32_t sees = role->rights &
		    ~(RIGHT_BIT(RIGHT_USER_ADMIN) | RIGHT_BIT(RIGHT_SETTINGS_WRITE) | RIGHT_BIT(RIGHT_SETTINGS_READ) |
		        RIGHT_BIT(RIGHT_TOKEN_OWN));
		assert_true((role->rights & RIGHT_BIT(RIGHT_USER_ADMIN)) == 0 || sees == 0);
	}
}

#define ROLE "roles:\n  - role: a\n    name: {en: A, fr: A}\n    tells: {en: a, fr: a}\n"

static void
a_file_that_makes_no_sense_is_refused_with_its_line(void **state)
{
	(void)state;
	static const struct {
		const char *text_cstr;
		unsigned line;
		const char *why;
	} rows[] = {
	    {"roles: []\n", 1, "nobody"},
	    {ROLE, 2, "no rights"},
	    {ROLE "    rights: []\n", 5, "no right"},
	    {ROLE "    rights: [incident.read, incident.delete]\n", 5, "a right that is none"},
	    {ROLE "    rights: [user.admin, incident.read]\n", 2, "rights over what it gives out"},
	    {ROLE "    rights: [settings.write, journal.read]\n", 2, "the same by settings"},
	    {ROLE "    rights: [incident.read]\n    sees: everything\n", 6, "a word that is none"},
	    {ROLE "    rights: [incident.read]\n  - role: a\n    name: {en: A, fr: A}\n    tells: {en: a, fr: a}\n"
	          "    rights: [incident.read]\n",
	        6, "twice"},
	    {"roles:\n  - role: A\n    name: {en: A, fr: A}\n    tells: {en: a, fr: a}\n    rights: [incident.read]\n", 2,
	        "a capital"},
	    {"roles:\n  - role: a\n    name: {en: A}\n    tells: {en: a, fr: a}\n    rights: [incident.read]\n", 3,
	        "no French"},
	};
	for (size_t i = 0; i < LENGTH_OF(rows); i++) {
		struct arena own;
		struct diag diag = {0};
		const struct roles *out = NULL;
		assert_int_equal(arena_init(&own, 1 << 20), 0);
		if (roles_read(&own, bytes_of_cstr(rows[i].text_cstr), "own.yaml", &out, &diag) != -EINVAL)
			fail_msg("was taken: %s", rows[i].why);
		if (diag.line != rows[i].line)
			fail_msg("%s: line %u, not %u: %s", rows[i].why, diag.line, rows[i].line, diag.text_cstr);
		assert_null(out);
		arena_done(&own);
	}
}

static bool
sees(struct person p, const char *restricted_cstr, const char *exercise_cstr)
{
	struct case_field fields[] = {{"restricted_to", restricted_cstr}, {"exercise", exercise_cstr}};
	struct case_item incident = {.id_cstr = "INC-1", .kind_cstr = "incident", .field_count = 2, .fields = fields};
	return person_sees(&p, &incident);
}

static void
an_incident_is_seen_by_those_who_need_to_know(void **state)
{
	(void)state;
	struct person expert = {.name_cstr = "m.durand", .rights = roles_find(roles, "expert")->rights};
	struct person candidate = {
	    .name_cstr = "candidate", .rights = roles_find(roles, "candidate")->rights, .exercises_only = true};
	struct person admin = {.name_cstr = "admin", .rights = roles_find(roles, "admin")->rights};
	struct person guest = expert;
	guest.must_set_password = true;

	assert_true(sees(expert, "", ""));
	assert_true(sees(expert, "m.durand", ""));
	assert_true(sees(expert, "a.martin, M.Durand ,x", ""));
	assert_true(sees(expert, "", "yes"));
	assert_false(sees(expert, "a.martin", ""));
	assert_false(sees(expert, "m.durand2", ""));
	assert_false(sees(expert, "m.duran", ""));
	assert_false(sees(expert, ",", "")); /* restricted to nobody */
	assert_false(sees(candidate, "", ""));
	assert_false(sees(candidate, "", "no"));
	assert_false(sees(candidate, "candidate", "unknown"));
	assert_true(sees(candidate, "", "yes"));
	assert_false(sees(candidate, "m.durand", "yes"));
	assert_false(sees(admin, "", ""));
	assert_false(sees(admin, "admin", "yes"));
	assert_false(sees(guest, "", ""));
}

static void
only_some_decide_who_sees_an_incident(void **state)
{
	(void)state;
	struct person expert = {.name_cstr = "m.durand", .rights = roles_find(roles, "expert")->rights};
	struct person candidate = {.rights = roles_find(roles, "candidate")->rights, .exercises_only = true};
	struct person auditor = {.rights = roles_find(roles, "auditor")->rights};
	assert_true(person_may_set(&expert, "restricted_to"));
	assert_true(person_may_set(&expert, "title"));
	assert_true(person_may_set(&candidate, "title"));
	assert_false(person_may_set(&candidate, "restricted_to"));
	assert_false(person_may_set(&candidate, "exercise"));
	assert_false(person_may_set(&auditor, "title"));
}

static void
names_of_accounts_are_plain(void **state)
{
	(void)state;
	static const char *const good[] = {"a", "m.durand", "m_durand-2", "abcdefghijklmnopqrstuvwxyz012345"};
	static const char *const bad[] = {
	    "", "M.Durand", "1a", ".a", "a b", "a/b", "a'b", "\xc3\xa9ric", "abcdefghijklmnopqrstuvwxyz0123456"};
	for (size_t i = 0; i < LENGTH_OF(good); i++)
		assert_true(person_name_valid(bytes_of_cstr(good[i])));
	for (size_t i = 0; i < LENGTH_OF(bad); i++)
		assert_false(person_name_valid(bytes_of_cstr(bad[i])));
	assert_false(person_name_valid((struct bytes){(const uint8_t *)"a\0b", 3}));
}

static void
sets_of_rights_are_words_and_back(void **state)
{
	(void)state;
	char text[RIGHT_SET_TEXT_MAX];
	uint32_t set = 1, all = RIGHT_BIT(RIGHT_COUNT) - 1;
	struct bytes bad = {0};
	assert_true(right_set_parse(bytes_of_cstr(right_set_write(all, text)), &set, &bad));
	assert_int_equal(set, all);
	assert_true(right_set_parse(BYTES(" alert.read,,incident.read "), &set, &bad));
	assert_int_equal(set, RIGHT_BIT(RIGHT_ALERT_READ) | RIGHT_BIT(RIGHT_INCIDENT_READ));
	assert_false(right_set_parse(BYTES("alert.read alert.rea"), &set, &bad));
	assert_bytes_equal(bad, BYTES("alert.rea"));
	assert_true(right_set_parse(BYTES(""), &set, &bad));
	assert_int_equal(set, 0);
	for (unsigned right = 0; right < RIGHT_COUNT; right++) {
		enum right found = RIGHT_COUNT;
		assert_true(right_find(bytes_of_cstr(right_name(right)), &found));
		assert_int_equal(found, right);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_role_may_do_what_is_written_of_it_and_nothing_else),
	    cmocka_unit_test(who_gives_out_accounts_sees_nothing_that_they_protect),
	    cmocka_unit_test(a_file_that_makes_no_sense_is_refused_with_its_line),
	    cmocka_unit_test(an_incident_is_seen_by_those_who_need_to_know),
	    cmocka_unit_test(only_some_decide_who_sees_an_incident),
	    cmocka_unit_test(names_of_accounts_are_plain),
	    cmocka_unit_test(sets_of_rights_are_words_and_back),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
