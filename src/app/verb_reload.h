/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_reload.h - `beffroi reload`: a running live watch takes the rules as their files are now. */
#ifndef APP_VERB_RELOAD_H
#define APP_VERB_RELOAD_H

int verb_reload_main(int argc, char **argv);

#endif
