/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "pcap_out.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 4 << 20, FRAME = 2048, RECORD = 16, ETHERNET_MIN = 60 };

static int
flush(struct pcap_out *out)
{
	size_t done = 0;
	while (done < out->used) {
		ssize_t n = write(out->fd, out->buffer + done, out->used - done);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			done += (size_t)n;
	}
	out->used = 0;
	return 0;
}

int
pcap_out_init(struct pcap_out *out, int fd)
{
	uint32_t header[6] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 262144, 1};
	*out = (struct pcap_out){.fd = fd, .buffer = malloc(BUFFER)};
	if (out->buffer == NULL)
		return -ENOMEM;
	memcpy(out->buffer, header, sizeof(header));
	out->used = out->bytes = sizeof(header);
	return 0;
}

int
pcap_out_done(struct pcap_out *out)
{
	int r = flush(out);
	free(out->buffer);
	out->buffer = NULL;
	return r;
}

uint8_t *
pcap_out_frame(struct pcap_out *out)
{
	return out->buffer + out->used + RECORD;
}

int
pcap_out_add(struct pcap_out *out, uint64_t when_us, size_t len)
{
	uint8_t *frame = pcap_out_frame(out);
	if (len < ETHERNET_MIN) {
		memset(frame + len, 0, ETHERNET_MIN - len);
		len = ETHERNET_MIN;
	}
	uint32_t record[4] = {(uint32_t)(when_us / 1000000), (uint32_t)(when_us % 1000000), (uint32_t)len, (uint32_t)len};
	memcpy(frame - RECORD, record, sizeof(record));
	out->used += RECORD + len;
	out->bytes += RECORD + len;
	out->packet_bytes += len;
	out->packets++;
	if (out->used > BUFFER - RECORD - FRAME)
		return flush(out);
	return 0;
}
