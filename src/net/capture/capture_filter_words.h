/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* net/capture/capture_filter_words.h - what is wrong with a filter, for people who do not read libpcap's English. */
#ifndef NET_CAPTURE_CAPTURE_FILTER_WORDS_H
#define NET_CAPTURE_CAPTURE_FILTER_WORDS_H

#include "core/diag.h"

/* Fills the diag with what libpcap meant, the place in the expression where that is known (also as diag.column, from 1), and
 * its own words in quotes. Returns error. */
int capture_filter_words(struct diag *diag, int error, const char *expression_cstr, const char *libpcap_cstr);

#endif
