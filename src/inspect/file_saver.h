/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/file_saver.h - where files go that are to be kept (filestore), as the inspector sees it. The worker opens nothing: their bytes leave
 * it, and who takes them decides under what name and budget they lie. Of any thread. NULL: no file is kept.
 */
#ifndef INSPECT_FILE_SAVER_H
#define INSPECT_FILE_SAVER_H

#include "core/bytes.h"

struct file_saver {
	void *context;
	/* A number for a file of which bytes will come. */
	uint64_t (*begin)(void *context);
	/* Its next bytes. False: they could not be taken, and what follows is not wanted. */
	bool (*put)(void *context, uint64_t file, struct bytes data);
	/* All has been put, and the file is kept: its number among those kept, from 1; 0: it could not be. */
	uint64_t (*keep)(void *context, uint64_t file, uint64_t size, const uint8_t sha256[static 32]);
	/* It is not wanted after all. */
	void (*drop)(void *context, uint64_t file);
};

#endif
