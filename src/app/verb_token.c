/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_token.h"

#include "access/password.h"
#include "app/people_verb.h"
#include "core/civil.h"
#include "core/json.h"
#include "people/people_account.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char help_cstr[] = N_(
    "Usage: beffroi token WORD ... [options]\n"
    "\n"
    "A program shows a token to the API: Authorization: Bearer TOKEN.\n"
    "\n"
    "  list [NAME]                    the tokens, or those of one account\n"
    "  add NAME \"WHAT FOR\" rights=\"incident.read alert.read\" days=90\n"
    "                                 makes one for an account, which must have these rights; prints it once\n"
    "  remove TOKEN-ID\n"
    "\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done (no dossier, no such account, a rule), 2 wrong usage.\n");

enum { ID_WIDTH = 18, ACCOUNT_WIDTH = 16, NAME_WIDTH = 24, DAYS_MAX = 100000 };
#define SECOND_NS INT64_C(1000000000)

static const char *
time_text(int64_t at_ns, char out[static CIVIL_TEXT_MAX])
{
	return civil_write(at_ns / SECOND_NS, 0, CIVIL_UTC, out);
}

static void
token_json(struct json *j, const struct dossier_token *t, const char *secret_cstr)
{
	char rights[RIGHT_SET_TEXT_MAX], time[CIVIL_TEXT_MAX];
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("id"), t->id_cstr);
	json_cstr(j, JSON_KEY("user"), t->account_cstr + strlen("ACC-"));
	json_cstr(j, JSON_KEY("name"), t->name_cstr);
	json_cstr(j, JSON_KEY("rights"), right_set_write(t->rights, rights));
	json_cstr(j, JSON_KEY("created"), time_text(t->created_ns, time));
	json_cstr(j, JSON_KEY("expires"), time_text(t->expires_ns, time));
	if (t->used_ns > 0)
		json_cstr(j, JSON_KEY("used"), time_text(t->used_ns, time));
	json_cstr(j, JSON_KEY("token"), secret_cstr);
	json_close_object(j);
}

static void
list_token(void *context, const struct dossier_token *t)
{
	struct people_verb *s = context;
	char rights[RIGHT_SET_TEXT_MAX], time[CIVIL_TEXT_MAX];
	if (s->v.json != NULL) {
		token_json(s->v.json, t, NULL);
		verb_reading_flush(&s->v);
		return;
	}
	people_verb_say(t->id_cstr, ID_WIDTH);
	people_verb_say(t->account_cstr + strlen("ACC-"), ACCOUNT_WIDTH);
	people_verb_say(t->name_cstr, NAME_WIDTH);
	printf("%s %s  %s\n", text_in(s->v.options.language, N_("until")), time_text(t->expires_ns, time),
	    right_set_write(t->rights, rights));
}

static int
list(struct people_verb *s, struct diag *diag)
{
	char account_cstr[DOSSIER_ACCOUNT_ID_MAX + 8];
	const struct verb_options *o = &s->v.options;
	(void)snprintf(
	    account_cstr, sizeof(account_cstr), "ACC-%.*s", PERSON_NAME_MAX, o->word_count > 1 ? o->words[1] : "");
	if (s->v.json != NULL) {
		json_open_object(s->v.json, (struct bytes){0});
		json_open_array(s->v.json, JSON_KEY("tokens"));
	}
	int r = dossier_session_each_token(s->v.dossier, o->word_count > 1 ? account_cstr : NULL, list_token, s, diag);
	if (r < 0)
		return r;
	if (s->v.json != NULL) {
		json_close_array(s->v.json);
		json_close_object(s->v.json);
		json_newline(s->v.json);
	} else if (r == 0) {
		fputs(text_in(o->language, N_("No token.\n")), stdout);
	}
	return 0;
}

/* The words behind `token add NAME "WHAT FOR"`. */
static int
read_form(const struct people_verb *s, struct people_account_token *out, struct diag *diag)
{
	static const char *const names[] = {"rights", "days", NULL};
	const char *odd_cstr = people_verb_odd(s, 3, names), *rights_cstr = people_verb_value(s, 3, "rights"),
	           *days_cstr = people_verb_value(s, 3, "days");
	char *end = NULL;
	if (odd_cstr != NULL)
		return diag_say(diag, -EINVAL, _("\"%.60s\" is nothing of a token: see --help"), odd_cstr);
	unsigned long days = days_cstr == NULL ? 0 : strtoul(days_cstr, &end, 10);
	if (rights_cstr == NULL || end == NULL || *end != '\0' || days_cstr[0] < '0' || days_cstr[0] > '9' ||
	    days > DAYS_MAX)
		return diag_say(diag, -EINVAL, "%s", _("a token needs rights=\"...\" and days=NUMBER"));
	*out = (struct people_account_token){.name_cstr = s->v.options.words[2],
	    .rights = bytes_of_cstr(rights_cstr),
	    .now_ns = s->now_ns,
	    .expires_ns = s->now_ns + (int64_t)days * CIVIL_DAY_SECONDS * SECOND_NS};
	return 0;
}

static int
add(struct people_verb *s, struct diag *diag)
{
	const struct verb_options *o = &s->v.options;
	struct people_account_token form;
	struct dossier_token token;
	struct person owner;
	char secret[PEOPLE_SECRET_MAX];
	int r = read_form(s, &form, diag);
	if (r == 0)
		r = people_find(&s->people, o->words[1], &owner, diag);
	else
		return r;
	if (r == 0)
		return diag_say(
		    diag, -ENOENT, _("there is no account %.40s: beffroi user list shows them all"), o->words[1]);
	if (r > 0)
		r = people_account_add_token(&s->people, &owner, &form, &token, secret, diag);
	if (r < 0)
		return r;
	if (s->v.json != NULL) {
		token_json(s->v.json, &token, secret);
		json_newline(s->v.json);
	} else {
		printf(text_in(o->language, N_("%s, shown this once:\n  %s\n")), token.id_cstr, secret);
	}
	password_wipe(secret, sizeof(secret));
	return 0;
}

static int
end(struct people_verb *s, struct diag *diag)
{
	return people_account_end_token(&s->people, s->by_cstr, NULL, s->v.options.words[1], diag);
}

int
verb_token_main(int argc, char **argv)
{
	static struct people_verb s;
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &s.v.options, &status))
		return status;
	const struct verb_options *o = &s.v.options;
	const char *word_cstr = o->word_count > 0 ? o->words[0] : "";
	bool lists = strcmp(word_cstr, "list") == 0 && o->word_count <= 2,
	     adds = strcmp(word_cstr, "add") == 0 && o->word_count >= 3,
	     ends = strcmp(word_cstr, "remove") == 0 && o->word_count == 2;
	if (!lists && !adds && !ends)
		return verb_options_refuse(
		    o, N_("say what: beffroi token list | add NAME \"WHAT FOR\" ... | remove ID: see --help"));
	int r = people_verb_open(&s, lists ? PEOPLE_VERB_READS : PEOPLE_VERB_WRITES, &diag);
	if (r == 0)
		r = lists ? list(&s, &diag) : adds ? add(&s, &diag) : end(&s, &diag);
	return people_verb_finish(&s, r, &diag);
}
