/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_libpcap.h - frames from the interfaces that the ring cannot read: "any", USB,
 * Bluetooth, other systems. libpcap reads; the frames are copied into a batch.
 *
 * Slower than capture_live.h and for one worker. It must be opened by the process that reads,
 * before it is confined.
 */
#ifndef NET_CAPTURE_CAPTURE_LIBPCAP_H
#define NET_CAPTURE_CAPTURE_LIBPCAP_H

#include "core/bytes.h"
#include "net/capture/capture_batch.h"
#include "net/capture/capture_live.h"

struct capture_libpcap;

/* The same options as for a ring; workers and group have no meaning here, and a filter is run here by
 * the caller. The same errors as capture_live_socket(). */
MUST_USE int
capture_libpcap_open(struct capture_libpcap **out, const struct capture_live_options *options, struct diag *diag);
void capture_libpcap_free(struct capture_libpcap *live);

/* Fills the batch with what has come; numbers go on. Returns how many frames, 0 when none came within
 * timeout_ms, negative errno with diag. */
MUST_USE int
capture_libpcap_next(struct capture_libpcap *live, struct capture_batch *batch, int timeout_ms, struct diag *diag);

struct capture_live_counts capture_libpcap_counts(struct capture_libpcap *live);
uint16_t capture_libpcap_linktype(const struct capture_libpcap *live);
/* libpcap has a device of that name ("any", "nflog:5", "usbmon1") beside the interfaces of the system. */
bool capture_libpcap_knows(const char *name_cstr);

#endif
