/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_tuning.h - `beffroi tuning`: the thresholds as shipped, to start a file of one's own from. */
#ifndef APP_VERB_TUNING_H
#define APP_VERB_TUNING_H

int verb_tuning_main(int argc, char **argv);

#endif
