/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_exception.h - `beffroi exception`. */
#ifndef APP_VERB_EXCEPTION_H
#define APP_VERB_EXCEPTION_H

/* argv[0] is "exception". The exit status of the program. */
int verb_exception_main(int argc, char **argv);

#endif
