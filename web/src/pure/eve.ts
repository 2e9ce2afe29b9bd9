// SPDX-License-Identifier: AGPL-3.0-or-later
// One line that says what an event is: who, to whom, what. Events come from the network: every part may be anything.
import type { Eve } from "../core/types.ts";

type Map_ = Record<string, unknown>;

function map(value: unknown): Map_ {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Map_) : {};
}
function text(value: unknown): string {
	return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
function join(...parts: unknown[]): string {
	return parts.map(text).filter((p) => p !== "").join(" ");
}

export function ends(event: Eve): { source: string; target: string } {
	const side = (ip: unknown, port: unknown) => {
		const at = text(ip);
		const p = text(port);
		if (at === "") return "";
		return p === "" ? at : at.includes(":") ? `[${at}]:${p}` : `${at}:${p}`;
	};
	return { source: side(event.src_ip, event.src_port), target: side(event.dest_ip, event.dest_port) };
}

const SUMMARIES: Record<string, (e: Map_, event: Eve) => string> = {
	alert: (a) => text(a.signature),
	dns: (d) => {
		const first = Array.isArray(d.queries) ? map(d.queries[0]) : d;
		return join(first.rrtype ?? d.rrtype, first.rrname ?? d.rrname, d.rcode);
	},
	http: (h) => join(h.http_method, `${text(h.hostname)}${text(h.url)}`, h.status),
	tls: (s) => join(s.version, s.sni, s.subject),
	ssh: (s) => join(map(s.client).software_version, "→", map(s.server).software_version),
	flow: (f, event) => join(event.app_proto, f.state, text(f.bytes_toserver) && `↑${text(f.bytes_toserver)}`, text(f.bytes_toclient) && `↓${text(f.bytes_toclient)}`),
	fileinfo: (f) => join(f.filename, f.magic, f.size),
	anomaly: (a) => join(a.type, a.event),
	dhcp: (d) => join(d.dhcp_type ?? d.type, d.assigned_ip, d.hostname),
	smtp: (s) => join(s.helo, s.mail_from),
	ftp: (f) => join(f.command, f.command_data),
	ldap: (l) => join(map(l.request).operation),
	ntp: (n) => join(n.version, n.stratum),
};

export function summary(event: Eve): string {
	const type = text(event.event_type);
	const body = map(event[type]);
	const say = Object.prototype.hasOwnProperty.call(SUMMARIES, type) ? SUMMARIES[type] : undefined;
	const said = say ? say(body, event) : "";
	if (said !== "") return said;
	const values = Object.values(body).map(text).filter((v) => v !== "");
	return values.slice(0, 4).join(" ");
}
