/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_asset.h"

#include "app/asset_history.h"
#include "app/asset_view.h"
#include "app/verb_reading.h"
#include "core/json.h"
#include "dossier/dossier_machine.h"
#include "dossier/dossier_machines_json.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

enum { WORDS_MAX = VERB_OPTIONS_WORDS_MAX, NAME_MAX_BYTES = 32 };

static const char help_cstr[] = N_(
    "Usage: beffroi asset list [--search TEXT] [--difference WORD] [--limit N] [--after ID] [options]\n"
    "       beffroi asset show MACHINE\n"
    "       beffroi asset add  [ADDRESS] FIELD=VALUE...\n"
    "       beffroi asset set  MACHINE FIELD=VALUE...\n"
    "       beffroi asset merge MACHINE INTO [WHY] | merge --yes | split MACHINE [WHY]\n"
    "       beffroi asset history MACHINE\n"
    "\n"
    "The machines: those the sensor saw, those a scan found (beffroi import nmap), those people declare (asset add, beffroi\n"
    "import csv), and where these differ. MACHINE is an id, an address, or a name that only one has.\n"
    "\n"
    "Fields: name kind owner value location system vendor model serial note mac declared service\n"
    "  value=minor|significant|serious|critical   what its loss would be; an empty value takes a field away\n"
    "  declared=yes|no, service=\"22/tcp ssh\", service=-22/tcp\n"
    "Differences: unknown never-seen service-unknown service-silent\n"
    "merge without names tells the machines that have one MAC and different addresses; with --yes, those whose times do not\n"
    "overlap become one. split takes a merge back.\n"
    "\n"
    "  --as NAME            who says it, for the journal (else $USER)\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done (no dossier, no such machine), 2 wrong usage.\n");

struct asset_verb {
	struct verb_reading v;
	struct dossier_machines *all;
};

static int
read_all(struct asset_verb *a, struct diag *diag)
{
	return dossier_machines_read(a->v.dossier, &a->all, diag);
}

static const struct dossier_machine *
find(struct asset_verb *a, const char *name_cstr, struct diag *diag)
{
	const struct dossier_machine *m = dossier_machines_find(a->all, name_cstr);
	if (m == NULL)
		(void)diag_say(diag, -ENOENT, "%s",
		    _("there is no such machine, or several have this name: beffroi asset list shows them all"));
	return m;
}

/* ---- reading ---- */

