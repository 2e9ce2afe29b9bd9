/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_report.h - `beffroi report`: documents for people, made from the dossier. */
#ifndef APP_VERB_REPORT_H
#define APP_VERB_REPORT_H

int verb_report_main(int argc, char **argv);

#endif
