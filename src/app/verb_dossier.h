/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_dossier.h - `beffroi dossier`: make, look at, check, carry, clean up a dossier. */
#ifndef APP_VERB_DOSSIER_H
#define APP_VERB_DOSSIER_H

int verb_dossier_main(int argc, char **argv);

#endif
