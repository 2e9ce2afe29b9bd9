/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_user.h - `beffroi user`: accounts, from the machine itself. */
#ifndef APP_VERB_USER_H
#define APP_VERB_USER_H

int verb_user_main(int argc, char **argv);

#endif
