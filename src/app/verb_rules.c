/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_rules.h"

#include "app/rules_check.h"
#include "app/rules_explain.h"
#include "app/rules_list.h"
#include "app/rules_own.h"
#include "app/verb_rules_add.h"
#include "app/verb_rules_run.h"
#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char help_cstr[] = N_(
    "Usage: beffroi rules check [FILE...] [options]\n"
    "       beffroi rules list  [FILE...] [--search TEXT] [--type CLASS] [--limit N] [options]\n"
    "       beffroi rules explain SID [FILE...] [options]\n"
    "       beffroi rules test  [FILE...] -r CAPTURE... [options]\n"
    "       beffroi rules stats [FILE...] -r CAPTURE... [--limit N] [options]\n"
    "       beffroi rules add FILE|URL... [--key PEM] [--ca PEM] | sources | remove NAME...\n"
    "       beffroi rules enable WHICH... | disable WHICH... | modify WHICH FROM TO\n"
    "\n"
    "check: reads rules in Suricata's language, and says which cannot be used and why: the place, the line, and what was\n"
    "expected. FILE may be a folder: all its *.rules. Without FILE, here and below: the rules that the dossier keeps.\n"
    "list: each with its sid, whether it is used, and its message.\n"
    "explain: what a rule looks for and where, in plain words.\n"
    "test: which of them fire on a capture, which almost do, and which never.\n"
    "stats: what each costs on a capture, the worst first.\n"
    "add: keeps a file of rules, or an archive of them (.tar.gz), in the dossier; a watch without --rules uses what is kept.\n"
    "An address (https://...) is fetched; again with the same command, it is brought up to date.\n"
    "With --key, sources must be signed from then on: FILE.sig beside FILE (ed25519).\n"
    "enable, disable, modify: WHICH is a number (2019401), group:FILE or re:EXPRESSION; as in suricata-update.\n"
    "\n"
    "  -r CAPTURE           a capture; may be given several times; - is standard input\n"
    "  --suricata-yaml FILE its variables and settings\n"
    "  --search TEXT        list: only rules that have this text, or this sid\n"
    "  --type CLASS         list: only rules of this classtype\n"
    "  --limit N            list, stats: so many rules; 0 for all (list: all, stats: 20)\n"
    "  --key PEM            add: the public key of who signs\n"
    "  --ca PEM             add: the authority of the server, in place of those of the system\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 every rule can be used, or asks only for what beffroi does not do (test: every rule fired); 1 a rule is\n"
    "wrong or a file cannot be read (test: a rule did not fire), 2 wrong usage.\n");

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
		bool reads;       /* captures */
		bool reads_rules; /* of the dossier, when no file is named */
		size_t min, max;  /* words in all */
		int (*run)(const struct verb_options *o, struct diag *diag);
	} words[] = {{"check", false, true, 2, SIZE_MAX, rules_check_run},
	    {"list", false, true, 2, SIZE_MAX, rules_list_run}, {"explain", false, true, 3, SIZE_MAX, rules_explain_run},
	    {"test", true, true, 2, SIZE_MAX, verb_rules_run_test}, {"stats", true, true, 2, SIZE_MAX, verb_rules_run_stats},
	    {"add", false, false, 2, SIZE_MAX, verb_rules_add}, {"sources", false, false, 1, 1, verb_rules_add},
	    {"remove", false, false, 2, SIZE_MAX, verb_rules_add}, {"enable", false, false, 2, SIZE_MAX, verb_rules_add},
	    {"disable", false, false, 2, SIZE_MAX, verb_rules_add}, {"modify", false, false, 4, 4, verb_rules_add}};
	size_t at = 0;
	while (at < LENGTH_OF(words) && (o.word_count == 0 || strcmp(o.words[0], words[at].name_cstr) != 0))
		at++;
	if (at < LENGTH_OF(words) && words[at].reads_rules && o.word_count == words[at].min - 1) {
		const char *own_cstr = rules_own_find(o.dossier_cstr, o.language);
		if (own_cstr == NULL)
			return verb_options_refuse(
			    &o, N_("no rules are kept here yet: name a FILE, or keep some with beffroi rules add FILE"));
		o.words[o.word_count++] = own_cstr;
	}
	if (at == LENGTH_OF(words) || o.word_count < words[at].min || o.word_count > words[at].max ||
	    words[at].reads != (o.capture_count > 0))
		return verb_options_refuse(&o,
		    N_("say what: beffroi rules check | add | enable ..., or test | stats FILE... -r CAPTURE: see --help"));
	int r = words[at].run(&o, &diag);
	if (r < 0)
		verb_options_complain(o.language, &diag);
	if (fflush(stdout) != 0)
		r = -EIO;
	return r != 0 ? VERB_EXIT_FAILED : VERB_EXIT_DONE;
}
