/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* inspect/view.h - the named buffers of traffic, as rules and parsers both know them (inspect/view_list.h). */
#ifndef INSPECT_VIEW_H
#define INSPECT_VIEW_H

#include "core/bytes.h"

enum view {
#define VIEW(identifier, name, older, protocol, sides, many) VIEW_##identifier,
#include "inspect/view_list.h"
#undef VIEW
	VIEWS
};

enum { VIEW_FROM_CLIENT = 1, VIEW_FROM_SERVER = 2 };

struct view_kind {
	const char *name_cstr, *older_cstr, *protocol_cstr;
	uint8_t sides; /* VIEW_FROM_CLIENT | VIEW_FROM_SERVER */
	bool many;
};

const struct view_kind *view_of(enum view view);
/* Whether anything is ever shown under this name here: a rule that looks into another can never hold. */
bool view_is_shown(enum view view);
/* The same of an event: "http.compression_bomb" of a protocol, "decoder.ipv4.trunc_pkt", "stream.pkt_invalid_ack". */
bool view_event_is_told(struct bytes name);
/* By either name; VIEWS when there is none. *older tells which (may be NULL). */
enum view view_find(struct bytes name, bool *older);

#endif
