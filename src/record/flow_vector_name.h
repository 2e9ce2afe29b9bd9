/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/flow_vector_name.h - short names of the codes, for tables and programs. */
#ifndef RECORD_FLOW_VECTOR_NAME_H
#define RECORD_FLOW_VECTOR_NAME_H

/* "packets_opener"; code < FLOW_CODES. */
const char *flow_vector_name(unsigned code);

#endif
