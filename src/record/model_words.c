/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "record/model_words.h"

#include "record/alert_text.h"

#include <stdio.h>
#include <stdlib.h>

enum group {
	NONE,
	VOLUME,
	MESSAGES,
	RHYTHM,
	COURSE,
	SERVICE,
	CONTENT,
	TLS,
	SOURCE,
	TARGET,
	UPLOAD,
	HABIT,
	HOUR,
	NAMES,
	GROUPS
};
enum { SENTENCE_MAX = 320, VALUE_MAX = 64 };
enum unit { WORDLESS, COUNT, BYTES, MICROS, SHARE, SIZE /* signed log, bytes */, BITS };

/* clang-format off */
static const struct code_words {
	uint8_t group, unit;
	const char *sentence_cstr; /* {v}: the number; NULL: not told by itself */
} words[FLOW_CODES] = {
    [FLOW_CODE_DURATION] = {RHYTHM, MICROS, N_("The connection lasted {v}.")},
    [FLOW_CODE_PACKETS_OPENER] = {VOLUME, COUNT, N_("Packets that {source} sent in this connection: {v}.")},
    [FLOW_CODE_PACKETS_ANSWERER] = {VOLUME, COUNT, N_("Packets that {target} sent back: {v}.")},
    [FLOW_CODE_BYTES_OPENER] = {VOLUME, BYTES, N_("{source} sent {v} in this connection.")},
    [FLOW_CODE_BYTES_ANSWERER] = {VOLUME, BYTES, N_("{target} sent {v} back.")},
    [FLOW_CODE_PAYLOAD_OPENER] = {VOLUME, BYTES, N_("{source} sent {v} of content in this connection.")},
    [FLOW_CODE_PAYLOAD_ANSWERER] = {VOLUME, BYTES, N_("{target} sent {v} of content back.")},
    [FLOW_CODE_ASYMMETRY] = {VOLUME, WORDLESS, N_("What the two sides sent is unusually unequal.")},
    [FLOW_CODE_PAYLOAD_MEAN_OPENER] = {VOLUME, BYTES, N_("The packets of {source} carried {v} on average.")},
    [FLOW_CODE_PAYLOAD_MEAN_ANSWERER] = {VOLUME, BYTES, N_("The packets of {target} carried {v} on average.")},
    [FLOW_CODE_SIZE_MAX_OPENER] = {VOLUME, BYTES, N_("The largest packet of {source} had {v}.")},
    [FLOW_CODE_SIZE_MAX_ANSWERER] = {VOLUME, BYTES, N_("The largest packet of {target} had {v}.")},
    [FLOW_CODE_SIZE_MIN_OPENER] = {VOLUME, BYTES, N_("The smallest packet of {source} had {v}.")},
    [FLOW_CODE_SIZES_128] = {VOLUME, SHARE, N_("{v} of 100 packets were very small.")},
    [FLOW_CODE_SIZES_256] = {VOLUME, SHARE, N_("{v} of 100 packets were small.")},
    [FLOW_CODE_SIZES_512] = {VOLUME, SHARE, N_("{v} of 100 packets were of middle size.")},
    [FLOW_CODE_SIZES_1024] = {VOLUME, SHARE, N_("{v} of 100 packets were large.")},
    [FLOW_CODE_SIZES_MORE] = {VOLUME, SHARE, N_("{v} of 100 packets were full.")},
    [FLOW_CODE_GAP_MIN_OPENER] = {RHYTHM, MICROS, N_("{source} sent packets as little as {v} apart.")},
    [FLOW_CODE_GAP_MEAN_OPENER] = {RHYTHM, MICROS, N_("{source} sent a packet every {v} on average.")},
    [FLOW_CODE_GAP_DEVIATION_OPENER] = {RHYTHM, MICROS, N_("The pauses of {source} differed by {v}.")},
    [FLOW_CODE_GAP_MAX_OPENER] = {RHYTHM, MICROS, N_("The longest pause of {source} was {v}.")},
    [FLOW_CODE_GAP_MIN_ANSWERER] = {RHYTHM, MICROS, N_("{target} sent packets as little as {v} apart.")},
    [FLOW_CODE_GAP_MEAN_ANSWERER] = {RHYTHM, MICROS, N_("{target} sent a packet every {v} on average.")},
    [FLOW_CODE_GAP_DEVIATION_ANSWERER] = {RHYTHM, MICROS, N_("The pauses of {target} differed by {v}.")},
    [FLOW_CODE_GAP_MAX_ANSWERER] = {RHYTHM, MICROS, N_("The longest pause of {target} was {v}.")},
    [FLOW_CODE_SILENCE] = {RHYTHM, SHARE, N_("The longest silence took {v} hundredths of the connection.")},
    [FLOW_CODE_TCP_FLAGS_OPENER] = {COURSE, WORDLESS, N_("The packets of {source} opened and closed the connection in an unusual way.")},
    [FLOW_CODE_TCP_FLAGS_ANSWERER] = {COURSE, WORDLESS, N_("{target} answered in an unusual way.")},
    [FLOW_CODE_STATE] = {COURSE, WORDLESS, NULL}, /* states, below */
    [FLOW_CODE_SYN_COUNT] = {COURSE, COUNT, N_("Packets that it took to ask for the connection: {v}.")},
    [FLOW_CODE_RST_COUNT] = {COURSE, COUNT, N_("Packets that broke it off: {v}.")},
    [FLOW_CODE_RETRANSMITTED_OPENER] = {COURSE, COUNT, N_("Packets that {source} had to send again: {v}.")},
    [FLOW_CODE_RETRANSMITTED_ANSWERER] = {COURSE, COUNT, N_("Packets that {target} had to send again: {v}.")},
    [FLOW_CODE_HANDSHAKE] = {COURSE, MICROS, N_("{target} took {v} to accept the connection.")},
    [FLOW_CODE_IP_PROTOCOL] = {SERVICE, WORDLESS, N_("It is a connection to port {target_port}.")},
    [FLOW_CODE_SERVICE] = {SERVICE, WORDLESS, N_("It is a connection to port {target_port}.")},
    [FLOW_CODE_PORT_RARITY] = {SERVICE, COUNT, N_("Times that port {target_port} was used here so far: {v}.")},
    [FLOW_CODE_FIRST_SIZE_1] = {MESSAGES, SIZE, N_("The first message had {v}.")},
    [FLOW_CODE_FIRST_SIZE_2] = {MESSAGES, SIZE, N_("The second message had {v}.")},
    [FLOW_CODE_FIRST_SIZE_3] = {MESSAGES, SIZE, N_("The third message had {v}.")},
    [FLOW_CODE_FIRST_SIZE_4] = {MESSAGES, WORDLESS, N_("The sizes of the first messages are like those of an attack.")},
    [FLOW_CODE_FIRST_SIZE_5] = {MESSAGES, WORDLESS, N_("The sizes of the first messages are like those of an attack.")},
    [FLOW_CODE_FIRST_SIZE_6] = {MESSAGES, WORDLESS, N_("The sizes of the first messages are like those of an attack.")},
    [FLOW_CODE_FIRST_SIZE_7] = {MESSAGES, WORDLESS, N_("The sizes of the first messages are like those of an attack.")},
    [FLOW_CODE_FIRST_SIZE_8] = {MESSAGES, WORDLESS, N_("The sizes of the first messages are like those of an attack.")},
    [FLOW_CODE_ENTROPY] = {CONTENT, BITS, N_("Its first bytes carry {v} of 8 bits each: 8 is encrypted or packed, 4 is text.")},
    [FLOW_CODE_TLS_CLIENT_RARITY] = {TLS, COUNT, N_("Times that the program that opened the encrypted connection was seen here: {v}.")},
    [FLOW_CODE_TLS_SUITES] = {TLS, COUNT, N_("Ways of encrypting that the program offered: {v}.")},
    [FLOW_CODE_TLS_NAME_LENGTH] = {TLS, COUNT, N_("Letters in the name of the server that it asked for: {v}.")},
    [FLOW_CODE_TLS_CERTIFICATE] = {TLS, WORDLESS, N_("The certificate of {target} is one that nobody vouches for, or too old.")},
    [FLOW_CODE_SOURCE_FLOWS] = {SOURCE, COUNT, N_("Connections that {source} made within a minute: {v}.")},
    [FLOW_CODE_SERVICE_FLOWS] = {TARGET, COUNT, N_("Connections to this service of {target} within a minute: {v}.")},
    [FLOW_CODE_SOURCE_DESTINATIONS] = {SOURCE, COUNT, N_("Machines that {source} tried within a minute: {v}.")},
    [FLOW_CODE_SOURCE_PORTS] = {SOURCE, COUNT, N_("Different ports that {source} tried within a minute: {v}.")},
    [FLOW_CODE_SOURCE_FAILED] = {SOURCE, SHARE, N_("Within a minute, {v} of 100 connections of {source} came to nothing.")},
    [FLOW_CODE_SOURCE_UPLOAD] = {UPLOAD, BYTES, N_("{source} sent {v} in ten minutes.")},
    [FLOW_CODE_SERVICE_SOURCES] = {TARGET, COUNT, N_("Machines that used this service of {target} within a minute: {v}.")},
    [FLOW_CODE_REGULARITY] = {HABIT, SHARE, N_("{source} comes back to {target} like clockwork: the pauses differ by {v} hundredths.")},
    [FLOW_CODE_PAIR_SEEN] = {HABIT, COUNT, N_("Times that {source} had used this service of {target} before: {v}.")},
    [FLOW_CODE_SERVICE_NEW] = {HABIT, WORDLESS, N_("{source} had never used such a service before.")},
    [FLOW_CODE_HOUR_HABIT] = {HOUR, WORDLESS, N_("{source} is usually silent at this hour.")},
    [FLOW_CODE_DNS_FAILED] = {NAMES, SHARE, N_("{v} of 100 names that {source} asked for in ten minutes do not exist.")},
};

