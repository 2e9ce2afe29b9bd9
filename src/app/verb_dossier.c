/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_dossier.h"

#include "app/dossier_handing.h"
#include "app/dossier_moves.h"
#include "app/dossier_purging.h"
#include "app/verb_reading.h"
#include "core/json.h"
#include "core/terminal.h"
#include "dossier/dossier_info.h"
#include "dossier/dossier_key.h"
#include "dossier/dossier_upgrade.h"
#include "dossier/dossier_verify.h"

static const char help_cstr[] = N_(
    "Usage: beffroi dossier WORD [options]\n"
    "\n"
    "  init                 make an empty dossier, and the key that signs what is handed over\n"
    "  info                 what it holds\n"
    "  verify               look for any alteration, and say where\n"
    "  backup DIR           copy it, while others go on writing\n"
    "  restore DIR          put such a copy back, into an empty folder\n"
    "  export DIR           write all of it as JSON and CSV\n"
    "  import DIR           read such an export into an empty dossier\n"
    "  handover FILE.tar [INC-ID...]\n"
    "                       a signed archive for a court or an insurer: all, or these incidents\n"
    "  purge                what the law or lack of room wants deleted; --yes does it\n"
    "  migrate              bring one of an older version up to date; tries it on a copy, --yes does it\n"
    "\n"
    "  --head NUMBER:HASH   verify: the head of the journal that you kept, as verify printed it\n"
    "  --max-size SIZE      purge: the oldest events and evidence too, until the rest is no larger (500M, 20G)\n"
    "  --retention FILE     purge: a table of your own, of the form of data/law/retention.yaml\n"
    "  --yes                do it, not only tell what would be done\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 done, 1 could not be done, 2 wrong usage, 3 verify: something is not what was written.\n");

/* ---- init ---- */

static int
init(struct verb_reading *v, const char *unused_cstr, struct diag *diag)
{
	(void)unused_cstr;
	struct dossier_key key;
	int r = verb_reading_open_as(v, &(struct verb_rights){.mode = DOSSIER_WRITE, .makes = true}, diag);
	if (r == 0)
		r = dossier_key_take(v->dossier, true, &key, diag);
	if (r < 0)
		return r;
	dossier_key_forget(&key);
	if (v->json != NULL) {
		json_open_object(v->json, (struct bytes){0});
		json_cstr(v->json, JSON_KEY("dossier"), v->folder_cstr);
		json_close_object(v->json);
		json_newline(v->json);
	} else {
		fprintf(stdout, text_in(v->options.language, N_("The dossier is ready: %s\n")), v->folder_cstr);
	}
	return 0;
}

/* ---- info ---- */

static void
info_json(struct json *j, const char *folder_cstr, const struct dossier_info *info)
{
	json_open_object(j, (struct bytes){0});
	json_cstr(j, JSON_KEY("dossier"), folder_cstr);
	json_u64(j, JSON_KEY("version"), info->version);
	json_open_object(j, JSON_KEY("objects"));
	for (size_t i = 0; i < info->kind_count; i++) {
		char key[64];
		(void)snprintf(key, sizeof(key), ",\"%s\":", info->kinds[i].name_cstr);
		json_u64(j, bytes_of_cstr(key), info->kinds[i].count);
	}
	json_close_object(j);
	json_u64(j, JSON_KEY("links"), info->links);
	json_u64(j, JSON_KEY("lines"), info->lines);
	if (info->lines > 0) {
		json_time(j, JSON_KEY("first"), info->first_ns);
		json_time(j, JSON_KEY("last"), info->last_ns);
	}
	json_u64(j, JSON_KEY("database_bytes"), info->database_bytes);
	json_u64(j, JSON_KEY("file_bytes"), info->file_bytes);
	json_open_object(j, JSON_KEY("events"));
	json_u64(j, JSON_KEY("days"), info->event_days);
	json_u64(j, JSON_KEY("events"), info->events);
	json_u64(j, JSON_KEY("bytes"), info->event_bytes);
	json_close_object(j);
	json_cstr(j, JSON_KEY("head"), info->head_cstr);
	if (info->key_cstr[0] != '\0')
		json_cstr(j, JSON_KEY("key_sha256"), info->key_cstr);
	json_close_object(j);
	json_newline(j);
}

