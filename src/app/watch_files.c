/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/watch_files.h"

#include "app/messages.h"
#include "core/text.h"

#include <errno.h>
#include <stdio.h>

/* "filestore", unless the settings name another. */
static struct bytes
name_of(const struct flat *said)
{
	struct bytes name = BYTES("filestore");
	for (size_t i = 0; i < said->count; i++)
		if (flat_matches(said->pairs[i].key, "outputs.*.file-store.dir") ||
		    flat_matches(said->pairs[i].key, "file-store.dir"))
			name = said->pairs[i].value;
	return name;
}

/* Where a name without a slash before it is: beside the events. */
static struct bytes
beside(const struct watch_options *o)
{
	const char *slash_cstr = o->eve_cstr == NULL ? NULL : strrchr(o->eve_cstr, '/');
	if (o->log_folder_cstr != NULL)
		return bytes_of_cstr(o->log_folder_cstr);
	if (slash_cstr != NULL)
		return bytes_first(bytes_of_cstr(o->eve_cstr), (size_t)(slash_cstr - o->eve_cstr));
	return BYTES(".");
}

int
watch_files_open(struct watch_files *f, const struct watch_options *o, const struct watch_rules *rules, struct diag *diag)
{
	if (!rules->settings.l7.files.store)
		return 0;
	struct bytes name = name_of(&rules->said), folder = beside(o);
	bool alone = name.len > 0 && name.at[0] == '/';
	int n = snprintf(f->folder_cstr, sizeof(f->folder_cstr), "%.*s%s%.*s", alone ? 0 : (int)folder.len,
	    (const char *)folder.at, alone ? "" : "/", (int)name.len, (const char *)name.at);
	if (n < 0 || (size_t)n >= sizeof(f->folder_cstr))
		return diag_say(diag, -ENAMETOOLONG, "%s", text_error(ENAMETOOLONG));
	return file_store_open(&f->store, f->folder_cstr, &rules->settings.store_limits, diag);
}

void
watch_files_take(struct watch_files *f, const struct channel_message *m)
{
	if (f->store == NULL)
		return;
	if (m->type == MESSAGE_FILE_DATA)
		file_store_put(f->store, m->body);
	else if (m->type == MESSAGE_FILE_KEEP)
		file_store_keep(f->store, m->body);
	else
		file_store_drop(f->store, m->body);
}

void
watch_files_tell(const struct watch_files *f, struct watch_report *report)
{
	char text[MESSAGES_TEXT_MAX];
	if (f->store == NULL)
		return;
	struct file_store_counts c = file_store_count(f->store);
	(void)snprintf(text, sizeof(text), _("%llu files were kept, %llu of them were there before"),
	    (unsigned long long)(c.kept + c.known), (unsigned long long)c.known);
	watch_report_notice(report, f->folder_cstr, text);
	if (c.refused == 0)
		return;
	(void)snprintf(text, sizeof(text), _("%llu files could not be kept: %s"), (unsigned long long)c.refused,
	    c.error != 0 ? text_error(c.error) : _("they did not come whole, or file-store.limit-bytes left no room"));
	watch_report_notice(report, f->folder_cstr, text);
}

void
watch_files_close(struct watch_files *f)
{
	file_store_close(f->store);
	f->store = NULL;
}
