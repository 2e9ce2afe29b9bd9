/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_incident.h - `beffroi incident list | show ID` */
#ifndef APP_VERB_INCIDENT_H
#define APP_VERB_INCIDENT_H

int verb_incident_main(int argc, char **argv);

#endif
