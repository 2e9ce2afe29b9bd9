/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/rules_account.h"
#include "app/rules_wire.h"
#include "app/sensor_state.h"
#include "core/auto.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

void
sensor_rules_load_ask(struct sensor *s, const struct rules_generation *g)
{
	size_t at = 0;
	do {
		struct writer w = writer_of(s->out, sizeof(s->out));
		size_t end = g->key_count - at > RULES_WIRE_KEYS ? at + RULES_WIRE_KEYS : g->key_count;
		writer_u8(&w, end == g->key_count);
		for (; at < end; at++)
			writer_put(&w, (struct bytes){g->keys[at], RULE_SEARCH_KEY});
		sensor_tell_role(s, SENSOR_FD_PARENT, MESSAGE_SEARCHES_WANTED, writer_written(&w));
	} while (at < g->key_count);
}

static void
tell_account(struct sensor *s, const struct rule_set *set)
{
	AUTO_FREE struct rules_account *account = malloc(sizeof(*account));
	struct writer w = writer_of(s->out, sizeof(s->out));
	if (account == NULL || rules_account_of(set, account) < 0)
		return;
	writer_u8(&w, true);
	rules_account_put(&w, account);
	sensor_tell_role(s, SENSOR_FD_PARENT, MESSAGE_RULES_USED, writer_written(&w));
}

void
sensor_rules_load_used(struct sensor *s, const struct rules_generation *g)
{
	const struct rule_set *set = &g->set;
	if (set->odd_lines > 0)
		sensor_tell_notice(s,
		    text_plural(s->config.language, set->odd_lines,
		        N_("thresholds and reputations: %zu line is not used: it is something else, or its rule is not here"),
		        N_("thresholds and reputations: %zu lines are not used: they are something else, or their rules are not here")),
		    set->odd_lines);
	if (g->made_here > 0)
		sensor_tell_notice(s,
		    _("%zu compiled rule files are of another Hyperscan: they were made again, in the sensor"),
		    g->made_here);
	tell_account(s, set);
}

void
sensor_rules_load_failed(struct sensor *s, const struct diag *diag)
{
	struct writer w = writer_of(s->out, sizeof(s->out));
	writer_u8(&w, false);
	writer_field(&w, bytes_of_cstr(diag->text_cstr));
	sensor_tell_role(s, SENSOR_FD_PARENT, MESSAGE_RULES_USED, writer_written(&w));
}

int
sensor_rules_load(struct sensor *s, int fd, size_t size, struct diag *diag)
{
	struct rules_generation *g, *before = NULL;
	struct channel_message m;
	int r = rules_generation_plan(fd, size, s->config.hash_key, &g, diag);
	if (r < 0)
		return r;
	sensor_rules_load_ask(s, g);
	if (channel_receive(SENSOR_FD_PARENT, s->buffer, sizeof(s->buffer), &m) <= 0 ||
	    (m.type != MESSAGE_SEARCHES && m.type != MESSAGE_END))
		r = diag_say(diag, -EBADMSG, "%s", _("the sensor got no rules"));
	if (r == 0 && m.type == MESSAGE_END)
		s->is_stopped = true; /* before it has begun */
	struct cursor c = cursor_of(m.body);
	if (r == 0 && !s->is_stopped)
		r = rules_generation_finish(g, m.fd, cursor_be64(&c), diag);
	if (r == 0 && m.fd >= 0)
		close(m.fd);
	if (r == 0 && !s->is_stopped)
		r = sensor_rules_use(s->rules, g, &before, diag);
	if (r == 0 && !s->is_stopped)
		sensor_rules_load_used(s, g);
	else
		rules_generation_free(g);
	return r;
}