static const char *const states[] = {
    [FLOW_VECTOR_OTHER] = N_("How the connection began was not seen."),
    [FLOW_VECTOR_S0] = N_("{target} never answered."),
    [FLOW_VECTOR_S1] = N_("The connection was never closed."),
    [FLOW_VECTOR_SF] = N_("{target} took part in the conversation to its end."),
    [FLOW_VECTOR_REJ] = N_("{target} refused the connection."),
    [FLOW_VECTOR_S2] = N_("Only {source} closed the connection."),
    [FLOW_VECTOR_S3] = N_("Only {target} closed the connection."),
    [FLOW_VECTOR_RSTO] = N_("{source} broke the connection off."),
    [FLOW_VECTOR_RSTR] = N_("{target} broke the connection off."),
    [FLOW_VECTOR_RSTOS0] = N_("{source} gave up before {target} answered."),
    [FLOW_VECTOR_RSTRH] = N_("{target} answered what nobody was seen to ask, and broke it off."),
    [FLOW_VECTOR_SH] = N_("{source} closed the connection before {target} answered."),
    [FLOW_VECTOR_SHR] = N_("{target} answered what nobody was seen to ask."),
};
/* clang-format on */

unsigned
model_words_group(unsigned code)
{
	return code < FLOW_CODES ? words[code].group : NONE;
}

