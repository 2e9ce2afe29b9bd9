/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "cli/completion.h"

#include "cli/verb_options.h"

#include <stdio.h>

static const char help_cstr[] = N_("Usage: beffroi completion bash|zsh|fish\n"
                                   "\n"
                                   "Prints what the shell needs to complete beffroi's command lines:\n"
                                   "\n"
                                   "  bash   beffroi completion bash > ~/.local/share/bash-completion/completions/beffroi\n"
                                   "  zsh    beffroi completion zsh > ~/.zfunc/_beffroi      (a folder of $fpath)\n"
                                   "  fish   beffroi completion fish > ~/.config/fish/completions/beffroi.fish\n"
                                   "\n"
                                   "Exit status: 0 done, 2 wrong usage.\n");

#define VERBS \
	"watch serve incident import event asset rules law report dossier trace user token doctor tuning completion help version"
#define LAW "--aware --zone --at --clocks --format --lang --color --help"
#define PROFILES                                                                                                                  \
	"gdpr gdpr-processor gdpr-draft nis2 cra-vulnerability cra-incident dora dora-strict insurance oiv health editor rights " \
	"vae dt dict accreditation"
#define DOSSIER "init info verify backup restore export import handover purge migrate"
#define INCIDENT                                                                                                                                          \
	"list show timeline causes clock similar stats categories fields playbook notice export open aware set log comment lesson task evidence custody " \
	"cause action relate merge split start notified reopen send import"
#define REPORTS \
	"--kind --format --output --lang --public --cover --notice --from --to --zone --clocks --dossier --quiet --help"
#define FORMATS "eve zeek syslog nmap csv"
#define ASSET "list show add set merge split history"
#define ASSETS "--search --difference --limit --after --yes --as " READING
#define IMPORTING "--socket --datagram --zone --year --host --column " READING
#define USER "list roles add set link password remove"
#define ROLES "role=technician role=expert role=manager role=dpo role=auditor role=candidate role=admin"
#define TOKEN "list add remove"
#define SERVING "--listen --dossier --tls --name --lang --help"
#define EVENT "--search --type --from --to --limit --after --step --zone"
#define SHELLS "bash zsh fish"
#define READING "--format --dossier --lang --color --help"
#define WATCHING                                                                                                                                 \
	"--read --interface --eve --dossier --no-dossier --keep-events --checksums --threads --memory --format --filter --tuning --color --lang" \
	" --features --community-id --fail-on --for --overlap-policy --host-os --quiet --help"

