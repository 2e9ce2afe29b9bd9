/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "app/asset_view.h"

#include "core/terminal.h"
#include "dossier/dossier_machines_json.h"
#include "record/alert_text.h"

enum { TEXT_MAX = MACHINE_NOTE_MAX * 4 + 1, MAC_TEXT_MAX = 18, SERVICES_TEXT_MAX = 8192, SERVICE_COLUMN = 4 };

static void
safe(const char *text_cstr, char out[static TEXT_MAX])
{
	(void)terminal_escape(bytes_of_cstr(text_cstr), out, TEXT_MAX);
}

static void
mac_text(const struct dossier_machine *machine, char out[static MAC_TEXT_MAX])
{
	const uint8_t *m = machine->mac;
	if (machine->has_mac)
		(void)snprintf(out, MAC_TEXT_MAX, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
	else
		(void)snprintf(out, MAC_TEXT_MAX, "-");
}

static void
time_text(int64_t time_ns, char out[static 24])
{
	if (time_ns > 0)
		present_time(time_ns, out);
	else
		(void)snprintf(out, 24, "-");
}

/* "unknown, never-seen", in the reader's words. */
static void
differences_text(const struct presenter *p, const struct dossier_machine *m, char *out, size_t size)
{
	static const struct {
		unsigned bit;
		const char *words_cstr;
	} words[] = {{MACHINE_UNKNOWN, N_("on no list")}, {MACHINE_NEVER_SEEN, N_("declared, never seen")},
	    {MACHINE_SERVICE_UNKNOWN, N_("answers where nothing is declared")},
	    {MACHINE_SERVICE_SILENT, N_("a declared service is silent")}};
	size_t n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < LENGTH_OF(words); i++) {
		if ((m->differences & words[i].bit) == 0)
			continue;
		int put = snprintf(out + n, size - n, "%s%s", n == 0 ? "" : ", ", text_in(p->language, words[i].words_cstr));
		n += put > 0 && (size_t)put < size - n ? (size_t)put : 0;
	}
}

void
asset_view_head(const struct presenter *p)
{
	fprintf(p->out, "%s%-15s  %-17s  %-19s  %-19s  %s%s\n", p->color ? "\033[1m" : "",
	    text_in(p->language, N_("address")), "MAC", text_in(p->language, N_("first seen (UTC)")),
	    text_in(p->language, N_("last seen (UTC)")), text_in(p->language, N_("name")), p->color ? "\033[0m" : "");
}

static void
service_text(const struct dossier_machine_service *s, char *out, size_t size)
{
	char other[8], name[TEXT_MAX], product[TEXT_MAX], version[TEXT_MAX];
	(void)snprintf(other, sizeof(other), "ip%u", s->ip_proto);
	safe(s->name_cstr, name);
	safe(s->product_cstr, product);
	safe(s->version_cstr, version);
	/* What does not fit is cut. */
	int put = snprintf(out, size, "%u/%s%s%s%s%s%s%s", s->port,
	    s->ip_proto == 6        ? "tcp"
	        : s->ip_proto == 17 ? "udp"
	                            : other,
	    name[0] == '\0' ? "" : " ", name, product[0] == '\0' ? "" : " ", product, version[0] == '\0' ? "" : " ",
	    version);
	if (put < 0)
		out[0] = '\0';
}

/* "22/tcp ssh, 80/tcp http" */
static void
services_text(const struct dossier_machine *m, char out[static SERVICES_TEXT_MAX])
{
	size_t n = 0;
	out[0] = '\0';
	for (size_t i = 0; i < m->service_count; i++) {
		char one[512];
		service_text(&m->services[i], one, sizeof(one));
		int put = snprintf(out + n, SERVICES_TEXT_MAX - n, "%s%s", i == 0 ? "" : ", ", one);
		n += put > 0 && (size_t)put < SERVICES_TEXT_MAX - n ? (size_t)put : 0;
	}
}

