/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/learn_keep.h - models from and to files that the user names. */
#ifndef APP_LEARN_KEEP_H
#define APP_LEARN_KEEP_H

#include "detect/learn/learn_file.h"
#include "detect/learn/learn_model.h"

struct learn_kept {
	uint8_t *bytes; /* what file and model were made of */
	size_t len;
	struct learn_file file;
	struct learn_model *model;
};

/* Reads it and checks its form; whether it is signed is for learn_seal.h. 0, or a negative errno with diag; learn_keep_done() after. */
MUST_USE int learn_keep_load(const char *path_cstr, struct learn_kept *out, struct diag *diag);
void learn_keep_done(struct learn_kept *kept);
/* Any file of at most `most` bytes: the caller's to free. */
MUST_USE int learn_keep_read(const char *path_cstr, size_t most, uint8_t **out, size_t *len, struct diag *diag);
/* Whole or not at all: a reader never sees half of it. */
MUST_USE int learn_keep_write(const char *path_cstr, struct bytes bytes, struct diag *diag);
/* The sections as a file, signed by the private key (PEM) when there is one. */
MUST_USE int learn_keep_save(const char *path_cstr, const struct learn_file *file, struct bytes pem, struct diag *diag);

#endif
