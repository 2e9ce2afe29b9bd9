/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "connect/ticket.h"

#include "core/civil.h"

#include <errno.h>
#include <stdio.h>

enum { HTML_MAX = 24576, TITLE_MAX = 250 /* of GLPI's column */, TITLE_TEXT_MAX = 200 };

int
ticket_may_leave(const struct connector *connector, const char *tlp_cstr, const char *restricted_to_cstr, struct diag *diag)
{
	enum connector_tlp tlp = connectors_tlp(tlp_cstr);
	if (restricted_to_cstr[0] != '\0')
		return diag_say(diag, -EPERM, "%s", _("this incident is restricted to named people: it is sent nowhere"));
	if (tlp == CONNECTOR_RED)
		return diag_say(diag, -EPERM, "%s", _("this incident is TLP:RED: it is sent nowhere"));
	if (tlp > connector->most)
		return diag_say(diag, -EPERM,
		    _("this incident is %s, and %s is sent less than that: set its tlp, or \"most\" in connectors.yaml"),
		    tlp_cstr[0] == '\0' ? _("not marked (as TLP:AMBER+STRICT)") : tlp_cstr,
		    connectors_word(connector->kind));
	return 0;
}

/* ---- HTML ---- */

struct html {
	char *at;
	size_t len, size;
};

static void
put(struct html *h, struct bytes b)
{
	size_t left = h->size - h->len;
	size_t n = b.len < left ? b.len : left;
	memcpy(h->at + h->len, b.at, n);
	h->len += n;
}

/* A text that is too long ends with an ellipsis, and never inside of an escape. */
static void
put_text(struct html *h, const char *text_cstr)
{
	for (const char *c = text_cstr; *c != '\0'; c++) {
		if (h->size - h->len < 256) {
			put(h, BYTES(" ..."));
			return;
		}
		switch (*c) {
		case '&': put(h, BYTES("&amp;")); break;
		case '<': put(h, BYTES("&lt;")); break;
		case '>': put(h, BYTES("&gt;")); break;
		case '"': put(h, BYTES("&quot;")); break;
		case '\'': put(h, BYTES("&#39;")); break;
		case '\n': put(h, BYTES("<br>")); break;
		default: put(h, (struct bytes){(const uint8_t *)c, 1});
		}
	}
}

static void
row(struct html *h, const char *label_cstr, const char *value_cstr)
{
	if (value_cstr == NULL || value_cstr[0] == '\0' || h->size - h->len < 512)
		return;
	put(h, BYTES("<p><b>"));
	put_text(h, label_cstr);
	put(h, BYTES("</b> "));
	put_text(h, value_cstr);
	put(h, BYTES("</p>"));
}

static const char *
time_of(int64_t at_s, char out[static CIVIL_TEXT_MAX])
{
	out[0] = '\0';
	return at_s == 0 ? out : civil_write(at_s, 0, CIVIL_UTC, out);
}

static const char *
severity_word(unsigned severity)
{
	static const char *const words[] = {"", N_("minor"), N_("significant"), N_("serious"), N_("critical")};
	return words[severity < LENGTH_OF(words) ? severity : 0];
}

static size_t
write_content(const struct ticket *t, enum language language, char *out, size_t size)
{
	struct html h = {.at = out, .size = size};
	char time[CIVIL_TEXT_MAX], number[24];
	row(&h, text_in(language, N_("Incident")), t->id_cstr);
	row(&h, text_in(language, N_("Severity")), text_in(language, severity_word(t->severity)));
	row(&h, text_in(language, N_("Category")), t->category_cstr);
	row(&h, text_in(language, N_("State")), t->state_cstr);
	row(&h, "TLP", t->tlp_cstr);
	row(&h, "PAP", t->pap_cstr);
	row(&h, text_in(language, N_("Happened")), time_of(t->happened_s, time));
	row(&h, text_in(language, N_("Seen")), time_of(t->seen_s, time));
	row(&h, text_in(language, N_("Aware since")), time_of(t->aware_s, time));
	row(&h, text_in(language, N_("Next legal deadline")), t->deadline_cstr);
	(void)snprintf(number, sizeof(number), "%llu", (unsigned long long)t->alerts);
	row(&h, text_in(language, N_("Alerts")), t->alerts == 0 ? "" : number);
	row(&h, text_in(language, N_("In charge")), t->owner_cstr);
	row(&h, text_in(language, N_("Attacker")), t->attacker_cstr);
	for (size_t i = 0; i < t->victim_count; i++)
		row(&h, text_in(language, N_("Concerned")), t->victims[i]);
	row(&h, text_in(language, N_("What happened")), t->description_cstr);
	return h.len;
}

