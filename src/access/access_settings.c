/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "access/access_settings.h"

#include "core/data_read.h"

#include <errno.h>

extern const uint8_t access_yaml[];
extern const size_t access_yaml_len;

enum { MINUTE = 60, HOUR = 3600, DAY = 86400 };

static int
read_number(const struct data_read *r, const struct data_tree *map, const char *key_cstr, long min, long max, unsigned unit,
    unsigned *out)
{
	long value = 0;
	int e = data_read_need_number(r, map, key_cstr, min, max, &value);
	if (e == 0)
		*out = (unsigned)value * unit;
	return e;
}

static int
need_map(const struct data_read *r, const struct data_tree *root, const char *key_cstr, const struct data_tree **out)
{
	*out = data_tree_find(root, key_cstr);
	return *out != NULL ? 0 : data_read_complain(r, root, _("is missing here"), key_cstr);
}

/* The least memory and passes are libsodium's; more than a gateway has would end it. */
static int
read_password(const struct data_read *r, const struct data_tree *root, struct access_settings *out)
{
	const struct data_tree *map;
	int e = need_map(r, root, "password", &map);
	if (e == 0)
		e = read_number(r, map, "length_min", 8, 128, 1, &out->length_min);
	if (e == 0)
		e = read_number(r, map, "distinct_min", 1, 64, 1, &out->distinct_min);
	if (e == 0)
		e = read_number(r, map, "memory_kib", 1024, 1 << 20, 1, &out->memory_kib);
	return e == 0 ? read_number(r, map, "passes", 1, 64, 1, &out->passes) : e;
}

static int
read_session(const struct data_read *r, const struct data_tree *root, struct access_settings *out)
{
	const struct data_tree *map;
	int e = need_map(r, root, "session", &map);
	if (e == 0)
		e = read_number(r, map, "idle_minutes", 1, 10080, MINUTE, &out->idle_s);
	if (e == 0)
		e = read_number(r, map, "absolute_hours", 1, 744, HOUR, &out->absolute_s);
	if (e == 0)
		e = read_number(r, map, "per_account_max", 1, 1000, 1, &out->sessions_max);
	if (e == 0)
		e = read_number(r, root, "link_hours", 1, 744, HOUR, &out->link_s);
	if (e == 0)
		e = read_number(r, root, "token_days_max", 1, 3660, DAY, &out->token_s_max);
	return e == 0 ? read_number(r, root, "known_address_days", 1, 3660, DAY, &out->known_address_s) : e;
}

static int
read_lockout(const struct data_read *r, const struct data_tree *root, struct access_settings *out)
{
	const struct data_tree *map;
	int e = need_map(r, root, "lockout", &map);
	if (e == 0)
		e = read_number(r, map, "free_pair", 1, 1000, 1, &out->lockout.free_pair);
	if (e == 0)
		e = read_number(r, map, "free_address", 1, 10000, 1, &out->lockout.free_address);
	if (e == 0)
		e = read_number(r, map, "pair_max", 1, DAY, 1, &out->lockout.pair_max_s);
	if (e == 0)
		e = read_number(r, map, "address_max", 1, DAY, 1, &out->lockout.address_max_s);
	if (e == 0)
		e = read_number(r, map, "known_max", 1, 300, 1, &out->lockout.known_max_s);
	if (e == 0)
		e = read_number(r, map, "forget", MINUTE, 30L * DAY, 1, &out->lockout.forget_s);
	return e == 0 ? read_number(r, map, "strangers_per_minute", 1, 100000, 1, &out->lockout.strangers_per_minute) : e;
}

static int
read_common(const struct data_read *r, const struct data_tree *root, struct access_settings *out)
{
	const struct data_tree *list;
	int e = data_read_need_list(r, root, "common", &list);
	for (const struct data_tree *t = e == 0 ? list->first : NULL; t != NULL; t = t->next) {
		if (t->kind != DATA_TEXT || t->text.len == 0)
			return data_read_complain(r, t, _("expected a text"), "common");
		if (out->common_count == ACCESS_COMMON_MAX)
			return data_read_complain(r, t, _("too many entries in one file"), "common");
		out->common[out->common_count++] = t->text;
	}
	return e;
}

int
access_settings_read(
    struct arena *arena, struct bytes text, const char *file_cstr, const struct access_settings **out, struct diag *diag)
{
	struct data_read r = {.file_cstr = file_cstr, .diag = diag};
	const struct data_tree *root;
	int e = data_tree_read(arena, text, file_cstr, &root, diag);
	if (e < 0)
		return e;
	struct access_settings *settings = arena_new(arena, struct access_settings, 1);
	if (settings == NULL)
		return diag_say_at(
		    diag, -ENOMEM, file_cstr, UINT64_MAX, "%s", _("the file is too large for the memory it may take"));
	e = read_password(&r, root, settings);
	if (e == 0)
		e = read_session(&r, root, settings);
	if (e == 0)
		e = read_lockout(&r, root, settings);
	if (e == 0)
		e = read_common(&r, root, settings);
	if (e == 0)
		*out = settings;
	return e;
}

int
access_settings_read_shipped(struct arena *arena, const struct access_settings **out, struct diag *diag)
{
	return access_settings_read(arena, (struct bytes){access_yaml, access_yaml_len}, "access.yaml", out, diag);
}
