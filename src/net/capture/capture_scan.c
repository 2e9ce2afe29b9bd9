/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/capture/capture_scan.h"

#include "net/capture/capture_pcap.h"
#include "net/capture/capture_pcapng.h"
#include "net/capture/capture_snoop.h"

enum capture_format
capture_scan_guess(struct bytes head)
{
	if (capture_pcap_guess(head))
		return CAPTURE_FORMAT_PCAP;
	if (capture_pcapng_guess(head))
		return CAPTURE_FORMAT_PCAPNG;
	if (capture_snoop_guess(head))
		return CAPTURE_FORMAT_SNOOP;
	return CAPTURE_FORMAT_UNKNOWN;
}