/* What may follow an option; the rest of the line depends on the verb. One text, for bash and, through bashcompinit, zsh. */
#define FUNCTION                                                                                                                                                                                       \
	"_beffroi() {\n"                                                                                                                                                                               \
	"	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]} words=\n"                                                                                      \
	"	COMPREPLY=()\n"                                                                                                                                                                              \
	"	case $before in\n"                                                                                                                                                                           \
	"	--format) words='text json'; [ \"$verb\" = report ] && words='html xlsx odt docx pdf' ;;\n"                                                                                                  \
	"	--kind) words='management technical notice' ;;\n"                                                                                                                                            \
	"	--notice) words='gdpr nis2' ;;\n"                                                                                                                                                            \
	"	--output|-o) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"                                                                                                                            \
	"	--tls) words='auto off' ;;\n"                                                                                                                                                                \
	"	--lang) words='en fr' ;;\n"                                                                                                                                                                  \
	"	--color) words='auto always never' ;;\n"                                                                                                                                                     \
	"	--checksums) words='on off' ;;\n"                                                                                                                                                            \
	"	--keep-events) words='all flows none' ;;\n"                                                                                                                                                  \
	"	--fail-on) words='minor significant serious critical' ;;\n"                                                                                                                                  \
	"	--interface|-i) words=$(ls /sys/class/net 2>/dev/null) ;;\n"                                                                                                                                 \
	"	--read|-r|--eve|--tuning|--clocks|--retention|--connectors|--socket) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"                                                                    \
	"	--dossier) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n"                                                                                                                              \
	"	--threads|--memory|--filter|--for|--aware|--at|--zone|--head|--as|--max-size|--year|--host|--column|--cover|--from|--to|--listen|--name|--search|--type|--limit|--after|--step) return ;;\n" \
	"	*)\n"                                                                                                                                                                                        \
	"		if [ \"$COMP_CWORD\" -eq 1 ]; then words='" VERBS "'\n"                                                                                                                        \
	"		else case $verb in\n"                                                                                                                                                                       \
	"			watch)\n"                                                                                                                                                                                  \
	"				case $word in\n"                                                                                                                                                                          \
	"				-*) words='" WATCHING "' ;;\n"                                                                                                                                 \
	"				*) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"                                                                                                                                   \
	"				esac ;;\n"                                                                                                                                                                                \
	"			serve) words='" SERVING "' ;;\n"                                                                                                                                       \
	"			incident)\n"                                                                                                                                                                               \
	"				case $before in\n"                                                                                                                                                                        \
	"				incident) words='" INCIDENT "' ;;\n"                                                                                                                           \
	"				import) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"                                                                                                                              \
	"				*) words='glpi webhook --alerts --as --zone --clocks --dry-run --connectors " READING                                                                          \
	"' ;;\n"                                                                                                                                                                                       \
	"				esac ;;\n"                                                                                                                                                                                \
	"			import)\n"                                                                                                                                                                                 \
	"				case $before in\n"                                                                                                                                                                        \
	"				import) words='" FORMATS "' ;;\n"                                                                                                                              \
	"				*) case $word in\n"                                                                                                                                                                       \
	"					-*) words='" IMPORTING "' ;;\n"                                                                                                                        \
	"					*) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"                                                                                                                                  \
	"					esac ;;\n"                                                                                                                                                                               \
	"				esac ;;\n"                                                                                                                                                                                \
	"			report)\n"                                                                                                                                                                                 \
	"				case $before in\n"                                                                                                                                                                        \
	"				report) words='incident period committee' ;;\n"                                                                                                                                           \
	"				*) words='" REPORTS "' ;;\n"                                                                                                                                   \
	"				esac ;;\n"                                                                                                                                                                                \
	"			event)\n"                                                                                                                                                                                  \
	"				case $before in\n"                                                                                                                                                                        \
	"				event) words='list traffic days' ;;\n"                                                                                                                                                    \
	"				*) words='" EVENT " " READING "' ;;\n"                                                                                                                         \
	"				esac ;;\n"                                                                                                                                                                                \
	"			asset)\n"                                                                                                                                                                                  \
	"				case $before in\n"                                                                                                                                                                        \
	"				asset) words='" ASSET "' ;;\n"                                                                                                                                 \
	"				--difference) words='unknown never-seen service-unknown service-silent' ;;\n"                                                                                                             \
	"				*) words='" ASSETS "' ;;\n"                                                                                                                                    \
	"				esac ;;\n"                                                                                                                                                                                \
	"			rules)\n"                                                                                                                                                                                  \
	"				case $before in\n"                                                                                                                                                                        \
	"				rules) words='check' ;;\n"                                                                                                                                                                \
	"				*) case $word in\n"                                                                                                                                                                       \
	"					-*) words='" READING "' ;;\n"                                                                                                                          \
	"					*) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"                                                                                                                                  \
	"					esac ;;\n"                                                                                                                                                                               \
	"				esac ;;\n"                                                                                                                                                                                \
	"			law)\n"                                                                                                                                                                                    \
	"				case $before in\n"                                                                                                                                                                        \
	"				law) words='list deadline' ;;\n"                                                                                                                                                          \
	"				deadline) words='" PROFILES "' ;;\n"                                                                                                                           \
	"				*) words='" LAW "' ;;\n"                                                                                                                                       \
	"				esac ;;\n"                                                                                                                                                                                \
	"			dossier)\n"                                                                                                                                                                                \
	"				case $before in\n"                                                                                                                                                                        \
	"				dossier) words='" DOSSIER "' ;;\n"                                                                                                                             \
	"				backup|restore|export|import) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n"                                                                                                        \
	"				handover) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"                                                                                                                            \
	"				*) words='--yes --head --max-size --retention " READING "' ;;\n"                                                                                               \
	"				esac ;;\n"                                                                                                                                                                                \
	"			user)\n"                                                                                                                                                                                   \
	"				case $before in\n"                                                                                                                                                                        \
	"				user) words='" USER "' ;;\n"                                                                                                                                   \
	"				*) words='" ROLES                                                                                                                                              \
	" display= language=fr language=en active=yes active=no codes=remove " READING "' ;;\n"                                                                                                        \
	"				esac ;;\n"                                                                                                                                                                                \
	"			token)\n"                                                                                                                                                                                  \
	"				case $before in\n"                                                                                                                                                                        \
	"				token) words='" TOKEN "' ;;\n"                                                                                                                                 \
	"				*) words='rights= days= " READING "' ;;\n"                                                                                                                     \
	"				esac ;;\n"                                                                                                                                                                                \
	"			doctor|trace) words='" READING "' ;;\n"                                                                                                                                \
	"			tuning) words='--lang --help' ;;\n"                                                                                                                                                        \
	"			completion) words='" SHELLS "' ;;\n"                                                                                                                                   \
	"			esac\n"                                                                                                                                                                                    \
	"		fi ;;\n"                                                                                                                                                                                    \
	"	esac\n"                                                                                                                                                                                      \
	"	COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"                                                                                                                                         \
	"}\n"

