// SPDX-License-Identifier: AGPL-3.0-or-later
// From what the server answers to what the pages show. Whatever is missing or of another kind becomes empty, never a crash.
import type {
	AlertFull, AlertRow, Asset, Clock, Entry, Exception, FieldDef, Graph, IncidentFull, IncidentList, IncidentRow, Item, MapLink, MapNode, Option, Sentence, Session, SpokenRule, Technique, Today, Vocabulary,
} from "./types.ts";

type Raw = Record<string, unknown>;

export function record(value: unknown): Raw {
	return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
}
export function list(value: unknown): Raw[] {
	return Array.isArray(value) ? value.map(record) : [];
}
export function text(...values: unknown[]): string {
	for (const value of values) {
		if (typeof value === "string" && value !== "") return value;
		if (typeof value === "number") return String(value);
	}
	return "";
}
function texts(value: unknown): string[] {
	return Array.isArray(value) ? value.map((v) => (typeof v === "string" ? v : text(record(v).text, record(v).name))).filter((v) => v !== "") : [];
}
function number(value: unknown): number {
	return typeof value === "number" && Number.isFinite(value) ? value : 0;
}
function strings(value: unknown): Record<string, string> {
	return Object.fromEntries(Object.entries(record(value)).map(([name, v]) => [name, text(v)]));
}
/** One form of UTC for all. */
export function moment(...values: unknown[]): string {
	return text(...values).replace(/\+00:?00$/, "Z");
}
const optional = (value: string): string | undefined => (value === "" ? undefined : value);

const SEVERITIES: Record<string, string> = { minor: "1", significant: "2", serious: "3", critical: "4" };
export function severity(value: unknown): string {
	const said = text(value);
	return SEVERITIES[said] ?? said;
}

export function session(raw: unknown): Session {
	const user = record(record(raw).user);
	return {
		user: {
			name: text(user.name), display: text(user.display, user.name), role: text(user.role), rights: texts(user.rights), language: text(user.language),
			totp: user.totp === true, mustSetPassword: user.must_set_password === true || record(raw).must_set_password === true,
		},
		csrf: text(record(raw).csrf),
	};
}

function options(value: unknown): Option[] {
	return list(value).map((o) => ({ value: text(o.word, o.value), label: text(o.label, o.word, o.value) }));
}
function field(raw: Raw): FieldDef {
	const type = text(raw.type);
	const known = ["line", "text", "time", "number", "word"] as const;
	const words = Array.isArray(raw.words) ? options(raw.words) : undefined;
	return { name: text(raw.name), label: text(raw.label, raw.name), type: type === "id" || type === "ref" ? "ref" : (known.find((k) => k === type) ?? "line"), ...(words ? { words } : {}) };
}

export function vocabulary(raw: unknown): Vocabulary {
	const v = record(raw);
	const organisation = record(v.organisation);
	return {
		organisation: {
			name: text(organisation.name, v.organisation), zone: text(organisation.zone, v.zone) || Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
			language: text(organisation.language), tlp: text(organisation.tlp, organisation.marking),
		},
		states: list(v.states).map((s) => ({ name: text(s.state, s.name), label: text(s.label), next: texts(s.next) })),
		severities: list(v.severities).map((s) => ({ value: severity(s.word ?? s.value), label: text(s.label) })),
		categories: list(v.categories).map((c) => ({ code: text(c.code), label: text(c.label, c.name, c.code), playbook: text(c.playbook) })),
		kinds: list(v.kinds).map((k) => ({ kind: text(k.kind), label: text(k.label), fields: list(k.fields).map(field) })),
		playbooks: list(v.playbooks).map((p) => ({ name: text(p.name), title: text(p.title), first: texts(p.first), never: texts(p.never) })),
		notices: list(v.notices).map((n) => text(n.name)),
		clocks: list(v.clocks).map((c) => ({
			profile: text(c.profile), label: text(c.label, c.name, c.profile), applies: text(c.applies),
			steps: list(c.steps).map((s) => ({ step: text(s.step), label: text(s.label, s.name, s.step), tell: text(s.tell), law: text(s.law, [text(s.text), text(s.article)].filter(Boolean).join(", ")) })),
		})),
		roles: list(v.roles).map((r) => ({ name: text(r.name, r.role), label: text(r.label, r.name), tells: text(r.tells), rights: texts(r.rights) })),
	};
}

