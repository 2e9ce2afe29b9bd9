/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/content.h - long contents that pass in transactions of any protocol: bodies, attachments, files.
 *
 * A protocol's glue opens a content when it knows that one begins, hands its bytes over as they come (decoded: without chunks, unzipped,
 * without base64), and closes it. What happens with them is decided here, once for all protocols: rules are shown windows of
 * it, a file is measured, recognised, hashed, stored, and said as a "fileinfo" event.
 *
 *	s->file = content_open(sink, in, &tx, &(struct content_spec){.app = APP_SMTP, .is_file = true, .name = name});
 *	content_data(sink, s->file, in, &tx, bytes);
 *	content_close(sink, s->file, in, &tx, CONTENT_COMPLETE);
 *
 * A handle of 0 is valid everywhere and does nothing: it is what content_open() gives when nobody wants contents, or there is no room
 * (counted). Whoever holds a handle closes it, at the latest in finish().
 */
#ifndef INSPECT_CONTENT_H
#define INSPECT_CONTENT_H

#include "inspect/content_window.h"
#include "inspect/l7.h"
#include "inspect/l7_tx.h"
#include "inspect/view.h"

struct sink;

struct content_spec {
	enum app_proto app;
	bool is_file;      /* counts as a file: file.data shows it, and a fileinfo event says it */
	struct bytes name; /* of the file; copied. Empty: not known */
	enum view view; /* shown under this name too, or (is_file false) only: VIEW_HTTP_RESPONSE_BODY; VIEW_PAYLOAD: none */
	uint64_t start; /* of a range of a file (HTTP 206), else 0 */
	bool has_range;
	uint64_t end, size;           /* of the range, inclusive, and of the whole */
	struct content_window window; /* minimal_bytes 0: that of files, of inspect/l7_settings.h */
};

enum content_end {
	CONTENT_COMPLETE,
	CONTENT_TRUNCATED, /* the connection ended, or a limit was reached */
};

/* Whether anybody wants contents of this protocol: a protocol that need not know them may pass over their bytes (l7_step.skip). */
bool content_is_wanted(const struct sink *sink, enum app_proto app);

MUST_USE uint32_t content_open(
    struct sink *sink, const struct l7_input *in, const struct l7_tx *tx, const struct content_spec *spec);
void content_data(struct sink *sink, uint32_t content, const struct l7_input *in, const struct l7_tx *tx, struct bytes data);
/* Whether a file goes on beyond the limit that ends others (limit_ends_file): it is kept. */
bool content_goes_on(const struct sink *sink, uint32_t content);
/* `lost` bytes of it will never come. */
void content_gap(struct sink *sink, uint32_t content, uint64_t lost);
/* Shows the last window, and writes the event of a file. It does not end the transaction's side: whoever knows that all contents of it
 * are closed says so with sink_show(sink, true). in NULL: the flow is over, and `flow` says which. */
void content_close(struct sink *sink, uint32_t content, const struct l7_input *in, const struct l7_flow *flow,
    const struct l7_tx *tx, enum content_end end);

#endif
