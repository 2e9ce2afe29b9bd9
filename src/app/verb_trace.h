/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_trace.h - `beffroi trace ID`: the chain of one object, both ways. */
#ifndef APP_VERB_TRACE_H
#define APP_VERB_TRACE_H

int verb_trace_main(int argc, char **argv);

#endif
