/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/right.h"

#include <stdio.h>

static const char *const names[RIGHT_COUNT] = {
    [RIGHT_INCIDENT_READ] = "incident.read",
    [RIGHT_INCIDENT_WRITE] = "incident.write",
    [RIGHT_INCIDENT_CLOSE] = "incident.close",
    [RIGHT_ALERT_READ] = "alert.read",
    [RIGHT_EVENT_READ] = "event.read",
    [RIGHT_ASSET_READ] = "asset.read",
    [RIGHT_ASSET_WRITE] = "asset.write",
    [RIGHT_REPORT_READ] = "report.read",
    [RIGHT_REPORT_TECHNICAL] = "report.technical",
    [RIGHT_NOTICE_WRITE] = "notice.write",
    [RIGHT_EVIDENCE_READ] = "evidence.read",
    [RIGHT_JOURNAL_READ] = "journal.read",
    [RIGHT_PERSONAL_READ] = "personal.read",
    [RIGHT_SETTINGS_READ] = "settings.read",
    [RIGHT_SETTINGS_WRITE] = "settings.write",
    [RIGHT_USER_ADMIN] = "user.admin",
    [RIGHT_TOKEN_OWN] = "token.own",
};
_Static_assert(RIGHT_COUNT <= 32, "a set of rights is one uint32_t");

const char *
right_name(enum right right)
{
	return right < RIGHT_COUNT ? names[right] : "";
}

bool
right_find(struct bytes name, enum right *out)
{
	for (unsigned i = 0; i < RIGHT_COUNT; i++) {
		if (!bytes_eq(name, bytes_of_cstr(names[i])))
			continue;
		*out = (enum right)i;
		return true;
	}
	return false;
}

const char *
right_set_write(uint32_t set, char out[static RIGHT_SET_TEXT_MAX])
{
	size_t used = 0;
	out[0] = '\0';
	for (unsigned i = 0; i < RIGHT_COUNT; i++)
		if ((set & RIGHT_BIT(i)) != 0)
			used += (size_t)snprintf(
			    out + used, RIGHT_SET_TEXT_MAX - used, "%s%s", used == 0 ? "" : " ", names[i]);
	return out;
}

bool
right_set_parse(struct bytes text, uint32_t *out, struct bytes *bad)
{
	uint32_t set = 0;
	while (text.len > 0) {
		size_t len = 0;
		while (len < text.len && text.at[len] != ' ' && text.at[len] != ',')
			len++;
		struct bytes word = bytes_first(text, len);
		enum right right;
		text = bytes_after(text, len + 1);
		if (len == 0)
			continue;
		if (!right_find(word, &right)) {
			*bad = word;
			return false;
		}
		set |= RIGHT_BIT(right);
	}
	*out = set;
	return true;
}
