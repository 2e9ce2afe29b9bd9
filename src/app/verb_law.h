/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_law.h - `beffroi law`: the legal clocks as data, and until when each step is due. */
#ifndef APP_VERB_LAW_H
#define APP_VERB_LAW_H

int verb_law_main(int argc, char **argv);

#endif
