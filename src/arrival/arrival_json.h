/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* arrival/arrival_json.h - members of a stranger's JSON object, each with the type that is expected of it.
 *
 * An absent member is an empty or zero value and no error; one of another type is treated as absent, for sensors differ in
 * what they add. Only members that an event cannot do without are asked for with a verdict.
 */
#ifndef ARRIVAL_ARRIVAL_JSON_H
#define ARRIVAL_ARRIVAL_JSON_H

#include "core/addr.h"
#include "core/json_value.h"

struct bytes arrival_json_text(const struct json_value *object, const char *key_cstr);
/* The text itself, or the first text of an array of them. */
struct bytes arrival_json_first_text(const struct json_value *object, const char *key_cstr);
/* Negative and too large numbers are 0 and max. */
uint64_t arrival_json_number(const struct json_value *object, const char *key_cstr, uint64_t max);
MUST_USE bool arrival_json_addr(const struct json_value *object, const char *key_cstr, struct addr *out);
/* "2026-03-03T08:00:04.329855+0000", also with Z, +00:00, or no fraction. */
bool arrival_json_time(const struct json_value *object, const char *key_cstr, int64_t *out_ns);
/* The same, of the text. */
MUST_USE bool arrival_json_read_time(struct bytes text, int64_t *out_ns);
/* Copies text into a bounded field; returns the length kept. */
uint16_t arrival_json_copy(char *field, size_t field_size, struct bytes text);
/* The same, NUL-terminated, empty when the text holds a NUL. */
void arrival_json_copy_cstr(char *field, size_t field_size, struct bytes text);

#endif
