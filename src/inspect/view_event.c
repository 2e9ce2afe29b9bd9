/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "inspect/view.h"
#include "net/anomaly.h"

bool
view_event_is_told(struct bytes name)
{
	static const char *const of_protocols[] = {
#define APP_EVENT(protocol, event) #protocol "." #event,
#include "inspect/view_event_list.h"
#undef APP_EVENT
	};
	for (size_t i = 0; i < LENGTH_OF(of_protocols); i++)
		if (bytes_eq_nocase(name, bytes_of_cstr(of_protocols[i])))
			return true;
	for (enum anomaly i = 0; i < ANOMALY_COUNT; i++)
		if (bytes_eq(name, bytes_of_cstr(anomaly_name(i))))
			return true;
	return false;
}
