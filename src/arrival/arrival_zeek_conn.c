/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "arrival/arrival_zeek_conn.h"

#include "arrival/arrival_flow.h"

enum { FIN = 0x01, SYN = 0x02, RST = 0x04, PSH = 0x08, ACK = 0x10 }; /* RFC 9293 3.1 */
enum { TCP = 6 };

/* Zeek's word for a service, where it is not Suricata's. */
static const struct {
	const char *zeek_cstr;
	uint8_t app;
} services[] = {{"ssl", APP_TLS}, {"krb", APP_KERBEROS}, {"krb_tcp", APP_KERBEROS}, {"postgresql", APP_POSTGRESQL},
    {"ldap_tcp", APP_LDAP}, {"ldap_udp", APP_LDAP}};

/* "gssapi,smb,ntlm": the first that is known. */
uint8_t
arrival_zeek_conn_app(struct bytes names, uint8_t set_mark)
{
	while (names.len > 0) {
		struct bytes name = bytes_first(names, bytes_find(names, set_mark));
		names = bytes_after(names, name.len + 1);
		for (size_t i = 0; i < LENGTH_OF(services); i++)
			if (bytes_eq(name, bytes_of_cstr(services[i].zeek_cstr)))
				return services[i].app;
		enum app_proto app = arrival_flow_app(name);
		if (app > APP_NONE)
			return (uint8_t)app;
	}
	return APP_NONE;
}

/* One letter for each kind of packet, in the order of the first of each; capitals are of who opened it. */
static void
read_history(struct bytes history, uint8_t flags[static 2])
{
	for (size_t i = 0; i < history.len; i++) {
		size_t side = history.at[i] >= 'a';
		switch (bytes_lower(history.at[i])) {
		case 's': flags[side] |= SYN; break;
		case 'h': flags[side] |= SYN | ACK; break;
		case 'a': flags[side] |= ACK; break;
		case 'd': flags[side] |= PSH | ACK; break;
		case 'f': flags[side] |= FIN; break;
		case 'r': flags[side] |= RST; break;
		default: break;
		}
	}
}

/* conn_state of conn.log; a server that answers with a reset and never with SYN refuses. */
static uint8_t
state_of(const struct observation *o, struct bytes state)
{
	const struct observed_flow *f = &o->flow;
	if (o->ip_proto == TCP &&
	    (bytes_eq(state, BYTES("REJ")) || ((f->tcp_flags[1] & (RST | SYN)) == RST && f->tcp_flags[0] != 0)))
		return FLOW_STATE_REFUSED;
	/* An answer that was never acknowledged leaves the connection half open: Zeek calls it S1 or RSTO. */
	if (o->ip_proto == TCP && (f->tcp_flags[0] & (SYN | ACK)) == SYN)
		return FLOW_STATE_NEW;
	if (bytes_eq(state, BYTES("S0")) || bytes_eq(state, BYTES("SH")) || bytes_eq(state, BYTES("RSTOS0")))
		return FLOW_STATE_NEW;
	if (o->ip_proto == TCP &&
	    (bytes_eq(state, BYTES("SF")) || bytes_eq(state, BYTES("RSTO")) || bytes_eq(state, BYTES("RSTR"))))
		return FLOW_STATE_CLOSED;
	return f->packets[1] == 0 ? FLOW_STATE_NEW : FLOW_STATE_ESTABLISHED;
}

bool
arrival_zeek_conn_read(const struct arrival_zeek_row *row, struct observation *o)
{
	static const enum arrival_zeek_field packets[2] = {ZEEK_ORIG_PKTS, ZEEK_RESP_PKTS},
	                                     bytes[2] = {ZEEK_ORIG_IP_BYTES, ZEEK_RESP_IP_BYTES},
	                                     payload[2] = {ZEEK_ORIG_BYTES, ZEEK_RESP_BYTES};
	struct observed_flow *f = &o->flow;
	int64_t duration_ns;
	f->first_ns = f->last_ns = o->time_ns;
	if (arrival_zeek_row_seconds(row, ZEEK_DURATION, &duration_ns) && duration_ns <= INT64_MAX - f->first_ns)
		f->last_ns = f->first_ns + duration_ns;
	o->time_ns = f->last_ns;
	for (size_t i = 0; i < 2; i++) {
		f->packets[i] = arrival_zeek_row_number(row, packets[i], UINT32_MAX);
		f->bytes[i] = arrival_zeek_row_number(row, bytes[i], UINT64_C(1) << 62);
		f->payload_bytes[i] = arrival_zeek_row_number(row, payload[i], UINT64_C(1) << 62);
		f->data_packets[i] = (uint32_t)arrival_flow_data_packets(o->ip_proto, f->packets[i], f->payload_bytes[i]);
	}
	if (o->ip_proto == TCP) {
		read_history(row->values[ZEEK_HISTORY], f->tcp_flags);
		f->first_flags = f->packets[0] == 1 || (f->tcp_flags[0] & SYN) == 0 ? f->tcp_flags[0] : SYN;
		if (f->packets[0] != 1 && (f->tcp_flags[0] & SYN) == 0)
			f->first_flags &= ACK;
		f->midstream = (f->tcp_flags[0] & SYN) == 0;
	}
	f->state = state_of(o, row->values[ZEEK_CONN_STATE]);
	f->app = arrival_zeek_conn_app(row->values[ZEEK_SERVICE], row->set_mark);
	if (f->app == APP_NONE && f->payload_bytes[0] + f->payload_bytes[1] > 0)
		f->app = APP_UNKNOWN;
	return true;
}