static int
info(struct verb_reading *v, const char *unused_cstr, struct diag *diag)
{
	(void)unused_cstr;
	struct dossier_info info;
	enum language language = v->options.language;
	int r = verb_reading_open(v, diag);
	if (r == 0)
		r = dossier_info(v->dossier, &info, diag);
	if (r < 0)
		return r;
	if (v->json != NULL) {
		info_json(v->json, v->folder_cstr, &info);
		return 0;
	}
	char first[24], last[24];
	fprintf(stdout, text_in(language, N_("%s (version %llu)\n")), v->folder_cstr, (unsigned long long)info.version);
	for (size_t i = 0; i < info.kind_count; i++)
		if (info.kinds[i].count > 0)
			fprintf(stdout, "  %-12s %llu\n", info.kinds[i].name_cstr, (unsigned long long)info.kinds[i].count);
	fprintf(stdout, text_in(language, N_("  links: %llu, lines of the journal: %llu\n")), (unsigned long long)info.links,
	    (unsigned long long)info.lines);
	if (info.lines > 0) {
		present_time(info.first_ns, first);
		present_time(info.last_ns, last);
		fprintf(stdout, text_in(language, N_("  first change: %s, last change: %s (UTC)\n")), first, last);
	}
	fprintf(stdout, text_in(language, N_("  database: %llu kB, files: %llu kB\n")),
	    (unsigned long long)(info.database_bytes + 1023) / 1024, (unsigned long long)(info.file_bytes + 1023) / 1024);
	if (info.event_days > 0)
		fprintf(stdout, text_in(language, N_("  events: %llu, days: %llu, %llu kB\n")),
		    (unsigned long long)info.events, (unsigned long long)info.event_days,
		    (unsigned long long)(info.event_bytes + 1023) / 1024);
	if (info.key_cstr[0] != '\0')
		fprintf(stdout, text_in(language, N_("  fingerprint of the key: %s\n")), info.key_cstr);
	return 0;
}

/* ---- verify ---- */

static const char *const fault_sentences[DOSSIER_FAULTS] = {
    [DOSSIER_FAULT_LINE] = N_("this line of the journal was altered"),
    [DOSSIER_FAULT_MISSING] = N_("lines of the journal are missing before this one"),
    [DOSSIER_FAULT_CHAIN] = N_(
        "this line of the journal does not follow the one before it: one of them was put there or rewritten"),
    [DOSSIER_FAULT_ERASED] = N_("the content of this line is gone, and no purge tells of it"),
    [DOSSIER_FAULT_OBJECT] = N_("its rows are not as this line of the journal left them"),
    [DOSSIER_FAULT_UNTOLD] = N_("the journal knows nothing of it: it was slipped in, or its lines were cut off"),
    [DOSSIER_FAULT_GONE] = N_("this line of the journal left it, and it is not there any more"),
    [DOSSIER_FAULT_FILE] = N_("this file is not the one that was kept"),
    [DOSSIER_FAULT_NO_FILE] = N_("this file is not there"),
    [DOSSIER_FAULT_HEAD] = N_(
        "the journal ended with this line once, and it is not there: an older copy was put back, or its end was cut off"),
    [DOSSIER_FAULT_DATABASE] = N_("the database contradicts itself"),
    [DOSSIER_FAULT_EVENTS] = N_("the events of this day are damaged"),
};

static void
finding_text(void *context, const struct dossier_finding *finding)
{
	struct verb_reading *v = context;
	char object[1024];
	(void)terminal_escape(bytes_of_cstr(finding->object_cstr), object, sizeof(object));
	fprintf(stdout, "  %s%s", object, object[0] == '\0' ? "" : ": ");
	if (finding->seq > 0)
		fprintf(stdout, text_in(v->options.language, N_("line %lld: ")), (long long)finding->seq);
	fprintf(stdout, "%s\n", text_in(v->options.language, fault_sentences[finding->fault]));
}

static void
finding_json(void *context, const struct dossier_finding *finding)
{
	struct verb_reading *v = context;
	json_open_object(v->json, (struct bytes){0});
	json_cstr(v->json, JSON_KEY("fault"), dossier_verify_word(finding->fault));
	if (finding->seq > 0)
		json_i64(v->json, JSON_KEY("line"), finding->seq);
	if (finding->object_cstr[0] != '\0')
		json_cstr(v->json, JSON_KEY("object"), finding->object_cstr);
	json_close_object(v->json);
	verb_reading_flush(v);
}

static void
verdict_json(struct json *j, const struct dossier_verdict *verdict)
{
	json_close_array(j);
	json_bool(j, JSON_KEY("intact"), verdict->findings == 0);
	json_u64(j, JSON_KEY("lines"), verdict->lines);
	json_u64(j, JSON_KEY("objects"), verdict->objects);
	json_u64(j, JSON_KEY("files"), verdict->files);
	json_u64(j, JSON_KEY("days"), verdict->days);
	json_open_object(j, JSON_KEY("head"));
	json_i64(j, JSON_KEY("line"), verdict->seq);
	json_cstr(j, JSON_KEY("hash"), verdict->head_cstr);
	json_close_object(j);
	json_close_object(j);
	json_newline(j);
}

static void
verdict_text(enum language language, const struct dossier_verdict *verdict)
{
	fputs(verdict->findings == 0 ? text_in(language, N_("Nothing was altered.\n"))
	                             : text_in(language, N_("This dossier is not what was written.\n")),
	    stdout);
	fprintf(stdout, text_in(language, N_("  looked at: lines of the journal: %llu, objects: %llu, files: %llu\n")),
	    (unsigned long long)verdict->lines, (unsigned long long)verdict->objects, (unsigned long long)verdict->files);
	fprintf(stdout, text_in(language, N_("  head: %lld:%s\n")), (long long)verdict->seq, verdict->head_cstr);
	fputs(
	    text_in(language,
	        N_("  Keep the head elsewhere, on paper for instance: with --head it tells later whether an older copy was put back.\n")),
	    stdout);
}

