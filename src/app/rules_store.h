/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* app/rules_store.h - the rules of a site, in the folder rules/ of its dossier:
 *
 *	sources/NAME      as they came: a file of rules, or a tar archive of them, plain or packed
 *	enable.conf disable.conf modify.conf   what the site turns on, off or changes (rule_select.h); the site's own to edit
 *	active.rules      made of all that, anew each time; `beffroi watch` reads it when no --rules is given
 *	key.pem           when it is there, sources must be signed with its other half (ed25519)
 */
#ifndef APP_RULES_STORE_H
#define APP_RULES_STORE_H

#include "core/bytes.h"
#include "core/diag.h"

enum { RULES_STORE_SOURCE_MAX = 256 << 20, RULES_STORE_NAME_MAX = 64, RULES_STORE_SIGNATURE = 64 };

struct rules_store_counts {
	uint64_t sources, files, rules, on, off, changed, same; /* same: of a number that another source has newer */
	uint64_t added, removed;                                /* numbers in force, against what was active before */
};

/* A source of this name, in place of an older one. folder_fd: rules/. 0, or a negative errno with diag; -EINVAL: it is no name, or there is
 * no rule in it. */
MUST_USE int rules_store_put(int folder_fd, const char *name_cstr, struct bytes source, struct diag *diag);
MUST_USE int rules_store_remove(int folder_fd, const char *name_cstr, struct diag *diag);
/* A line to enable.conf, disable.conf or modify.conf; what is wrong is refused. */
MUST_USE int rules_store_choose(int folder_fd, const char *file_cstr, const char *line_cstr, struct diag *diag);
/* active.rules from all of it. */
MUST_USE int rules_store_make(int folder_fd, struct rules_store_counts *out, struct diag *diag);
void rules_store_each(int folder_fd, void (*each)(void *context, const char *name_cstr, uint64_t bytes), void *context);

/* From now on sources must be signed with the other half of this key. */
MUST_USE int rules_store_keep_key(int folder_fd, struct bytes pem, struct diag *diag);
/* pem: of an ed25519 key. 0; -EKEYREJECTED: this is not its signature; -EINVAL: this is no such key; with diag. */
MUST_USE int rules_store_verify(struct bytes pem, struct bytes source, struct bytes signature, struct diag *diag);

#endif
