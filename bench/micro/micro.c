/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* micro - nanoseconds per message of each parser, on the messages of a capture.
 *
 * usage: micro FILE.pcap
 *
 * Collects from a classic pcap (Ethernet, little-endian) the payloads that each parser is made
 * for, then runs each parser over its own again and again; the fastest of nine passes counts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "net/decode/decode.h"
#include "proto/dns.h"
#include "proto/http1.h"
#include "proto/ja3.h"
#include "proto/ja4.h"
#include "proto/ssh.h"
#include "proto/tls.h"
#include "proto/x509.h"

enum { PASSES = 9, FRAMES_MAX = 200000, MESSAGES_MAX = 20000, FILE_HEADER = 24, RECORD_HEADER = 16, CHUNK = 256 * 1024 };

struct batch {
	struct bytes *messages;
	size_t count;
	size_t bytes;
};

static struct frame *frames;
static size_t frame_count;
static struct batch dns, requests, responses, client_hellos, server_hellos, certificates, kexinits;
static struct decoder *decoder;
static volatile uint64_t kept; /* what the parsers say, so that they cannot be left out */

static void *
must(void *memory)
{
	if (memory == NULL) {
		fputs("micro: not enough memory\n", stderr);
		exit(1);
	}
	return memory;
}

static void
batch_add(struct batch *batch, struct bytes message)
{
	if (batch->messages == NULL)
		batch->messages = must(calloc(MESSAGES_MAX, sizeof(struct bytes)));
	if (batch->count == MESSAGES_MAX)
		return;
	batch->messages[batch->count++] = message;
	batch->bytes += message.len;
}

static struct bytes
read_file(const char *path)
{
	FILE *f = fopen(path, "rbe");
	if (f == NULL || fseek(f, 0, SEEK_END) != 0) {
		perror(path);
		exit(1);
	}
	long size = ftell(f);
	rewind(f);
	uint8_t *at = must(malloc(size > 0 ? (size_t)size : 1));
	size_t len = fread(at, 1, size > 0 ? (size_t)size : 0, f);
	fclose(f);
	return (struct bytes){at, len};
}

static uint32_t
le32(struct cursor *c)
{
	uint32_t value = cursor_u8(c);
	value |= (uint32_t)cursor_u8(c) << 8;
	value |= (uint32_t)cursor_u8(c) << 16;
	return value | (uint32_t)cursor_u8(c) << 24;
}

static void
collect_frames(struct bytes file)
{
	struct cursor c = cursor_of(file);
	cursor_take(&c, FILE_HEADER);
	frames = must(calloc(FRAMES_MAX, sizeof(*frames)));
	while (c.left > 0 && frame_count < FRAMES_MAX) {
		int64_t seconds = le32(&c), micros = le32(&c);
		uint32_t len = le32(&c), wire = le32(&c);
		struct bytes data = cursor_take(&c, len);
		if (!cursor_ok(&c))
			break;
		frames[frame_count] = (struct frame){.time_ns = (seconds * 1000000 + micros) * 1000,
		    .number = frame_count + 1,
		    .data = data,
		    .wire_len = wire,
		    .linktype = 1};
		frame_count++;
	}
}

/* The handshake messages of the records at the front of a segment. */
static void
collect_handshakes(struct bytes payload)
{
	struct cursor c = cursor_of(payload);
	struct tls_record record;
	while (tls_parse_record((struct bytes){c.at, c.left}, &record, NULL) == PARSE_OK) {
		cursor_take(&c, TLS_RECORD_HEADER_SIZE);
		struct bytes content = cursor_take(&c, record.length);
		struct tls_message message;
		if (!cursor_ok(&c) || record.type != TLS_HANDSHAKE || tls_parse_message(content, &message) != PARSE_OK)
			return;
		if (message.type == TLS_CLIENT_HELLO)
			batch_add(&client_hellos, message.body);
		if (message.type == TLS_SERVER_HELLO)
			batch_add(&server_hellos, message.body);
	}
}

