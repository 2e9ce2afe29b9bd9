/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "desk/desk_spoken.h"

#include "dossier/dossier_spoken.h"
#include "incident/story_json.h"

struct listing {
	struct desk *desk;
	struct json *out;
};

static void
tell(void *context, const struct dossier_spoken *one)
{
	struct listing *l = context;
	struct json *out = l->out;
	if (json_length(out) > DESK_LIST_BYTES)
		return;
	json_open_object(out, (struct bytes){0});
	json_u64(out, JSON_KEY("sid"), one->signature_id);
	json_cstr(out, JSON_KEY("detector"), one->detector_cstr);
	if (one->text_len > 0)
		json_text(out, JSON_KEY("title"), (struct bytes){(const uint8_t *)one->text, one->text_len});
	else
		json_cstr(out, JSON_KEY("title"), story_json_title(l->desk->language, one->detector_cstr));
	json_cstr(out, JSON_KEY("severity"), alert_severity_word(one->severity));
	json_u64(out, JSON_KEY("alerts"), one->alerts);
	json_u64(out, JSON_KEY("aside"), one->aside);
	desk_json_time(out, JSON_KEY("last"), one->last_ns);
	json_close_object(out);
	desk_flush(l->desk, out);
}

int
desk_spoken_list(struct desk *desk, const struct desk_order *order, struct json *out, struct diag *diag)
{
	struct listing l = {desk, out};
	(void)order;
	json_open_object(out, (struct bytes){0});
	json_open_array(out, JSON_KEY("rules"));
	int r = dossier_spoken_each(desk->dossier, tell, &l, diag);
	json_close_array(out);
	json_close_object(out);
	return r;
}
