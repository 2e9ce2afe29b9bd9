/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_user.h"

#include "access/password.h"
#include "app/people_verb.h"
#include "cli/ask_secret.h"
#include "core/civil.h"
#include "core/json.h"
#include "people/people_account.h"
#include "people/people_totp.h"

#include <errno.h>
#include <stdio.h>

static const char help_cstr[] = N_(
    "Usage: beffroi user WORD [NAME] [NAME=VALUE ...] [options]\n"
    "\n"
    "  list                          the accounts, their roles, and who asks for a code\n"
    "  roles                         what each role may do\n"
    "  add NAME role=ROLE            makes one, and prints a link with which its owner sets a password\n"
    "      display=\"TEXT\"            as people call them\n"
    "      language=en|fr\n"
    "  set NAME role=... display=... language=... active=yes|no\n"
    "      codes=remove              for a lost telephone: no code is asked for any more\n"
    "  link NAME                     a new link: a forgotten password\n"
    "  password NAME                 asks for a password here, on the terminal\n"
    "  remove NAME                   closes it: its name stays in the journal, nothing lets it in\n"
    "\n"
    "A link works once, for a day: the address of the console, then /#/link/ and the secret printed here.\n"
    "\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done (no dossier, no such account, a rule), 2 wrong usage.\n");

enum { NAME_WIDTH = 16, ROLE_WIDTH = 12, DISPLAY_WIDTH = 28 };
#define SECOND_NS INT64_C(1000000000)

static enum language
language_of(const struct people_verb *s)
{
	return s->v.options.language;
}

/* ---- Reading ---- */

struct listing {
	struct people_verb *s;
	int error;
	struct diag *diag;
};

static void
account_json(struct json *j, const struct dossier_account *a, const struct dossier_credential *c)
{
	char time[CIVIL_TEXT_MAX];
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("name"), a->name_cstr);
	json_cstr(j, JSON_KEY("display"), a->display_cstr);
	json_cstr(j, JSON_KEY("role"), a->role_cstr);
	json_cstr(j, JSON_KEY("language"), a->language == LANGUAGE_FR ? "fr" : "en");
	json_bool(j, JSON_KEY("active"), a->active);
	json_bool(j, JSON_KEY("password"), c->password_cstr[0] != '\0');
	json_bool(j, JSON_KEY("codes"), c->totp_confirmed);
	if (c->log_in_ns > 0)
		json_cstr(j, JSON_KEY("last_log_in"), civil_write(c->log_in_ns / SECOND_NS, 0, CIVIL_UTC, time));
	json_close_object(j);
}

static void
list_account(void *context, const struct dossier_account *a)
{
	struct listing *l = context;
	struct dossier_credential c;
	char time[CIVIL_TEXT_MAX];
	if (l->error == 0)
		l->error = dossier_account_credential(l->s->v.dossier, a->id_cstr, &c, l->diag);
	if (l->error < 0)
		return;
	if (l->s->v.json != NULL) {
		account_json(l->s->v.json, a, &c);
		verb_reading_flush(&l->s->v);
		return;
	}
	people_verb_say(a->name_cstr, NAME_WIDTH);
	people_verb_say(a->role_cstr, ROLE_WIDTH);
	people_verb_say(a->display_cstr, DISPLAY_WIDTH);
	enum language language = language_of(l->s);
	printf("%s%s  %s\n",
	    text_in(language,
	        !a->active                       ? N_("account closed")
	            : c.password_cstr[0] == '\0' ? N_("no password yet")
	                                         : N_("account open")),
	    c.totp_confirmed ? text_in(language, N_(", with codes")) : "",
	    c.log_in_ns > 0 ? civil_write(c.log_in_ns / SECOND_NS, 0, CIVIL_UTC, time) : "");
}

