/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/person.h"

bool
person_may(const struct person *person, enum right right)
{
	return !person->must_set_password && right < RIGHT_COUNT && (person->rights & RIGHT_BIT(right)) != 0;
}

static bool
is_named(struct bytes list, struct bytes name)
{
	while (list.len > 0) {
		size_t len = bytes_find(list, ',');
		if (bytes_eq_nocase(bytes_trim(bytes_first(list, len)), name))
			return true;
		list = bytes_after(list, len + 1);
	}
	return false;
}

bool
person_sees(const struct person *person, const struct case_item *incident)
{
	struct bytes only = bytes_trim(bytes_of_cstr(case_file_value(incident, "restricted_to")));
	if (!person_may(person, RIGHT_INCIDENT_READ))
		return false;
	if (person->exercises_only && !case_file_says(incident, "exercise", "yes"))
		return false;
	return only.len == 0 || is_named(only, bytes_of_cstr(person->name_cstr));
}

bool
person_may_set(const struct person *person, const char *field_cstr)
{
	bool decides = strcmp(field_cstr, "restricted_to") == 0 || strcmp(field_cstr, "exercise") == 0;
	return person_may(person, RIGHT_INCIDENT_WRITE) && !(decides && person->exercises_only);
}

bool
person_name_valid(struct bytes name)
{
	if (name.len == 0 || name.len >= PERSON_NAME_MAX || name.at[0] < 'a' || name.at[0] > 'z')
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.at[i];
		bool letter = c >= 'a' && c <= 'z', digit = c >= '0' && c <= '9', mark = c == '.' || c == '_' || c == '-';
		if (!letter && !digit && !mark)
			return false;
	}
	return true;
}
