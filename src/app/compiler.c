/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/compiler.h"

#include "app/messages.h"
#include "app/rules_bundle.h"
#include "app/rules_wire.h"
#include "core/auto.h"
#include "detect/rules/rule_program.h"
#include "sandbox/channel.h"
#include "sandbox/sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARENA_BYTES = 1 << 30 /* of addresses; pages come when they are used */ };
/* Addresses, of which the arenas of a set and of its program take 4 GB: the rest is for Hyperscan. */
static const uint64_t memory_bytes = UINT64_C(6) << 30;

struct compiler {
	uint8_t buffer[CHANNEL_MESSAGE_MAX + 2];
	uint8_t out[CHANNEL_MESSAGE_MAX];
	struct arena arena;
	struct flat said; /* by the site */
	struct rule_set set;
	struct rule_program *program;
	uint8_t *room;
	size_t wanted_count;
	uint8_t wanted[RULES_WIRE_KEYS_MAX][RULE_SEARCH_KEY]; /* sorted; and which of them are made */
	bool made[RULES_WIRE_KEYS_MAX];
	int entries; /* the memory file */
};

static int
hear_rules(struct compiler *c, struct diag *diag)
{
	struct channel_message m;
	if (channel_receive(COMPILER_FD_PARENT, c->buffer, sizeof(c->buffer), &m) <= 0 || m.type != MESSAGE_CONFIG ||
	    m.fd < 0)
		return diag_say(diag, -EBADMSG, "%s", _("the compiler got no rules"));
	AUTO_CLOSE int bundle = m.fd;
	struct cursor body = cursor_of(m.body);
	text_speak(cursor_u8(&body) == LANGUAGE_FR ? LANGUAGE_FR : LANGUAGE_EN);
	uint64_t size = cursor_be64(&body);
	if (!cursor_ok(&body) || rule_set_init(&c->set, ARENA_BYTES) < 0 || arena_init(&c->arena, ARENA_BYTES) < 0 ||
	    flat_init(&c->said, &c->arena) < 0)
		return diag_say(diag, -ENOMEM, "%s", _("not enough memory for these rules"));
	return rules_bundle_load(bundle, size, &c->said, &c->set, &c->room, diag);
}

static int
hear_wanted(struct compiler *c, struct diag *diag)
{
	for (bool last = false; !last;) {
		struct channel_message m;
		if (channel_receive(COMPILER_FD_PARENT, c->buffer, sizeof(c->buffer), &m) <= 0 ||
		    m.type != MESSAGE_SEARCHES_WANTED)
			return diag_say(diag, -EBADMSG, "%s", _("the compiler got no rules"));
		if (m.fd >= 0 && c->entries >= 0)
			close(c->entries);
		c->entries = m.fd >= 0 ? m.fd : c->entries;
		struct cursor body = cursor_of(m.body);
		last = cursor_u8(&body) != 0;
		for (; body.left >= RULE_SEARCH_KEY && c->wanted_count < RULES_WIRE_KEYS_MAX; c->wanted_count++)
			memcpy(c->wanted[c->wanted_count], cursor_take(&body, RULE_SEARCH_KEY).at, RULE_SEARCH_KEY);
	}
	return c->entries < 0 ? diag_say(diag, -EBADMSG, "%s", _("the compiler got no rules")) : 0;
}

static int
by_key(const void *a, const void *b)
{
	return memcmp(a, b, RULE_SEARCH_KEY);
}

static int
write_entry(int fd, struct bytes entry)
{
	while (entry.len > 0) {
		ssize_t n = write(fd, entry.at, entry.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		entry = bytes_after(entry, (size_t)n);
	}
	return 0;
}

/* A rule_search_source: what is wanted is made and written; the program itself gets nothing. */
static int
make(void *context, const struct rule_patterns *patterns, struct rule_search *out, struct diag *diag)
{
	struct compiler *c = context;
	uint8_t key[RULE_SEARCH_KEY];
	uint8_t *entry;
	size_t len;
	(void)out;
	rule_search_key(patterns, key);
	const uint8_t(*found)[RULE_SEARCH_KEY] = bsearch(key, c->wanted, c->wanted_count, RULE_SEARCH_KEY, by_key);
	size_t at = found == NULL ? 0 : (size_t)(found - (const uint8_t(*)[RULE_SEARCH_KEY])c->wanted);
	if (found == NULL || c->made[at])
		return -ENOENT;
	c->made[at] = true;
	if (channel_send(COMPILER_FD_PARENT, MESSAGE_SEARCHING, (struct bytes){key, sizeof(key)}, -1) < 0)
		return diag_say(diag, -EPIPE, "%s", text_error(EPIPE));
	struct rule_search made = {0};
	int r = rule_search_compile(patterns, &made, diag);
	if (r == 0)
		r = rule_search_write(key, &made, &entry, &len);
	(void)hs_free_database(made.database);
	if (r < 0)
		return r == -ENOMEM ? diag_say(diag, r, "%s", _("not enough memory for these rules")) : r;
	r = write_entry(c->entries, (struct bytes){entry, len});
	free(entry);
	return r < 0 ? diag_say(diag, r, "%s", text_error(-r)) : -ENOENT;
}

static int
compile(struct compiler *c, struct diag *diag)
{
	uint8_t key[RULE_SEARCH_KEY];
	rule_search_key(
	    &(struct rule_patterns){0}, key); /* libcrypto reads its configuration, which the sandbox would not let it do */
	int r = sandbox_limit(memory_bytes, COMPILER_SECONDS);
	if (r < 0)
		return diag_say(diag, r, "%s", text_error(-r));
	r = sandbox_enter(SANDBOX_COMPILER, NULL, diag);
	if (r >= 0)
		r = hear_rules(c, diag);
	if (r == 0)
		r = hear_wanted(c, diag);
	if (r == 0)
		r = rule_program_plan(&c->set, RULE_PROGRAM_TO_SEARCH, &c->program, diag);
	if (r < 0)
		return r;
	qsort(c->wanted, c->wanted_count, RULE_SEARCH_KEY, by_key);
	return rule_program_search(c->program, &(struct rule_search_source){make, c}, diag);
}

int
compiler_main(void)
{
	struct compiler *c = calloc(1, sizeof(*c));
	struct diag diag = {.offset = UINT64_MAX};
	if (c == NULL)
		return 1;
	c->entries = -1;
	int r = compile(c, &diag);
	if (r < 0) {
		struct fault fault = {.kind = FAULT_ROLE, .offset = UINT64_MAX};
		(void)snprintf(fault.text_cstr, sizeof(fault.text_cstr), "%s", diag.text_cstr);
		struct writer w = writer_of(c->out, sizeof(c->out));
		messages_put_fault(&w, &fault);
		(void)!channel_send(COMPILER_FD_PARENT, MESSAGE_FAULT, writer_written(&w), -1);
	} else {
		(void)!channel_send(COMPILER_FD_PARENT, MESSAGE_END, (struct bytes){0}, -1);
	}
	rule_program_free(c->program);
	rule_set_done(&c->set);
	arena_done(&c->arena);
	free(c->room);
	if (c->entries >= 0)
		close(c->entries);
	free(c);
	return r < 0 ? 1 : 0;
}
