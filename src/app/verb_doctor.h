/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_doctor.h - `beffroi doctor` */
#ifndef APP_VERB_DOCTOR_H
#define APP_VERB_DOCTOR_H

int verb_doctor_main(int argc, char **argv);

#endif
