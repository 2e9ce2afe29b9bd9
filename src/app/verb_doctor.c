/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_doctor.h"

#include "cli/doctor.h"
#include "cli/dossier_folder.h"
#include "cli/verb_options.h"
#include "core/json.h"
#include "core/text.h"
#include "dossier/dossier.h"
#include "net/capture/capture_libpcap.h"
#include "net/capture/capture_live.h"
#include "net/decode/decode.h"

#include <errno.h>
#include <unistd.h>

enum { ROOM = 65536, FOLDER_MAX = 480 };

static const char help_cstr[] = N_(
    "Usage: beffroi doctor [options]\n"
    "\n"
    "Says what works on this machine, what is missing and what to do about it: the protection of the process that\n"
    "reads packets, live capture, the dossier, the memory, the interfaces.\n"
    "\n"
    "  --dossier DIR        (else $BEFFROI_DOSSIER, else ~/.local/share/beffroi)\n"
    "  --format text|json   (text)\n"
    "  --lang en|fr         (from LANG)\n"
    "  --color auto|always|never\n"
    "\n"
    "Exit status: 0 capture files can be read here, 1 they cannot, 2 wrong usage.\n");

/* The nearest folder above that exists may be written: then the dossier can be made. */
static bool
can_be_made(const char *folder_cstr)
{
	char path[FOLDER_MAX];
	(void)snprintf(path, sizeof(path), "%s", folder_cstr);
	for (;;) {
		if (access(path, F_OK) == 0)
			return access(path, W_OK | X_OK) == 0;
		char *slash = strrchr(path, '/');
		if (slash == NULL)
			return access(".", W_OK | X_OK) == 0;
		*(slash == path ? slash + 1 : slash) = '\0';
	}
}

static void
examine_dossier(struct doctor *d, const struct verb_options *o)
{
	char folder[FOLDER_MAX];
	struct diag diag = {0}, late;
	struct dossier *dossier = NULL;
	static char todo_cstr[DIAG_TEXT_MAX];
	int r = dossier_folder_find(o->dossier_cstr, o->language, folder, sizeof(folder), &diag);
	if (r < 0) {
		(void)snprintf(todo_cstr, sizeof(todo_cstr), "%s", diag.text_cstr);
		(void)doctor_add(d, "dossier", N_("the dossier can be written"), false, todo_cstr);
		return;
	}
	bool writable = dossier_is_remote(folder) || can_be_made(folder);
	r = dossier_open(&dossier, folder, DOSSIER_READ, &diag);
	bool none_yet = r == -ENOENT;
	if (r == 0)
		r = dossier_close(dossier, &late);
	(void)snprintf(todo_cstr, sizeof(todo_cstr), "%s", diag.text_cstr);
	struct doctor_check *c = doctor_add(d, "dossier", N_("the dossier can be written"), writable && (r == 0 || none_yet),
	    !writable ? N_("give a folder that you may write, with --dossier") : todo_cstr);
	dossier_describe(folder, c->detail_cstr, sizeof(c->detail_cstr));
}

/* Opens each interface as a watch would, and closes it at once. Its privilege is asked about once, above the list. */
static void
examine_capture(struct doctor_interface *i, bool may)
{
	struct diag diag = {0};
	struct capture_live_options options = {
	    .interface_cstr = i->name_cstr, .mode = CAPTURE_LIVE_PROMISCUOUS, .workers = 1};
	struct capture_libpcap *handle = NULL;
	int fd;
	int r = may ? capture_live_socket(&fd, &options, &diag) : -EPERM;
	if (r == 0) {
		close(fd);
		i->reads = DOCTOR_READS_RING;
	} else if (r == -EPROTONOSUPPORT && (r = capture_libpcap_open(&handle, &options, &diag)) == 0) {
		if (decode_knows_link(capture_libpcap_linktype(handle)))
			i->reads = DOCTOR_READS_LIBPCAP;
		capture_libpcap_free(handle);
	}
	if (r == -EPERM)
		(void)snprintf(i->reason_cstr, sizeof(i->reason_cstr), "%s", _("the privilege is missing, see above"));
	else if (r < 0)
		(void)snprintf(i->reason_cstr, sizeof(i->reason_cstr), "%s", diag.text_cstr);
}

static void
examine_captures(struct doctor *d)
{
	bool may = false;
	for (size_t i = 0; i < d->check_count; i++)
		may = may || (strcmp(d->checks[i].name_cstr, "live-capture") == 0 && d->checks[i].ok);
	if (d->interface_count < DOCTOR_INTERFACES_MAX) /* all of them at once */
		d->interfaces[d->interface_count++] = (struct doctor_interface){
		    .name_cstr = "any", .up = true, .carrier = true};
	for (size_t i = 0; i < d->interface_count; i++)
		examine_capture(&d->interfaces[i], may);
}

static int
answer(const struct doctor *d, const struct verb_options *o)
{
	static char room[ROOM];
	struct presenter p = present_to(stdout, o->language, o->color);
	if (o->json) {
		struct json j = json_of(room, sizeof(room));
		doctor_json(d, &j, o->language);
		(void)fwrite(room, 1, json_length(&j), stdout);
	} else {
		doctor_print(d, &p);
	}
	return fflush(stdout) == 0 && doctor_ready(d) ? VERB_EXIT_DONE : VERB_EXIT_FAILED;
}

int
verb_doctor_main(int argc, char **argv)
{
	static struct doctor d;
	struct verb_options o = {0};
	struct diag diag = {.offset = UINT64_MAX};
	int r = verb_options_parse(argc, argv, &o, &diag);
	if (r == 0 && o.word_count > 0)
		r = diag_say(&diag, -EINVAL, text_in(o.language, N_("\"%s\" is one word too many: see --help")), o.words[0]);
	if (r < 0) {
		verb_options_complain(o.language, &diag);
		return VERB_EXIT_USAGE;
	}
	if (o.help) {
		fputs(text_in(o.language, help_cstr), stdout);
		return VERB_EXIT_DONE;
	}
	text_speak(o.language);
	doctor_examine(&d);
	examine_captures(&d);
	examine_dossier(&d, &o);
	return answer(&d, &o);
}
