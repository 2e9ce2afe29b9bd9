/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/exception.h"

#include <stdio.h>

enum { BITS = 128, V4_FROM = 96 };

static const char *const sides[] = {
    [EXCEPTION_EITHER] = "either", [EXCEPTION_SOURCE] = "source", [EXCEPTION_TARGET] = "target"};

bool
exception_is_on(const struct exception *e, int64_t now_ns)
{
	return e->ended_ns == 0 && now_ns >= e->made_ns && now_ns < e->until_ns;
}

static struct addr
masked(const struct addr *a, unsigned prefix)
{
	struct addr out = *a;
	for (unsigned i = 0; i < sizeof(out.at); i++) {
		unsigned bits = prefix > i * 8 ? prefix - i * 8 : 0;
		out.at[i] = (uint8_t)(out.at[i] & (bits >= 8 ? 0xff : 0xff00 >> bits));
	}
	return out;
}

static bool
is_inside(const struct exception *e, const struct addr *a)
{
	struct addr network = masked(a, e->prefix);
	return addr_eq(&network, &e->network);
}

static bool
stands_in(struct bytes text, struct bytes word)
{
	for (size_t at = 0; at + word.len <= text.len; at++)
		if (bytes_eq_nocase((struct bytes){text.at + at, word.len}, word))
			return true;
	return false;
}

static bool
stands_in_a_fact(const struct alert *alert, struct bytes word)
{
	for (size_t i = 0; i < alert->fact_count; i++)
		if (stands_in((struct bytes){(const uint8_t *)alert->facts[i].value, alert->facts[i].value_len}, word))
			return true;
	return false;
}

bool
exception_fits(const struct exception *e, const struct alert *alert)
{
	if (e->signature_id != 0 && e->signature_id != alert->signature_id)
		return false;
	if (e->detector_cstr[0] != '\0' && strcmp(e->detector_cstr, alert->detector_cstr) != 0)
		return false;
	if (e->prefix > 0 && !(e->side != EXCEPTION_TARGET && is_inside(e, &alert->source)) &&
	    !(e->side != EXCEPTION_SOURCE && is_inside(e, &alert->target)))
		return false;
	return e->pattern_cstr[0] == '\0' || stands_in_a_fact(alert, bytes_of_cstr(e->pattern_cstr));
}

const char *
exception_side_word(unsigned side)
{
	return side < LENGTH_OF(sides) ? sides[side] : "";
}

bool
exception_side_find(struct bytes word, uint8_t *out)
{
	for (uint8_t i = 0; i < LENGTH_OF(sides); i++)
		if (bytes_eq(word, bytes_of_cstr(sides[i]))) {
			*out = i;
			return true;
		}
	return false;
}

bool
exception_network_parse(struct bytes text, struct addr *network, uint8_t *prefix)
{
	size_t slash = bytes_find(text, '/');
	struct addr a;
	if (!addr_parse(bytes_first(text, slash), &a))
		return false;
	unsigned most = addr_is_v4(&a) ? BITS - V4_FROM : BITS, bits = most;
	if (slash < text.len) {
		struct bytes digits = bytes_after(text, slash + 1);
		if (digits.len == 0 || digits.len > 3)
			return false;
		bits = 0;
		for (size_t i = 0; i < digits.len; i++) {
			if (digits.at[i] < '0' || digits.at[i] > '9')
				return false;
			bits = bits * 10 + (unsigned)(digits.at[i] - '0');
		}
	}
	if (bits > most || (most == BITS && bits == 0)) /* all of IPv6 would be all of IPv4 too */
		return false;
	*prefix = (uint8_t)(bits + BITS - most);
	*network = masked(&a, *prefix);
	return true;
}

const char *
exception_network_write(const struct exception *e, char out[static EXCEPTION_NETWORK_MAX])
{
	char text[ADDR_TEXT_MAX];
	bool v4 = e->prefix >= V4_FROM && addr_is_v4(&e->network);
	(void)addr_write(&e->network, text);
	if (e->prefix == 0)
		out[0] = '\0';
	else if (e->prefix == BITS)
		(void)snprintf(out, EXCEPTION_NETWORK_MAX, "%s", text);
	else
		(void)snprintf(out, EXCEPTION_NETWORK_MAX, "%s/%u", text, v4 ? e->prefix - (unsigned)V4_FROM : e->prefix);
	return out;
}
