// SPDX-License-Identifier: AGPL-3.0-or-later
// What the server answers (docs/api/openapi.json). Texts in it are other people's: shown, never believed.
export interface User { name: string; display: string; role: string; rights: string[]; language: string; totp: boolean; mustSetPassword?: boolean }
export interface Session { user: User; csrf: string }
export interface Option { value: string; label: string }
export interface FieldDef { name: string; type: "line" | "text" | "time" | "number" | "word" | "ref"; label: string; words?: Option[] }
export interface StateDef { name: string; label: string; next: string[] }
export interface Playbook { name: string; title: string; first: string[]; never: string[] }
export interface Vocabulary {
	organisation: { name: string; zone: string; language: string; tlp: string };
	states: StateDef[];
	severities: Option[];
	categories: { code: string; label: string; playbook?: string }[];
	kinds: { kind: string; label: string; fields: FieldDef[] }[];
	playbooks: Playbook[];
	notices: string[];
	clocks: { profile: string; label: string; applies: string; steps: { step: string; label: string; tell: string; law?: string }[] }[];
	roles: { name: string; label: string; tells?: string; rights: string[] }[];
}
export interface Clock {
	incident: string; title?: string; profile: string; label: string; step: string; step_label: string; tell?: string; law?: string;
	from?: string | undefined; due?: string | undefined; sent?: string | undefined; state: string; late?: boolean;
}
export interface Need { kind: string; id: string; incident: string; title: string; due?: string | undefined; late?: boolean }
export interface Sensor { name: string; state: "ok" | "silent" | "ended"; last_seen: string; packets: number; dropped: number; why?: string }
export interface Today {
	now: string;
	needs: Need[];
	clocks: Clock[];
	health: { sensors: Sensor[]; events_today: number; alerts_today: number; disk_bytes: number; budget_bytes: number };
	counts: { new: number; open: number; closed_30d: number };
	spark: number[];
}
export interface IncidentRow {
	id: string; title: string; category: string; severity: string; state: string; first: string; last: string; owner: string;
	alerts: number; attacker: string; next_deadline?: string | undefined; late?: boolean;
}
export interface IncidentList { incidents: IncidentRow[]; next?: string | undefined; total: number }
export interface Technique { id: string; name: string; stage?: string }
export interface AlertRow {
	id: string; at: string; last?: string | undefined; title: string; detector: string; severity: string; source: string; target: string;
	count?: number; technique?: Technique | undefined; stage?: string; incident?: string | undefined; exception?: string | undefined; sid: number;
}
export interface Exception {
	id: string; state: "holds" | "expired" | "ended"; sid: number; detector: string; address: string; side: "either" | "source" | "target"; pattern: string;
	who: string; why: string; made: string; until: string; ended?: string; hidden: number;
}
export interface SpokenRule { sid: number; detector: string; title: string; severity: string; alerts: number; aside: number; last?: string }
export interface AlertFull extends AlertRow {
	what?: string; why?: string; now?: string; facts?: Record<string, unknown>; evidence?: { sha256: string; bytes: number }; hasEvidence?: boolean;
}
export interface Item { id: string; kind: string; by: string; at: string; fields: Record<string, string> }
export interface IncidentFull {
	incident: {
		id: string; title: string; category: string; severity: string; state: string; owner: string; fields: Record<string, string>;
		restricted_to?: string[];
	};
	story: { text: string; attacker: string; victims: string[]; confidence: number; parts: { heading: string; text: string; why: string; todo: string; severity: string; stage: string }[] };
	items: Item[];
	clocks: Clock[];
	alerts?: AlertRow[];
	exceptions?: Exception[];
	techniques?: Technique[];
	next_states: string[];
	missing: { state?: string; text: string }[];
}
export interface Entry { at: string; source: string; id?: string; text: string; by?: string }
export interface GraphNode { id: string; kind: string; label: string }
export interface GraphLink { source: string; relation: string; target: string }
export interface Graph { nodes: GraphNode[]; links: GraphLink[] }
export interface Sentence { text: string; cites: string[]; missing?: boolean }
export type Eve = Record<string, unknown> & { timestamp?: string; event_type?: string };
export interface Service { port: number; transport: string; app: string; product: string; seen: boolean; scanned: boolean; declared: boolean }
export interface Asset {
	id: string; name: string; addresses: string[]; mac: string; kind: string; owner: string; value: string; note: string; location: string; system: string; vendor: string; model: string; serial: string;
	declared: boolean; seen: boolean; first: string; last: string; incidents: number; services: Service[]; differences: string[];
}
export interface MapNode { id: string; label: string; kind: string; inside: boolean; alerts: number; value: string }
export interface MapLink { source: string; target: string; weight: number; alerts: number; severity: string }
export interface Traffic {
	buckets: { at: string; apps: Record<string, { bytes: number; flows: number }> }[];
	top: { hosts: { name: string; bytes: number; flows: number }[]; apps: { name: string; bytes: number; flows: number }[] };
}
export interface DocumentRow { kind: string; title: string; summary: string; formats: string[]; about: string; right?: string; path?: string }
export interface JournalLine { seq: number; at: string; who: string; action: string; object: string; before?: unknown; after?: unknown }
export interface Account { name: string; display: string; role: string; active: boolean; language?: string; password?: boolean; totp?: boolean; last?: string }
export interface Token { id: string; name: string; rights: string[]; expires: string; last?: string }
