/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* fuzz/nmap - a report of nmap, whole and in pieces.
 *
 * Oracles: arrival_check.h; wherever it is cut into blocks, the same machines come, as many before a fault; what is refused has a reason.
 */
#include "arrival/arrival_nmap.h"
#include "core/hash.h"
#include "../arrival_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct heard {
	uint64_t count, digest;
};

static void
hear(void *context, const struct machine *machine)
{
	struct heard *heard = context;
	arrival_check_machine(machine);
	ENSURE(!addr_is_zero(&machine->address) || machine->service_count <= MACHINE_SERVICES_MAX);
	heard->count++;
	heard->digest = hash_bytes((struct bytes){machine->address.at, 16}, heard->digest);
	heard->digest = hash_bytes(bytes_of_cstr(machine->texts[MACHINE_NAME]), heard->digest + machine->service_count);
}

static int
feed(struct bytes text, size_t block, struct heard *heard)
{
	struct arrival_nmap *nmap = arrival_nmap_new(hear, heard);
	struct diag diag = {.offset = UINT64_MAX};
	ENSURE(nmap != NULL);
	int r = 0;
	do {
		struct bytes piece = bytes_first(text, block);
		text = bytes_after(text, piece.len);
		r = arrival_nmap_feed(nmap, piece, text.len == 0, &diag);
	} while (r == 0 && text.len > 0);
	ENSURE(r == 0 || diag.text_cstr[0] != '\0');
	arrival_nmap_free(nmap);
	return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heard whole = {0}, pieces = {0};
	struct bytes text = {data, size};
	int r = feed(text, size + 1, &whole);
	ENSURE(feed(text, size % 13 + 1, &pieces) == r);
	ENSURE(whole.count == pieces.count && whole.digest == pieces.digest);
	return 0;
}
