/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/verb_reading.h"

#include "cli/dossier_folder.h"
#include "core/json.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum { ROOM = 1 << 20, OUT_ROOM = 65536 };

static char out_room[OUT_ROOM];

int
verb_reading_open(struct verb_reading *v, struct diag *diag)
{
	enum language language = v->options.language;
	/* All that asks about the terminal comes before the sandbox, which answers no such question. */
	v->presenter = present_to(stdout, language, v->options.color);
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
	int r = dossier_folder_find(v->options.dossier_cstr, language, v->folder_cstr, sizeof(v->folder_cstr), diag);
	if (r < 0)
		return r;
	if (access(v->folder_cstr, F_OK) < 0 && errno == ENOENT)
		return diag_say_at(diag, -ENOENT, v->folder_cstr, UINT64_MAX, "%s",
		    N_("there is no dossier here yet: beffroi watch -r CAPTURE makes one"));
	r = sandbox_enter(SANDBOX_KEEPER, v->folder_cstr, diag);
	return r < 0 ? r : dossier_open(&v->dossier, v->folder_cstr, DOSSIER_READ, diag);
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
	struct diag late;
	int status = r < 0 ? VERB_EXIT_FAILED : VERB_EXIT_DONE;
	if (r < 0)
		verb_options_complain(v->options.language, diag);
	if (dossier_close(v->dossier, &late) < 0 && status == VERB_EXIT_DONE)
		status = VERB_EXIT_FAILED;
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