void
asset_view_line(const struct presenter *p, const struct dossier_machine *m)
{
	char mac[MAC_TEXT_MAX], first[24], last[24], name[TEXT_MAX], services[SERVICES_TEXT_MAX], differences[256];
	mac_text(m, mac);
	time_text(m->first_ns, first);
	time_text(m->last_ns, last);
	safe(m->texts[MACHINE_NAME], name);
	differences_text(p, m, differences, sizeof(differences));
	fprintf(p->out, "%-15s  %-17s  %-19s  %-19s  %s%s%s%s\n", m->address_cstr[0] == '\0' ? "-" : m->address_cstr, mac,
	    first, last, name, differences[0] == '\0' ? "" : "  [", differences, differences[0] == '\0' ? "" : "]");
	if (m->service_count == 0)
		return;
	services_text(m, services);
	present_paragraph(p, "    ", SERVICE_COLUMN, services);
}

static void
row(const struct presenter *p, const char *label_cstr, const char *value_cstr)
{
	char text[TEXT_MAX];
	safe(value_cstr, text);
	if (text[0] != '\0')
		fprintf(p->out, "  %-18s %s\n", text_in(p->language, label_cstr), text);
}

static void
services(const struct presenter *p, const struct dossier_machine *m)
{
	for (size_t i = 0; i < m->service_count; i++) {
		const struct dossier_machine_service *s = &m->services[i];
		char one[512];
		service_text(s, one, sizeof(one));
		fprintf(p->out, "    %-36s %s%s%s\n", one, s->seen ? text_in(p->language, N_("seen ")) : "",
		    s->scanned ? text_in(p->language, N_("scanned ")) : "",
		    s->declared ? text_in(p->language, N_("declared")) : "");
	}
}

void
asset_view_card(const struct presenter *p, const struct dossier_machine *m)
{
	static const char *const labels[MACHINE_FIELDS] = {[MACHINE_NAME] = N_("name"),
	    [MACHINE_KIND] = N_("kind"),
	    [MACHINE_OWNER] = N_("owner"),
	    [MACHINE_LOCATION] = N_("location"),
	    [MACHINE_SYSTEM] = N_("system"),
	    [MACHINE_VENDOR] = N_("vendor"),
	    [MACHINE_MODEL] = N_("model"),
	    [MACHINE_SERIAL] = N_("serial number"),
	    [MACHINE_NOTE] = N_("note")};
	char mac[MAC_TEXT_MAX], when[24], differences[256], count[16];
	fprintf(p->out, "%s%s%s\n", p->color ? "\033[1m" : "", m->id_cstr, p->color ? "\033[0m" : "");
	row(p, N_("address"), m->address_cstr);
	for (const struct dossier_machine *one = m->next_same; one != NULL; one = one->next_same)
		row(p, N_("also"), one->address_cstr[0] != '\0' ? one->address_cstr : one->id_cstr);
	mac_text(m, mac);
	row(p, N_("MAC"), mac);
	for (size_t i = 0; i < MACHINE_FIELDS; i++)
		row(p, labels[i], m->texts[i]);
	if (m->value != 0)
		row(p, N_("value"), alert_text_severity(p->language, m->value));
	row(p, N_("declared"), m->declared ? text_in(p->language, N_("yes")) : text_in(p->language, N_("no")));
	time_text(m->first_ns, when);
	row(p, N_("first seen (UTC)"), when);
	time_text(m->last_ns, when);
	row(p, N_("last seen (UTC)"), when);
	time_text(m->scanned_ns, when);
	row(p, N_("scanned (UTC)"), when);
	(void)snprintf(count, sizeof(count), "%u", m->incidents);
	row(p, N_("incidents"), count);
	differences_text(p, m, differences, sizeof(differences));
	row(p, N_("differences"), differences);
	if (m->lease_of != NULL)
		row(p, N_("same MAC as"), m->lease_of->id_cstr);
	services(p, m);
}

void
asset_view_proposal(const struct presenter *p, const struct dossier_machine *m)
{
	char mac[MAC_TEXT_MAX];
	mac_text(m, mac);
	fprintf(p->out, text_in(p->language, N_("%s has one address after the other: %s, then %s%s\n")), mac,
	    m->address_cstr[0] == '\0' ? "-" : m->address_cstr, m->lease_of->address_cstr,
	    m->lease_is_sure ? "" : text_in(p->language, N_(" (at the same time: look first)")));
}