/* Leaf certificates do not fit one segment with what surrounds them, but their first one often does. */
static void
collect_certificate(struct bytes payload)
{
	for (size_t i = 0; i + 12 < payload.len; i++) {
		if (payload.at[i] != TLS_CERTIFICATE || payload.at[i + 4] != 0 || payload.at[i + 10] != 0x30)
			continue;
		struct bytes der;
		struct bytes body = {payload.at + i + 4, payload.len - i - 4};
		size_t length = (size_t)payload.at[i + 2] << 8 | payload.at[i + 3];
		if (tls_parse_first_certificate(body, length, &der) == PARSE_OK && der.len > 0)
			batch_add(&certificates, der);
		return;
	}
}

static void
collect_payload(const struct packet *p)
{
	struct bytes payload = p->payload;
	if (payload.len < 4)
		return;
	if (p->ip_proto == IP_PROTO_UDP) {
		if (p->src_port == 53 || p->dst_port == 53)
			batch_add(&dns, payload);
		return;
	}
	if (http1_look_request(payload) == HTTP1_YES)
		batch_add(&requests, payload);
	else if (http1_look_response(payload) == HTTP1_YES)
		batch_add(&responses, payload);
	else if (payload.at[0] == TLS_HANDSHAKE) {
		collect_handshakes(payload);
		collect_certificate(payload);
	} else if (p->src_port == 22 || p->dst_port == 22) {
		struct ssh_packet packet;
		size_t used;
		if (ssh_packet(payload, &used, &packet) == PARSE_OK && packet.type == 20)
			batch_add(&kexinits, packet.payload);
	}
}

static double
now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void
report(const char *name, double best_ns, size_t count, size_t bytes)
{
	printf("%-34s %8zu messages %9.1f ns each %9.0f MB/s\n", name, count, best_ns / (double)count,
	    (double)bytes / best_ns * 1e3);
}

static void
run(const char *name, const struct batch *batch, uint64_t (*parse)(struct bytes message))
{
	if (batch->count == 0) {
		printf("%-34s no such message in the capture\n", name);
		return;
	}
	double best = 1e18;
	for (int pass = 0; pass < PASSES; pass++) {
		uint64_t sum = 0;
		double start = now_ns();
		for (size_t i = 0; i < batch->count; i++)
			sum += parse(batch->messages[i]);
		double took = now_ns() - start;
		kept += sum;
		if (took < best)
			best = took;
	}
	report(name, best, batch->count, batch->bytes);
}

/* One chunk as a reader would leave it in the cache; returns the nanoseconds of decoding it. */
static double
decode_chunk(size_t first, size_t end)
{
	static uint8_t chunk[CHUNK];
	static struct frame local[CHUNK / 64];
	struct packet packets[PACKET_LAYERS_MAX];
	uint64_t sum = 0;
	size_t used = 0;
	for (size_t i = first; i < end; i++) {
		struct bytes data = frames[i].data;
		memcpy(chunk + used, data.at, data.len);
		local[i - first] = frames[i];
		local[i - first].data.at = chunk + used;
		used += data.len + RECORD_HEADER;
	}
	double start = now_ns();
	for (size_t i = 0; i < end - first; i++)
		sum += decode_frame(decoder, &local[i], packets) + packets[0].dst_port;
	double took = now_ns() - start;
	kept += sum;
	return took;
}

static void
run_decode(const char *name, enum decode_checksums checksums)
{
	decoder = must(decode_new(&(struct decode_options){.checksums = checksums, .defrag_budget_bytes = 1 << 20}));
	double best = 1e18;
	size_t bytes = 0;
	for (int pass = 0; pass < PASSES; pass++) {
		double took = 0;
		bytes = 0;
		for (size_t first = 0, end = 0; first < frame_count; first = end) {
			size_t used = 0;
			while (end < frame_count && used + frames[end].data.len + RECORD_HEADER <= CHUNK &&
			    end - first < CHUNK / 64) {
				used += frames[end].data.len + RECORD_HEADER;
				end++;
			}
			if (end == first)
				break; /* a frame larger than a chunk */
			bytes += used - (end - first) * RECORD_HEADER;
			took += decode_chunk(first, end);
		}
		if (took < best)
			best = took;
	}
	decode_free(decoder);
	report(name, best, frame_count, bytes);
}

