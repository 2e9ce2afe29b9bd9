/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* cli/completion.h - `beffroi completion bash|zsh|fish`: what the shell may offer, printed for it to read. */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

int completion_main(int argc, char **argv);

#endif
