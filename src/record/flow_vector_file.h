/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* record/flow_vector_file.h - a file of vectors, "fv64": what `watch --flow-vectors` writes and `learn` reads.
 *
 * All numbers are little-endian. A head of 64 bytes:
 *
 *	 0  8  "beffv64\n"
 *	 8  2  version of this format, 1
 *	10  2  version of the vector, FLOW_VECTOR_VERSION
 *	12  4  bytes of a row: 96, or 136 with addresses
 *	16  8  flags: 1 rows have addresses, 2 rows of every moment (otherwise one per flow, at its end)
 *	24 40  zero
 *
 * then rows, to the end of the file:
 *
 *	 0 64  the codes (record/flow_vector.h)
 *	64  8  time of the first packet, ns since 1970
 *	72  8  time of the last one so far
 *	80  8  the flow's id, as in events; 0 without addresses
 *	88  4  pseudonym of the source: a hash with the key of this run; 0: not known
 *	92  1  enum flow_vector_moment
 *	93  1  IP protocol
 *	94  2  VLAN, 0: none
 *	96 16  address of who opened the flow (IPv4 as ::ffff:a.b.c.d)      } with addresses only:
 *	112 16 address of the other                                        } labels are joined by them,
 *	128  2 its port                                                     } they are never part of a vector
 *	130  2 the other's port
 *	132  4 zero
 */
#ifndef RECORD_FLOW_VECTOR_FILE_H
#define RECORD_FLOW_VECTOR_FILE_H

#include "core/addr.h"
#include "core/cursor.h"
#include "core/writer.h"
#include "record/flow_vector.h"

enum {
	FLOW_VECTOR_FILE_HEAD = 64,
	FLOW_VECTOR_FILE_ROW = 96,
	FLOW_VECTOR_FILE_ROW_ADDRESSED = 136,
	FLOW_VECTOR_FILE_VERSION = 1
};
enum flow_vector_file_flag { FLOW_VECTOR_FILE_ADDRESSES = 1, FLOW_VECTOR_FILE_MOMENTS = 2 };

struct flow_vector_head {
	uint16_t version, vector_version;
	uint32_t row_size;
	uint64_t flags; /* enum flow_vector_file_flag */
};

struct flow_vector_row {
	struct flow_vector vector;
	int64_t first_ns, last_ns;
	uint64_t flow_id;
	uint32_t source; /* pseudonym */
	uint8_t moment;  /* enum flow_vector_moment */
	uint8_t ip_proto;
	uint16_t vlan;
	struct addr opener, answerer;
	uint16_t opener_port, answerer_port;
};

/* PARSE_BAD: it is no such file, or of a version that is not known. */
MUST_USE enum parse flow_vector_file_head(struct bytes file, struct flow_vector_head *out);
/* The next row: PARSE_SHORT with nothing left is the end. What has no addresses has zeroes. */
MUST_USE enum parse flow_vector_file_row(struct cursor *c, const struct flow_vector_head *head, struct flow_vector_row *out);

void flow_vector_file_put_head(struct writer *w, uint64_t flags);
void flow_vector_file_put_row(struct writer *w, const struct flow_vector_row *row, uint64_t flags);

#endif