static int
list(struct asset_verb *a, struct diag *diag)
{
	const struct verb_options *o = &a->v.options;
	struct dossier_machines_query query = {.text_cstr = o->search_cstr,
	    .after_cstr = o->after_cstr,
	    .limit = o->has_limit && o->limit > 0 ? o->limit : SIZE_MAX};
	if (o->difference_cstr != NULL && (query.differences = dossier_machines_json_difference_of(o->difference_cstr)) == 0)
		return diag_say(diag, -EINVAL, "%s",
		    _("--difference: unknown, never-seen, service-unknown or service-silent was expected"));
	int r = read_all(a, diag);
	if (r < 0)
		return r;
	const struct dossier_machine **page = calloc(a->all->count + 1, sizeof(const struct dossier_machine *));
	if (page == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	size_t total, count = dossier_machines_list(a->all, &query, page, &total);
	if (a->v.json != NULL) {
		json_open_object(a->v.json, (struct bytes){0});
		json_open_array(a->v.json, JSON_KEY("assets"));
	} else {
		asset_view_head(&a->v.presenter);
	}
	for (size_t i = 0; i < count; i++) {
		if (a->v.json == NULL) {
			asset_view_line(&a->v.presenter, page[i]);
			continue;
		}
		dossier_machines_json(a->v.json, (struct bytes){0}, page[i]);
		verb_reading_flush(&a->v);
	}
	if (a->v.json != NULL) {
		json_close_array(a->v.json);
		if (count > 0 && count == query.limit)
			json_cstr(a->v.json, JSON_KEY("next"), page[count - 1]->id_cstr);
		json_u64(a->v.json, JSON_KEY("total"), total);
		json_close_object(a->v.json);
		json_newline(a->v.json);
	} else {
		printf(text_plural(o->language, total, N_("%d machine\n"), N_("%d machines\n")), (int)total);
	}
	free(page);
	return 0;
}

static int
tell(struct asset_verb *a, const char *name_cstr, struct diag *diag)
{
	dossier_machines_free(a->all);
	a->all = NULL;
	int r = read_all(a, diag);
	const struct dossier_machine *m = r < 0 ? NULL : find(a, name_cstr, diag);
	if (m == NULL)
		return r < 0 ? r : -ENOENT;
	if (m->same_as != NULL)
		m = m->same_as;
	if (a->v.json != NULL) {
		dossier_machines_json(a->v.json, (struct bytes){0}, m);
		json_newline(a->v.json);
	} else {
		asset_view_card(&a->v.presenter, m);
	}
	return 0;
}

/* ---- writing ---- */

static void
sign(struct asset_verb *a)
{
	const char *user_cstr = a->v.options.as_cstr != NULL ? a->v.options.as_cstr : getenv("USER");
	dossier_act_as(a->v.dossier, user_cstr == NULL || user_cstr[0] == '\0' ? "asset" : user_cstr);
}

/* "owner=Accounts" */
static int
split_words(const struct verb_options *o, size_t first, char names[][NAME_MAX_BYTES], struct dossier_machine_word *out,
    size_t *count, struct diag *diag)
{
	*count = 0;
	for (size_t i = first; i < o->word_count; i++) {
		const char *equals_cstr = strchr(o->words[i], '=');
		size_t len = equals_cstr == NULL ? 0 : (size_t)(equals_cstr - o->words[i]);
		if (len == 0 || len >= NAME_MAX_BYTES)
			return diag_say(diag, -EINVAL, _("\"%.64s\": FIELD=VALUE was expected"), o->words[i]);
		memcpy(names[*count], o->words[i], len);
		names[*count][len] = '\0';
		out[*count] = (struct dossier_machine_word){names[*count], equals_cstr + 1};
		(*count)++;
	}
	return 0;
}

/* The MAC is no word of a machine but what it is; so are its address and, where it has neither, its name. */
static int
add(struct asset_verb *a, struct diag *diag)
{
	static struct machine m; /* 14 kB */
	char names[WORDS_MAX][NAME_MAX_BYTES], id_cstr[DOSSIER_ID_MAX];
	struct dossier_machine_word words[WORDS_MAX];
	const struct verb_options *o = &a->v.options;
	bool has_address = o->word_count > 1 && strchr(o->words[1], '=') == NULL;
	size_t count, kept = 0;
	memset(&m, 0, sizeof(m));
	m.origin = MACHINE_DECLARED;
	m.at_ns = (int64_t)time(NULL) * 1000000000;
	if (has_address && !addr_parse(bytes_of_cstr(o->words[1]), &m.address))
		return diag_say(diag, -EINVAL, _("\"%.64s\": an IP address was expected"), o->words[1]);
	int r = split_words(o, has_address ? 2 : 1, names, words, &count, diag);
	for (size_t i = 0; i < count && r == 0; i++) {
		if (strcmp(words[i].name_cstr, "mac") == 0) {
			m.has_mac = machine_mac_parse(bytes_of_cstr(words[i].value_cstr), m.mac);
			if (!m.has_mac)
				r = diag_say(diag, -EINVAL, "%s", _("a MAC address like 00:11:22:aa:bb:cc was expected"));
			continue;
		}
		if (strcmp(words[i].name_cstr, "name") == 0)
			machine_set_text(&m, MACHINE_NAME, bytes_of_cstr(words[i].value_cstr));
		words[kept++] = words[i];
	}
	if (r < 0)
		return r;
	if (!has_address && !m.has_mac && m.texts[MACHINE_NAME][0] == '\0')
		return diag_say(diag, -EINVAL, "%s", _("a machine has an address, a MAC or a name"));
	dossier_machine_id(&m, id_cstr);
	sign(a);
	r = dossier_begin(a->v.dossier, diag);
	if (r < 0)
		return r;
	r = dossier_machine_put(a->v.dossier, &m, NULL, diag);
	if (r == 0)
		r = dossier_machine_say(a->v.dossier, id_cstr, words, kept, NULL, diag);
	if (r < 0) {
		dossier_cancel(a->v.dossier);
		return r;
	}
	r = dossier_end(a->v.dossier, diag);
	return r < 0 ? r : tell(a, id_cstr, diag);
}

static int
set(struct asset_verb *a, struct diag *diag)
{
	char names[WORDS_MAX][NAME_MAX_BYTES];
	struct dossier_machine_word words[WORDS_MAX];
	size_t count;
	int r = split_words(&a->v.options, 2, names, words, &count, diag);
	if (r == 0)
		r = read_all(a, diag);
	const struct dossier_machine *m = r < 0 ? NULL : find(a, a->v.options.words[1], diag);
	if (m == NULL)
		return r < 0 ? r : -ENOENT;
	char id_cstr[DOSSIER_ID_MAX];
	(void)snprintf(id_cstr, sizeof(id_cstr), "%s", m->id_cstr);
	sign(a);
	r = dossier_machine_say(a->v.dossier, id_cstr, words, count, NULL, diag);
	return r < 0 ? r : tell(a, id_cstr, diag);
}

/* Those that are the same machine perhaps, or, with --yes, surely. */
static int
propose(struct asset_verb *a, struct diag *diag)
{
	int merged = 0;
	if (a->v.options.yes) {
		sign(a);
		merged = dossier_machine_merge_leases(a->v.dossier, diag);
		if (merged < 0)
			return merged;
	}
	int r = read_all(a, diag);
	if (r < 0)
		return r;
	if (a->v.json != NULL) {
		json_open_object(a->v.json, (struct bytes){0});
		json_u64(a->v.json, JSON_KEY("merged"), (uint64_t)merged);
		json_open_array(a->v.json, JSON_KEY("proposals"));
	} else if (a->v.options.yes) {
		printf(_("Merged: %d\n"), merged);
	}
	for (size_t i = 0; i < a->all->count; i++) {
		const struct dossier_machine *m = &a->all->at[i];
		if (m->lease_of == NULL || m->same_as != NULL)
			continue;
		if (a->v.json == NULL) {
			asset_view_proposal(&a->v.presenter, m);
			continue;
		}
		json_open_object(a->v.json, (struct bytes){0});
		json_cstr(a->v.json, JSON_KEY("from"), m->id_cstr);
		json_cstr(a->v.json, JSON_KEY("into"), m->lease_of->id_cstr);
		json_bool(a->v.json, JSON_KEY("sure"), m->lease_is_sure);
		json_close_object(a->v.json);
		verb_reading_flush(&a->v);
	}
	if (a->v.json != NULL) {
		json_close_array(a->v.json);
		json_close_object(a->v.json);
		json_newline(a->v.json);
	}
	return 0;
}

static int
join(struct asset_verb *a, bool splits, struct diag *diag)
{
	const struct verb_options *o = &a->v.options;
	char from_cstr[DOSSIER_ID_MAX] = "", into_cstr[DOSSIER_ID_MAX] = "";
	int r = read_all(a, diag);
	const struct dossier_machine *from = r < 0 ? NULL : find(a, o->words[1], diag);
	const struct dossier_machine *into = from == NULL || splits ? from : find(a, o->words[2], diag);
	if (from == NULL || into == NULL)
		return r < 0 ? r : -ENOENT;
	(void)snprintf(from_cstr, sizeof(from_cstr), "%s", from->id_cstr);
	(void)snprintf(into_cstr, sizeof(into_cstr), "%s", into->id_cstr);
	const char *why_cstr = o->word_count > (splits ? 2 : 3) ? o->words[splits ? 2 : 3] : "";
	sign(a);
	r = splits ? dossier_machine_split(a->v.dossier, from_cstr, why_cstr, diag)
	           : dossier_machine_merge(a->v.dossier, from_cstr, into_cstr, why_cstr, diag);
	return r < 0 ? r : tell(a, into_cstr, diag);
}

static int
history(struct asset_verb *a, struct diag *diag)
{
	int r = read_all(a, diag);
	const struct dossier_machine *m = r < 0 ? NULL : find(a, a->v.options.words[1], diag);
	if (m == NULL)
		return r < 0 ? r : -ENOENT;
	return asset_history_tell(&a->v, m->same_as != NULL ? m->same_as : m, diag);
}

enum action { LIST, SHOW, ADD, SET, MERGE, PROPOSE, SPLIT, HISTORY, NO_ACTION };

static enum action
action_of(const struct verb_options *o)
{
	static const struct {
		const char *word_cstr;
		size_t least, most;
		enum action action;
	} actions[] = {{"list", 1, 1, LIST}, {"show", 2, 2, SHOW}, {"add", 2, WORDS_MAX, ADD}, {"set", 3, WORDS_MAX, SET},
	    {"merge", 1, 1, PROPOSE}, {"merge", 3, 4, MERGE}, {"split", 2, 3, SPLIT}, {"history", 2, 2, HISTORY}};
	for (size_t i = 0; i < LENGTH_OF(actions) && o->word_count > 0; i++)
		if (strcmp(o->words[0], actions[i].word_cstr) == 0 && o->word_count >= actions[i].least &&
		    o->word_count <= actions[i].most)
			return actions[i].action;
	return NO_ACTION;
}

static int
act(struct asset_verb *a, enum action action, struct diag *diag)
{
	switch (action) {
	case LIST: return list(a, diag);
	case SHOW: return tell(a, a->v.options.words[1], diag);
	case ADD: return add(a, diag);
	case SET: return set(a, diag);
	case MERGE: return join(a, false, diag);
	case PROPOSE: return propose(a, diag);
	case SPLIT: return join(a, true, diag);
	case HISTORY: return history(a, diag);
	case NO_ACTION: break;
	}
	return -EINVAL;
}

int
verb_asset_main(int argc, char **argv)
{
	static struct asset_verb a;
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &a.v.options, &status))
		return status;
	enum action action = action_of(&a.v.options);
	if (action == NO_ACTION)
		return verb_options_refuse(&a.v.options,
		    N_("say what: beffroi asset list, show, add, set, merge, split or history; --help tells each"));
	bool writes = action == ADD || action == SET || action == MERGE || action == SPLIT ||
	    (action == PROPOSE && a.v.options.yes);
	const struct verb_rights rights = {.mode = writes ? DOSSIER_WRITE : DOSSIER_READ, .makes = action == ADD};
	int r = verb_reading_open_as(&a.v, &rights, &diag);
	if (r == 0)
		r = act(&a, action, &diag);
	dossier_machines_free(a.all);
	return verb_reading_finish(&a.v, r, &diag);
}
