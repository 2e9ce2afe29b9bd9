/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/capture/capture_filter_words.h"

#include <stdlib.h>

#include <pcap/pcap.h>

#include "core/auto.h"
#include "net/capture/capture_text.h"

enum { SNAPLEN = 262144, TRIES_MAX = 64, SYNTAX_ERROR = 0 };

/* In this order: the first whose words libpcap used. */
static const struct {
	const char *libpcap_cstr, *meaning_cstr;
} meanings[] = {
    [SYNTAX_ERROR] = {"syntax error", N_("it is not understood")},
    {"illegal char", N_("it has a character that means nothing there")},
    {"illegal token", N_("it has a word that means nothing there")},
    {"unknown host", N_("no machine of this name is known")},
    {"unknown port", N_("no service of this name is known: give its number")},
    {"illegal port", N_("a port is a number from 0 to 65535")},
    {"unknown network", N_("no network of this name is known")},
    {"unknown protocol", N_("no protocol of this name is known")},
    {"unknown ip proto", N_("no protocol of this name is known")},
    {"unknown ether proto", N_("no protocol of this name is known")},
    {"invalid IPv4 address", N_("this is no address")},
    {"invalid ip6 address", N_("this is no address")},
    {"mask length", N_("a mask is at most /32, or /128 for IPv6")},
    {"Mask syntax", N_("a mask goes with \"net\" only")},
    {"non-network bits", N_("the address says more than its mask keeps: put zeros there")},
    {"rejects all", N_("no packet can ever match it")},
    {"modifier applied", N_("these words do not go together")},
    {"qualifier", N_("these words do not go together")},
    {"upported", N_("it does not apply to this kind of network")},
    {"too many registers", N_("it is too complicated")},
    {"out of memory", N_("there is not enough memory for it")},
};

static size_t
meaning_of(const char *libpcap_cstr)
{
	size_t i = 0;
	while (i < LENGTH_OF(meanings) && strstr(libpcap_cstr, meanings[i].libpcap_cstr) == NULL)
		i++;
	return i;
}

/* Where the expression has these bytes, from 1; 0: nowhere. */
static unsigned
column_of(const char *expression_cstr, const char *at_cstr, size_t len)
{
	const char *found_cstr = len == 0 ? NULL : memmem(expression_cstr, strlen(expression_cstr), at_cstr, len);
	return found_cstr == NULL ? 0 : (unsigned)(found_cstr - expression_cstr) + 1;
}

/* libpcap quotes the word, or ends with it, or names the number. */
static unsigned
column_of_culprit(const char *expression_cstr, const char *libpcap_cstr)
{
	const char *from_cstr = strchr(libpcap_cstr, '\'');
	if (from_cstr != NULL && strchr(from_cstr + 1, '\'') != NULL)
		return column_of(expression_cstr, from_cstr + 1, strcspn(from_cstr + 1, "'"));
	if ((from_cstr = strchr(libpcap_cstr, '"')) != NULL)
		return column_of(expression_cstr, from_cstr + 1, strcspn(from_cstr + 1, "\""));
	if ((from_cstr = strrchr(libpcap_cstr, ':')) != NULL && from_cstr[1] == ' ')
		return column_of(expression_cstr, from_cstr + 2, strlen(from_cstr + 2));
	from_cstr = strncmp(libpcap_cstr, "illegal port", 12) == 0 ? strpbrk(libpcap_cstr, "0123456789") : NULL;
	return from_cstr == NULL ? 0 : column_of(expression_cstr, from_cstr, strspn(from_cstr, "0123456789"));
}

/* Of a syntax error libpcap does not say the place: what stands before it is the longest beginning, to the word, that is a
 * filter. From 1. */
static unsigned
column_after_sense(const char *expression_cstr)
{
	AUTO_FREE char *text_cstr = strdup(expression_cstr);
	pcap_t *dead = pcap_open_dead(DLT_EN10MB, SNAPLEN);
	size_t len = text_cstr == NULL || dead == NULL ? 0 : strlen(text_cstr);
	bool has_sense = false;
	for (int tries = 0; len > 0 && !has_sense && tries < TRIES_MAX; tries++) {
		while (len > 0 && text_cstr[len - 1] != ' ')
			len--;
		while (len > 0 && text_cstr[len - 1] == ' ')
			len--;
		if (len == 0)
			break;
		text_cstr[len] = '\0';
		struct bpf_program compiled = {0};
		has_sense = pcap_compile(dead, &compiled, text_cstr, 0, PCAP_NETMASK_UNKNOWN) == 0;
		pcap_freecode(&compiled);
	}
	if (dead != NULL)
		pcap_close(dead);
	return (unsigned)(len + strspn(expression_cstr + len, " ")) + 1;
}

int
capture_filter_words(struct diag *diag, int error, const char *expression_cstr, const char *libpcap_cstr)
{
	if (diag == NULL)
		return error;
	size_t meaning = meaning_of(libpcap_cstr);
	const char *meaning_cstr = text_of(
	    meaning < LENGTH_OF(meanings) ? meanings[meaning].meaning_cstr : N_("libpcap refuses it"));
	unsigned column = meaning == SYNTAX_ERROR ? column_after_sense(expression_cstr)
	                                          : column_of_culprit(expression_cstr, libpcap_cstr);
	if (column > 0)
		(void)diag_say(diag, error,
		    _("the filter \"%s\" is of no use: from character %u on, %s (libpcap says: \"%s\"; see pcap-filter(7))"),
		    expression_cstr, column, meaning_cstr, libpcap_cstr);
	else
		(void)diag_say(diag, error,
		    _("the filter \"%s\" is of no use: %s (libpcap says: \"%s\"; see pcap-filter(7))"), expression_cstr,
		    meaning_cstr, libpcap_cstr);
	diag->column = column;
	return error;
}
