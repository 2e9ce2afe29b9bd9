/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_reader.h - the role that reads tables of flows: text of strangers in, a set out, and no right to anything else. */
#ifndef APP_LEARN_READER_H
#define APP_LEARN_READER_H

int learn_reader_main(void);

#endif
