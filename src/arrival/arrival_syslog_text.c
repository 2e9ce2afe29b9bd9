/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_syslog_text.h"

#include "arrival/arrival_json.h"
#include "arrival/arrival_word.h"
#include "record/alert_text.h"

enum { TCP = 6, UDP = 17, SSH_PORT = 22, FTP_PORT = 21 };
enum { FIN = 0x01, SYN = 0x02, RST = 0x04, PSH = 0x08, ACK = 0x10, URG = 0x20 }; /* RFC 9293 3.1 */

static void
tell_login(struct arrival *out, enum app_proto app, uint16_t port, enum login_outcome outcome, struct bytes user)
{
	struct observation *o = &out->observation;
	o->kind = OBSERVATION_LOGIN;
	o->ip_proto = TCP;
	o->dst_port = port;
	o->login.app = (uint8_t)app;
	o->login.outcome = (uint8_t)outcome;
	o->login.user_len = arrival_json_copy(o->login.user, sizeof(o->login.user), user);
	out->kind = ARRIVAL_OBSERVATION;
}

/* "Failed password for [invalid user ]NAME from ADDRESS port N[ ssh2]". The name is a stranger's and may hold all of that too:
 * the last " from " is ours. */
static bool
read_sshd(struct bytes message, struct arrival *out)
{
	bool failed = bytes_start_with(message, BYTES("Failed ")), accepted = bytes_start_with(message, BYTES("Accepted "));
	static const char *const ways[] = {"password", "keyboard-interactive", "gssapi", "publickey", "hostbased", "none"};
	enum { WITH_PASSWORD = 2, WAYS_ACCEPTED = 5 };
	struct bytes rest = bytes_after(message, failed ? 7 : 9);
	size_t way = 0;
	while (way < LENGTH_OF(ways) && !bytes_start_with(rest, bytes_of_cstr(ways[way])))
		way++;
	if ((!failed && !accepted) || way == LENGTH_OF(ways))
		return bytes_start_with(message, BYTES("Invalid user ")) ||
		    bytes_start_with(message, BYTES("Connection ")) ||
		    bytes_start_with(message, BYTES("Received disconnect ")) ||
		    bytes_start_with(message, BYTES("Disconnect")) || bytes_start_with(message, BYTES("pam_unix(sshd:")) ||
		    bytes_start_with(message, BYTES("error: maximum authentication attempts"));
	/* Of keys a client tries several, which is no guessing. */
	if (way >= (failed ? WITH_PASSWORD : WAYS_ACCEPTED))
		return true;
	(void)arrival_word_next(&rest, ' '); /* the way */
	(void)arrival_word_next(&rest, ' '); /* "for" */
	size_t from = arrival_word_last(rest, " from ");
	struct bytes user = bytes_first(rest, from), ends = bytes_after(rest, from + 6);
	if (bytes_start_with(user, BYTES("invalid user ")))
		user = bytes_after(user, 13);
	uint64_t port = 0;
	if (!addr_parse(arrival_word_next(&ends, ' '), &out->observation.src))
		return true;                 /* a name instead of an address: UseDNS */
	(void)arrival_word_next(&ends, ' '); /* "port" */
	if (arrival_word_number(arrival_word_next(&ends, ' '), UINT16_MAX, &port))
		out->observation.src_port = (uint16_t)port;
	tell_login(out, APP_SSH, SSH_PORT, failed ? LOGIN_REFUSED : LOGIN_ACCEPTED, user);
	return true;
}

/* "pam_unix(vsftpd:auth): authentication failure; logname= uid=0 ... rhost=192.0.2.1  user=bob" */
static bool
read_pam(struct bytes message, struct arrival *out)
{
	if (!bytes_start_with(message, BYTES("pam_")))
		return false;
	struct bytes service = bytes_after(message, bytes_find(message, '(') + 1);
	service = bytes_first(service, bytes_find(service, ':'));
	bool ftp = arrival_word_has(service, "ftp");
	if (ftp && arrival_word_has(message, "authentication failure") &&
	    addr_parse(arrival_word_value(message, "rhost"), &out->observation.src))
		tell_login(out, APP_FTP, FTP_PORT, LOGIN_REFUSED, arrival_word_value(message, "user"));
	return true;
}