static uint64_t
parse_dns(struct bytes message)
{
	static struct dns out;
	return (uint64_t)dns_parse(message, &out, NULL) + out.record_count;
}

static uint64_t
parse_request(struct bytes message)
{
	struct http1_head out;
	size_t used;
	return http1_request(message, HTTP1_MAY_GO_ON, &used, &out) == PARSE_OK ? used : 0;
}

static uint64_t
parse_response(struct bytes message)
{
	struct http1_head out;
	size_t used;
	return http1_response(message, HTTP1_MAY_GO_ON, &used, &out) == PARSE_OK ? used : 0;
}

static uint64_t
parse_client_hello(struct bytes message)
{
	struct tls_client_hello out;
	return tls_parse_client_hello(message, &out) == PARSE_OK ? out.sni.len : 0;
}

static uint64_t
parse_client_hello_ja3(struct bytes message)
{
	struct tls_client_hello out;
	char text[1024], hash[JA3_HASH_SIZE];
	if (tls_parse_client_hello(message, &out) != PARSE_OK)
		return 0;
	size_t len = ja3_write_client(&out, text, sizeof(text));
	ja3_hash((struct bytes){(const uint8_t *)text, len}, hash);
	return (uint64_t)hash[0];
}

static uint64_t
parse_client_hello_ja4(struct bytes message)
{
	struct tls_client_hello out;
	char text[JA4_SIZE];
	if (tls_parse_client_hello(message, &out) != PARSE_OK || !ja4_write(&out, JA4_TCP, text))
		return 0;
	return (uint64_t)text[JA4_SIZE - 1];
}

static uint64_t
parse_server_hello(struct bytes message)
{
	struct tls_server_hello out;
	return tls_parse_server_hello(message, &out) == PARSE_OK ? out.cipher : 0;
}

static uint64_t
parse_certificate(struct bytes message)
{
	struct x509 out;
	enum x509_fault fault;
	return x509_parse(message, &out, &fault) == PARSE_OK ? out.serial.len : 0;
}

static uint64_t
parse_kexinit(struct bytes message)
{
	struct ssh_kexinit out;
	return ssh_kexinit(message, &out) == PARSE_OK ? out.lists[SSH_KEX].len : 0;
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: micro FILE.pcap\n", stderr);
		return 2;
	}
	collect_frames(read_file(argv[1]));
	decoder = must(
	    decode_new(&(struct decode_options){.checksums = DECODE_CHECKSUMS_OFF, .defrag_budget_bytes = 1 << 20}));
	for (size_t i = 0; i < frame_count; i++) {
		struct packet packets[PACKET_LAYERS_MAX];
		size_t count = decode_frame(decoder, &frames[i], packets);
		for (size_t k = 0; k < count; k++)
			if (packets[k].kind == PACKET_IP && packets[k].has_transport)
				collect_payload(&packets[k]);
	}
	decode_free(decoder);
	run_decode("decode, checksums not looked at", DECODE_CHECKSUMS_OFF);
	run_decode("decode, checksums verified", DECODE_CHECKSUMS_ON);
	run("dns", &dns, parse_dns);
	run("http/1 request head", &requests, parse_request);
	run("http/1 response head", &responses, parse_response);
	run("tls client hello", &client_hellos, parse_client_hello);
	run("tls client hello and ja3", &client_hellos, parse_client_hello_ja3);
	run("tls client hello and ja4", &client_hellos, parse_client_hello_ja4);
	run("tls server hello", &server_hellos, parse_server_hello);
	run("x509 certificate", &certificates, parse_certificate);
	run("ssh kexinit", &kexinits, parse_kexinit);
	return 0;
}
