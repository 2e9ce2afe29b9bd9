/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_reading.h"

#include "cli/dossier_folder.h"
#include "core/json.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ROOM = 16 << 20 /* of addresses; pages come when they are used */, OUT_ROOM = 65536 };

static char out_room[OUT_ROOM];

int
verb_reading_speak(struct verb_reading *v, struct diag *diag)
{
	/* All that asks about the terminal comes before the sandbox, which answers no such question. */
	v->presenter = present_to(stdout, v->options.language, v->options.color);
	(void)setvbuf(stdout, out_room, _IOFBF, sizeof(out_room));
	if (v->options.json) {
		char *room = malloc(ROOM);
		v->json = malloc(sizeof(*v->json));
		if (room == NULL || v->json == NULL) {
			free(room);
			return diag_say(diag, -ENOMEM, "%s", N_("not enough memory for the dossier"));
		}
		*v->json = json_of(room, ROOM);
	}
	return 0;
}

int
verb_reading_enter(struct verb_reading *v, const struct verb_rights *rights, struct diag *diag)
{
	enum language language = v->options.language;
	int r = verb_reading_speak(v, diag);
	if (r < 0)
		return r;
	r = rights->makes
	    ? dossier_folder_make(v->options.dossier_cstr, language, v->folder_cstr, sizeof(v->folder_cstr), diag)
	    : dossier_folder_find(v->options.dossier_cstr, language, v->folder_cstr, sizeof(v->folder_cstr), diag);
	if (r < 0)
		return r;
	v->is_remote = dossier_is_remote(v->folder_cstr);
	r = dossier_reach(&v->dossier, v->folder_cstr, diag); /* a server, before the network is given up */
	if (r < 0)
		return r;
	char place_cstr[VERB_READING_FOLDER_MAX];
	memcpy(place_cstr, v->folder_cstr, sizeof(place_cstr));
	dossier_describe(place_cstr, v->folder_cstr, sizeof(v->folder_cstr)); /* its password is told to nobody */
	if (!v->is_remote && access(v->folder_cstr, F_OK) < 0 && errno == ENOENT)
		return diag_say_at(diag, -ENOENT, v->folder_cstr, UINT64_MAX, "%s",
		    N_("there is no dossier here yet: beffroi watch -r CAPTURE makes one"));
	(void)umask(077); /* what is kept or carried away is for its owner */
	r = sandbox_enter_beside(
	    SANDBOX_KEEPER, v->is_remote ? NULL : v->folder_cstr, rights->other_cstr, rights->writes_other, diag);
	return r < 0 ? r : 0;
}

int
verb_reading_open_as(struct verb_reading *v, const struct verb_rights *rights, struct diag *diag)
{
	int r = verb_reading_enter(v, rights, diag);
	return r < 0 ? r : dossier_enter(v->dossier, rights->mode, diag);
}

int
verb_reading_open(struct verb_reading *v, struct diag *diag)
{
	return verb_reading_open_as(v, &(struct verb_rights){.mode = DOSSIER_READ}, diag);
}

void
verb_reading_flush(struct verb_reading *v)
{
	(void)fwrite(v->json->start, 1, json_length(v->json), stdout);
	v->json->at = v->json->start; /* the comma state goes on */
}

int
verb_reading_finish(struct verb_reading *v, int r, const struct diag *diag)
{
	struct diag late = {.offset = UINT64_MAX};
	int status = r < 0 ? VERB_EXIT_FAILED : VERB_EXIT_DONE;
	if (r < 0)
		verb_options_complain(v->options.language, diag);
	if (dossier_close(v->dossier, &late) < 0 && status == VERB_EXIT_DONE) {
		verb_options_complain(v->options.language, &late);
		status = VERB_EXIT_FAILED;
	}
	if (v->json != NULL) {
		if (status == VERB_EXIT_DONE)
			verb_reading_flush(v);
		free(v->json->start);
		free(v->json);
	}
	if (fflush(stdout) != 0) {
		fprintf(stderr, text_in(v->options.language, N_("beffroi: the answer could not be written: %s\n")),
		    text_error(errno));
		status = VERB_EXIT_FAILED;
	}
	return status;
}
