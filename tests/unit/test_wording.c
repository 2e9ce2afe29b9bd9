/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "test.h"

#include "study/wording.h"

#include <stdio.h>

extern const unsigned char wording_yaml[];
extern const size_t wording_yaml_len;

static struct arena arena, words_arena;
static const struct wording_words *words;
static struct wording_list list;
static struct wording_findings found;

static int
set_up(void **state)
{
	(void)state;
	struct diag diag = {0};
	if (arena_init(&arena, 256 << 20) < 0 || arena_init(&words_arena, 16 << 20) < 0)
		return -1;
	if (wording_words_read(&words_arena, (struct bytes){wording_yaml, wording_yaml_len}, "wording.yaml", &words, &diag) <
	    0)
		fail_msg("%u: %s", diag.line, diag.text_cstr);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	arena_done(&arena);
	arena_done(&words_arena);
	return 0;
}

static void
check(const char *file_cstr, const char *text_cstr)
{
	struct diag diag = {0};
	arena_reset(&arena);
	if (wording_read(&arena, bytes_of_cstr(text_cstr), file_cstr, &list, &diag) < 0)
		fail_msg("%u:%u: %s", diag.line, diag.column, diag.text_cstr);
	assert_int_equal(wording_check(&arena, words, &list, &found), 0);
}

/* "1 vague-word, 2 duplicate 1": what was found, by the number of the requirement. */
static const char *
told(void)
{
	static char out[4096];
	size_t used = 0;
	out[0] = '\0';
	for (size_t i = 0; i < found.count && used + 64 < sizeof(out); i++) {
		const struct wording_finding *f = &found.items[i];
		used += (size_t)snprintf(out + used, sizeof(out) - used, "%s%zu %s", i == 0 ? "" : ", ", f->requirement + 1,
		    wording_check_code(f->problem));
		if (f->other != SIZE_MAX)
			used += (size_t)snprintf(out + used, sizeof(out) - used, " %zu", f->other + 1);
	}
	return out;
}

static void
expect(const char *why_cstr, const char *text_cstr, const char *wanted_cstr)
{
	char file[2048];
	snprintf(
	    file, sizeof(file), "requirements: [{id: A, text: \"%s\", acceptance: 1, verification: test}]\n", text_cstr);
	check("r.yaml", file);
	if (strcmp(told(), wanted_cstr) != 0)
		fail_msg("%s: %s, not %s", why_cstr, told(), wanted_cstr);
}

static void
each_fault_of_a_sentence_is_found_and_a_good_one_has_none(void **state)
{
	(void)state;
	static const struct {
		const char *why_cstr, *text_cstr, *wanted_cstr;
	} cases[] = {
	    {"good, French", "Le système doit répondre en moins de 2 s.", ""},
	    {"good, English", "The system must answer within 2 s.", ""},
	    {"shall", "The sensor shall keep 30 days of flows.", ""},
	    {"rapide", "Le système doit être rapide.", "1 vague-word"},
	    {"a plural with an accent", "Les accès doivent être sécurisés.", "1 vague-word"},
	    {"upper case", "THE SYSTEM MUST BE FAST.", "1 vague-word"},
	    {"a phrase, told once", "Le correctif doit être posé dans les meilleurs délais.", "1 vague-word"},
	    {"the longest phrase counts", "The system must follow best practices.", "1 vague-word"},
	    {"a word inside another is not it", "Le système doit utiliser un protocole de transport confortable.", ""},
	    {"mise à jour is not vague", "Le système doit installer les mises à jour sous 30 jours.", ""},
	    {"etc.", "Le pare-feu doit bloquer Telnet, FTP, etc.", "1 open-list"},
	    {"three points", "The firewall must block Telnet, FTP...", "1 open-list"},
	    {"such as", "The firewall must block protocols such as Telnet.", "1 open-list"},
	    {"still to be decided", "La durée doit être de TBD jours.", "1 unfinished"},
	    {"à définir", "Le système doit garder les journaux pendant une durée à définir.", "1 unfinished"},
	    {"no must", "Le mot de passe fait 12 caractères.", "1 no-must"},
	    {"should is no must", "The system should answer within 2 s.", "1 no-must"},
	    {"two musts", "Le système doit chiffrer et doit journaliser.", "1 several"},
	    {"two things to do", "Le système doit chiffrer les données et journaliser les accès.", "1 several"},
	    {"two things to do, English", "The system must encrypt backups and log all accesses.", "1 several"},
	    {"a noun that could be a verb", "The system must encrypt backups and log files.", ""},
	    {"two nouns are one requirement", "Le système doit chiffrer les dossiers et fichiers du courrier et du papier.",
	        ""},
	    {"two sentences", "The system must lock. It must alert.", "1 several"},
	    {"nothing", "...", "1 empty"},
	};
	for (size_t i = 0; i < LENGTH_OF(cases); i++)
		expect(cases[i].why_cstr, cases[i].text_cstr, cases[i].wanted_cstr);
}