static int
list(struct people_verb *s, struct diag *diag)
{
	struct listing l = {.s = s, .diag = diag};
	if (s->v.json != NULL) {
		json_open_object(s->v.json, (struct bytes){0});
		json_open_array(s->v.json, JSON_KEY("users"));
	}
	int r = dossier_account_each(s->v.dossier, list_account, &l, diag);
	if (r >= 0)
		r = l.error < 0 ? l.error : r;
	if (r < 0)
		return r;
	if (s->v.json != NULL) {
		json_close_array(s->v.json);
		json_close_object(s->v.json);
		json_newline(s->v.json);
	} else if (r == 0) {
		fputs(text_in(language_of(s), N_("No account yet: beffroi user add NAME role=admin makes the first one.\n")),
		    stdout);
	}
	return 0;
}

static int
list_roles(struct people_verb *s, struct diag *diag)
{
	char rights[RIGHT_SET_TEXT_MAX];
	(void)diag;
	struct json *j = s->v.json;
	if (j != NULL) {
		json_open_object(j, (struct bytes){0});
		json_open_array(j, JSON_KEY("roles"));
	}
	for (size_t i = 0; i < s->people.roles->count; i++) {
		const struct role *role = &s->people.roles->role[i];
		(void)right_set_write(role->rights, rights);
		if (j == NULL) {
			people_verb_say(role->role_cstr, ROLE_WIDTH);
			printf("%s: %s\n%*s%s\n", role->name_cstr[language_of(s)], role->tells_cstr[language_of(s)],
			    ROLE_WIDTH, "", rights);
			continue;
		}
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("role"), role->role_cstr);
		json_cstr(j, JSON_KEY("name"), role->name_cstr[language_of(s)]);
		json_cstr(j, JSON_KEY("tells"), role->tells_cstr[language_of(s)]);
		json_cstr(j, JSON_KEY("rights"), rights);
		json_bool(j, JSON_KEY("exercises_only"), role->exercises_only);
		json_close_object(j);
	}
	if (j != NULL) {
		json_close_array(j);
		json_close_object(j);
		json_newline(j);
	}
	return 0;
}

/* ---- Writing ---- */

static int
give_link(struct people_verb *s, const char *name_cstr, struct diag *diag)
{
	char secret[PEOPLE_SECRET_MAX];
	int r = people_account_link(&s->people, s->by_cstr, name_cstr, s->now_ns, secret, diag);
	if (r < 0)
		return r;
	if (s->v.json != NULL) {
		json_open_object(s->v.json, (struct bytes){0});
		json_cstr(s->v.json, JSON_KEY("name"), name_cstr);
		json_cstr(s->v.json, JSON_KEY("link"), secret);
		json_close_object(s->v.json);
		json_newline(s->v.json);
	} else {
		printf(text_in(language_of(s),
		           N_("For %s, once, within %u hours: the address of the console, then\n  /#/link/%s\n")),
		    name_cstr, s->people.settings->link_s / 3600, secret);
	}
	password_wipe(secret, sizeof(secret));
	return 0;
}

static int
refuse_word(const struct people_verb *s, const char *const *names, struct diag *diag)
{
	const char *odd_cstr = people_verb_odd(s, 2, names);
	return odd_cstr == NULL ? 0 : diag_say(diag, -EINVAL, _("\"%.60s\" is nothing of an account: see --help"), odd_cstr);
}

static struct people_account_form
form_of(const struct people_verb *s)
{
	return (struct people_account_form){.name_cstr = s->v.options.words[1],
	    .display_cstr = people_verb_value(s, 2, "display"),
	    .role_cstr = people_verb_value(s, 2, "role"),
	    .language_cstr = people_verb_value(s, 2, "language"),
	    .active_cstr = people_verb_value(s, 2, "active")};
}

static int
add(struct people_verb *s, struct diag *diag)
{
	static const char *const names[] = {"display", "role", "language", NULL};
	struct people_account_form form = form_of(s);
	int r = refuse_word(s, names, diag);
	if (r == 0)
		r = people_account_add(&s->people, s->by_cstr, &form, s->now_ns, diag);
	return r == 0 ? give_link(s, form.name_cstr, diag) : r;
}

