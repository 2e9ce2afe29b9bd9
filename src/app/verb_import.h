/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_import.h - `beffroi import`: alerts and events of sensors that people already run become incidents here. */
#ifndef APP_VERB_IMPORT_H
#define APP_VERB_IMPORT_H

int verb_import_main(int argc, char **argv);

#endif
