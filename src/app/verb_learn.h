/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_learn.h - `beffroi learn`: sets of labelled flows, and the models that are made of them. */
#ifndef APP_VERB_LEARN_H
#define APP_VERB_LEARN_H

int verb_learn_main(int argc, char **argv);

#endif