static int
set(struct people_verb *s, struct diag *diag)
{
	static const char *const names[] = {"display", "role", "language", "active", "codes", NULL};
	struct people_account_form form = form_of(s);
	const char *codes_cstr = people_verb_value(s, 2, "codes");
	int r = refuse_word(s, names, diag);
	if (r == 0 && codes_cstr != NULL && strcmp(codes_cstr, "remove") != 0)
		r = diag_say(diag, -EINVAL, _("%s: one of these was expected: %s"), "codes", "remove");
	if (r == 0)
		r = people_account_change(&s->people, s->by_cstr, &form, diag);
	if (r == 0 && codes_cstr != NULL)
		r = people_totp_drop(&s->people, s->by_cstr, form.name_cstr, diag);
	return r;
}

static int
make_link(struct people_verb *s, struct diag *diag)
{
	return give_link(s, s->v.options.words[1], diag);
}

static int
close_account(struct people_verb *s, struct diag *diag)
{
	struct people_account_form form = {.name_cstr = s->v.options.words[1], .active_cstr = "no"};
	return people_account_change(&s->people, s->by_cstr, &form, diag);
}

/* Typed before the sandbox, which has no terminal. */
static char typed[PASSWORD_BYTES_MAX];
static size_t typed_len;

static int
ask_password(struct people_verb *s, struct diag *diag)
{
	static char again[PASSWORD_BYTES_MAX];
	char question[128];
	(void)snprintf(
	    question, sizeof(question), text_in(language_of(s), N_("New password for %.32s: ")), s->v.options.words[1]);
	int first = ask_secret(question, typed, sizeof(typed), diag);
	if (first < 0)
		return first;
	int second = ask_secret(text_in(language_of(s), N_("Once more: ")), again, sizeof(again), diag);
	typed_len = (size_t)first;
	bool same = second == first && memcmp(typed, again, typed_len) == 0;
	password_wipe(again, sizeof(again));
	if (second < 0)
		return second;
	return same ? 0 : diag_say(diag, -EINVAL, "%s", N_("the two passwords differ: nothing was changed"));
}

static int
set_password(struct people_verb *s, struct diag *diag)
{
	int r = people_account_set_password(&s->people, s->by_cstr, s->v.options.words[1],
	    (struct bytes){(const uint8_t *)typed, typed_len}, s->now_ns, diag);
	password_wipe(typed, sizeof(typed));
	return r;
}

static const struct word {
	const char *name_cstr;
	enum people_verb_door door;
	size_t min, max; /* words in all */
	int (*before)(struct people_verb *s, struct diag *diag);
	int (*run)(struct people_verb *s, struct diag *diag);
} words[] = {
    {"list", PEOPLE_VERB_READS, 1, 1, NULL, list},
    {"roles", PEOPLE_VERB_SHUT, 1, 1, NULL, list_roles},
    {"add", PEOPLE_VERB_WRITES, 2, 5, NULL, add},
    {"set", PEOPLE_VERB_WRITES, 3, 7, NULL, set},
    {"link", PEOPLE_VERB_WRITES, 2, 2, NULL, make_link},
    {"password", PEOPLE_VERB_WRITES, 2, 2, ask_password, set_password},
    {"remove", PEOPLE_VERB_WRITES, 2, 2, NULL, close_account},
};

int
verb_user_main(int argc, char **argv)
{
	static struct people_verb s;
	struct diag diag = {.offset = UINT64_MAX};
	const struct word *word = NULL;
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &s.v.options, &status))
		return status;
	const struct verb_options *o = &s.v.options;
	for (size_t i = 0; i < LENGTH_OF(words) && o->word_count > 0; i++)
		if (strcmp(words[i].name_cstr, o->words[0]) == 0)
			word = &words[i];
	if (word == NULL || o->word_count < word->min || o->word_count > word->max)
		return verb_options_refuse(
		    o, N_("say what: beffroi user list | add NAME role=ROLE | link NAME ...: see --help"));
	int r = word->before == NULL ? 0 : word->before(&s, &diag);
	if (r == 0)
		r = people_verb_open(&s, word->door, &diag);
	if (r == 0)
		r = word->run(&s, &diag);
	return people_verb_finish(&s, r, &diag);
}
