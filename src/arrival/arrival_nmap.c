/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_nmap.h"

#include "arrival/arrival_word.h"
#include "core/text.h"

#include <errno.h>
#include <expat.h>
#include <stdio.h>
#include <stdlib.h>

enum { DEPTH_MAX = 64, TAG_MAX = 1 << 20 /* bytes of a tag */, BLOCK = 64 << 10, ADDRESSES_MAX = 4 };

struct arrival_nmap {
	XML_Parser parser;
	void (*each)(void *context, const struct machine *machine);
	void *context;
	unsigned depth;
	bool is_nmap, up;
	const char *refusal_cstr; /* why we stopped it; NULL: we did not */
	int64_t run_ns;
	uint64_t fed;
	struct addr addresses[ADDRESSES_MAX];
	size_t address_count;
	struct machine_service *service; /* of the port that is open now; NULL: closed, or one too many */
	uint16_t port;
	uint8_t port_proto;
	int os_accuracy;
	struct machine machine;
};

static struct bytes
attribute(const XML_Char **attributes, const char *name_cstr)
{
	for (size_t i = 0; attributes[i] != NULL; i += 2)
		if (strcmp(attributes[i], name_cstr) == 0)
			return bytes_of_cstr(attributes[i + 1]);
	return (struct bytes){0};
}

static uint64_t
number(const XML_Char **attributes, const char *name_cstr, uint64_t max)
{
	uint64_t value;
	return arrival_word_number(attribute(attributes, name_cstr), max, &value) ? value : 0;
}

/* Seconds since 1970, as nmap writes its times. */
static int64_t
moment(const XML_Char **attributes, const char *name_cstr)
{
	return (int64_t)number(attributes, name_cstr, UINT64_C(9200000000)) * 1000000000;
}

static void
stop(struct arrival_nmap *n, const char *why_cstr)
{
	n->refusal_cstr = why_cstr;
	(void)XML_StopParser(n->parser, XML_FALSE);
}

static void
begin_host(struct arrival_nmap *n, const XML_Char **attributes)
{
	memset(&n->machine, 0, sizeof(n->machine));
	n->machine.origin = MACHINE_SCANNED;
	n->machine.at_ns = moment(attributes, "endtime");
	if (n->machine.at_ns == 0)
		n->machine.at_ns = moment(attributes, "starttime");
	if (n->machine.at_ns == 0)
		n->machine.at_ns = n->run_ns;
	n->address_count = 0;
	n->up = false;
	n->os_accuracy = -1;
	n->service = NULL;
}

static void
read_address(struct arrival_nmap *n, const XML_Char **attributes)
{
	struct bytes text = attribute(attributes, "addr");
	if (bytes_eq(attribute(attributes, "addrtype"), BYTES("mac"))) {
		n->machine.has_mac = machine_mac_parse(text, n->machine.mac);
		machine_set_text(&n->machine, MACHINE_VENDOR, attribute(attributes, "vendor"));
	} else if (n->address_count < ADDRESSES_MAX && addr_parse(text, &n->addresses[n->address_count])) {
		n->address_count++;
	}
}

static void
read_port(struct arrival_nmap *n, const XML_Char **attributes)
{
	struct bytes protocol = attribute(attributes, "protocol");
	n->service = NULL;
	n->port = (uint16_t)number(attributes, "portid", UINT16_MAX);
	n->port_proto = bytes_eq(protocol, BYTES("tcp")) ? 6
	    : bytes_eq(protocol, BYTES("udp"))           ? 17
	    : bytes_eq(protocol, BYTES("sctp"))          ? 132
	                                                 : 0;
}

/* "open|filtered" is a guess about a silence. */
static void
read_state(struct arrival_nmap *n, const XML_Char **attributes)
{
	if (n->port == 0 || n->port_proto == 0 || !bytes_eq(attribute(attributes, "state"), BYTES("open")) ||
	    !machine_add_service(&n->machine, n->port, n->port_proto, &n->service))
		n->service = NULL;
}

static void
read_service(struct arrival_nmap *n, const XML_Char **attributes)
{
	struct machine_service *s = n->service;
	if (s == NULL)
		return;
	machine_copy_text(s->name_cstr, sizeof(s->name_cstr), attribute(attributes, "name"));
	machine_copy_text(s->product_cstr, sizeof(s->product_cstr), attribute(attributes, "product"));
	machine_copy_text(s->version_cstr, sizeof(s->version_cstr), attribute(attributes, "version"));
}

