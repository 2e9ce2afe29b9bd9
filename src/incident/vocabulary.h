/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* incident/vocabulary.h - the words that ship as data: categories (RSIT), playbooks, drafts of notices, and how people blame
 * people. Read once into an arena.
 */
#ifndef INCIDENT_VOCABULARY_H
#define INCIDENT_VOCABULARY_H

#include "core/data_tree.h"
#include "core/text.h"

struct vocabulary {
	const struct data_tree *categories; /* lists of maps */
	const struct data_tree *playbooks, *notices;
	const struct data_tree *refused, *conditions; /* lists of texts */
};

/* A failure is a bug of ours in the data that ships. */
MUST_USE int vocabulary_read(struct arena *arena, struct vocabulary *out, struct diag *diag);
/* By its code ("fraud.phishing"), or by the last part of it; NULL when there is none, or when it is ambiguous. */
const struct data_tree *vocabulary_category(const struct vocabulary *v, const char *word_cstr);
const struct data_tree *vocabulary_playbook(const struct vocabulary *v, const char *name_cstr);
const struct data_tree *vocabulary_notice(const struct vocabulary *v, const char *name_cstr);
/* The text of an {en: ..., fr: ...}; "" when there is none. */
const char *vocabulary_words(const struct data_tree *map, enum language language);

#endif
