/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "people/people_read.h"

#include "core/json.h"
#include "dossier/dossier_account.h"

#include <sodium.h>
#include <stdio.h>

enum { NOTE_MAX = 256, WAYS = 4 };

#define HOUR_NS INT64_C(3600000000000)

/* Remembers a few thousand; what was pushed out is looked up in the journal. */
static uint64_t *
place_of(struct people *p, const char *who_cstr, const char *object_cstr, int64_t hour, uint64_t *key)
{
	static const uint8_t fixed[crypto_shorthash_KEYBYTES];
	char text[512];
	int n = snprintf(text, sizeof(text), "%lld %s %s", (long long)hour, who_cstr, object_cstr);
	(void)crypto_shorthash((uint8_t *)key, (const uint8_t *)text, n < 0 ? 0 : strnlen(text, sizeof(text)), fixed);
	uint64_t *set = &p->reads[*key % (PEOPLE_READS_MAX / WAYS) * WAYS];
	for (size_t i = 0; i < WAYS; i++)
		if (set[i] == *key || set[i] == 0)
			return &set[i];
	return &set[*key / PEOPLE_READS_MAX % WAYS];
}

int
people_read_tell(struct people *p, const struct person *person, const char *object_cstr, int64_t now_ns, struct diag *diag)
{
	uint64_t key;
	int64_t hour = now_ns / HOUR_NS;
	uint64_t *place = place_of(p, person->name_cstr, object_cstr, hour, &key);
	if (*place == key)
		return 0;
	int r = dossier_account_was_told(p->dossier, person->name_cstr, "read", object_cstr, hour * HOUR_NS, diag);
	if (r == 0) {
		r = dossier_account_tell(p->dossier, person->name_cstr, "read", object_cstr, NULL, diag);
		r = people_keep(p, r, diag);
	}
	if (r >= 0)
		*place = key;
	return r < 0 ? r : 0;
}

int
people_read_took(
    struct people *p, const struct person *person, const char *object_cstr, const char *what_cstr, struct diag *diag)
{
	char note[NOTE_MAX];
	struct json j = json_of(note, sizeof(note) - 1);
	json_open_object(&j, (struct bytes){0});
	json_cstr(&j, JSON_KEY("form"), what_cstr);
	if (person->token_cstr[0] != '\0')
		json_cstr(&j, JSON_KEY("token"), person->token_cstr);
	json_close_object(&j);
	note[json_length(&j)] = '\0';
	int r = dossier_account_tell(p->dossier, person->name_cstr, "export", object_cstr, note, diag);
	return people_keep(p, r, diag);
}