static const char bash_cstr[] = FUNCTION "complete -o filenames -F _beffroi beffroi\n";
static const char zsh_cstr[] = "#compdef beffroi\nautoload -Uz bashcompinit && bashcompinit\n" FUNCTION
                               "complete -o filenames -F _beffroi beffroi\n";
static const char fish_cstr[] =
    "complete -c beffroi -f\n"
    "complete -c beffroi -n __fish_use_subcommand -a '" VERBS "'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from serve' -l listen -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from serve' -l tls -xa 'auto off'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from serve' -l name -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from incident' -a '" INCIDENT "'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from incident' -l as -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from incident' -l alerts\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from send' -xa 'glpi webhook'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from send' -l dry-run\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from send' -l connectors -rF\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from import' -xa '" FORMATS "'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from " FORMATS "' -F\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from import' -l socket -rF\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from import' -l datagram\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from import' -l zone -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from import' -l year -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from import' -l column -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from event' -a 'list traffic days'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from event' -l search -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from event' -l type -xa 'alert anomaly dns flow http tls'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from event' -l from -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from event' -l to -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from event' -l limit -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from event' -l after -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from event' -l step -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from event' -l zone -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from asset' -a '" ASSET "'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from asset' -l difference -xa 'unknown never-seen service-unknown service-silent'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from import' -l host -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from report' -a 'incident period committee'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from report' -l kind -xa 'management technical notice'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from report' -l format -xa 'html xlsx odt docx pdf'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from report' -s o -l output -rF\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from report' -l public\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from report' -l cover -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from report' -l from -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from report' -l to -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from rules' -a check -F\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from law' -a 'list deadline'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from deadline' -a '" PROFILES "'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from law' -l aware -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from law' -l zone -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from law' -l at -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from law' -l clocks -rF\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from dossier' -a '" DOSSIER "'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from backup restore export import' -xa '(__fish_complete_directories)'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from dossier' -l yes\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from dossier' -l head -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from dossier' -l max-size -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from dossier' -l retention -rF\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from user' -a '" USER " " ROLES "'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from token' -a '" TOKEN "'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from completion' -a '" SHELLS "'\n"
    "complete -c beffroi -l format -xa 'text json'\n"
    "complete -c beffroi -l lang -xa 'en fr'\n"
    "complete -c beffroi -l color -xa 'auto always never'\n"
    "complete -c beffroi -l help\n"
    "complete -c beffroi -l dossier -xa '(__fish_complete_directories)'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -F\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -s r -l read -rF\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -s i -l interface -xa '(ls /sys/class/net 2>/dev/null)'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l eve -rF\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l tuning -rF\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l overlap-policy -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l host-os -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l no-dossier\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l keep-events -xa 'all flows none'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l checksums -xa 'on off'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l threads -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l memory -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l filter -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l for -x\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l features\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l community-id\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -l fail-on -xa 'minor significant serious critical'\n"
    "complete -c beffroi -n '__fish_seen_subcommand_from watch' -s q -l quiet\n";

int
completion_main(int argc, char **argv)
{
	static const struct {
		const char *shell_cstr, *script_cstr;
	} scripts[] = {{"bash", bash_cstr}, {"zsh", zsh_cstr}, {"fish", fish_cstr}};
	struct verb_options o = {0};
	struct diag diag = {.offset = UINT64_MAX};
	if (verb_options_parse(argc, argv, &o, &diag) < 0) {
		verb_options_complain(o.language, &diag);
		return VERB_EXIT_USAGE;
	}
	if (o.help) {
		fputs(text_in(o.language, help_cstr), stdout);
		return VERB_EXIT_DONE;
	}
	for (size_t i = 0; i < LENGTH_OF(scripts) && o.word_count == 1; i++) {
		if (strcmp(o.words[0], scripts[i].shell_cstr) != 0)
			continue;
		fputs(scripts[i].script_cstr, stdout);
		return fflush(stdout) == 0 ? VERB_EXIT_DONE : VERB_EXIT_FAILED;
	}
	(void)diag_say(&diag, 0, "%s", N_("say for which shell: beffroi completion bash | zsh | fish"));
	verb_options_complain(o.language, &diag);
	return VERB_EXIT_USAGE;
}
