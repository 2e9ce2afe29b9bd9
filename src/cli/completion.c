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

/* data/completion, as tools/embed lays it out. */
extern const unsigned char completion_bash[], completion_zsh[], completion_fish[];
extern const size_t completion_bash_len, completion_zsh_len, completion_fish_len;

int
completion_main(int argc, char **argv)
{
	const struct {
		const char *shell_cstr;
		struct bytes script;
	} scripts[] = {
	    {"bash", {completion_bash, completion_bash_len}},
	    {"zsh", {completion_zsh, completion_zsh_len}},
	    {"fish", {completion_fish, completion_fish_len}},
	};
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
		(void)fwrite(scripts[i].script.at, 1, scripts[i].script.len, stdout);
		return fflush(stdout) == 0 ? VERB_EXIT_DONE : VERB_EXIT_FAILED;
	}
	(void)diag_say(&diag, 0, "%s", N_("say for which shell: beffroi completion bash | zsh | fish"));
	verb_options_complain(o.language, &diag);
	return VERB_EXIT_USAGE;
}