/* `[bob] FAIL LOGIN: Client "::ffff:192.0.2.1"` */
static bool
read_vsftpd(struct bytes message, struct arrival *out)
{
	size_t at = arrival_word_last(message, " LOGIN: Client \"");
	if (at == message.len)
		return false;
	struct bytes before = bytes_first(message, at), client = bytes_after(message, at + 16);
	bool fail = before.len >= 4 && bytes_eq(bytes_after(before, before.len - 4), BYTES("FAIL"));
	struct bytes user = bytes_after(before, bytes_find(before, '[') + 1);
	user = bytes_first(user, bytes_find(user, ']'));
	if (addr_parse(bytes_first(client, bytes_find(client, '"')), &out->observation.src))
		tell_login(out, APP_FTP, FTP_PORT, fail ? LOGIN_REFUSED : LOGIN_ACCEPTED, user);
	return true;
}

bool
arrival_syslog_text_login(struct bytes program, struct bytes message, struct arrival *out)
{
	if (bytes_eq(program, BYTES("sshd")) || bytes_eq(program, BYTES("sshd-session")))
		return read_sshd(message, out);
	if (bytes_eq(program, BYTES("vsftpd")) && read_vsftpd(message, out))
		return true;
	/* sudo, su and login on the machine itself: understood, and no network is concerned. */
	if (bytes_eq(program, BYTES("sudo")) || bytes_eq(program, BYTES("su")) || bytes_eq(program, BYTES("login")))
		return arrival_word_has(message, "authentication failure") || arrival_word_has(message, "COMMAND=") ||
		    arrival_word_has(message, "session opened") || arrival_word_has(message, "session closed") ||
		    arrival_word_has(message, "incorrect password") || arrival_word_has(message, "FAILED LOGIN");
	return read_pam(message, out);
}

/* ---- firewalls ---- */

enum verdict { DROPPED, REJECTED, LET_THROUGH };

/* A log line tells the packet that began, or would have begun, a connection. What was let through was answered, as far as anybody
 * knows; that it was cannot make a service of it. */
static void
tell_packet(struct arrival *out, uint64_t bytes, enum verdict verdict)
{
	struct observation *o = &out->observation;
	struct observed_flow *f = &o->flow;
	o->kind = OBSERVATION_FLOW_END;
	f->first_ns = f->last_ns = o->time_ns;
	f->packets[0] = 1;
	f->bytes[0] = bytes;
	f->app = APP_NONE;
	f->first_flags = f->tcp_flags[0];
	f->state = verdict == REJECTED ? FLOW_STATE_REFUSED : FLOW_STATE_NEW;
	if (verdict == LET_THROUGH) {
		f->packets[1] = 1;
		f->state = FLOW_STATE_ESTABLISHED;
		f->midstream = 1;
	}
	out->kind = ARRIVAL_OBSERVATION;
}

static bool
has_word(struct bytes text, const char *word_cstr)
{
	struct bytes word = bytes_of_cstr(word_cstr);
	for (size_t i = 0; i + word.len <= text.len; i++)
		if (bytes_eq_nocase(bytes_first(bytes_after(text, i), word.len), word))
			return true;
	return false;
}

static uint16_t
port_of(struct bytes text)
{
	uint64_t value;
	return arrival_word_number(text, UINT16_MAX, &value) ? (uint16_t)value : 0;
}

/* "[UFW BLOCK] IN=eth0 OUT= MAC=... SRC=192.0.2.1 DST=10.0.0.5 LEN=60 ... PROTO=TCP SPT=4000 DPT=22 ... SYN URGP=0": the words of
 * the kernel's LOG target; what precedes IN= is the administrator's, and tells the verdict. */