static void
without_value_or_verification_it_cannot_be_accepted(void **state)
{
	(void)state;
	check("r.yaml",
	    "- {id: a, text: The system must encrypt backups., verification: test}\n"
	    "- {id: b, text: The system must encrypt mails with TLS 1.3., verification: test}\n"
	    "- {id: c, text: The system must encrypt disks., acceptance: all disks, verification: inspection}\n"
	    "- {id: d, text: The system must encrypt phones., acceptance: fast, verification: null}\n"
	    "- {id: e, text: Le système doit chiffrer les clés., acceptance: toutes, verification: 'Démonstration, analyse'}\n"
	    "- {id: f, text: The system must encrypt tapes., acceptance: 1, verification: by magic}\n");
	assert_string_equal(told(), "1 no-value, 4 no-value, 4 no-verification, 6 bad-verification");
}

static void
the_same_said_twice_is_a_duplicate(void **state)
{
	(void)state;
	check("r.yaml",
	    "- {id: a, text: Les journaux doivent être conservés 12 mois., acceptance: 1, verification: test}\n"
	    "- {id: b, text: Le système doit conserver les journaux pendant 12 mois., acceptance: 1, verification: test}\n"
	    "- {id: c, text: Le système doit conserver les sauvegardes 12 mois., acceptance: 1, verification: test}\n");
	assert_string_equal(told(), "2 duplicate 1");
}

static void
what_cannot_both_be_met_is_a_contradiction(void **state)
{
	(void)state;
	static const struct {
		const char *why_cstr, *one_cstr, *two_cstr;
		const char *wanted_cstr;
	} cases[] = {
	    {"other numbers", "Les journaux doivent être conservés 12 mois", "Le système doit conserver les journaux 6 mois",
	        "1 contradiction 2, 2 contradiction 1"},
	    {"not", "The firewall must log Telnet", "The firewall must not log Telnet",
	        "1 contradiction 2, 2 contradiction 1"},
	    {"opposite verbs", "The firewall must block Telnet", "The firewall must allow Telnet",
	        "1 contradiction 2, 2 contradiction 1"},
	    {"interdits, autorisés", "Les comptes partagés doivent être interdits",
	        "Le système doit autoriser les comptes partagés", "1 contradiction 2, 2 contradiction 1"},
	    {"not to allow is to forbid", "Le système ne doit pas autoriser les comptes partagés",
	        "Le système doit interdire les comptes partagés", "2 duplicate 1"},
	    {"a range can be met", "Passwords must have at least 12 characters", "Passwords must have at most 64 characters",
	        ""},
	    {"an empty range cannot", "Passwords must have at least 12 characters",
	        "Passwords must have at most 8 characters", "1 contradiction 2, 2 contradiction 1"},
	    {"about something else", "The firewall must block Telnet", "The firewall must allow SSH", ""},
	};
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		char text[1024];
		snprintf(text, sizeof(text),
		    "- {id: a, text: %s, acceptance: 1, verification: test}\n- {id: b, text: %s, acceptance: 1, verification: test}\n",
		    cases[i].one_cstr, cases[i].two_cstr);
		check("r.yaml", text);
		if (strcmp(told(), cases[i].wanted_cstr) != 0)
			fail_msg("%s: %s", cases[i].why_cstr, told());
	}
}

static void
ids_are_there_once(void **state)
{
	(void)state;
	check("r.yaml",
	    "- {id: a, text: The system must lock after 5 min., verification: test}\n- {text: The door must close in 3 s., verification: test}\n"
	    "- {id: a, text: The lamp must burn 9 h., verification: test}\n");
	assert_string_equal(told(), "2 no-id, 3 id-twice 1");
}

