/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/watch_model.h"

#include "app/learn_home.h"
#include "core/auto.h"
#include "core/text.h"
#include "detect/learn/learn_seal.h"
#include "detect/learn/learn_site_file.h"
#include "sandbox/channel.h"
#include "sandbox/memory_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static bool
find(struct watch_model *m, const struct watch_options *o, const char *folder_cstr)
{
	int n;
	if (o->model_cstr != NULL)
		n = strcmp(o->model_cstr, "none") == 0 ? 0
		                                       : snprintf(m->path_cstr, sizeof(m->path_cstr), "%s", o->model_cstr);
	else
		n = folder_cstr[0] == '\0'
		    ? 0
		    : snprintf(m->path_cstr, sizeof(m->path_cstr), "%s/" WATCH_MODEL_ACTIVE, folder_cstr);
	bool fits = n > 0 && (size_t)n < sizeof(m->path_cstr);
	if (!fits || (o->model_cstr == NULL && access(m->path_cstr, F_OK) < 0))
		m->path_cstr[0] = '\0';
	return m->path_cstr[0] != '\0';
}

/* Of this model only; another one's bounds mean nothing here. */
static int
read_site(struct watch_model *m, const uint8_t hash[static LEARN_SITE_KEY], uint8_t **out, struct diag *diag)
{
	char path[sizeof(m->path_cstr) + sizeof(WATCH_MODEL_SITE)];
	(void)snprintf(path, sizeof(path), "%s" WATCH_MODEL_SITE, m->path_cstr);
	if (access(path, F_OK) < 0)
		return 0;
	AUTO_FREE uint8_t *bytes = NULL;
	AUTO_FREE struct learn_site *site = malloc(sizeof(*site));
	size_t len;
	if (site == NULL)
		return diag_say(diag, -ENOMEM, "%s", text_error(ENOMEM));
	int r = learn_keep_read(path, learn_site_file_size(), &bytes, &len, diag);
	if (r == 0)
		r = learn_site_file_read((struct bytes){bytes, len}, path, site, diag);
	if (r == 0 && memcmp(site->model, hash, sizeof(site->model)) != 0)
		r = diag_say(diag, -EBADMSG, "%s", _("it was made for another model"));
	if (r < 0)
		return r;
	*out = TAKE(bytes);
	m->site_len = len;
	return 0;
}

static int
make_file(struct watch_model *m, struct bytes model, const uint8_t *site)
{
	AUTO_FREE uint8_t *all = malloc(model.len + m->site_len);
	if (all == NULL)
		return -ENOMEM;
	memcpy(all, model.at, model.len);
	if (m->site_len > 0)
		memcpy(all + model.len, site, m->site_len);
	m->model_len = model.len;
	m->fd = memory_file_make((struct bytes){all, model.len + m->site_len});
	return m->fd < 0 ? m->fd : 0;
}

static int
load(struct watch_model *m, struct diag *diag)
{
	struct learn_kept kept;
	uint8_t hash[LEARN_SITE_KEY];
	AUTO_FREE uint8_t *site = NULL;
	int r = learn_keep_load(m->path_cstr, &kept, diag);
	if (r < 0)
		return r;
	struct bytes bytes = {kept.bytes, kept.len};
	r = learn_seal_deployable(&kept.file, learn_model_facts(kept.model), (int64_t)time(NULL), diag);
	if (r == 0) {
		struct diag why = {.offset = UINT64_MAX};
		learn_home_hash(&kept.file, hash);
		for (size_t i = 0; i < (sizeof(m->name_cstr) - 1) / 2; i++)
			(void)snprintf(m->name_cstr + 2 * i, 3, "%02x", hash[i]);
		if (read_site(m, hash, &site, &why) < 0)
			(void)snprintf(m->site_why_cstr, sizeof(m->site_why_cstr), "%s", why.text_cstr);
		r = make_file(m, bytes, site);
		if (r < 0)
			r = diag_say(diag, r, "%s", text_error(-r));
	}
	learn_keep_done(&kept);
	return r;
}

void
watch_model_open(struct watch_model *m, const struct watch_options *o, const char *folder_cstr)
{
	struct diag diag = {.offset = UINT64_MAX};
	*m = (struct watch_model){.fd = -1};
	if (find(m, o, folder_cstr) && load(m, &diag) < 0)
		(void)snprintf(m->why_cstr, sizeof(m->why_cstr), "%s", diag.text_cstr);
}

int
watch_model_send(const struct watch_model *m, int sensor_end)
{
	uint8_t body[64];
	struct writer w = writer_of(body, sizeof(body));
	writer_be64(&w, m->model_len);
	writer_be64(&w, m->site_len);
	writer_put(&w, bytes_of_cstr(m->name_cstr));
	return channel_send(sensor_end, MESSAGE_MODEL, writer_written(&w), m->fd);
}

void
watch_model_tell(const struct watch_model *m, struct watch_report *report)
{
	char text[MESSAGES_TEXT_MAX];
	if (m->why_cstr[0] != '\0') {
		(void)snprintf(
		    text, sizeof(text), _("this model is not used, the watch goes on without one: %s"), m->why_cstr);
		watch_report_notice(report, m->path_cstr, text);
		watch_report_model(report, m->path_cstr, m->why_cstr);
	}
	if (m->site_why_cstr[0] != '\0') {
		(void)snprintf(
		    text, sizeof(text), _("what this model knows of this site is not used: %s"), m->site_why_cstr);
		watch_report_notice(report, m->path_cstr, text);
	} else if (m->fd >= 0 && m->site_len == 0) {
		watch_report_notice(report, m->path_cstr,
		    _("this model was not calibrated on this site: it only decides what is very clear (`beffroi learn calibrate`)"));
	}
}

void
watch_model_close(struct watch_model *m)
{
	if (m->fd >= 0)
		close(m->fd);
	m->fd = -1;
}
