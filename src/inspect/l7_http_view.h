/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/l7_http_view.h - what rules look into of HTTP: request and response heads as views. */
#ifndef INSPECT_L7_HTTP_VIEW_H
#define INSPECT_L7_HTTP_VIEW_H

#include "inspect/l7.h"
#include "inspect/l7_tx.h"
#include "proto/http1.h"

/* A head that was read: `whole` are its bytes, with the empty line. is_end: it has no body. The scratch of `in` is written. */
void l7_http_view_request(struct sink *sink, const struct l7_input *in, const struct http1_head *head, struct bytes whole,
    const struct l7_tx *tx, bool is_end);
/* The request line of a head that is not complete yet. */
void l7_http_view_request_line(
    struct sink *sink, const struct l7_input *in, const struct http1_head *head, struct bytes line, const struct l7_tx *tx);
void l7_http_view_response(struct sink *sink, const struct l7_input *in, const struct http1_head *head, struct bytes whole,
    const struct l7_tx *tx, bool is_end);
/* Nothing more comes of this side of the transaction. */
void l7_http_view_end(struct sink *sink, const struct l7_input *in, const struct l7_tx *tx);

#endif