static int
verify(struct verb_reading *v, const char *unused_cstr, struct diag *diag)
{
	(void)unused_cstr;
	struct dossier_verdict verdict;
	int r = verb_reading_open(v, diag);
	if (r < 0)
		return r;
	if (v->json != NULL) {
		json_open_object(v->json, (struct bytes){0});
		json_cstr(v->json, JSON_KEY("dossier"), v->folder_cstr);
		json_open_array(v->json, JSON_KEY("findings"));
	}
	r = dossier_verify(
	    v->dossier, v->options.head_cstr, &verdict, v->json != NULL ? finding_json : finding_text, v, diag);
	if (r < 0 && verdict.findings == 0)
		return r; /* could not be looked at */
	if (v->json != NULL)
		verdict_json(v->json, &verdict);
	else
		verdict_text(v->options.language, &verdict);
	return verdict.findings > 0 ? VERB_EXIT_ALTERED : 0;
}

/* ---- migrate ---- */

static int
migrate(struct verb_reading *v, const char *unused_cstr, struct diag *diag)
{
	(void)unused_cstr;
	struct dossier_upgrade done;
	enum language language = v->options.language;
	int r = verb_reading_enter(v, &(struct verb_rights){.mode = DOSSIER_MIGRATE}, diag);
	if (r == 0)
		r = dossier_upgrade(v->dossier, v->options.yes, &done, diag);
	if (r < 0)
		return r;
	if (v->json != NULL) {
		json_open_object(v->json, (struct bytes){0});
		json_cstr(v->json, JSON_KEY("dossier"), v->folder_cstr);
		json_i64(v->json, JSON_KEY("from"), done.from);
		json_i64(v->json, JSON_KEY("to"), done.to);
		json_bool(v->json, JSON_KEY("done"), done.is_done);
		if (done.backup_cstr[0] != '\0')
			json_cstr(v->json, JSON_KEY("backup"), done.backup_cstr);
		json_close_object(v->json);
		json_newline(v->json);
	} else if (done.from == done.to) {
		fprintf(stdout, text_in(language, N_("This dossier is up to date (version %lld).\n")), (long long)done.to);
	} else if (!done.is_done) {
		fprintf(stdout,
		    text_in(language,
		        v->is_remote
		            ? N_("From version %lld to %lld: it went well, and was taken back. Make a copy with pg_dump; then --yes does it.\n")
		            : N_("From version %lld to %lld: it went well on a copy. Nothing was changed; --yes does it.\n")),
		    (long long)done.from, (long long)done.to);
	} else if (v->is_remote) {
		fprintf(stdout, text_in(language, N_("From version %lld to %lld: done.\n")), (long long)done.from,
		    (long long)done.to);
	} else {
		fprintf(stdout, text_in(language, N_("From version %lld to %lld: done. The dossier as it was: %s/%s\n")),
		    (long long)done.from, (long long)done.to, v->folder_cstr, done.backup_cstr);
	}
	return 0;
}

static const struct {
	const char *word_cstr;
	bool wants_folder, takes_more;
	int (*run)(struct verb_reading *v, const char *other_cstr, struct diag *diag);
} words[] = {
    {"init", false, false, init},
    {"info", false, false, info},
    {"verify", false, false, verify},
    {"backup", true, false, dossier_moves_backup},
    {"restore", true, false, dossier_moves_restore},
    {"export", true, false, dossier_moves_export},
    {"import", true, false, dossier_moves_import},
    {"handover", true, true, dossier_handing},
    {"purge", false, false, dossier_purging},
    {"migrate", false, false, migrate},
};

int
verb_dossier_main(int argc, char **argv)
{
	struct verb_reading v = {0};
	struct diag diag = {.offset = UINT64_MAX};
	int status;
	if (!verb_options_start(argc, argv, help_cstr, &v.options, &status))
		return status;
	const struct verb_options *o = &v.options;
	for (size_t i = 0; i < LENGTH_OF(words) && o->word_count > 0; i++) {
		size_t wanted = words[i].wants_folder ? 2 : 1;
		if (strcmp(o->words[0], words[i].word_cstr) != 0 || o->word_count < wanted ||
		    (o->word_count > wanted && !words[i].takes_more))
			continue;
		int r = words[i].run(&v, words[i].wants_folder ? o->words[1] : NULL, &diag);
		status = verb_reading_finish(&v, r < 0 ? r : 0, &diag);
		return status == VERB_EXIT_DONE && r > 0 ? r : status;
	}
	return verb_options_refuse(o,
	    N_("say what: beffroi dossier init, info, verify, purge, migrate, or backup, restore, export, import and a folder, or handover and a file"));
}
