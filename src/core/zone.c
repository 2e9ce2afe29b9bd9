/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "core/zone.h"

#include "core/auto.h"
#include "core/text.h"
#include "core/tzif.h"

#include <fcntl.h>

enum { FILE_MAX_BYTES = 65536, PATH_MAX_BYTES = 128 };

static const char folder_cstr[] = "/usr/share/zoneinfo";

struct zone {
	char name_cstr[ZONE_NAME_MAX];
	struct tzif tzif;
};

static bool
name_is_safe(const char *name_cstr)
{
	size_t len = strlen(name_cstr);
	if (len == 0 || len >= ZONE_NAME_MAX || name_cstr[0] == '/' || strstr(name_cstr, "..") != NULL)
		return false;
	for (const char *c = name_cstr; *c != '\0'; c++)
		if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9') ||
		        strchr("/_+-", *c) != NULL))
			return false;
	return true;
}

struct zone *
zone_read(struct bytes tzif, const char *name_cstr)
{
	struct zone *z = calloc(1, sizeof(*z));
	if (z == NULL)
		return NULL;
	(void)snprintf(z->name_cstr, sizeof(z->name_cstr), "%s", name_cstr);
	if (tzif_parse(tzif, &z->tzif) == PARSE_OK)
		return z;
	free(z);
	return NULL;
}

static struct zone *
utc(void)
{
	struct zone *z = calloc(1, sizeof(*z));
	if (z != NULL) {
		(void)snprintf(z->name_cstr, sizeof(z->name_cstr), "UTC");
		z->tzif.type_count = 1;
	}
	return z;
}

