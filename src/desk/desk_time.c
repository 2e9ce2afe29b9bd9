/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_time.h"

#include <errno.h>

enum { DAY_TEXT = 10 /* 2026-10-24 */ };

#define LATEST_S INT64_C(9000000000) /* 2255: nanoseconds still fit */

int
desk_time_read(struct desk *desk, const struct desk_order *order, const char *name_cstr, int64_t *out_ns, struct diag *diag)
{
	const char *text_cstr = desk_order_value(order, name_cstr);
	int64_t at_s;
	if (text_cstr[0] == '\0')
		return 0;
	const char *whole_cstr = desk_text(desk, "%.40s%s", text_cstr, strlen(text_cstr) == DAY_TEXT ? " 00:00" : "");
	int r = zone_parse_time(desk->zone, whole_cstr, &at_s, diag);
	if (r < 0)
		return desk_refuse(desk, diag, name_cstr, desk_text(desk, "%s", diag->text_cstr));
	if (at_s < 1 || at_s > LATEST_S)
		return desk_refuse(desk, diag, name_cstr, _("a time between 1970 and 2255 was expected"));
	*out_ns = at_s * 1000000000;
	return 0;
}
