/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/watch.h - `beffroi watch`: the parent starts the sensor and the keeper, hands captures to the one, and tells
 * what the other made of it. It never looks into a packet. */
#ifndef APP_WATCH_H
#define APP_WATCH_H

int watch_main(int argc, char **argv); /* enum watch_exit */

#endif
