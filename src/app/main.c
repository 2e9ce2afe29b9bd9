/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* The front of the program: the verb, or the role when it was started by itself. */
#include "app/clerk.h"
#include "app/collector.h"
#include "app/compiler.h"
#include "app/courier.h"
#include "app/import_reader.h"
#include "app/keeper.h"
#include "app/learn_reader.h"
#include "app/reporter.h"
#include "app/sensor.h"
#include "app/serve.h"
#include "app/verb_asset.h"
#include "app/verb_doctor.h"
#include "app/verb_dossier.h"
#include "app/verb_event.h"
#include "app/verb_import.h"
#include "app/verb_exception.h"
#include "app/verb_incident.h"
#include "app/verb_intel.h"
#include "app/verb_law.h"
#include "app/verb_learn.h"
#include "app/verb_reload.h"
#include "app/verb_report.h"
#include "app/verb_token.h"
#include "app/verb_rules.h"
#include "app/verb_study.h"
#include "app/verb_trace.h"
#include "app/verb_tuning.h"
#include "app/verb_user.h"
#include "app/watch.h"
#include "cli/completion.h"
#include "console/console.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>

struct verb {
	const char *name_cstr;
	int (*run)(int argc, char **argv);
	const char *summary_cstr;
};

static const struct verb verbs[] = {
    {"watch", watch_main, N_("read a capture or an interface, and say what is wrong in it")},
    {"serve", serve_main, N_("the console: incidents, alerts and machines in a web browser")},
    {"incident", verb_incident_main, N_("the incidents: list, show, open, follow, close, export")},
    {"exception", verb_exception_main, N_("alerts to keep aside, why and until when: list, show, add, end")},
    {"import", verb_import_main, N_("what others wrote becomes incidents and machines: eve, zeek, syslog, nmap, csv FILE")},
    {"event", verb_event_main, N_("the events of the network: list, search, traffic")},
    {"asset", verb_asset_main, N_("the machines: list, show, declare, merge; where seen and declared differ")},
    {"reload", verb_reload_main, N_("a running live watch takes the rules as they are now")},
    {"rules", verb_rules_main, N_("rules in Suricata's language: check FILE")},
    {"law", verb_law_main, N_("the legal clocks: list, or deadline PROFILE --aware TIME")},
    {"learn", verb_learn_main, N_("models of flows: dataset, train, evaluate, explain")},
    {"study", verb_study_main, N_("risk studies as text: choose a scenario, likelihood of an attack, lint requirements")},
    {"intel", verb_intel_main, N_("vulnerabilities: the score of a CVSS vector")},
    {"report", verb_report_main, N_("documents for people: of an incident, of a period, for a committee")},
    {"dossier", verb_dossier_main, N_("make, check, copy, export a dossier: init, info, verify, backup...")},
    {"trace", verb_trace_main, N_("the chain of one thing, both ways: what it leads to, what leads to it")},
    {"user", verb_user_main, N_("the accounts of the console: list, add, set, link, password, remove")},
    {"token", verb_token_main, N_("what programs show to the API: list, add, remove")},
    {"doctor", verb_doctor_main, N_("what works on this machine, and what is missing")},
    {"tuning", verb_tuning_main, N_("print the thresholds of the detectors")},
    {"completion", completion_main, N_("print what bash, zsh or fish need to complete command lines")},
};

/* --lang wherever it stands, so that what is wrong before it on the line is said in that language too. */
static enum language
asked_language(int argc, char **argv)
{
	enum language language = text_language_of_environment();
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		bool apart = strcmp(argv[i], "--lang") == 0 && i + 1 < argc;
		const char *value_cstr = apart ? argv[i + 1] : strncmp(argv[i], "--lang=", 7) == 0 ? argv[i] + 7 : "";
		if (strcmp(value_cstr, "fr") == 0 || strcmp(value_cstr, "en") == 0)
			language = text_language_of(value_cstr);
	}
	return language;
}

static void
print_help(FILE *out)
{
	enum language language = text_spoken();
	fputs(text_in(language, N_("beffroi watches a network, raises the alarm and keeps the proofs.\n\n")), out);
	fputs(text_in(language, N_("Usage: beffroi VERB [options]\n\n")), out);
	for (size_t i = 0; i < LENGTH_OF(verbs); i++)
		fprintf(out, "  %-12s %s\n", verbs[i].name_cstr, text_in(language, verbs[i].summary_cstr));
	fputs(text_in(
	          language, N_("\nStart with:  beffroi watch -r CAPTURE\nHelp:        beffroi VERB --help, man beffroi\n")),
	    out);
}

static int
run_role(const char *role_cstr)
{
	if (strcmp(role_cstr, "sensor") == 0)
		return sensor_main();
	if (strcmp(role_cstr, "keeper") == 0)
		return keeper_main();
	if (strcmp(role_cstr, "reader") == 0)
		return import_reader_main();
	if (strcmp(role_cstr, "learn-reader") == 0)
		return learn_reader_main();
	if (strcmp(role_cstr, "clerk") == 0)
		return clerk_main();
	if (strcmp(role_cstr, "reporter") == 0)
		return reporter_main();
	if (strcmp(role_cstr, "compiler") == 0)
		return compiler_main();
	if (strcmp(role_cstr, "collector") == 0)
		return collector_main();
	if (strcmp(role_cstr, "courier") == 0)
		return courier_main();
	if (strcmp(role_cstr, "console") == 0)
		return console_main();
	return 2;
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--role") == 0)
		return run_role(argv[2]); /* the parent's first message tells its language */
	text_speak(asked_language(argc, argv));
	if (argc < 2 || strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		print_help(argc < 2 ? stderr : stdout);
		return argc < 2 ? 2 : 0;
	}
	if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0) {
		printf("beffroi %s\n", BEFFROI_VERSION);
		return 0;
	}
	for (size_t i = 0; i < LENGTH_OF(verbs); i++)
		if (strcmp(argv[1], verbs[i].name_cstr) == 0)
			return verbs[i].run(argc - 1, argv + 1);
	fprintf(stderr, _("beffroi: there is no verb \"%s\"; beffroi help lists them\n"), argv[1]);
	return 2;
}
