/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_rules.h"

#include "app/rules_account.h"
#include "app/rules_files.h"
#include "app/verb_rules_add.h"
#include "app/verb_rules_run.h"
#include "cli/present.h"
#include "cli/verb_options.h"
#include "core/json.h"
#include "core/terminal.h"
#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 1 << 30 /* of addresses; pages come when they are used */, ROOM = 1 << 16, SHOWN_MAX = 100 };

static const char help_cstr[] = N_(
    "Usage: beffroi rules check FILE... [options]\n"
    "       beffroi rules test  FILE... -r CAPTURE... [options]\n"
    "       beffroi rules stats FILE... -r CAPTURE... [--limit N] [options]\n"
    "       beffroi rules add FILE... [--key PEM] | sources | remove NAME...\n"
    "       beffroi rules enable WHICH... | disable WHICH... | modify WHICH FROM TO\n"
    "\n"
    "check: reads rules in Suricata's language, and says which cannot be used and why: the place, the line, and what was\n"
    "expected. FILE may be a folder: all its *.rules.\n"
    "test: which of them fire on a capture, which almost do, and which never.\n"
    "stats: what each costs on a capture, the worst first.\n"
    "add: keeps a file of rules, or an archive of them (.tar.gz), in the dossier; a watch without --rules uses what is kept.\n"
    "With --key, sources must be signed from then on: FILE.sig beside FILE (ed25519).\n"
    "enable, disable, modify: WHICH is a number (2019401), group:FILE or re:EXPRESSION; as in suricata-update.\n"
    "\n"
    "  -r CAPTURE           a capture; may be given several times; - is standard input\n"
    "  --suricata-yaml FILE its variables and settings\n"
    "  --limit N            stats: so many rules; 0 for all (20)\n"
    "  --key PEM            add: the public key of who signs\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 every rule can be used, or asks only for what beffroi does not do (test: every rule fired); 1 a rule is\n"
    "wrong or a file cannot be read (test: a rule did not fire), 2 wrong usage.\n");

static void
write_json(struct json *j, const struct rule_set *set, const struct rules_account *account)
{
	json_open_object(j, (struct bytes){0});
	rules_account_json(j, account);
	json_open_array(j, JSON_KEY("problems"));
	for (size_t i = 0; i < set->problem_count; i++) {
		const struct rule_problem *p = &set->problems[i];
		json_open_object(j, (struct bytes){0});
		json_cstr(j, JSON_KEY("file"), p->file_cstr);
		json_u64(j, JSON_KEY("line"), p->line);
		json_u64(j, JSON_KEY("column"), p->column);
		if (p->sid != 0)
			json_u64(j, JSON_KEY("sid"), p->sid);
		else
			json_none(j, JSON_KEY("sid"));
		json_cstr(j, JSON_KEY("state"), rules_account_word(p->outcome));
		json_cstr(j, JSON_KEY("reason"), p->reason_cstr);
		json_close_object(j);
		if (json_length(j) > ROOM / 2) {
			(void)fwrite(j->start, 1, json_length(j), stdout);
			j->at = j->start; /* the comma state goes on */
		}
	}
	json_close_array(j);
	json_close_object(j);
	json_newline(j);
	(void)fwrite(j->start, 1, json_length(j), stdout);
}

/* The place, what is wrong, then the part of the line around it with a caret below. */
static void
show_problem(const struct rule_problem *p)
{
	char reason[DIAG_TEXT_MAX * 4];
	(void)terminal_escape(bytes_of_cstr(p->reason_cstr), reason, sizeof(reason));
	printf("%s:%u:%u: ", p->file_cstr, p->line, p->column);
	if (p->sid != 0)
		printf("sid %u: ", p->sid);
	printf("%s\n", reason);
	size_t at = p->shown_column - 1, from = at > SHOWN_MAX / 2 ? at - SHOWN_MAX / 2 : 0;
	struct bytes shown = bytes_first(bytes_after(p->text, from), SHOWN_MAX);
	if (shown.len == 0)
		return;
	char line[SHOWN_MAX + 1];
	for (size_t i = 0; i < shown.len; i++) /* one column each, so that the caret stands right */
		line[i] = shown.at[i] >= 0x20 && shown.at[i] < 0x7f ? (char)shown.at[i] : shown.at[i] == '\t' ? ' ' : '.';
	printf("    %.*s\n    %*s^\n", (int)shown.len, line, (int)(at - from), "");
}