const CLOCK_STATES: Record<string, string> = { waits: "waiting", runs: "running", now: "running", overdue: "late", "sent-late": "sent" };

export function clock(raw: Raw, incident = ""): Clock {
	const state = text(raw.state);
	const sent = optional(moment(raw.sent));
	return {
		incident: text(raw.incident, incident), title: text(raw.title, raw.incident_title), profile: text(raw.profile), label: text(raw.label, raw.profile_name), step: text(raw.step),
		step_label: text(raw.step_label, raw.step_name, raw.name, raw.step), tell: text(raw.tell), law: text(raw.law), from: optional(moment(raw.from, raw.aware)),
		due: optional(moment(raw.due, raw.deadline_utc)), sent, state: CLOCK_STATES[state] ?? state, late: raw.late === true,
	};
}

export function today(raw: unknown): Today {
	const v = record(raw);
	const health = record(v.health);
	const counts = record(v.counts);
	return {
		now: moment(v.now),
		needs: list(v.needs).map((n) => ({ kind: text(n.kind), id: text(n.id), incident: text(n.incident), title: text(n.title), due: optional(moment(n.due)), late: n.late === true })),
		clocks: list(v.clocks).map((c) => clock(c)),
		health: {
			sensors: list(health.sensors).map((s) => ({
				name: text(s.name), state: s.state === "silent" || s.state === "ended" ? s.state : "ok", last_seen: moment(s.last_seen), packets: number(s.packets), dropped: number(s.dropped), why: text(s.why),
			})),
			events_today: number(health.events_today), alerts_today: number(health.alerts_today), disk_bytes: number(health.disk_bytes), budget_bytes: number(health.budget_bytes),
		},
		counts: { new: number(counts.new), open: number(counts.open), closed_30d: number(counts.closed_30d) },
		spark: Array.isArray(v.spark) ? v.spark.map(number) : [],
	};
}

export function incidentRow(raw: Raw): IncidentRow {
	return {
		id: text(raw.id), title: text(raw.title, raw.id), category: text(raw.category), severity: severity(raw.severity), state: text(raw.state), first: moment(raw.first, raw.seen), last: moment(raw.last, raw.seen),
		owner: text(raw.owner), alerts: number(raw.alerts), attacker: text(raw.attacker), next_deadline: optional(moment(raw.next_deadline)), late: raw.late === true,
	};
}
export function incidents(raw: unknown): IncidentList {
	const v = record(raw);
	const rows = list(v.incidents).map(incidentRow);
	return { incidents: rows, next: optional(text(v.next)), total: typeof v.total === "number" ? v.total : rows.length };
}

function technique(raw: Raw): Technique | undefined {
	const t = raw.technique;
	if (typeof t === "string") return t === "" ? undefined : { id: t, name: text(raw.technique_name), stage: text(raw.stage) };
	const r = record(t);
	return text(r.id) === "" ? undefined : { id: text(r.id), name: text(r.name), stage: text(r.stage, raw.stage) };
}

export function alert(raw: Raw): AlertRow {
	return {
		id: text(raw.id), at: moment(raw.at, raw.first), last: optional(moment(raw.last)), title: text(raw.title, raw.detector, raw.id), detector: text(raw.detector), severity: severity(raw.severity),
		source: text(raw.source), target: text(raw.target) || (number(raw.targets) > 1 ? `${number(raw.targets)} ×` : ""), count: number(raw.count), technique: technique(raw), stage: text(raw.stage), incident: optional(text(raw.incident)), exception: optional(text(raw.exception)), sid: number(raw.signature_id),
	};
}
export function alerts(raw: unknown): { alerts: AlertRow[]; next?: string; total?: number } {
	const v = record(raw);
	return { alerts: list(v.alerts).map(alert), next: optional(text(v.next)), ...(typeof v.total === "number" ? { total: v.total } : {}) } as { alerts: AlertRow[]; next?: string };
}
export function alertFull(raw: unknown): { alert: AlertFull } {
	const whole = record(raw);
	const a = "alert" in whole ? record(whole.alert) : whole;
	const facts = Array.isArray(a.facts) ? Object.fromEntries(list(a.facts).map((f) => [text(f.name), f.value])) : record(a.facts);
	const evidence = record(a.evidence);
	return {
		alert: {
			...alert(a), what: text(a.what), why: text(a.why), now: text(a.todo) || (Array.isArray(a.now) ? texts(a.now).join("\n") : text(a.now)), facts,
			...(text(evidence.sha256) ? { evidence: { sha256: text(evidence.sha256), bytes: number(evidence.bytes) } } : {}),
			hasEvidence: text(a.evidence) !== "" || text(evidence.sha256) !== "",
		},
	};
}

