/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_rules.h - `beffroi rules`. */
#ifndef APP_VERB_RULES_H
#define APP_VERB_RULES_H

/* argv[0] is "rules". The exit status of the program. */
int verb_rules_main(int argc, char **argv);

#endif
