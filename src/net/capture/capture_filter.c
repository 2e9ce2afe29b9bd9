/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "net/capture/capture_filter.h"

#include <errno.h>
#include <stdlib.h>

#include <pcap/pcap.h>

#include "core/cursor.h"
#include "core/diag.h"
#include "core/ensure.h"
#include "net/capture/capture_filter_words.h"
#include "net/capture/capture_text.h"
#include "net/decode/packet.h"

enum {
	PROGRAMS_MAX = 16,
	INSTRUCTIONS_MAX = 4096, /* the kernel's own limit */
	INSTRUCTION_BYTES = 8,
	SNAPLEN = 262144,
};

#define MESSAGE_HEAD BYTES("bpf1")

/* LINKTYPE_ values; libpcap's DLT_ differs from them for raw IP only. */
static const uint16_t linktypes[] = {
    1,         /* Ethernet: first, its error message is the one shown */
    101,       /* raw IP */
    12, 14,    /* raw IP, as some writers number it */
    228, 229,  /* raw IPv4, raw IPv6 */
    113, 276,  /* Linux "any" */
    0, 108,    /* BSD loopback */
    9, 50, 51, /* PPP, serial and over Ethernet */
    104,       /* Cisco HDLC */
    105, 127,  /* Wi-Fi, without and with radiotap */
};
_Static_assert(LENGTH_OF(linktypes) <= PROGRAMS_MAX, "a message has room for every link type");

struct program {
	struct bpf_insn *at; /* into instructions */
	size_t count;
	uint16_t linktype;
};

struct capture_filter {
	struct program programs[PROGRAMS_MAX];
	size_t program_count;
	struct bpf_insn *instructions; /* of all programs */
	size_t instruction_count, instruction_room;
	bool sees_tags;
	uint8_t *message;
	size_t message_bytes;
};

static int
add_program(struct capture_filter *filter, uint16_t linktype, const struct bpf_insn *at, size_t count)
{
	ENSURE(filter->program_count < PROGRAMS_MAX && count <= INSTRUCTIONS_MAX);
	if (filter->instruction_count + count > filter->instruction_room) {
		size_t room = 2 * (filter->instruction_count + count);
		struct bpf_insn *grown = realloc(filter->instructions, room * sizeof(*grown));
		if (grown == NULL)
			return -ENOMEM;
		filter->instructions = grown;
		filter->instruction_room = room;
		size_t first = 0; /* the programs stand one after the other */
		for (size_t i = 0; i < filter->program_count; i++) {
			filter->programs[i].at = grown + first;
			first += filter->programs[i].count;
		}
	}
	struct bpf_insn *to = filter->instructions + filter->instruction_count;
	memcpy(to, at, count * sizeof(*to));
	filter->programs[filter->program_count++] = (struct program){.at = to, .count = count, .linktype = linktype};
	filter->instruction_count += count;
	return 0;
}