static int
read_file(const char *path_cstr, uint8_t *room, size_t *len)
{
	AUTO_CLOSE int fd = open(path_cstr, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*len = 0;
	for (;;) {
		ssize_t n = read(fd, room + *len, FILE_MAX_BYTES - *len);
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		*len += (size_t)n;
		if (*len == FILE_MAX_BYTES)
			return -EFBIG;
	}
}

int
zone_open(struct zone **out, const char *name_cstr, struct diag *diag)
{
	char path_cstr[PATH_MAX_BYTES];
	if (strcmp(name_cstr, "UTC") == 0) {
		*out = utc();
		return *out == NULL ? diag_say(diag, -ENOMEM, "%s", _("not enough memory")) : 0;
	}
	if (!name_is_safe(name_cstr))
		return diag_say(diag, -EINVAL,
		    _("\"%s\" cannot be the name of a time zone: give one as in Europe/Paris or America/Martinique"),
		    name_cstr);
	(void)snprintf(path_cstr, sizeof(path_cstr), "%s/%s", folder_cstr, name_cstr);
	AUTO_FREE uint8_t *room = malloc(FILE_MAX_BYTES);
	size_t len = 0;
	if (room == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	int r = read_file(path_cstr, room, &len);
	if (r == -ENOENT && access(folder_cstr, F_OK) < 0)
		return diag_say(
		    diag, r, _("the time zones of this system are missing: install the package tzdata, or use --zone UTC"));
	if (r == -ENOENT || r == -EISDIR || r == -ENOTDIR)
		return diag_say(diag, r,
		    _("there is no time zone \"%s\": give one as in Europe/Paris or America/Martinique (ls %s lists them)"),
		    name_cstr, folder_cstr);
	if (r < 0)
		return diag_say_at(diag, r, path_cstr, UINT64_MAX, "%s", text_error(-r));
	*out = zone_read((struct bytes){room, len}, name_cstr);
	if (*out == NULL)
		return diag_say_at(diag, -EBADMSG, path_cstr, UINT64_MAX, "%s",
		    _("this is no time zone file (TZif): reinstall the package tzdata, or give another --zone"));
	return 0;
}

void
zone_free(struct zone *z)
{
	free(z);
}

const char *
zone_name(const struct zone *z)
{
	return z->name_cstr;
}

int32_t
zone_offset(const struct zone *z, int64_t utc_s)
{
	return tzif_offset(&z->tzif, utc_s);
}

/* Changes of a place are weeks apart, so the clock of the day before and that of the day after are all there is. */
int
zone_moments(const struct zone *z, const struct civil *wall, int64_t out[static 2])
{
	int64_t shown = civil_seconds(wall);
	int32_t before = zone_offset(z, shown - CIVIL_DAY_SECONDS), after = zone_offset(z, shown + CIVIL_DAY_SECONDS);
	int64_t first = shown - before, second = shown - after;
	bool is_first = zone_offset(z, first) == before, is_second = before != after && zone_offset(z, second) == after;
	out[0] = is_first || !is_second ? first : second;
	out[1] = is_second ? second : out[0];
	return is_first + is_second;
}

const char *
zone_write(const struct zone *z, int64_t utc_s, char out[static CIVIL_TEXT_MAX])
{
	return civil_write(utc_s, zone_offset(z, utc_s), CIVIL_LOCAL, out);
}

/* Digits, exactly that many. */
static int
digits(struct cursor *c, size_t count)
{
	int value = 0;
	for (size_t i = 0; i < count; i++) {
		uint8_t digit = cursor_u8(c);
		if (digit < '0' || digit > '9')
			cursor_stop(c, PARSE_BAD);
		value = value * 10 + digit - '0';
	}
	return value;
}

static bool
next_is(struct cursor *c, const char *any_of_cstr)
{
	if (c->left == 0 || *c->at == 0 || strchr(any_of_cstr, *c->at) == NULL)
		return false;
	cursor_u8(c);
	return true;
}

static void
expect(struct cursor *c, const char *any_of_cstr)
{
	if (!next_is(c, any_of_cstr))
		cursor_stop(c, PARSE_BAD);
}

/* RFC 3339 5.6; a fraction of a second is cut. *has_offset tells whether one was given. */
static bool
read_time(struct bytes text, struct civil *wall, bool *has_offset, int32_t *offset_s)
{
	struct cursor c = cursor_of(text);
	wall->year = digits(&c, 4);
	expect(&c, "-");
	wall->month = digits(&c, 2);
	expect(&c, "-");
	wall->day = digits(&c, 2);
	expect(&c, "Tt ");
	wall->hour = digits(&c, 2);
	expect(&c, ":");
	wall->minute = digits(&c, 2);
	if (next_is(&c, ":")) {
		wall->second = digits(&c, 2);
		if (next_is(&c, "."))
			while (next_is(&c, "0123456789"))
				continue;
	}
	*has_offset = next_is(&c, "Zz");
	if (!*has_offset && c.left > 0) {
		int sign = *c.at == '-' ? -1 : 1;
		expect(&c, "+-");
		int hours = digits(&c, 2);
		(void)next_is(&c, ":"); /* +0200 too: EVE writes it so */
		int minutes = digits(&c, 2);
		if (hours > 23 || minutes > 59)
			cursor_stop(&c, PARSE_BAD);
		*offset_s = sign * (hours * 3600 + minutes * 60);
		*has_offset = true;
	}
	return cursor_ok(&c) && c.left == 0 && civil_valid(wall);
}

int
zone_parse_time(const struct zone *z, const char *text_cstr, int64_t *out_s, struct diag *diag)
{
	struct civil wall = {0};
	bool has_offset = false;
	int32_t offset_s = 0;
	int64_t moments[2];
	char first[CIVIL_TEXT_MAX], second[CIVIL_TEXT_MAX];
	if (!read_time(bytes_of_cstr(text_cstr), &wall, &has_offset, &offset_s))
		return diag_say(diag, -EINVAL,
		    _("\"%.60s\" is not a time: write 2026-10-24T12:00:00+02:00, or 2026-10-24T12:00 for the local time of %s"),
		    text_cstr, zone_name(z));
	if (has_offset) {
		*out_s = civil_seconds(&wall) - offset_s;
		return 0;
	}
	int count = zone_moments(z, &wall, moments);
	if (count == 0)
		return diag_say(diag, -EINVAL,
		    _("%.60s never was in %s: the clock was put forward over it; did you mean %s?"), text_cstr, zone_name(z),
		    zone_write(z, moments[0], first));
	if (count == 2)
		return diag_say(diag, -EINVAL, _("%.60s was twice in %s, for the clock was put back: write %s or %s"),
		    text_cstr, zone_name(z), zone_write(z, moments[0], first), zone_write(z, moments[1], second));
	*out_s = moments[0];
	return 0;
}
