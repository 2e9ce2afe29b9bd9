/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/watch_control.h - where a running live watch takes orders from its owner: a socket in the folder of its dossier, named after its
 * process. `beffroi reload` is the only one who calls. A message is a channel's (sandbox/channel.h): one order, one answer.
 */
#ifndef APP_WATCH_CONTROL_H
#define APP_WATCH_CONTROL_H

#include "core/bytes.h"
#include "core/diag.h"

enum watch_control_message {
	WATCH_CONTROL_RELOAD = 1, /* take the rules as they are now */
	WATCH_CONTROL_DONE,       /* the answer: a text */
	WATCH_CONTROL_NOT_DONE,
};

struct watch_control {
	int folder, listener, caller; /* -1: none */
	char name_cstr[32];
};

/* 0, or a negative errno with diag: then there is none. */
MUST_USE int watch_control_open(struct watch_control *control, const char *folder_cstr, struct diag *diag);
/* The socket goes with it. */
void watch_control_close(struct watch_control *control);
/* What to wait for; -1: nothing, who called waits for its answer. */
int watch_control_fd(const struct watch_control *control);
/* It can be read. true: an order to reload has come. */
bool watch_control_hear(struct watch_control *control);
void watch_control_answer(struct watch_control *control, bool done, const char *text_cstr);

/* For the one who calls: each socket of the folder in turn. Returns how many answered, or a negative errno with diag. `tell` gets the
 * process, whether it did what was asked, and its words. */
MUST_USE int watch_control_call(const char *folder_cstr,
    void (*tell)(void *context, const char *name_cstr, bool done, struct bytes text), void *context, struct diag *diag);

#endif
