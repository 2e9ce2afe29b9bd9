/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/import_reader.h - the role that reads what other sensors wrote. It opens nothing and writes nothing: the files and the socket
 * come to it open, and what they amount to goes to the verb `import`, which keeps it. */
#ifndef APP_IMPORT_READER_H
#define APP_IMPORT_READER_H

#include "core/bytes.h"

MUST_USE int import_reader_main(void);

#endif
