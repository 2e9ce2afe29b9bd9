/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* console/console.h - the role that speaks HTTP: it holds one listening socket and two channels, and opens nothing. */
#ifndef CONSOLE_CONSOLE_H
#define CONSOLE_CONSOLE_H

/* The role's whole life; see console_config.h for what the parent says. Returns the exit status. */
int console_main(void);

#endif