static void
read_system(struct arrival_nmap *n, const XML_Char **attributes)
{
	int accuracy = (int)number(attributes, "accuracy", 100);
	if (accuracy <= n->os_accuracy)
		return; /* the first of the surest */
	n->os_accuracy = accuracy;
	machine_set_text(&n->machine, MACHINE_SYSTEM, attribute(attributes, "name"));
}

static void
end_host(struct arrival_nmap *n)
{
	for (size_t i = 0; i < n->address_count && n->up; i++) {
		n->machine.address = n->addresses[i];
		n->each(n->context, &n->machine);
	}
}

static void
on_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct arrival_nmap *n = context;
	if (++n->depth > DEPTH_MAX) {
		stop(n, N_("tags are nested more than 64 deep"));
		return;
	}
	if (n->depth == 1) {
		n->is_nmap = strcmp(name, "nmaprun") == 0;
		n->run_ns = moment(attributes, "start");
		if (!n->is_nmap)
			stop(n, N_("this is not a report of nmap -oX: <nmaprun> was expected"));
	} else if (strcmp(name, "host") == 0) {
		begin_host(n, attributes);
	} else if (strcmp(name, "status") == 0) {
		n->up = bytes_eq(attribute(attributes, "state"), BYTES("up"));
	} else if (strcmp(name, "address") == 0) {
		read_address(n, attributes);
	} else if (strcmp(name, "hostname") == 0) {
		if (n->machine.texts[MACHINE_NAME][0] == '\0')
			machine_set_text(&n->machine, MACHINE_NAME, attribute(attributes, "name"));
	} else if (strcmp(name, "port") == 0) {
		read_port(n, attributes);
	} else if (strcmp(name, "state") == 0) {
		read_state(n, attributes);
	} else if (strcmp(name, "service") == 0) {
		read_service(n, attributes);
	} else if (strcmp(name, "osmatch") == 0) {
		read_system(n, attributes);
	}
}

static void
on_end(void *context, const XML_Char *name)
{
	struct arrival_nmap *n = context;
	n->depth--;
	if (strcmp(name, "host") == 0)
		end_host(n);
	if (strcmp(name, "port") == 0)
		n->service = NULL;
}

/* nmap declares none; who does wants to make a short text long, or to have a file read. */
static void
on_entity(void *context, const XML_Char *name, int is_parameter, const XML_Char *value, int length, const XML_Char *base,
    const XML_Char *system, const XML_Char *public, const XML_Char *notation)
{
	(void)name, (void)is_parameter, (void)value, (void)length, (void)base, (void)system, (void)public, (void)notation;
	stop(context, N_("it declares entities, which nmap does not: it is not read further"));
}

struct arrival_nmap *
arrival_nmap_new(void (*each)(void *context, const struct machine *machine), void *context)
{
	struct arrival_nmap *n = calloc(1, sizeof(*n));
	if (n == NULL)
		return NULL;
	n->each = each;
	n->context = context;
	n->parser = XML_ParserCreate(NULL);
	if (n->parser == NULL) {
		free(n);
		return NULL;
	}
	XML_SetUserData(n->parser, n);
	XML_SetElementHandler(n->parser, on_start, on_end);
	XML_SetEntityDeclHandler(n->parser, on_entity);
	return n;
}

void
arrival_nmap_free(struct arrival_nmap *n)
{
	if (n == NULL)
		return;
	XML_ParserFree(n->parser);
	free(n);
}

static int
complain(const struct arrival_nmap *n, const char *why_cstr, struct diag *diag)
{
	int r = diag_say(diag, -EINVAL, "%s", why_cstr);
	diag->line = (unsigned)XML_GetCurrentLineNumber(n->parser);
	return r;
}

int
arrival_nmap_feed(struct arrival_nmap *n, struct bytes text, bool last, struct diag *diag)
{
	do {
		struct bytes block = bytes_first(text, BLOCK);
		text = bytes_after(text, block.len);
		n->fed += block.len;
		enum XML_Status status = XML_Parse(n->parser, (const char *)block.at, (int)block.len, last && text.len == 0);
		if (status != XML_STATUS_OK && n->refusal_cstr != NULL)
			return complain(n, text_of(n->refusal_cstr), diag);
		if (status != XML_STATUS_OK) {
			char why[256];
			(void)snprintf(
			    why, sizeof(why), _("this is not XML: %s"), XML_ErrorString(XML_GetErrorCode(n->parser)));
			return complain(n, why, diag);
		}
		XML_Index read = XML_GetCurrentByteIndex(n->parser);
		if (read >= 0 && n->fed - (uint64_t)read > TAG_MAX + BLOCK)
			return complain(n, _("a tag is longer than 1 MB"), diag);
	} while (text.len > 0);
	return 0;
}