/* The smallest number of a code. */
static double
number_of(uint8_t code)
{
	if (code == 0)
		return 0;
	unsigned exponent = (code - 1u) / 8u, steps = (code - 1u) % 8u;
	return (double)(UINT64_C(1) << exponent) * (8 + steps) / 8;
}

/* Sizes of messages are coded with a sign, four steps per octave. */
static double
size_of(uint8_t code)
{
	unsigned steps = code < 127 ? 127u - code : code - 127u;
	return steps == 0 ? 0 : number_of((uint8_t)(2 * steps - 1));
}

static size_t
clip(int n, size_t size)
{
	return n < 0 || size == 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

static size_t
put_bytes(enum language language, double value, char *out, size_t size)
{
	static const char *const units[2][5] = {{"bytes", "kB", "MB", "GB", "TB"}, {"octets", "ko", "Mo", "Go", "To"}};
	char number[TEXT_DECIMAL_MAX];
	unsigned unit = 0;
	for (; value >= 1000 && unit < 4; unit++)
		value /= 1000;
	if (unit == 0 || value >= 10)
		return clip(snprintf(out, size, "%.0f %s", value, units[language == LANGUAGE_FR][unit]), size);
	return clip(
	    snprintf(out, size, "%s %s", text_decimal(language, value, number), units[language == LANGUAGE_FR][unit]), size);
}

static size_t
put_micros(enum language language, double us, char *out, size_t size)
{
	if (us < 1000)
		return clip(snprintf(out, size, "%.0f µs", us), size);
	if (us < 1000000)
		return clip(snprintf(out, size, "%.0f ms", us / 1000), size);
	return alert_text_duration(language, (int64_t)us * 1000, out, size);
}

static size_t
put_number(enum language language, enum unit unit, uint8_t value, char *out, size_t size)
{
	double number = number_of(value);
	return unit == BYTES ? put_bytes(language, number, out, size)
	    : unit == MICROS ? put_micros(language, number, out, size)
	                     : clip(snprintf(out, size, "%.0f", number), size);
}

size_t
model_words_value(enum language language, unsigned code, uint8_t value, char *out, size_t size)
{
	char number[TEXT_DECIMAL_MAX];
	if (size > 0)
		out[0] = '\0';
	if (code >= FLOW_CODES || value == FLOW_CODE_MISSING)
		return 0;
	enum unit unit = (enum unit)words[code].unit;
	if (value == FLOW_CODE_MAX && (unit == COUNT || unit == BYTES || unit == MICROS)) { /* the last code has no end */
		char least[VALUE_MAX / 2];
		(void)put_number(language, unit, value, least, sizeof(least));
		return clip(snprintf(out, size, text_in(language, N_("%s or more")), least), size);
	}
	switch (unit) {
	case WORDLESS: return 0;
	case COUNT:
	case BYTES:
	case MICROS: return put_number(language, unit, value, out, size);
	case SHARE: return clip(snprintf(out, size, "%u", (value * 100u + FLOW_CODE_MAX / 2) / FLOW_CODE_MAX), size);
	case SIZE: return put_bytes(language, size_of(value), out, size);
	case BITS: return clip(snprintf(out, size, "%s", text_decimal(language, value / 31.0, number)), size);
	}
	return 0;
}

/* Whether the sentence is true of this flow: some hold for one end of the scale only. */
static bool
can_be_told(unsigned code, uint8_t value)
{
	if (value == FLOW_CODE_MISSING || words[code].group == NONE)
		return false;
	switch (code) {
	case FLOW_CODE_STATE: return value < LENGTH_OF(states);
	case FLOW_CODE_SERVICE_NEW: return value != 0;
	case FLOW_CODE_TLS_CERTIFICATE: return value != 0;
	case FLOW_CODE_HOUR_HABIT: return value == 0;
	case FLOW_CODE_REGULARITY: return value < FLOW_CODE_MAX / 4;
	case FLOW_CODE_RST_COUNT:
	case FLOW_CODE_SYN_COUNT:
	case FLOW_CODE_HANDSHAKE:
	case FLOW_CODE_RETRANSMITTED_OPENER:
	case FLOW_CODE_RETRANSMITTED_ANSWERER:
	case FLOW_CODE_TLS_CLIENT_RARITY:
	case FLOW_CODE_TLS_SUITES: return value != 0; /* 0: there was none */
	case FLOW_CODE_FIRST_SIZE_1:
	case FLOW_CODE_FIRST_SIZE_2:
	case FLOW_CODE_FIRST_SIZE_3: return value != 127;
	default: return true;
	}
}

size_t
model_words_reasons(const float contributions[static FLOW_CODES], const struct flow_vector *vector,
    const int16_t usual[static FLOW_CODES], struct model_reason out[static MODEL_WORDS_REASONS])
{
	float sums[GROUPS] = {0};
	int best[GROUPS];
	for (unsigned g = 0; g < GROUPS; g++)
		best[g] = -1;
	for (unsigned code = 0; code < FLOW_CODES; code++) {
		unsigned g = words[code].group;
		sums[g] += contributions[code];
		if (contributions[code] > 0 && can_be_told(code, vector->code[code]) &&
		    (best[g] < 0 || contributions[code] > contributions[best[g]]))
			best[g] = (int)code;
	}
	size_t count = 0;
	for (; count < MODEL_WORDS_REASONS; count++) {
		unsigned most = NONE;
		for (unsigned g = NONE + 1; g < GROUPS; g++)
			if (best[g] >= 0 && sums[g] > 0 && (most == NONE || sums[g] > sums[most]))
				most = g;
		if (most == NONE)
			break;
		out[count] = (struct model_reason){.code = (uint8_t)best[most], .usual = usual[best[most]]};
		best[most] = -1;
	}
	return count;
}

void
model_words_put(struct alert *alert, const struct flow_vector *vector, const struct model_verdict *v)
{
	static const char digits[] = "0123456789abcdef";
	char text[ALERT_FACT_VALUE_MAX + 1];
	for (unsigned i = 0; i < FLOW_CODES; i++) {
		text[2 * i] = digits[vector->code[i] >> 4];
		text[2 * i + 1] = digits[vector->code[i] & 15];
	}
	_Static_assert(2 * FLOW_CODES <= ALERT_FACT_VALUE_MAX, "a vector is a fact");
	alert_fact_text(alert, "vector", (struct bytes){(const uint8_t *)text, (size_t)2 * FLOW_CODES});
	alert_fact_text(alert, "model", bytes_of_cstr(v->model_cstr));
	(void)snprintf(text, sizeof(text), "%.3f", (double)v->margin);
	alert_fact_text(alert, "margin", bytes_of_cstr(text));
	(void)snprintf(text, sizeof(text), "%u %u %u", v->sure_word, v->sure_share, v->sure_counted);
	alert_fact_text(alert, "sure", bytes_of_cstr(text));
	size_t n = 0;
	text[0] = '\0';
	for (size_t i = 0; i < v->reason_count; i++) {
		const char *space = i > 0 ? " " : "";
		n += clip(v->reasons[i].usual < 0
		        ? snprintf(text + n, sizeof(text) - n, "%s%u:-", space, v->reasons[i].code)
		        : snprintf(text + n, sizeof(text) - n, "%s%u:%d", space, v->reasons[i].code, v->reasons[i].usual),
		    sizeof(text) - n);
	}
	alert_fact_text(alert, "reasons", bytes_of_cstr(text));
}

static int
hex(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A number below `most`; false when there is none. */
static bool
take_number(const char **at, unsigned long most, unsigned long *out)
{
	char *end;
	if (**at < '0' || **at > '9')
		return false;
	*out = strtoul(*at, &end, 10);
	*at = end;
	return *out <= most;
}

static bool
get_sure(const char *at, struct model_verdict *v)
{
	unsigned long word, share, counted;
	if (!take_number(&at, 4, &word) || *at++ != ' ' || !take_number(&at, 10000, &share) || *at++ != ' ' ||
	    !take_number(&at, UINT32_MAX, &counted) || *at != '\0')
		return false;
	v->sure_word = (unsigned)word;
	v->sure_share = (unsigned)share;
	v->sure_counted = (uint32_t)counted;
	return true;
}

static bool
get_reasons(const char *at, struct model_verdict *v)
{
	for (v->reason_count = 0; *at != '\0' && v->reason_count < MODEL_WORDS_REASONS; v->reason_count++) {
		struct model_reason *r = &v->reasons[v->reason_count];
		unsigned long code, usual;
		if ((v->reason_count > 0 && *at++ != ' ') || !take_number(&at, FLOW_CODES - 1, &code) || *at++ != ':')
			return false;
		*r = (struct model_reason){.code = (uint8_t)code, .usual = -1};
		if (*at == '-')
			at++;
		else if (take_number(&at, FLOW_CODE_MAX, &usual))
			r->usual = (int16_t)usual;
		else
			return false;
	}
	return *at == '\0';
}

static void
fact_cstr(const struct alert *alert, const char *name_cstr, char *out, size_t size)
{
	struct bytes value = alert_fact_find(alert, name_cstr);
	(void)snprintf(out, size, "%.*s", (int)value.len, value.len > 0 ? (const char *)value.at : "");
}

bool
model_words_get(const struct alert *alert, struct flow_vector *vector, struct model_verdict *v)
{
	struct bytes codes = alert_fact_find(alert, "vector");
	char text[ALERT_FACT_VALUE_MAX + 1];
	if (codes.len != (size_t)2 * FLOW_CODES)
		return false;
	for (unsigned i = 0; i < FLOW_CODES; i++) {
		int high = hex(codes.at[2 * i]), low = hex(codes.at[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		vector->code[i] = (uint8_t)(high << 4 | low);
	}
	*v = (struct model_verdict){0};
	fact_cstr(alert, "model", v->model_cstr, sizeof(v->model_cstr));
	fact_cstr(alert, "margin", text, sizeof(text));
	v->margin = strtof(text, NULL);
	fact_cstr(alert, "sure", text, sizeof(text));
	if (!get_sure(text, v))
		return false;
	fact_cstr(alert, "reasons", text, sizeof(text));
	return get_reasons(text, v);
}

/* The sentence with {v} put in; the rest is alert_text's. */
static size_t
put_value(const char *sentence_cstr, const char *value_cstr, char *out, size_t size)
{
	struct bytes s = bytes_of_cstr(sentence_cstr);
	size_t n = 0;
	while (s.len > 0 && n + 1 < size) {
		if (s.len >= 3 && memcmp(s.at, "{v}", 3) == 0) {
			n += clip(snprintf(out + n, size - n, "%s", value_cstr), size - n);
			s = bytes_after(s, 3);
		} else {
			out[n++] = (char)s.at[0];
			s = bytes_after(s, 1);
		}
	}
	out[n] = '\0';
	return n;
}

size_t
model_words_sentence(enum language language, const struct flow_vector *vector, unsigned code, const struct alert *alert,
    char *out, size_t size)
{
	char value[VALUE_MAX], sentence[SENTENCE_MAX];
	if (size > 0)
		out[0] = '\0';
	if (code >= FLOW_CODES || size == 0 || !can_be_told(code, vector->code[code]))
		return 0;
	const char *words_cstr = code == FLOW_CODE_STATE ? states[vector->code[code]] : words[code].sentence_cstr;
	(void)model_words_value(language, code, vector->code[code], value, sizeof(value));
	(void)put_value(text_in(language, words_cstr), value, sentence, sizeof(sentence));
	return alert_text_fill(language, sentence, alert, out, size);
}

static size_t
fill_usual(enum language language, const struct model_reason *r, char *out, size_t size)
{
	char value[VALUE_MAX];
	if (r->usual < 0 || model_words_value(language, r->code, (uint8_t)r->usual, value, sizeof(value)) == 0)
		return 0;
	if (size < 2)
		return 0;
	out[0] = ' ';
	return 1 + put_value(text_in(language, N_("Usual here: {v}.")), value, out + 1, size - 1);
}

static size_t
fill_others(enum language language, const struct flow_vector *vector, const struct model_verdict *v,
    const struct alert *alert, char *out, size_t size)
{
	size_t n = 0;
	for (size_t i = 1; i < v->reason_count && size - n > 2; i++) {
		out[n++] = ' ';
		n += model_words_sentence(language, vector, v->reasons[i].code, alert, out + n, size - n);
	}
	return n;
}

static size_t
fill_sure(enum language language, const struct model_verdict *v, char *out, size_t size)
{
	static const char *const sentences[] = {N_("How often such an alert is real has not been measured."),
	    N_("It may be a false alarm: in our tests, {v} of 100 alerts like this one were real."),
	    N_("It is likely: in our tests, {v} of 100 alerts like this one were real."),
	    N_("We are fairly sure: in our tests, {v} of 100 alerts like this one were real."),
	    N_("We are sure: in our tests, {v} of 100 alerts like this one were real.")};
	char value[VALUE_MAX];
	(void)snprintf(value, sizeof(value), "%u", v->sure_share / 100); /* rounded down: never more than was measured */
	return put_value(text_in(language, sentences[v->sure_word]), value, out, size);
}

/* Its first bytes look random, or the handshake of TLS was seen. */
static bool
is_encrypted(const struct flow_vector *v)
{
	enum { SEVEN_BITS = 7 * 31 };
	uint8_t entropy = v->code[FLOW_CODE_ENTROPY], suites = v->code[FLOW_CODE_TLS_SUITES];
	return (entropy != FLOW_CODE_MISSING && entropy >= SEVEN_BITS) || (suites != FLOW_CODE_MISSING && suites > 0);
}

size_t
model_words_fill(enum language language, struct bytes name, const struct alert *alert, char *out, size_t size)
{
	struct flow_vector vector;
	struct model_verdict v;
	if (size > 0)
		out[0] = '\0';
	if (size == 0 || !model_words_get(alert, &vector, &v))
		return 0;
	if (bytes_eq(name, BYTES("model_fact")))
		return v.reason_count == 0
		    ? alert_text_fill(language,
		          text_in(language, N_("What {source} exchanged with {target} is like an attack as a whole.")),
		          alert, out, size)
		    : model_words_sentence(language, &vector, v.reasons[0].code, alert, out, size);
	if (bytes_eq(name, BYTES("model_usual")))
		return v.reason_count == 0 ? 0 : fill_usual(language, &v.reasons[0], out, size);
	if (bytes_eq(name, BYTES("model_others")))
		return fill_others(language, &vector, &v, alert, out, size);
	if (bytes_eq(name, BYTES("model_sure")))
		return fill_sure(language, &v, out, size);
	if (bytes_eq(name, BYTES("model_unseen")))
		return clip(
		    snprintf(out, size, "%s",
		        text_in(language,
		            is_encrypted(&vector) ? N_("Not checked: the content, which is encrypted.")
		                                  : N_("Not checked: the content itself, only how the conversation went."))),
		    size);
	return 0;
}