static void
tables_are_read_in_both_languages_and_all_separators(void **state)
{
	(void)state;
	static const char *const files[] = {
	    "id,text,acceptance,verification\nE1,\"The system must lock, after \"\"5\"\" min.\",5 min,test\nE2,The system must be fast.,1,test\n",
	    "\xef\xbb\xbfN\xc2\xb0;\xc3\x89nonc\xc3\xa9;Crit\xc3\xa8re d\xe2\x80\x99"
	    "acceptation;M\xc3\xa9thode de v\xc3\xa9rification;Autre\r\nE1;\"Le syst\xc3\xa8me doit\nverrouiller apr\xc3\xa8s 5 min.\";5 min;essai;x\r\n;;;;\r\nE2;Le syst\xc3\xa8me doit \xc3\xaatre rapide.;1;test;\r\n",
	    "Ref\t\xc9nonc\xe9\tValeur\tVerification\nE1\tLe syst\xe8me doit verrouiller apr\xe8s 5 min.\t5\ttest\nE2\tLe syst\xe8me doit \xeatre rapide.\t1\ttest",
	};
	for (size_t i = 0; i < LENGTH_OF(files); i++) {
		check("R.CSV", files[i]);
		assert_int_equal(list.count, 2);
		assert_string_equal(list.items[0].id_cstr, "E1");
		assert_string_equal(told(), "2 vague-word");
	}
	assert_int_equal(list.items[1].line, 3);
	check("r.csv", files[1]);
	assert_int_equal(list.items[0].line, 2);
	assert_int_equal(list.items[1].line, 5); /* a record of two lines, and one that is empty */
	check("r.csv", files[0]);
	assert_string_equal(list.items[0].text_cstr, "The system must lock, after \"5\" min.");
}

static void
what_is_no_table_of_requirements_is_refused_at_its_place(void **state)
{
	(void)state;
	static const struct {
		const char *file_cstr, *text_cstr;
		unsigned line;
		const char *says_cstr;
	} cases[] = {
	    {"r.yaml", "requirements: []\n", 1, "list of requirements"},
	    {"r.yaml", "title: x\n", 1, "list of requirements"},
	    {"r.yaml", "- [a]\n", 1, "expected a requirement"},
	    {"r.yaml", "- {id: a\n", 2, "YAML"},
	    {"r.csv", "", 1, "empty"},
	    {"r.csv", "a,b\n1,2\n", 1, "no column"},
	    {"r.csv", "id,text\nE1,ok\nE2,\"never closed\n", 3, "never closed"},
	};
	for (size_t i = 0; i < LENGTH_OF(cases); i++) {
		struct diag diag = {0};
		arena_reset(&arena);
		assert_int_not_equal(
		    wording_read(&arena, bytes_of_cstr(cases[i].text_cstr), cases[i].file_cstr, &list, &diag), 0);
		if (diag.line != cases[i].line || strstr(diag.text_cstr, cases[i].says_cstr) == NULL)
			fail_msg("%s: line %u: %s", cases[i].text_cstr, diag.line, diag.text_cstr);
	}
}

/* All alike, all different, all sharing words: none may be quadratic, or this test does not end. */
static void
twenty_thousand_requirements_are_compared(void **state)
{
	(void)state;
	static const char *const forms[] = {"The system must keep the logs for 12 months",
	    "The word%zu must keep the thing%zu for 12 months", "The system must keep the logs of kind%zu for 12 months"};
	static char text[4 << 20];
	for (size_t f = 0; f < LENGTH_OF(forms); f++) {
		size_t used = 0;
		for (size_t i = 0; i < WORDING_REQUIREMENTS_MAX; i++) {
			char line[128];
			if (f == 0)
				snprintf(line, sizeof(line), "%s", forms[0]);
			else if (f == 1)
				snprintf(line, sizeof(line), "The word%zu must keep the thing%zu for 12 months", i, i);
			else
				snprintf(line, sizeof(line), "The system must keep the logs of kind%zu for 12 months", i);
			used += (size_t)snprintf(text + used, sizeof(text) - used, "- %s\n", line);
		}
		check("r.yaml", text);
		assert_int_equal(list.count, WORDING_REQUIREMENTS_MAX);
		assert_true(found.count >= WORDING_REQUIREMENTS_MAX);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_fault_of_a_sentence_is_found_and_a_good_one_has_none),
	    cmocka_unit_test(without_value_or_verification_it_cannot_be_accepted),
	    cmocka_unit_test(the_same_said_twice_is_a_duplicate),
	    cmocka_unit_test(what_cannot_both_be_met_is_a_contradiction),
	    cmocka_unit_test(ids_are_there_once),
	    cmocka_unit_test(tables_are_read_in_both_languages_and_all_separators),
	    cmocka_unit_test(what_is_no_table_of_requirements_is_refused_at_its_place),
	    cmocka_unit_test(twenty_thousand_requirements_are_compared),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