void
ticket_write_glpi(struct json *out, const struct ticket *t, const char *known_cstr, enum language language)
{
	static const unsigned urgency[] = {3, 2, 3, 4, 5}; /* GLPI: 1 very low to 5 very high */
	static char content[HTML_MAX];                     /* nothing here calls itself */
	char title[TITLE_MAX];
	size_t len = strlen(t->title_cstr), kept = len < TITLE_TEXT_MAX ? len : TITLE_TEXT_MAX;
	while (kept > 0 && kept < len && ((uint8_t)t->title_cstr[kept] & 0xc0) == 0x80)
		kept--; /* no half of a character */
	(void)snprintf(title, sizeof(title), "%s%.*s (%s)", t->is_exercise ? text_in(language, N_("[EXERCISE] ")) : "",
	    (int)kept, t->title_cstr, t->id_cstr);
	json_open_object(out, (struct bytes){0});
	json_open_object(out, JSON_KEY("input"));
	if (known_cstr[0] != '\0')
		json_raw(out, JSON_KEY("id"), bytes_of_cstr(known_cstr));
	json_cstr(out, JSON_KEY("name"), title);
	json_text(out, JSON_KEY("content"),
	    (struct bytes){(const uint8_t *)content, write_content(t, language, content, sizeof(content))});
	json_u64(out, JSON_KEY("type"), 1); /* an incident, not a request */
	json_u64(out, JSON_KEY("urgency"), urgency[t->severity < LENGTH_OF(urgency) ? t->severity : 0]);
	json_close_object(out);
	json_close_object(out);
}

static void
put_time(struct json *out, struct bytes key, int64_t at_s)
{
	char time[CIVIL_TEXT_MAX];
	if (at_s != 0)
		json_cstr(out, key, time_of(at_s, time));
}

static void
put_word(struct json *out, struct bytes key, const char *value_cstr)
{
	if (value_cstr != NULL && value_cstr[0] != '\0')
		json_cstr(out, key, value_cstr);
}

void
ticket_write_webhook(struct json *out, const struct ticket *t, int64_t now_s)
{
	json_open_object(out, (struct bytes){0});
	json_cstr(out, JSON_KEY("type"), "incident.sent");
	put_time(out, JSON_KEY("timestamp"), now_s);
	json_open_object(out, JSON_KEY("data"));
	json_cstr(out, JSON_KEY("id"), t->id_cstr);
	json_cstr(out, JSON_KEY("title"), t->title_cstr);
	put_word(out, JSON_KEY("category"), t->category_cstr);
	json_u64(out, JSON_KEY("severity"), t->severity);
	json_cstr(out, JSON_KEY("severity_word"), severity_word(t->severity));
	put_word(out, JSON_KEY("state"), t->state_cstr);
	put_word(out, JSON_KEY("tlp"), t->tlp_cstr);
	put_word(out, JSON_KEY("pap"), t->pap_cstr);
	json_bool(out, JSON_KEY("exercise"), t->is_exercise);
	put_time(out, JSON_KEY("happened"), t->happened_s);
	put_time(out, JSON_KEY("seen"), t->seen_s);
	put_time(out, JSON_KEY("aware"), t->aware_s);
	put_time(out, JSON_KEY("first_alert"), t->first_s);
	put_time(out, JSON_KEY("last_alert"), t->last_s);
	json_u64(out, JSON_KEY("alerts"), t->alerts);
	put_word(out, JSON_KEY("next_deadline"), t->deadline_cstr);
	put_word(out, JSON_KEY("owner"), t->owner_cstr);
	put_word(out, JSON_KEY("attacker"), t->attacker_cstr);
	json_open_array(out, JSON_KEY("victims"));
	for (size_t i = 0; i < t->victim_count; i++)
		json_cstr(out, (struct bytes){0}, t->victims[i]);
	json_close_array(out);
	put_word(out, JSON_KEY("description"), t->description_cstr);
	json_close_object(out);
	json_close_object(out);
}
