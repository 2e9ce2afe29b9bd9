/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/file_outlet.h - the bytes of kept files on their way from the sensor, which opens nothing, to the parent, which writes them (file_store.h):
 *
 *	FILE_DATA   number (8 bytes), bytes of the file
 *	FILE_KEEP   number, size (8 bytes), SHA-256 (32 bytes)
 *	FILE_DROP   number
 *
 * All workers share one: a message is sent whole, and those of one file come from one worker, in order.
 */
#ifndef APP_FILE_OUTLET_H
#define APP_FILE_OUTLET_H

#include "inspect/file_saver.h"

#include <stdatomic.h>

struct file_outlet {
	int fd;
	bool never_waits; /* live: a file that cannot leave at once is not kept, packets do not wait for it */
	atomic_uint_least64_t begun, kept;
	struct file_saver saver; /* what the inspector is given */
};

/* fd: of the channel to the parent, borrowed. */
void file_outlet_init(struct file_outlet *outlet, int fd, bool never_waits);

#endif