export function exception(raw: Raw): Exception {
	const side = text(raw.side), state = text(raw.state);
	return {
		id: text(raw.id), state: state === "ended" || state === "expired" ? state : "holds", sid: number(raw.sid), detector: text(raw.detector), address: text(raw.address),
		side: side === "source" || side === "target" ? side : "either", pattern: text(raw.pattern), who: text(raw.who), why: text(raw.why), made: moment(raw.made), until: moment(raw.until),
		...(text(raw.ended) ? { ended: moment(raw.ended) } : {}), hidden: number(raw.hidden),
	};
}
export function exceptions(raw: unknown): { exceptions: Exception[] } {
	return { exceptions: list(record(raw).exceptions).map(exception) };
}
export function exceptionFull(raw: unknown): { exception: Exception; alerts: AlertRow[] } {
	return { exception: exception(record(record(raw).exception)), alerts: list(record(raw).alerts).map(alert) };
}
export function rules(raw: unknown): SpokenRule[] {
	return list(record(raw).rules).map((r) => ({
		sid: number(r.sid), detector: text(r.detector), title: text(r.title), severity: severity(r.severity), alerts: number(r.alerts), aside: number(r.aside), ...(text(r.last) ? { last: moment(r.last) } : {}),
	}));
}

export function item(raw: Raw): Item {
	return { id: text(raw.id), kind: text(raw.kind), by: text(raw.by), at: moment(raw.at), fields: strings(raw.fields) };
}

export function incident(raw: unknown): IncidentFull {
	const v = record(raw);
	const head = record(v.incident);
	const story = record(v.story);
	const fields = strings(head.fields);
	const parts = list(story.parts);
	const seen = new Map<string, Technique>();
	for (const t of list(v.techniques)) seen.set(text(t.id), { id: text(t.id), name: text(t.name), stage: text(t.stage) });
	for (const p of parts) {
		const t = technique(p);
		if (t && !seen.has(t.id)) seen.set(t.id, { ...t, name: t.name || text(p.title) });
	}
	const restricted = Array.isArray(head.restricted_to) ? texts(head.restricted_to) : text(head.restricted_to, fields.restricted_to).split(/[\s,;]+/).filter(Boolean);
	return {
		incident: {
			id: text(head.id), title: text(head.title, fields.title, head.id), category: text(head.category, fields.category), severity: severity(head.severity), state: text(head.state), owner: text(head.owner, fields.owner),
			fields, restricted_to: restricted,
		},
		story: {
			text: text(story.text), attacker: text(story.attacker), victims: texts(story.victims), confidence: number(story.confidence),
			parts: parts.map((p) => ({ heading: text(p.title, p.heading), text: text(p.what, p.text), why: text(p.why), todo: text(p.todo), severity: severity(p.severity), stage: text(p.stage) })),
		},
		items: list(v.items).map(item),
		clocks: list(v.clocks).map((c) => ({ ...clock(c, text(head.id)), from: optional(moment(c.from, fields.aware)) })),
		alerts: list(v.alerts).map(alert), exceptions: list(v.exceptions).map(exception),
		techniques: [...seen.values()],
		next_states: texts(v.next_states),
		missing: Array.isArray(v.missing) ? v.missing.map((m) => (typeof m === "string" ? { text: m } : { state: text(record(m).state), text: text(record(m).text) })) : [],
	};
}

const ENTRY_SOURCES = new Set(["alert", "log", "comment", "task", "action", "proof", "custody", "notice", "clock", "cause", "lesson", "relation", "journal"]);

