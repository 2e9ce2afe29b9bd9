/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/compiler.h - the role that makes Hyperscan databases of rules: it gets the bundle and the keys that are wanted, writes entries into
 * the memory file of its parent, and ends. It has limits of memory and time, since rules may be made to exhaust both.
 */
#ifndef APP_COMPILER_H
#define APP_COMPILER_H

enum { COMPILER_SECONDS = 120 /* of work for one generation */ };

int compiler_main(void);

#endif
