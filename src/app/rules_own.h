/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_own.h - the rules that a site keeps in its dossier (app/rules_store.h), for who names no others. */
#ifndef APP_RULES_OWN_H
#define APP_RULES_OWN_H

#include "core/text.h"

/* The path of active.rules of this dossier (NULL: the usual one), valid until the next call; NULL: nothing is kept there. */
const char *rules_own_find(const char *dossier_cstr, enum language language);

#endif
