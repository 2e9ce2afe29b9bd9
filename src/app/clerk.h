/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/clerk.h - the role that owns the dossier for the console: answers its orders, one after the other. The console is not
 * trusted: who asks, and what they may do, is found out here, from the secret that the order carries. */
#ifndef APP_CLERK_H
#define APP_CLERK_H

/* Descriptors of the role. */
enum { CLERK_FD_PARENT = 3, CLERK_FD_CONSOLE = 4 };

/* Returns the exit status. */
int clerk_main(void);

#endif
