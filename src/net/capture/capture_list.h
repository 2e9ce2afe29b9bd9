/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_list.h - from what was named on the command line to capture files, one by one.
 *
 * A path is a file, "-" for standard input, or a folder: it then gives the captures in it, and in
 * its folders to a depth of eight, in the order of their names (with numbers in them counted:
 * day-2 before day-10). In a folder a capture is known by its first bytes, or, when it is
 * compressed, by its first bytes and a name that speaks of captures: nothing is unpacked here,
 * where files may be opened. Files that are no captures are passed over and counted; a file that
 * was named itself is always given.
 */
#ifndef NET_CAPTURE_CAPTURE_LIST_H
#define NET_CAPTURE_CAPTURE_LIST_H

#include "core/bytes.h"

struct diag;
struct capture_list;

struct capture_list_counts {
	size_t files;      /* to be given */
	size_t foreign;    /* in folders, and no captures */
	size_t unreadable; /* in folders, and not to be opened: not examined */
	size_t too_deep;   /* folders below the eighth level: not examined */
	uint64_t bytes;    /* of all files together; what a pipe will bring is not known */
};

/* All paths are looked at once, so that a mistake is told before hours of reading: -ENOENT, -EACCES
 * and such with diag; -ENOENT when a folder holds no capture; -EINVAL for "-" twice or no path. */
MUST_USE int
capture_list_new(struct capture_list **out, const char *const *path_cstrs, size_t path_count, struct diag *diag);
void capture_list_free(struct capture_list *list);

/* The next file, opened close-on-exec: 1 and the caller's descriptor, 0 after the last one, negative
 * errno with diag when it went away meanwhile (call again for the one after it). The name is
 * borrowed until the list is freed. */
MUST_USE int capture_list_next(struct capture_list *list, int *out_fd, const char **out_name_cstr, struct diag *diag);

struct capture_list_counts capture_list_counts(const struct capture_list *list);

#endif
