/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_event.h - `beffroi event`: the events that the dossier keeps, searched, and what they add up to. */
#ifndef APP_VERB_EVENT_H
#define APP_VERB_EVENT_H

int verb_event_main(int argc, char **argv);

#endif
