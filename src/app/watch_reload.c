/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/watch_reload.h"

#include "app/rules_account.h"
#include "app/watch_report.h"
#include "core/auto.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct watch_reload
watch_reload_none(void)
{
	return (struct watch_reload){.control = {.folder = -1, .listener = -1, .caller = -1}, .sensor_end = -1};
}

int
watch_reload_open(struct watch_reload *w, const struct watch_options *options, const struct watch_rules *rules,
    const char *folder_cstr, struct watch_report *report, struct diag *diag)
{
	bool has_folder = folder_cstr[0] != '\0' && strstr(folder_cstr, "://") == NULL;
	struct diag why = {.offset = UINT64_MAX};
	*w = watch_reload_none();
	w->options = options;
	w->report = report;
	if (watch_rules_is_empty(rules))
		return 0;
	w->making = rules_making_new(options, has_folder ? folder_cstr : "", report);
	if (w->making == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	if (has_folder && options->interface_cstr != NULL && watch_control_open(&w->control, folder_cstr, &why) < 0)
		watch_report_notice(report, why.file_cstr, why.text_cstr);
	return rules_making_begin(w->making, rules, diag);
}

void
watch_reload_close(struct watch_reload *w)
{
	watch_control_close(&w->control);
	rules_making_free(w->making);
}

int
watch_reload_first(struct watch_reload *w, int sensor_end)
{
	w->sensor_end = sensor_end;
	return rules_making_send(w->making, sensor_end);
}

void
watch_reload_used(struct watch_reload *w, struct bytes body)
{
	struct rules_account *account = calloc(1, sizeof(*account));
	struct cursor c = cursor_of(body);
	char text_cstr[2 * MESSAGES_TEXT_MAX];
	bool used = cursor_u8(&c) != 0;
	if (account != NULL && used && rules_account_get(&c, account) == PARSE_OK) {
		size_t good = (size_t)(account->outcomes[RULE_LOADED] + account->outcomes[RULE_LOADED_PARTLY]),
		       rest = (size_t)(account->outcomes[RULE_NOT_DONE] + account->outcomes[RULE_WRONG]);
		watch_report_rules(w->report, account);
		(void)snprintf(text_cstr, sizeof(text_cstr), _("new rules are at work: %zu; not used: %zu"), good, rest);
		if (!w->reloading && rest > 0) {
			(void)snprintf(text_cstr, sizeof(text_cstr),
			    _("rules: %zu are used, %zu are not: beffroi rules check tells why"), good, rest);
			watch_report_notice(w->report, NULL, text_cstr);
		}
	} else {
		struct bytes why = cursor_take(&c, used ? 0 : cursor_be16(&c));
		(void)snprintf(text_cstr, sizeof(text_cstr), _("the rules from before go on: %.*s"), (int)why.len,
		    (const char *)why.at);
	}
	if (w->reloading) {
		watch_report_notice(w->report, NULL, text_cstr);
		watch_control_answer(&w->control, used, text_cstr);
	}
	w->reloading = false;
	free(account);
}

void
watch_reload_now(struct watch_reload *w)
{
	struct diag diag = {.offset = UINT64_MAX};
	char text_cstr[2 * MESSAGES_TEXT_MAX];
	int r = 0;
	if (w->options->interface_cstr == NULL || w->making == NULL)
		r = diag_say(&diag, -EINVAL, "%s", _("this watch reads captures, or was started without rules"));
	else if (w->reloading || rules_making_is_busy(w->making))
		r = diag_say(&diag, -EBUSY, "%s", _("new rules are being read already"));
	struct watch_rules *rules = r < 0 ? NULL : watch_rules_read(w->options, &diag);
	if (rules != NULL)
		r = rules_making_begin(w->making, rules, &diag);
	else if (r == 0)
		r = -EINVAL;
	if (r == 0 && rules_making_send(w->making, w->sensor_end) < 0)
		r = diag_say(&diag, -EPIPE, "%s", text_error(EPIPE));
	for (size_t i = 0; rules != NULL && i < rules->notice_count; i++)
		watch_report_notice(w->report, NULL, rules->notices[i]);
	watch_rules_free(rules);
	if (r == 0) {
		w->reloading = true;
		return;
	}
	(void)snprintf(text_cstr, sizeof(text_cstr), _("the rules from before go on: %.*s%s%s"), (int)sizeof(diag.file_cstr),
	    diag.file_cstr, diag.file_cstr[0] != '\0' ? ": " : "", diag.text_cstr);
	watch_report_notice(w->report, NULL, text_cstr);
	watch_control_answer(&w->control, false, text_cstr);
}
