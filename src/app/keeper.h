/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/keeper.h - the role that makes incidents of alerts and owns the dossier. No network, no packets; it
 * checks every message, for the sensor that sends them may be captured. */
#ifndef APP_KEEPER_H
#define APP_KEEPER_H

/* The whole life of the process; returns its exit status. */
int keeper_main(void);

#endif