static int
compile_one(struct capture_filter *filter, uint16_t linktype, const char *expression_cstr, struct diag *diag)
{
	int dlt = linktype == 101 || linktype == 14 ? DLT_RAW : linktype;
	pcap_t *dead = pcap_open_dead(dlt, SNAPLEN);
	if (dead == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory to compile the capture filter"));
	struct bpf_program compiled = {0};
	int r;
	if (pcap_compile(dead, &compiled, expression_cstr, 1, PCAP_NETMASK_UNKNOWN) != 0) {
		/* -EDOM: understood, and nothing can ever match ("udp and vlan 5" wants the tag first) */
		bool rejects_all = strstr(pcap_geterr(dead), "rejects all") != NULL;
		r = capture_filter_words(diag, rejects_all ? -EDOM : -EINVAL, expression_cstr, pcap_geterr(dead));
	} else if (compiled.bf_len == 0 || compiled.bf_len > INSTRUCTIONS_MAX) {
		r = diag_say(diag, -EINVAL, _("the capture filter is too long: %u instructions, where %d are allowed"),
		    compiled.bf_len, INSTRUCTIONS_MAX);
	} else {
		r = add_program(filter, linktype, compiled.bf_insns, compiled.bf_len);
		if (r < 0)
			(void)diag_say(diag, r, _("not enough memory to compile the capture filter"));
	}
	pcap_freecode(&compiled);
	pcap_close(dead);
	return r;
}

static bool
is_letter(uint8_t c)
{
	return (bytes_lower(c) >= 'a' && bytes_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* "vlan" as a word. A host of that name is taken for it as well, which costs speed only. */
static bool
speaks_of_tags(struct bytes expression)
{
	while (expression.len > 0) {
		struct bytes word = {expression.at, 0};
		while (word.len < expression.len && is_letter(expression.at[word.len]))
			word.len++;
		if (bytes_eq(word, BYTES("vlan")))
			return true;
		expression = bytes_after(expression, word.len > 0 ? word.len : 1);
	}
	return false;
}

static void
put(uint8_t **to, uint32_t value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		*(*to)++ = (uint8_t)(value >> (8 * i));
}

/* Head, 1 byte sees_tags, 1 byte count; per program: link type, count (2 bytes each), instructions
 * of code (2), jump when true (1), when false (1), operand (4). Little endian. */
static int
write_message(struct capture_filter *filter)
{
	size_t room = MESSAGE_HEAD.len + 2 + filter->program_count * 4 + filter->instruction_count * INSTRUCTION_BYTES;
	ENSURE(room <= CAPTURE_FILTER_BYTES_MAX);
	filter->message = malloc(room);
	if (filter->message == NULL)
		return -ENOMEM;
	uint8_t *to = filter->message;
	memcpy(to, MESSAGE_HEAD.at, MESSAGE_HEAD.len);
	to += MESSAGE_HEAD.len;
	put(&to, filter->sees_tags, 1);
	put(&to, (uint32_t)filter->program_count, 1);
	for (size_t i = 0; i < filter->program_count; i++) {
		const struct program *p = &filter->programs[i];
		put(&to, p->linktype, 2);
		put(&to, (uint32_t)p->count, 2);
		for (size_t j = 0; j < p->count; j++) {
			put(&to, p->at[j].code, 2);
			put(&to, p->at[j].jt, 1);
			put(&to, p->at[j].jf, 1);
			put(&to, p->at[j].k, 4);
		}
	}
	filter->message_bytes = (size_t)(to - filter->message);
	ENSURE(filter->message_bytes == room);
	return 0;
}

int
capture_filter_compile(struct capture_filter **out, const char *expression_cstr, struct diag *diag)
{
	struct capture_filter *filter = calloc(1, sizeof(*filter));
	if (filter == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory to compile the capture filter"));
	filter->sees_tags = speaks_of_tags(bytes_of_cstr(expression_cstr));
	int first_error = 0;
	for (size_t i = 0; i < LENGTH_OF(linktypes) && !(i == 1 && first_error == -EDOM); i++) {
		int r = compile_one(filter, linktypes[i], expression_cstr, first_error == 0 ? diag : NULL);
		if (r == -EDOM && i > 0) /* "arp" on raw IP: an answer, for that link type */
			r = add_program(filter, linktypes[i], &(struct bpf_insn){.code = BPF_RET | BPF_K, .k = 0}, 1);
		if (r == -ENOMEM) {
			capture_filter_free(filter);
			return diag_say(diag, -ENOMEM, _("not enough memory to compile the capture filter"));
		}
		if (r < 0 && first_error == 0)
			first_error = r;
	}
	if (filter->program_count == 0) {
		capture_filter_free(filter);
		return first_error == -EDOM ? -EINVAL : first_error;
	}
	if (write_message(filter) < 0) {
		capture_filter_free(filter);
		return diag_say(diag, -ENOMEM, _("not enough memory to compile the capture filter"));
	}
	*out = filter;
	return 0;
}

void
capture_filter_free(struct capture_filter *filter)
{
	if (filter == NULL)
		return;
	free(filter->instructions);
	free(filter->message);
	free(filter);
}

struct bytes
capture_filter_bytes(const struct capture_filter *filter)
{
	return (struct bytes){filter->message, filter->message_bytes};
}

/* What bpf_filter() knows; at anything else it aborts, and bpf_validate() lets some of it pass. */
static bool
instruction_known(const struct bpf_insn *instruction)
{
	static const uint16_t codes[] = {
	    BPF_RET | BPF_K,
	    BPF_RET | BPF_A,
	    BPF_LD | BPF_W | BPF_ABS,
	    BPF_LD | BPF_H | BPF_ABS,
	    BPF_LD | BPF_B | BPF_ABS,
	    BPF_LD | BPF_W | BPF_IND,
	    BPF_LD | BPF_H | BPF_IND,
	    BPF_LD | BPF_B | BPF_IND,
	    BPF_LD | BPF_W | BPF_LEN,
	    BPF_LD | BPF_IMM,
	    BPF_LD | BPF_MEM,
	    BPF_LDX | BPF_MSH | BPF_B,
	    BPF_LDX | BPF_IMM,
	    BPF_LDX | BPF_MEM,
	    BPF_ST,
	    BPF_STX,
	    BPF_JMP | BPF_JA,
	    BPF_JMP | BPF_JEQ | BPF_K,
	    BPF_JMP | BPF_JGT | BPF_K,
	    BPF_JMP | BPF_JGE | BPF_K,
	    BPF_JMP | BPF_JSET | BPF_K,
	    BPF_JMP | BPF_JEQ | BPF_X,
	    BPF_JMP | BPF_JGT | BPF_X,
	    BPF_JMP | BPF_JGE | BPF_X,
	    BPF_JMP | BPF_JSET | BPF_X,
	    BPF_ALU | BPF_ADD | BPF_K,
	    BPF_ALU | BPF_SUB | BPF_K,
	    BPF_ALU | BPF_MUL | BPF_K,
	    BPF_ALU | BPF_DIV | BPF_K,
	    BPF_ALU | BPF_MOD | BPF_K,
	    BPF_ALU | BPF_AND | BPF_K,
	    BPF_ALU | BPF_OR | BPF_K,
	    BPF_ALU | BPF_XOR | BPF_K,
	    BPF_ALU | BPF_LSH | BPF_K,
	    BPF_ALU | BPF_RSH | BPF_K,
	    BPF_ALU | BPF_ADD | BPF_X,
	    BPF_ALU | BPF_SUB | BPF_X,
	    BPF_ALU | BPF_MUL | BPF_X,
	    BPF_ALU | BPF_DIV | BPF_X,
	    BPF_ALU | BPF_MOD | BPF_X,
	    BPF_ALU | BPF_AND | BPF_X,
	    BPF_ALU | BPF_OR | BPF_X,
	    BPF_ALU | BPF_XOR | BPF_X,
	    BPF_ALU | BPF_LSH | BPF_X,
	    BPF_ALU | BPF_RSH | BPF_X,
	    BPF_ALU | BPF_NEG,
	    BPF_MISC | BPF_TAX,
	    BPF_MISC | BPF_TXA,
	};
	bool shifts = BPF_CLASS(instruction->code) == BPF_ALU && BPF_SRC(instruction->code) == BPF_K &&
	    (BPF_OP(instruction->code) == BPF_LSH || BPF_OP(instruction->code) == BPF_RSH);
	if (shifts && instruction->k > 31)
		return false;
	for (size_t i = 0; i < LENGTH_OF(codes); i++)
		if (codes[i] == instruction->code)
			return true;
	return false;
}

static int
parse_programs(struct capture_filter *filter, struct cursor *c)
{
	static struct bpf_insn program[INSTRUCTIONS_MAX]; /* 32 KiB; parsed once at start, by one thread */
	size_t program_count = cursor_u8(c);
	if (program_count > PROGRAMS_MAX)
		return -EBADMSG;
	for (size_t i = 0; i < program_count; i++) {
		uint16_t linktype = cursor_le16(c);
		size_t count = cursor_le16(c);
		if (!cursor_ok(c) || count == 0 || count > INSTRUCTIONS_MAX)
			return -EBADMSG;
		for (size_t j = 0; j < count; j++) {
			program[j].code = cursor_le16(c);
			program[j].jt = cursor_u8(c);
			program[j].jf = cursor_u8(c);
			program[j].k = cursor_le32(c);
			if (!instruction_known(&program[j]))
				return -EBADMSG;
		}
		if (!cursor_ok(c) || bpf_validate(program, (int)count) == 0)
			return -EBADMSG;
		int r = add_program(filter, linktype, program, count);
		if (r < 0)
			return r;
	}
	return c->left == 0 && program_count > 0 ? 0 : -EBADMSG;
}

int
capture_filter_parse(struct capture_filter **out, struct bytes message, struct diag *diag)
{
	struct cursor c = cursor_of(message);
	if (message.len > CAPTURE_FILTER_BYTES_MAX || !bytes_eq(cursor_take(&c, MESSAGE_HEAD.len), MESSAGE_HEAD))
		return diag_say(diag, -EBADMSG, _("the compiled capture filter is damaged"));
	struct capture_filter *filter = calloc(1, sizeof(*filter));
	if (filter == NULL)
		return diag_say(diag, -ENOMEM, _("not enough memory for the capture filter"));
	filter->sees_tags = cursor_u8(&c) != 0;
	int r = parse_programs(filter, &c);
	if (r == 0)
		r = write_message(filter);
	if (r < 0) {
		capture_filter_free(filter);
		return r == -ENOMEM ? diag_say(diag, r, _("not enough memory for the capture filter"))
		                    : diag_say(diag, r, _("the compiled capture filter is damaged"));
	}
	*out = filter;
	return 0;
}

static const struct program *
program_find(const struct capture_filter *filter, uint16_t linktype)
{
	for (size_t i = 0; i < filter->program_count; i++)
		if (filter->programs[i].linktype == linktype)
			return &filter->programs[i];
	return NULL;
}

enum capture_filter_verdict
capture_filter_run(const struct capture_filter *filter, const struct frame *frame)
{
	const struct program *program = program_find(filter, frame->linktype);
	if (program == NULL)
		return CAPTURE_FILTER_UNDECIDED;
	return bpf_filter(program->at, frame->data.at, frame->wire_len, (u_int)frame->data.len) != 0 ? CAPTURE_FILTER_KEEP
	                                                                                             : CAPTURE_FILTER_DROP;
}

const struct bpf_insn *
capture_filter_program(const struct capture_filter *filter, uint16_t linktype, size_t *out_count)
{
	const struct program *program = program_find(filter, linktype);
	*out_count = program == NULL ? 0 : program->count;
	return program == NULL ? NULL : program->at;
}

bool
capture_filter_sees_tags(const struct capture_filter *filter)
{
	return filter->sees_tags;
}
