/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/stream_settings.h - how TCP streams are read where an existing suricata.yaml is in force (decision 0026). Without one, bytes are read when
 * they come, and connections whose opening was not seen are read too.
 */
#ifndef INSPECT_STREAM_SETTINGS_H
#define INSPECT_STREAM_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

struct stream_settings {
	bool as_suricata;     /* there is such a file: the following three count */
	bool at_once;         /* stream.inline: bytes are read when they come, not when the receiver has acknowledged them */
	bool midstream;       /* stream.midstream: connections whose opening was not seen are read */
	bool async_oneside;   /* stream.async-oneside: of one side alone, what it sent before counts as acknowledged */
	uint64_t depth_bytes; /* stream.reassembly.depth: so much of each side is looked into; 0: all */
};

#endif
