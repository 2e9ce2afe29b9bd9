/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* floor - about the least that reading a capture costs: a yardstick for everything else.
 *
 * usage: floor FILE.pcap
 *
 * Maps a classic little-endian pcap and looks at the addresses and ports of each packet, nothing
 * else: no flow is kept, nothing is checked. Each large packet is a cache miss, which a reader in
 * small chunks avoids: on large packets it is a yardstick, not a bound. Prints packets, bytes and
 * a digest of what was seen, so that the compiler cannot leave the work out.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_HEADER = 24, RECORD_HEADER = 16, ETHERNET = 14, IPV4 = 20, IPV6 = 40 };

static uint64_t
word_at(const uint8_t *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof(word));
	return word;
}

/* Everything from the type to the ports: 34 bytes for IPv4, 46 for IPv6 from the addresses on. */
static uint64_t
look(const uint8_t *frame, size_t len)
{
	uint64_t seen = len;
	if (len >= ETHERNET + IPV4 + 4 && frame[12] == 0x08 && frame[13] == 0x00) {
		seen ^= word_at(frame + ETHERNET + 12);
		seen = (seen ^ word_at(frame + ETHERNET + IPV4 - 4)) * 0x9e3779b97f4a7c15u;
		return seen + frame[ETHERNET + 9];
	}
	if (len >= ETHERNET + IPV6 + 4 && frame[12] == 0x86 && frame[13] == 0xdd) {
		for (size_t i = 8; i < IPV6; i += 8)
			seen = (seen ^ word_at(frame + ETHERNET + i)) * 0x9e3779b97f4a7c15u;
		return seen + word_at(frame + ETHERNET + IPV6 - 4);
	}
	return seen;
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: floor FILE.pcap\n", stderr);
		return 2;
	}
	struct stat file;
	int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &file) != 0) {
		perror(argv[1]);
		return 1;
	}
	size_t size = (size_t)file.st_size;
	const uint8_t *map = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (map == MAP_FAILED || size < FILE_HEADER) {
		perror(argv[1]);
		return 1;
	}
	uint64_t packets = 0, bytes = 0, digest = 0;
	for (size_t at = FILE_HEADER; size - at >= RECORD_HEADER;) {
		uint32_t len;
		memcpy(&len, map + at + 8, sizeof(len));
		at += RECORD_HEADER;
		if (len > size - at)
			break;
		digest ^= look(map + at, len);
		packets++;
		bytes += len;
		at += len;
	}
	printf("%" PRIu64 " packets %" PRIu64 " bytes %016" PRIx64 "\n", packets, bytes, digest);
	return 0;
}
