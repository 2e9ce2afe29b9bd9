/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* proto/http1_fields.h - the fields of a head, for proto/http1.c. */
#ifndef PROTO_HTTP1_FIELDS_H
#define PROTO_HTTP1_FIELDS_H

#include "proto/http1.h"

/* Reads fields up to the empty line, which is taken too, into `head`. */
void http1_fields_read(struct cursor *c, struct http1_line_rules *rules, struct http1_head *head);

#endif
