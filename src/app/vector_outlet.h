/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/vector_outlet.h - the file of vectors that a watch writes (record/flow_vector_file.h). */
#ifndef APP_VECTOR_OUTLET_H
#define APP_VECTOR_OUTLET_H

#include "core/diag.h"
#include "record/flow_vector_file.h"
#include "record/observation.h"

enum { VECTOR_OUTLET_ROOM = 64 * 1024 };

struct vector_outlet {
	int fd;         /* borrowed; -1: nobody wants any */
	uint64_t flags; /* enum flow_vector_file_flag */
	uint64_t key;   /* of the pseudonyms */
	uint64_t rows;
	int error; /* the first -errno; after it nothing more is written */
	size_t used;
	uint8_t room[VECTOR_OUTLET_ROOM];
};

/* Writes the head with the first rows. */
void vector_outlet_init(struct vector_outlet *outlet, int fd, uint64_t flags, uint64_t key);
/* An observation of the kind OBSERVATION_VECTOR, with its codes as they are now known. */
void vector_outlet_put(struct vector_outlet *outlet, const struct observation *o, const struct flow_vector *vector);
void vector_outlet_flush(struct vector_outlet *outlet);

#endif