static bool
read_netfilter(struct bytes message, struct arrival *out)
{
	static const struct {
		const char *word_cstr;
		uint8_t flag;
	} flags[] = {{" SYN", SYN}, {" ACK", ACK}, {" FIN", FIN}, {" RST", RST}, {" PSH", PSH}, {" URG ", URG}};
	struct observation *o = &out->observation;
	size_t in = bytes_find_all(message, BYTES("IN="));
	struct bytes prefix = bytes_first(message, in), packet = bytes_after(message, in);
	if (in == message.len || !arrival_word_has(packet, " SRC=") || !arrival_word_has(packet, " DST="))
		return false;
	if (!addr_parse(arrival_word_value(packet, "SRC"), &o->src) ||
	    !addr_parse(arrival_word_value(packet, "DST"), &o->dst))
		return true;
	struct bytes proto = arrival_word_value(packet, "PROTO");
	o->ip_proto = bytes_eq(proto, BYTES("TCP")) ? TCP
	    : bytes_eq(proto, BYTES("UDP"))         ? UDP
	    : bytes_eq(proto, BYTES("ICMP"))        ? 1
	    : bytes_eq(proto, BYTES("ICMPv6"))      ? 58
	                                            : (uint8_t)port_of(proto);
	bool icmp = o->ip_proto == 1 || o->ip_proto == 58;
	o->src_port = port_of(arrival_word_value(packet, icmp ? "TYPE" : "SPT"));
	o->dst_port = port_of(arrival_word_value(packet, icmp ? "CODE" : "DPT"));
	for (size_t i = 0; i < LENGTH_OF(flags) && o->ip_proto == TCP; i++)
		if (arrival_word_has(packet, flags[i].word_cstr))
			o->flow.tcp_flags[0] |= flags[i].flag;
	enum verdict verdict = has_word(prefix, "rej")                                         ? REJECTED
	    : has_word(prefix, "acc") || has_word(prefix, "allow") || has_word(prefix, "pass") ? LET_THROUGH
	                                                                                       : DROPPED;
	tell_packet(out, port_of(arrival_word_value(packet, "LEN")), verdict);
	return true;
}

/* The n-th of comma-separated values, from 0. */
static struct bytes
column(struct bytes values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)arrival_word_next(&values, ',');
	return bytes_first(values, bytes_find(values, ','));
}

/* The columns of filterlog: docs.netgate.com/pfsense/en/latest/monitoring/logs/raw-filter-format.html */
static bool
read_filterlog(struct bytes message, struct arrival *out)
{
	enum { ACTION = 6, VERSION = 8, V4_PROTO = 15, V4_LENGTH = 17, V6_PROTO = 13, V6_LENGTH = 14, V6_TO_V4 = 3 };
	struct observation *o = &out->observation;
	struct bytes action = column(message, ACTION), version = column(message, VERSION);
	bool v6 = bytes_eq(version, BYTES("6"));
	size_t length = v6 ? V6_LENGTH : V4_LENGTH;
	if (!v6 && !bytes_eq(version, BYTES("4")))
		return false;
	if (!addr_parse(column(message, length + 1), &o->src) || !addr_parse(column(message, length + 2), &o->dst))
		return true;
	o->ip_proto = (uint8_t)port_of(column(message, v6 ? V6_PROTO : V4_PROTO));
	if (o->ip_proto == TCP || o->ip_proto == UDP) {
		o->src_port = port_of(column(message, length + 3));
		o->dst_port = port_of(column(message, length + 4));
	}
	struct bytes letters = o->ip_proto == TCP ? column(message, length + 6) : (struct bytes){0};
	static const char names[] = "FSRPAU";
	for (size_t i = 0; i < letters.len; i++)
		for (unsigned bit = 0; bit < sizeof(names) - 1; bit++)
			if (letters.at[i] == (uint8_t)names[bit])
				o->flow.tcp_flags[0] |= (uint8_t)(1u << bit);
	enum verdict verdict = bytes_eq(action, BYTES("pass")) ? LET_THROUGH
	    : bytes_eq(action, BYTES("reject"))                ? REJECTED
	                                                       : DROPPED;
	tell_packet(out, port_of(column(message, length)), verdict);
	return true;
}

bool
arrival_syslog_text_firewall(struct bytes program, struct bytes message, struct arrival *out)
{
	if (bytes_eq(program, BYTES("filterlog")))
		return read_filterlog(message, out);
	return read_netfilter(message, out);
}

