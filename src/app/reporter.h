/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/reporter.h - the reporter: one process per document, which has HTML made into ODT, DOCX or PDF by programs that it confines.
 *
 *	parent   -> reporter  REPORTER_MAKE: the length, the conversion (record/order.h); the HTML as a memory file
 *	reporter -> parent    REPORTER_MADE: the length; the document as a memory file. Or REPORTER_FAULT: a sentence
 */
#ifndef APP_REPORTER_H
#define APP_REPORTER_H

enum reporter_message { REPORTER_MAKE = 112, REPORTER_MADE, REPORTER_FAULT };
enum { REPORTER_FD_PARENT = 3 };

int reporter_main(void);

#endif
