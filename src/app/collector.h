/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/collector.h - the role that reads, through libpcap, the interfaces that the ring cannot: "any", nflog, others.
 *
 * A handle of libpcap cannot be passed from the parent to the sensor, and libpcap wants more system calls than the
 * sensor is given: so it has a process of its own, which opens the interface, is then confined, copies frames to
 * the sensor and understands none of them (docs/decisions/0013). */
#ifndef APP_COLLECTOR_H
#define APP_COLLECTOR_H

int collector_main(void);

#endif