static void
show(const struct rule_set *set, const struct rules_account *account, enum language language)
{
	for (size_t i = 0; i < set->problem_count; i++)
		if (set->problems[i].outcome == RULE_WRONG)
			show_problem(&set->problems[i]);
	rules_account_print(stdout, account, language, true, false);
}

static int
check(const struct verb_options *o, struct diag *diag)
{
	struct rules_files *files = calloc(1, sizeof(*files));
	struct rule_set set;
	if (files == NULL || rule_set_init(&set, ARENA_BYTES) < 0) {
		free(files);
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	}
	int r = 0;
	for (size_t i = 1; i < o->word_count && r == 0; i++)
		r = rules_files_read(files, o->words[i], diag);
	if (r == 0)
		r = rules_files_load(files, &set, diag);
	char *room = r < 0 ? NULL : malloc(ROOM);
	struct rules_account *account = r < 0 ? NULL : calloc(1, sizeof(*account));
	if (r == 0 && (room == NULL || account == NULL || rules_account_of(&set, account) < 0))
		r = diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	if (r == 0 && o->json) {
		struct json j = json_of(room, ROOM);
		write_json(&j, &set, account);
	} else if (r == 0) {
		show(&set, account, o->language);
	}
	bool wrong = set.outcomes[RULE_WRONG] > 0;
	size_t rules = set.outcomes[RULE_LOADED] + set.outcomes[RULE_LOADED_PARTLY] + set.outcomes[RULE_NOT_DONE] + set.off;
	if (r == 0 && !wrong && rules == 0)
		r = diag_say_at(diag, -ENODATA, o->words[1], UINT64_MAX, "%s", _("there is no rule in it"));
	free(room);
	free(account);
	rule_set_done(&set);
	rules_files_free(files);
	free(files);
	return r < 0 ? r : wrong;
}

int
verb_rules_main(int argc, char **argv)
{
	struct verb_options o = {0};
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &o, &status))
		return status;
	static const struct {
		const char *name_cstr;
		bool reads;      /* captures */
		size_t min, max; /* words in all */
		int (*run)(const struct verb_options *o, struct diag *diag);
	} words[] = {{"check", false, 2, SIZE_MAX, check}, {"test", true, 2, SIZE_MAX, verb_rules_run_test},
	    {"stats", true, 2, SIZE_MAX, verb_rules_run_stats}, {"add", false, 2, SIZE_MAX, verb_rules_add},
	    {"sources", false, 1, 1, verb_rules_add}, {"remove", false, 2, SIZE_MAX, verb_rules_add},
	    {"enable", false, 2, SIZE_MAX, verb_rules_add}, {"disable", false, 2, SIZE_MAX, verb_rules_add},
	    {"modify", false, 4, 4, verb_rules_add}};
	size_t at = 0;
	while (at < LENGTH_OF(words) &&
	    (o.word_count < words[at].min || o.word_count > words[at].max || strcmp(o.words[0], words[at].name_cstr) != 0))
		at++;
	if (at == LENGTH_OF(words) || words[at].reads != (o.capture_count > 0))
		return verb_options_refuse(&o,
		    N_("say what: beffroi rules check | add | enable ..., or test | stats FILE... -r CAPTURE: see --help"));
	int r = words[at].run(&o, &diag);
	if (r < 0)
		verb_options_complain(o.language, &diag);
	if (fflush(stdout) != 0)
		r = -EIO;
	return r != 0 ? VERB_EXIT_FAILED : VERB_EXIT_DONE;
}