/* ---- CEF ---- */

/* Up to the next | that no backslash precedes, unescaped into room. */
static struct bytes
next_part(struct bytes *rest, char *room, size_t size)
{
	size_t n = 0, i = 0;
	for (; i < rest->len && rest->at[i] != '|'; i++) {
		if (rest->at[i] == '\\' && i + 1 < rest->len)
			i++;
		if (n < size)
			room[n++] = (char)rest->at[i];
	}
	*rest = bytes_after(*rest, i + 1);
	return (struct bytes){(const uint8_t *)room, n};
}

static uint64_t
cef_severity(struct bytes text)
{
	static const char *const words[] = {"low", "medium", "high", "very-high"};
	uint64_t value;
	if (arrival_word_number(text, 10, &value))
		return value;
	for (size_t i = 0; i < LENGTH_OF(words); i++)
		if (bytes_eq_nocase(text, bytes_of_cstr(words[i])))
			return 2 + 3 * i > 10 ? 10 : 2 + 3 * i;
	return 3;
}

/* "CEF:0|vendor|product|version|id|name|severity|extension" */
bool
arrival_syslog_text_cef(struct bytes message, struct arrival *out)
{
	enum { VENDOR, PRODUCT, VERSION, ID, NAME, SEVERITY, PARTS };
	char rooms[PARTS][ALERT_FACT_VALUE_MAX];
	struct bytes parts[PARTS], rest = message;
	struct alert *a = &out->alert;
	if (!bytes_start_with(message, BYTES("CEF:")))
		return false;
	(void)arrival_word_next(&rest, '|');
	for (size_t i = 0; i < PARTS; i++)
		parts[i] = next_part(&rest, rooms[i], sizeof(rooms[i]));
	uint64_t severity = cef_severity(parts[SEVERITY]), count = 1, ms;
	struct bytes category = arrival_word_value(rest, "cat");
	if (out->observation.time_ns == 0) { /* a line of CEF alone has its time inside */
		if (!arrival_word_number(arrival_word_value(rest, "rt"), INT64_MAX / 1000000, &ms) &&
		    !arrival_word_number(arrival_word_value(rest, "start"), INT64_MAX / 1000000, &ms))
			return false;
		out->observation.time_ns = (int64_t)ms * 1000000;
	}
	*a = (struct alert){.detector_cstr = alert_text_known(BYTES("other-sensor")),
	    .severity = severity >= 7 ? SEVERITY_SERIOUS
	        : severity >= 4       ? SEVERITY_SIGNIFICANT
	                              : SEVERITY_MINOR,
	    .stage = has_word(parts[NAME], "scan") ? STAGE_RECONNAISSANCE
	        : severity >= 4                    ? STAGE_ACCESS
	                                           : STAGE_HYGIENE,
	    .confidence = 60,
	    .ip_proto = has_word(arrival_word_value(rest, "proto"), "udp") ? UDP : TCP,
	    .first_ns = out->observation.time_ns,
	    .last_ns = out->observation.time_ns,
	    .targets = 1,
	    .app = APP_NONE};
	if (!addr_parse(arrival_word_value(rest, "src"), &a->source))
		a->source = (struct addr){0};
	if (!addr_parse(arrival_word_value(rest, "dst"), &a->target))
		a->target = (struct addr){0};
	if (addr_is_zero(&a->source)) {
		a->source = a->target;
		a->target = (struct addr){0};
	}
	if (addr_is_zero(&a->source))
		return true; /* it concerns no machine that we could name */
	a->source_port = port_of(arrival_word_value(rest, "spt"));
	a->target_port = port_of(arrival_word_value(rest, "dpt"));
	a->count = arrival_word_number(arrival_word_value(rest, "cnt"), INT32_MAX, &count) && count > 0 ? count : 1;
	alert_fact_text(a, "signature", parts[NAME]);
	alert_fact_text(a, "category", category.len > 0 ? category : parts[PRODUCT]);
	alert_fact_text(a, "rule", parts[ID]);
	out->kind = ARRIVAL_ALERT;
	return true;
}
