/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_study.h - `beffroi study`: risk studies as text, and what is reckoned with them. */
#ifndef APP_VERB_STUDY_H
#define APP_VERB_STUDY_H

int verb_study_main(int argc, char **argv);

#endif