export function timeline(raw: unknown): { entries: Entry[] } {
	const v = record(raw);
	return {
		entries: list(v.timeline ?? v.entries).map((e) => {
			const kind = text(e.kind, e.source);
			return { at: moment(e.at_utc, e.at), source: ENTRY_SOURCES.has(kind) ? kind : "state", id: text(e.id), text: text(e.text), by: text(e.by) };
		}),
	};
}

export interface Similar { id: string; title: string; common: string[]; what: string; state: string }
export function similar(raw: unknown): { incidents: Similar[] } {
	const v = record(raw);
	return { incidents: list(v.similar ?? v.incidents).map((s) => ({ id: text(s.id), title: text(s.title, s.id), common: texts(s.common), what: text(s.what, s.why), state: text(s.state) })) };
}

export function notice(raw: unknown): { title: string; sentences: Sentence[] } {
	const v = record(raw);
	return {
		title: text(v.title),
		sentences: list(v.sentences).map((s) => ({
			text: text(s.text), missing: s.question === true || s.missing === true, cites: Array.isArray(s.cites) ? texts(s.cites) : text(s.cites).split(" ").filter(Boolean),
		})),
	};
}

export function graph(raw: unknown): Graph {
	const v = record(raw);
	return {
		nodes: list(v.nodes).map((n) => ({ id: text(n.id), kind: text(n.kind), label: text(n.label, n.title, n.id) })),
		links: list(v.links).map((l) => ({ source: text(l.source), relation: text(l.relation), target: text(l.target) })),
	};
}

export function asset(raw: Raw): Asset {
	const addresses = Array.isArray(raw.addresses) ? raw.addresses.map((a) => (typeof a === "string" ? a : text(record(a).address))) : [];
	return {
		id: text(raw.id), name: text(raw.name), addresses: [...new Set([text(raw.address), ...addresses])].filter((a) => a !== ""), mac: text(raw.mac), kind: text(raw.kind), owner: text(raw.owner),
		value: severity(raw.value), note: text(raw.note), location: text(raw.location), system: text(raw.system), vendor: text(raw.vendor), model: text(raw.model), serial: text(raw.serial),
		declared: raw.declared === true || raw.declared === "yes", seen: raw.seen === true || text(raw.last) !== "", first: moment(raw.first), last: moment(raw.last), incidents: number(raw.incidents ?? raw.alerts),
		services: list(raw.services).map((s) => ({
			port: number(s.port), transport: text(s.transport, s.proto), app: text(s.app_proto, s.app), product: [text(s.product), text(s.version)].filter(Boolean).join(" "), seen: s.seen === true, scanned: s.scanned === true, declared: s.declared === true,
		})),
		differences: texts(raw.differences),
	};
}
export function assets(raw: unknown): { assets: Asset[]; next?: string; total?: number } {
	const v = record(raw);
	return { assets: list(v.assets).map(asset), next: optional(text(v.next)), ...(typeof v.total === "number" ? { total: v.total } : {}) } as { assets: Asset[]; next?: string };
}
export function assetFull(raw: unknown): { asset: Asset } {
	const v = record(raw);
	return { asset: asset("asset" in v ? record(v.asset) : v) };
}
export function map(raw: unknown): { nodes: MapNode[]; links: MapLink[] } {
	const v = record(raw);
	return {
		nodes: list(v.nodes).map((n) => ({ id: text(n.id), label: text(n.label, n.id), kind: text(n.kind), inside: n.inside === true, alerts: number(n.alerts), value: severity(n.value) })),
		links: list(v.links).map((l) => ({ source: text(l.source), target: text(l.target), weight: number(l.bytes) || number(l.alerts) || 1, alerts: number(l.alerts), severity: severity(l.severity) })),
	};
}

export interface Group { by: string; name: string; incidents: number; open: number; detect: number | null; repair: number | null }
export function statistics(raw: unknown): { groups: Group[] } {
	const mean = (value: unknown): number | null => {
		const m = record(value);
		return number(m.count) > 0 && typeof m.mean_s === "number" ? m.mean_s : null;
	};
	return { groups: list(record(raw).groups).map((g) => ({ by: text(g.by), name: text(g.name).trim(), incidents: number(g.incidents), open: number(g.open), detect: mean(g.mttd), repair: mean(g.mttr) })) };
}

export function playbook(raw: unknown): { first: string[]; never: string[] } {
	const v = record(raw);
	return { first: texts(v.first), never: texts(v.never) };
}
