/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/verb_intel.h - `beffroi intel`: what is known of vulnerabilities. */
#ifndef APP_VERB_INTEL_H
#define APP_VERB_INTEL_H

int verb_intel_main(int argc, char **argv);

#endif
