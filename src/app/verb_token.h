/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_token.h - `beffroi token`: what programs show to be let in. */
#ifndef APP_VERB_TOKEN_H
#define APP_VERB_TOKEN_H

int verb_token_main(int argc, char **argv);

#endif
