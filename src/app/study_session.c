/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/study_session.h"

#include "core/auto.h"
#include "core/data_tree.h"
#include "sandbox/sandbox.h"

#include <fcntl.h>

enum { ARENA_BYTES = 512 << 20 /* of addresses; pages come when they are used */, JSON_ROOM = 64 << 20, OUT_ROOM = 65536 };

static char out_room[OUT_ROOM];

int
study_session_open(struct study_session *s, struct diag *diag)
{
	/* All that asks about the terminal comes before the sandbox, which answers no such question. */
	s->presenter = present_to(stdout, s->options.language, s->options.color);
	(void)setvbuf(stdout, out_room, _IOFBF, sizeof(out_room));
	s->room = s->options.json ? malloc(JSON_ROOM) : NULL;
	if ((s->options.json && s->room == NULL) || arena_init(&s->arena, ARENA_BYTES) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	s->json = json_of(s->room, s->room == NULL ? 0 : JSON_ROOM);
	return 0;
}

int
study_session_read(struct study_session *s, const char *path_cstr, struct bytes *out, struct diag *diag)
{
	bool is_input = strcmp(path_cstr, "-") == 0;
	AUTO_CLOSE int opened = is_input ? -1 : open(path_cstr, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int fd = is_input ? STDIN_FILENO : opened;
	if (fd < 0)
		return diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno));
	uint8_t *room = arena_new(&s->arena, uint8_t, DATA_TREE_BYTES_MAX + 1);
	if (room == NULL)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory"));
	size_t len = 0;
	while (len <= DATA_TREE_BYTES_MAX) {
		ssize_t n = read(fd, room + len, DATA_TREE_BYTES_MAX + 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return diag_say_at(diag, -errno, path_cstr, UINT64_MAX, "%s", text_error(errno));
		if (n == 0)
			break;
		len += (size_t)n;
	}
	*out = (struct bytes){room, len};
	return 0;
}

int
study_session_confine(struct diag *diag)
{
	int r = sandbox_enter(SANDBOX_KEEPER, NULL, diag);
	return r < 0 ? r : 0;
}

int
study_session_end(struct study_session *s, int r, const struct diag *diag)
{
	struct diag late = {.offset = UINT64_MAX};
	bool usage = s->usage;
	if (r == 0 && s->options.json && !json_ok(&s->json)) {
		r = diag_say(&late, -E2BIG, "%s", _("the answer is too big"));
		diag = &late;
	}
	if (r < 0)
		verb_options_complain(s->options.language, diag);
	else if (s->options.json)
		(void)fwrite(s->json.start, 1, json_length(&s->json), stdout);
	free(s->room);
	arena_done(&s->arena);
	if (fflush(stdout) != 0) {
		fprintf(stderr, text_in(s->options.language, N_("beffroi: the answer could not be written: %s\n")),
		    text_error(errno));
		r = -EIO;
	}
	return r == 0 && !s->faulty ? VERB_EXIT_DONE : usage ? VERB_EXIT_USAGE : VERB_EXIT_FAILED;
}
